"""The expenses report: what counts in a month, for whom, and whether the month is closed.

What is approved counts in the month of its day or, where its claimer's account is closed up to there, in the first
month that is not. An open month is settled in the query; a closed one stands in the rows.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, func, or_, select

from domain.days import next_month
from domain.expense import Kind, State
from domain.money import Money
from domain.people import Actor
from projections.expenses.lists import ExpenseLine, line_of, visible_to
from projections.expenses.lists import lines as all_lines
from projections.expenses.tables import accounts, expenses, settlements
from projections.projection import NOT_YET


@dataclass(frozen=True, slots=True)
class KindTotal:
    kind: str
    count: int
    totals: Sequence[Money]


@dataclass(frozen=True, slots=True)
class MonthOfCollector:
    """A person's month, closed by somebody or open: only the last closed one can be reopened.

    `waiting`: how many up to its end nobody has decided on.
    """

    collector: str
    count: int
    totals: Sequence[Money]
    by_kind: Sequence[KindTotal]
    waiting: int
    closed: bool
    last_closed: bool
    settled_by: str | None
    settled_at: datetime | None


@dataclass(frozen=True, slots=True)
class ExpensesReport:
    """What counts in a month, approved or settled. Two currencies never add: totals have one amount each."""

    month: str
    lines: Sequence[ExpenseLine]
    count: int
    totals: Sequence[Money]
    by_kind: Sequence[KindTotal]
    by_collector: Sequence[MonthOfCollector]


def expenses_report(db: Connection, viewer: Actor, month: date, collector: str | None) -> ExpensesReport:
    """`month` is its first day. By collector and day."""
    of_whom = (*visible_to(viewer), *(() if collector is None else (expenses.c.claimed_by == collector,)))
    found = db.execute(
        all_lines.outerjoin(accounts, accounts.c.collector == expenses.c.claimed_by)
        .where(_counts_in(month), *of_whom)
        .order_by(expenses.c.claimed_by, expenses.c.spent_on, expenses.c.position)
    )
    lines = [line_of(row) for row in found]
    waiting = db.execute(
        select(expenses.c.claimed_by, func.count().label("waiting"))
        .where(expenses.c.state == State.UNAPPROVED.value, expenses.c.spent_on < next_month(month), *of_whom)
        .group_by(expenses.c.claimed_by)
    )
    undecided = {row.claimed_by: row.waiting for row in waiting}
    return ExpensesReport(
        month=f"{month:%Y-%m}",
        lines=lines,
        count=len(lines),
        totals=_totals(lines),
        by_kind=_by_kind(lines),
        by_collector=_by_collector(lines, undecided, _settled(db, month), _open_from(db), month),
    )


def _counts_in(month: date) -> ColumnElement[bool]:
    """Settled with it; or approved, and it is the month of its day, or the first open one where that is closed."""
    approved = expenses.c.state == State.APPROVED.value
    own = and_(expenses.c.spent_on >= month, expenses.c.spent_on < next_month(month), accounts.c.open_from <= month)
    late = and_(expenses.c.spent_on < month, accounts.c.open_from == month)
    return or_(expenses.c.settled_in == month, and_(approved, or_(own, late)))


def _settled(db: Connection, month: date) -> Mapping[str, Row[Any]]:
    return {row.collector: row for row in db.execute(select(settlements).where(settlements.c.month == month))}


def _open_from(db: Connection) -> Mapping[str, date]:
    return {row.collector: row.open_from for row in db.execute(select(accounts))}


def _by_collector(
    lines: Sequence[ExpenseLine],
    undecided: Mapping[str, int],
    settled: Mapping[str, Row[Any]],
    open_from: Mapping[str, date],
    month: date,
) -> Sequence[MonthOfCollector]:
    of_each: dict[str, list[ExpenseLine]] = {
        name: [] for name in sorted({*undecided, *(one.claimed_by for one in lines)})
    }
    for line in lines:
        of_each[line.claimed_by].append(line)
    return [
        MonthOfCollector(
            name,
            len(own),
            _totals(own),
            _by_kind(own),
            undecided.get(name, 0),
            closed=open_from.get(name, NOT_YET) > month,
            last_closed=open_from.get(name, NOT_YET) == next_month(month),
            settled_by=settled[name].settled_by if name in settled else None,
            settled_at=settled[name].settled_at.replace(tzinfo=UTC) if name in settled else None,
        )
        for name, own in of_each.items()
    ]


def _by_kind(lines: Sequence[ExpenseLine]) -> Sequence[KindTotal]:
    """In the order in which the kinds are told."""
    of_each = {kind.value: [line for line in lines if line.kind == kind.value] for kind in Kind}
    return [KindTotal(kind, len(some), _totals(some)) for kind, some in of_each.items() if some]


def _totals(lines: Iterable[ExpenseLine]) -> Sequence[Money]:
    sums: dict[str, int] = {}
    for line in lines:
        sums[line.amount.currency] = sums.get(line.amount.currency, 0) + line.amount.minor
    return [Money.of_minor(minor, currency) for currency, minor in sorted(sums.items())]
