"""What lists of estimates are asked for, and what all that they choose comes to."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, get_args
from uuid import UUID

from sqlalchemy import Connection

from api.clients.views import client_numbered
from api.http.invoicing_labels import ESTIMATE_BLOCKS
from api.invoices.listing import Asked as InvoicesAsked
from api.invoices.listing import days_of, year_of
from api.pages.context import PageContext
from api.pages.list_address import one_of, read_asked
from projections.desk.clients import ClientLine
from projections.invoices.estimates import Filters, Status, list_estimates
from projections.invoices.status import estimate_status

STATUSES: tuple[Status, ...] = get_args(Status)


@dataclass(frozen=True, kw_only=True)
class Asked(InvoicesAsked):
    path: str = "/estimates"
    sort: str = "-drafted_on"


def filtered_estimates(context: PageContext, limit: int) -> Sequence[UUID]:
    """The first that the address filters, on whichever page they are, of all that is in the log by now."""
    asked, _cursor = read_asked(context, Asked())
    with context.service.caught_up() as db:
        filters = filters_of(asked, client_numbered(db, context, asked.client), year_of(context, asked.year))
        page = list_estimates(db, context.viewer, context.today, filters, asked.sort, None, limit)
    return [line.id for line in page.items]


def filters_of(asked: Asked, client: ClientLine | None, year: int | None) -> Filters:
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
    context: PageContext, db: Connection, client_id: UUID | None, year: int | None
) -> Sequence[tuple[str, str, Any]]:
    """Name, title and figures of each."""
    status = estimate_status(db, context.viewer, context.today, client_id=client_id, year=year)
    return [(name, context._(title), getattr(status, name)) for name, title in ESTIMATE_BLOCKS.items()]
