"""Who logged in, who failed to, whose password or second factor was set: security events, for who looks after users."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, assert_never

from fastapi import APIRouter, Query, Response

from api.http.catalogues import marked as _
from api.pages.context import Page, PageContext
from application.access import latest_access
from domain.access import (
    CodeRefused,
    Event,
    LoggedIn,
    LogInsFailed,
    Means,
    PasswordLinkMade,
    PasswordSet,
    RecoveryCodesMade,
    RecoveryCodeUsed,
    SecondFactorRemoved,
    SecondFactorSetUp,
)
from domain.events import Recorded
from domain.people import Role

router = APIRouter(prefix="/audit/access")

LINES = 40

CODE = 8
"""So many letters of an address's keyed hash tell it from others."""

MEANS: Mapping[Means, str] = {
    Means.OWN: _("Changed the password"),
    Means.LINK: _("Set a password by a link"),
    Means.COMMAND_LINE: _("A password was set on the command line"),
}

PLAIN: Mapping[type[Event], str] = {
    SecondFactorSetUp: _("Set up a second factor"),
    RecoveryCodesMade: _("Made new recovery codes"),
    CodeRefused: _("A wrong code after the right password"),
}


@dataclass(frozen=True, slots=True)
class Told:
    """`person` is a user's log-in; none where several are meant, or nobody of that name works here."""

    at: datetime
    what: str
    more: str
    person: str | None
    whose: str
    address: str
    is_bad: bool = False


@router.get("")
def show_access(context: Page, cursor: Annotated[int | None, Query(ge=1, le=2**53)] = None) -> Response:
    context.viewer.require(Role.ADMINISTRATOR, Role.AUDITOR)
    found = latest_access(context.store, cursor, LINES)
    users = context.service.attempts.whose(context.service.credentials.names())
    following = found[-1].version if found and found[-1].version > 1 else None

    def address(*, cursor: int | None = None) -> str:
        return f"/audit/access?cursor={cursor}" if cursor else "/audit/access"

    return context.page(
        "access.html",
        found=[_told(context, recorded, users) for recorded in found],
        address=address,
        following=following,
        cursor=cursor,
    )


def _told(context: PageContext, recorded: Recorded, users: Mapping[str, str]) -> Told:
    event = recorded.event
    assert isinstance(event, Event)  # noqa: S101 - nothing else is in that stream
    person = users.get(event.who or "")
    whose = "" if person else context._("nobody who works here")
    if isinstance(event, LogInsFailed) and event.who is None:
        whose = context._("%(pairs)s others", pairs=context.formats.number(event.pairs))
    what, more = _words(context, event, context.person(recorded.actor), own=recorded.actor == person)
    address = event.address or "" if isinstance(event, LoggedIn | LogInsFailed | CodeRefused) else ""
    is_bad = isinstance(event, LogInsFailed | CodeRefused)
    return Told(
        at=recorded.recorded_at, what=what, more=more, person=person, whose=whose, address=address[:CODE], is_bad=is_bad
    )


def _words(context: PageContext, event: Event, by: str, *, own: bool) -> tuple[str, str]:
    """What happened, and more about it. `own`: to whoever did it."""
    more = ""
    match event:
        case LoggedIn():
            what = context._("Logged in")
            more = "" if event.device_known else context._("in a browser or program that was not known")
        case LogInsFailed():
            what = context.words.ngettext(
                "Failed to log in %(num)s time", "Failed to log in %(num)s times", event.times
            ) % {"num": context.formats.number(event.times)}
            if event.turned_away:
                times = context.formats.number(event.turned_away)
                more = context._("%(times)s of them turned away unread: too many", times=times)
        case PasswordLinkMade():
            what = context._("%(name)s gave them a link to set their password", name=by)
        case PasswordSet():
            what = context._(MEANS[event.means])
        case SecondFactorRemoved():
            taken = context._("%(name)s took their second factor away", name=by)
            what = context._("Switched the second factor off") if own else taken
        case RecoveryCodeUsed():
            what = context._("Used a recovery code")
            more = context.words.ngettext("%(num)s is left", "%(num)s are left", event.left) % {"num": event.left}
        case SecondFactorSetUp() | RecoveryCodesMade() | CodeRefused():
            what = context._(PLAIN[type(event)])
        case _:
            assert_never(event)
    return what, more
