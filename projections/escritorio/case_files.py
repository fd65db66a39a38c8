"""The desk's list of case files, and what today asks for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, func, or_, select

from domain.money import Money
from domain.people import Actor
from projections.days import AsOf
from projections.escritorio.money import Waiting, waiting
from projections.escritorio.tables import case_files, clients
from projections.escritorio.visibility import visible_to
from projections.pages import Order, Page, UnknownSort
from projections.projection import NEVER, NOT_YET
from projections.sorting import holds

Flag = Literal["promise", "broken_promise", "plan", "dispute", "unapproved_payment", "idle"]
State = Literal["open", "closed"]

TODAY_SHOWN = 50


@dataclass(frozen=True, slots=True)
class CaseFileLine:
    """`client` is the creditor, none where the debt is owed to ourselves."""

    id: UUID
    reference: str
    client_id: UUID | None
    client: str | None
    debtor_id: UUID
    debtor: str
    collector: str | None
    opened_on: date
    last_action_on: date | None
    next_action_on: date | None
    next_action: str | None
    principal: Money
    collected: Money
    outstanding: Money
    state: State
    stage: str
    flags: Sequence[Flag]


@dataclass(frozen=True, slots=True)
class Filters:
    state: Literal["open", "closed", "all"] = "open"
    stage: str | None = None
    flag: Flag | None = None
    collector: str | None = None
    client_id: UUID | None = None
    debtor_id: UUID | None = None
    reference: str | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Some:
    """How many there are, and the first of them."""

    count: int
    items: Sequence[CaseFileLine]


@dataclass(frozen=True, slots=True)
class Today:
    day: date
    due: Some
    late: Some
    broken_promises: Some
    idle: Some
    unapproved: Waiting


SORTS: Mapping[str, ColumnElement[Any]] = {
    "next_action_on": case_files.c.next_action_on,
    "last_action_on": case_files.c.last_action_on,
    "opened_on": case_files.c.opened_on,
    "outstanding": case_files.c.outstanding,
    "debtor": case_files.c.debtor_key,
    "reference": case_files.c.reference,
}

_creditor = clients.alias("creditor")
_debtor = clients.alias("debtor")

_lines: Select[*tuple[Any, ...]] = (
    select(
        case_files.c.case_file_id,
        case_files.c.reference,
        case_files.c.creditor_id,
        _creditor.c.name.label("creditor"),
        case_files.c.debtor_id,
        _debtor.c.name.label("debtor"),
        case_files.c.debtor_key,
        case_files.c.collector,
        case_files.c.opened_on,
        case_files.c.last_action_on,
        case_files.c.next_action_on,
        case_files.c.next_action,
        case_files.c.currency,
        case_files.c.principal,
        case_files.c.collected,
        case_files.c.outstanding,
        case_files.c.is_open,
        case_files.c.stage,
        case_files.c.promised_until,
        case_files.c.promise_due_on,
        case_files.c.plan_id.is_not(None).label("has_plan"),
        case_files.c.dispute_since,
        case_files.c.unapproved,
        case_files.c.worked_on,
    )
    .join(_debtor, _debtor.c.client_id == case_files.c.debtor_id)
    .outerjoin(_creditor, _creditor.c.client_id == case_files.c.creditor_id)
)


def list_case_files(
    db: Connection, viewer: Actor, as_of: AsOf, filters: Filters, sort: str, cursor: str | None, limit: int
) -> Page[CaseFileLine]:
    """`sort` is one of `SORTS`, with a hyphen before it to turn it round."""
    order = _order(sort)
    chosen = _lines.where(*visible_to(viewer), *_chosen(filters, as_of))
    if filters.state == "all":  # each state is in order by its index: two short lists are merged
        found = [row for is_open in (True, False) for row in db.execute(_of(chosen, is_open, order, cursor, limit))]
        found.sort(key=order.place, reverse=order.descending)
        found = found[: limit + 1]
    else:
        found = list(db.execute(_of(chosen, filters.state == "open", order, cursor, limit)))
    return order.shown(found, limit, [_line(row, as_of) for row in found[:limit]])


def _of(chosen: Select[Any], is_open: bool, order: Order, cursor: str | None, limit: int) -> Select[Any]:  # noqa: FBT001
    return order.page(chosen.where(case_files.c.is_open == is_open), cursor, limit)


def _order(sort: str) -> Order:
    name = sort.removeprefix("-")
    if name not in SORTS:
        raise UnknownSort(field="sort", known=sorted(SORTS))
    read = date.fromisoformat if name.endswith("_on") else int if name == "outstanding" else str
    return Order(SORTS[name], case_files.c.case_file_id, read, UUID, descending=sort.startswith("-"))


def _chosen(filters: Filters, as_of: AsOf) -> Sequence[ColumnElement[bool]]:
    columns = case_files.c
    equal = {
        columns.stage: filters.stage,
        columns.collector: filters.collector,
        columns.creditor_id: filters.client_id,
        columns.debtor_id: filters.debtor_id,
        columns.reference: filters.reference,
    }
    conditions = [column == value for column, value in equal.items() if value is not None]
    if filters.flag is not None:
        conditions.append(_flags(as_of)[filters.flag])
    if filters.text is not None:
        words = [*filters.text.split()][:8]
        conditions.extend(
            or_(
                columns.reference.icontains(word, autoescape=True),
                holds(columns.debtor_key, word),
                holds(columns.creditor_key, word),
            )
            for word in words
        )
    return conditions


def _flags(as_of: AsOf) -> Mapping[Flag, ColumnElement[bool]]:
    columns = case_files.c
    return {
        "promise": columns.promised_until >= as_of.broken_before,
        "broken_promise": columns.promise_due_on < as_of.broken_before,
        "plan": columns.plan_id.is_not(None),
        "dispute": columns.dispute_since != NEVER,
        "unapproved_payment": columns.unapproved > 0,
        "idle": columns.worked_on <= as_of.idle_since,
    }


def _line(row: Row[*tuple[Any, ...]], as_of: AsOf) -> CaseFileLine:
    """Unpacked at once: looking each column up by its name takes longer than all the rest."""
    (
        case_file_id,
        reference,
        creditor_id,
        creditor,
        debtor_id,
        debtor,
        _,
        collector,
        opened_on,
        last_action_on,
        next_action_on,
        next_action,
        currency,
        principal,
        collected,
        outstanding,
        is_open,
        stage,
        promised_until,
        promise_due_on,
        has_plan,
        dispute_since,
        unapproved,
        worked_on,
    ) = row
    flags: list[Flag] = []
    if promised_until >= as_of.broken_before:
        flags.append("promise")
    if promise_due_on < as_of.broken_before:
        flags.append("broken_promise")
    if has_plan:
        flags.append("plan")
    if dispute_since != NEVER:
        flags.append("dispute")
    if unapproved:
        flags.append("unapproved_payment")
    if is_open and worked_on <= as_of.idle_since:
        flags.append("idle")
    return CaseFileLine(
        case_file_id,
        reference,
        creditor_id,
        creditor,
        debtor_id,
        debtor,
        collector or None,
        opened_on,
        None if last_action_on == NOT_YET else last_action_on,
        None if next_action_on == NEVER else next_action_on,
        next_action,
        Money.of_minor(principal, currency),
        Money.of_minor(collected, currency),
        Money.of_minor(outstanding, currency),
        "open" if is_open else "closed",
        stage,
        flags,
    )


def find_case_file(db: Connection, viewer: Actor, as_of: AsOf, case_file_id: UUID) -> CaseFileLine | None:
    row = db.execute(_lines.where(case_files.c.case_file_id == case_file_id, *visible_to(viewer))).one_or_none()
    return None if row is None else _line(row, as_of)


def today(db: Connection, viewer: Actor, as_of: AsOf) -> Today:
    """What this day asks of whoever looks, most urgent first."""
    next_on, flags = case_files.c.next_action_on, _flags(as_of)
    return Today(
        as_of.day,
        due=_some(db, viewer, as_of, next_on == as_of.day, next_on),
        late=_some(db, viewer, as_of, and_(next_on < as_of.day, next_on > NOT_YET), next_on),
        broken_promises=_some(db, viewer, as_of, flags["broken_promise"], case_files.c.promise_due_on),
        idle=_some(db, viewer, as_of, flags["idle"], case_files.c.worked_on),
        unapproved=waiting(db, viewer),
    )


def _some(
    db: Connection, viewer: Actor, as_of: AsOf, condition: ColumnElement[bool], order: ColumnElement[Any]
) -> Some:
    where = (case_files.c.is_open == True, *visible_to(viewer), condition)  # noqa: E712 - a column
    count: int = db.execute(select(func.count()).select_from(case_files).where(*where)).scalar_one()
    first = db.execute(_lines.where(*where).order_by(order, case_files.c.case_file_id).limit(TODAY_SHOWN))
    return Some(count, [_line(row, as_of) for row in first])
