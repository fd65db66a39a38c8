"""What the outbox is asked: lists for people, what is due for whoever delivers, which invoices to remind of."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, func, select

from domain.message import State
from domain.people import Actor
from domain.sending import Channel
from projections.merging import merged_group
from projections.messages.tables import NEVER, clients, invoices, messages
from projections.pages import Order, Page, UnknownSort

SORTS = ("position", "-position")


@dataclass(frozen=True, slots=True)
class MessageLine:
    """`due_at` is when it is attempted next, None where it is not; `why` it failed last, or was cancelled.
    `goes_despite` what would stop it: a supervisor said why.

    Its words are in the log at `position`, and what came of it last at `last_position`.
    """

    id: UUID
    channel: str
    kind: str
    matter: str
    matter_id: UUID
    client_id: UUID
    attached: bool
    goes_despite: bool
    state: str
    attempt: int
    why: str | None
    queued_at: datetime
    queued_by: str
    due_at: datetime | None
    changed_at: datetime
    changed_by: str
    position: int
    last_position: int


@dataclass(frozen=True, slots=True)
class Filters:
    state: str | None = None
    channel: str | None = None
    matter_id: UUID | None = None
    client_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class HandedOver:
    """An attempt of which no outcome is known."""

    message_id: UUID
    attempt: int


def visible_to(viewer: Actor) -> Sequence[ColumnElement[bool]]:
    """A collector sees what goes to the own portfolio; a supervisor, administrator or auditor all of it."""
    if viewer.sees_all:
        return ()
    held = messages.c.collector
    return (held.in_(sorted(viewer.portfolios)) if viewer.stands_in_for else held == viewer.name,)


def list_messages(
    db: Connection, viewer: Actor, filters: Filters, sort: str, cursor: str | None, limit: int
) -> Page[MessageLine]:
    """By when they were queued: the longest ago first or, as `-position`, last."""
    if sort not in SORTS:
        raise UnknownSort(field="sort")
    order = Order((messages.c.position, messages.c.message_id), descending=sort.startswith("-"))
    query = select(messages).where(*visible_to(viewer))
    for column, value in (
        (messages.c.state, filters.state),
        (messages.c.channel, filters.channel),
        (messages.c.matter_id, filters.matter_id),
    ):
        query = query if value is None else query.where(column == value)
    if filters.client_id is not None:
        query = query.where(messages.c.client_id.in_(merged_group(clients, filters.client_id)))
    found = list(db.execute(order.page(query, cursor, limit)))
    return order.shown(found, limit, [_line(row) for row in found[:limit]])


def find_message(db: Connection, viewer: Actor, message_id: UUID) -> MessageLine | None:
    row = db.execute(select(messages).where(messages.c.message_id == message_id, *visible_to(viewer))).one_or_none()
    return None if row is None else _line(row)


def count_by_state(db: Connection, viewer: Actor) -> Mapping[str, int]:
    found = db.execute(select(messages.c.state, func.count()).where(*visible_to(viewer)).group_by(messages.c.state))
    return {state.value: 0 for state in State} | {row.state: row[1] for row in found}


def waiting_since(db: Connection, matter_id: UUID, kind: str) -> datetime | None:
    """Since when a message of that kind about it waits to be sent, or printed; None where none does."""
    waits = (messages.c.matter_id == matter_id, messages.c.kind == kind, messages.c.state == State.QUEUED.value)
    found = db.execute(select(func.min(messages.c.queued_at)).where(*waits)).scalar()
    return found.replace(tzinfo=UTC) if found else None


def count_failed(db: Connection, viewer: Actor, since: datetime) -> int:
    """How many failed for good since then."""
    failed = (
        messages.c.state == State.FAILED.value,
        messages.c.changed_at >= since.astimezone(UTC).replace(tzinfo=None),
    )
    return db.execute(select(func.count()).select_from(messages).where(*failed, *visible_to(viewer))).scalar_one()


# Whoever delivers asks


def due_messages(db: Connection, now: datetime, limit: int, *, besides: Collection[UUID] = ()) -> Sequence[UUID]:
    """The longest due first; letters are printed by people."""
    found = db.execute(
        select(messages.c.message_id)
        .where(
            messages.c.state == State.QUEUED.value,
            messages.c.due_at <= now.astimezone(UTC).replace(tzinfo=None),
            messages.c.channel != Channel.POST.value,
            messages.c.message_id.not_in(besides),
        )
        .order_by(messages.c.due_at, messages.c.position)
        .limit(limit)
    )
    return list(found.scalars())


def handed_over(db: Connection) -> Sequence[HandedOver]:
    found = db.execute(
        select(messages.c.message_id, messages.c.attempt).where(messages.c.state == State.HANDED_OVER.value)
    )
    return [HandedOver(*row) for row in found]


def to_remind(
    db: Connection, days: int, due_from: date, due_to: date, limit: int, *, after: UUID | None
) -> Sequence[UUID]:
    """Invoices that were due from one day to another, both included, and not reminded of by that step or a later one.

    By their ids, from the one after `after` on. Whether they are paid, they tell themselves.
    """
    query = select(invoices.c.invoice_id).where(
        invoices.c.due_on >= due_from, invoices.c.due_on <= due_to, invoices.c.reminded < days
    )
    if after is not None:
        query = query.where(invoices.c.invoice_id > after)
    return list(db.execute(query.order_by(invoices.c.invoice_id).limit(limit)).scalars())


def _line(row: Row[Any]) -> MessageLine:
    return MessageLine(
        id=row.message_id,
        channel=row.channel,
        kind=row.kind,
        matter=row.matter,
        matter_id=row.matter_id,
        client_id=row.client_id,
        attached=row.attached,
        goes_despite=row.goes_despite,
        state=row.state,
        attempt=row.attempt,
        why=row.why,
        queued_at=row.queued_at.replace(tzinfo=UTC),
        queued_by=row.queued_by,
        due_at=None if row.due_at == NEVER else row.due_at.replace(tzinfo=UTC),
        changed_at=row.changed_at.replace(tzinfo=UTC),
        changed_by=row.changed_by,
        position=row.position,
        last_position=row.last_position,
    )
