"""The calendar of payments: what each day expects by promises and instalments, what came in, what was done."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, FromClause, Row, Select, and_, false, func, select, tuple_

from domain.days import next_month
from domain.money import Money
from domain.people import Actor
from projections.days import AsOf
from projections.desk.collections import came_in, collected_by_day
from projections.desk.tables import (
    actions,
    case_files,
    clients,
    instalments,
    invoice_payments,
    invoices,
    payments,
    promises,
)
from projections.desk.visibility import clients_of, visible_to
from projections.projection import NEVER

Kind = Literal["promise", "instalment", "payment", "invoice_payment"]
EntryState = Literal["expected", "missed", "awaiting_approval", "paid", "paid_late", "cleared", "replaced"]


@dataclass(frozen=True, slots=True)
class Entry:
    """A promise or an instalment that is due that day, or a payment that came in. `key` tells it from all others.

    `open` is what of it may still come: all of a promise that is not covered, nothing once the case file is closed.
    What a payment plan has taken the place of is `replaced`. `of_plan`: such a plan has the instalment; else a part of
    the debt falls due that day. `debt` is the reference of the case file, or of an invoice payment the invoice's
    number.
    """

    key: str
    kind: Kind
    amount: Money
    open: Money
    state: EntryState
    of_plan: bool
    debt_id: UUID
    debt: str
    debtor: str
    collector: str | None


@dataclass(frozen=True, slots=True)
class Entries:
    """How many there are, and the first of them."""

    count: int
    items: Sequence[Entry]


@dataclass(frozen=True, slots=True)
class ActionLine:
    channel: str
    outcome: str
    actor: str
    case_file_id: UUID
    case_file: str
    debtor: str


@dataclass(frozen=True, slots=True)
class DayList:
    day: date
    promises: Entries
    instalments: Entries
    payments: Entries
    invoice_payments: Entries
    actions: Sequence[ActionLine]
    actions_count: int


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


# Sums by day


def calendar(db: Connection, viewer: Actor, month: date) -> Calendar:
    """`month` is its first day. What is expected counts until its case file is closed."""
    begins, ends = month, next_month(month)
    seen = visible_to(viewer)
    promised = _by_day(db, promises, promises.c.due_on, begins, ends, (*_stands, *seen))
    due = _by_day(db, instalments, instalments.c.due_on, begins, ends, (*_in_force, *seen))
    collected = collected_by_day(db, viewer, begins, ends)
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


_stands = (promises.c.cancelled_on == NEVER, case_files.c.closed_on > promises.c.due_on)
_in_force = (
    instalments.c.from_on <= instalments.c.due_on,
    instalments.c.to_on > instalments.c.due_on,
    case_files.c.closed_on > instalments.c.due_on,
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


# Entries with names

_KINDS: Mapping[Kind, tuple[FromClause, ColumnElement[date], ColumnElement[bool]]] = {
    "promise": (promises, promises.c.due_on, and_(*_stands)),
    "instalment": (instalments, instalments.c.due_on, and_(*_in_force)),
    "payment": (payments, payments.c.received_on, came_in(payments)),
    "invoice_payment": (invoice_payments, invoice_payments.c.received_on, came_in(invoice_payments)),
}


def entries_by_day(
    db: Connection, viewer: Actor, as_of: AsOf, month: date, case_file_id: UUID | None, limit: int
) -> Mapping[date, Entries]:
    """So many of each day: in turn the largest promises, instalments and payments. `month` is its first day.

    Of one case file's, where it is asked for: then without payments of invoices.
    """
    found: dict[date, list[tuple[int, Entry]]] = {}
    counts: dict[date, int] = {}
    for kind in _KINDS:
        lines = _lines(kind, viewer, month, next_month(month), case_file_id).subquery("lines")
        place = func.row_number().over(partition_by=lines.c.day, order_by=(lines.c.amount.desc(), lines.c.debt))
        of_the_day = func.count().over(partition_by=lines.c.day)
        ranked = select(lines, place.label("place"), of_the_day.label("of_the_day")).subquery("ranked")
        for row in db.execute(_with_later(kind, ranked).where(ranked.c.place <= limit)):
            found.setdefault(row.day, []).append((row.place, _entry(kind, row, as_of)))
            if row.place == 1:
                counts[row.day] = counts.get(row.day, 0) + row.of_the_day
    return {
        day: Entries(counts[day], [entry for _, entry in sorted(entries, key=lambda one: one[0])[:limit]])
        for day, entries in found.items()
    }


def day_list(db: Connection, viewer: Actor, as_of: AsOf, day: date, case_file_id: UUID | None, limit: int) -> DayList:
    """So many of each kind, by debtor."""
    done = (actions.c.done_on == day, *_seen(viewer, case_file_id))
    logged = (
        select(
            actions.c.channel,
            actions.c.outcome,
            actions.c.actor,
            case_files.c.case_file_id,
            case_files.c.reference,
            clients.c.name,
        )
        .join(case_files, case_files.c.case_file_id == actions.c.case_file_id)
        .join(clients, clients.c.client_id == case_files.c.debtor_id)
        .where(*done)
        .order_by(case_files.c.debtor_key, actions.c.action_id)
    )
    return DayList(
        day=day,
        promises=_on(db, "promise", viewer, as_of, day, case_file_id, limit),
        instalments=_on(db, "instalment", viewer, as_of, day, case_file_id, limit),
        payments=_on(db, "payment", viewer, as_of, day, case_file_id, limit),
        invoice_payments=_on(db, "invoice_payment", viewer, as_of, day, case_file_id, limit),
        actions=[ActionLine(*row) for row in db.execute(logged.limit(limit))],
        actions_count=_count(db, logged),
    )


def find_expected(db: Connection, viewer: Actor, as_of: AsOf, day: date, key: str) -> Entry | None:
    """The promise or instalment of that day with this key; None where there is none to be seen."""
    try:
        case_file_id = UUID(key.partition(".")[0])
    except ValueError:
        return None
    listed = (_on(db, kind, viewer, as_of, day, case_file_id, None) for kind in ("promise", "instalment"))
    return next((entry for entries in listed for entry in entries.items if entry.key == key), None)


def _on(
    db: Connection, kind: Kind, viewer: Actor, as_of: AsOf, day: date, case_file_id: UUID | None, limit: int | None
) -> Entries:
    lines = _lines(kind, viewer, day, day + timedelta(days=1), case_file_id)
    of_the_day = lines.subquery("of_the_day")
    query = _with_later(kind, of_the_day).order_by(of_the_day.c.debtor_key, of_the_day.c.amount.desc()).limit(limit)
    return Entries(_count(db, lines), [_entry(kind, row, as_of) for row in db.execute(query)])


def _count(db: Connection, query: Select[*tuple[Any, ...]]) -> int:
    counted: int = db.execute(select(func.count()).select_from(query.order_by(None).subquery())).scalar_one()
    return counted


def _lines(kind: Kind, viewer: Actor, begins: date, ends: date, case_file_id: UUID | None) -> Select[*tuple[Any, ...]]:
    table, day, holds = _KINDS[kind]
    if kind == "invoice_payment":
        return _invoice_payments(viewer, case_file_id).where(day >= begins, day < ends, holds)
    return (
        select(
            table,
            day.label("day"),
            case_files.c.case_file_id.label("debt_id"),
            case_files.c.reference.label("debt"),
            case_files.c.currency,
            case_files.c.collector,
            case_files.c.outstanding,
            case_files.c.is_open,
            case_files.c.debtor_key,
            clients.c.name.label("debtor"),
        )
        .join(case_files, case_files.c.case_file_id == table.c.case_file_id)
        .join(clients, clients.c.client_id == case_files.c.debtor_id)
        .where(day >= begins, day < ends, holds, *_seen(viewer, case_file_id))
    )


def _invoice_payments(viewer: Actor, case_file_id: UUID | None) -> Select[*tuple[Any, ...]]:
    """None of them is a case file's."""
    return (
        select(
            invoice_payments,
            invoice_payments.c.received_on.label("day"),
            invoices.c.invoice_id.label("debt_id"),
            invoices.c.number.label("debt"),
            invoices.c.currency,
            clients.c.collector,
            clients.c.name_key.label("debtor_key"),
            clients.c.name.label("debtor"),
        )
        .join(invoices, invoices.c.invoice_id == invoice_payments.c.invoice_id)
        .join(clients, clients.c.client_id == invoices.c.client_id)
        .where(*(clients_of(viewer) if case_file_id is None else [false()]))
    )


