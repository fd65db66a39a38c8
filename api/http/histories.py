"""What ever happened to something, straight from the log, a page at a time."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from fastapi import Query

from application.streams import EventStore
from domain.client import Client
from domain.client.restrictions import ClientMerged, ClientUnmerged
from domain.events import Recorded
from domain.people import Actor
from domain.personal import BLOCKED
from projections.pages import Page

After = Annotated[int, Query(ge=0, le=2**53, description="The position after which to go on.")]


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """An event as the log holds it: `data` are its own fields.

    `stream` is what it befell: what the history is of, or a client that was merged into that one.
    """

    position: int
    stream: UUID
    version: int
    name: str
    at: datetime
    actor: str
    reason: str | None
    data: dict[str, Any]


def history_page(store: EventStore, stream: UUID, after: int, limit: int) -> Page[HistoryEntry]:
    """Oldest first."""
    return _page(store.part_of_history(stream, after=after, limit=limit + 1), limit)


def client_history_page(
    store: EventStore, viewer: Actor, client_id: UUID, merged: Collection[UUID], after: int, limit: int
) -> Page[HistoryEntry]:
    """With when those others were merged into it: what is past the position of each is put in order."""
    events = [*store.part_of_history(client_id, after=after, limit=limit + 1)]
    events += [one for one in _all_mergings(store, viewer, client_id, merged) if one.position > after]
    return _page(sorted(events, key=lambda recorded: recorded.position), limit)


def _page(found: Sequence[Recorded], limit: int) -> Page[HistoryEntry]:
    """Of one more than fit, if there is one."""
    shown = found[:limit]
    return Page([_entry(recorded) for recorded in shown], str(shown[-1].position) if len(found) > limit else None)


def with_mergings(store: EventStore, viewer: Actor, client_id: UUID, merged: Collection[UUID]) -> list[Recorded]:
    """A client's history, and when those others were merged into it, or no longer: their own streams tell that.

    What was said then is about them: of one who is blocked now, only an auditor reads it.
    """
    events = [*store.history(client_id), *_all_mergings(store, viewer, client_id, merged)]
    return sorted(events, key=lambda recorded: recorded.position)


def _all_mergings(store: EventStore, viewer: Actor, client_id: UUID, merged: Collection[UUID]) -> Iterator[Recorded]:
    for one in merged:
        yield from _mergings(store, viewer, client_id, one)


def _mergings(store: EventStore, viewer: Actor, client_id: UUID, merged: UUID) -> Iterator[Recorded]:
    client, _ = store.load(Client(), merged)
    into: UUID | None = None
    for recorded in store.part_of_history(merged, kinds=(ClientMerged, ClientUnmerged)):
        match event := recorded.event:
            case ClientMerged():
                into = event.into
            case ClientUnmerged():
                pass
            case _:
                continue
        if into == client_id:
            seen = client.restrictions.seen(viewer)
            yield recorded if seen else replace(recorded, event=replace(event, reason=BLOCKED))


def _entry(recorded: Recorded) -> HistoryEntry:
    return HistoryEntry(
        position=recorded.position,
        stream=recorded.stream,
        version=recorded.version,
        name=recorded.name,
        at=recorded.recorded_at,
        actor=recorded.actor,
        reason=recorded.reason,
        data=msgspec.to_builtins(recorded.event),
    )
