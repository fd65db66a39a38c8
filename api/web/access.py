"""Who logged in, who failed to, and whose password was set: security events, for who looks after the users."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, assert_never

from fastapi import APIRouter, Query, Response

from api.catalogues import marked as _
from api.web.visit import Page, Visit
from application.access import latest_access
from domain.access import Event, LoggedIn, LogInsFailed, Means, PasswordLinkMade, PasswordSet
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
def show_access(visit: Page, cursor: Annotated[int | None, Query(ge=1, le=2**53)] = None) -> Response:
    visit.viewer.require(Role.ADMINISTRATOR, Role.AUDITOR)
    found = latest_access(visit.store, cursor, LINES)
    users = visit.service.attempts.whose(visit.service.credentials.names())
    following = found[-1].version if found and found[-1].version > 1 else None

    def address(*, cursor: int | None = None) -> str:
        return f"/audit/access?cursor={cursor}" if cursor else "/audit/access"

    return visit.page(
        "access.html",
        found=[_told(visit, recorded, users) for recorded in found],
        address=address,
        following=following,
        cursor=cursor,
    )


def _told(visit: Visit, recorded: Recorded, users: Mapping[str, str]) -> Told:
    event = recorded.event
    assert isinstance(event, Event)  # noqa: S101 - nothing else is in that stream
    person = users.get(event.who or "")
    whose = "" if person else visit._("nobody who works here")
    match event:
        case LoggedIn():
            more = "" if event.device_known else visit._("in a browser or program that was not known")
            return Told(recorded.recorded_at, visit._("Logged in"), more, person, whose, event.address[:CODE])
        case LogInsFailed():
            what = visit.words.ngettext(
                "Failed to log in %(num)s time", "Failed to log in %(num)s times", event.times
            ) % {"num": visit.formats.number(event.times)}
            more = (
                visit._("%(times)s of them turned away unread: too many", times=visit.formats.number(event.turned_away))
                if event.turned_away
                else ""
            )
            if event.who is None:
                whose = visit._("%(pairs)s others", pairs=visit.formats.number(event.pairs))
            return Told(recorded.recorded_at, what, more, person, whose, (event.address or "")[:CODE], is_bad=True)
        case PasswordLinkMade():
            what = visit._("%(name)s gave them a link to set their password", name=visit.person(recorded.actor))
            return Told(recorded.recorded_at, what, "", person, whose, "")
        case PasswordSet():
            return Told(recorded.recorded_at, visit._(MEANS[event.means]), "", person, whose, "")
        case _:
            assert_never(event)
