"""All invoices with what they come to, filtered, sorted, a page at a time; what is asked for stands in the address."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any, get_args
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Response
from sqlalchemy import Connection

from api.documents import SheetKind
from api.web.case_file_list import client_numbered
from api.web.forms import Form
from api.web.invoice_sheets import every, invoices_file
from api.web.invoicing_labels import INVOICE_BLOCKS, INVOICE_STATUSES
from api.web.visit import Page, Visit
from application.business import preferred_period
from domain.people import Period
from projections.escritorio.clients import ClientLine
from projections.invoices.listing import Block, Filters, list_invoices
from projections.invoices.payments import waiting_on_invoices
from projections.invoices.status import invoice_status

router = APIRouter(prefix="/invoices")

SHOWN = 20
AT_ONCE = 1_000
"""Of lines that are read for a spreadsheet."""

BLOCKS: tuple[Block, ...] = get_args(Block)


@dataclass(frozen=True)
class Asked:
    """As the address has it. `year` is one, or `all`; the client by the short number."""

    path: str = "/invoices"
    block: str = ""
    collector: str = ""
    client: str = ""
    text: str = ""
    year: str = ""
    sort: str = "-dated_on"

    def address(self, **changes: str) -> str:
        """With these changes, from the first page on unless a cursor is among them."""
        cursor = {"cursor": after} if (after := changes.pop("cursor", "")) else {}
        usual = asdict(type(self)(path=self.path))
        said = {name: value for name, value in asdict(replace(self, **changes)).items() if value != usual[name]}
        query = urlencode(said | cursor)
        return f"{self.path}?{query}" if query else self.path

    def sheet(self, kind: str) -> str:
        """Where all of it is, as a file of that kind."""
        return replace(self, path=f"{self.path}.{kind}").address()

    def reset(self) -> str:
        """Everything, in the same order and of the same time."""
        return type(self)(path=self.path, sort=self.sort, year=self.year).address()

    def turned(self, sort: str) -> str:
        """By that column; the other way round where it is sorted so already."""
        return self.address(sort=f"-{sort}" if self.sort == sort else sort)

    def direction(self, sort: str) -> str:
        return {sort: "ascending", f"-{sort}": "descending"}.get(self.sort, "")


@router.get("")
def show_invoices(visit: Page) -> Response:
    asked, cursor = read_asked(visit, Asked())
    year = year_of(visit, asked.year)
    with visit.snapshot() as db:
        client = client_numbered(db, visit, asked.client)
        page = list_invoices(db, visit.viewer, visit.today, _filters(asked, client, year), asked.sort, cursor, SHOWN)
        blocks = invoice_blocks(visit, db, client.id if client else None, year)
        waiting = waiting_on_invoices(db, visit.viewer)
    return visit.page(
        "invoice_list.html",
        asked=asked,
        page=page,
        first=not cursor,
        client=client,
        year=year,
        blocks=blocks,
        waiting=waiting,
        collectors=visit.service.credentials.names() if visit.viewer.sees_all else (),
    )


@router.get(".{kind}")
def download_invoices(visit: Page, kind: SheetKind) -> Response:
    """All that the filters choose."""
    asked, _cursor = read_asked(visit, Asked())
    with visit.snapshot() as db:
        filters = _filters(asked, client_numbered(db, visit, asked.client), year_of(visit, asked.year))
        lines = every(lambda after: list_invoices(db, visit.viewer, visit.today, filters, asked.sort, after, AT_ONCE))
    return invoices_file(visit, lines, kind)


# What lists of invoices and of estimates share


def read_asked(visit: Visit, usual: Asked) -> tuple[Asked, str | None]:
    query = visit.request.query_params
    form = Form({name: query.getlist(name) for name in query})
    names = [name for name in asdict(usual) if name != "path"]
    said = {name: form.optional_text(name) for name in names}
    return replace(usual, **{name: text[:200] for name, text in said.items() if text}), form.optional_text("cursor")


def year_of(visit: Visit, asked: str) -> int | None:
    """None is all time: asked for, or preferred by who does not ask."""
    if asked.isdecimal() and len(asked) == 4:  # noqa: PLR2004 - a year
        return int(asked)
    this_year = not asked and preferred_period(visit.store, visit.viewer) is Period.YEAR
    return visit.today.year if this_year else None


def days_of(year: int | None) -> tuple[date | None, date | None]:
    return (date(max(year, 1), 1, 1), date(max(year, 1), 12, 31)) if year is not None else (None, None)


def invoice_blocks(
    visit: Visit, db: Connection, client_id: UUID | None, year: int | None
) -> Sequence[tuple[str, str, Any]]:
    """Name, title and figures of each; what of the drafts is issued is told by itself."""
    status = invoice_status(db, visit.viewer, visit.today, client_id=client_id, year=year)
    return [
        (name, visit._(title), getattr(status, name))
        for name, title in (*INVOICE_BLOCKS.items(), ("issued", INVOICE_STATUSES["issued"]))
    ]


def _filters(asked: Asked, client: ClientLine | None, year: int | None) -> Filters:
    """What is no filter is none."""
    from_day, to_day = days_of(year)
    return Filters(
        block=next((block for block in BLOCKS if block == asked.block), None),
        client_id=client.id if client else None,
        collector=asked.collector or None,
        text=asked.text or None,
        from_day=from_day,
        to_day=to_day,
    )
