"""All invoices with what they come to, filtered, sorted, a page at a time; what is asked for stands in the address."""

from fastapi import APIRouter, Response

from api.http.documents import SheetKind
from api.invoices.listing import COLUMNS, HERE, InvoicePage, asked_here, chosen, invoice_blocks
from api.pages.context import Page
from api.pages.sheets import AT_ONCE, every, sheet_of
from projections.invoices.listing import list_invoices
from projections.invoices.payments import waiting_on_invoices
from projections.invoices.status import filtered_invoice_status, invoice_status

router = APIRouter(prefix=HERE)

SHOWN = 20


@router.get("")
def show_invoices(context: Page) -> Response:
    asked = asked_here(context, HERE, InvoicePage)
    query = asked.query
    with context.snapshot() as db:
        filters, client, year = chosen(context, db, query, query.filters(context.formats.decimal_mark))
        page = list_invoices(db, context.viewer, context.today, filters, query.sort, query.cursor, SHOWN)
        if asked.said.keys() - {"sort", "year", "block", "client"}:
            status = filtered_invoice_status(db, context.viewer, context.today, filters, year)
        else:
            status = invoice_status(db, context.viewer, context.today, client_id=filters.client_id, year=year)
        waiting = waiting_on_invoices(db, context.viewer)
    return context.page(
        "invoice_list.html",
        asked=asked,
        page=page,
        client=client,
        year=year,
        blocks=invoice_blocks(context, status),
        waiting=waiting,
        collectors=context.service.credentials.names() if context.viewer.sees_all else (),
    )


@router.get(".{kind}")
def download_invoices(context: Page, kind: SheetKind) -> Response:
    """All that the filters choose."""
    query = asked_here(context, HERE, InvoicePage).query
    with context.snapshot() as db:
        filters, _client, _year = chosen(context, db, query, query.filters(context.formats.decimal_mark))
        lines = every(
            lambda after: list_invoices(db, context.viewer, context.today, filters, query.sort, after, AT_ONCE)
        )
    return sheet_of(context, context._("Invoices"), COLUMNS, lines, kind)
