"""Training of the beat tracker: rendered music in, weights out."""
