"""Learning the flagship: its examples, its losses, its tasks."""
