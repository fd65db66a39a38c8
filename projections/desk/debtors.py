"""What debtors owed on a day in the past, and on which case files somebody worked then."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, and_, case, exists, func, or_, select

from domain.money import Money
from projections.desk.summary import during
from projections.desk.tables import (
    case_file_holdings,
    case_files,
    charges,
    client_holdings,
    clients,
    payments,
)

AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class DebtOn:
    """A case file as it stood that day; what is owed counts while it is open, or once money went back after it was
    closed, and is never below zero.

    `debtor_id` is whoever answers for the debtor now, where that one was merged. All is as known now: what was approved
    since counts as collected from the day it was received, and `waiting` is what had come by then and still waits.
    """

    debtor_id: UUID
    owed: Money
    collected: Money
    waiting: Money


def debts_on(db: Connection, day: date, debtor_ids: Sequence[UUID], collector: str) -> Iterator[DebtOn]:
    """Those of these debtors, and of all merged into them, that the collector held. An empty name is nobody's."""
    for start in range(0, len(debtor_ids), AT_ONCE):
        yield from _debts_on(db, day, debtor_ids[start : start + AT_ONCE], collector)


def _debts_on(db: Connection, day: date, debtor_ids: Sequence[UUID], collector: str) -> Iterator[DebtOn]:
    files = case_files.c
    own = (
        select(case_file_holdings.c.collector)
        .where(case_file_holdings.c.case_file_id == files.case_file_id, case_file_holdings.c.from_on <= day)
        .order_by(case_file_holdings.c.from_on.desc())
        .limit(1)
        .scalar_subquery()
    )
    followed = (
        select(client_holdings.c.collector)
        .where(client_holdings.c.client_id == files.debtor_id, client_holdings.c.from_on <= day)
        .order_by(client_holdings.c.from_on.desc())
        .limit(1)
        .scalar_subquery()
    )
    owed = (
        select(func.sum(case((charges.c.part == "credits", -charges.c.amount), else_=charges.c.amount)))
        .where(charges.c.case_file_id == files.case_file_id, charges.c.charged_on <= day)
        .scalar_subquery()
    )
    stood = or_(payments.c.state == "approved", and_(payments.c.state == "returned", payments.c.returned_on > day))
    collected = (
        select(func.sum(payments.c.amount))
        .where(payments.c.case_file_id == files.case_file_id, payments.c.received_on <= day, stood)
        .scalar_subquery()
    )
    waiting = (
        select(func.sum(payments.c.amount))
        .where(
            payments.c.case_file_id == files.case_file_id,
            payments.c.received_on <= day,
            payments.c.state == "unapproved",
        )
        .scalar_subquery()
    )
    counts = case((_owes_on(day), 1), else_=0)
    query = (
        select(
            clients.c.survivor_id.label("debtor_id"),
            files.currency,
            counts.label("counts"),
            func.coalesce(owed, 0).label("owed"),
            func.coalesce(collected, 0).label("collected"),
            func.coalesce(waiting, 0).label("waiting"),
        )
        .join(clients, clients.c.client_id == files.debtor_id)
        .where(
            clients.c.survivor_id.in_(debtor_ids),
            files.opened_on <= day,
            func.coalesce(own, followed, "") == collector,
        )
    )
    for row in db.execute(query):
        outstanding = max(0, int(row.owed) - int(row.collected)) if row.counts else 0
        yield DebtOn(
            row.debtor_id,
            Money.of_minor(outstanding, row.currency),
            Money.of_minor(int(row.collected), row.currency),
            Money.of_minor(int(row.waiting), row.currency),
        )


def has_case_file_on(debtor_id: ColumnElement[UUID], day: date, *, still_open: bool = False) -> ColumnElement[bool]:
    """Whether that client, or one merged into it since, had one by that day; or one open or owed again on it."""
    return exists().where(
        case_files.c.debtor_id == clients.c.client_id,
        clients.c.survivor_id == debtor_id,
        case_files.c.opened_on <= day,
        *([_owes_on(day)] if still_open else []),
    )


def _owes_on(day: date) -> ColumnElement[bool]:
    return or_(~during("closed", day), during("returned_after_closing", day))
