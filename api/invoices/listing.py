"""Lists of invoices: what they are asked for over HTTP and on their page, what all that they choose comes to, and their
columns in a file. What lists of estimates have in common with them is here too.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Annotated, Any, TypeVar
from uuid import UUID

from pydantic import Field
from sqlalchemy import Connection

from api.clients.views import client_numbered
from api.http.catalogues import marked as _
from api.http.formats import as_amount
from api.http.invoicing_labels import INVOICE_BLOCKS, INVOICE_STATUSES
from api.http.shapes import Body, Currency, Cursor, Day, From, Import, Limit, Search, sorted_by
from api.pages.context import PageContext
from api.pages.list_address import ListAddress, UnknownFilter, read
from api.pages.sheets import Columns
from application.business import preferred_period
from domain.days import check_days
from domain.people import Period
from projections.clients.listing import known_by
from projections.desk.clients import ClientLine
from projections.invoices.estimates import Filters as EstimateFilters
from projections.invoices.listing import SORTS, Block, Filters, InvoiceLine, list_invoices
from projections.invoices.status import InvoiceStatus

HERE = "/invoices"

PARTS_OF = {"pending": ("issued", "in_collection"), "paid": ("rectified",)}
"""What is told beside a block: of what is pending, what is not sent or in collection; what came to nothing."""

Year = Annotated[str, Field(pattern=r"^(all|(19|20|21)[0-9]{2})$", examples=["all", "2026"])]


class DatedList(Body):
    """`from` and `to`: the day it was issued, or made where it is a draft; both included."""

    client_id: UUID | None = None
    collector: Search = None
    text: Search = None
    currency: Currency | None = None
    from_: From = None
    to: Day | None = None
    cursor: Cursor = None
    limit: Limit = 50

    def check(self) -> None:
        check_days(self.from_, self.to)


class InvoiceList(DatedList):
    """`status` chooses those that count in the figure of that name: what is overdue is pending too, for one."""

    status: Block | None = None
    number: Search = None
    import_: Import = None
    sort: Annotated[str, sorted_by(sorted(SORTS))] = "-dated_on"

    def filters(self, decimal_mark: str = ".") -> Filters:
        self.check()
        return Filters(
            block=self.status,
            client_id=self.client_id,
            collector=self.collector,
            number=self.number,
            text=self.text,
            currency=self.currency,
            from_day=self.from_,
            to_day=self.to,
            amount=as_amount(self.text, decimal_mark) if self.text else None,
            known=known_by(self.text) if self.text else None,
            import_id=self.import_,
        )


class OfYear(Body):
    """The client by the short number; and of which year, or `all`."""

    client: str = ""
    year: Year | None = None


class InvoicePage(InvoiceList, OfYear):
    status: Annotated[Block | None, Field(alias="block")] = None


F = TypeVar("F", Filters, EstimateFilters)
P = TypeVar("P", bound=OfYear)


def asked_here(context: PageContext, path: str, page: type[P]) -> ListAddress[P]:
    """Whose filters are taken away, the time stays."""
    return read(context, path, page, stays=("sort", "year"))


def chosen(context: PageContext, db: Connection, query: OfYear, filters: F) -> tuple[F, ClientLine | None, int | None]:
    """These filters with the client and the year that the address says."""
    client, year = client_numbered(db, context, query.client), year_of(context, query.year or "")
    if client:
        filters = replace(filters, client_id=client.id)
    if year is not None:
        filters = replace(filters, from_day=date(year, 1, 1), to_day=date(year, 12, 31))
    return filters, client, year


def filtered_invoices(context: PageContext, limit: int) -> Sequence[UUID]:
    """The first that the address filters, on whichever page they are, of all that is in the log by now."""
    query = asked_here(context, HERE, InvoicePage).query
    with context.service.caught_up() as db:
        filters, _client, _year = chosen(context, db, query, query.filters(context.formats.decimal_mark))
        page = list_invoices(db, context.viewer, context.today, filters, query.sort, None, limit)
    return [line.id for line in page.items]


def year_of(context: PageContext, asked: str) -> int | None:
    """None is all time: asked for, or preferred by who does not ask."""
    if asked.isdecimal() and len(asked) == 4:  # noqa: PLR2004 - a year
        return int(asked)
    if asked not in {"", "all"}:
        raise UnknownFilter(field="year", asked=f"year={asked}")
    this_year = not asked and preferred_period(context.store, context.viewer) is Period.YEAR
    return context.today.year if this_year else None


def invoice_blocks(context: PageContext, status: InvoiceStatus) -> Sequence[tuple[str, str, Any]]:
    """Name, title and figures of each, and of the parts that are told beside them."""
    parts = {name: INVOICE_STATUSES[name] for names in PARTS_OF.values() for name in names}
    return [(name, context._(title), getattr(status, name)) for name, title in {**INVOICE_BLOCKS, **parts}.items()]


COLUMNS: Columns[InvoiceLine] = {
    _("Invoice"): lambda one, _: one.number,
    _("Client"): lambda one, _: one.client,
    _("Collector"): lambda one, context: one.collector and context.person(one.collector),
    _("Day"): lambda one, _: one.dated_on,
    _("Due on"): lambda one, _: one.due_on,
    _("State"): lambda one, context: context._(INVOICE_STATUSES[one.status]),
    _("Base"): lambda one, _: one.base.amount,
    _("Tax"): lambda one, _: one.tax.amount,
    _("Total with tax"): lambda one, _: (one.base + one.tax).amount,
    _("Payable"): lambda one, _: one.owed.amount,
    _("Paid"): lambda one, _: one.paid.amount,
    _("Paid back and owed again"): lambda one, _: one.paid_back.amount if one.paid_back else None,
    _("Unpaid"): lambda one, _: one.outstanding.amount,
    _("Credit"): lambda one, _: one.credit.amount,
    _("Waiting for approval"): lambda one, _: one.waiting.amount,
    _("Currency"): lambda one, _: one.owed.currency,
}
