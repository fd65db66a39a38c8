"""The queue: whom to reach next, and why; one row for each case file, and for each client with invoices due.

A case file that was worked leaves it for the day, and as long as a next action is planned; what comes up meanwhile, a
promise above all, brings it back. `docs/queue.md` tells the reasons and how the expected value is worked out.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal, get_args
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Select,
    Subquery,
    and_,
    case,
    cast,
    func,
    literal,
    not_,
    or_,
    select,
    union_all,
)

from domain.money import Money
from domain.people import Actor
from projections.days import AsOf
from projections.desk import tables as desk
from projections.desk.case_files import CaseFileLine, Promised, lines_of, oldest_broken_promises, promises_due
from projections.desk.project.working import ANSWERED
from projections.desk.visibility import visible_to
from projections.invoices import tables as invoicing
from projections.invoices.visibility import visible_to as invoices_visible_to
from projections.pages import Order, Page, UnknownSort
from projections.projection import NEVER, NOT_YET

Reason = Literal[
    "returned_after_closing",
    "broken_promise",
    "promise_due",
    "next_action",
    "to_close",
    "dispute",
    "new",
    "due",
    "overdue",
    "idle",
    "invoices_due",
]
"""Why somebody is in the queue: the first that holds."""

REASONS: Sequence[Reason] = get_args(Reason)

Sort = Literal["value", "arrears", "promise", "hour", "route"]
SORTS: Sequence[Sort] = get_args(Sort)

CHANCES = ((30, 60), (90, 45), (180, 30), (365, 18))
"""Up to so many days in arrears, the chance in hundredths to collect what is outstanding; above the last, `OLD`."""

OLD, RETURNED = 8, 40
KEPT, BROKEN, ANSWERED_LATELY, NEVER_REACHED = 10, -10, 8, -4
LATELY = timedelta(days=30)
NOWHERE = "~"
"""Sorts after all zones."""

SHOWN_NUMBERS = 3
"""Of so many invoices of a client the numbers are shown."""


@dataclass(frozen=True, slots=True)
class Filters:
    reason: Reason | None = None
    collector: str | None = None


@dataclass(frozen=True, slots=True)
class Sorting:
    """By one of `SORTS`. By value what is in the business's own `currency` comes first, for amounts of two do not
    compare; by hour whose calls are answered soonest from this `hour` (UTC) on.
    """

    by: str
    currency: str
    hour: int


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueLine:
    """`id` is the case file's or, of invoices, the client's; `debtor_id` is who is to be reached.

    `references` are the case file's or the first invoices' that are due, of `count`. `value` is what may be expected of
    `outstanding` by `chance`, in hundredths. `answers_at` is the hour (UTC) at which calls were answered most.
    """

    kind: Literal["case_file", "client"]
    id: UUID
    reason: Reason
    references: list[str]
    count: int
    debtor_id: UUID
    debtor: str
    creditor: str | None
    collector: str | None
    outstanding: Money
    days_in_arrears: int
    chance: int
    value: Money
    last_action_on: date | None
    last_outcome: str | None
    next_action: str | None
    next_action_on: date | None
    promised: Money | None
    promised_for: date | None
    answers_at: int | None


@dataclass(frozen=True, slots=True)
class Part:
    """How many of the queue are there for a reason."""

    reason: Reason
    count: int


@dataclass(frozen=True, slots=True)
class Queue:
    """`outstanding` is what all of it comes to, in each currency; `parts` are the reasons that there are."""

    count: int
    outstanding: list[Money]
    parts: list[Part]


def queue(db: Connection, viewer: Actor, as_of: AsOf, collector: str | None = None) -> Queue:
    """What there is to do, whatever the reason."""
    rows = _queued(viewer, as_of, Filters(collector=collector))
    found = db.execute(
        select(
            rows.c.reason, rows.c.currency, func.count().label("entries"), func.sum(rows.c.outstanding).label("owed")
        )
        .group_by(rows.c.reason, rows.c.currency)
        .order_by(rows.c.currency)
    ).all()
    counts: dict[Reason, int] = {
        reason: sum(row.entries for row in found if row.reason == reason) for reason in REASONS
    }
    sums: dict[str, int] = {}
    for row in found:
        sums[row.currency] = sums.get(row.currency, 0) + int(row.owed)
    return Queue(
        sum(counts.values()),
        [Money.of_minor(minor, currency) for currency, minor in sums.items()],
        [Part(reason, count) for reason, count in counts.items() if count],
    )


def list_queue(
    db: Connection, viewer: Actor, as_of: AsOf, filters: Filters, sorting: Sorting, cursor: str | None, limit: int
) -> Page[QueueLine]:
    rows = _queued(viewer, as_of, filters)
    order = _order(rows, sorting)
    found = list(db.execute(order.page(select(rows, *order.columns), cursor, limit)))
    shown = found[:limit]
    details = _Details(db, viewer, as_of, shown)
    return order.shown(found, limit, [details.line(row) for row in shown])


def cursor_after(
    db: Connection, viewer: Actor, as_of: AsOf, filters: Filters, sorting: Sorting, case_file_id: UUID
) -> str | None:
    """With which `list_queue` goes on after this case file; None, from the first on, where it is in it no more."""
    rows = _queued(viewer, as_of, filters)
    order = _order(rows, sorting)
    found = db.execute(select(*order.columns).where(rows.c.id == case_file_id)).one_or_none()
    return None if found is None else order.cursor(found)


def _order(rows: Subquery, sorting: Sorting) -> Order:
    columns, hour = rows.c, sorting.hour
    if sorting.by == "value":
        foreign = case((columns.currency == sorting.currency, 0), else_=1).label("foreign")
        return Order((foreign, (-columns.value).label("least"), columns.id, columns.currency))
    if sorting.by == "arrears":
        return Order((columns.since, columns.id, columns.currency))
    if sorting.by == "promise":
        return Order((columns.promise_on, columns.since, columns.id, columns.currency))
    if sorting.by == "hour":
        waits = case(
            (columns.answers_at < 0, 24),
            (columns.answers_at >= hour, columns.answers_at - hour),
            else_=columns.answers_at + 24 - hour,
        ).label("waits")
        return Order((waits, columns.since, columns.id, columns.currency))
    if sorting.by == "route":
        return Order((columns.zone, columns.debtor_key, columns.id, columns.currency))
    raise UnknownSort(field="sort", known=SORTS)


# Who is in it


def _queued(viewer: Actor, as_of: AsOf, filters: Filters) -> Subquery:
    """All that is in the queue, whether a case file or a client, with what it is sorted by."""
    both = union_all(_case_files(viewer, as_of, filters), _clients_with_invoices(viewer, as_of, filters)).subquery()
    valued = select(both, (both.c.outstanding * both.c.chance // 100).label("value"))
    if filters.reason is not None:
        valued = valued.where(both.c.reason == filters.reason)
    return valued.subquery("queued")


def _case_files(viewer: Actor, as_of: AsOf, filters: Filters) -> Select[*tuple[Any, ...]]:
    columns, debtor = desk.case_files.c, desk.clients.alias("debtor")
    today = as_of.day
    worked = and_(columns.last_action_on >= today, columns.next_action_on > today)
    reason = _reason(as_of)
    to_reopen = and_(not_(columns.is_open), columns.returned_since != NEVER, columns.outstanding > 0)
    query = (
        select(
            literal("case_file").label("kind"),
            columns.case_file_id.label("id"),
            columns.debtor_id,
            columns.debtor_key,
            columns.collector,
            columns.currency,
            reason.label("reason"),
            columns.unpaid_since.label("since"),
            case((columns.outstanding > 0, columns.outstanding), else_=0).label("outstanding"),
            _chance(as_of).label("chance"),
            columns.promise_due_on.label("promise_on"),
            columns.answers_at,
            func.coalesce(debtor.c.zone, NOWHERE).label("zone"),
            literal(1).label("documents"),
        )
        .join(debtor, debtor.c.client_id == columns.debtor_id)
        .where(
            or_(columns.is_open, to_reopen),
            columns.skipped_until <= today,
            debtor.c.standing.in_(("usable", "merged")),
            not_(worked),
            reason.is_not(None),
            *visible_to(viewer),
        )
    )
    return query if filters.collector is None else query.where(columns.collector == filters.collector)


def _reason(as_of: AsOf) -> ColumnElement[Any]:
    """The first that holds; none where a next action is planned for a day to come, or nothing is to be done."""
    columns, today = desk.case_files.c, as_of.day
    planned = and_(columns.next_action_on > today, columns.next_action_on < NEVER)
    due_today = select(desk.promises.c.case_file_id).where(*desk.OPEN_PROMISES, desk.promises.c.due_on == today)
    followed_up = and_(columns.last_action_on > columns.promise_due_on, planned)
    settled = and_(columns.outstanding <= 0, columns.unapproved == 0, columns.refunding == 0)
    of_each: Mapping[Reason, ColumnElement[bool]] = {
        "returned_after_closing": not_(columns.is_open),
        "broken_promise": and_(columns.promise_due_on < as_of.broken_before, not_(followed_up)),
        "promise_due": columns.case_file_id.in_(due_today),
        "next_action": and_(columns.next_action_on <= today, columns.outstanding > 0),
        "to_close": settled,
    }
    where_nothing_is_planned: Mapping[Reason, ColumnElement[bool]] = {
        "dispute": columns.dispute_since != NEVER,
        "new": columns.last_action_on == NOT_YET,
        "due": columns.unpaid_since == today,
        "overdue": columns.unpaid_since < today,
        "idle": columns.worked_on <= as_of.idle_since,
    }
    return case(
        *((condition, literal(reason)) for reason, condition in of_each.items()),
        (or_(planned, columns.outstanding <= 0), None),
        *((condition, literal(reason)) for reason, condition in where_nothing_is_planned.items()),
        else_=None,
    )


def _chance(as_of: AsOf) -> ColumnElement[int]:
    """In hundredths, never below one."""
    columns = desk.case_files.c
    lately = as_of.day - LATELY
    chance = (
        case((not_(columns.is_open), RETURNED), else_=_by_age(columns.unpaid_since, as_of.day))
        + case((columns.promises_kept > 0, KEPT), else_=0)
        + case((columns.promise_due_on < as_of.broken_before, BROKEN), else_=0)
        + case(
            (columns.answered_on >= lately, ANSWERED_LATELY), (columns.answered_on == NOT_YET, NEVER_REACHED), else_=0
        )
    )
    return case((chance < 1, 1), else_=chance)


def _by_age(since: ColumnElement[date], today: date) -> ColumnElement[int]:
    return case(*((since >= today - timedelta(days=days), chance) for days, chance in CHANCES), else_=OLD)


_whose = invoicing.clients.alias("whose")
_survivor = invoicing.clients.alias("survivor")


def _due_invoices(as_of: AsOf) -> Sequence[ColumnElement[bool]]:
    """Issued, owed by now, and in nobody's collection; nobody is asked for what is disputed."""
    columns = invoicing.invoices.c
    return (
        columns.state.in_(("issued", "pending", "partial")),
        columns.outstanding > 0,
        columns.due_on <= as_of.day,
        columns.disputed_on == NEVER,
        columns.case_file_id.is_(None),
    )


