"""Payments of a case file or an invoice: recorded, decided on, returned, reopened.

Each form goes back to where it was sent from, so that other pages may have them too. A decision on one payment is a
form of its own: `approval` may have `overpayment`; `rejection`, `withdrawal` and `reopening` have `reason`, `return`
has `returned_on` and `reason`, `collection-move` has `collector` and `reason`. A form that has a name (`rejection`,
`withdrawal`, `return`, `payment-reopening`, `collection-move`) is shown again on the page of the debt where a field of
it is refused.
"""

from collections.abc import Callable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from api.pages.context import Page, PageContext, new_id
from api.pages.refusals import shown_again_by
from api.pages.timeline import UNDO
from api.pages.toasts import Undo
from api.payments.debt import ADDRESSES, Debt, of_case_file, page_with_form
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

router = APIRouter()


def decided_meanwhile(context: PageContext, refusal: Refusal, debt_id: UUID, payment_id: UUID) -> str:
    """Who decided what on a payment, when and why, where that is why a decision was refused; else nothing."""
    if not isinstance(refusal, PaymentAlreadyDecided | PaymentIsWithdrawn | PaymentNotApproved | PaymentNotDecided):
        return ""
    return decision_on(context, context.store.part_of_history(debt_id, kinds=DECISIONS), payment_id)


def _add(address: str, named: Callable[..., Debt]) -> None:
    """The forms below the page at that address."""

    @router.post(f"{address}/payments")
    @shown_again_by(page_with_form)
    def record_payment(of: Annotated[Debt, Depends(named)], context: Page) -> Response:
        command, form = context.command(), context.form
        payment = NewPayment(
            form.money("amount", of.currency(context)),
            form.day("received_on"),
            form.choice("method", Method),
            paid_to=form.optional_choice("paid_to", PaidTo) or PaidTo.US,
            overpayment=form.overpayment,
            collected_by=form.optional_text("collected_by"),
            reference=form.optional_text("reference"),
            payer=form.optional_text("payer"),
            note=form.optional_text("note"),
        )
        payment_id, ask_first = new_id(command, "payment"), form.asks_first
        outcome = payments.record_payment(
            context.store, command, of.kind, of.id, payment_id=payment_id, payment=payment, ask_first=ask_first
        )
        return context.done(outcome, context.back(of.page), context._("Payment recorded"))

    @router.post(f"{address}/payments/{{payment_id}}/approval")
    def approve_payment(of: Annotated[Debt, Depends(named)], payment_id: UUID, context: Page) -> Response:
        form = context.form
        return _decide(
            context,
            of,
            payment_id,
            lambda command: payments.approve_payment(
                context.store, command, of.kind, of.id, payment_id=payment_id, overpayment=form.ticked("overpayment")
            ),
            said=context._("Payment approved"),
            undone=True,
        )

    @router.post(f"{address}/payments/{{payment_id}}/rejection")
    def reject_payment(of: Annotated[Debt, Depends(named)], payment_id: UUID, context: Page) -> Response:
        form = context.form
        return _decide(
            context,
            of,
            payment_id,
            lambda command: payments.reject_payment(
                context.store, command, of.kind, of.id, payment_id=payment_id, reason=form.text("reason")
            ),
            said=context._("Payment rejected"),
            undone=True,
        )

    @router.post(f"{address}/payments/{{payment_id}}/withdrawal")
    def withdraw_payment(of: Annotated[Debt, Depends(named)], payment_id: UUID, context: Page) -> Response:
        form = context.form
        return _decide(
            context,
            of,
            payment_id,
            lambda command: payments.withdraw_payment(
                context.store, command, of.kind, of.id, payment_id=payment_id, reason=form.text("reason")
            ),
            said=context._("Payment withdrawn"),
        )

    @router.post(f"{address}/payments/{{payment_id}}/return")
    def return_payment(of: Annotated[Debt, Depends(named)], payment_id: UUID, context: Page) -> Response:
        form = context.form
        return _decide(
            context,
            of,
            payment_id,
            lambda command: payments.return_payment(
                context.store,
                command,
                of.kind,
                of.id,
                payment_id=payment_id,
                returned_on=form.day("returned_on"),
                reason=form.text("reason"),
            ),
            said=context._("Payment returned"),
        )

    @router.post(f"{address}/payments/{{payment_id}}/reopening")
    def reopen_payment(of: Annotated[Debt, Depends(named)], payment_id: UUID, context: Page) -> Response:
        form = context.form
        said = context._("Undone") if form.value("reason") == UNDO else context._("Payment reopened")
        return _decide(
            context,
            of,
            payment_id,
            lambda command: payments.reopen_payment(
                context.store, command, of.kind, of.id, payment_id=payment_id, reason=form.text("reason")
            ),
            said=said,
        )


for address, named in ADDRESSES:
    _add(address, named)


@router.post("/case-files/{case_file_id}/payments/{payment_id}/collection-move")
def move_collection(case_file_id: UUID, payment_id: UUID, context: Page) -> Response:
    def move(command: Command) -> Outcome:
        to, reason = context.form.text("collector"), context.form.text("reason")
        return payments.move_collection(
            context.store, command, case_file_id, payment_id=payment_id, collector=to, reason=reason
        )

    return _decide(context, of_case_file(case_file_id), payment_id, move, said=context._("Collection moved"))


def _decide(
    context: PageContext,
    of: Debt,
    payment_id: UUID,
    decide: Callable[[Command], Outcome],
    *,
    said: str,
    undone: bool = False,
) -> Response:
    back = context.back(of.page)
    try:
        outcome = decide(context.command())
    except Invalid as refusal:
        if context.form.name:
            return page_with_form(context, of, context.form.refused(refusal), about=payment_id)
        return context.refused(refusal, back)
    except Refusal as refusal:
        return context.refused(refusal, back, why=decided_meanwhile(context, refusal, of.id, payment_id))
    undo = Undo(f"{of.page}/payments/{payment_id}/reopening", {"reason": UNDO}) if undone else None
    return context.done(outcome, back, said, undo=undo)
