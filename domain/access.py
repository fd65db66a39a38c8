"""Who logged in, who failed to, and what lets in: security events, in a stream of their own.

Whoever fails to log in may be anybody, and may type anything into the field of the name, a password even. So neither
names nor addresses stand in these events, but keyed hashes of them: the same name or address is known again, and a
user's name is found by who has the key and the users.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Self
from uuid import UUID

from domain.people import Actor

ACCESS = UUID("9a2f6b58-3d0c-4e0b-8a55-6c1b2f7d9e31")
"""The stream of all of them."""

DOOR = Actor("Log-in", frozenset())
"""Who records what nobody did who is logged in. No user can have this name: it begins with a capital."""


class Means(StrEnum):
    """By which a password was set."""

    OWN = "own"
    LINK = "link"
    COMMAND_LINE = "command_line"


# What can happen


@dataclass(frozen=True, slots=True)
class LoggedIn:
    """`device_known`: that browser was logged in as this user before."""

    who: str
    address: str
    device_known: bool


@dataclass(frozen=True, slots=True)
class LogInsFailed:
    """In the minutes between: so often `times`, and of these so often `turned_away` before anybody looked, as there had
    been too many. Without `who` and `address` these are all that are not told one by one, of so many `pairs` of both.
    """

    who: str | None
    address: str | None
    times: int
    turned_away: int
    since: datetime
    until: datetime
    pairs: int = 1


@dataclass(frozen=True, slots=True)
class PasswordSet:
    who: str
    means: Means


@dataclass(frozen=True, slots=True)
class PasswordLinkMade:
    """An administrator made a link by which this user sets a password; the one before, if any, is dead."""

    who: str


@dataclass(frozen=True, slots=True)
class SecondFactorSetUp:
    """Also where it takes the place of one before."""

    who: str


@dataclass(frozen=True, slots=True)
class SecondFactorRemoved:
    """By the user or, where the phone is lost, by an administrator or on the command line."""

    who: str


@dataclass(frozen=True, slots=True)
class RecoveryCodesMade:
    """Anew: those before are dead."""

    who: str


@dataclass(frozen=True, slots=True)
class RecoveryCodeUsed:
    who: str
    left: int


@dataclass(frozen=True, slots=True)
class CodeRefused:
    """Whoever sent the wrong code knew the password, or was logged in."""

    who: str
    address: str


Event = (
    LoggedIn
    | LogInsFailed
    | PasswordSet
    | PasswordLinkMade
    | SecondFactorSetUp
    | SecondFactorRemoved
    | RecoveryCodesMade
    | RecoveryCodeUsed
    | CodeRefused
)


@dataclass(frozen=True)
class Access:
    """Nothing is decided on what happened before."""

    def evolve(self, _: Event) -> Self:
        return self
