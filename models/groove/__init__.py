"""A dancer without a network: fallback, demo, test double and the baseline that networks must beat."""
