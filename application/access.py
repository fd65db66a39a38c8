"""Security events: recorded as they happen, and told again, the latest first."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid4

from application.streams import Change, Command, Decision, EventStore, Outcome, Streams, change
from domain.access import ACCESS, DOOR, Access, Event
from domain.business import BUSINESS, Business
from domain.events import Recorded
from domain.people import Actor


def noting(log: Streams, *events: Event) -> Change:
    """To be appended with what else is decided."""
    log.load_latest(Access(), ACCESS)
    return Change(ACCESS, events)


def note(store: EventStore, *events: Event, at: datetime, by: Actor = DOOR, once: UUID | None = None) -> Outcome:
    """Under the id `once` it is noted once, however often that is asked for."""

    def decided(log: Streams) -> Decision:
        return Decision([noting(log, *events)])

    business, _ = store.load(Business(), BUSINESS)
    new, fingerprint = once or uuid4(), b"once" if once else b""
    today = at.astimezone(business.zone).date()
    return change(store, Command(new, by, at, today, correlation_id=new, fingerprint=fingerprint), decided)


def latest_access(store: EventStore, before: int | None, limit: int) -> Sequence[Recorded]:
    """The last ones before that version of the stream, the latest first."""
    _, last = store.load_latest(Access(), ACCESS)
    return store.part_of_history(ACCESS, before=last + 1 if before is None else before, limit=limit)[::-1]
