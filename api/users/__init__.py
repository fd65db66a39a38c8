"""Users: who works here, how they log in, what they set for themselves."""
