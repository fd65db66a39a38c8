"""Estimates: the list and its filters, and one alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, Select, exists, or_, select

from domain.money import Money
from domain.people import Actor
from projections.invoices.tables import clients, estimates, invoices, sendings
from projections.invoices.visibility import visible_to
from projections.merging import merged_group
from projections.pages import Order, Page, UnknownSort
from projections.projection import NEVER
from projections.sorting import WORDS_AT_MOST, holds

Status = Literal["draft", "outstanding", "expired", "accepted", "declined", "revised"]


@dataclass(slots=True)  # frozen, it would take many times as long to make, and a page is made of fifty
class EstimateLine:
    """`revises` is the one whose place it took, `revised_into` the one that took its place."""

    id: UUID
    number: str
    status: Status
    client_id: UUID
    client: str
    collector: str | None
    drafted_on: date
    sent_on: date | None
    expires_on: date | None
    answered_on: date | None
    by_link: bool
    total: Money
    revises: UUID | None
    revised_into: UUID | None
    invoice_id: UUID | None


@dataclass(frozen=True, slots=True)
class Filters:
    """`text` is words of the client's name, its reference or the number; `from_day` to `to_day` it was made."""

    status: Status | None = None
    client_id: UUID | None = None
    collector: str | None = None
    text: str | None = None
    currency: str | None = None
    from_day: date | None = None
    to_day: date | None = None


@dataclass(frozen=True, slots=True)
class Sending:
    channel: str
    sent_on: date
    expires_on: date


SORTS: Mapping[str, ColumnElement[Any]] = {
    "drafted_on": estimates.c.drafted_on,
    "expires_on": estimates.c.expires_on,
    "number": estimates.c.number_key,
    "total": estimates.c.total,
    "client": estimates.c.client_key,
}

BY_NUMBER = (estimates.c.number_key, estimates.c.estimate_id)
"""What breaks ties of a day, of a client…"""

_STAGES: Mapping[Status | None, Sequence[str]] = {
    None: ("draft", "sent", "accepted", "declined", "revised"),
    "outstanding": ("sent",),
    "expired": ("sent",),
    **{stage: (stage,) for stage in ("draft", "accepted", "declined", "revised")},
}
"""Each stage is in order by its index, so lists of them are merged."""

_lines: Select[*tuple[Any, ...]] = select(estimates, clients.c.name.label("client")).join(
    clients, clients.c.client_id == estimates.c.client_id
)


def list_estimates(
    db: Connection, viewer: Actor, today: date, filters: Filters, sort: str, cursor: str | None, limit: int
) -> Page[EstimateLine]:
    """`sort` is one of `SORTS`, with a hyphen before it to turn it round."""
    name = sort.removeprefix("-")
    if name not in SORTS:
        raise UnknownSort(field="sort", known=sorted(SORTS))
    order = Order((SORTS[name], *BY_NUMBER), descending=sort.startswith("-"))
    query, stage = _lines.where(*visible_to(viewer, estimates.c.collector), *_chosen(filters, today)), estimates.c.stage
    stages = _STAGES[filters.status]
    if viewer.sees_all and filters.client_id is None:
        each = [query.where(stage == one) for one in stages]
    else:  # few enough
        each = [query if filters.status is None else query.where(stage.in_(stages))]
    found = order.first([row for one in each for row in db.execute(order.page(one, cursor, limit))], limit)
    return order.shown(found, limit, [_line(row, today) for row in found[:limit]])


def accepted_and_not_issued(db: Connection, viewer: Actor, today: date, limit: int) -> Sequence[EstimateLine]:
    """Those whose invoice is a draft still, the one that was accepted last first."""
    drafts = (invoices.c.invoice_id == estimates.c.invoice_id, invoices.c.state == "draft")
    query = _lines.where(exists().where(*drafts), *visible_to(viewer, estimates.c.collector))
    latest = query.where(estimates.c.stage == "accepted").order_by(estimates.c.answered_on.desc(), *BY_NUMBER)
    return [_line(row, today) for row in db.execute(latest.limit(limit))]


def find_estimate(db: Connection, viewer: Actor, today: date, estimate_id: UUID) -> EstimateLine | None:
    query = _lines.where(estimates.c.estimate_id == estimate_id, *visible_to(viewer, estimates.c.collector))
    row = db.execute(query).one_or_none()
    return None if row is None else _line(row, today)


def sendings_of(db: Connection, estimate_id: UUID) -> Sequence[Sending]:
    found = db.execute(select(sendings).where(sendings.c.estimate_id == estimate_id).order_by(sendings.c.position))
    return [Sending(row.channel, row.sent_on, row.expires_on) for row in found]


def _chosen(filters: Filters, today: date) -> Sequence[ColumnElement[bool]]:
    columns = estimates.c
    equal = {columns.collector: filters.collector, columns.currency: filters.currency}
    conditions = [column == value for column, value in equal.items() if value is not None]
    if filters.status == "outstanding":
        conditions.append(columns.expires_on >= today)
    if filters.status == "expired":
        conditions.append(columns.expires_on < today)
    if filters.client_id is not None:
        conditions.append(columns.client_id.in_(merged_group(clients, filters.client_id)))
    if filters.from_day is not None:
        conditions.append(columns.drafted_on >= filters.from_day)
    if filters.to_day is not None:
        conditions.append(columns.drafted_on <= filters.to_day)
    conditions.extend(
        or_(
            columns.number.icontains(word, autoescape=True),
            clients.c.reference.icontains(word, autoescape=True),
            holds(columns.client_key, word),
        )
        for word in (filters.text or "").split()[:WORDS_AT_MOST]
    )
    return conditions


def _line(row: Row[Any], today: date) -> EstimateLine:
    status = row.stage
    if status == "sent":
        status = "outstanding" if row.expires_on >= today else "expired"
    return EstimateLine(
        id=row.estimate_id,
        number=row.number,
        status=status,
        client_id=row.client_id,
        client=row.client,
        collector=row.collector or None,
        drafted_on=row.drafted_on,
        sent_on=None if row.sent_on == NEVER else row.sent_on,
        expires_on=None if row.expires_on == NEVER else row.expires_on,
        answered_on=None if row.answered_on == NEVER else row.answered_on,
        by_link=row.by_link,
        total=Money.of_minor(row.total, row.currency),
        revises=row.revises,
        revised_into=row.revised_into,
        invoice_id=row.invoice_id,
    )
