"""What is sent to clients, and what became of it."""
