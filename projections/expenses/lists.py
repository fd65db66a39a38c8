"""Lists of expenses, and how many wait for a decision."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, Select, func, select

from domain.expense import State
from domain.money import Money
from domain.people import Actor
from projections.amounts import CountAndTotals
from projections.expenses.tables import case_files, expenses
from projections.pages import Order, Page, UnknownSort
from projections.projection import NEVER


@dataclass(frozen=True, slots=True)
class ExpenseLine:
    """`settled_in` is the month that it was settled with, YYYY-MM; `attachment` the media type of what is attached."""

    id: UUID
    claimed_by: str
    claimed_at: datetime
    kind: str
    amount: Money
    spent_on: date
    borne_by: str
    case_file_id: UUID | None
    case_file: str | None
    state: str
    decided_by: str | None
    second_review: bool
    attachment: str | None
    settled_in: str | None
    position: int


@dataclass(frozen=True, slots=True)
class Filters:
    state: str | None = None
    collector: str | None = None
    case_file_id: UUID | None = None


lines: Select[*tuple[Any, ...]] = select(expenses, case_files.c.reference.label("case_file")).outerjoin(
    case_files, case_files.c.case_file_id == expenses.c.case_file_id
)

SORTS = ("position", "-position")


def visible_to(viewer: Actor) -> Sequence[ColumnElement[bool]]:
    """One's own; a supervisor, administrator or auditor sees all."""
    return () if viewer.sees_all else (expenses.c.claimed_by == viewer.name,)


def list_expenses(
    db: Connection, viewer: Actor, filters: Filters, sort: str, cursor: str | None, limit: int
) -> Page[ExpenseLine]:
    """By when it was claimed: the longest ago first or, as `-position`, last."""
    if sort not in SORTS:
        raise UnknownSort(field="sort")
    order = Order((expenses.c.position, expenses.c.expense_id), descending=sort.startswith("-"))
    query = lines.where(*visible_to(viewer))
    for column, value in (
        (expenses.c.state, filters.state),
        (expenses.c.claimed_by, filters.collector),
        (expenses.c.case_file_id, filters.case_file_id),
    ):
        query = query if value is None else query.where(column == value)
    found = list(db.execute(order.page(query, cursor, limit)))
    return order.shown(found, limit, [line_of(row) for row in found[:limit]])


def find_expense_line(db: Connection, viewer: Actor, expense_id: UUID) -> ExpenseLine | None:
    row = db.execute(lines.where(expenses.c.expense_id == expense_id, *visible_to(viewer))).one_or_none()
    return None if row is None else line_of(row)


def some_expenses(db: Connection, viewer: Actor, chosen: Iterable[UUID]) -> Sequence[ExpenseLine]:
    """The first claimed first; without those that are not there, or not to be seen."""
    query = lines.where(expenses.c.expense_id.in_(set(chosen)), *visible_to(viewer))
    return [line_of(row) for row in db.execute(query.order_by(expenses.c.position))]


def claimers(db: Connection, case_file_id: UUID) -> Mapping[UUID, str]:
    """Who claimed each expense of a case file, whoever looks: for the costs that came of them, and have their ids."""
    found = db.execute(
        select(expenses.c.expense_id, expenses.c.claimed_by).where(expenses.c.case_file_id == case_file_id)
    )
    return {row.expense_id: row.claimed_by for row in found}


def waiting_expenses(db: Connection, viewer: Actor) -> CountAndTotals:
    found = db.execute(
        select(expenses.c.currency, func.count(), func.sum(expenses.c.amount))
        .where(expenses.c.state == State.UNAPPROVED.value, *visible_to(viewer))
        .group_by(expenses.c.currency)
        .order_by(expenses.c.currency)
    ).all()
    return CountAndTotals(sum(row[1] for row in found), [Money.of_minor(int(row[2]), row[0]) for row in found])


def line_of(row: Row[*tuple[Any, ...]]) -> ExpenseLine:
    return ExpenseLine(
        id=row.expense_id,
        claimed_by=row.claimed_by,
        claimed_at=row.claimed_at.replace(tzinfo=UTC),
        kind=row.kind,
        amount=Money.of_minor(row.amount, row.currency),
        spent_on=row.spent_on,
        borne_by=row.borne_by,
        case_file_id=row.case_file_id,
        case_file=row.case_file,
        state=row.state,
        decided_by=row.decided_by,
        second_review=row.second_review,
        attachment=row.attachment,
        settled_in=None if row.settled_in == NEVER else f"{row.settled_in:%Y-%m}",
        position=row.position,
    )
