"""Refunds of credit, of a case file's or of an invoice's: proposed, approved, rejected, withdrawn.

The forms go back to where they were sent from: the page of the debt, or the list of credits. `rejection` and
`withdrawal` have `reason`; where that is refused, the form is shown again on the page of the debt.
"""

from collections.abc import Callable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from api.http.catalogues import marked as _
from api.pages.context import Page, new_id
from api.pages.refusals import sent_back_to, shown_again_by
from api.payments.debt import ADDRESSES, Debt, page_with_form
from api.payments.inputs import NewRefund
from application import refunds
from domain.people import Role

router = APIRouter()


def _add(address: str, named: Callable[..., Debt]) -> None:
    """The forms below the page at that address."""

    @router.post(f"{address}/refunds")
    @shown_again_by(page_with_form)
    def propose_refund(of: Annotated[Debt, Depends(named)], context: Page) -> Response:
        command, body = context.command(), context.form.read(NewRefund, of.currency(context))
        refund_id, amount = new_id(command, "refund"), body.amount.money()
        outcome = refunds.propose_refund(
            context.store, command, of.kind, of.id, refund_id=refund_id, amount=amount, reason=body.reason
        )
        said = _("Refund proposed: another supervisor approves it")
        if not context.may(Role.SUPERVISOR):
            said = _("Refund proposed: a supervisor approves it")
        return context.done(outcome, context.back(of.page), context._(said))

    @router.post(f"{address}/refunds/{{refund_id}}/approval")
    @sent_back_to("{of.page}")
    def approve_refund(of: Annotated[Debt, Depends(named)], refund_id: UUID, context: Page) -> Response:
        outcome = refunds.approve_refund(context.store, context.command(), of.kind, of.id, refund_id=refund_id)
        return context.done(outcome, context.back(of.page), context._("Refund approved"))

    @router.post(f"{address}/refunds/{{refund_id}}/rejection")
    @shown_again_by(page_with_form, about="refund_id", to="{of.page}")
    def reject_refund(of: Annotated[Debt, Depends(named)], refund_id: UUID, context: Page) -> Response:
        command, reason = context.command(), context.form.reason
        outcome = refunds.reject_refund(context.store, command, of.kind, of.id, refund_id=refund_id, reason=reason)
        return context.done(outcome, context.back(of.page), context._("Refund rejected"))

    @router.post(f"{address}/refunds/{{refund_id}}/withdrawal")
    @shown_again_by(page_with_form, about="refund_id", to="{of.page}")
    def withdraw_refund(of: Annotated[Debt, Depends(named)], refund_id: UUID, context: Page) -> Response:
        command, reason = context.command(), context.form.reason
        outcome = refunds.withdraw_refund(context.store, command, of.kind, of.id, refund_id=refund_id, reason=reason)
        return context.done(outcome, context.back(of.page), context._("Refund withdrawn"))


for address, named in ADDRESSES:
    _add(address, named)
