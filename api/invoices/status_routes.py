"""What is asked of invoices and estimates over HTTP: figures by day, lists, one alone, who owes since when."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query

from api.estimates.listing import EstimateList
from api.http.dependencies import Question
from api.http.histories import After, HistoryEntry
from api.http.problems import documented
from api.http.routes import OneThreadRoute
from api.http.shapes import Cursor, Day, Limit
from api.invoices.listing import InvoiceList, Year
from api.invoices.views import ShownEstimate, ShownInvoice, read_estimate, read_history_page, read_invoice
from application.business import preferred_period
from domain.days import check_day
from domain.errors import NotFound
from domain.money import Money
from domain.people import Period
from projections.invoices import estimates, listing, payments, status
from projections.invoices import receivables as aged
from projections.invoices.estimates import EstimateLine
from projections.invoices.listing import InvoiceLine
from projections.invoices.payments import InvoicePayment
from projections.invoices.receivables import ClientReceivables, Receivables
from projections.invoices.status import EstimateStatus, InvoiceStatus
from projections.pages import Page

router = APIRouter(
    prefix="/api", tags=["invoices"], responses=documented(401, 403, 404, 422, 503), route_class=OneThreadRoute
)

READ_MODEL = "invoice_status"


@router.get("/invoice-status")
def show_invoice_status(
    question: Question, client_id: UUID | None = None, year: Year | None = None, as_of: Day | None = None
) -> InvoiceStatus:
    """Draft, pending, partial, paid and rectified are the total, at the end of a business day.

    Without a day it is today, without a `year` what this user prefers: the day's, or all.
    """
    day = _day(question, as_of)
    with question.snapshot(READ_MODEL) as db:
        return status.invoice_status(db, question.viewer, day, client_id=client_id, year=_year(question, year, day))


@router.get("/estimate-status")
def show_estimate_status(
    question: Question, client_id: UUID | None = None, year: Year | None = None, as_of: Day | None = None
) -> EstimateStatus:
    """The same of estimates: those that wait for an answer, and what was answered."""
    day = _day(question, as_of)
    with question.snapshot(READ_MODEL) as db:
        return status.estimate_status(db, question.viewer, day, client_id=client_id, year=_year(question, year, day))


@router.get("/receivables")
def show_receivables(question: Question, as_of: Day | None = None) -> Receivables:
    """What was left to pay on a day of what was issued, sent or not, by how long it was due; and by collector."""
    with question.snapshot(READ_MODEL) as db:
        return aged.receivables(db, question.viewer, _day(question, as_of))


@router.get("/receivables/clients")
def list_client_receivables(
    question: Question,
    *,
    as_of: Day | None = None,
    sort: Literal["client", "-client", "total", "-total"] = "-total",
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[ClientReceivables]:
    """The same by client."""
    with question.snapshot(READ_MODEL) as db:
        return aged.client_receivables(db, question.viewer, _day(question, as_of), sort, cursor, limit)


@router.get("/invoices")
def list_invoices(question: Question, asked: Annotated[InvoiceList, Query()]) -> Page[InvoiceLine]:
    """`text` is words of the client's name, part of its reference, phone or identification, a number or an amount."""
    with question.snapshot(*((READ_MODEL, "clients") if asked.text else (READ_MODEL,))) as db:
        return listing.list_invoices(
            db, question.viewer, question.as_of().day, asked.filters(), asked.sort, asked.cursor, asked.limit
        )


@router.get("/invoices/{invoice_id}")
def show_invoice(invoice_id: UUID, question: Question) -> ShownInvoice:
    with question.snapshot(READ_MODEL) as db:
        return read_invoice(db, question.service.store, question.viewer, question.as_of().day, invoice_id)


@router.get("/invoices/{invoice_id}/history")
def show_invoice_history(
    invoice_id: UUID, question: Question, *, cursor: After = 0, limit: Limit = 50
) -> Page[HistoryEntry]:
    """Everything that ever happened to it, oldest first, straight from the log."""
    with question.snapshot(READ_MODEL) as db:
        line = listing.find_invoice(db, question.viewer, question.as_of().day, invoice_id)
    if line is None:
        raise NotFound(id=invoice_id)
    return read_history_page(question.service.store, question.viewer, line.client_id, invoice_id, cursor, limit)


@router.get("/estimates")
def list_estimates(question: Question, asked: Annotated[EstimateList, Query()]) -> Page[EstimateLine]:
    with question.snapshot(READ_MODEL) as db:
        return estimates.list_estimates(
            db, question.viewer, question.as_of().day, asked.filters(), asked.sort, asked.cursor, asked.limit
        )


@router.get("/estimates/{estimate_id}")
def show_estimate(estimate_id: UUID, question: Question) -> ShownEstimate:
    with question.snapshot(READ_MODEL) as db:
        return read_estimate(db, question.service.store, question.viewer, question.as_of().day, estimate_id)


@router.get("/estimates/{estimate_id}/history")
def show_estimate_history(
    estimate_id: UUID, question: Question, *, cursor: After = 0, limit: Limit = 50
) -> Page[HistoryEntry]:
    with question.snapshot(READ_MODEL) as db:
        line = estimates.find_estimate(db, question.viewer, question.as_of().day, estimate_id)
    if line is None:
        raise NotFound(id=estimate_id)
    return read_history_page(question.service.store, question.viewer, line.client_id, estimate_id, cursor, limit)


@router.get("/unapproved-invoice-payments")
def list_unapproved_invoice_payments(
    question: Question, *, cursor: Cursor = None, limit: Limit = 50
) -> Page[InvoicePayment]:
    """The longest waiting first."""
    with question.snapshot(READ_MODEL) as db:
        return payments.list_unapproved_invoice_payments(db, question.viewer, cursor, limit)


@router.get("/clients/{client_id}/invoice-credit")
def show_invoice_credit(client_id: UUID, question: Question) -> Sequence[Money]:
    """What was paid beyond what the client's invoices ask for, of each currency: it can be moved to the next one."""
    with question.snapshot(READ_MODEL) as db:
        return listing.credit_of(db, question.viewer, client_id)


def _day(question: Question, day: date | None) -> date:
    if day is not None:
        check_day(day, "as_of")
    return question.as_of(day).day


def _year(question: Question, year: str | None, day: date) -> int | None:
    if year is None:
        return day.year if preferred_period(question.service.store, question.viewer) is Period.YEAR else None
    return None if year == "all" else int(year)
