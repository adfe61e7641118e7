"""Who may steer the show from outside."""