def _clients_with_invoices(viewer: Actor, as_of: AsOf, filters: Filters) -> Select[*tuple[Any, ...]]:
    columns, due = invoicing.invoices.c, func.min(invoicing.invoices.c.due_on)
    query = (
        select(
            literal("client").label("kind"),
            _survivor.c.client_id.label("id"),
            _survivor.c.client_id.label("debtor_id"),
            func.min(_survivor.c.name_key).label("debtor_key"),
            func.min(columns.collector).label("collector"),
            columns.currency,
            literal("invoices_due").label("reason"),
            due.label("since"),
            cast(func.sum(columns.outstanding), BigInteger).label("outstanding"),  # PostgreSQL adds up to a numeric
            _by_age(due, as_of.day).label("chance"),
            literal(NEVER, invoicing.invoices.c.due_on.type).label("promise_on"),
            literal(-1).label("answers_at"),
            literal(NOWHERE).label("zone"),
            func.count().label("documents"),
        )
        .join(_whose, _whose.c.client_id == columns.client_id)
        .join(_survivor, _survivor.c.client_id == _whose.c.survivor_id)
        .where(
            *_due_invoices(as_of),
            _survivor.c.skipped_until <= as_of.day,
            _survivor.c.standing == "usable",
            *invoices_visible_to(viewer, columns.collector),
        )
        .group_by(_survivor.c.client_id, columns.currency)
    )
    return query if filters.collector is None else query.where(columns.collector == filters.collector)


