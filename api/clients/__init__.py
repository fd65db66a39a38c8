"""Clients: who they are, how they are reached, what may be done with them."""
