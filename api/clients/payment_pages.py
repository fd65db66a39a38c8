"""All payments of a client, those of its case files and those of its invoices: filtered, sorted, taken along."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar
from uuid import UUID

from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse
from sqlalchemy import Connection

from api.clients.pages import client_of, shown_elsewhere
from api.http.catalogues import marked as _
from api.http.documents import Cell, Sheet, SheetKind, downloaded
from api.http.labels import METHODS, PAYMENT_STATES
from api.pages.context import Page, PageContext
from api.pages.list_address import ListAddress, day_in, one_of, read_asked
from api.pages.sheets import every
from domain.people import Actor
from projections.desk.client_payments import list_client_payments
from projections.desk.money import DeskPayment
from projections.invoices.payments import InvoicePayment, client_invoice_payments
from projections.pages import Page as ListPage
from projections.payment_lists import SORTS, Filters

router = APIRouter(prefix="/clients/{client_id}")

SHOWN = 50
AT_ONCE = 1_000
"""Of lines that are read for a spreadsheet."""

Payment = DeskPayment | InvoicePayment
T = TypeVar("T", bound=Payment)

Listing = Callable[[Connection, Actor, UUID, Filters, str, str | None, int], ListPage[T]]

COLUMNS = (
    *(_("Received on"), _("Amount"), _("Currency"), _("Method"), _("State"), _("Its own reference")),
    _("Recorded by"),
)


@dataclass(frozen=True, kw_only=True)
class Asked(ListAddress):
    """`since` and `until`: the days it was received on."""

    sort: str = "-received_on"
    state: str = ""
    since: str = ""
    until: str = ""

    def filters(self) -> Filters:
        state = one_of(PAYMENT_STATES, self.state, "state")
        return Filters(state, day_in(self.since, "since"), day_in(self.until, "until"))


@router.get("/transactions")
def show_transactions(client_id: UUID, context: Page) -> Response:
    """Over all its case files."""
    return _shown(context, client_id, "transactions", list_client_payments)


@router.get("/transactions.{kind}")
def download_transactions(client_id: UUID, context: Page, kind: SheetKind) -> Response:
    def told(one: DeskPayment) -> Sequence[Cell]:
        return one.case_file, one.debtor

    return _downloaded(context, client_id, list_client_payments, kind, (_("Case file"), _("Debtor")), told)


@router.get("/invoice-payments")
def show_invoice_payments(client_id: UUID, context: Page) -> Response:
    """Of all its invoices."""
    return _shown(context, client_id, "invoice-payments", client_invoice_payments)


@router.get("/invoice-payments.{kind}")
def download_invoice_payments(client_id: UUID, context: Page, kind: SheetKind) -> Response:
    def told(one: InvoicePayment) -> Sequence[Cell]:
        return one.invoice, one.client

    return _downloaded(context, client_id, client_invoice_payments, kind, (_("Invoice"), _("Client")), told)


def _shown(context: PageContext, client_id: UUID, what: str, listing: Listing[Any]) -> Response:
    asked, cursor = _asked(context, f"/clients/{client_id}/{what}")
    with context.snapshot() as db:
        client = client_of(context, db, client_id)
        if elsewhere := shown_elsewhere(context, client, client_id):
            return RedirectResponse(elsewhere, 303)
        page = listing(db, context.viewer, client_id, asked.filters(), asked.sort, cursor, SHOWN)
    return context.page("client_all_payments.html", client=client, what=what, asked=asked, page=page, first=not cursor)


def _downloaded(
    context: PageContext,
    client_id: UUID,
    listing: Listing[T],
    kind: SheetKind,
    debt: Sequence[str],
    told: Callable[[T], Sequence[Cell]],
) -> Response:
    """All that the filters choose. `debt` are the columns of what was paid, and `told` what is in them."""
    asked, _cursor = _asked(context, context.request.url.path)
    with context.snapshot() as db:
        client = client_of(context, db, client_id)
        if elsewhere := shown_elsewhere(context, client, client_id):
            return RedirectResponse(elsewhere, 303)

        def page(cursor: str | None) -> ListPage[T]:
            return listing(db, context.viewer, client_id, asked.filters(), asked.sort, cursor, AT_ONCE)

        lines = every(page)
    rows = ([*_row(context, one), *told(one)] for one in lines)
    title = context._("Payments of %(who)s", who=client.line.name)
    sheet = Sheet(context._("Payments"), [context._(name) for name in (*COLUMNS, *debt)], rows)
    return downloaded(context.service.documents, sheet, kind, title, decimal_mark=context.formats.decimal_mark)


def _row(context: PageContext, one: Payment) -> Sequence[Cell]:
    return (
        one.received_on,
        one.amount.amount,
        one.amount.currency,
        context._(METHODS[one.method]),
        context._(PAYMENT_STATES[one.state]),
        one.reference,
        context.person(one.recorded_by),
    )


def _asked(context: PageContext, path: str) -> tuple[Asked, str | None]:
    asked, cursor = read_asked(context, Asked(path=path))
    return (asked if asked.sort.removeprefix("-") in SORTS else replace(asked, sort=Asked.sort)), cursor
