"""Aged receivables: what is left to pay of what was issued, sent or not, by how long ago it was due, on any day."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from fastapi import APIRouter, Response

from api.http.catalogues import marked as _
from api.http.documents import SheetKind
from api.http.shapes import Cursor
from api.pages.charts import Column, columns
from api.pages.context import Page, PageContext
from api.pages.list_address import link
from api.pages.sheets import AT_ONCE, Columns, every, sheet_of
from domain.money import Money
from projections.invoices.receivables import BUCKETS, Aged, ClientReceivables, client_receivables, receivables

router = APIRouter(prefix="/receivables")

HERE = "/receivables"
SHOWN = 25

TITLES = dict(
    zip(BUCKETS, (_("Not due yet"), _("1-30 days"), _("31-60 days"), _("61-90 days"), _("Over 90 days")), strict=True)
)


ClientAged = tuple[ClientReceivables, Aged]
"""What a client owes in one currency."""


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
        return link(HERE, as_of=as_of, sort="" if sort == "-total" else sort, cursor=cursor)

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
    lines = ((one, aged) for one in found for aged in one.aged)
    return sheet_of(context, context._("Aged receivables"), COLUMNS, lines, kind)


def _amount(bucket: str) -> Callable[[ClientAged, PageContext], Decimal]:
    def of(one: ClientAged, _: PageContext) -> Decimal:
        amount: Money = getattr(one[1], bucket)
        return amount.amount

    return of


COLUMNS: Columns[ClientAged] = {
    _("Client"): lambda one, _: one[0].client,
    _("Collector"): lambda one, context: one[0].collector and context.person(one[0].collector),
    **{title: _amount(bucket) for bucket, title in TITLES.items()},
    _("Total"): _amount("total"),
    _("Of it not sent yet"): _amount("unsent"),
    _("Currency"): lambda one, _: one[1].total.currency,
}


def _chart(context: PageContext, aged: Aged) -> Chart:
    return Chart(aged, columns([(context._(title), getattr(aged, name)) for name, title in TITLES.items()]))
