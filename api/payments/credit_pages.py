"""What is owed back: credit on case files and invoices, and the refunds that wait for approval; to take along too."""

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter, Response

from api.http.documents import SheetKind
from api.pages.context import Page
from api.pages.list_address import read
from api.pages.sheets import AT_ONCE, every, sheet_of
from api.payments.credit_listing import COLUMNS, CreditList
from api.payments.views import ShownRefund, shown_refund
from projections.credits import CreditLine, credits_in_all, list_credits

router = APIRouter(prefix="/credits")

HERE = "/credits"
SHOWN = 25


@dataclass(frozen=True, slots=True)
class ShownCredit:
    line: CreditLine
    refunds: Sequence[ShownRefund]


@router.get("")
def show_credits(context: Page) -> Response:
    """The largest first."""
    asked = read(context, HERE, CreditList)
    query = asked.query
    with context.snapshot() as db:
        page = list_credits(db, context.viewer, query.sort, query.cursor, SHOWN)
        totals = credits_in_all(db, context.viewer)
    return context.page(
        "credits.html",
        asked=asked,
        page=page,
        rows=[ShownCredit(line, [shown_refund(context, one) for one in line.refunds]) for line in page.items],
        totals=totals,
    )


@router.get(".{kind}")
def download_credits(context: Page, kind: SheetKind) -> Response:
    query = read(context, HERE, CreditList).query
    with context.snapshot() as db:
        lines = every(lambda after: list_credits(db, context.viewer, query.sort, after, AT_ONCE))
    return sheet_of(context, context._("Credits"), COLUMNS, lines, kind)
