"""Payments of a case file: recorded, decided on, returned, reopened.

Each form goes back to where it was sent from, so that other pages may have them too. A decision on one payment is a
form of its own: `approval` may have `overpayment`; `rejection`, `withdrawal` and `reopening` have `reason`, `return`
has `returned_on` and `reason`, `collection-move` has `collector` and `reason`. A form that has a name (`rejection`,
`withdrawal`, `return`, `payment-reopening`, `collection-move`) is shown again on the case file's page where a field of
it is refused.
"""

from collections.abc import Callable
from uuid import UUID

from fastapi import APIRouter, Response

from api.case_files.pages import currency_of, shown_again
from api.pages.context import Page, PageContext, new_id
from api.pages.timeline import UNDO
from api.pages.toasts import Undo
from api.payments.timeline import DECISIONS, decision_on
from application import payments
from application.streams import Command, Outcome
from domain.errors import Invalid, Refusal
from domain.payments import (
    Method,
    NewPayment,
    PaidTo,
    PaymentAlreadyDecided,
    PaymentIsWithdrawn,
    PaymentNotApproved,
    PaymentNotDecided,
)

router = APIRouter(prefix="/case-files/{case_file_id}/payments")


def decided_meanwhile(context: PageContext, refusal: Refusal, case_file_id: UUID, payment_id: UUID) -> str:
    """Who decided what on a payment, when and why, where that is why a decision was refused; else nothing."""
    if not isinstance(refusal, PaymentAlreadyDecided | PaymentIsWithdrawn | PaymentNotApproved | PaymentNotDecided):
        return ""
    return decision_on(context, context.store.part_of_history(case_file_id, kinds=DECISIONS), payment_id)


@router.post("")
def record_payment(case_file_id: UUID, context: Page) -> Response:
    command, form = context.command(), context.form
    try:
        payment = NewPayment(
            form.money("amount", currency_of(context, case_file_id)),
            form.day("received_on"),
            form.choice("method", Method),
            paid_to=form.optional_choice("paid_to", PaidTo) or PaidTo.US,
            overpayment=form.overpayment,
            collected_by=form.optional_text("collected_by"),
            reference=form.optional_text("reference"),
            payer=form.optional_text("payer"),
            note=form.optional_text("note"),
        )
        outcome = payments.record_payment(
            context.store,
            command,
            case_file_id,
            payment_id=new_id(command, "payment"),
            payment=payment,
            ask_first=form.asks_first,
        )
    except Refusal as refusal:
        return shown_again(context, case_file_id, refusal)
    return context.done(outcome, context.back(f"/case-files/{case_file_id}"), context._("Payment recorded"))


@router.post("/{payment_id}/approval")
def approve_payment(case_file_id: UUID, payment_id: UUID, context: Page) -> Response:
    return _decide(
        context,
        case_file_id,
        payment_id,
        lambda command: payments.approve_payment(
            context.store, command, case_file_id, payment_id=payment_id, overpayment=context.form.ticked("overpayment")
        ),
        said=context._("Payment approved"),
        undone=True,
    )


@router.post("/{payment_id}/rejection")
def reject_payment(case_file_id: UUID, payment_id: UUID, context: Page) -> Response:
    return _decide(
        context,
        case_file_id,
        payment_id,
        lambda command: payments.reject_payment(
            context.store, command, case_file_id, payment_id=payment_id, reason=context.form.text("reason")
        ),
        said=context._("Payment rejected"),
        undone=True,
    )


@router.post("/{payment_id}/withdrawal")
def withdraw_payment(case_file_id: UUID, payment_id: UUID, context: Page) -> Response:
    return _decide(
        context,
        case_file_id,
        payment_id,
        lambda command: payments.withdraw_payment(
            context.store, command, case_file_id, payment_id=payment_id, reason=context.form.text("reason")
        ),
        said=context._("Payment withdrawn"),
    )


@router.post("/{payment_id}/return")
def return_payment(case_file_id: UUID, payment_id: UUID, context: Page) -> Response:
    return _decide(
        context,
        case_file_id,
        payment_id,
        lambda command: payments.return_payment(
            context.store,
            command,
            case_file_id,
            payment_id=payment_id,
            returned_on=context.form.day("returned_on"),
            reason=context.form.text("reason"),
        ),
        said=context._("Payment returned"),
    )


@router.post("/{payment_id}/reopening")
def reopen_payment(case_file_id: UUID, payment_id: UUID, context: Page) -> Response:
    said = context._("Undone") if context.form.value("reason") == UNDO else context._("Payment reopened")
    return _decide(
        context,
        case_file_id,
        payment_id,
        lambda command: payments.reopen_payment(
            context.store, command, case_file_id, payment_id=payment_id, reason=context.form.text("reason")
        ),
        said=said,
    )


@router.post("/{payment_id}/collection-move")
def move_collection(case_file_id: UUID, payment_id: UUID, context: Page) -> Response:
    return _decide(
        context,
        case_file_id,
        payment_id,
        lambda command: payments.move_collection(
            context.store,
            command,
            case_file_id,
            payment_id=payment_id,
            collector=context.form.text("collector"),
            reason=context.form.text("reason"),
        ),
        said=context._("Collection moved"),
    )


def _decide(
    context: PageContext,
    case_file_id: UUID,
    payment_id: UUID,
    decide: Callable[[Command], Outcome],
    *,
    said: str,
    undone: bool = False,
) -> Response:
    page = f"/case-files/{case_file_id}"
    back = context.back(page)
    try:
        outcome = decide(context.command())
    except Invalid as refusal:
        if context.form.name:
            return shown_again(context, case_file_id, refusal, about=payment_id)
        return context.refused(refusal, back)
    except Refusal as refusal:
        return context.refused(refusal, back, why=decided_meanwhile(context, refusal, case_file_id, payment_id))
    undo = Undo(f"{page}/payments/{payment_id}/reopening", {"reason": UNDO}) if undone else None
    return context.done(outcome, back, said, undo=undo)
