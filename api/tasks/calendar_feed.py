"""A user's tasks for calendar programs: iCalendar (RFC 5545) at an address that only its user knows, and can revoke.

Such programs send neither cookies nor headers of ours, so the address is the secret. It opens nothing but this.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request, Response
from icalendar import Calendar, Event

from api.http.catalogues import language, translated
from api.http.dependencies import BearerToken, Serving, logged_in
from api.http.labels import TASK_KINDS
from api.http.problems import documented, problem
from api.http.routes import OneThreadRoute
from api.http.secret_addresses import GUESSES, OFTEN, Readers
from api.tasks.calendar_zones import zone_told
from api.tasks.views import new_address
from domain.errors import NotFound
from domain.task import State
from projections.tasks.lists import Filters, TaskLine, list_tasks

router = APIRouter(tags=["tasks"], route_class=OneThreadRoute)

BEFORE, AHEAD = timedelta(days=60), timedelta(days=400)
TASKS_AT_MOST = 1000

YEARS_TOLD = 20
"""Of how the clocks go, where a series has no end. What is read again tomorrow tells as many from then on."""

DEFAULT_LENGTH = timedelta(minutes=30)
END_OF_DAY = time(23, 59, 59)


# The address


@dataclass(frozen=True, slots=True)
class CalendarAddress:
    """Whoever has the address reads titles, names and places without logging in. It is told once."""

    address: str


@dataclass(frozen=True, slots=True)
class CalendarStanding:
    """`made_at` is none where there is no address."""

    made_at: datetime | None


@router.get("/api/calendar-address", responses=documented(401, 503))
def show_calendar_address(service: Serving, token: BearerToken) -> CalendarStanding:
    """Whether there is one; what it is, nobody can tell any more."""
    return CalendarStanding(service.credentials.calendar_since(logged_in(service, token).name))


@router.post("/api/calendar-address", status_code=201, responses=documented(401, 409, 503))
def make_calendar_address(service: Serving, token: BearerToken) -> CalendarAddress:
    """A new address of one's own tasks; the one before is dead."""
    return CalendarAddress(new_address(service, logged_in(service, token).name))


@router.post("/api/calendar-address/revocation", status_code=204, responses=documented(401, 503))
def revoke_calendar_address(service: Serving, token: BearerToken) -> None:
    service.credentials.revoke_calendar(logged_in(service, token).name)


# What is read there


@router.get("/calendar/{token}.ics", include_in_schema=False)
def show_calendar(token: str, request: Request, service: Serving) -> Response:
    readers: Readers = request.app.state.readers
    host = request.client.host if request.client else ""
    if not readers.may_guess(host):
        return problem(request, 429, headers={"Retry-After": str(GUESSES.get_expiry())})
    reader = service.credentials.whose_calendar(token)
    if reader is None:
        readers.guessed_wrong(host)
        raise NotFound
    if not readers.may_read("calendar", reader.name):
        return problem(request, 429, headers={"Retry-After": str(OFTEN.get_expiry())})
    business = service.business()
    today = service.clock().astimezone(business.zone).date()
    own = Filters(assignee=reader.name, from_day=today - BEFORE, to_day=today + AHEAD)
    with service.read_models.snapshot() as snapshot:
        tasks = list_tasks(snapshot.db, reader, today, own, "begins", None, TASKS_AT_MOST).items
    speaks = language(request.headers.get("accept-language"))
    name = f"{business.name} · {service.called(reader.name)}"
    content = feed(tasks, business.zone, speaks, name=name, base=service.link(""))
    tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache", "Vary": "Accept-Language"}
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(content, media_type="text/calendar", headers=headers)


def feed(tasks: Sequence[TaskLine], zone: ZoneInfo, speaks: str, *, name: str, base: str) -> bytes:
    """The same tasks give the same bytes. `base` is where their pages are."""
    calendar: Any = Calendar()
    calendar.add("prodid", "-//Recobro//Tareas//ES")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("x-wr-calname", name)  # what Apple, Google and Microsoft call it by
    calendar.add("refresh-interval", timedelta(hours=1), parameters={"VALUE": "DURATION"})  # RFC 7986
    for one in tasks:
        for event in _events(one, zone, speaks, base):
            calendar.add_component(event)
    if any(one.starts_at for one in tasks):
        calendar.add_component(zone_told(zone, tasks[0].day.year, max(_last_day(one) for one in tasks).year))
    content: bytes = calendar.to_ical()
    return content


def _last_day(task: TaskLine) -> date:
    """Of all the times it comes again; of a series without end, one that is far."""
    repeats = task.repeats
    if repeats is None:
        return task.day
    if repeats.until is not None:
        return repeats.until
    if repeats.count is not None:
        return max((day for day, _ in repeats.following(task.day)), default=task.day)
    return task.day.replace(day=1, year=task.day.year + YEARS_TOLD)


def _events(task: TaskLine, zone: ZoneInfo, speaks: str, base: str) -> Iterator[Any]:
    """One, or two where the first day is none of those on which it comes again: a series that began there would be
    undefined (RFC 5545, 3.8.5.3), so that day has an event of its own and the series begins on the next one."""
    if task.repeats is None or task.repeats.has(task.day):
        yield _event(task, f"{task.id}@recobro", zone, speaks, base)
        return
    yield _event(replace(task, repeats=None), f"{task.id}@recobro", zone, speaks, base)
    for day, left in islice(task.repeats.following(task.day), 1):
        yield _event(replace(task, day=day, repeats=left), f"{task.id}-series@recobro", zone, speaks, base)


def _event(task: TaskLine, uid: str, zone: ZoneInfo, speaks: str, base: str) -> Any:
    """A task is an event, since subscribed calendars show no to-dos (VTODO): what is done has a tick before its title.

    What somebody marked as unattended is cancelled; neither it nor what is done takes up time.
    """
    event: Any = Event()
    event.add("uid", uid)
    event.add("dtstamp", task.changed_at)
    event.add("last-modified", task.changed_at)
    event.add("sequence", task.version - 1)
    done = "✓ " if task.state is State.COMPLETED else ""
    event.add("summary", done + " · ".join(filter(None, (task.title, task.client))))
    event.add("categories", [translated(TASK_KINDS[task.kind], speaks)])
    cancelled = task.state is State.UNATTENDED and task.can_reopen
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    takes_time = task.starts_at is not None and not (cancelled or done)
    event.add("transp", "OPAQUE" if takes_time else "TRANSPARENT")
    event.add("url", f"{base}tasks/{task.id}")
    if task.notes:
        event.add("description", task.notes)
    if task.address:
        event.add("location", task.address)
    if task.starts_at is None:
        event.add("dtstart", task.day)
        event.add("dtend", task.day + timedelta(days=1))
    else:
        event.add("dtstart", datetime.combine(task.day, task.starts_at, zone))
        event.add("duration", timedelta(minutes=task.minutes) if task.minutes else DEFAULT_LENGTH)
    if task.repeats is not None:
        event.add("rrule", _rule(task, zone))
    return event


def _rule(task: TaskLine, zone: ZoneInfo) -> dict[str, Any]:
    """The last day is a moment, of UTC, where the task has a time (RFC 5545, 3.3.10): that at which it ends."""
    assert task.repeats is not None  # noqa: S101 - it is asked for then alone
    parts: dict[str, Any] = {**task.repeats.rule}
    if task.repeats.until is not None and task.starts_at is not None:
        parts["UNTIL"] = datetime.combine(task.repeats.until, END_OF_DAY, zone).astimezone(UTC)
    return parts
