"""Money on the desk: payments that wait, those that were rejected, the month's collections report."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, Select, Subquery, func, literal, select, union_all

from domain.days import next_month
from domain.money import Money
from domain.people import Actor
from projections.escritorio.tables import case_file_holdings, case_files, client_holdings, clients, payments
from projections.escritorio.visibility import visible_to
from projections.merging import is_one_with
from projections.pages import Order, Page


@dataclass(frozen=True, slots=True)
class DeskPayment:
    """`position` is where the log tells of it: who paid and what was noted are read there. `outstanding` is what is
    left of all of the debt."""

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
class CollectorTotal:
    collector: str | None
    count: int
    totals: Sequence[Money]


@dataclass(frozen=True, slots=True)
class CollectionsReport:
    """`by_collector` has the totals of each; none is what nobody held."""

    month: str
    lines: Sequence[CollectionLine]
    count: int
    totals: Sequence[Money]
    by_collector: Sequence[CollectorTotal]


# Payments

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


def list_unapproved_payments(db: Connection, viewer: Actor, cursor: str | None, limit: int) -> Page[DeskPayment]:
    """The longest waiting first."""
    order = Order((payments.c.position, payments.c.payment_id))
    query = payment_lines.where(payments.c.state == "unapproved", *visible_to(viewer))
    found = list(db.execute(order.page(query, cursor, limit)))
    return order.shown(found, limit, [payment_line(row) for row in found[:limit]])


def rejected_payments(db: Connection, viewer: Actor, since: datetime, limit: int) -> Sequence[tuple[DeskPayment, int]]:
    """Those that stand rejected since then, the latest first, each with where the log tells of its rejection."""
    rejected = (payments.c.state == "rejected", payments.c.decided_at >= since.astimezone(UTC).replace(tzinfo=None))
    query = payment_lines.where(*rejected, *visible_to(viewer)).order_by(payments.c.decided_at.desc()).limit(limit)
    return [(payment_line(row), row.decided_at_position) for row in db.execute(query)]


def payments_of(db: Connection, viewer: Actor, debtor_id: UUID, limit: int) -> Sequence[DeskPayment]:
    """A debtor's, on all case files, the last received first."""
    query = payment_lines.where(is_one_with(clients, case_files.c.debtor_id, debtor_id), *visible_to(viewer))
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
        row.payment_id,
        row.case_file_id,
        row.case_file,
        row.debtor_id,
        row.debtor,
        row.collector or None,
        Money.of_minor(row.amount, row.currency),
        Money.of_minor(row.outstanding, row.currency),
        row.received_on,
        row.method,
        row.paid_to,
        row.reference,
        row.state,
        row.recorded_by,
        row.recorded_at.replace(tzinfo=UTC),
        row.position,
    )


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
    begins, ends = month, next_month(month)
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
    return CollectionsReport(f"{month:%Y-%m}", lines, len(lines), _totals(lines), _by_collector(lines))


def _by_collector(lines: Iterable[CollectionLine]) -> Sequence[CollectorTotal]:
    """By name; last what nobody held."""
    earned: dict[str | None, list[CollectionLine]] = {}
    for line in lines:
        earned.setdefault(line.collector, []).append(line)
    names = sorted(earned, key=lambda name: (name is None, name))
    return [CollectorTotal(name, len(earned[name]), _totals(earned[name])) for name in names]


def _totals(lines: Iterable[CollectionLine]) -> Sequence[Money]:
    sums: dict[str, int] = {}
    for line in lines:
        sums[line.amount.currency] = sums.get(line.amount.currency, 0) + line.amount.minor
    return [Money.of_minor(minor, currency) for currency, minor in sorted(sums.items())]


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
