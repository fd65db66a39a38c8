"""How often somebody who is logged in may ask: more than anyone who works does, less than a program that ran wild."""

import math
import time
from collections import Counter
from threading import Lock

from api.http.titles import TITLES

SECONDS = 60


class AskedTooOften(Exception):
    """By one user, in all sessions and programs together."""

    title = TITLES[429]

    def __init__(self, wait_seconds: int) -> None:
        super().__init__(self.title)
        self.wait_seconds = wait_seconds


class Pace:
    """Counts in this process, from minute to minute.

    Not by `limits`, as addresses that are secret: its memory starts a thread every 10 ms that somebody asks.
    """

    def __init__(self, requests_per_minute: int) -> None:
        self._at_most = requests_per_minute
        self._minute, self._counts = 0, Counter[str]()
        self._lock = Lock()

    def count(self, name: str) -> None:
        """One request more of this user. Raises `AskedTooOften`."""
        now = time.time()
        minute = int(now // SECONDS)
        with self._lock:
            if minute != self._minute:
                self._minute, self._counts = minute, Counter[str]()
            self._counts[name] += 1
            count = self._counts[name]
        if count > self._at_most:
            raise AskedTooOften(max(1, math.ceil((minute + 1) * SECONDS - now)))
