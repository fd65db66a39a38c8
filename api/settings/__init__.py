"""The business's settings."""
