"""The log: its events as stored bytes, the two databases that keep it, and the chain over it."""
