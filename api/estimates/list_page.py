"""All estimates with what they come to, filtered, sorted, a page at a time; what is asked for stands in the address."""

from fastapi import APIRouter, Response

from api.estimates.listing import COLUMNS, HERE, EstimatePage, estimate_blocks
from api.http.documents import SheetKind
from api.invoices.listing import asked_here, chosen
from api.pages.context import Page
from api.pages.sheets import AT_ONCE, every, sheet_of
from projections.invoices.estimates import list_estimates

router = APIRouter(prefix=HERE)

SHOWN = 20


@router.get("")
def show_estimates(context: Page) -> Response:
    asked = asked_here(context, HERE, EstimatePage)
    query = asked.query
    with context.snapshot() as db:
        filters, client, year = chosen(context, db, query, query.filters())
        page = list_estimates(db, context.viewer, context.today, filters, query.sort, query.cursor, SHOWN)
        blocks = estimate_blocks(context, db, filters.client_id, year)
    return context.page(
        "estimate_list.html",
        asked=asked,
        page=page,
        client=client,
        year=year,
        blocks=blocks,
        collectors=context.service.credentials.names() if context.viewer.sees_all else (),
    )


@router.get(".{kind}")
def download_estimates(context: Page, kind: SheetKind) -> Response:
    """All that the filters choose."""
    query = asked_here(context, HERE, EstimatePage).query
    with context.snapshot() as db:
        filters, _client, _year = chosen(context, db, query, query.filters())
        lines = every(
            lambda after: list_estimates(db, context.viewer, context.today, filters, query.sort, after, AT_ONCE)
        )
    return sheet_of(context, context._("Estimates"), COLUMNS, lines, kind)
