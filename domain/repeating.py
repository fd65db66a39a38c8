"""How a task comes again: every so many days, weeks or months, as RFC 5545 has it (its section 3.3.10, RRULE).

The rule lies with the one occurrence that is next; those after it follow from the rule, by the calendar alone, so that
each keeps its local time whatever the clocks do in between.
"""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from itertools import count, takewhile

from domain.days import LAST, EndsBeforeItBegins
from domain.errors import Invalid


class Frequency(StrEnum):
    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"


class Weekday(StrEnum):
    """As RFC 5545 names them, in the order of the week."""

    MONDAY = "MO"
    TUESDAY = "TU"
    WEDNESDAY = "WE"
    THURSDAY = "TH"
    FRIDAY = "FR"
    SATURDAY = "SA"
    SUNDAY = "SU"


WEEK = tuple(Weekday)
MOST = 999
SHORTEST_MONTH = 28


class RepeatsTooOften(Invalid):
    title = "It repeats every 1 to 999 days, weeks or months, and 1 to 999 times"


class EndsTwice(Invalid):
    title = "It ends after so many times or on a day, not both"


@dataclass(frozen=True, slots=True)
class Repeats:
    """`count` is how many there are, this one included; `until` the last day there may be one. Neither: without end.

    `weekdays` are those of a weekly one, the first day's where none is said. `month_day` is a monthly one's day, or the
    month's last where it has no such.
    """

    every: Frequency
    interval: int = 1
    weekdays: tuple[Weekday, ...] = ()
    month_day: int | None = None
    until: date | None = None
    count: int | None = None

    def beginning(self, day: date) -> "Repeats":
        """From that day on: checked, with all that follows from it."""
        if not 1 <= self.interval <= MOST:
            raise RepeatsTooOften(field="repeats/interval")
        if not (self.count is None or 1 <= self.count <= MOST):
            raise RepeatsTooOften(field="repeats/count")
        if self.until is not None and self.count is not None:
            raise EndsTwice(field="repeats")
        if self.until is not None and self.until < day:
            raise EndsBeforeItBegins(field="repeats")
        weekly, monthly = self.every is Frequency.WEEKLY, self.every is Frequency.MONTHLY
        days = (self.weekdays or (WEEK[day.weekday()],)) if weekly else ()
        kept = monthly and self.month_day is not None and _in_month(day, self.month_day) == day
        month_day = (self.month_day if kept else day.day) if monthly else None
        return replace(self, weekdays=tuple(one for one in WEEK if one in days), month_day=month_day)

    def first(self, day: date) -> date:
        """The first of its days from that one on. One that has no weekdays of its own begins on any day."""
        if self.every is not Frequency.WEEKLY or not self.weekdays:
            return day
        week = (day + timedelta(days=number) for number in range(len(WEEK)))
        return next(one for one in week if self.has(one))

    def has(self, day: date) -> bool:
        """Whether that day, which may be the first, is one of those on which it comes again."""
        return self.every is not Frequency.WEEKLY or WEEK[day.weekday()] in self.weekdays

    def following(self, day: date) -> Iterator[tuple[date, "Repeats"]]:
        """The occurrences after that of this day, each with the rule as it goes on from there."""
        left = MOST**2 if self.count is None else self.count
        for number, one in zip(range(1, left), self._after(day), strict=False):
            yield one, self if self.count is None else replace(self, count=self.count - number)

    def _after(self, day: date) -> Iterator[date]:
        last = min(self.until or LAST, LAST)
        return takewhile(lambda one: one <= last, self._forever(day))

    def _forever(self, day: date) -> Iterator[date]:
        match self.every:
            case Frequency.DAILY:
                yield from (day + timedelta(days=number * self.interval) for number in count(1))
            case Frequency.WEEKLY:
                monday = day - timedelta(days=day.weekday())
                for week in count(0, self.interval):
                    for weekday in self.weekdays:
                        one = monday + timedelta(weeks=week, days=WEEK.index(weekday))
                        if one > day:
                            yield one
            case Frequency.MONTHLY:
                for months in count(self.interval, self.interval):
                    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
                    yield _in_month(date(year, month + 1, 1), self.month_day or day.day)

    @property
    def rule(self) -> dict[str, str | int | date | list[str] | list[int]]:
        """The parts of an RRULE. A day that not every month has is the last of those up to it."""
        parts: dict[str, str | int | date | list[str] | list[int]] = {"FREQ": self.every.value.upper()}
        if self.interval > 1:
            parts["INTERVAL"] = self.interval
        if self.every is Frequency.WEEKLY:
            parts["BYDAY"] = [one.value for one in self.weekdays]
        if self.month_day is not None and self.month_day <= SHORTEST_MONTH:
            parts["BYMONTHDAY"] = [self.month_day]
        elif self.month_day is not None:
            parts |= {"BYMONTHDAY": [*range(SHORTEST_MONTH, self.month_day + 1)], "BYSETPOS": -1}
        if self.count is not None:
            parts["COUNT"] = self.count
        if self.until is not None:
            parts["UNTIL"] = self.until
        return parts


def _in_month(month: date, day: int) -> date:
    return month.replace(day=min(day, monthrange(month.year, month.month)[1]))
