"""The lists of invoices and of estimates as spreadsheets: all that the filters choose, in the order of the page."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

from fastapi import Response
from sqlalchemy import Connection

from api.catalogues import marked as _
from api.documents import LINES_OF_A_SHEET, ROWS_AT_MOST, Cell, Sheet, SheetKind, TooLongForASheet, downloaded
from api.web.invoicing_labels import ESTIMATE_STATUSES, INVOICE_STATUSES
from api.web.visit import Visit
from projections.invoices.estimates import EstimateLine
from projections.invoices.listing import InvoiceLine
from projections.pages import Page

T = TypeVar("T")

INVOICE_COLUMNS = (
    *(_("Invoice"), _("Client"), _("Collector"), _("Day"), _("Due on"), _("State")),
    *(_("Base"), _("Tax"), _("Total with tax"), _("Payable"), _("Paid"), _("Unpaid"), _("Credit")),
    *(_("Waiting for approval"), _("Currency")),
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


AT_ONCE = 1_000
"""Lines that are held while a file is made of many."""


def streamed(visit: Visit, page_after: Callable[[Connection, str | None], Page[T]]) -> Iterator[T]:
    """Line by line, all of one moment, so that however many there are few are held. Raises `TooLongForASheet`."""
    count, cursor = 0, None
    with visit.snapshot() as db:
        while True:
            page = page_after(db, cursor)
            count += len(page.items)
            if count > LINES_OF_A_SHEET:
                raise TooLongForASheet(at_most=LINES_OF_A_SHEET)
            yield from page.items
            if (cursor := page.next) is None:
                return


def sheet_of(
    visit: Visit, title: str, columns: Sequence[str], rows: Iterable[Sequence[Cell]], kind: SheetKind
) -> Response:
    return _downloaded(visit, Sheet(title, [visit._(name) for name in columns], rows), kind)


def invoices_file(visit: Visit, lines: Sequence[InvoiceLine], kind: SheetKind) -> Response:
    rows = (
        (
            line.number,
            line.client,
            visit.person(line.collector) if line.collector else None,
            line.dated_on,
            line.due_on,
            visit._(INVOICE_STATUSES[line.status]),
            line.base.amount,
            line.tax.amount,
            (line.base + line.tax).amount,
            line.owed.amount,
            line.paid.amount,
            line.outstanding.amount,
            line.credit.amount,
            line.waiting.amount,
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
            visit.person(line.collector) if line.collector else None,
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
