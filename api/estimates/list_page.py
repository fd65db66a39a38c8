"""All estimates with what they come to, filtered, sorted, a page at a time; what is asked for stands in the address."""

from fastapi import APIRouter, Response

from api.bills.sheets import estimates_file
from api.clients.views import client_numbered
from api.estimates.listing import Asked, estimate_blocks, filters_of
from api.http.documents import SheetKind
from api.invoices.listing import AT_ONCE, year_of
from api.pages.context import Page
from api.pages.list_address import read_asked
from api.pages.sheets import every
from projections.invoices.estimates import list_estimates

router = APIRouter(prefix="/estimates")

SHOWN = 20


@router.get("")
def show_estimates(context: Page) -> Response:
    asked, cursor = read_asked(context, Asked())
    year = year_of(context, asked.year)
    with context.snapshot() as db:
        client = client_numbered(db, context, asked.client)
        page = list_estimates(
            db, context.viewer, context.today, filters_of(asked, client, year), asked.sort, cursor, SHOWN
        )
        blocks = estimate_blocks(context, db, client.id if client else None, year)
    return context.page(
        "estimate_list.html",
        asked=asked,
        page=page,
        first=not cursor,
        client=client,
        year=year,
        blocks=blocks,
        collectors=context.service.credentials.names() if context.viewer.sees_all else (),
    )


@router.get(".{kind}")
def download_estimates(context: Page, kind: SheetKind) -> Response:
    """All that the filters choose."""
    asked, _cursor = read_asked(context, Asked())
    with context.snapshot() as db:
        filters = filters_of(asked, client_numbered(db, context, asked.client), year_of(context, asked.year))
        lines = every(
            lambda after: list_estimates(db, context.viewer, context.today, filters, asked.sort, after, AT_ONCE)
        )
    return estimates_file(context, lines, kind)
