"""Case files: what is owed, what is done about it, and where they stand."""
