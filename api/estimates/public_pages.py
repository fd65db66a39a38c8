"""An estimate as its client sees it: behind a link, without logging in. It is answered once, before it expires.

The link is all that is asked for, and no cookie goes with it, so no other site has anything of the client's to misuse
(CSRF); that forms come from a page of ours is checked all the same. Reading changes nothing: what opens a link first
may be a mail server that looks what is behind. The link itself reaches neither the log nor another site.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Annotated
from uuid import UUID, uuid4, uuid5

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from api.http.dependencies import Service
from api.http.secret_addresses import GUESSES, Readers
from api.http.titles import TITLES
from api.pages.context import AnyReader, ReaderContext, new_id, typed
from api.pages.forms import Form
from api.papers.bills import said_of
from api.papers.estimates import estimate_bill, print_estimate
from api.papers.press import press_of
from api.papers.routes import shown
from application.estimates import accept_estimate, decline_estimate
from application.streams import Command, Outcome
from domain.client import Client
from domain.client.restrictions import Restrictions
from domain.errors import Conflict, Refusal
from domain.estimate import Answer, Estimate, EstimateAccepted, EstimateDeclined, Stage
from domain.people import CLIENT

router = APIRouter(prefix="/e/{token}")

READABLE = timedelta(days=60)
"""How long after its last day an estimate is still shown, with the answer that was given."""

GONE, TOO_OFTEN = 404, 429

HEADERS = {"X-Robots-Tag": "noindex, nofollow, noarchive"}


class NotShown(Exception):
    """Nothing tells a link that never was one from one that has died. `status`: `GONE` or `TOO_OFTEN`."""

    def __init__(self, status: int) -> None:
        super().__init__()
        self.status = status


@dataclass(frozen=True)
class Guest(ReaderContext):
    """Whoever has the link, spoken to in the estimate's language."""

    token: str
    estimate_id: UUID
    estimate: Estimate
    form: Form

    @property
    def language(self) -> str:
        return self.estimate.language.value

    @property
    def address(self) -> str:
        return f"/e/{self.token}"

    @property
    def may_answer(self) -> bool:
        return self.estimate.stage is Stage.SENT and self.today <= self.estimate.expires_on

    @property
    def answered(self) -> EstimateAccepted | EstimateDeclined | None:
        events = (known.event for known in self.service.store.history(self.estimate_id))
        return next((one for one in events if isinstance(one, EstimateAccepted | EstimateDeclined)), None)


async def _guest(token: str, request: Request, reader: AnyReader) -> Guest:
    """Looked up before the form is read."""
    estimate_id, estimate = await run_in_threadpool(_opened, token, request, reader)
    form = Form(await typed(request))
    return Guest(
        request=request,
        service=reader.service,
        toasts=reader.toasts,
        token=token,
        estimate_id=estimate_id,
        estimate=estimate,
        form=form,
    )


Opened = Annotated[Guest, Depends(_guest)]


def _opened(token: str, request: Request, reader: ReaderContext) -> tuple[UUID, Estimate]:
    readers: Readers = request.app.state.readers
    host = request.client.host if request.client else ""
    if not readers.may_guess(host):
        raise NotShown(TOO_OFTEN)
    estimate_id = reader.service.estimate_links.estimate_of(token)
    estimate = reader.service.store.load(Estimate(), estimate_id)[0] if estimate_id else Estimate()
    if estimate_id is None or not _is_shown(reader, estimate):
        readers.guessed_wrong(host)
        raise NotShown(GONE)
    if not readers.may_read("estimate", str(estimate_id)):
        raise NotShown(TOO_OFTEN)
    return estimate_id, estimate


def _is_shown(reader: ReaderContext, estimate: Estimate) -> bool:
    if estimate.stage not in {Stage.SENT, Stage.ACCEPTED, Stage.DECLINED}:
        return False
    restrictions = _restrictions(reader.service, estimate)
    return reader.today <= estimate.expires_on + READABLE and not (restrictions.blocked or restrictions.erased)


