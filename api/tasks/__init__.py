"""Tasks, and their calendar for other programs."""
