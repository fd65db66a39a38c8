"""The second factor of a user: the codes of an authenticator app, or a recovery code. It is kept outside."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

OFFER_LIFE = timedelta(minutes=30)
"""Of a secret that is shown, until the first code that it gives."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A secret for an app, in base32; and sealed, so that whoever confirms it sends it back unchanged."""

    secret: str = field(repr=False)
    sealed: str = field(repr=False)


class SecondFactors(Protocol):
    def users(self) -> Collection[str]:
        """Who have one."""
        ...

    def since(self, name: str) -> datetime | None:
        """Since when this user has one."""
        ...

    def offer(self, name: str, session: str, *, now: datetime) -> Offer:
        """A new one, which is none until it is set up."""
        ...

    def offered(self, name: str, session: str, sealed: str, *, now: datetime) -> Offer | None:
        """The offer that this user was made in this session, unless it has expired or one was set up since."""
        ...

    def set_up(self, name: str, session: str, sealed: str, code: str, *, now: datetime) -> Sequence[str] | None:
        """If the code is of the offer, in place of the one before: the recovery codes, told here and never again."""
        ...

    def accepts(self, name: str, code: str, *, now: datetime) -> bool:
        """Whether it is the app's code of these moments; none is taken twice."""
        ...

    def use_recovery_code(self, name: str, code: str) -> bool:
        """Whether it is one of the user's, which it is no more."""
        ...

    def recovery_codes_left(self, name: str) -> int: ...

    def renew_recovery_codes(self, name: str) -> Sequence[str]:
        """In place of those before, told here and never again."""
        ...

    def remove(self, name: str) -> None: ...