def _restrictions(service: Service, estimate: Estimate) -> Restrictions:
    """Of the client, or of whoever it was merged into."""
    restrictions = service.store.load(Client(), estimate.client_id)[0].restrictions
    while restrictions.merged_into is not None:
        restrictions = service.store.load(Client(), restrictions.merged_into)[0].restrictions
    return restrictions


def not_shown(request: Request, error: Exception) -> Response:
    """In the language of who asks: which one the estimate would have is nobody's to learn here."""
    assert isinstance(error, NotShown)  # noqa: S101 - that is what it is registered for
    reader = ReaderContext(request, request.app.state.service, request.app.state.toasts)
    response = reader.page(
        "no_public_estimate.html", status=error.status, title=TITLES[error.status], expired=error.status == GONE
    )
    response.headers.update(HEADERS)
    if error.status == TOO_OFTEN:
        response.headers["Retry-After"] = str(GUESSES.get_expiry())
    return response


@router.get("")
def show_public_estimate(guest: Opened) -> Response:
    return _page(guest)


@router.get("/pdf")
def show_public_pdf(guest: Opened) -> Response:
    response = shown(print_estimate(press_of(guest.service), guest.estimate_id))
    response.headers.update(HEADERS)
    return response


@router.post("/acceptance")
def accept_by_link(guest: Opened) -> Response:
    """With the draft of its invoice, unless the account was merged into another: then somebody here sees to that."""
    command = _command(guest, "acceptance")
    merged = guest.service.store.load(Client(), guest.estimate.client_id)[0].restrictions.merged_into is not None
    return _answered(
        guest,
        lambda: accept_estimate(
            guest.service.store,
            command,
            guest.estimate_id,
            answer=_answer(guest, guest.form.text("answered_by")),
            invoice_id=None if merged else new_id(command, "invoice"),
        ),
    )


@router.post("/decline")
def decline_by_link(guest: Opened) -> Response:
    command = _command(guest, "decline")
    answered_by = guest.form.optional_text("answered_by")
    return _answered(
        guest,
        lambda: decline_estimate(guest.service.store, command, guest.estimate_id, answer=_answer(guest, answered_by)),
    )


def _answer(guest: Guest, answered_by: str | None) -> Answer:
    return Answer(guest.today, by_link=True, answered_by=answered_by, note=guest.form.optional_text("note"))


def _command(guest: Guest, answer: str) -> Command:
    """Its route is written without the link, which is nobody's to read in the log."""
    route, key, now = f"POST /e/{{token}}/{answer}", guest.form.key, guest.service.clock()
    command_id = uuid5(guest.estimate_id, f"{key} {route}") if key else uuid4()
    fingerprint = guest.service.fingerprint(route.encode(), repr(guest.form.fields).encode()) if key else b""
    return Command(command_id, CLIENT, now, guest.today, command_id, route=route, fingerprint=fingerprint)


def _answered(guest: Guest, answer: Callable[[], Outcome]) -> Response:
    try:
        answer()
    except Refusal as refusal:
        now = guest.service.store.load(Estimate(), guest.estimate_id)[0]
        return _page(replace(guest, estimate=now), guest.form.refused(refusal))
    guest.service.wake()
    return RedirectResponse(guest.address, 303)


def _page(guest: Guest, sent: Form | None = None) -> Response:
    says, bill = estimate_bill(press_of(guest.service), guest.estimate_id)
    response = guest.page(
        "public_estimate.html",
        status=409 if sent is not None and isinstance(sent.refusal, Conflict) else 200,
        bill=bill,
        paper=said_of(says, bill),
        sender=bill.sender.name if bill.sender else guest.business.name,
        answered=guest.answered,
        sent=sent,
    )
    response.headers.update(HEADERS)
    return response
