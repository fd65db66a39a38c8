"""A series of numbers, such as that of a year's invoices: no gap, no number twice.

A day before another number's of the series, or in a tax quarter that is over, is taken only where whoever issues
confirms it: days that run against the numbers have to be explained to an inspector, and the quarter's return may be
filed.

It begins after the last number that another program gave, where somebody says so; numbers of imported documents are
passed over.

RD 1619/2012, art. 6.1.a: the numbers within each series are consecutive. A series' state is what its latest event says.
"""

import re
from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain, repeat
from typing import Self, assert_never
from uuid import UUID, uuid5

from domain.days import check_day
from domain.errors import Conflict, Invalid

CODE = re.compile(r"[A-Z][A-Z0-9]{0,9}")
SEQUENCES = range(1, 1_000_000)

LOOKED_UP = 500
"""Numbers at a time, where the next one is gone."""

SERIES = UUID("5b1d1f6e-1c53-4c8e-9a0e-9c7a3f0f8d11")


@dataclass(frozen=True, slots=True)
class NumberTaken:
    """`number` is how the document is known, `sequence` which one of its series it is, from 1.

    `latest_on` is the latest day of the series until then, where this number's is an earlier one.
    """

    series: str
    sequence: int
    number: str
    taken_on: date
    document_id: UUID
    latest_on: date | None = None


@dataclass(frozen=True, slots=True)
class SeriesContinued:
    """Another program gave the year's numbers up to this one: ours follow."""

    series: str
    after: int


Event = NumberTaken | SeriesContinued


class SeriesCodeNotAllowed(Invalid):
    title = "A series is named by up to ten capital letters and digits, the first a letter"


class SeriesBegun(Conflict):
    title = "A number of this series was given here already: it goes on from there"


class SequenceOutOfRange(Invalid):
    title = "The last number given elsewhere is 1 to 999999"


class BeforeLastNumber(Invalid):
    title = "This day is before the latest one of the series: confirm that it is meant"


class EarlierTaxPeriod(Invalid):
    title = "This day is in a tax quarter that is over, and may be declared already: confirm that it is meant"


@dataclass(frozen=True)
class Series:
    """`latest_on` is the latest day of its numbers, `date.min` until one is given here."""

    sequence: int = 0
    latest_on: date = date.min

    def continue_after(self, series: str, after: int) -> list[Event]:
        if self.latest_on != date.min:
            raise SeriesBegun(field="after")
        if after not in SEQUENCES:
            raise SequenceOutOfRange(field="after")
        return [SeriesContinued(series, after)] if after != self.sequence else []

    def take(
        self,
        series: str,
        document_id: UUID,
        on: date,
        *,
        today: date,
        held: Callable[[Sequence[str]], Container[str]] = lambda _: (),
        earlier_day_confirmed: bool = False,
        field: str = "issued_on",
    ) -> NumberTaken:
        """`held` tells which of these numbers imported documents have."""
        check_day(on, field, at_most=today)
        if not earlier_day_confirmed:
            self._check_not_earlier(on, today, field)
        sequence = next(self._free(series, held))
        latest_on = self.latest_on if on < self.latest_on else None
        return NumberTaken(
            series=series,
            sequence=sequence,
            number=number_in(series, sequence),
            taken_on=on,
            document_id=document_id,
            latest_on=latest_on,
        )

    def _check_not_earlier(self, on: date, today: date, field: str) -> None:
        details: dict[str, object] = {"field": field, "confirmed_by": "earlier_day_confirmed"}
        if on < self.latest_on:
            details["last_on"] = self.latest_on
        if quarter(on) < quarter(today):
            raise EarlierTaxPeriod(**details, quarter="{}-Q{}".format(*quarter(on)))
        if on < self.latest_on:
            raise BeforeLastNumber(**details)

    def _free(self, series: str, held: Callable[[Sequence[str]], Container[str]]) -> Iterator[int]:
        """Nearly always the next one is; where it is gone, many are looked up at a time."""
        first = self.sequence + 1
        for many in chain((1,), repeat(LOOKED_UP)):
            numbers = {sequence: number_in(series, sequence) for sequence in range(first, first + many)}
            gone = held([*numbers.values()])
            yield from (sequence for sequence, number in numbers.items() if number not in gone)
            first += many

    def evolve(self, event: Event) -> Self:
        match event:
            case NumberTaken():
                return type(self)(event.sequence, event.latest_on or event.taken_on)
            case SeriesContinued():
                return type(self)(event.after)
            case _:
                assert_never(event)


def number_in(series: str, sequence: int) -> str:
    return f"{series}-{sequence:04d}"


def quarter(day: date) -> tuple[int, int]:
    """The year and which quarter of it: what a return of value added tax is for (RIVA, RD 1624/1992, art. 71.3)."""
    return day.year, (day.month + 2) // 3


def series_of(code: str, day: date) -> str:
    """Each year's numbers are a series of their own: F2026 after F2025."""
    return f"{code}{day.year}"


def series_id(series: str) -> UUID:
    return uuid5(SERIES, series)


def check_code(code: str, field: str) -> str:
    if not CODE.fullmatch(code):
        raise SeriesCodeNotAllowed(field=field)
    return code
