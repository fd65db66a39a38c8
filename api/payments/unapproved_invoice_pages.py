"""Payments of invoices that wait for a decision."""

from functools import partial

from fastapi import APIRouter, Response

from api.http.shapes import Cursor
from api.pages.context import Page
from api.pages.list_address import link
from api.payments.deciding import Waiting, add_decisions, unapproved
from domain.invoice import Invoice
from projections.invoices.payments import (
    list_unapproved_invoice_payments,
    some_invoice_payments,
    waiting_on_invoices,
)

router = APIRouter(prefix="/invoices/payments")

HERE = "/invoices/payments"
SHOWN = 20


@router.get("")
def show_unapproved_invoice_payments(context: Page, cursor: Cursor = None) -> Response:
    """The longest waiting first."""
    with context.snapshot() as db:
        page = list_unapproved_invoice_payments(db, context.viewer, cursor, SHOWN)
        waiting = waiting_on_invoices(db, context.viewer)
    rows = unapproved(context, page.items, context.store.at([one.position for one in page.items]))
    return context.page(
        "unapproved_invoice_payments.html",
        rows=rows,
        waiting=waiting,
        decides=any(row.decides for row in rows),
        next_cursor=page.next,
        first=not cursor,
        further=partial(link, HERE),
    )


add_decisions(
    router,
    Waiting(Invoice, HERE, "decided_invoice_payments.html", some_invoice_payments, waiting_on_invoices),
)
