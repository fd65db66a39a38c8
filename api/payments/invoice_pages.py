"""Payments of an invoice: recorded, decided on, returned, reopened; and money moved to another invoice.

The forms are those of a case file's payments, under the invoice's address.
"""

from collections.abc import Callable
from uuid import UUID

from fastapi import APIRouter, Response

from api.invoices.pages import shown_again
from api.invoices.views import load_seen
from api.pages.context import Page, PageContext, new_id
from api.pages.timeline import UNDO
from api.pages.toasts import Undo
from api.payments.pages import decided_meanwhile
from application import invoice_payments
from application.invoices import IMPORTED_NUMBER, NUMBER
from application.streams import Command, Outcome
from domain.errors import Invalid, Refusal
from domain.payments import Method, NewPayment
from domain.personal import reference_text

router = APIRouter(prefix="/invoices/{invoice_id}")


class NoSuchInvoice(Invalid):
    title = "There is no invoice of this number"


@router.post("/payments")
def record_payment(invoice_id: UUID, context: Page) -> Response:
    command, form = context.command(), context.form
    try:
        payment = NewPayment(
            form.money("amount", load_seen(context, invoice_id).currency),
            form.day("received_on"),
            form.choice("method", Method),
            overpayment=form.overpayment,
            collected_by=form.optional_text("collected_by"),
            reference=form.optional_text("reference"),
            payer=form.optional_text("payer"),
            note=form.optional_text("note"),
        )
        outcome = invoice_payments.record_invoice_payment(
            context.store,
            command,
            invoice_id,
            payment_id=new_id(command, "payment"),
            payment=payment,
            ask_first=form.asks_first,
        )
    except Refusal as refusal:
        return shown_again(context, invoice_id, refusal)
    return context.done(outcome, context.back(f"/invoices/{invoice_id}"), context._("Payment recorded"))


@router.post("/payments/{payment_id}/approval")
def approve_payment(invoice_id: UUID, payment_id: UUID, context: Page) -> Response:
    def approve(command: Command) -> Outcome:
        overpayment = context.form.ticked("overpayment")
        return invoice_payments.approve_invoice_payment(
            context.store, command, invoice_id, payment_id=payment_id, overpayment=overpayment
        )

    return _decide(context, invoice_id, payment_id, approve, said=context._("Payment approved"), undone=True)


@router.post("/payments/{payment_id}/rejection")
def reject_payment(invoice_id: UUID, payment_id: UUID, context: Page) -> Response:
    def reject(command: Command) -> Outcome:
        reason = context.form.text("reason")
        return invoice_payments.reject_invoice_payment(
            context.store, command, invoice_id, payment_id=payment_id, reason=reason
        )

    return _decide(context, invoice_id, payment_id, reject, said=context._("Payment rejected"), undone=True)


@router.post("/payments/{payment_id}/withdrawal")
def withdraw_payment(invoice_id: UUID, payment_id: UUID, context: Page) -> Response:
    def withdraw(command: Command) -> Outcome:
        reason = context.form.text("reason")
        return invoice_payments.withdraw_invoice_payment(
            context.store, command, invoice_id, payment_id=payment_id, reason=reason
        )

    return _decide(context, invoice_id, payment_id, withdraw, said=context._("Payment withdrawn"))


@router.post("/payments/{payment_id}/return")
def return_payment(invoice_id: UUID, payment_id: UUID, context: Page) -> Response:
    def return_(command: Command) -> Outcome:
        return invoice_payments.return_invoice_payment(
            context.store,
            command,
            invoice_id,
            payment_id=payment_id,
            returned_on=context.form.day("returned_on"),
            reason=context.form.text("reason"),
        )

    return _decide(context, invoice_id, payment_id, return_, said=context._("Payment returned"))


@router.post("/payments/{payment_id}/reopening")
def reopen_payment(invoice_id: UUID, payment_id: UUID, context: Page) -> Response:
    def reopen(command: Command) -> Outcome:
        reason = context.form.text("reason")
        return invoice_payments.reopen_invoice_payment(
            context.store, command, invoice_id, payment_id=payment_id, reason=reason
        )

    said = context._("Undone") if context.form.value("reason") == UNDO else context._("Payment reopened")
    return _decide(context, invoice_id, payment_id, reopen, said=said)


def _decide(
    context: PageContext,
    invoice_id: UUID,
    payment_id: UUID,
    decide: Callable[[Command], Outcome],
    *,
    said: str,
    undone: bool = False,
) -> Response:
    page = f"/invoices/{invoice_id}"
    back = context.back(page)
    try:
        outcome = decide(context.command())
    except Invalid as refusal:
        if context.form.name:
            return shown_again(context, invoice_id, refusal, about=payment_id)
        return context.refused(refusal, back)
    except Refusal as refusal:
        return context.refused(refusal, back, why=decided_meanwhile(context, refusal, invoice_id, payment_id))
    undo = Undo(f"{page}/payments/{payment_id}/reopening", {"reason": UNDO}) if undone else None
    return context.done(outcome, back, said, undo=undo)


# Money moved to another invoice


@router.post("/credit-moves")
def move_credit(invoice_id: UUID, context: Page) -> Response:
    command, form = context.command(), context.form
    try:
        to, reason = _by_number(context), form.text("reason")
        amount = form.money("amount", load_seen(context, invoice_id).currency)
        transfer_id = new_id(command, "transfer")
        outcome = invoice_payments.move_invoice_credit(
            context.store, command, invoice_id, transfer_id=transfer_id, amount=amount, to=to, reason=reason
        )
    except Refusal as refusal:
        return shown_again(context, invoice_id, refusal)
    page = f"/invoices/{invoice_id}"
    undo = Undo(f"{page}/credit-moves/{transfer_id}/taking-back")
    return context.done(outcome, context.back(page), context._("Money moved"), undo=undo)


@router.post("/credit-moves/{transfer_id}/taking-back")
def take_back_credit(invoice_id: UUID, transfer_id: UUID, context: Page) -> Response:
    back = context.back(f"/invoices/{invoice_id}")
    try:
        outcome = invoice_payments.take_back_invoice_credit(
            context.store, context.command(), invoice_id, transfer_id=transfer_id
        )
    except Refusal as refusal:
        return context.refused(refusal, back)
    return context.done(outcome, back, context._("Money taken back"))


def _by_number(context: PageContext) -> UUID:
    number = reference_text(context.form.text("to"), "to")
    for kind in (NUMBER, IMPORTED_NUMBER):
        if (found := context.store.claimed(kind, [number]).get(number)) is not None:
            return found
    raise NoSuchInvoice(field="to")
