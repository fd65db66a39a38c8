"""The outbox over HTTP: what was queued, what came of it, and what people decide about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response
from sqlalchemy import Connection

from api.http.dependencies import Done, NewCommand, Question, Service
from api.http.documents import named_file
from api.http.problems import documented
from api.http.routes import OneThreadRoute
from api.messages.listing import MessageList
from api.papers.messages import print_message
from api.papers.press import Paper, press_of
from application import outbox
from application.streams import Streams
from domain.client import Client
from domain.covering import Cover
from domain.errors import NotFound
from domain.message import (
    MessageAccepted,
    MessageCancelled,
    MessageFailed,
    MessageLost,
    MessageQueued,
    State,
)
from domain.people import WORKS, Actor
from domain.personal import BLOCKED
from domain.sending import Channel
from projections.covering import held_back
from projections.messages.outbox import MessageLine, find_message, list_messages
from projections.pages import Page

router = APIRouter(
    prefix="/api/messages",
    tags=["sending"],
    responses=documented(401, 403, 404, 409, 422, 503),
    route_class=OneThreadRoute,
)

A_PDF: dict[str, Any] = {
    "description": "The letter",
    "content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}},
}


@dataclass(frozen=True, slots=True)
class ToldMessage:
    """To whom and in which words; of a client who is blocked, to whoever is no auditor, not those.

    `despite`: why it was sent though the case file was disputed or in insolvency, or it was held back.
    """

    to: str
    name: str
    subject: str
    body: str
    despite: str | None = None


@dataclass(frozen=True, slots=True)
class MessageChange:
    """What happened to it: the event's name; why, as a code; and what whoever carries it answered."""

    what: str
    at: datetime
    actor: str
    why: str | None
    answer: str | None
    position: int


@dataclass(frozen=True, slots=True)
class MessageDetail:
    """`held_back` is the money for which it waits to be decided on or used, before it is sent.

    `instead_of` is the same message to another contact, which failed.
    """

    line: MessageLine
    told: ToldMessage
    held_back: Cover | None
    instead_of: UUID | None
    history: Sequence[MessageChange]


@router.get("")
def show_messages(question: Question, asked: Annotated[MessageList, Query()]) -> Page[MessageLine]:
    """To the own clients; to everybody's for who sees all."""
    with question.snapshot("messages") as db:
        return list_messages(db, question.viewer, asked.filters(), asked.sort, asked.cursor, asked.limit)


@router.get("/{message_id}")
def show_message(message_id: UUID, question: Question) -> MessageDetail:
    with question.snapshot("messages") as db:
        return detail_of(question.service, db, question.viewer, message_id)


@router.get("/{message_id}/letter", response_class=Response, responses={200: A_PDF})
def show_letter(message_id: UUID, question: Question) -> Response:
    """As it is posted. For the own clients, as above."""
    with question.snapshot("messages") as db:
        paper = letter_of(question.service, db, question.viewer, message_id)
    return Response(paper.content, media_type="application/pdf", headers=named_file(paper.name))


@router.post("/{message_id}/retry")
def send_again(message_id: UUID, new: NewCommand) -> Done:
    """Now, what failed, waits to be tried again, or may have got lost."""
    return new.done(outbox.send_again(new.store, new.command, message_id))


@router.post("/{message_id}/cancellation")
def cancel_message(message_id: UUID, new: NewCommand) -> Done:
    return new.done(outbox.cancel_message(new.store, new.command, message_id))


@router.post("/{message_id}/resolution")
def resolve_message(message_id: UUID, new: NewCommand) -> Done:
    """It arrived: somebody knows, where Recobro does not."""
    return new.done(outbox.resolve_message(new.store, new.command, message_id))


@router.post("/{message_id}/printing")
def print_letter(message_id: UUID, new: NewCommand) -> Done:
    """The letter is printed and on its way."""
    return new.done(outbox.print_message(new.store, new.command, message_id))


# What pages ask too


def detail_of(service: Service, db: Connection, viewer: Actor, message_id: UUID) -> MessageDetail:
    line = find_message(db, viewer, message_id)
    if line is None:
        raise NotFound(id=message_id)
    history = service.store.history(message_id)
    [queued] = [one.event for one in history if isinstance(one.event, MessageQueued)]
    seen = service.store.load(Client(), queued.client_id)[0].restrictions.seen(viewer)
    changes: list[MessageChange] = []
    for one in history:
        why, answer = None, None
        match one.event:
            case MessageFailed() as event:
                why, answer = event.failure.value, event.answer
            case MessageCancelled() as event:
                why = event.why.value
            case MessageAccepted() | MessageLost() as event:
                answer = event.answer
            case _:
                pass
        changes.append(
            MessageChange(
                what=one.name,
                at=one.recorded_at,
                actor=one.actor,
                why=why,
                answer=answer if seen else None,
                position=one.position,
            )
        )
    return MessageDetail(line, told_to(seen, queued), holds(db, line), queued.instead_of, changes)


def holds(db: Connection, line: MessageLine) -> Cover | None:
    waits = line.state == State.QUEUED and not line.goes_despite
    return held_back(db, line.matter, line.kind, line.matter_id) if waits else None


def told_to(seen: bool, queued: MessageQueued) -> ToldMessage:  # noqa: FBT001 - whether whoever looks may see it
    if not seen:
        return ToldMessage(BLOCKED, BLOCKED, BLOCKED, BLOCKED)
    return ToldMessage(queued.to, queued.name, queued.subject, queued.body, queued.despite)


def letter_of(service: Service, db: Connection, viewer: Actor, message_id: UUID) -> Paper:
    """Dated when it was queued, so that it is the same whenever it is printed. Refused where it is to go no more."""
    line = find_message(db, viewer, message_id)
    if line is None or line.channel != Channel.POST.value:
        raise NotFound(id=message_id)
    [recorded] = service.store.since(line.position - 1, 1)
    assert isinstance(recorded.event, MessageQueued)  # noqa: S101 - that is the position's meaning
    service.store.load(Client(), line.client_id)[0].restrictions.check_seen(viewer)
    if not viewer.roles.isdisjoint(WORKS):  # who only reads prints nothing to send
        outbox.check_still_goes(Streams(service.store), message_id)
    day = line.queued_at.astimezone(service.business().zone).date()
    return print_message(press_of(service), recorded.event, on=day)
