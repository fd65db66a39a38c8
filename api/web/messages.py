"""The outbox: what was sent and what was not, and why; letters to print; what people decide about each."""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Response

from api.documents import named_file
from api.messages import ToldMessage, detail_of, holds, letter_of, told_to
from api.papers.messages import print_enclosed
from api.papers.press import Paper
from api.shapes import Cursor
from api.web.list_address import one_of
from api.web.visit import Page, Visit
from application import outbox
from application.sending import AT_ONCE
from application.streams import Outcome
from domain.client import Client
from domain.correspondence import CORRESPONDENCE, Correspondence
from domain.covering import Cover
from domain.errors import NotFound, Refusal
from domain.message import MessageQueued, State
from domain.sending import Channel
from projections.messages.outbox import Filters, MessageLine, count_by_state, find_message, list_messages

router = APIRouter(prefix="/messages")

HERE = "/messages"
SHOWN = 20
MATTERS = {"invoice": "/invoices", "estimate": "/estimates", "case_file": "/case-files"}
TO_PRINT = "to-print"


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
def show_messages(visit: Page, state: str = "", matter: UUID | None = None, cursor: Cursor = None) -> Response:
    """All of them, those of one state, letters to print, or about one thing."""
    if state == TO_PRINT:
        filters = Filters(State.QUEUED.value, Channel.POST.value, matter)
    else:
        filters = Filters(one_of(State, state, "state"), None, matter)
    with visit.snapshot() as db:
        page = list_messages(db, visit.viewer, filters, "-position", cursor, SHOWN)
        counts = count_by_state(db, visit.viewer)
        held = {line.id: holds(db, line) for line in page.items}

    def address(cursor: str = "", *, state: str = state) -> str:
        named = {"state": state, "matter": matter, "cursor": cursor}
        return f"{HERE}?{urlencode({name: value for name, value in named.items() if value})}".rstrip("?")

    rows = [_shown(visit, line, held[line.id]) for line in page.items]
    return visit.page(
        "messages.html",
        rows=rows,
        suspended=visit.store.load(Correspondence(), CORRESPONDENCE)[0].suspended,
        counts={one.value: counts.get(one.value, 0) for one in State},
        asked=state,
        to_print=state == TO_PRINT,
        prints=any(row.prints for row in rows),
        next_cursor=page.next,
        first=not cursor,
        address=address,
        here=address(cursor or ""),
    )


def _shown(visit: Visit, line: MessageLine, held: Cover | None) -> ShownMessage:
    [recorded] = visit.store.since(line.position - 1, 1)
    assert isinstance(recorded.event, MessageQueued)  # noqa: S101 - that is the position's meaning
    seen = visit.store.load(Client(), line.client_id)[0].standing.seen(visit.viewer)
    state, works = State(line.state), visit.works
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
def show_message(message_id: UUID, visit: Page) -> Response:
    with visit.snapshot() as db:
        detail = detail_of(visit.service, db, visit.viewer, message_id)
    return visit.page(
        "message.html",
        row=_shown(visit, detail.line, detail.held_back),
        instead_of=detail.instead_of,
        history=detail.history[::-1],
    )


@router.get("/{message_id}/letter")
def show_letter(message_id: UUID, visit: Page) -> Response:
    with visit.snapshot() as db:
        return _pdf(letter_of(visit.service, db, visit.viewer, message_id))


@router.get("/{message_id}/enclosed")
def show_enclosed(message_id: UUID, visit: Page) -> Response:
    """The invoice or estimate that goes along."""
    with visit.snapshot() as db:
        line = find_message(db, visit.viewer, message_id)
    if line is None:
        raise NotFound(id=message_id)
    visit.store.load(Client(), line.client_id)[0].standing.check_seen(visit.viewer)
    [recorded] = visit.store.since(line.position - 1, 1)
    assert isinstance(recorded.event, MessageQueued)  # noqa: S101 - that is the position's meaning
    return _pdf(print_enclosed(visit.service.press, recorded.event))


def _pdf(paper: Paper) -> Response:
    return Response(paper.content, media_type="application/pdf", headers=named_file(paper.name, shown=True))


# What people decide


@router.post("/printing")
def print_letters(visit: Page) -> Response:
    """Those that are ticked."""
    back, printed, outcome = visit.back(f"{HERE}?state={TO_PRINT}"), 0, None
    for one in visit.form.many("message")[:AT_ONCE]:
        try:
            outcome = outbox.print_message(visit.store, visit.command(one), UUID(one))
        except (Refusal, ValueError):  # somebody else has printed it meanwhile
            continue
        printed += 1
    said = visit.words.ngettext("%(num)s letter printed", "%(num)s letters printed", printed) % {"num": printed}
    return visit.done(outcome, back, said)


@router.post("/{message_id}/printing")
def print_letter(message_id: UUID, visit: Page) -> Response:
    return _decide(visit, message_id, outbox.print_message, visit._("Letter printed"))


@router.post("/{message_id}/retry")
def send_again(message_id: UUID, visit: Page) -> Response:
    return _decide(visit, message_id, outbox.send_again, visit._("It is being sent again"))


@router.post("/{message_id}/resolution")
def resolve_message(message_id: UUID, visit: Page) -> Response:
    return _decide(visit, message_id, outbox.resolve_message, visit._("Marked as arrived"))


@router.post("/{message_id}/cancellation")
def cancel_message(message_id: UUID, visit: Page) -> Response:
    return _decide(visit, message_id, outbox.cancel_message, visit._("It will not be sent"))


def _decide(visit: Visit, message_id: UUID, decide: Callable[..., Outcome], said: str) -> Response:
    back, command = visit.back(f"{HERE}/{message_id}"), visit.command()
    try:
        outcome = decide(visit.store, command, message_id)
    except NotFound:
        raise
    except Refusal as refusal:
        return visit.refused(refusal, back)
    return visit.done(outcome, back, said)
