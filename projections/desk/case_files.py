"""The desk's list of case files, and what today asks for."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any, Literal, NamedTuple, get_args
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, Connection, Select, String, and_, case, func, or_, select, type_coerce, union

from domain.money import Money
from domain.payment_reference import backwards, typed
from domain.people import Actor
from projections.amounts import CountAndTotals, amounts_to
from projections.client_numbers import number_or_digits
from projections.days import AsOf
from projections.desk.money import waiting
from projections.desk.proposals import waiting_proposals
from projections.desk.tables import BACKWARDS, OPEN_PROMISES, case_files, clients, numbers, parties, promises
from projections.desk.visibility import visible_to
from projections.index_walk import each
from projections.merging import merged_group
from projections.pages import Order, Page, UnknownSort
from projections.projection import NEVER, NOT_YET
from projections.sorting import WORDS_AT_MOST, begins, begins_number, holds

Flag = Literal["promise", "broken_promise", "plan", "dispute", "unapproved_payment", "idle", "returned_after_closing"]
Choice = Literal[Flag, "late", "promise_due", "nothing_next", "to_close"]
"""What the list may be narrowed down to: a flag; or what the day asks for, which the line shows without one."""

State = Literal["open", "closed"]

TODAY_SHOWN = 50


@dataclass(slots=True)  # frozen, it would take nine times as long to make, and a page is made of fifty
class CaseFileLine:
    """`client` is the creditor, none where the debt is owed to ourselves. `waiting` is what may yet be collected,
    `credit` what was paid beyond the debt.

    Of the flags a closed case file has only `returned_after_closing`: something is outstanding again.
    """

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
    waiting: Money
    outstanding: Money
    credit: Money
    state: State
    stage: str
    flags: list[Flag]
    days_in_arrears: int


@dataclass(frozen=True, slots=True)
class Filters:
    """What is typed is `text`, or what that reads as: an amount, or part of what these clients are `known` by.

    `import_id`: that import opened it.
    """

    state: Literal["open", "closed", "all"] = "open"
    stage: str | None = None
    flag: Choice | None = None
    collector: str | None = None
    client_id: UUID | None = None
    debtor_id: UUID | None = None
    reference: str | None = None
    text: str | None = None
    amount: Decimal | None = None
    known: Select[tuple[UUID]] | None = None
    import_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Some:
    """How many there are, and the first of them."""

    count: int
    items: list[CaseFileLine]


@dataclass(frozen=True, slots=True)
class Today:
    day: date
    due: Some
    late: Some
    promises_due: Some
    broken_promises: Some
    idle: Some
    to_close: Some
    returned_after_closing: Some
    unapproved: CountAndTotals
    proposals: int


SORTS: Mapping[str, ColumnElement[Any]] = {
    "next_action_on": case_files.c.next_action_on,
    "last_action_on": case_files.c.last_action_on,
    "opened_on": case_files.c.opened_on,
    "principal": case_files.c.principal,
    "collected": case_files.c.collected,
    "outstanding": case_files.c.outstanding,
    "days_in_arrears": case_files.c.unpaid_since,
    "debtor": case_files.c.debtor_key,
    "reference": case_files.c.reference,
}

_creditor = clients.alias("creditor")
_debtor = clients.alias("debtor")


class _Row(NamedTuple):
    """What a line is made of, in the order of `_lines`."""

    case_file_id: UUID
    reference: str
    creditor_id: UUID | None
    creditor: str | None
    debtor_id: UUID
    debtor: str
    debtor_key: str
    collector: str
    opened_on: date
    last_action_on: date
    next_action_on: date
    next_action: str | None
    currency: str
    principal: int
    collected: int
    outstanding: int
    is_open: bool
    stage: str
    promised_until: date
    promise_due_on: date
    has_plan: bool
    dispute_since: date
    unapproved: int
    waiting: int
    unpaid_since: date
    worked_on: date
    returned_since: date


def _rows(db: Connection, query: Select[Any]) -> list[_Row]:
    """All of a page at once: SQLAlchemy would make each id in Python, which takes longer than the query."""
    return msgspec.convert([tuple(row) for row in db.execute(query).all()], list[_Row], strict=False)


def _as_stored(column: ColumnElement[Any]) -> ColumnElement[Any]:
    return type_coerce(column, String).label(column.key)


_lines: Select[*tuple[Any, ...]] = (
    select(
        _as_stored(case_files.c.case_file_id),
        case_files.c.reference,
        _as_stored(case_files.c.creditor_id),
        _creditor.c.name.label("creditor"),
        _as_stored(case_files.c.debtor_id),
        _debtor.c.name.label("debtor"),
        case_files.c.debtor_key,
        case_files.c.collector,
        _as_stored(case_files.c.opened_on),
        _as_stored(case_files.c.last_action_on),
        _as_stored(case_files.c.next_action_on),
        case((_debtor.c.standing != "blocked", case_files.c.next_action)).label("next_action"),
        case_files.c.currency,
        case_files.c.principal,
        case_files.c.collected,
        case_files.c.outstanding,
        _as_stored(case_files.c.is_open),
        case_files.c.stage,
        _as_stored(case_files.c.promised_until),
        _as_stored(case_files.c.promise_due_on),
        type_coerce(case_files.c.plan_id.is_not(None), String).label("has_plan"),
        _as_stored(case_files.c.dispute_since),
        case_files.c.unapproved,
        case_files.c.waiting,
        _as_stored(case_files.c.unpaid_since),
        _as_stored(case_files.c.worked_on),
        _as_stored(case_files.c.returned_since),
    )
    .join(_debtor, _debtor.c.client_id == case_files.c.debtor_id)
    .outerjoin(_creditor, _creditor.c.client_id == case_files.c.creditor_id)
)


def list_case_files(
    db: Connection, viewer: Actor, as_of: AsOf, filters: Filters, sort: str, cursor: str | None, limit: int
) -> Page[CaseFileLine]:
    """`sort` is one of `SORTS`, with a hyphen before it to turn it round."""
    order = _order(sort)
    if filters.flag == "returned_after_closing":
        filters = replace(filters, state="closed")
    if filters.state == "all":  # each state is in order by its index: two short lists are merged
        asked = [_query(viewer, as_of, replace(filters, state=state), sort, cursor, limit) for state in get_args(State)]
        found = order.first([row for query in asked for row in _rows(db, query)], limit)
    else:
        found = _rows(db, _query(viewer, as_of, filters, sort, cursor, limit))
    return order.shown(found, limit, [_line(row, as_of) for row in found[:limit]])


@lru_cache(maxsize=256)
def _query(
    viewer: Actor, as_of: AsOf, filters: Filters, sort: str, cursor: str | None, limit: int
) -> Select[*tuple[Any, ...]]:
    """Of case files in one state. People ask for the same list all day, and building it anew costs half of asking."""
    chosen = _lines.where(
        *visible_to(viewer), *_chosen(filters, as_of), case_files.c.is_open == (filters.state == "open")
    )
    return _order(sort).page(chosen, cursor, limit)


def _order(sort: str) -> Order:
    """The more days in arrears, the earlier the day since when."""
    name = sort.removeprefix("-")
    if name not in SORTS:
        raise UnknownSort(field="sort", known=sorted(SORTS))
    descending = sort.startswith("-") is not (name == "days_in_arrears")
    return Order((SORTS[name], case_files.c.case_file_id), descending=descending)


def _chosen(filters: Filters, as_of: AsOf) -> Sequence[ColumnElement[bool]]:
    columns = case_files.c
    equal = {
        columns.stage: filters.stage,
        columns.collector: filters.collector,
        columns.reference: filters.reference,
        columns.correlation_id: filters.import_id,
    }
    conditions = [column == value for column, value in equal.items() if value is not None]
    whose = {columns.creditor_id: filters.client_id, columns.debtor_id: filters.debtor_id}
    conditions += [column.in_(merged_group(clients, client)) for column, client in whose.items() if client is not None]
    if filters.flag is not None:
        conditions.append(_choices(as_of)[filters.flag])
    if filters.text is not None:
        conditions.append(or_(*_typed(filters.text, filters)))
    return conditions


def _typed(text: str, filters: Filters) -> Iterator[ColumnElement[bool]]:
    columns = case_files.c
    yield and_(
        *(
            or_(
                columns.reference.icontains(word, autoescape=True),
                columns.case_file_id.in_(select(numbers.c.case_file_id).where(begins_number(numbers.c.ending, word))),
                holds(columns.debtor_key, word),
                holds(_creditor.c.name_key, word),
            )
            for word in text.split()[:WORDS_AT_MOST]
        )
    )
    yield columns.case_file_id.in_(select(numbers.c.case_file_id).where(begins_number(numbers.c.ending, text)))
    if (referred_to := typed(text)) is not None:
        yield begins(columns.payment_reference, referred_to)
    if (last := backwards(text)) is not None:
        ending = begins(numbers.c.ending, f"{BACKWARDS}{last}")
        yield columns.case_file_id.in_(select(numbers.c.case_file_id).where(ending))
    if filters.amount is not None:
        for column in (columns.outstanding, columns.principal):
            yield amounts_to(column, columns.currency, filters.amount)
    if (number := number_or_digits(text)) is not None:
        numbered = merged_group(clients, select(clients.c.client_id).where(clients.c.number == number))
        yield columns.debtor_id.in_(numbered)
        yield columns.creditor_id.in_(numbered)
    if filters.known is not None:
        people = merged_group(clients, filters.known)
        yield columns.debtor_id.in_(people)
        yield columns.case_file_id.in_(select(parties.c.case_file_id).where(parties.c.client_id.in_(people)))


def _flags(as_of: AsOf) -> dict[Flag, ColumnElement[bool]]:
    columns = case_files.c
    return {
        "promise": columns.promised_until >= as_of.broken_before,
        "broken_promise": columns.promise_due_on < as_of.broken_before,
        "plan": columns.plan_id.is_not(None),
        "dispute": columns.dispute_since != NEVER,
        "unapproved_payment": columns.unapproved > 0,
        "idle": and_(columns.worked_on <= as_of.idle_since, columns.outstanding > 0),
        "returned_after_closing": and_(columns.returned_since != NEVER, columns.outstanding > 0),
    }


def unpaid_days(db: Connection, case_file_ids: Collection[UUID]) -> Mapping[UUID, date]:
    """When the oldest of each that is not paid was, or is, due; those with no such day are left out."""
    columns = case_files.c
    found = db.execute(
        select(columns.case_file_id, columns.unpaid_since).where(
            columns.case_file_id.in_(case_file_ids), columns.unpaid_since != NEVER
        )
    )
    return {row.case_file_id: row.unpaid_since for row in found}


def _choices(as_of: AsOf) -> dict[Choice, ColumnElement[bool]]:
    """Nothing is late, and nothing is to be done next, where nothing is outstanding."""
    next_on, owing = case_files.c.next_action_on, case_files.c.outstanding > 0
    due = select(promises.c.case_file_id).where(*OPEN_PROMISES, promises.c.due_on == as_of.day)
    choices: dict[Choice, ColumnElement[bool]] = {
        "late": and_(next_on < as_of.day, next_on > NOT_YET, owing),
        "promise_due": case_files.c.case_file_id.in_(due),
        "nothing_next": and_(next_on == NEVER, owing),
        "to_close": and_(case_files.c.outstanding <= 0, case_files.c.unapproved == 0, case_files.c.refunding == 0),
    }
    choices.update(_flags(as_of).items())
    return choices


def _line(row: _Row, as_of: AsOf) -> CaseFileLine:
    return CaseFileLine(
        id=row.case_file_id,
        reference=row.reference,
        client_id=row.creditor_id,
        client=row.creditor,
        debtor_id=row.debtor_id,
        debtor=row.debtor,
        collector=row.collector or None,
        opened_on=row.opened_on,
        last_action_on=None if row.last_action_on == NOT_YET else row.last_action_on,
        next_action_on=None if row.next_action_on == NEVER else row.next_action_on,
        next_action=row.next_action,
        principal=Money.of_minor(row.principal, row.currency),
        collected=Money.of_minor(row.collected, row.currency),
        waiting=Money.of_minor(row.waiting, row.currency),
        outstanding=Money.of_minor(max(row.outstanding, 0), row.currency),
        credit=Money.of_minor(max(-row.outstanding, 0), row.currency),
        state="open" if row.is_open else "closed",
        stage=row.stage,
        flags=_flags_of(row, as_of),
        days_in_arrears=max((as_of.day - row.unpaid_since).days, 0),
    )


def _flags_of(row: _Row, as_of: AsOf) -> list[Flag]:
    """The same as `_flags` of a row that was read."""
    if not row.is_open:
        return ["returned_after_closing"] if row.returned_since != NEVER and row.outstanding > 0 else []
    flags: list[Flag] = []
    if row.promised_until >= as_of.broken_before:
        flags.append("promise")
    if row.promise_due_on < as_of.broken_before:
        flags.append("broken_promise")
    if row.has_plan:
        flags.append("plan")
    if row.dispute_since != NEVER:
        flags.append("dispute")
    if row.unapproved:
        flags.append("unapproved_payment")
    if row.worked_on <= as_of.idle_since and row.outstanding > 0:
        flags.append("idle")
    return flags


def holders(db: Connection) -> Sequence[str]:
    """Who holds case files today, also those that a file names and that have no account."""
    of_each = (each(case_files.c.collector, case_files.c.is_open == is_open) for is_open in (True, False))
    return sorted(name for (name,) in db.execute(union(*of_each)) if name)


def find_case_file(db: Connection, viewer: Actor, as_of: AsOf, case_file_id: UUID) -> CaseFileLine | None:
    found = _rows(db, _lines.where(case_files.c.case_file_id == case_file_id, *visible_to(viewer)))
    return _line(found[0], as_of) if found else None


def lines_of(
    db: Connection, viewer: Actor, as_of: AsOf, case_file_ids: Collection[UUID]
) -> Mapping[UUID, CaseFileLine]:
    found = _rows(db, _lines.where(case_files.c.case_file_id.in_(case_file_ids), *visible_to(viewer)))
    return {row.case_file_id: _line(row, as_of) for row in found}


def today(db: Connection, viewer: Actor, as_of: AsOf) -> Today:
    """What this day asks of whoever looks, most urgent first. Nothing is late where nothing is outstanding."""
    next_on, choices = case_files.c.next_action_on, _choices(as_of)
    return Today(
        as_of.day,
        due=_some(db, viewer, as_of, next_on == as_of.day, next_on),
        late=_some(db, viewer, as_of, choices["late"], next_on),
        promises_due=_some(db, viewer, as_of, choices["promise_due"], case_files.c.debtor_key),
        broken_promises=_some(db, viewer, as_of, choices["broken_promise"], case_files.c.promise_due_on),
        idle=_some(db, viewer, as_of, choices["idle"], case_files.c.worked_on),
        to_close=_some(db, viewer, as_of, choices["to_close"], case_files.c.worked_on),
        returned_after_closing=_some(
            db, viewer, as_of, choices["returned_after_closing"], case_files.c.returned_since, is_open=False
        ),
        unapproved=waiting(db, viewer),
        proposals=waiting_proposals(db, viewer),
    )


@dataclass(frozen=True, slots=True)
class Promised:
    amount: Money
    due_on: date


def oldest_broken_promises(
    db: Connection, viewer: Actor, as_of: AsOf, ids: Collection[UUID]
) -> Mapping[UUID, Promised]:
    """Of each of these case files that has one: the first due of those that no money covers."""
    return _promised(db, viewer, promises.c.due_on < as_of.broken_before, ids)


def promises_due(db: Connection, viewer: Actor, as_of: AsOf, ids: Collection[UUID]) -> Mapping[UUID, Promised]:
    """Of each of these case files that has one: what is promised for this day, and no money covers."""
    return _promised(db, viewer, promises.c.due_on == as_of.day, ids)


def _promised(
    db: Connection, viewer: Actor, when: ColumnElement[bool], ids: Collection[UUID]
) -> Mapping[UUID, Promised]:
    query = (
        select(promises, case_files.c.currency)
        .join(case_files, case_files.c.case_file_id == promises.c.case_file_id)
        .where(promises.c.case_file_id.in_(ids), *OPEN_PROMISES, when, *visible_to(viewer))
        .order_by(promises.c.due_on, promises.c.position)
    )
    found: dict[UUID, Promised] = {}
    for row in db.execute(query):
        found.setdefault(row.case_file_id, Promised(Money.of_minor(row.amount, row.currency), row.due_on))
    return found


def _some(
    db: Connection,
    viewer: Actor,
    as_of: AsOf,
    condition: ColumnElement[bool],
    order: ColumnElement[Any],
    *,
    is_open: bool = True,
) -> Some:
    where = (case_files.c.is_open == is_open, *visible_to(viewer), condition)
    count: int = db.execute(select(func.count()).select_from(case_files).where(*where)).scalar_one()
    first = _rows(db, _lines.where(*where).order_by(order, case_files.c.case_file_id).limit(TODAY_SHOWN))
    return Some(count, [_line(row, as_of) for row in first])
