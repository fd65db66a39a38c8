"""What lists of invoices are asked for, and what all that they choose comes to."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, get_args
from uuid import UUID

from api.clients.views import client_numbered
from api.http.formats import as_amount
from api.http.invoicing_labels import INVOICE_BLOCKS, INVOICE_STATUSES
from api.pages.context import PageContext
from api.pages.list_address import ListAddress, UnknownFilter, import_in, one_of, read_asked
from application.business import preferred_period
from domain.people import Period
from projections.clients.listing import known_by
from projections.desk.clients import ClientLine
from projections.invoices.listing import Block, Filters, list_invoices
from projections.invoices.status import InvoiceStatus

PARTS_OF = {"pending": ("issued", "in_collection"), "paid": ("rectified",)}
"""What is told beside a block: of what is pending, what is not sent or in collection; what came to nothing."""


AT_ONCE = 1_000
"""Of lines that are read for a spreadsheet."""


BLOCKS: tuple[Block, ...] = get_args(Block)


@dataclass(frozen=True, kw_only=True)
class Asked(ListAddress):
    """`year` is one, or `all`; the client by the short number."""

    path: str = "/invoices"
    block: str = ""
    collector: str = ""
    client: str = ""
    text: str = ""
    year: str = ""
    import_: str = ""
    sort: str = "-dated_on"

    def reset(self) -> str:
        """Everything, in the same order and of the same time."""
        return replace(self.usual, sort=self.sort, year=self.year).address()


def filtered_invoices(context: PageContext, limit: int) -> Sequence[UUID]:
    """The first that the address filters, on whichever page they are, of all that is in the log by now."""
    asked, _cursor = read_asked(context, Asked())
    with context.service.caught_up() as db:
        filters = filters_of(context, asked, client_numbered(db, context, asked.client), year_of(context, asked.year))
        page = list_invoices(db, context.viewer, context.today, filters, asked.sort, None, limit)
    return [line.id for line in page.items]


def year_of(context: PageContext, asked: str) -> int | None:
    """None is all time: asked for, or preferred by who does not ask."""
    if asked.isdecimal() and len(asked) == 4:  # noqa: PLR2004 - a year
        return int(asked)
    if asked not in {"", "all"}:
        raise UnknownFilter(field="year", asked=f"year={asked}")
    this_year = not asked and preferred_period(context.store, context.viewer) is Period.YEAR
    return context.today.year if this_year else None


def days_of(year: int | None) -> tuple[date | None, date | None]:
    return (date(max(year, 1), 1, 1), date(max(year, 1), 12, 31)) if year is not None else (None, None)


def invoice_blocks(context: PageContext, status: InvoiceStatus) -> Sequence[tuple[str, str, Any]]:
    """Name, title and figures of each, and of the parts that are told beside them."""
    parts = {name: INVOICE_STATUSES[name] for names in PARTS_OF.values() for name in names}
    return [(name, context._(title), getattr(status, name)) for name, title in {**INVOICE_BLOCKS, **parts}.items()]


def filters_of(context: PageContext, asked: Asked, client: ClientLine | None, year: int | None) -> Filters:
    from_day, to_day = days_of(year)
    return Filters(
        block=one_of(BLOCKS, asked.block, "block"),
        client_id=client.id if client else None,
        collector=asked.collector or None,
        text=asked.text or None,
        from_day=from_day,
        to_day=to_day,
        amount=as_amount(asked.text, context.formats.decimal_mark) if asked.text else None,
        known=known_by(asked.text) if asked.text else None,
        import_id=import_in(asked.import_),
    )
