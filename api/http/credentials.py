"""Who is let in, and by what: passwords, sessions, programs' tokens and calendars' addresses. They are kept outside."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from domain.people import Actor, User

INVITATION_LIFE = timedelta(days=3)
"""Of a link that an administrator makes."""


class NotLoggedIn(Exception):
    """There is no valid token with the request."""

    title = "Log in first"


class NotLetIn(NotLoggedIn):
    title = "The name or the password is not right"


class SecondFactorMissing(NotLoggedIn):
    """The firm requires one by this user's roles. Until it is set up, on a page, nothing else is open to them."""

    title = "Set up a second factor first, on a page: My account, Second factor"

    def __init__(self, actor: Actor) -> None:
        super().__init__(self.title)
        self.actor = actor


@dataclass(frozen=True, slots=True)
class ProgramToken:
    """What is known of a token that was made for a program; `id` is none that lets in."""

    id: str
    label: str
    made_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Session:
    """Of somebody who has logged in, since then; `id` is none that lets in."""

    id: str
    device: str | None
    since: datetime
    used_at: datetime
    is_this: bool


class Credentials(Protocol):
    @property
    def at_hand(self) -> bool:
        """Whether who asks is looked up without asking over a network: sooner than a thread would begin to."""
        ...

    def lets_in(self, name: str, password: str) -> bool:
        """Whether name and password are those of an enabled user. Either way as slow."""
        ...

    def issue(self, name: str, *, now: datetime, device: str | None = None) -> str:
        """A new token for somebody who has shown to be that user, in this device, roughly."""
        ...

    def sessions(self, name: str, *, this: str, now: datetime) -> Sequence[Session]:
        """All that let in as this user, the last used first. `this` is the token with which it is asked."""
        ...

    def end_session(self, name: str, session_id: str) -> None: ...

    def end_other_sessions(self, name: str, *, staying: str) -> None: ...

    def actor(self, token: str, *, now: datetime) -> Actor | None:
        """Whose token it is, if it is valid and its user enabled. Raises `SecondFactorMissing`."""
        ...

    def log_out(self, token: str) -> None: ...

    # What pages ask

    def names(self) -> Sequence[str]:
        """Of all users, in order."""
        ...

    def check(self, password: str, user: User) -> None:
        """Refused where this user may not have it."""
        ...

    def is_password(self, name: str, password: str) -> bool: ...

    def set_password(self, name: str, password: str, *, staying: str | None = None) -> None:
        """Logs out whoever is in, and revokes programs' tokens; if one's own session is `staying`, they stay too."""
        ...

    def log_out_everywhere(self, name: str) -> None:
        """All but programs."""
        ...

    def revoke_all(self, name: str) -> None:
        """Whatever lets in as that user, or reads, but the password."""
        ...

    def issue_to_program(self, name: str, label: str, *, life: timedelta, now: datetime) -> str:
        """A new token, which may do what its user may."""
        ...

    def programs(self, name: str, *, now: datetime) -> Sequence[ProgramToken]:
        """The tokens of this user's programs, the latest first."""
        ...

    def revoke(self, name: str, token_id: str) -> None: ...

    # Whoever has shown the password, and is to show the second factor

    def issue_for_code(self, name: str, *, now: datetime) -> str:
        """A token that lives for five minutes, lets in to nothing, and dies with the old password."""
        ...

    def whose_code(self, token: str, *, now: datetime) -> str | None:
        """The name of the user, if enabled, who has such a token."""
        ...

    # The link by which whoever has forgotten the password sets a new one

    def issue_for_new_password(self, name: str, *, now: datetime) -> str:
        """A token that lives for an hour, in place of the one before, and dies with the old password."""
        ...

    def invite(self, name: str, *, now: datetime) -> str:
        """The same for a user who is to set a password at an administrator's wish: see `INVITATION_LIFE`.

        The password before is dead at once, and so is all that lets in as that user.
        """
        ...

    def invited(self) -> Collection[str]:
        """Users who have no password: they were invited to set one, and have not yet."""
        ...

    def whose_new_password(self, token: str, *, now: datetime) -> str | None:
        """The name of the user, if enabled, whose password this token sets."""
        ...

    # The address of a user's calendar, which lets in to nothing else

    def issue_to_calendar(self, name: str, *, now: datetime) -> str:
        """A new token, in place of the one before, which is dead."""
        ...

    def calendar_since(self, name: str) -> datetime | None:
        """Since when there is one."""
        ...

    def revoke_calendar(self, name: str) -> None: ...

    def whose_calendar(self, token: str) -> Actor | None:
        """Of an enabled user."""
        ...
