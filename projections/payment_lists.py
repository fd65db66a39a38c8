"""What lists of payments have in common, whichever debts they are of: what may be asked for, and in which order.

The table has `received_on`, `amount`, `state` and `position`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Table

from projections.pages import Order, UnknownSort

SORTS = ("received_on", "amount")


@dataclass(frozen=True, slots=True)
class Filters:
    """`from_day` to `to_day` it was received."""

    state: str | None = None
    from_day: date | None = None
    to_day: date | None = None


def order_of(payments: Table, sort: str) -> Order:
    """`sort` is one of `SORTS`, with a hyphen before it to turn it round."""
    name = sort.removeprefix("-")
    if name not in SORTS:
        raise UnknownSort(field="sort", known=SORTS)
    return Order((payments.c[name], payments.c.position), descending=sort.startswith("-"))


def chosen(payments: Table, filters: Filters) -> Sequence[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if filters.state is not None:
        conditions.append(payments.c.state == filters.state)
    if filters.from_day is not None:
        conditions.append(payments.c.received_on >= filters.from_day)
    if filters.to_day is not None:
        conditions.append(payments.c.received_on <= filters.to_day)
    return conditions
