"""All estimates with what they come to, filtered, sorted, a page at a time; what is asked for stands in the address."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, get_args
from uuid import UUID

from fastapi import APIRouter, Response
from sqlalchemy import Connection

from api.documents import SheetKind
from api.web.case_file_list import client_numbered
from api.web.invoice_list import AT_ONCE, days_of, year_of
from api.web.invoice_list import Asked as InvoicesAsked
from api.web.invoice_sheets import estimates_file, every
from api.web.invoicing_labels import ESTIMATE_BLOCKS
from api.web.list_address import one_of, read_asked
from api.web.visit import Page, Visit
from projections.escritorio.clients import ClientLine
from projections.invoices.estimates import Filters, Status, list_estimates
from projections.invoices.status import estimate_status

router = APIRouter(prefix="/estimates")

SHOWN = 20

STATUSES: tuple[Status, ...] = get_args(Status)


@dataclass(frozen=True, kw_only=True)
class Asked(InvoicesAsked):
    path: str = "/estimates"
    sort: str = "-drafted_on"


@router.get("")
def show_estimates(visit: Page) -> Response:
    asked, cursor = read_asked(visit, Asked())
    year = year_of(visit, asked.year)
    with visit.snapshot() as db:
        client = client_numbered(db, visit, asked.client)
        page = list_estimates(db, visit.viewer, visit.today, _filters(asked, client, year), asked.sort, cursor, SHOWN)
        blocks = estimate_blocks(visit, db, client.id if client else None, year)
    return visit.page(
        "estimate_list.html",
        asked=asked,
        page=page,
        first=not cursor,
        client=client,
        year=year,
        blocks=blocks,
        collectors=visit.service.credentials.names() if visit.viewer.sees_all else (),
    )


@router.get(".{kind}")
def download_estimates(visit: Page, kind: SheetKind) -> Response:
    """All that the filters choose."""
    asked, _cursor = read_asked(visit, Asked())
    with visit.snapshot() as db:
        filters = _filters(asked, client_numbered(db, visit, asked.client), year_of(visit, asked.year))
        lines = every(lambda after: list_estimates(db, visit.viewer, visit.today, filters, asked.sort, after, AT_ONCE))
    return estimates_file(visit, lines, kind)


def filtered_estimates(visit: Visit, limit: int) -> Sequence[UUID]:
    """The first that the address filters, on whichever page they are, of all that is in the log by now."""
    asked, _cursor = read_asked(visit, Asked())
    with visit.service.caught_up() as db:
        filters = _filters(asked, client_numbered(db, visit, asked.client), year_of(visit, asked.year))
        page = list_estimates(db, visit.viewer, visit.today, filters, asked.sort, None, limit)
    return [line.id for line in page.items]


def _filters(asked: Asked, client: ClientLine | None, year: int | None) -> Filters:
    from_day, to_day = days_of(year)
    return Filters(
        status=one_of(STATUSES, asked.block, "block"),
        client_id=client.id if client else None,
        collector=asked.collector or None,
        text=asked.text or None,
        from_day=from_day,
        to_day=to_day,
    )


def estimate_blocks(
    visit: Visit, db: Connection, client_id: UUID | None, year: int | None
) -> Sequence[tuple[str, str, Any]]:
    """Name, title and figures of each."""
    status = estimate_status(db, visit.viewer, visit.today, client_id=client_id, year=year)
    return [(name, visit._(title), getattr(status, name)) for name, title in ESTIMATE_BLOCKS.items()]
