"""Where the poses go."""
