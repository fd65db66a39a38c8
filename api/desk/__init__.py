"""The desk: what today asks for, and the calendar of payments."""
