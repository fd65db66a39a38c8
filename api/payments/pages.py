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
from api.payments.inputs import Approval, CollectionMove, PaymentBody, Return
from api.payments.timeline import DECISIONS, decision_on
from application import payments
from application.streams import Outcome
from domain.errors import Refusal
from domain.payments import (
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


refused_decision = shown_again_by(
    page_with_form,
    about="payment_id",
    to="{of.page}",
    meanwhile=lambda context, refusal, given: decided_meanwhile(context, refusal, given["of"].id, given["payment_id"]),
)


def _add(address: str, named: Callable[..., Debt]) -> None:
    """The forms below the page at that address."""

    @router.post(f"{address}/payments")
    @shown_again_by(page_with_form)
    def record_payment(of: Annotated[Debt, Depends(named)], context: Page) -> Response:
        command, body = context.command(), context.form.read(PaymentBody, of.currency(context))
        payment_id, payment = new_id(command, "payment"), body.payment()
        outcome = payments.record_payment(
            context.store, command, of.kind, of.id, payment_id=payment_id, payment=payment, ask_first=body.ask_first
        )
        return context.done(outcome, context.back(of.page), context._("Payment recorded"))

    @router.post(f"{address}/payments/{{payment_id}}/approval")
    @refused_decision
    def approve_payment(of: Annotated[Debt, Depends(named)], payment_id: UUID, context: Page) -> Response:
        command, over = context.command(), context.form.read(Approval).overpayment
        outcome = payments.approve_payment(
            context.store, command, of.kind, of.id, payment_id=payment_id, overpayment=over
        )
        return _decided(context, of, outcome, context._("Payment approved"), undone=True)

    @router.post(f"{address}/payments/{{payment_id}}/rejection")
    @refused_decision
    def reject_payment(of: Annotated[Debt, Depends(named)], payment_id: UUID, context: Page) -> Response:
        command, reason = context.command(), context.form.reason
        outcome = payments.reject_payment(context.store, command, of.kind, of.id, payment_id=payment_id, reason=reason)
        return _decided(context, of, outcome, context._("Payment rejected"), undone=True)

    @router.post(f"{address}/payments/{{payment_id}}/withdrawal")
    @refused_decision
    def withdraw_payment(of: Annotated[Debt, Depends(named)], payment_id: UUID, context: Page) -> Response:
        command, reason = context.command(), context.form.reason
        outcome = payments.withdraw_payment(
            context.store, command, of.kind, of.id, payment_id=payment_id, reason=reason
        )
        return _decided(context, of, outcome, context._("Payment withdrawn"))

    @router.post(f"{address}/payments/{{payment_id}}/return")
    @refused_decision
    def return_payment(of: Annotated[Debt, Depends(named)], payment_id: UUID, context: Page) -> Response:
        command, body = context.command(), context.form.read(Return)
        on, reason = body.returned_on, body.reason
        outcome = payments.return_payment(
            context.store, command, of.kind, of.id, payment_id=payment_id, returned_on=on, reason=reason
        )
        return _decided(context, of, outcome, context._("Payment returned"))

    @router.post(f"{address}/payments/{{payment_id}}/reopening")
    @refused_decision
    def reopen_payment(of: Annotated[Debt, Depends(named)], payment_id: UUID, context: Page) -> Response:
        command, reason = context.command(), context.form.reason
        outcome = payments.reopen_payment(context.store, command, of.kind, of.id, payment_id=payment_id, reason=reason)
        said = context._("Undone") if reason == UNDO else context._("Payment reopened")
        return _decided(context, of, outcome, said)


for address, named in ADDRESSES:
    _add(address, named)


@router.post("/case-files/{case_file_id}/payments/{payment_id}/collection-move")
@refused_decision
def move_collection(of: Annotated[Debt, Depends(of_case_file)], payment_id: UUID, context: Page) -> Response:
    command, body = context.command(), context.form.read(CollectionMove)
    outcome = payments.move_collection(
        context.store, command, of.id, payment_id=payment_id, collector=body.collector, reason=body.reason
    )
    return _decided(context, of, outcome, context._("Collection moved"))


def _decided(context: PageContext, of: Debt, outcome: Outcome, said: str, *, undone: bool = False) -> Response:
    """`undone`: with a button that takes it back."""
    undo = Undo(f"{of.page}/payments/{outcome.id}/reopening", {"reason": UNDO}) if undone else None
    return context.done(outcome, context.back(of.page), said, undo=undo)
