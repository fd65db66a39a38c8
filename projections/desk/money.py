"""Money on the desk: payments of case files that wait, and those that were rejected."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, Select, func, or_, select

from domain.money import Money
from domain.people import Actor
from projections.amounts import CountAndTotals
from projections.desk.tables import case_files, clients, payments
from projections.desk.visibility import visible_to
from projections.merging import merged_group
from projections.pages import Order, Page


@dataclass(frozen=True, slots=True)
class DeskPayment:
    """`position` is where the log tells of it: who paid and what was noted are read there. `moved_at_position` is that
    of the latest move to another collector. `outstanding` is what is left of all of the debt."""

    id: UUID
    case_file_id: UUID
    case_file: str
    debtor_id: UUID
    debtor: str
    collector: str | None
    amount: Money
    outstanding: Money
    received_on: date
    method: str
    paid_to: str
    reference: str | None
    state: str
    recorded_by: str
    recorded_at: datetime
    position: int
    moved_at_position: int | None

    @property
    def told_at(self) -> Sequence[int]:
        """Where the log tells who recorded it, who took the money and whom it counts for."""
        return [self.position] if self.moved_at_position is None else [self.position, self.moved_at_position]

    @property
    def debt_id(self) -> UUID:
        return self.case_file_id


payment_lines: Select[*tuple[Any, ...]] = (
    select(
        payments,
        case_files.c.reference.label("case_file"),
        case_files.c.currency,
        case_files.c.outstanding,
        case_files.c.collector,
        case_files.c.debtor_id,
        clients.c.name.label("debtor"),
    )
    .join(case_files, case_files.c.case_file_id == payments.c.case_file_id)
    .join(clients, clients.c.client_id == case_files.c.debtor_id)
)


def _seen_or_recorded_by(viewer: Actor) -> Sequence[ColumnElement[bool]]:
    """Those of the case files that one sees, and those that one recorded before their case file changed hands."""
    return [or_(payments.c.recorded_by == viewer.name, seen) for seen in visible_to(viewer)]


def _waits_for(viewer: Actor) -> Sequence[ColumnElement[bool]]:
    """Who recorded a payment may withdraw it while it waits, whoever has its case file by now."""
    return (payments.c.state == "unapproved", *_seen_or_recorded_by(viewer))


def list_unapproved_payments(db: Connection, viewer: Actor, cursor: str | None, limit: int) -> Page[DeskPayment]:
    """The longest waiting first."""
    order = Order((payments.c.position, payments.c.payment_id))
    query = payment_lines.where(*_waits_for(viewer))
    found = list(db.execute(order.page(query, cursor, limit)))
    return order.shown(found, limit, [payment_line(row) for row in found[:limit]])


def rejected_payments(db: Connection, viewer: Actor, since: datetime, limit: int) -> Sequence[tuple[DeskPayment, int]]:
    """Those that stand rejected since then, the latest first, each with where the log tells of its rejection.

    Who recorded one is told, whoever has its case file by now.
    """
    rejected = (payments.c.state == "rejected", payments.c.decided_at >= since.astimezone(UTC).replace(tzinfo=None))
    query = (
        payment_lines.where(*rejected, *_seen_or_recorded_by(viewer))
        .order_by(payments.c.decided_at.desc())
        .limit(limit)
    )
    return [(payment_line(row), row.decided_at_position) for row in db.execute(query)]


def payments_of(db: Connection, viewer: Actor, debtor_id: UUID, limit: int) -> Sequence[DeskPayment]:
    """A debtor's, on all case files, the last received first."""
    query = payment_lines.where(case_files.c.debtor_id.in_(merged_group(clients, debtor_id)), *visible_to(viewer))
    latest = query.order_by(payments.c.received_on.desc(), payments.c.position.desc()).limit(limit)
    return [payment_line(row) for row in db.execute(latest)]


def some_payments(db: Connection, viewer: Actor, chosen: Collection[tuple[UUID, UUID]]) -> Sequence[DeskPayment]:
    """By case file and payment, the first recorded first; without those that are not there, or not to be seen."""
    query = payment_lines.where(
        payments.c.case_file_id.in_({case_file_id for case_file_id, _ in chosen}),
        payments.c.payment_id.in_({payment_id for _, payment_id in chosen}),
        *visible_to(viewer),
    )
    return [payment_line(row) for row in db.execute(query.order_by(payments.c.position))]


def payment_line(row: Row[*tuple[Any, ...]]) -> DeskPayment:
    return DeskPayment(
        id=row.payment_id,
        case_file_id=row.case_file_id,
        case_file=row.case_file,
        debtor_id=row.debtor_id,
        debtor=row.debtor,
        collector=row.collector or None,
        amount=Money.of_minor(row.amount, row.currency),
        outstanding=Money.of_minor(max(row.outstanding, 0), row.currency),
        received_on=row.received_on,
        method=row.method,
        paid_to=row.paid_to,
        reference=row.reference,
        state=row.state,
        recorded_by=row.recorded_by,
        recorded_at=row.recorded_at.replace(tzinfo=UTC),
        position=row.position,
        moved_at_position=row.moved_at_position,
    )


def waiting(db: Connection, viewer: Actor) -> CountAndTotals:
    found = db.execute(
        select(case_files.c.currency, func.count(), func.sum(payments.c.amount))
        .join(case_files, case_files.c.case_file_id == payments.c.case_file_id)
        .where(*_waits_for(viewer))
        .group_by(case_files.c.currency)
        .order_by(case_files.c.currency)
    ).all()
    return CountAndTotals(sum(row[1] for row in found), [Money.of_minor(int(row[2]), row[0]) for row in found])
