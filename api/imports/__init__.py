"""Importing files: matched, looked at, loaded."""
