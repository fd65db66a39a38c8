"""A series of numbers, such as that of a year's invoices: no gap, no number twice, no day before the last one's.

Numbers that documents from elsewhere have are passed over: a series goes on where another system's ended.

RD 1619/2012, art. 6.1.a: the numbers within each series are consecutive. A series' state is what its latest event says.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from itertools import count
from typing import Self
from uuid import UUID, uuid5

from domain.days import check_day
from domain.errors import Invalid

CODE = re.compile(r"[A-Z][A-Z0-9]{0,9}")
SERIES = UUID("5b1d1f6e-1c53-4c8e-9a0e-9c7a3f0f8d11")


@dataclass(frozen=True, slots=True)
class NumberTaken:
    """`number` is how the document is known, `sequence` which one of its series it is, from 1."""

    series: str
    sequence: int
    number: str
    taken_on: date
    document_id: UUID


Event = NumberTaken


class SeriesCodeNotAllowed(Invalid):
    title = "A series is named by up to ten capital letters and digits, the first a letter"


class BeforeLastNumber(Invalid):
    title = "The day cannot be before that of the series' last number"


@dataclass(frozen=True)
class Series:
    sequence: int = 0
    taken_on: date = date.min

    def take(
        self,
        series: str,
        document_id: UUID,
        on: date,
        *,
        today: date,
        is_held: Callable[[str], bool] = lambda _: False,
        field: str = "issued_on",
    ) -> NumberTaken:
        """`is_held` tells whether a document from elsewhere has a number."""
        check_day(on, field, at_most=today)
        if on < self.taken_on:
            raise BeforeLastNumber(field=field, last_on=self.taken_on)
        numbers = ((sequence, f"{series}-{sequence:04d}") for sequence in count(self.sequence + 1))
        sequence, number = next((sequence, number) for sequence, number in numbers if not is_held(number))
        return NumberTaken(series, sequence, number, on, document_id)

    def evolve(self, event: Event) -> Self:
        return type(self)(event.sequence, event.taken_on)


def series_of(code: str, day: date) -> str:
    """Each year's numbers are a series of their own: F2026 after F2025."""
    return f"{code}{day.year}"


def series_id(series: str) -> UUID:
    return uuid5(SERIES, series)


def check_code(code: str, field: str) -> str:
    if not CODE.fullmatch(code):
        raise SeriesCodeNotAllowed(field=field)
    return code
