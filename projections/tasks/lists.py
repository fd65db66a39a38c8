"""Tasks of a day, of a month, in order of time, and one alone.

That a task was not attended may be an event, or only follow from its day having gone by: the query settles it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import takewhile
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    case,
    func,
    or_,
    select,
)
from sqlalchemy import Row as Found

from domain import task
from domain.days import next_month
from domain.people import Actor, Role
from domain.personal import BLOCKED
from domain.repeating import Repeats
from domain.task import State
from projections.merging import merged_group
from projections.pages import Order, Page
from projections.sorting import holds
from projections.tasks.tables import clients, tasks

REPEATING_AT_MOST = 500
"""So many series are looked at for a month."""


@dataclass(frozen=True, slots=True)
class TaskLine:
    """`state` is as of the day asked on: a task whose day has gone by untouched is unattended.

    `starts_at` is by the business's clocks; `can_reopen` tells that there is a step to be taken back. A task that
    `repeats` will have a next occurrence; one that is `coming` is no task yet, but follows from the rule of that task.
    """

    id: UUID
    kind: task.Kind
    title: str
    client_id: UUID | None
    client: str | None
    address: str | None
    notes: str | None
    colour: task.Colour
    assignee: str
    day: date
    starts_at: time | None
    minutes: int | None
    state: State
    can_reopen: bool
    result: str | None
    case_file_id: UUID | None
    copy_of: UUID | None
    repeats: Repeats | None
    next_id: UUID | None
    coming: bool
    version: int
    changed_at: datetime

    @property
    def can_start(self) -> bool:
        return self.state in {State.OPEN, State.UNATTENDED} and not self.coming

    @property
    def can_be_marked_unattended(self) -> bool:
        return self.state is State.IN_PROGRESS or not self.can_reopen


@dataclass(frozen=True, slots=True)
class Filters:
    """Both days are included. `text` is words of the title or the client, or part of what these are `known` by.

    Or of a case file on which the client is among those `owing`.
    """

    client_id: UUID | None = None
    assignee: str | None = None
    state: State | None = None
    from_day: date | None = None
    to_day: date | None = None
    text: str | None = None
    known: Select[tuple[UUID]] | None = None
    owing: Select[tuple[UUID]] | None = None


@dataclass(frozen=True, slots=True)
class TasksOfDay:
    """How many there are that day, and the first of them: in progress, open, unattended, completed; then by time."""

    day: date
    count: int
    items: Sequence[TaskLine]


def list_tasks(
    db: Connection, viewer: Actor, today: date, filters: Filters, sort: str, cursor: str | None, limit: int
) -> Page[TaskLine]:
    order = Order((tasks.c.begins, tasks.c.task_id), descending=sort.startswith("-"))
    found = list(db.execute(order.page(_lines(viewer, today, filters), cursor, limit)))
    return order.shown(found, limit, [_line(row, viewer, today) for row in found[:limit]])


def tasks_of_day(db: Connection, viewer: Actor, today: date, day: date, filters: Filters, limit: int) -> TasksOfDay:
    by_day = _with_coming(db, viewer, today, day, day + timedelta(days=1), filters, limit)
    return by_day.get(day, TasksOfDay(day, 0, []))


def tasks_of_month(
    db: Connection, viewer: Actor, today: date, month: date, filters: Filters, a_day: int
) -> Mapping[date, TasksOfDay]:
    """By day, those days that have any; `month` is its first day, and `a_day` are shown of each."""
    return _with_coming(db, viewer, today, month, next_month(month), filters, a_day)


def unattended(db: Connection, viewer: Actor, today: date, filters: Filters, limit: int) -> tuple[int, list[TaskLine]]:
    """How many of the days before were not attended, and those that wait the longest."""
    left = tasks.c.state.in_((State.OPEN.value, State.UNATTENDED.value))
    query = _lines(viewer, today, filters).where(left, tasks.c.begins < _at(today))
    count = db.execute(select(func.count()).select_from(query.subquery())).scalar_one()
    found = db.execute(query.order_by(tasks.c.begins, tasks.c.task_id).limit(limit))
    return count, [_line(row, viewer, today) for row in found]


def counts_by_day(db: Connection, viewer: Actor, today: date, month: date) -> Mapping[date, int]:
    day = func.date(tasks.c.begins)
    found = db.execute(
        select(day, func.count())
        .where(*_visible_to(viewer), tasks.c.begins >= _at(month), tasks.c.begins < _at(next_month(month)))
        .group_by(day)
    )
    counts = {date.fromisoformat(str(on)): count for on, count in found}
    for one in _coming(db, viewer, today, month, next_month(month), Filters()):
        counts[one.day] = counts.get(one.day, 0) + 1
    return counts


def find_task(db: Connection, viewer: Actor, today: date, task_id: UUID) -> TaskLine | None:
    row = db.execute(_lines(viewer, today, Filters()).where(tasks.c.task_id == task_id)).one_or_none()
    return None if row is None else _line(row, viewer, today)


def _visible_to(viewer: Actor) -> Sequence[ColumnElement[bool]]:
    """A collector sees those given to them, and those of the own clients."""
    return (
        ()
        if viewer.sees_all
        else (or_(tasks.c.assignee == viewer.name, tasks.c.holder.in_(sorted(viewer.portfolios))),)
    )


def _at(day: date) -> datetime:
    return datetime.combine(day, time())


def _settled(today: date) -> ColumnElement[str]:
    gone_by = and_(tasks.c.state == State.OPEN.value, tasks.c.begins < _at(today))
    return case((gone_by, State.UNATTENDED.value), else_=tasks.c.state)


def _lines(viewer: Actor, today: date, filters: Filters) -> Select[Any]:
    query = (
        select(tasks, clients.c.name.label("client"), clients.c.hidden_name)
        .outerjoin(clients, clients.c.client_id == tasks.c.client_id)
        .where(*_visible_to(viewer))
    )
    if filters.client_id is not None:
        query = query.where(tasks.c.client_id.in_(merged_group(clients, filters.client_id)))
    if filters.assignee is not None:
        query = query.where(tasks.c.assignee == filters.assignee)
    if filters.state is not None:
        query = query.where(_settled(today) == filters.state.value)
    if filters.from_day is not None:
        query = query.where(tasks.c.begins >= _at(filters.from_day))
    if filters.text is not None:
        named = and_(
            *(or_(holds(tasks.c.title_key, word), holds(clients.c.name_key, word)) for word in filters.text.split()[:8])
        )
        others = [one for one in (filters.known, filters.owing) if one is not None]
        known = (tasks.c.client_id.in_(merged_group(clients, ids)) for ids in others)
        query = query.where(or_(named, *known), or_(tasks.c.client_id.is_(None), clients.c.hidden_name.is_(None)))
    if filters.to_day is not None:
        query = query.where(tasks.c.begins < _at(filters.to_day + timedelta(days=1)))
    return query


def _by_day(
    db: Connection, viewer: Actor, today: date, begins: date, ends: date, filters: Filters, a_day: int
) -> Mapping[date, TasksOfDay]:
    """The first of each day, as they are listed; each row tells how many that day has."""
    day = func.date(tasks.c.begins)
    turn = case({state.value: number for number, state in enumerate(State)}, value=_settled(today))
    listed = (
        _lines(viewer, today, filters)
        .where(tasks.c.begins >= _at(begins), tasks.c.begins < _at(ends))
        .add_columns(
            func.count().over(partition_by=day).label("of_the_day"),
            func.row_number().over(partition_by=day, order_by=(turn, tasks.c.begins, tasks.c.task_id)).label("turn"),
        )
        .subquery()
    )
    by_day: dict[date, list[Any]] = {}
    for row in db.execute(select(listed).where(listed.c.turn <= a_day).order_by(listed.c.turn)):
        by_day.setdefault(row.begins.date(), []).append(row)
    return {
        on: TasksOfDay(on, rows[0].of_the_day, [_line(row, viewer, today) for row in rows])
        for on, rows in by_day.items()
    }


def _with_coming(
    db: Connection, viewer: Actor, today: date, begins: date, ends: date, filters: Filters, a_day: int
) -> Mapping[date, TasksOfDay]:
    """With what will come by the rules of tasks that repeat, after the tasks there are."""
    by_day = dict(_by_day(db, viewer, today, begins, ends, filters, a_day))
    for one in _coming(db, viewer, today, begins, ends, filters):
        known = by_day.get(one.day, TasksOfDay(one.day, 0, []))
        by_day[one.day] = TasksOfDay(one.day, known.count + 1, [*known.items, one][:a_day])
    return by_day


def _coming(
    db: Connection, viewer: Actor, today: date, begins: date, ends: date, filters: Filters
) -> Sequence[TaskLine]:
    """In order of time; what lies before today will not come any more."""
    if filters.state not in {None, State.OPEN}:
        return []
    query = _lines(viewer, today, replace(filters, state=None)).where(
        tasks.c.repeats.is_not(None), tasks.c.begins < _at(ends)
    )
    found = [
        replace(line, day=day, state=State.OPEN, can_reopen=False, coming=True)
        for line in (_line(row, viewer, today) for row in db.execute(query.limit(REPEATING_AT_MOST)))
        if line.repeats is not None
        for day, _ in takewhile(lambda one: one[0] < ends, line.repeats.following(line.day))
        if day >= max(begins, today)
    ]
    return sorted(found, key=lambda one: (one.day, one.starts_at or time(), one.id))


def _line(row: Found[Any], viewer: Actor, today: date) -> TaskLine:
    """What is said in a task is about its client: of one who is blocked, only an auditor reads it."""
    day, state = row.begins.date(), State(row.state)
    line = TaskLine(
        id=row.task_id,
        kind=task.Kind(row.kind),
        title=row.title,
        client_id=row.client_id,
        client=row.hidden_name or row.client,
        address=row.address,
        notes=row.notes,
        colour=task.Colour(row.colour),
        assignee=row.assignee,
        day=day,
        starts_at=row.begins.time() if row.timed else None,
        minutes=row.minutes,
        state=State.UNATTENDED if state is State.OPEN and day < today else state,
        can_reopen=state is not State.OPEN,
        result=row.result,
        case_file_id=row.case_file_id,
        copy_of=row.copy_of,
        repeats=msgspec.json.decode(row.repeats, type=Repeats) if row.repeats else None,
        next_id=row.next_id,
        coming=False,
        version=row.version,
        changed_at=row.changed_at.replace(tzinfo=UTC),
    )
    if row.hidden_name and Role.AUDITOR not in viewer.roles:
        return replace(line, title=BLOCKED, client=BLOCKED, address=None, notes=None, result=None)
    return line
