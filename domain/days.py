"""Business days: what counts as one at all."""

from datetime import date, timedelta

from domain.errors import Invalid

FIRST, LAST = date(1900, 1, 1), date(2999, 12, 31)
"""Room on both sides for what is reckoned from a day, such as grace and days in dispute."""


class DayOutOfRange(Invalid):
    title = "This day is out of range"


def check_day(day: date, field: str, *, at_least: date = FIRST, at_most: date = LAST) -> None:
    if not max(at_least, FIRST) <= day <= min(at_most, LAST):
        raise DayOutOfRange(field=field, at_least=max(at_least, FIRST), at_most=min(at_most, LAST))


def next_month(month: date) -> date:
    """Its first day."""
    return (month.replace(day=1) + timedelta(days=32)).replace(day=1)
