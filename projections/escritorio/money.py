"""Money on the desk: payments that wait, the month's collections report, the calendar."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Subquery, and_, func, literal, or_, select, union_all

from domain.money import Money
from domain.people import Actor
from projections.escritorio.tables import (
    actions,
    case_file_holdings,
    case_files,
    client_holdings,
    clients,
    instalments,
    payments,
    promises,
)
from projections.escritorio.visibility import visible_to
from projections.pages import Order, Page
from projections.projection import NEVER


@dataclass(frozen=True, slots=True)
class UnapprovedPayment:
    id: UUID
    case_file_id: UUID
    case_file: str
    debtor: str
    collector: str | None
    amount: Money
    received_on: date
    method: str
    paid_to: str
    reference: str | None
    recorded_by: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Waiting:
    """Payments that wait for a decision."""

    count: int
    totals: Sequence[Money]


@dataclass(frozen=True, slots=True)
class CollectionLine:
    """A collection, or below zero one that was returned. `collector` is whose it counts as; none where nobody held."""

    day: date
    payment_id: UUID
    case_file_id: UUID
    case_file: str
    debtor: str
    collector: str | None
    kind: Literal["collected", "returned"]
    amount: Money
    method: str
    paid_to: str
    second_review: bool


@dataclass(frozen=True, slots=True)
class CollectionsReport:
    month: str
    lines: Sequence[CollectionLine]
    count: int
    totals: Sequence[Money]


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """What is expected that day by promises and instalments, what was collected, and how many actions were logged."""

    day: date
    promised: Sequence[Money]
    instalments: Sequence[Money]
    collected: Sequence[Money]
    actions: int


@dataclass(frozen=True, slots=True)
class Calendar:
    month: str
    days: Sequence[CalendarDay]


# Payments that wait


def list_unapproved_payments(db: Connection, viewer: Actor, cursor: str | None, limit: int) -> Page[UnapprovedPayment]:
    """The longest waiting first."""
    order = Order(payments.c.position, payments.c.payment_id, int, UUID)
    query = (
        select(
            payments,
            case_files.c.reference.label("case_file"),
            case_files.c.currency,
            case_files.c.collector,
            clients.c.name.label("debtor"),
        )
        .join(case_files, case_files.c.case_file_id == payments.c.case_file_id)
        .join(clients, clients.c.client_id == case_files.c.debtor_id)
        .where(payments.c.state == "unapproved", *visible_to(viewer))
    )
    found = list(db.execute(order.page(query, cursor, limit)))
    shown = [
        UnapprovedPayment(
            row.payment_id,
            row.case_file_id,
            row.case_file,
            row.debtor,
            row.collector or None,
            Money.of_minor(row.amount, row.currency),
            row.received_on,
            row.method,
            row.paid_to,
            row.reference,
            row.recorded_by,
            row.recorded_at.replace(tzinfo=UTC),
        )
        for row in found[:limit]
    ]
    return order.shown(found, limit, shown)


def waiting(db: Connection, viewer: Actor) -> Waiting:
    found = db.execute(
        select(case_files.c.currency, func.count(), func.sum(payments.c.amount))
        .join(case_files, case_files.c.case_file_id == payments.c.case_file_id)
        .where(payments.c.state == "unapproved", *visible_to(viewer))
        .group_by(case_files.c.currency)
        .order_by(case_files.c.currency)
    ).all()
    return Waiting(sum(row[1] for row in found), [Money.of_minor(int(row[2]), row[0]) for row in found])


# The collections report


def collections_report(db: Connection, viewer: Actor, month: date, collector: str | None) -> CollectionsReport:
    """`month` is its first day. A collection counts for whoever held the case file on the day the money came."""
    begins, ends = month, _next_month(month)
    moves = _collections(begins, ends)
    query = (
        select(
            moves,
            case_files.c.reference.label("case_file"),
            case_files.c.currency,
            clients.c.name.label("debtor"),
        )
        .join(case_files, case_files.c.case_file_id == moves.c.case_file_id)
        .join(clients, clients.c.client_id == case_files.c.debtor_id)
        .order_by(moves.c.day, moves.c.position, moves.c.kind)
    )
    whose = collector if viewer.sees_all else viewer.name
    if whose is not None:
        query = query.where(moves.c.credited_to == whose)
    lines = [
        CollectionLine(
            row.day,
            row.payment_id,
            row.case_file_id,
            row.case_file,
            row.debtor,
            row.credited_to,
            row.kind,
            Money.of_minor(row.amount, row.currency),
            row.method,
            row.paid_to,
            row.second_review,
        )
        for row in db.execute(query)
        if collector is None or row.credited_to == collector
    ]
    totals = _totals((line.amount.currency, line.amount.minor) for line in lines)
    return CollectionsReport(f"{month:%Y-%m}", lines, len(lines), totals)


def _collections(begins: date, ends: date) -> Subquery:
    """What came in the month, and what went back in it."""
    columns = (payments.c.case_file_id, payments.c.payment_id, payments.c.position, payments.c.method)
    came = select(
        *columns,
        payments.c.paid_to,
        payments.c.second_review,
        literal("collected").label("kind"),
        payments.c.received_on.label("day"),
        payments.c.amount.label("amount"),
        _credited_to().label("credited_to"),
    ).where(
        payments.c.state.in_(("approved", "returned")), payments.c.received_on >= begins, payments.c.received_on < ends
    )
    went = select(
        *columns,
        payments.c.paid_to,
        payments.c.second_review,
        literal("returned").label("kind"),
        payments.c.returned_on.label("day"),
        (-payments.c.amount).label("amount"),
        _credited_to().label("credited_to"),
    ).where(payments.c.state == "returned", payments.c.returned_on >= begins, payments.c.returned_on < ends)
    return union_all(came, went).subquery("moves")


def _credited_to() -> ColumnElement[str | None]:
    """Whom a supervisor moved it to, else the case file's own holder that day, else its debtor's."""
    own = (
        select(case_file_holdings.c.collector)
        .where(
            case_file_holdings.c.case_file_id == payments.c.case_file_id,
            case_file_holdings.c.from_on <= payments.c.received_on,
        )
        .order_by(case_file_holdings.c.from_on.desc())
        .limit(1)
        .scalar_subquery()
    )
    debtors = (
        select(client_holdings.c.collector)
        .join(case_files, case_files.c.debtor_id == client_holdings.c.client_id)
        .where(
            case_files.c.case_file_id == payments.c.case_file_id,
            client_holdings.c.from_on <= payments.c.received_on,
        )
        .order_by(client_holdings.c.from_on.desc())
        .limit(1)
        .scalar_subquery()
    )
    return func.coalesce(payments.c.credited_to, own, debtors)


# The calendar


def calendar(db: Connection, viewer: Actor, month: date) -> Calendar:
    """`month` is its first day. What is expected counts until its case file is closed."""
    begins, ends = month, _next_month(month)
    seen = visible_to(viewer)
    promised = _by_day(
        db,
        promises,
        promises.c.due_on,
        begins,
        ends,
        (promises.c.cancelled_on == NEVER, case_files.c.closed_on > promises.c.due_on, *seen),
    )
    due = _by_day(
        db,
        instalments,
        instalments.c.due_on,
        begins,
        ends,
        (
            instalments.c.from_on <= instalments.c.due_on,
            instalments.c.to_on > instalments.c.due_on,
            case_files.c.closed_on > instalments.c.due_on,
            *seen,
        ),
    )
    approved = or_(
        payments.c.state == "approved",
        and_(payments.c.state == "returned", payments.c.returned_on > payments.c.received_on),
    )
    collected = _by_day(db, payments, payments.c.received_on, begins, ends, (approved, *seen))
    logged: dict[date, int] = dict(
        db.execute(
            select(actions.c.done_on, func.count())
            .join(case_files, case_files.c.case_file_id == actions.c.case_file_id)
            .where(actions.c.done_on >= begins, actions.c.done_on < ends, *seen)
            .group_by(actions.c.done_on)
        ).all()
    )
    days = (begins + timedelta(days=n) for n in range((ends - begins).days))
    return Calendar(
        f"{month:%Y-%m}",
        [
            CalendarDay(day, promised.get(day, ()), due.get(day, ()), collected.get(day, ()), logged.get(day, 0))
            for day in days
        ],
    )


def _by_day(
    db: Connection, table: Any, day: ColumnElement[date], begins: date, ends: date, where: Iterable[ColumnElement[bool]]
) -> Mapping[date, Sequence[Money]]:
    found: dict[date, list[Money]] = {}
    for on, currency, amount in db.execute(
        select(day, case_files.c.currency, func.sum(table.c.amount))
        .join(case_files, case_files.c.case_file_id == table.c.case_file_id)
        .where(day >= begins, day < ends, *where)
        .group_by(day, case_files.c.currency)
        .order_by(day, case_files.c.currency)
    ):
        found.setdefault(on, []).append(Money.of_minor(int(amount), currency))
    return found


def _totals(amounts: Iterable[tuple[str, int]]) -> Sequence[Money]:
    sums: dict[str, int] = {}
    for currency, minor in amounts:
        sums[currency] = sums.get(currency, 0) + minor
    return [Money.of_minor(minor, currency) for currency, minor in sorted(sums.items())]


def _next_month(month: date) -> date:
    return (month.replace(day=1) + timedelta(days=32)).replace(day=1)
