"""Aged receivables: what is left to pay on a day of what was issued, sent or not, by how long ago it was due.

What each invoice was on that day lies in `steps`, as known now; whose it is, and who holds its client, is as of today.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, case, func, or_, select

from domain.money import Money
from domain.people import Actor
from projections.invoices.steps import OWED
from projections.invoices.tables import clients, invoices, steps
from projections.invoices.visibility import visible_to
from projections.pages import Order, Page, UnknownSort

BUCKETS = ("current", "days_1_to_30", "days_31_to_60", "days_61_to_90", "over_90_days")
"""By the days since it was due; what is due on the day itself is current."""

SUMS = (*BUCKETS, "unsent")


@dataclass(frozen=True, slots=True)
class Aged:
    """In one currency. `total` is all five together, `unsent` what of it nobody asked the clients for yet."""

    current: Money
    days_1_to_30: Money
    days_31_to_60: Money
    days_61_to_90: Money
    over_90_days: Money
    total: Money
    unsent: Money


@dataclass(frozen=True, slots=True)
class ClientReceivables:
    """`aged` has one for each currency."""

    client_id: UUID
    client: str
    collector: str | None
    invoices: int
    aged: Sequence[Aged]


@dataclass(frozen=True, slots=True)
class CollectorReceivables:
    """`collector` is None for clients whom nobody holds."""

    collector: str | None
    invoices: int
    aged: Sequence[Aged]


@dataclass(frozen=True, slots=True)
class Receivables:
    """All of them, and by who holds the clients."""

    as_of: date
    invoices: int
    aged: Sequence[Aged]
    by_collector: Sequence[CollectorReceivables]


_whose = clients.alias("whose")
_survivor = clients.alias("survivor")

SORTS = ("client", "total")


def receivables(db: Connection, viewer: Actor, as_of: date) -> Receivables:
    found = db.execute(_aged(viewer, as_of, invoices.c.collector).order_by(invoices.c.collector)).all()
    names = sorted({row.collector for row in found}, key=lambda name: (not name, name))
    of_each = {name: [row for row in found if row.collector == name] for name in names}
    return Receivables(
        as_of,
        sum(row.invoices for row in found),
        _added(found),
        [
            CollectorReceivables(name or None, sum(row.invoices for row in rows), _added(rows))
            for name, rows in of_each.items()
        ],
    )


def client_receivables(
    db: Connection, viewer: Actor, as_of: date, sort: str, cursor: str | None, limit: int
) -> Page[ClientReceivables]:
    """Those who owe. By name or, as `-total`, who owes the most first, in whichever currency that is."""
    name = sort.removeprefix("-")
    if name not in SORTS:
        raise UnknownSort(field="sort", known=[*SORTS])
    each = _aged(viewer, as_of, _survivor.c.client_id).subquery("each")
    total = sum((each.c[bucket] for bucket in BUCKETS[1:]), each.c[BUCKETS[0]])
    owing = select(each.c.client_id, func.max(total).label("most")).group_by(each.c.client_id).subquery("owing")
    column = owing.c.most if name == "total" else clients.c.name_key
    order = Order((column, clients.c.client_id), descending=sort.startswith("-"))
    query = select(clients, owing.c.most).join(owing, owing.c.client_id == clients.c.client_id)
    found = list(db.execute(order.page(query, cursor, limit)))
    shown = found[:limit]
    aged = _aged(viewer, as_of, _survivor.c.client_id).where(
        _survivor.c.client_id.in_([row.client_id for row in shown])
    )
    of_each: dict[UUID, list[Row[Any]]] = {}
    for row in db.execute(aged):
        of_each.setdefault(row.client_id, []).append(row)
    items = [
        ClientReceivables(
            row.client_id,
            row.name,
            row.collector or None,
            sum(one.invoices for one in of_each[row.client_id]),
            _added(of_each[row.client_id]),
        )
        for row in shown
    ]
    return order.shown(found, limit, items)


def _aged(viewer: Actor, as_of: date, by: ColumnElement[Any]) -> Select[*tuple[Any, ...]]:
    """By that column and currency, the sum in each bucket and how many invoices there are."""
    left, due_on = steps.c.owed - steps.c.paid, invoices.c.due_on
    edges = [as_of, *(as_of - timedelta(days=days) for days in (30, 60, 90))]
    sums = {
        "current": due_on >= edges[0],
        "days_1_to_30": and_(due_on < edges[0], due_on >= edges[1]),
        "days_31_to_60": and_(due_on < edges[1], due_on >= edges[2]),
        "days_61_to_90": and_(due_on < edges[2], due_on >= edges[3]),
        "over_90_days": due_on < edges[3],
        "unsent": and_(or_(steps.c.state == "issued", and_(steps.c.unsent, steps.c.overdue)), ~steps.c.in_collection),
    }
    return (
        select(
            by,
            steps.c.currency,
            func.count().label("invoices"),
            *(func.sum(case((inside, left), else_=0)).label(name) for name, inside in sums.items()),
        )
        .join(invoices, invoices.c.invoice_id == steps.c.document_id)
        .join(_whose, _whose.c.client_id == invoices.c.client_id)
        .join(_survivor, _survivor.c.client_id == _whose.c.survivor_id)
        .where(
            steps.c.state.in_(OWED),
            steps.c.from_on <= as_of,
            steps.c.to_on > as_of,
            *visible_to(viewer, invoices.c.collector),
        )
        .group_by(by, steps.c.currency)
    )


def _added(found: Sequence[Row[Any]]) -> Sequence[Aged]:
    sums: dict[str, dict[str, int]] = {}
    for row in found:
        kept = sums.setdefault(row.currency, dict.fromkeys(SUMS, 0))
        for name in SUMS:
            kept[name] += int(getattr(row, name))
    return [_of(currency, kept) for currency, kept in sorted(sums.items())]


def _of(currency: str, sums: Mapping[str, int]) -> Aged:
    current, to_30, to_60, to_90, over_90, unsent = (Money.of_minor(sums[name], currency) for name in SUMS)
    return Aged(
        current=current,
        days_1_to_30=to_30,
        days_31_to_60=to_60,
        days_61_to_90=to_90,
        over_90_days=over_90,
        total=current + to_30 + to_60 + to_90 + over_90,
        unsent=unsent,
    )
