"""All invoices with what they come to, filtered, sorted, a page at a time; what is asked for stands in the address."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, get_args
from uuid import UUID

from fastapi import APIRouter, Response

from api.documents import SheetKind
from api.search import as_amount
from api.web.case_file_list import client_numbered
from api.web.invoice_sheets import every, invoices_file
from api.web.invoicing_labels import INVOICE_BLOCKS, INVOICE_STATUSES
from api.web.list_address import ListAddress, UnknownFilter, import_in, one_of, read_asked
from api.web.visit import Page, Visit
from application.business import preferred_period
from domain.people import Period
from projections.clients.listing import known_by
from projections.escritorio.clients import ClientLine
from projections.invoices.listing import Block, Filters, list_invoices
from projections.invoices.payments import waiting_on_invoices
from projections.invoices.status import InvoiceStatus, filtered_invoice_status, invoice_status

router = APIRouter(prefix="/invoices")

SHOWN = 20
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


@router.get("")
def show_invoices(visit: Page) -> Response:
    asked, cursor = read_asked(visit, Asked())
    year = year_of(visit, asked.year)
    with visit.snapshot() as db:
        client = client_numbered(db, visit, asked.client)
        filters = _filters(visit, asked, client, year)
        page = list_invoices(db, visit.viewer, visit.today, filters, asked.sort, cursor, SHOWN)
        if asked.collector or asked.text or asked.import_:
            status = filtered_invoice_status(db, visit.viewer, visit.today, filters, year)
        else:
            status = invoice_status(db, visit.viewer, visit.today, client_id=filters.client_id, year=year)
        waiting = waiting_on_invoices(db, visit.viewer)
    return visit.page(
        "invoice_list.html",
        asked=asked,
        page=page,
        first=not cursor,
        client=client,
        year=year,
        blocks=invoice_blocks(visit, status),
        waiting=waiting,
        collectors=visit.service.credentials.names() if visit.viewer.sees_all else (),
    )


@router.get(".{kind}")
def download_invoices(visit: Page, kind: SheetKind) -> Response:
    """All that the filters choose."""
    asked, _cursor = read_asked(visit, Asked())
    with visit.snapshot() as db:
        filters = _filters(visit, asked, client_numbered(db, visit, asked.client), year_of(visit, asked.year))
        lines = every(lambda after: list_invoices(db, visit.viewer, visit.today, filters, asked.sort, after, AT_ONCE))
    return invoices_file(visit, lines, kind)


def filtered_invoices(visit: Visit, limit: int) -> Sequence[UUID]:
    """The first that the address filters, on whichever page they are, of all that is in the log by now."""
    asked, _cursor = read_asked(visit, Asked())
    with visit.service.caught_up() as db:
        filters = _filters(visit, asked, client_numbered(db, visit, asked.client), year_of(visit, asked.year))
        page = list_invoices(db, visit.viewer, visit.today, filters, asked.sort, None, limit)
    return [line.id for line in page.items]


# What lists of invoices and of estimates share


def year_of(visit: Visit, asked: str) -> int | None:
    """None is all time: asked for, or preferred by who does not ask."""
    if asked.isdecimal() and len(asked) == 4:  # noqa: PLR2004 - a year
        return int(asked)
    if asked not in {"", "all"}:
        raise UnknownFilter(field="year", asked=f"year={asked}")
    this_year = not asked and preferred_period(visit.store, visit.viewer) is Period.YEAR
    return visit.today.year if this_year else None


def days_of(year: int | None) -> tuple[date | None, date | None]:
    return (date(max(year, 1), 1, 1), date(max(year, 1), 12, 31)) if year is not None else (None, None)


def invoice_blocks(visit: Visit, status: InvoiceStatus) -> Sequence[tuple[str, str, Any]]:
    """Name, title and figures of each, and of the parts that are told beside them."""
    parts = {name: INVOICE_STATUSES[name] for names in PARTS_OF.values() for name in names}
    return [(name, visit._(title), getattr(status, name)) for name, title in {**INVOICE_BLOCKS, **parts}.items()]


def _filters(visit: Visit, asked: Asked, client: ClientLine | None, year: int | None) -> Filters:
    from_day, to_day = days_of(year)
    return Filters(
        block=one_of(BLOCKS, asked.block, "block"),
        client_id=client.id if client else None,
        collector=asked.collector or None,
        text=asked.text or None,
        from_day=from_day,
        to_day=to_day,
        amount=as_amount(asked.text, visit.formats.decimal_mark) if asked.text else None,
        known=known_by(asked.text) if asked.text else None,
        import_id=import_in(asked.import_),
    )
