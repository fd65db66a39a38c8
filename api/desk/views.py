"""What pages of the desk have in common, and what was collected as charts."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection

from api.pages.charts import Bar, bars
from api.pages.context import PageContext
from domain.money import Money, total
from projections.desk.calendar import CalendarDay
from projections.desk.money import waiting

Collected = tuple[date, Sequence[Money]]
"""A day, and what was collected on it in each currency."""


def desk(context: PageContext, db: Connection, tab: str) -> dict[str, Any]:
    """What the tabs show on each of their pages."""
    return {"tab": tab, "waiting": waiting(db, context.viewer)}


def collected(days: Sequence[CalendarDay]) -> Sequence[Collected]:
    return [(day.day, day.collected) for day in days]


def charts(days: Sequence[Collected], today_: date) -> Sequence[tuple[Sequence[Bar], Money]]:
    """What was collected by day, one chart for each currency."""
    return [_chart(currency, days, today_) for currency in sorted({m.currency for _, all_ in days for m in all_})]


def _chart(currency: str, days: Sequence[Collected], today_: date) -> tuple[Sequence[Bar], Money]:
    """What was collected by day and in all, in one currency: two never add."""
    by_day = [(day, next((one for one in all_ if one.currency == currency), None)) for day, all_ in days]
    return bars(by_day, today_), total((amount for _, amount in by_day if amount is not None), currency)