def _seen(viewer: Actor, case_file_id: UUID | None) -> Sequence[ColumnElement[bool]]:
    own = visible_to(viewer)
    return own if case_file_id is None else (*own, case_files.c.case_file_id == case_file_id)


def _with_later(kind: Kind, lines: FromClause) -> Select[*tuple[Any, ...]]:
    """Of an instalment also what falls due after it: what is outstanding is owed on the last ones."""
    if kind != "instalment":
        return select(lines)
    other = instalments.alias("other")
    later = (
        select(func.coalesce(func.sum(other.c.amount - other.c.taken_off), 0))
        .where(
            other.c.case_file_id == lines.c.case_file_id,
            other.c.to_on == NEVER,
            tuple_(other.c.due_on, other.c.number) > tuple_(lines.c.due_on, lines.c.number),
        )
        .scalar_subquery()
    )
    return select(lines, later.label("later"))


def _entry(kind: Kind, row: Row[*tuple[Any, ...]], as_of: AsOf) -> Entry:
    state, open_ = _standing(kind, row, as_of)
    number = {"promise": "promise_id", "instalment": "number"}.get(kind, "payment_id")
    return Entry(
        key=f"{row.debt_id}.{getattr(row, number)}",
        kind=kind,
        amount=Money.of_minor(row.amount, row.currency),
        open=Money.of_minor(open_, row.currency),
        state=state,
        of_plan=kind == "instalment" and row.plan_id is not None,
        debt_id=row.debt_id,
        debt=row.debt,
        debtor=row.debtor,
        collector=row.collector or None,
    )


def _standing(kind: Kind, row: Row[*tuple[Any, ...]], as_of: AsOf) -> tuple[EntryState, int]:
    """And what of it is still to come."""
    match kind:
        case "payment" | "invoice_payment":
            return "paid", 0
        case "promise":
            if row.kept_on <= as_of.day:
                return "paid_late" if as_of.is_late(row.due_on, row.kept_on) else "paid", 0
            if row.cleared_on <= as_of.day:
                return "cleared", 0
            if row.covered_on <= as_of.day:
                return "awaiting_approval", 0
            missed = row.due_on < as_of.broken_before or not row.is_open
            return ("missed" if missed else "expected"), row.amount if row.is_open else 0
        case "instalment":
            if row.to_on != NEVER:
                return "replaced", 0
            unpaid = min(max(row.outstanding - row.later, 0), row.amount - row.taken_off)
            missed = row.due_on < as_of.day or not row.is_open
            return (
                ("cleared" if row.taken_off else "paid") if not unpaid else "missed" if missed else "expected"
            ), unpaid if row.is_open else 0
