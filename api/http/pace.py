"""How often somebody who is logged in may ask: more than anyone who works does, less than a program that ran wild."""

import math
import time

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from api.http.titles import TITLES


class AskedTooOften(Exception):
    """By one user, in all sessions and programs together."""

    title = TITLES[429]

    def __init__(self, wait_seconds: int) -> None:
        super().__init__(self.title)
        self.wait_seconds = wait_seconds


class Pace:
    """Counts in this process, from minute to minute."""

    def __init__(self, requests_per_minute: int) -> None:
        self._limit = RateLimitItemPerMinute(requests_per_minute)
        self._limiter = FixedWindowRateLimiter(MemoryStorage())

    def count(self, name: str) -> None:
        """One request more of this user. Raises `AskedTooOften`."""
        if not self._limiter.hit(self._limit, name):
            ends = self._limiter.get_window_stats(self._limit, name).reset_time
            raise AskedTooOften(max(1, math.ceil(ends - time.time())))
