"""Payments of invoices that wait for a decision; several are decided on at once, each with its own result."""

from collections.abc import Callable

from fastapi import APIRouter, Response

from api.shapes import Cursor
from api.web.decided import decided_on_each, decided_page
from api.web.payments import decided_meanwhile
from api.web.timeline import UNDO
from api.web.unapproved_payments import NothingChosen, Waiting, chosen_payments, decides, recorded_at
from api.web.visit import Page, Visit
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
def show_unapproved_invoice_payments(visit: Page, cursor: Cursor = None) -> Response:
    """The longest waiting first."""
    with visit.snapshot() as db:
        page = list_unapproved_invoice_payments(db, visit.viewer, cursor, SHOWN)
        waiting = waiting_on_invoices(db, visit.viewer)
    told = recorded_at(visit.store.at([one.position for one in page.items]))
    rows = [Waiting(one, told[one.position], decides(visit, told[one.position])) for one in page.items]
    return visit.page(
        "unapproved_invoice_payments.html",
        rows=rows,
        waiting=waiting,
        decides=any(row.decides for row in rows),
        next_cursor=page.next,
        first=not cursor,
        further=lambda cursor="": f"{HERE}?cursor={cursor}" if cursor else HERE,
    )


@router.post("/approval")
def approve_payments(visit: Page) -> Response:
    overpayment = visit.form.ticked("overpayment")

    def approve(payment: InvoicePayment, command: Command) -> Outcome:
        return invoice_payments.approve_invoice_payment(
            visit.store, command, payment.invoice_id, payment_id=payment.id, overpayment=overpayment
        )

    return _decide_on_each(visit, approve, visit._("Approved"))


@router.post("/rejection")
def reject_payments(visit: Page) -> Response:
    reason = visit.form.optional_text("reason")

    def reject(payment: InvoicePayment, command: Command) -> Outcome:
        return invoice_payments.reject_invoice_payment(
            visit.store, command, payment.invoice_id, payment_id=payment.id, reason=reason
        )

    return _decide_on_each(visit, reject, visit._("Rejected"))


@router.post("/reopening")
def undo_decisions(visit: Page) -> Response:
    def reopen(payment: InvoicePayment, command: Command) -> Outcome:
        return invoice_payments.reopen_invoice_payment(
            visit.store, command, payment.invoice_id, payment_id=payment.id, reason=UNDO
        )

    return _decide_on_each(visit, reopen, visit._("Undone"), undoes=True)


def _decide_on_each(
    visit: Visit, decide: Callable[[InvoicePayment, Command], Outcome], said: str, *, undoes: bool = False
) -> Response:
    with visit.snapshot() as db:
        chosen = some_invoice_payments(db, visit.viewer, chosen_payments(visit))
    if not chosen:
        return visit.refused(NothingChosen(field="payment"), HERE)

    def meanwhile(refusal: Refusal, payment: InvoicePayment) -> str:
        return decided_meanwhile(visit, refusal, payment.invoice_id, payment.id)

    results = decided_on_each(visit, [(one.id, one) for one in chosen], decide, said, meanwhile)
    return decided_page(visit, "decided_invoice_payments.html", results, undoes=undoes, home=HERE)
