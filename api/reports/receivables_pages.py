"""Aged receivables: what is left to pay of what was issued, sent or not, by how long ago it was due, on any day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from fastapi import APIRouter, Response

from api.http.catalogues import marked as _
from api.http.documents import SheetKind
from api.http.shapes import Cursor
from api.pages.charts import Column, columns
from api.pages.context import Page, PageContext
from api.pages.sheets import AT_ONCE, every, sheet_of
from projections.invoices.receivables import BUCKETS, Aged, client_receivables, receivables

router = APIRouter(prefix="/receivables")

HERE = "/receivables"
SHOWN = 25

TITLES = dict(
    zip(BUCKETS, (_("Not due yet"), _("1-30 days"), _("31-60 days"), _("61-90 days"), _("Over 90 days")), strict=True)
)


@dataclass(frozen=True)
class Chart:
    """Of one currency."""

    aged: Aged
    columns: Sequence[Column]


@router.get("")
def show_receivables(context: Page, as_of: date | None = None, sort: str = "-total", cursor: Cursor = None) -> Response:
    day = as_of or context.today
    with context.snapshot() as db:
        all_of_it = receivables(db, context.viewer, day)
        page = client_receivables(db, context.viewer, day, sort, cursor, SHOWN)

    def address(cursor: str = "", sort: str = sort) -> str:
        named = {"as_of": day.isoformat() if as_of else "", "sort": "" if sort == "-total" else sort, "cursor": cursor}
        query = urlencode({name: value for name, value in named.items() if value})
        return f"{HERE}?{query}" if query else HERE

    return context.page(
        "receivables.html",
        day_shown=day,
        all=all_of_it,
        charts=[_chart(context, aged) for aged in all_of_it.aged],
        buckets={name: context._(title) for name, title in TITLES.items()},
        page=page,
        sort=sort,
        first=not cursor,
        address=address,
    )


@router.get(".{kind}")
def download_receivables(context: Page, kind: SheetKind, as_of: date | None = None, sort: str = "-total") -> Response:
    """A row for each client and currency."""
    day = as_of or context.today
    with context.snapshot() as db:
        found = every(lambda after: client_receivables(db, context.viewer, day, sort, after, AT_ONCE))
    rows = (
        (
            one.client,
            context.person(one.collector) if one.collector else None,
            *(getattr(aged, name).amount for name in BUCKETS),
            aged.total.amount,
            aged.unsent.amount,
            aged.total.currency,
        )
        for one in found
        for aged in one.aged
    )
    columns = (_("Client"), _("Collector"), *TITLES.values(), _("Total"), _("Of it not sent yet"), _("Currency"))
    return sheet_of(context, context._("Aged receivables"), columns, rows, kind)


def _chart(context: PageContext, aged: Aged) -> Chart:
    return Chart(aged, columns([(context._(title), getattr(aged, name)) for name, title in TITLES.items()]))
