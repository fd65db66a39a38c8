"""Estimates from draft to answered, and the page on which a client answers."""
