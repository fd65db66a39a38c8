"""What ever happened to something, straight from the log, a page at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

import msgspec
from fastapi import Query

from domain.events import Recorded
from projections.pages import Page

Version = Annotated[int, Query(ge=0, le=2**31, description="The version after which to go on.")]


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """An event as the log holds it: `data` are its own fields."""

    position: int
    version: int
    name: str
    at: datetime
    actor: str
    reason: str | None
    data: dict[str, Any]


def history_page(history: Sequence[Recorded], after: int, limit: int) -> Page[HistoryEntry]:
    """Oldest first."""
    shown = history[after : after + limit]
    more = len(history) > after + limit
    return Page([_entry(recorded) for recorded in shown], str(after + limit) if more else None)


def _entry(recorded: Recorded) -> HistoryEntry:
    return HistoryEntry(
        recorded.position,
        recorded.version,
        recorded.name,
        recorded.recorded_at,
        recorded.actor,
        recorded.reason,
        msgspec.to_builtins(recorded.event),
    )
