"""Who is let in: passwords, second factors, and how often somebody may try."""
