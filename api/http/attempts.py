"""How often somebody may try to log in: slower and slower, but nobody locks anybody else out.

Each key, such as a name, may be tried so often at once, and then once each so many seconds. A browser that was logged
in as that user before is held up by its own attempts alone, whatever others try with the name or from the address.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from api.http.titles import TITLES


@dataclass(frozen=True, slots=True)
class Limit:
    at_once: int
    every: timedelta


PAIR = Limit(10, timedelta(seconds=30))
"""Of one name from one address."""

NAME = Limit(30, timedelta(seconds=60))
"""Of one name from anywhere."""

ADDRESS = Limit(100, timedelta(seconds=3))
"""From one address, which a whole office may share."""

DEVICE = Limit(10, timedelta(seconds=30))
"""Of one name in a browser that was logged in so before."""

CODE = Limit(5, timedelta(minutes=10))
"""Of one user's second factor from anywhere, or in a browser that was logged in so before: there are but a million
codes, and whoever tries them knows the password."""

TOLD = Limit(20, timedelta(minutes=15))
"""How often it is told that one user got in from one address: a program may log in for each thing it does."""


class Log(Protocol):
    """Counts for all processes of a store together. Names and addresses are kept as keyed hashes."""

    def who(self, name: str) -> str:
        """By which a name is known again in events."""
        ...

    def whose(self, names: Iterable[str]) -> Mapping[str, str]:
        """By what these names are known in events."""
        ...

    def where(self, address: str) -> str: ...

    def take(self, limit: Limit, *key: str, now: datetime) -> timedelta:
        """Counts one more; or says how long to wait for it, and counts nothing."""
        ...

    def give_back(self, limit: Limit, *key: str) -> None:
        """One that turned out right is not counted."""
        ...

    def clear(self, *key: str) -> None: ...

    def failed(self, name: str, address: str, *, now: datetime, turned_away: bool = False) -> None:
        """To be told in the log together with others of the same minutes."""
        ...


class TooManyAttempts(Exception):
    """Of logging in, by this name or from this address."""

    title = TITLES[429]

    def __init__(self, wait: timedelta) -> None:
        super().__init__(self.title)
        self.wait = wait


@dataclass(frozen=True)
class Attempts:
    """A name is counted whether there is such a user or not, and before it is known whether the attempt succeeds."""

    log: Log
    clock: Callable[[], datetime]

    def begin(self, name: str, address: str, device: str | None = None, *, code: bool = False) -> None:
        """`device` is that of a browser that was logged in as this user; `code`: what is tried is the second factor.

        Raises `TooManyAttempts`.
        """
        for limit, *key in _asked(name, address, device, code=code):
            if wait := self.log.take(limit, *key, now=self.clock()):
                by_address = key == ["address", address]
                self.log.failed("" if by_address else name, address, now=self.clock(), turned_away=True)
                raise TooManyAttempts(wait)

    def failed(self, name: str, address: str) -> None:
        self.log.failed(name, address, now=self.clock())

    def succeeded(self, name: str, address: str, device: str | None = None, *, code: bool = False) -> None:
        for limit, *key in _asked(name, address, device, code=code):
            if limit in (PAIR, DEVICE, CODE):
                self.log.clear(*key)
            else:
                self.log.give_back(limit, *key)

    def is_told(self, name: str, address: str) -> bool:
        """Whether it is told in the log that this user got in from there."""
        return not self.log.take(TOLD, "told", name, address, now=self.clock())


def _asked(name: str, address: str, device: str | None, *, code: bool) -> Sequence[tuple[Limit, *tuple[str, ...]]]:
    asked: list[tuple[Limit, *tuple[str, ...]]]
    if device is not None:
        asked = [(DEVICE, "device", name, device), (CODE, "code", name, device)]
    else:
        asked = [
            (ADDRESS, "address", address),
            (PAIR, "pair", name, address),
            (NAME, "name", name),
            (CODE, *codes_of(name)),
        ]
    return asked if code else asked[:-1]


def codes_of(name: str) -> tuple[str, str]:
    """The key of this user's codes from anywhere: counted anew once the password or the second factor is another."""
    return "code", name
