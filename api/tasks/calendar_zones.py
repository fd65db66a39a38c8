"""How clocks go in a place, told inside a calendar (RFC 5545, 3.6.5): programs that know no zone by its name read that.

What icalendar makes begins each time an hour late where clocks are put forward, so it is made here.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

STEP = timedelta(days=7)
"""No place changes its clocks twice in so short a time."""

SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Clocks:
    offset: timedelta
    name: str
    summer: bool


@dataclass(frozen=True, slots=True)
class Change:
    """`at` is what the clocks show as they are changed."""

    at: datetime
    before: Clocks
    after: Clocks


@lru_cache(maxsize=16)
def zone_told(zone: ZoneInfo, first_year: int, last_year: int) -> Any:
    """As a component of a calendar, with all changes of those years."""
    begins = datetime(first_year, 1, 1, tzinfo=UTC)
    known = _clocks(begins, zone)
    transitions: dict[tuple[Clocks, Clocks], list[datetime]] = {(known, known): [datetime(first_year, 1, 1)]}  # noqa: DTZ001 - what clocks show
    for change in _changes(zone, begins, datetime(last_year + 1, 1, 1, tzinfo=UTC)):
        transitions.setdefault((change.before, change.after), []).append(change.at)
    component: Any = Timezone()
    component.add("tzid", zone.key)
    for (before, after), (first, *others) in transitions.items():
        part: Any = TimezoneDaylight() if after.summer else TimezoneStandard()
        part.add("dtstart", first)
        part.add("tzoffsetfrom", before.offset)
        part.add("tzoffsetto", after.offset)
        part.add("tzname", after.name)
        if others:
            part.add("rdate", others)
        component.add_component(part)
    return component


def _changes(zone: ZoneInfo, moment: datetime, end: datetime) -> Iterator[Change]:
    while moment < end:
        later = moment + STEP
        before, after = _clocks(moment, zone), _clocks(later, zone)
        if before != after:
            changed = _when(zone, moment, later)
            yield Change((changed + before.offset).replace(tzinfo=None), before, after)
        moment = later


def _when(zone: ZoneInfo, earlier: datetime, later: datetime) -> datetime:
    """The first moment at which the clocks go as they do later."""
    after = _clocks(later, zone)
    while later - earlier > SECOND:
        middle = earlier + (later - earlier) // 2 // SECOND * SECOND
        earlier, later = (earlier, middle) if _clocks(middle, zone) == after else (middle, later)
    return later


def _clocks(moment: datetime, zone: ZoneInfo) -> Clocks:
    there = moment.astimezone(zone)
    return Clocks(there.utcoffset() or timedelta(), there.tzname() or "", bool(there.dst()))
