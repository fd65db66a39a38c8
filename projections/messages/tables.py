"""The tables of the outbox, and what events do to their rows."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from typing import NotRequired, TypedDict, assert_never
from uuid import UUID

from sqlalchemy import Index, MetaData

from domain import message
from domain.case_file.progress import CaseFileAssignedToCollector, CaseFileUnassigned
from domain.client import ClientRegistered
from domain.client.portfolio import ClientAssignedToCollector, ClientUnassigned
from domain.client.restrictions import ClientMerged, ClientUnmerged
from domain.events import Recorded
from domain.invoice.issuing import InvoiceImported, InvoiceIssued
from domain.message import Matter, State
from projections.client_copies import Held, HeldCopies, OfClient, held, mergings_table
from projections.holding import last_holder, with_holding
from projections.projection import Projection
from projections.rows import Row, Rows
from projections.schema import Int32, PrimaryKey, table_of

metadata = MetaData()

NEVER = datetime(9999, 12, 31)  # noqa: DTZ001 - as columns have it, in UTC


class Message(TypedDict):
    message_id: PrimaryKey[UUID]
    position: int  # where it was queued in the log
    queued_at: datetime  # UTC, as all moments here
    queued_by: str
    channel: str
    kind: str
    matter: str
    matter_id: UUID
    client_id: UUID
    collector: str  # who holds the case file that it is about, else the client
    attached: bool
    goes_despite: bool  # a supervisor said why it is sent, whatever stops it
    state: str
    attempt: Int32
    due_at: datetime  # of the next attempt; NEVER where there is none
    changed_at: datetime
    changed_by: str
    last_position: int  # of the last thing that happened to it
    why: NotRequired[str | None]  # it failed, or was cancelled


messages = table_of(
    Message,
    "messages",
    metadata,
    Index("messages_position", "position"),
    Index("messages_collector", "collector", "position"),
    Index("messages_state", "state", "position"),
    Index("messages_collector_state", "collector", "state", "position"),
    Index("messages_matter", "matter_id", "position"),
    Index("messages_client", "client_id", "position"),
    Index("messages_due", "state", "due_at"),
    info={"kind": "message"},
)


class Client(OfClient, Held):
    """As far as messages need it."""


clients = table_of(
    Client,
    "message_clients",
    metadata,
    info={"kind": "client"},
)

mergings = mergings_table("message_mergings", metadata)


class MessageOfClient(OfClient):
    message_id: PrimaryKey[UUID]


messages_of = table_of(
    MessageOfClient,
    "messages_of_clients",
    metadata,
    info={"kind": "client"},
)


class CaseFile(TypedDict):
    case_file_id: PrimaryKey[UUID]
    collector: str
    holdings: str  # see `projections/holding.py`


case_files = table_of(
    CaseFile,
    "message_case_files",
    metadata,
    info={"kind": "case_file"},
)
"""Those that were ever assigned on their own."""


class MessageOfCaseFile(TypedDict):
    case_file_id: PrimaryKey[UUID]
    message_id: PrimaryKey[UUID]


messages_of_case_files = table_of(
    MessageOfCaseFile,
    "messages_of_case_files",
    metadata,
    info={"kind": "case_file"},
)


class Invoice(TypedDict):
    invoice_id: PrimaryKey[UUID]
    due_on: date
    reminded: Int32  # the greatest step of the policy that was queued: days after due


invoices = table_of(
    Invoice,
    "message_invoices",
    metadata,
    Index("message_invoices_due", "due_on", "invoice_id"),
    info={"kind": "invoice"},
)


def touches(recorded: Recorded) -> Iterable[tuple[str, UUID]]:
    match recorded.event:
        case message.MessageQueued() as event:
            about = [("case_file", event.matter_id)] if event.matter is Matter.CASE_FILE else []
            reminded = [("invoice", event.matter_id)] if event.step is not None else []
            return (("message", recorded.stream), ("client", event.client_id), *about, *reminded)
        case event if isinstance(event, message.Event):
            return (("message", recorded.stream),)
        case ClientRegistered() | ClientAssignedToCollector() | ClientUnassigned() | ClientMerged() | ClientUnmerged():
            return (("client", recorded.stream),)
        case CaseFileAssignedToCollector() | CaseFileUnassigned():
            return (("case_file", recorded.stream),)
        case InvoiceIssued() | InvoiceImported():
            return (("invoice", recorded.stream),)
        case _:
            return ()


def project(rows: Rows, recorded: Recorded) -> None:
    match recorded.event:
        case ClientRegistered():
            rows.add(clients, Client(client_id=recorded.stream, **held(recorded.stream)))
        case ClientAssignedToCollector() as event:
            copies.hold(rows, recorded.stream, event.from_on, event.collector)
        case ClientUnassigned() as event:
            copies.hold(rows, recorded.stream, event.from_on, "")
        case CaseFileAssignedToCollector() as event:
            _case_file_held(rows, recorded.stream, event.from_on, event.collector)
        case CaseFileUnassigned() as event:
            _case_file_held(rows, recorded.stream, event.from_on, "")
        case ClientMerged() as event:
            copies.merge(rows, recorded.stream, event.into)
        case ClientUnmerged():
            copies.unmerge(rows, recorded.stream)
        case InvoiceIssued() | InvoiceImported() as event:
            rows.add(invoices, Invoice(invoice_id=recorded.stream, due_on=event.due_on, reminded=0))
        case event if isinstance(event, message.Event):
            _message(rows, recorded, event)
        case _:
            pass


def _passed_on(rows: Rows, client: Row, _: str) -> None:
    _pass_on(rows, [row["message_id"] for row in rows.all(messages_of, client["client_id"]).values()])


def _case_file_held(rows: Rows, case_file_id: UUID, from_on: date, collector: str) -> None:
    known = rows.all(case_files, case_file_id).get(())
    holdings = with_holding(known["holdings"] if known else "", from_on, collector)
    rows.add(case_files, CaseFile(case_file_id=case_file_id, collector=last_holder(holdings), holdings=holdings))
    _pass_on(rows, [row["message_id"] for row in rows.all(messages_of_case_files, case_file_id).values()])


def _pass_on(rows: Rows, message_ids: Sequence[UUID]) -> None:
    """To whoever holds what they are about now."""
    rows.fetch([("message", one) for one in message_ids])
    about = [rows.one(messages, one) for one in message_ids]
    rows.fetch([("client", one["client_id"]) for one in about])
    rows.fetch([("case_file", one["matter_id"]) for one in about if one["matter"] == Matter.CASE_FILE.value])
    for one in about:
        one["collector"] = _holder(rows, one["client_id"], one["matter"], one["matter_id"])


def _holder(rows: Rows, client_id: UUID, matter: str, matter_id: UUID) -> str:
    own = rows.all(case_files, matter_id).get(()) if matter == Matter.CASE_FILE.value else None
    holder: str = own["collector"] if own is not None else ""
    return holder or str(rows.one(clients, client_id)["collector"])


def _message(rows: Rows, recorded: Recorded, event: message.Event) -> None:
    at = recorded.recorded_at.replace(tzinfo=None)
    if isinstance(event, message.MessageQueued):
        _queued(rows, recorded, event, at)
        return
    row = rows.one(messages, recorded.stream)
    row["changed_at"], row["changed_by"], row["last_position"] = at, recorded.actor, recorded.position
    row["why"] = None
    match event:
        case message.MessageAttempted():
            row["state"], row["due_at"], row["attempt"] = State.HANDED_OVER.value, NEVER, event.attempt
        case message.MessageAccepted():
            row["state"], row["due_at"] = State.ACCEPTED.value, NEVER
        case message.MessageFailed():
            row["state"] = (State.FAILED if event.retry_at is None else State.QUEUED).value
            row["due_at"] = NEVER if event.retry_at is None else _plain(event.retry_at)
            row["why"] = event.failure.value
        case message.MessageLost():
            row["state"], row["due_at"] = State.UNKNOWN.value, NEVER
        case message.MessageRequeued():
            row["state"], row["due_at"] = State.QUEUED.value, _plain(event.due_at)
        case message.MessageCancelled():
            row["state"], row["due_at"], row["why"] = State.CANCELLED.value, NEVER, event.why.value
        case _:
            assert_never(event)


def _queued(rows: Rows, recorded: Recorded, event: message.MessageQueued, at: datetime) -> None:
    rows.add(messages_of, MessageOfClient(client_id=event.client_id, message_id=recorded.stream))
    if event.matter is Matter.CASE_FILE:
        rows.add(messages_of_case_files, MessageOfCaseFile(case_file_id=event.matter_id, message_id=recorded.stream))
    rows.add(
        messages,
        Message(
            message_id=recorded.stream,
            position=recorded.position,
            queued_at=at,
            queued_by=recorded.actor,
            channel=event.channel.value,
            kind=event.kind.value,
            matter=event.matter.value,
            matter_id=event.matter_id,
            client_id=event.client_id,
            collector=_holder(rows, event.client_id, event.matter.value, event.matter_id),
            attached=event.attached,
            goes_despite=event.despite is not None,
            state=State.QUEUED.value,
            attempt=0,
            due_at=_plain(event.due_at),
            changed_at=at,
            changed_by=recorded.actor,
            last_position=recorded.position,
        ),
    )
    if event.step is not None:
        invoice = rows.one(invoices, event.matter_id)
        invoice["reminded"] = max(invoice["reminded"], event.step)


def _plain(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(tzinfo=None)


copies = HeldCopies(clients, mergings, _passed_on)

projection = Projection("messages", 4, metadata, touches, project)
