"""Lists of estimates: what they are asked for over HTTP and on their page, what that comes to, and their columns."""

from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field
from sqlalchemy import Connection

from api.http.catalogues import marked as _
from api.http.invoicing_labels import ESTIMATE_BLOCKS, ESTIMATE_STATUSES
from api.http.shapes import sorted_by
from api.invoices.listing import DatedList, OfYear, asked_here, chosen
from api.pages.context import PageContext
from api.pages.sheets import Columns
from projections.invoices.estimates import SORTS, EstimateLine, Filters, Status, list_estimates
from projections.invoices.status import estimate_status

HERE = "/estimates"


class EstimateList(DatedList):
    status: Status | None = None
    sort: Annotated[str, sorted_by(sorted(SORTS))] = "-drafted_on"

    def filters(self) -> Filters:
        self.check()
        return Filters(
            status=self.status,
            client_id=self.client_id,
            collector=self.collector,
            text=self.text,
            currency=self.currency,
            from_day=self.from_,
            to_day=self.to,
        )


class EstimatePage(EstimateList, OfYear):
    status: Annotated[Status | None, Field(alias="block")] = None


def filtered_estimates(context: PageContext, limit: int) -> Sequence[UUID]:
    """The first that the address filters, on whichever page they are, of all that is in the log by now."""
    query = asked_here(context, HERE, EstimatePage).query
    with context.service.caught_up() as db:
        filters, _client, _year = chosen(context, db, query, query.filters())
        page = list_estimates(db, context.viewer, context.today, filters, query.sort, None, limit)
    return [line.id for line in page.items]


def estimate_blocks(
    context: PageContext, db: Connection, client_id: UUID | None, year: int | None
) -> Sequence[tuple[str, str, Any]]:
    """Name, title and figures of each."""
    status = estimate_status(db, context.viewer, context.today, client_id=client_id, year=year)
    return [(name, context._(title), getattr(status, name)) for name, title in ESTIMATE_BLOCKS.items()]


COLUMNS: Columns[EstimateLine] = {
    _("Estimate"): lambda one, _: one.number,
    _("Client"): lambda one, _: one.client,
    _("Collector"): lambda one, context: one.collector and context.person(one.collector),
    _("Estimate made on"): lambda one, _: one.drafted_on,
    _("Valid until"): lambda one, _: one.expires_on,
    _("State"): lambda one, context: context._(ESTIMATE_STATUSES[one.status]),
    _("Total"): lambda one, _: one.total.amount,
    _("Currency"): lambda one, _: one.total.currency,
}
