"""What is asked of invoices and estimates over HTTP: figures by day, lists, one alone, who owes since when."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field

from api.http.dependencies import Question
from api.http.formats import as_amount
from api.http.histories import After, HistoryEntry
from api.http.problems import documented
from api.http.routes import OneThreadRoute
from api.http.shapes import Body, Currency, Cursor, Day, Limit, Search
from api.invoices.views import ShownEstimate, ShownInvoice, read_estimate, read_history_page, read_invoice
from application.business import preferred_period
from domain.days import check_day, check_days
from domain.errors import NotFound
from domain.money import Money
from domain.people import Period
from projections.clients.listing import known_by
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

Year = Annotated[str, Field(pattern=r"^(all|(19|20|21)[0-9]{2})$", examples=["all", "2026"])]


class DatedList(Body):
    """`from` and `to`: the day it was issued, or made where it is a draft; both included."""

    client_id: UUID | None = None
    collector: Search = None
    text: Search = None
    currency: Currency | None = None
    from_: Annotated[Day | None, Field(alias="from")] = None
    to: Day | None = None
    cursor: Cursor = None
    limit: Limit = 50

    def check(self) -> None:
        check_days(self.from_, self.to)


class InvoiceList(DatedList):
    """`status` chooses those that count in the figure of that name: what is overdue is pending too, for one."""

    status: listing.Block | None = None
    number: Search = None
    import_: Annotated[UUID | None, Field(alias="import", description="What that import brought in.")] = None
    sort: Annotated[str, Field(pattern=f"^-?({'|'.join(sorted(listing.SORTS))})$")] = "-dated_on"

    def filters(self) -> listing.Filters:
        self.check()
        return listing.Filters(
            block=self.status,
            client_id=self.client_id,
            collector=self.collector,
            number=self.number,
            text=self.text,
            currency=self.currency,
            from_day=self.from_,
            to_day=self.to,
            amount=as_amount(self.text, ".") if self.text else None,
            known=known_by(self.text) if self.text else None,
            import_id=self.import_,
        )


class EstimateList(DatedList):
    status: estimates.Status | None = None
    sort: Annotated[str, Field(pattern=f"^-?({'|'.join(sorted(estimates.SORTS))})$")] = "-drafted_on"

    def filters(self) -> estimates.Filters:
        self.check()
        return estimates.Filters(
            status=self.status,
            client_id=self.client_id,
            collector=self.collector,
            text=self.text,
            currency=self.currency,
            from_day=self.from_,
            to_day=self.to,
        )


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
