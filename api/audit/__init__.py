"""The audit trail, and whether the log is still what was written."""
