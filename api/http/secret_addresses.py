"""What lies at an address that is a secret, such as a calendar or an estimate: how often it is read, and guessed at."""

from threading import Lock

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

OFTEN = RateLimitItemPerMinute(60, 5)
"""How often one address may be asked in five minutes; calendar programs do every quarter of an hour or more seldom."""

GUESSES = RateLimitItemPerMinute(60, 5)
"""How many addresses that are none one host may ask for in five minutes."""


class Readers:
    """Counts in this process. One at a time: two hits at once may both start the thread that forgets, and one fails."""

    def __init__(self) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._lock = Lock()

    def may_read(self, kind: str, whose: str) -> bool:
        with self._lock:
            return self._limiter.hit(OFTEN, kind, whose)

    def may_guess(self, host: str) -> bool:
        with self._lock:
            return self._limiter.test(GUESSES, "guess", host)

    def guessed_wrong(self, host: str) -> None:
        with self._lock:
            self._limiter.hit(GUESSES, "guess", host)
