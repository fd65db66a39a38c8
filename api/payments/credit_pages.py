"""What is owed back: credit on case files and invoices, and the refunds that wait for approval; to take along too."""

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter, Response

from api.http.catalogues import marked as _
from api.http.documents import Sheet, SheetKind, downloaded
from api.http.shapes import Cursor
from api.pages.context import Page, PageContext
from api.pages.sheets import every
from api.payments.views import ShownRefund, shown_refund
from projections.credits import CreditLine, credits_in_all, list_credits
from projections.pages import Page as ListPage

router = APIRouter(prefix="/credits")

HERE = "/credits"
SHOWN = 25
AT_ONCE = 1_000

COLUMNS = (
    *(_("Client"), _("Case file or invoice"), _("Collector"), _("Since"), _("Credit"), _("Refunds that wait")),
    _("Currency"),
)


@dataclass(frozen=True, slots=True)
class ShownCredit:
    line: CreditLine
    refunds: Sequence[ShownRefund]


@router.get("")
def show_credits(context: Page, cursor: Cursor = None) -> Response:
    """The largest first."""
    with context.snapshot() as db:
        page = list_credits(db, context.viewer, "-credit", cursor, SHOWN)
        totals = credits_in_all(db, context.viewer)
    return context.page(
        "credits.html",
        rows=[ShownCredit(line, [shown_refund(context, one) for one in line.refunds]) for line in page.items],
        totals=totals,
        next_cursor=page.next,
        first=not cursor,
        further=lambda cursor="": f"{HERE}?cursor={cursor}" if cursor else HERE,
    )


@router.get(".{kind}")
def download_credits(context: Page, kind: SheetKind) -> Response:
    with context.snapshot() as db:

        def page(cursor: str | None) -> ListPage[CreditLine]:
            return list_credits(db, context.viewer, "-credit", cursor, AT_ONCE)

        lines = every(page)
    return downloaded(
        context.service.documents,
        _sheet(context, lines),
        kind,
        f"{context._('Credits')}-{context.today}".lower(),
        decimal_mark=context.formats.decimal_mark,
    )


def _sheet(context: PageContext, lines: Sequence[CreditLine]) -> Sheet:
    rows = (
        (
            line.client,
            line.reference,
            context.person(line.collector) if line.collector else None,
            line.since,
            line.credit.amount,
            (line.credit - line.free).amount,
            line.credit.currency,
        )
        for line in lines
    )
    return Sheet(context._("Credits"), [context._(name) for name in COLUMNS], rows)
