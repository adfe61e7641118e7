"""What the music does: features and the beat."""
