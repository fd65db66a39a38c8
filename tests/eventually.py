"""Waiting for what other threads or processes do: for a condition, with a deadline, never for a time."""

from threading import Event
from time import monotonic

DEADLINE_SECONDS = 60


def eventually(condition):
    """The first true value that the condition gives."""
    ends = monotonic() + DEADLINE_SECONDS
    pause = Event()
    while not (value := condition()):
        assert monotonic() < ends, "it did not come about in time"
        pause.wait(0.01)
    return value
