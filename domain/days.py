"""Business days: what counts as one at all."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from domain.errors import Invalid

FIRST, LAST = date(1900, 1, 1), date(2999, 12, 31)
"""Room on both sides for what is reckoned from a day, such as grace and days in dispute."""


class DayOutOfRange(Invalid):
    title = "This day is out of range"


class EndsBeforeItBegins(Invalid):
    title = "It can't end before it begins"


def check_day(day: date, field: str, *, at_least: date = FIRST, at_most: date = LAST) -> None:
    if not max(at_least, FIRST) <= day <= min(at_most, LAST):
        raise DayOutOfRange(field=field, at_least=max(at_least, FIRST), at_most=min(at_most, LAST))


def check_days(from_day: date | None, to_day: date | None) -> None:
    """From one to another, both included; open where one is None."""
    for day, name in ((from_day, "from"), (to_day, "to")):
        if day is not None:
            check_day(day, name)
    if from_day is not None and to_day is not None and to_day < from_day:
        raise EndsBeforeItBegins(field="to")


def next_month(month: date) -> date:
    """Its first day."""
    return (month.replace(day=1) + timedelta(days=32)).replace(day=1)


def exists(day: date, at: time, zone: ZoneInfo) -> bool:
    """Whether the clocks there show that time on that day: not where they are put forward over it.

    What they show twice, as they are put back, is meant the first time (RFC 5545, 3.3.5).
    """
    return shown_at(day, at, zone) == datetime.combine(day, at)


def shown_at(day: date, at: time, zone: ZoneInfo) -> datetime:
    """What the clocks there show then: later, where they are put forward over that time (RFC 5545, 3.3.5)."""
    return datetime.combine(day, at, zone).astimezone(UTC).astimezone(zone).replace(tzinfo=None)
