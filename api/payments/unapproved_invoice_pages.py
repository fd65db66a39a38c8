"""Payments of invoices that wait for a decision; several are decided on at once, each with its own result."""

from collections.abc import Callable

from fastapi import APIRouter, Response

from api.http.shapes import Cursor
from api.pages.context import Page, PageContext
from api.pages.decided import decided_on_each, decided_page
from api.pages.timeline import UNDO
from api.payments.pages import decided_meanwhile
from api.payments.unapproved_pages import NothingChosen, UnapprovedPayment, chosen_payments, decides, recorded_at
from application import invoice_payments
from application.streams import Command, Outcome
from domain.errors import Refusal
from projections.invoices.payments import (
    InvoicePayment,
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
    told = recorded_at(context.store.at([one.position for one in page.items]))
    rows = [UnapprovedPayment(one, told[one.position], decides(context, told[one.position])) for one in page.items]
    return context.page(
        "unapproved_invoice_payments.html",
        rows=rows,
        waiting=waiting,
        decides=any(row.decides for row in rows),
        next_cursor=page.next,
        first=not cursor,
        further=lambda cursor="": f"{HERE}?cursor={cursor}" if cursor else HERE,
    )


@router.post("/approval")
def approve_payments(context: Page) -> Response:
    overpayment = context.form.ticked("overpayment")

    def approve(payment: InvoicePayment, command: Command) -> Outcome:
        return invoice_payments.approve_invoice_payment(
            context.store, command, payment.invoice_id, payment_id=payment.id, overpayment=overpayment
        )

    return _decide_on_each(context, approve, context._("Approved"))


@router.post("/rejection")
def reject_payments(context: Page) -> Response:
    reason = context.form.optional_text("reason")

    def reject(payment: InvoicePayment, command: Command) -> Outcome:
        return invoice_payments.reject_invoice_payment(
            context.store, command, payment.invoice_id, payment_id=payment.id, reason=reason
        )

    return _decide_on_each(context, reject, context._("Rejected"))


@router.post("/reopening")
def undo_decisions(context: Page) -> Response:
    def reopen(payment: InvoicePayment, command: Command) -> Outcome:
        return invoice_payments.reopen_invoice_payment(
            context.store, command, payment.invoice_id, payment_id=payment.id, reason=UNDO
        )

    return _decide_on_each(context, reopen, context._("Undone"), undoes=True)


def _decide_on_each(
    context: PageContext, decide: Callable[[InvoicePayment, Command], Outcome], said: str, *, undoes: bool = False
) -> Response:
    with context.snapshot() as db:
        chosen = some_invoice_payments(db, context.viewer, chosen_payments(context))
    if not chosen:
        return context.refused(NothingChosen(field="payment"), HERE)

    def meanwhile(refusal: Refusal, payment: InvoicePayment) -> str:
        return decided_meanwhile(context, refusal, payment.invoice_id, payment.id)

    results = decided_on_each(context, [(one.id, one) for one in chosen], decide, said, meanwhile)
    return decided_page(context, "decided_invoice_payments.html", results, undoes=undoes, home=HERE)
