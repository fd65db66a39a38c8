"""The lists of invoices and of estimates as spreadsheets: all that the filters choose, in the order of the page."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from fastapi import Response

from api.catalogues import marked as _
from api.documents import ROWS_AT_MOST, Sheet, SheetKind, TooLongForASheet, downloaded
from api.web.invoicing_labels import ESTIMATE_STATUSES, INVOICE_STATUSES
from api.web.visit import Visit
from projections.invoices.estimates import EstimateLine
from projections.invoices.listing import InvoiceLine
from projections.pages import Page

T = TypeVar("T")

INVOICE_COLUMNS = (
    *(_("Invoice"), _("Client"), _("Collector"), _("Day"), _("Due on"), _("State")),
    *(_("Payable"), _("Paid"), _("Unpaid"), _("Currency")),
)
ESTIMATE_COLUMNS = (
    *(_("Estimate"), _("Client"), _("Collector"), _("Made on"), _("Valid until"), _("State"), _("Total")),
    _("Currency"),
)


def every(page_after: Callable[[str | None], Page[T]]) -> Sequence[T]:
    """Page after page. Raises `TooLongForASheet`."""
    lines: list[T] = []
    cursor: str | None = None
    while True:
        page = page_after(cursor)
        lines += page.items
        if len(lines) > ROWS_AT_MOST:
            raise TooLongForASheet(at_most=ROWS_AT_MOST)
        if page.next is None:
            return lines
        cursor = page.next


def invoices_file(visit: Visit, lines: Sequence[InvoiceLine], kind: SheetKind) -> Response:
    rows = (
        (
            line.number,
            line.client,
            line.collector,
            line.dated_on,
            line.due_on,
            visit._(INVOICE_STATUSES[line.status]),
            line.owed.amount,
            line.paid.amount,
            line.outstanding.amount,
            line.owed.currency,
        )
        for line in lines
    )
    sheet = Sheet(visit._("Invoices"), [visit._(name) for name in INVOICE_COLUMNS], rows)
    return _downloaded(visit, sheet, kind)


def estimates_file(visit: Visit, lines: Sequence[EstimateLine], kind: SheetKind) -> Response:
    rows = (
        (
            line.number,
            line.client,
            line.collector,
            line.drafted_on,
            line.expires_on,
            visit._(ESTIMATE_STATUSES[line.status]),
            line.total.amount,
            line.total.currency,
        )
        for line in lines
    )
    sheet = Sheet(visit._("Estimates"), [visit._(name) for name in ESTIMATE_COLUMNS], rows)
    return _downloaded(visit, sheet, kind)


def _downloaded(visit: Visit, sheet: Sheet, kind: SheetKind) -> Response:
    name = f"{sheet.title}-{visit.today}".lower()
    return downloaded(visit.service.documents, sheet, kind, name, decimal_mark=visit.formats.decimal_mark)