# What is shown of them


class _Details:
    """What a page's rows show besides, asked for all of them at once."""

    def __init__(self, db: Connection, viewer: Actor, as_of: AsOf, rows: Sequence[Any]) -> None:
        files = [row.id for row in rows if row.kind == "case_file"]
        self._as_of = as_of
        self._files: Mapping[UUID, CaseFileLine] = lines_of(db, viewer, as_of, files)
        self._outcomes = _last_outcomes(db, files)
        broken, due = (asked(db, viewer, as_of, files) for asked in (oldest_broken_promises, promises_due))
        self._promised: Mapping[UUID, Promised] = {**due, **broken}
        self._clients = _named(db, [row.id for row in rows if row.kind == "client"])
        self._numbers = _numbers(db, as_of, [*self._clients])

    def line(self, row: Any) -> QueueLine:
        file = self._files.get(row.id)
        promised = self._promised.get(row.id) if row.reason in {"broken_promise", "promise_due"} else None
        return QueueLine(
            kind=row.kind,
            id=row.id,
            reason=row.reason,
            references=[file.reference] if file else self._numbers.get((row.id, row.currency), []),
            count=row.documents,
            debtor_id=row.debtor_id,
            debtor=file.debtor if file else self._clients[row.id],
            creditor=file.client if file else None,
            collector=row.collector or None,
            outstanding=Money.of_minor(int(row.outstanding), row.currency),
            days_in_arrears=max((self._as_of.day - row.since).days, 0),
            chance=row.chance,
            value=Money.of_minor(int(row.value), row.currency),
            last_action_on=file.last_action_on if file else None,
            last_outcome=self._outcomes.get(row.id),
            next_action=file.next_action if file else None,
            next_action_on=file.next_action_on if file else None,
            promised=promised.amount if promised else None,
            promised_for=promised.due_on if promised else None,
            answers_at=row.answers_at if row.answers_at >= 0 else None,
        )


