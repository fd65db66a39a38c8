"""What is owed back: credit on case files and invoices, and the refunds that wait for approval; to take along too."""

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter, Response

from api.catalogues import marked as _
from api.documents import Sheet, SheetKind, downloaded
from api.shapes import Cursor
from api.web.case_files import ShownRefund, shown_refund
from api.web.invoice_sheets import every
from api.web.visit import Page, Visit
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
def show_credits(visit: Page, cursor: Cursor = None) -> Response:
    """The largest first."""
    with visit.snapshot() as db:
        page = list_credits(db, visit.viewer, "-credit", cursor, SHOWN)
        totals = credits_in_all(db, visit.viewer)
    return visit.page(
        "credits.html",
        rows=[ShownCredit(line, [shown_refund(visit, one) for one in line.refunds]) for line in page.items],
        totals=totals,
        next_cursor=page.next,
        first=not cursor,
        further=lambda cursor="": f"{HERE}?cursor={cursor}" if cursor else HERE,
    )


@router.get(".{kind}")
def download_credits(visit: Page, kind: SheetKind) -> Response:
    with visit.snapshot() as db:

        def page(cursor: str | None) -> ListPage[CreditLine]:
            return list_credits(db, visit.viewer, "-credit", cursor, AT_ONCE)

        lines = every(page)
    return downloaded(
        visit.service.documents,
        _sheet(visit, lines),
        kind,
        f"{visit._('Credits')}-{visit.today}".lower(),
        decimal_mark=visit.formats.decimal_mark,
    )


def _sheet(visit: Visit, lines: Sequence[CreditLine]) -> Sheet:
    rows = (
        (
            line.client,
            line.reference,
            visit.person(line.collector) if line.collector else None,
            line.since,
            line.credit.amount,
            (line.credit - line.free).amount,
            line.credit.currency,
        )
        for line in lines
    )
    return Sheet(visit._("Credits"), [visit._(name) for name in COLUMNS], rows)
