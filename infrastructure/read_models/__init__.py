"""Read models: where they lie, how they keep up with the log, who leads."""