def _last_outcomes(db: Connection, case_file_ids: Collection[UUID]) -> Mapping[UUID, str]:
    actions = desk.actions.c
    last = (
        select(actions.case_file_id, func.max(actions.position).label("position"))
        .where(actions.case_file_id.in_(case_file_ids))
        .group_by(actions.case_file_id)
        .subquery()
    )
    found = db.execute(
        select(actions.case_file_id, actions.outcome).join(
            last, and_(last.c.case_file_id == actions.case_file_id, last.c.position == actions.position)
        )
    )
    return {row.case_file_id: row.outcome for row in found}


def _named(db: Connection, client_ids: Collection[UUID]) -> Mapping[UUID, str]:
    columns = invoicing.clients.c
    found = db.execute(select(columns.client_id, columns.name).where(columns.client_id.in_(client_ids)))
    return {row.client_id: row.name for row in found}


def _numbers(db: Connection, as_of: AsOf, client_ids: Collection[UUID]) -> Mapping[tuple[UUID, str], list[str]]:
    """Those that are due, the longest first, by client and currency."""
    columns = invoicing.invoices.c
    query = (
        select(_whose.c.survivor_id, columns.currency, columns.number)
        .join(_whose, _whose.c.client_id == columns.client_id)
        .where(_whose.c.survivor_id.in_(client_ids), *_due_invoices(as_of))
        .order_by(columns.due_on, columns.number_key)
    )
    found: dict[tuple[UUID, str], list[str]] = {}
    for row in db.execute(query):
        numbers = found.setdefault((row.survivor_id, row.currency), [])
        if len(numbers) < SHOWN_NUMBERS:
            numbers.append(row.number)
    return found


# How the day goes


@dataclass(frozen=True, slots=True)
class DayOfWork:
    """Of whoever asks; of whoever sees everything, everybody's. `worked` are case files, `answered` is of `calls`."""

    worked: int
    calls: int
    answered: int
    promises: int
    promised: list[Money]


def day_of_work(db: Connection, viewer: Actor, day: date) -> DayOfWork:
    actions = desk.actions.c
    mine = () if viewer.sees_all else (actions.actor == viewer.name,)
    answered = case((actions.outcome.in_([one.value for one in ANSWERED]), 1), else_=0)
    called = case((actions.channel == "call", 1), else_=0)
    done = db.execute(
        select(
            func.count(func.distinct(actions.case_file_id)).label("worked"),
            func.coalesce(func.sum(called), 0).label("calls"),
            func.coalesce(func.sum(called * answered), 0).label("answered"),
        ).where(actions.done_on == day, *mine)
    ).one()
    columns = desk.promises.c
    promised = db.execute(
        select(desk.case_files.c.currency, func.count().label("made"), func.sum(columns.amount).label("promised"))
        .join(desk.case_files, desk.case_files.c.case_file_id == columns.case_file_id)
        .where(columns.made_on == day, columns.cancelled_on == NEVER, *visible_to(viewer))
        .group_by(desk.case_files.c.currency)
        .order_by(desk.case_files.c.currency)
    ).all()
    return DayOfWork(
        int(done.worked),
        int(done.calls),
        int(done.answered),
        sum(row.made for row in promised),
        [Money.of_minor(int(row.promised), row.currency) for row in promised],
    )
