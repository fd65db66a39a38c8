"""Keys: the master key, the keys of clients, and what hangs on them."""
