"""Days as the business counts them: working days of its country, and what a day makes of promises and idle work."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

import holidays


@dataclass(frozen=True, slots=True)
class AsOf:
    """A business day, and what it means by the business's settings.

    A promise without its money that was due before `broken_before` is broken; a case file is idle if nothing was done
    on it since `idle_since`.
    """

    day: date
    broken_before: date
    idle_since: date
    country: str
    grace_days: int

    def is_late(self, due_on: date, complete_on: date) -> bool:
        """Whether a promise had its money only when the grace after its day had run out."""
        return due_on < _broken_before(complete_on, self.country, self.grace_days)


@lru_cache(maxsize=256)
def as_of(day: date, *, country: str, grace_days: int, idle_days: int) -> AsOf:
    broken_before = _broken_before(day, country, grace_days)
    return AsOf(day, broken_before, day - timedelta(days=min(idle_days, day.toordinal() - 1)), country, grace_days)


@lru_cache(maxsize=1024)
def _broken_before(day: date, country: str, grace_days: int) -> date:
    """The first day due whose grace has not run out: it ends with so many working days after the day due."""
    due = day
    for _ in range(grace_days):
        due = _working_day_before(due, country)
    return due


def _working_day_before(day: date, country: str) -> date:
    while day > date.min + timedelta(days=1):
        day -= timedelta(days=1)
        if _is_working_day(day, country):
            break
    return day


def _is_working_day(day: date, country: str) -> bool:
    return day.weekday() < 5 and day not in _holidays(country, day.year)  # noqa: PLR2004 - Monday to Friday


@lru_cache(maxsize=64)
def _holidays(country: str, year: int) -> frozenset[date]:
    """A country that the library does not know has weekends only."""
    if country not in holidays.list_supported_countries():
        return frozenset()
    return frozenset(holidays.country_holidays(country, years=year))


def next_working_day(day: date, country: str) -> date:
    day += timedelta(days=1)
    while not _is_working_day(day, country):
        day += timedelta(days=1)
    return day


@lru_cache(maxsize=64)
def holiday_names(year: int, *, country: str, language: str) -> Mapping[date, str]:
    """In the reader's language where the library has them, else in the country's own."""
    if country not in holidays.list_supported_countries():
        return {}
    known = next((one for one in holidays.country_holidays(country).supported_languages if one[:2] == language), None)
    return dict(holidays.country_holidays(country, years=year, language=known))
