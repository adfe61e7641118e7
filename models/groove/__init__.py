"""A dancer without a network: fallback, demo, test double and the baseline that networks must beat."""

from models.groove.generator import GrooveGenerator

__all__ = ["GrooveGenerator"]
