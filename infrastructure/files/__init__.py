"""Files from outside: kept beside the log, decoded in bounded memory and time."""
