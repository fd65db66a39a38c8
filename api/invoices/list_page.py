"""All invoices with what they come to, filtered, sorted, a page at a time; what is asked for stands in the address."""

from fastapi import APIRouter, Response

from api.bills.sheets import invoices_file
from api.clients.views import client_numbered
from api.http.documents import SheetKind
from api.invoices.listing import AT_ONCE, Asked, filters_of, invoice_blocks, year_of
from api.pages.context import Page
from api.pages.list_address import read_asked
from api.pages.sheets import every
from projections.invoices.listing import list_invoices
from projections.invoices.payments import waiting_on_invoices
from projections.invoices.status import filtered_invoice_status, invoice_status

router = APIRouter(prefix="/invoices")

SHOWN = 20


@router.get("")
def show_invoices(context: Page) -> Response:
    asked, cursor = read_asked(context, Asked())
    year = year_of(context, asked.year)
    with context.snapshot() as db:
        client = client_numbered(db, context, asked.client)
        filters = filters_of(context, asked, client, year)
        page = list_invoices(db, context.viewer, context.today, filters, asked.sort, cursor, SHOWN)
        if asked.collector or asked.text or asked.import_:
            status = filtered_invoice_status(db, context.viewer, context.today, filters, year)
        else:
            status = invoice_status(db, context.viewer, context.today, client_id=filters.client_id, year=year)
        waiting = waiting_on_invoices(db, context.viewer)
    return context.page(
        "invoice_list.html",
        asked=asked,
        page=page,
        first=not cursor,
        client=client,
        year=year,
        blocks=invoice_blocks(context, status),
        waiting=waiting,
        collectors=context.service.credentials.names() if context.viewer.sees_all else (),
    )


@router.get(".{kind}")
def download_invoices(context: Page, kind: SheetKind) -> Response:
    """All that the filters choose."""
    asked, _cursor = read_asked(context, Asked())
    with context.snapshot() as db:
        filters = filters_of(context, asked, client_numbered(db, context, asked.client), year_of(context, asked.year))
        lines = every(
            lambda after: list_invoices(db, context.viewer, context.today, filters, asked.sort, after, AT_ONCE)
        )
    return invoices_file(context, lines, kind)


# What lists of invoices and of estimates share
