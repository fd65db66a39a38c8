"""A month as a grid of weeks, from Monday to Sunday: whatever its days hold."""

from calendar import Calendar
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

from api.pages.context import PageContext
from projections.days import holiday_names

T = TypeVar("T")


@dataclass(frozen=True)
class Cell(Generic[T]):
    day: date
    other_month: bool
    holiday: str | None
    entries: T | None


def weeks(context: PageContext, month: date, by_day: Mapping[date, T]) -> Sequence[Sequence[Cell[T]]]:
    names = holiday_names(month.year, country=context.business.country, language=context.language)
    return [
        [Cell(day, day.month != month.month, names.get(day), by_day.get(day)) for day in week]
        for week in Calendar().monthdatescalendar(month.year, month.month)
    ]
