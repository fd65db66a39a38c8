"""All payments of a client, those of its case files and those of its invoices: filtered, sorted, taken along."""

from collections.abc import Callable
from typing import Any, TypeVar
from uuid import UUID

from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse
from sqlalchemy import Connection

from api.clients.pages import client_of, shown_elsewhere
from api.clients.payment_listing import ON_CASE_FILES, ON_INVOICES, PaymentPage
from api.http.documents import SheetKind
from api.pages.context import Page, PageContext
from api.pages.list_address import read
from api.pages.sheets import AT_ONCE, Columns, every, sheet_of
from domain.people import Actor
from projections.desk.client_payments import list_client_payments
from projections.invoices.payments import client_invoice_payments
from projections.pages import Page as ListPage
from projections.payment_lists import Filters

router = APIRouter(prefix="/clients/{client_id}")

SHOWN = 50

T = TypeVar("T")

Listing = Callable[[Connection, Actor, UUID, Filters, str, str | None, int], ListPage[T]]


@router.get("/transactions")
def show_transactions(client_id: UUID, context: Page) -> Response:
    """Over all its case files."""
    return _shown(context, client_id, "transactions", list_client_payments)


@router.get("/transactions.{kind}")
def download_transactions(client_id: UUID, context: Page, kind: SheetKind) -> Response:
    return _downloaded(context, client_id, list_client_payments, kind, ON_CASE_FILES)


@router.get("/invoice-payments")
def show_invoice_payments(client_id: UUID, context: Page) -> Response:
    """Of all its invoices."""
    return _shown(context, client_id, "invoice-payments", client_invoice_payments)


@router.get("/invoice-payments.{kind}")
def download_invoice_payments(client_id: UUID, context: Page, kind: SheetKind) -> Response:
    return _downloaded(context, client_id, client_invoice_payments, kind, ON_INVOICES)


def _shown(context: PageContext, client_id: UUID, what: str, listing: Listing[Any]) -> Response:
    asked = read(context, f"/clients/{client_id}/{what}", PaymentPage)
    query = asked.query
    with context.snapshot() as db:
        client = client_of(context, db, client_id)
        if elsewhere := shown_elsewhere(context, client, client_id):
            return RedirectResponse(elsewhere, 303)
        page = listing(db, context.viewer, client_id, query.filters(), query.sort, query.cursor, SHOWN)
    return context.page("client_all_payments.html", client=client, what=what, asked=asked, page=page)


def _downloaded(
    context: PageContext, client_id: UUID, listing: Listing[T], kind: SheetKind, columns: Columns[T]
) -> Response:
    """All that the filters choose."""
    query = read(context, context.request.url.path, PaymentPage).query
    with context.snapshot() as db:
        client = client_of(context, db, client_id)
        if elsewhere := shown_elsewhere(context, client, client_id):
            return RedirectResponse(elsewhere, 303)

        def page(cursor: str | None) -> ListPage[T]:
            return listing(db, context.viewer, client_id, query.filters(), query.sort, cursor, AT_ONCE)

        lines = every(page)
    title = context._("Payments of %(who)s", who=client.line.name)
    return sheet_of(context, context._("Payments"), columns, lines, kind, called=title)
