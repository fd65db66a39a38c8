"""The outbox: what was sent and what was not, and why; letters to print; what people decide about each."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from fastapi import APIRouter, Response

from api.http.documents import named_file
from api.messages.listing import TO_PRINT, MessagePage
from api.messages.routes import ToldMessage, detail_of, holds, letter_of, told_to
from api.pages.context import Page, PageContext
from api.pages.list_address import read
from api.pages.refusals import sent_back_to
from api.papers.messages import print_enclosed
from api.papers.press import Paper, press_of
from application import outbox
from application.sending import AT_ONCE
from application.streams import Outcome
from domain.client import Client
from domain.correspondence import CORRESPONDENCE, Correspondence
from domain.covering import Cover, HeldBack
from domain.errors import NotFound, Refusal
from domain.message import MessageQueued, NoLongerSent, State
from domain.sending import Channel
from projections.messages.outbox import MessageLine, count_by_state, find_message, list_messages

router = APIRouter(prefix="/messages")

HERE = "/messages"
SHOWN = 20
MATTERS = {"invoice": "/invoices", "estimate": "/estimates", "case_file": "/case-files"}


@dataclass(frozen=True)
class ShownMessage:
    """What can be done with it, by whoever looks."""

    line: MessageLine
    told: ToldMessage
    about: str
    held: Cover | None
    sends_again: bool
    resolves: bool
    cancels: bool
    prints: bool


@router.get("")
def show_messages(context: Page) -> Response:
    """All of them, those of one state, letters to print, or about one thing."""
    asked = read(context, HERE, MessagePage)
    query = asked.query
    with context.snapshot() as db:
        page = list_messages(db, context.viewer, query.filters(), query.sort, query.cursor, SHOWN)
        counts = count_by_state(db, context.viewer)
        held = {line.id: holds(db, line) for line in page.items}
    rows = [_shown(context, line, held[line.id]) for line in page.items]
    return context.page(
        "messages.html",
        rows=rows,
        suspended=context.store.load(Correspondence(), CORRESPONDENCE)[0].suspended,
        counts={one.value: counts.get(one.value, 0) for one in State},
        asked=asked,
        page=page,
        to_print=asked.value("state") == TO_PRINT,
        prints=any(row.prints for row in rows),
        here=asked.address(cursor=query.cursor or ""),
    )


def _shown(context: PageContext, line: MessageLine, held: Cover | None) -> ShownMessage:
    [recorded] = context.store.since(line.position - 1, 1)
    assert isinstance(recorded.event, MessageQueued)  # noqa: S101 - that is the position's meaning
    seen = context.store.load(Client(), line.client_id)[0].restrictions.seen(context.viewer)
    state, works = State(line.state), context.works
    waits, letter = state is State.QUEUED, line.channel == Channel.POST.value
    failing = waits and line.why is not None
    return ShownMessage(
        line,
        told_to(seen, recorded.event),
        f"{MATTERS[line.matter]}/{line.matter_id}",
        held,
        sends_again=works and (failing or state in {State.FAILED, State.UNKNOWN}),
        resolves=works and state is State.UNKNOWN,
        cancels=works and (waits or state is State.UNKNOWN),
        prints=works and seen and waits and letter,
    )


@router.get("/{message_id}")
def show_message(message_id: UUID, context: Page) -> Response:
    with context.snapshot() as db:
        detail = detail_of(context.service, db, context.viewer, message_id)
    return context.page(
        "message.html",
        row=_shown(context, detail.line, detail.held_back),
        instead_of=detail.instead_of,
        history=detail.history[::-1],
    )


@router.get("/{message_id}/letter")
def show_letter(message_id: UUID, context: Page) -> Response:
    with context.snapshot() as db:
        return _pdf(letter_of(context.service, db, context.viewer, message_id))


@router.get("/{message_id}/enclosed")
def show_enclosed(message_id: UUID, context: Page) -> Response:
    """The invoice or estimate that goes along."""
    with context.snapshot() as db:
        line = find_message(db, context.viewer, message_id)
    if line is None:
        raise NotFound(id=message_id)
    context.store.load(Client(), line.client_id)[0].restrictions.check_seen(context.viewer)
    [recorded] = context.store.since(line.position - 1, 1)
    assert isinstance(recorded.event, MessageQueued)  # noqa: S101 - that is the position's meaning
    return _pdf(print_enclosed(press_of(context.service), recorded.event))


def _pdf(paper: Paper) -> Response:
    return Response(paper.content, media_type="application/pdf", headers=named_file(paper.name, shown=True))


# What people decide


@router.post("/printing")
def print_letters(context: Page) -> Response:
    """Those that are ticked."""
    back, printed, stopped, outcome = context.back(f"{HERE}?state={TO_PRINT}"), 0, 0, None
    for one in context.form.many("message")[:AT_ONCE]:
        try:
            outcome = outbox.print_message(context.store, context.command(one), UUID(one))
            printed += 1
        except (NoLongerSent, HeldBack):
            stopped += 1
        except (Refusal, ValueError):  # somebody else has printed it meanwhile
            continue
    ngettext = context.words.ngettext
    said = ngettext("%(num)s letter printed", "%(num)s letters printed", printed) % {"num": printed}
    if stopped:
        left = ngettext("%(num)s is not to be sent now", "%(num)s are not to be sent now", stopped) % {"num": stopped}
        said = f"{said}. {left}"
    return context.done(outcome, back, said)


@router.post("/{message_id}/printing")
def print_letter(message_id: UUID, context: Page) -> Response:
    return _decide(context, message_id, outbox.print_message, context._("Letter printed"))


@router.post("/{message_id}/retry")
def send_again(message_id: UUID, context: Page) -> Response:
    return _decide(context, message_id, outbox.send_again, context._("It is being sent again"))


@router.post("/{message_id}/resolution")
def resolve_message(message_id: UUID, context: Page) -> Response:
    return _decide(context, message_id, outbox.resolve_message, context._("Marked as arrived"))


@router.post("/{message_id}/cancellation")
def cancel_message(message_id: UUID, context: Page) -> Response:
    return _decide(context, message_id, outbox.cancel_message, context._("It will not be sent"))


@sent_back_to(HERE + "/{message_id}")
def _decide(context: PageContext, message_id: UUID, decide: Callable[..., Outcome], said: str) -> Response:
    outcome = decide(context.store, context.command(), message_id)
    return context.done(outcome, context.back(f"{HERE}/{message_id}"), said)
