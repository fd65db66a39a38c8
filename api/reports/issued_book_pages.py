"""The book of what was issued in a year: invoices and credit notes, with the base and tax of each rate.

RD 1624/1992, art. 63: number, day, who it was issued to, base, rate and tax. It is read from the events that issued
them, so that it says what they say. What another program issued is in that one's book; a credit note of ours on it is
in ours. What is in another currency than the issuer's is told in that too, by the document's own rate: for some none
was needed. Below stand the sums of each currency, and those of all of it in the issuer's own.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import chain
from typing import Literal
from uuid import UUID

from fastapi import APIRouter, Response

from api.http.catalogues import marked as _
from api.http.documents import ROWS_AT_MOST, Cell, Sheet, SheetKind, TooLongForASheet
from api.http.invoicing_labels import TREATMENTS
from api.http.shapes import Body
from api.invoices.listing import Year, year_of
from api.pages.context import Page, PageContext
from api.pages.list_address import read
from api.pages.sheets import downloaded_sheet
from api.papers.press import press_of
from application.streams import Streams
from domain.client import Client
from domain.days import next_month
from domain.exchange import OWN_CURRENCY
from domain.invoice import Invoice
from domain.invoice.issuing import CreditNoteIssued, InvoiceIssued, Recipient, totals_of
from domain.lines import TaxTotal, Treatment
from domain.money import Money, total
from domain.personal import ERASED
from projections.invoices.issued import issued_between
from projections.sorting import number_key

router = APIRouter(prefix="/invoices")

COLUMNS = (
    *(_("Number"), _("Issued on"), _("Day of what is invoiced"), _("Corrects"), _("Client"), _("Identification")),
    *(_("How tax treats it"), _("Rate"), _("Base"), _("Tax"), _("Total with tax"), _("Currency")),
)
IN_OWN = (_("Base (%(currency)s)"), _("Tax (%(currency)s)"), _("Total with tax (%(currency)s)"))


class IssuedBook(Body):
    year: Year | None = None
    quarter: Literal["1", "2", "3", "4"] | None = None


Figures = tuple[Money, Money, Money]
"""Base, tax and both."""

Issued = tuple[InvoiceIssued | CreditNoteIssued, str, Recipient | None]
"""With the number of the invoice that it corrects, if it does, and to whom it may be said that it was issued."""


@router.get("/issued.{kind}")
def download_issued(context: Page, kind: SheetKind) -> Response:
    """A row for each rate of each document, in the order of their days and numbers."""
    asked = read(context, "/invoices", IssuedBook).query
    year = year_of(context, asked.year or "")
    from_day, to_day = (date(year, 1, 1), date(year, 12, 31)) if year else (date.min, context.today)
    if year and asked.quarter:
        from_day = date(year, 3 * int(asked.quarter) - 2, 1)
        to_day = next_month(date(year, 3 * int(asked.quarter), 1)) - timedelta(days=1)
    with context.snapshot() as db:
        invoice_ids = issued_between(db, context.viewer, from_day, to_day, ROWS_AT_MOST + 1)
    if len(invoice_ids) > ROWS_AT_MOST:
        raise TooLongForASheet(at_most=ROWS_AT_MOST)
    issued = [
        one
        for invoice_id in invoice_ids
        for one in _issued_of(context, invoice_id)
        if from_day <= one[0].issued_on <= to_day
    ]
    issued.sort(key=lambda one: (one[0].issued_on, number_key(one[0].number)))
    issuer = press_of(context.service).issuer.identity
    own = OWN_CURRENCY.get(issuer.country if issuer else context.business.country, context.formats.currency)
    columns = [*map(context._, COLUMNS), *(context._(name, currency=own) for name in IN_OWN)]
    rows = (row for one in issued for row in _rows(context, own, *one))
    sums = _sums(context, own, [document for document, _corrects, _recipient in issued])
    sheet = Sheet(context._("Issued invoices and credit notes"), columns, chain(rows, sums))
    return downloaded_sheet(context, sheet, kind)


def _issued_of(context: PageContext, invoice_id: UUID) -> Iterator[Issued]:
    log = Streams(context.store)
    invoice = log.load(Invoice(), invoice_id)
    shown = log.load(Client(), invoice.client_id).restrictions.seen(context.viewer)
    for known in context.store.history(invoice_id):
        event = known.event
        if isinstance(event, InvoiceIssued | CreditNoteIssued):
            corrects = invoice.number if isinstance(event, CreditNoteIssued) else ""
            yield event, corrects, event.recipient if shown else None


def _rows(
    context: PageContext, own: str, issued: InvoiceIssued | CreditNoteIssued, corrects: str, recipient: Recipient | None
) -> Iterator[Sequence[Cell]]:
    for one, issued_figures, in_own in _figures(issued, own):
        yield (
            issued.number,
            issued.issued_on,
            issued.operated_on if isinstance(issued, InvoiceIssued) else None,
            corrects,
            recipient.name if recipient else ERASED,
            recipient.tax_id if recipient else None,
            context._(TREATMENTS[one.treatment]),
            one.rate if one.treatment is Treatment.TAXED else None,
            *(part.amount for part in issued_figures),
            one.base.currency,
            *([part.amount for part in in_own] if in_own else [context._("no exchange rate")] * len(issued_figures)),
        )


def _figures(issued: InvoiceIssued | CreditNoteIssued, own: str) -> Iterator[tuple[TaxTotal, Figures, Figures | None]]:
    """Of each rate: as it was issued, and in our own currency, where its rate is known."""
    sign, converted = -1 if isinstance(issued, CreditNoteIssued) else 1, issued.converted
    for at, one in enumerate(totals_of(issued).taxes):
        signed = _signed(sign, one.base, one.tax)
        if one.base.currency == own:
            yield one, signed, signed
        elif converted is None or converted.tax.currency != own:
            yield one, signed, None
        else:
            tax = converted.taxes[at] if at < len(converted.taxes) else Money.zero(own)
            yield one, signed, _signed(sign, converted.exchange_rate.of(one.base, own), tax)


def _signed(sign: int, base: Money, tax: Money) -> Figures:
    return (base, tax, base + tax) if sign > 0 else (-base, -tax, -(base + tax))


def _sums(
    context: PageContext, own: str, issued: Sequence[InvoiceIssued | CreditNoteIssued]
) -> Iterator[Sequence[Cell]]:
    """A row for each currency, and for several one of all that is told in our own."""
    lines = [(one.number, *figures[1:]) for one in issued for figures in _figures(one, own)]
    currencies = sorted({as_issued[0].currency for _number, as_issued, _in_own in lines})
    for currency in currencies:
        here = [one for one in lines if one[1][0].currency == currency]
        added = _added([as_issued for _number, as_issued, _in_own in here], currency)
        yield _sum(context, own, here, [*added, currency])
    if len(currencies) > 1:
        yield _sum(context, own, lines, [None, None, None, None])


def _sum(
    context: PageContext, own: str, lines: Sequence[tuple[str, Figures, Figures | None]], as_issued: Sequence[Cell]
) -> Sequence[Cell]:
    """It says of how many documents it has nothing in our own currency."""
    without = len({number for number, _figures, in_own in lines if in_own is None})
    left_out = context.words.ngettext("without %(num)s document", "without %(num)s documents", without)
    in_own = _added([one for _number, _as_issued, one in lines if one], own)
    beside = [None] * (len(COLUMNS) - 7)
    said = left_out % {"num": without} if without else None
    return [context._("Total"), *beside, said, None, *as_issued, *in_own]


def _added(figures: Sequence[Figures], currency: str) -> Sequence[Cell]:
    return [total((one[at] for one in figures), currency).amount for at in range(3)]
