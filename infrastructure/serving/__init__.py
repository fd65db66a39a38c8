"""uvicorn behind a gate that limits connections."""
