"""The tabs of a client's page, each a title, a template and what that shows. Whoever adds one adds it to `TABS`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection

from api.clients.timeline import client_history
from api.desk.views import charts
from api.estimates.listing import HERE as ESTIMATES
from api.estimates.listing import estimate_blocks
from api.http.catalogues import marked as _
from api.http.histories import with_mergings
from api.invoices.listing import HERE as INVOICES
from api.invoices.listing import invoice_blocks, year_of
from api.pages.context import PageContext
from api.pages.list_address import link
from api.tasks.listing import in_tab, shown_tasks
from domain.days import next_month
from projections.clients.detail import ClientDetail, called, ever_merged_into
from projections.desk.case_files import Filters, list_case_files
from projections.desk.client_payments import list_client_payments
from projections.desk.collections import collected_of_client
from projections.invoices.estimates import Filters as EstimateFilters
from projections.invoices.estimates import list_estimates
from projections.invoices.listing import Filters as InvoiceFilters
from projections.invoices.listing import credit_of, list_invoices
from projections.invoices.payments import client_invoice_payments
from projections.invoices.status import invoice_status
from projections.payment_lists import Filters as PaymentFilters

PAYMENTS_SHOWN = CASE_FILES_SHOWN = INVOICES_SHOWN = 20


@dataclass(frozen=True)
class Tab:
    title: str
    template: str
    shown: Callable[[PageContext, Connection, ClientDetail], Mapping[str, Any]]


def payments(context: PageContext, db: Connection, client: ClientDetail) -> Mapping[str, Any]:
    month = context.today.replace(day=1)
    last = (context.viewer, client.line.id, PaymentFilters(), "-received_on", None, PAYMENTS_SHOWN)
    collected = collected_of_client(db, context.viewer, client.line.id, month, next_month(month))
    by_day = [(day, collected.get(day, ())) for day in _days(month)]
    return {
        "payments": list_client_payments(db, *last),
        "month": month,
        "charts": charts(by_day, context.today),
        "on_invoices": client_invoice_payments(db, *last),
    }


def case_files(context: PageContext, db: Connection, client: ClientDetail) -> Mapping[str, Any]:
    """Those on which it is the debtor, and those on which it is the creditor."""

    def listed(**who: Any) -> Any:
        filters = Filters(state="all", **who)
        return list_case_files(db, context.viewer, context.as_of, filters, "-opened_on", None, CASE_FILES_SHOWN)

    return {"owing": listed(debtor_id=client.line.id), "owed": listed(client_id=client.line.id)}


def tasks(context: PageContext, db: Connection, client: ClientDetail) -> Mapping[str, Any]:
    return shown_tasks(context, db, in_tab(context, client.line.id))


def invoices(context: PageContext, db: Connection, client: ClientDetail) -> Mapping[str, Any]:
    year = year_of(context, context.request.query_params.get("year", ""))
    filters = InvoiceFilters(client_id=client.line.id)
    return {
        **_addresses(client, INVOICES, "invoices", year),
        "blocks": invoice_blocks(
            context, invoice_status(db, context.viewer, context.today, client_id=client.line.id, year=year)
        ),
        "invoices": list_invoices(db, context.viewer, context.today, filters, "-dated_on", None, INVOICES_SHOWN),
        "credit": credit_of(db, context.viewer, client.line.id),
    }


def estimates(context: PageContext, db: Connection, client: ClientDetail) -> Mapping[str, Any]:
    year = year_of(context, context.request.query_params.get("year", ""))
    filters = EstimateFilters(client_id=client.line.id)
    return {
        **_addresses(client, ESTIMATES, "estimates", year),
        "blocks": estimate_blocks(context, db, client.line.id, year),
        "estimates": list_estimates(db, context.viewer, context.today, filters, "-drafted_on", None, INVOICES_SHOWN),
    }


def _addresses(client: ClientDetail, path: str, tab: str, year: int | None) -> Mapping[str, Any]:
    """Of the whole list, of what is in a block of it, and of this tab for another time."""
    time = "all" if year is None else str(year)

    def of_block(name: str) -> str:
        return link(path, block=name, client=client.line.number, year=time)

    def of_year(year: str) -> str:
        return link(f"/clients/{client.line.id}", tab=tab, year=year)

    return {
        "year": year,
        "all_of_them": link(path, client=client.line.number, year="all"),
        "of_block": of_block,
        "of_year": of_year,
    }


def history(context: PageContext, db: Connection, client: ClientDetail) -> Mapping[str, Any]:
    client_id = client.line.id
    merged = called(db, context.viewer, ever_merged_into(db, client_id))
    return {"events": client_history(context, with_mergings(context.store, context.viewer, client_id, merged), merged)}


TABS: Mapping[str, Tab] = {
    "payments": Tab(_("Its payments"), "client_payments.html", payments),
    "invoices": Tab(_("Invoices"), "client_invoices.html", invoices),
    "estimates": Tab(_("Estimates"), "client_estimates.html", estimates),
    "tasks": Tab(_("Tasks"), "client_tasks.html", tasks),
    "case-files": Tab(_("Case files"), "client_case_files.html", case_files),
    "history": Tab(_("History"), "client_history.html", history),
}
"""In the order they are shown, by what the address calls them. The first is open unless another is asked for."""


def _days(month: date) -> list[date]:
    return [month + timedelta(days=number) for number in range((next_month(month) - month).days)]
