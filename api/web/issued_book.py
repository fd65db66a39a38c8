"""The book of what was issued in a year: invoices and credit notes, with the base and tax of each rate.

RD 1624/1992, art. 63: number, day, who it was issued to, base, rate and tax. It is read from the events that issued
them, so that it says what they say. What another program issued is in that one's book.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from uuid import UUID

from fastapi import APIRouter, Response

from api.catalogues import marked as _
from api.documents import ROWS_AT_MOST, Cell, SheetKind, TooLongForASheet
from api.web.invoice_list import Asked, days_of, year_of
from api.web.invoice_sheets import sheet_of
from api.web.invoicing_labels import TREATMENTS
from api.web.list_address import read_asked
from api.web.visit import Page, Visit
from application.streams import Streams
from domain.client import Client
from domain.invoice import Invoice
from domain.invoice.issuing import CreditNoteIssued, InvoiceIssued, Recipient, totals_of
from domain.lines import Treatment
from domain.personal import ERASED
from projections.invoices.issued import issued_between
from projections.sorting import number_key

router = APIRouter(prefix="/invoices")

COLUMNS = (
    *(_("Number"), _("Issued on"), _("Day of what is invoiced"), _("Corrects"), _("Client"), _("Identification")),
    *(_("How tax treats it"), _("Rate"), _("Base"), _("Tax"), _("Total with tax"), _("Currency")),
)

Issued = tuple[InvoiceIssued | CreditNoteIssued, str, Recipient | None]
"""With the number of the invoice that it corrects, if it does, and to whom it may be said that it was issued."""


@router.get("/issued.{kind}")
def download_issued(visit: Page, kind: SheetKind) -> Response:
    """A row for each rate of each document, in the order of their days and numbers."""
    asked, _cursor = read_asked(visit, Asked())
    first, last = days_of(year_of(visit, asked.year))
    from_day, to_day = first or date.min, last or visit.today
    with visit.snapshot() as db:
        invoice_ids = issued_between(db, visit.viewer, from_day, to_day, ROWS_AT_MOST + 1)
    if len(invoice_ids) > ROWS_AT_MOST:
        raise TooLongForASheet(at_most=ROWS_AT_MOST)
    issued = [
        one
        for invoice_id in invoice_ids
        for one in _issued_of(visit, invoice_id)
        if from_day <= one[0].issued_on <= to_day
    ]
    issued.sort(key=lambda one: (one[0].issued_on, number_key(one[0].number)))
    rows = (row for one in issued for row in _rows(visit, *one))
    return sheet_of(visit, visit._("Issued invoices and credit notes"), COLUMNS, rows, kind)


def _issued_of(visit: Visit, invoice_id: UUID) -> Iterator[Issued]:
    log = Streams(visit.store)
    invoice = log.load(Invoice(), invoice_id)
    shown = log.load(Client(), invoice.client_id).standing.seen(visit.viewer)
    for known in visit.store.history(invoice_id):
        event = known.event
        if isinstance(event, InvoiceIssued | CreditNoteIssued):
            corrects = invoice.number if isinstance(event, CreditNoteIssued) else ""
            yield event, corrects, event.recipient if shown else None


def _rows(
    visit: Visit, issued: InvoiceIssued | CreditNoteIssued, corrects: str, recipient: Recipient | None
) -> Iterator[Sequence[Cell]]:
    sign = -1 if isinstance(issued, CreditNoteIssued) else 1
    for one in totals_of(issued).taxes:
        yield (
            issued.number,
            issued.issued_on,
            issued.operated_on if isinstance(issued, InvoiceIssued) else None,
            corrects,
            recipient.name if recipient else ERASED,
            recipient.tax_id if recipient else None,
            visit._(TREATMENTS[one.treatment]),
            one.rate if one.treatment is Treatment.TAXED else None,
            sign * one.base.amount,
            sign * one.tax.amount,
            sign * (one.base + one.tax).amount,
            one.base.currency,
        )
