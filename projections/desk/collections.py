"""Collections: what came in and what went back, on case files and on invoices, by day and in the month's report.

An invoice in collection is paid on its case file, and only that payment is a collection.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Subquery,
    Table,
    and_,
    exists,
    func,
    literal,
    or_,
    select,
    union_all,
)

from domain.days import next_month
from domain.money import Money
from domain.people import Actor
from projections.amounts import MovedCollections
from projections.desk.tables import (
    case_file_holdings,
    case_files,
    client_holdings,
    clients,
    invoice_payments,
    invoices,
    payments,
)
from projections.desk.visibility import clients_of, visible_to
from projections.merging import merged_group

Where = Sequence[ColumnElement[bool]]


@dataclass(frozen=True, slots=True)
class CollectionLine:
    """A collection, or below zero one that was returned; of a case file or of an invoice, never of both.

    `debtor` is who owed it. `collector` is whose it counts as; none where nobody held. `holder` has the case file
    or the invoice today.
    """

    day: date
    payment_id: UUID
    case_file_id: UUID | None
    case_file: str | None
    invoice_id: UUID | None
    invoice: str | None
    debtor: str
    collector: str | None
    holder: str | None
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


# By day


def came_in(paid: Table) -> ColumnElement[bool]:
    """What is approved, or was until a later day; of the payments of case files or those of invoices."""
    went_later = and_(paid.c.state == "returned", paid.c.returned_on > paid.c.received_on)
    return or_(paid.c.state == "approved", went_later)


def collected_by_day(db: Connection, viewer: Actor, begins: date, ends: date) -> Mapping[date, Sequence[Money]]:
    """Until before `ends`, of each currency, as the month's report has it: a collector's own, or all."""
    moves = _moves(begins, ends)
    return _by_day(db, moves, () if viewer.sees_all else (moves.c.credited_to == viewer.name,))


def collected_of_client(
    db: Connection, viewer: Actor, client_id: UUID, begins: date, ends: date
) -> Mapping[date, Sequence[Money]]:
    """What it paid, and what others paid on debts that it is the creditor of, in the portfolios that one sees now."""
    owed = or_(
        *(one.in_(merged_group(clients, client_id)) for one in (case_files.c.debtor_id, case_files.c.creditor_id))
    )
    seen = select(clients.c.client_id).where(*clients_of(viewer))
    invoiced = (invoices.c.client_id.in_(merged_group(clients, client_id)), invoices.c.client_id.in_(seen))
    return _by_day(db, _moves(begins, ends, (owed, *visible_to(viewer)), invoiced))


def _by_day(db: Connection, moves: Subquery, where: Where = ()) -> Mapping[date, Sequence[Money]]:
    found: dict[date, list[Money]] = {}
    for day, currency, amount in db.execute(
        select(moves.c.day, moves.c.currency, func.sum(moves.c.amount))
        .where(*where)
        .group_by(moves.c.day, moves.c.currency)
        .order_by(moves.c.day, moves.c.currency)
    ):
        found.setdefault(day, []).append(Money.of_minor(int(amount), currency))
    return found


# The month's report


def collections_report(db: Connection, viewer: Actor, month: date, collector: str | None) -> CollectionsReport:
    """`month` is its first day. A collection counts for whoever held the case file on the day the money came, or the
    client of an invoice."""
    moves = _moves(month, next_month(month))
    query = (
        select(
            moves,
            case_files.c.case_file_id,
            case_files.c.reference,
            invoices.c.invoice_id,
            invoices.c.number,
            clients.c.name.label("debtor"),
            func.coalesce(case_files.c.collector, clients.c.collector).label("holder"),
        )
        .outerjoin(case_files, case_files.c.case_file_id == moves.c.owed_id)
        .outerjoin(invoices, invoices.c.invoice_id == moves.c.owed_id)
        .join(clients, clients.c.client_id == func.coalesce(case_files.c.debtor_id, invoices.c.client_id))
        .order_by(moves.c.day, moves.c.position, moves.c.kind)
    )
    whose = collector if viewer.sees_all else viewer.name
    if whose is not None:
        query = query.where(moves.c.credited_to == whose)
    lines = [
        CollectionLine(
            day=row.day,
            payment_id=row.payment_id,
            case_file_id=row.case_file_id,
            case_file=row.reference,
            invoice_id=row.invoice_id,
            invoice=row.number,
            debtor=row.debtor,
            collector=row.credited_to,
            holder=row.holder or None,
            kind=row.kind,
            amount=Money.of_minor(row.amount, row.currency),
            method=row.method,
            paid_to=row.paid_to,
            second_review=row.second_review,
        )
        for row in db.execute(query)
        if collector is None or row.credited_to == collector
    ]
    return CollectionsReport(f"{month:%Y-%m}", lines, len(lines), _totals(lines), _by_collector(lines))


def collections_moved(
    db: Connection, client_ids: Collection[UUID], to: str | None, from_on: date, today: date
) -> Sequence[MovedCollections]:
    """What would count for another, by month, if these clients had been that collector's from that day on.

    Until others were assigned to them later. What a supervisor moved stays, as do case files assigned on their own.
    """

    def of_clients(whose: ColumnElement[UUID], paid: Table) -> Where:
        assigned_later = exists().where(
            client_holdings.c.client_id == whose,
            client_holdings.c.from_on > from_on,
            client_holdings.c.from_on <= paid.c.received_on,
        )
        return (whose.in_(client_ids), paid.c.received_on >= from_on, paid.c.credited_to.is_(None), ~assigned_later)

    its_own = _held(case_file_holdings, case_file_holdings.c.case_file_id, payments.c.case_file_id, payments)
    moves = _moves(
        from_on,
        today + timedelta(days=1),
        (*of_clients(case_files.c.debtor_id, payments), its_own.is_(None)),
        of_clients(invoices.c.client_id, invoice_payments),
    )
    sums: dict[tuple[str, str], dict[str, int]] = {}
    for day, holder, currency, amount in db.execute(
        select(moves.c.day, moves.c.credited_to, moves.c.currency, func.sum(moves.c.amount)).group_by(
            moves.c.day, moves.c.credited_to, moves.c.currency
        )
    ):
        if (holder or None) != to:
            of_month = sums.setdefault((f"{day:%Y-%m}", holder or ""), {})
            of_month[currency] = of_month.get(currency, 0) + int(amount)
    return [
        MovedCollections(month, holder or None, [Money.of_minor(minor, one) for one, minor in sorted(totals.items())])
        for (month, holder), totals in sorted(sums.items())
    ]


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


def _moves(
    begins: date,
    ends: date,
    of_case_files: Where = (),
    of_invoices: Where = (),
) -> Subquery:
    """What came from the one day until before the other, and what went back: of all, or of those of both kinds."""
    on_case_files = payments.join(case_files, case_files.c.case_file_id == payments.c.case_file_id)
    its_own = _held(case_file_holdings, case_file_holdings.c.case_file_id, payments.c.case_file_id, payments)
    debtors = _held(client_holdings, client_holdings.c.client_id, case_files.c.debtor_id, payments)
    on_invoices = invoice_payments.join(invoices, invoices.c.invoice_id == invoice_payments.c.invoice_id)
    clients_ = _held(client_holdings, client_holdings.c.client_id, invoices.c.client_id, invoice_payments)
    sources: tuple[tuple[Table, FromClause, Table, Sequence[ColumnElement[str | None]], Where], ...] = (
        (payments, on_case_files, case_files, (its_own, debtors), of_case_files),
        (invoice_payments, on_invoices, invoices, (clients_,), of_invoices),
    )
    return union_all(
        *(
            select(
                next(iter(owed.primary_key)).label("owed_id"),
                owed.c.currency,
                *(paid.c[name] for name in ("payment_id", "position", "method", "paid_to", "second_review")),
                literal(kind).label("kind"),
                day.label("day"),
                amount.label("amount"),
                func.coalesce(paid.c.credited_to, *holders).label("credited_to"),
            )
            .select_from(joined)
            .where(paid.c.state.in_(states), day >= begins, day < ends, *where)
            for paid, joined, owed, holders, where in sources
            for kind, day, amount, states in (
                ("collected", paid.c.received_on, paid.c.amount, ("approved", "returned")),
                ("returned", paid.c.returned_on, -paid.c.amount, ("returned",)),
            )
        )
    ).subquery("moves")


def _held(holdings: Table, of: ColumnElement[UUID], whose: ColumnElement[UUID], paid: Table) -> Any:
    """Who held it on the day the money came."""
    return (
        select(holdings.c.collector)
        .where(of == whose, holdings.c.from_on <= paid.c.received_on)
        .order_by(holdings.c.from_on.desc())
        .limit(1)
        .scalar_subquery()
    )
