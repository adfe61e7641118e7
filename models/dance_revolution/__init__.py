"""Dance Revolution (Huang et al., ICLR 2021), re-implemented from the paper's equations, and made to stream."""

from models.dance_revolution.generator import DanceRevolutionGenerator

__all__ = ["DanceRevolutionGenerator"]
