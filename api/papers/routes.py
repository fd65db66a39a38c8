"""Papers over HTTP: invoices, credit notes, estimates and statements as PDF, for whoever may see their client."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response
from sqlalchemy import Connection

from api.http.dependencies import Question, Service
from api.http.documents import TooLongForPaper, named_file
from api.http.problems import documented
from api.http.routes import OneThreadRoute
from api.http.shapes import Day
from api.papers.estimates import print_estimate
from api.papers.invoices import print_credit_note, print_invoice
from api.papers.press import Paper, press_of
from api.papers.statements import print_statement
from application.clients import works_on
from application.streams import Streams
from domain.client import Client
from domain.days import check_days
from domain.errors import NotFound
from domain.estimate import Estimate
from domain.invoice import Invoice
from domain.people import Actor
from domain.sending import Language
from projections.invoices.of_client import invoices_of

INVOICES_AT_MOST = 5_000
"""Of the client of a statement, which reads the events of each."""

PDF = "application/pdf"
SHOWN: dict[int | str, dict[str, Any]] = {200: {"content": {PDF: {}}}}

router = APIRouter(
    prefix="/api", tags=["papers"], responses=documented(401, 403, 404, 422, 503), route_class=OneThreadRoute
)

From = Annotated[Day | None, Query(alias="from", description="The first day; the year's first, where none is told.")]
To = Annotated[Day | None, Query(description="The last day; today, where none is told.")]


@router.get("/invoices/{invoice_id}/pdf", response_class=Response, responses=SHOWN)
def show_invoice_pdf(invoice_id: UUID, question: Question) -> Response:
    """A draft says that it is one. What was issued never changes, the logo aside."""
    return shown(invoice_for(question.service, question.viewer, question.as_of().day, invoice_id))


@router.get("/invoices/{invoice_id}/credit-notes/{credit_note_id}/pdf", response_class=Response, responses=SHOWN)
def show_credit_note_pdf(invoice_id: UUID, credit_note_id: UUID, question: Question) -> Response:
    today = question.as_of().day
    return shown(credit_note_for(question.service, question.viewer, today, invoice_id, credit_note_id))


@router.get("/estimates/{estimate_id}/pdf", response_class=Response, responses=SHOWN)
def show_estimate_pdf(estimate_id: UUID, question: Question) -> Response:
    return shown(estimate_for(question.service, question.viewer, question.as_of().day, estimate_id))


@router.get("/clients/{client_id}/statement", response_class=Response, responses={**SHOWN, **documented(409)})
def show_statement(
    client_id: UUID, question: Question, from_: From = None, to: To = None, language: Language | None = None
) -> Response:
    """Opening and closing balance, and all transactions between two days, both included, as known now."""
    today = question.as_of().day
    with question.snapshot("invoice_status") as db:
        return shown(statement_for(question.service, db, question.viewer, today, client_id, from_, to, language))


def shown(paper: Paper) -> Response:
    return Response(paper.content, media_type=PDF, headers=named_file(paper.name, shown=True))


# For whom


def invoice_for(service: Service, viewer: Actor, today: date, invoice_id: UUID) -> Paper:
    invoice = Streams(service.store).load(Invoice(), invoice_id)
    _check_shown(service, viewer, today, invoice.client_id, asked_for=invoice_id)
    return print_invoice(press_of(service), invoice_id)


def credit_note_for(service: Service, viewer: Actor, today: date, invoice_id: UUID, credit_note_id: UUID) -> Paper:
    invoice = Streams(service.store).load(Invoice(), invoice_id)
    _check_shown(service, viewer, today, invoice.client_id, asked_for=invoice_id)
    return print_credit_note(press_of(service), invoice_id, credit_note_id)


def estimate_for(service: Service, viewer: Actor, today: date, estimate_id: UUID) -> Paper:
    estimate = Streams(service.store).load(Estimate(), estimate_id)
    _check_shown(service, viewer, today, estimate.client_id, asked_for=estimate_id)
    return print_estimate(press_of(service), estimate_id)


def statement_for(
    service: Service,
    db: Connection,
    viewer: Actor,
    today: date,
    client_id: UUID,
    from_: date | None,
    to: date | None,
    language: Language | None,
) -> Paper:
    """Of one who was merged into another: that one's, over all accounts."""
    to_day = to or today
    from_day = from_ or min(to_day, today).replace(month=1, day=1)
    check_days(from_day, to_day)
    whose = _check_shown(service, viewer, today, client_id, asked_for=client_id)
    found = invoices_of(db, whose, at_most=INVOICES_AT_MOST)
    if len(found) > INVOICES_AT_MOST:
        raise TooLongForPaper(at_most=INVOICES_AT_MOST)
    return print_statement(press_of(service), whose, found, from_day=from_day, to_day=to_day, language=language)


def _check_shown(service: Service, viewer: Actor, today: date, client_id: UUID, *, asked_for: UUID) -> UUID:
    """Whose it is now: the client, or whoever it was merged into. Refused as the client's page would be."""
    client = Streams(service.store).load(Client(), client_id)
    while client.restrictions.merged_into is not None:
        client_id = client.restrictions.merged_into
        client = Streams(service.store).load(Client(), client_id)
    if not works_on(client, viewer, today):
        raise NotFound(id=asked_for)
    client.restrictions.check_seen(viewer)
    return client_id
