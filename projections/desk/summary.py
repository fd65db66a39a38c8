"""The desk in figures, at any business day as known now: counts, totals, what is unpaid and what of it is overdue.

Nothing in it is stored for a day: what each figure is computed from is kept by day (`charges`, `payments`,
`instalments`, `spans`, `promises`), and settled here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, Subquery, and_, case, exists, func, or_, select

from domain.money import Money
from domain.people import Actor
from projections.days import AsOf
from projections.desk.tables import actions, case_files, charges, instalments, payments, promises, spans
from projections.desk.visibility import visible_to


@dataclass(frozen=True, slots=True)
class Amounts:
    """So many case files, for so much in each currency."""

    count: int
    totals: Sequence[Money]


@dataclass(frozen=True, slots=True)
class Totals:
    principal: Money
    collected: Money
    outstanding: Money
    credit: Money


@dataclass(frozen=True, slots=True)
class Summary:
    """Over the case files opened by that day. Stages, flags, unpaid and overdue count those open on it, but for the
    flag of those that were closed and to which a payment was returned since.

    Overdue is what of the unpaid was due before the day: what outstanding money is not yet due comes last.
    """

    as_of: date
    case_files: int
    open: int
    closed: int
    stages: Mapping[str, int]
    flags: Mapping[str, int]
    totals: Sequence[Totals]
    unpaid: Amounts
    overdue: Amounts


def summary(db: Connection, viewer: Actor, as_of: AsOf) -> Summary:
    files = _case_files_of_the_day(viewer, as_of)
    columns = files.c
    counted = [*_FLAGS, *STAGES]
    found = db.execute(
        select(
            columns.currency,
            func.count(),
            func.sum(columns.is_open),
            func.sum(columns.principal),
            func.sum(columns.collected),
            func.sum(columns.outstanding),
            func.sum(columns.credit),
            func.sum(_one(columns.unpaid > 0)),
            func.sum(columns.unpaid),
            func.sum(_one(columns.overdue > 0)),
            func.sum(columns.overdue),
            *(func.sum(columns[name]) for name in counted),
        )
        .group_by(columns.currency)
        .order_by(columns.currency)
    ).all()
    sums = [sum(int(row[place]) for row in found) for place in range(1, 11 + len(counted))]
    by_name = dict(zip(counted, sums[10:], strict=True))
    money = [[Money.of_minor(int(amount), row[0]) for amount in row[3:11]] for row in found]
    return Summary(
        as_of.day,
        case_files=sums[0],
        open=sums[1],
        closed=sums[0] - sums[1],
        stages={stage: by_name[stage] for stage in STAGES},
        flags={flag: by_name[flag] for flag in _FLAGS},
        totals=[Totals(*amounts[:4]) for amounts in money],
        unpaid=Amounts(sums[6], [amounts[5] for amounts in money]),
        overdue=Amounts(sums[8], [amounts[7] for amounts in money]),
    )


STAGES = ("locating", "amicable", "pre_legal", "legal", "insolvency")
_FLAGS = ("promise", "broken_promise", "plan", "dispute", "unapproved_payment", "idle", "returned_after_closing")


def _case_files_of_the_day(viewer: Actor, as_of: AsOf) -> Subquery:
    """A row for each case file opened by then, with what it was worth that day; zero or one for what it was."""
    day, files = as_of.day, case_files.c
    owed = _sum_by_case_file(
        charges,
        case((charges.c.part == "credits", -charges.c.amount), else_=charges.c.amount),
        charges.c.charged_on <= day,
    )
    principal = _sum_by_case_file(
        charges,
        charges.c.amount,
        and_(charges.c.part == "principal", charges.c.adjustment.is_(False), charges.c.charged_on <= day),
    )
    collected = _sum_by_case_file(
        payments,
        payments.c.amount,
        and_(
            payments.c.received_on <= day,
            or_(payments.c.state == "approved", and_(payments.c.state == "returned", payments.c.returned_on > day)),
        ),
    )
    due_later = _sum_by_case_file(
        instalments,
        instalments.c.amount,
        and_(instalments.c.due_on >= day, instalments.c.from_on <= day, instalments.c.to_on > day),
    )
    left = _of(owed) - _of(collected)
    is_open = ~during("closed", day)
    known = (
        select(
            files.case_file_id,
            files.currency,
            _one(is_open).label("is_open"),
            _of(principal).label("principal"),
            _of(collected).label("collected"),
            case((left > 0, left), else_=0).label("outstanding"),
            case((left < 0, -left), else_=0).label("credit"),
            case((and_(is_open, left > 0), left), else_=0).label("unpaid"),
            case((and_(is_open, left > _of(due_later)), left - _of(due_later)), else_=0).label("overdue"),
            *(_one(flag).label(name) for name, flag in _flags(as_of, is_open, left > 0).items()),
            *(_one(and_(is_open, _in_stage(stage, day))).label(stage) for stage in STAGES),
        )
        .where(files.opened_on <= day, *visible_to(viewer))
        .select_from(_joined(owed, principal, collected, due_later))
    )
    return known.subquery("known")


def _flags(as_of: AsOf, is_open: ColumnElement[bool], owing: ColumnElement[bool]) -> Mapping[str, ColumnElement[bool]]:
    """By the names of `_FLAGS`."""
    day, mine = as_of.day, promises.c.case_file_id == case_files.c.case_file_id
    lacking = and_(mine, promises.c.made_on <= day, promises.c.cancelled_on > day, promises.c.covered_on > day)
    waits = and_(
        payments.c.case_file_id == case_files.c.case_file_id,
        payments.c.state == "unapproved",
        payments.c.received_on <= day,
    )
    worked = and_(
        actions.c.case_file_id == case_files.c.case_file_id,
        actions.c.done_on <= day,
        actions.c.done_on > as_of.idle_since,
    )
    idle = and_(case_files.c.opened_on <= as_of.idle_since, ~exists().where(worked))
    return {
        "promise": and_(is_open, exists().where(lacking, promises.c.due_on >= as_of.broken_before)),
        "broken_promise": and_(is_open, owing, exists().where(lacking, promises.c.due_on < as_of.broken_before)),
        "plan": and_(is_open, during("plan", day)),
        "dispute": and_(is_open, during("dispute", day)),
        "unapproved_payment": and_(is_open, exists().where(waits)),
        "idle": and_(is_open, owing, idle),
        "returned_after_closing": and_(owing, during("returned_after_closing", day)),
    }


def _in_stage(stage: str, day: date) -> ColumnElement[bool]:
    if stage == "amicable":  # in which a case file begins, before any change
        return or_(during("stage", day, stage), ~during("stage", day))
    return during("stage", day, stage)


def during(what: str, day: date, value: str | None = None) -> ColumnElement[bool]:
    in_it = and_(
        spans.c.case_file_id == case_files.c.case_file_id,
        spans.c.what == what,
        spans.c.from_on <= day,
        spans.c.to_on > day,
    )
    return exists().where(in_it if value is None else and_(in_it, spans.c.value == value))


def _sum_by_case_file(table: Any, amount: ColumnElement[int], where: ColumnElement[bool]) -> Subquery:
    return (
        select(table.c.case_file_id, func.sum(amount).label("amount"))
        .where(where)
        .group_by(table.c.case_file_id)
        .subquery()
    )


def _joined(*sums: Subquery) -> FromClause:
    joined: FromClause = case_files
    for one in sums:
        joined = joined.outerjoin(one, one.c.case_file_id == case_files.c.case_file_id)
    return joined


def _of(sums: Subquery) -> ColumnElement[int]:
    return func.coalesce(sums.c.amount, 0)


def _one(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return case((condition, 1), else_=0)
