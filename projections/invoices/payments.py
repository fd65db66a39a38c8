"""Payments of invoices: those that wait, a client's, and what came in on each day of a month."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, Select, func, or_, select

from domain.money import Money
from domain.people import Actor
from projections.amounts import CountAndTotals
from projections.invoices.tables import clients, invoices, payments
from projections.invoices.visibility import visible_to
from projections.merging import merged_group
from projections.pages import Order, Page
from projections.payment_lists import Filters, chosen, order_of
from projections.projection import NEVER


@dataclass(frozen=True, slots=True)
class InvoicePayment:
    """`position` is where the log holds it: the order in which payments came to be known. `outstanding` is what is left
    to pay of the invoice."""

    id: UUID
    invoice_id: UUID
    invoice: str
    client_id: UUID
    client: str
    collector: str | None
    outstanding: Money
    amount: Money
    received_on: date
    returned_on: date | None
    method: str
    reference: str | None
    receipt_id: UUID | None
    state: str
    second_review: bool
    recorded_by: str
    recorded_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    position: int

    @property
    def debt_id(self) -> UUID:
        return self.invoice_id


_lines: Select[*tuple[Any, ...]] = (
    select(
        payments,
        invoices.c.number,
        invoices.c.currency,
        invoices.c.outstanding,
        invoices.c.collector,
        invoices.c.client_id,
        clients.c.name.label("client"),
    )
    .join(invoices, invoices.c.invoice_id == payments.c.invoice_id)
    .join(clients, clients.c.client_id == invoices.c.client_id)
)


def _waits_for(viewer: Actor) -> Sequence[ColumnElement[bool]]:
    """Those that one sees, and those that one recorded before the client changed hands: to withdraw them."""
    own = payments.c.recorded_by == viewer.name
    return (payments.c.state == "unapproved", *(or_(own, seen) for seen in visible_to(viewer, invoices.c.collector)))


def list_unapproved_invoice_payments(
    db: Connection, viewer: Actor, cursor: str | None, limit: int
) -> Page[InvoicePayment]:
    """The longest waiting first."""
    order = Order((payments.c.position, payments.c.payment_id))
    query = _lines.where(*_waits_for(viewer))
    found = list(db.execute(order.page(query, cursor, limit)))
    return order.shown(found, limit, [_line(row) for row in found[:limit]])


def some_invoice_payments(
    db: Connection, viewer: Actor, chosen: Collection[tuple[UUID, UUID]]
) -> Sequence[InvoicePayment]:
    """By invoice and payment, the first recorded first; without those that are not there, or not to be seen."""
    query = _lines.where(
        payments.c.invoice_id.in_({invoice_id for invoice_id, _ in chosen}),
        payments.c.payment_id.in_({payment_id for _, payment_id in chosen}),
        *visible_to(viewer, invoices.c.collector),
    )
    return [_line(row) for row in db.execute(query.order_by(payments.c.position))]


def waiting_on_invoices(db: Connection, viewer: Actor) -> CountAndTotals:
    found = db.execute(
        select(invoices.c.currency, func.count(), func.sum(payments.c.amount))
        .join(invoices, invoices.c.invoice_id == payments.c.invoice_id)
        .where(*_waits_for(viewer))
        .group_by(invoices.c.currency)
        .order_by(invoices.c.currency)
    ).all()
    return CountAndTotals(sum(row[1] for row in found), [Money.of_minor(int(row[2]), row[0]) for row in found])


def client_invoice_payments(
    db: Connection, viewer: Actor, client_id: UUID, filters: Filters, sort: str, cursor: str | None, limit: int
) -> Page[InvoicePayment]:
    order = order_of(payments, sort)
    query = _lines.where(
        invoices.c.client_id.in_(merged_group(clients, client_id)),
        *visible_to(viewer, invoices.c.collector),
        *chosen(payments, filters),
    )
    found = list(db.execute(order.page(query, cursor, limit)))
    return order.shown(found, limit, [_line(row) for row in found[:limit]])


def payments_of_invoice(db: Connection, invoice_id: UUID) -> Sequence[InvoicePayment]:
    """In the order in which they were recorded."""
    query = _lines.where(payments.c.invoice_id == invoice_id).order_by(payments.c.position)
    return [_line(row) for row in db.execute(query)]


def _line(row: Row[Any]) -> InvoicePayment:
    return InvoicePayment(
        id=row.payment_id,
        invoice_id=row.invoice_id,
        invoice=row.number,
        client_id=row.client_id,
        client=row.client,
        collector=row.collector or None,
        outstanding=Money.of_minor(row.outstanding, row.currency),
        amount=Money.of_minor(row.amount, row.currency),
        received_on=row.received_on,
        returned_on=None if row.returned_on == NEVER else row.returned_on,
        method=row.method,
        reference=row.reference,
        receipt_id=row.receipt_id,
        state=row.state,
        second_review=row.second_review,
        recorded_by=row.recorded_by,
        recorded_at=row.recorded_at.replace(tzinfo=UTC),
        decided_by=row.decided_by,
        decided_at=row.decided_at and row.decided_at.replace(tzinfo=UTC),
        position=row.position,
    )
