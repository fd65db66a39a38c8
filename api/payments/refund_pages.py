"""Refunds of credit, of a case file's or of an invoice's: proposed, approved, rejected, withdrawn.

The forms go back to where they were sent from: the page of the debt, or the list of credits. `rejection` and
`withdrawal` have `reason`; where that is refused, the form is shown again on the page of the debt.
"""

from collections.abc import Callable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from api.http.catalogues import marked as _
from api.pages.context import Page, PageContext, new_id
from api.payments.debt import ADDRESSES, Debt
from application import refunds
from application.streams import Command, Outcome
from domain.errors import Invalid, Refusal
from domain.people import Role

router = APIRouter()


def _add(address: str, named: Callable[..., Debt]) -> None:
    """The forms below the page at that address."""

    @router.post(f"{address}/refunds")
    def propose_refund(of: Annotated[Debt, Depends(named)], context: Page) -> Response:
        command, form = context.command(), context.form
        try:
            amount, reason = form.money("amount", of.currency(context)), form.text("reason")
            refund_id = new_id(command, "refund")
            outcome = refunds.propose_refund(
                context.store, command, of.kind, of.id, refund_id=refund_id, amount=amount, reason=reason
            )
        except Refusal as refusal:
            return of.shown_again(context, refusal)
        said = _("Refund proposed: another supervisor approves it")
        if not context.may(Role.SUPERVISOR):
            said = _("Refund proposed: a supervisor approves it")
        return context.done(outcome, context.back(of.page), context._(said))

    @router.post(f"{address}/refunds/{{refund_id}}/approval")
    def approve_refund(of: Annotated[Debt, Depends(named)], refund_id: UUID, context: Page) -> Response:
        def approve(command: Command) -> Outcome:
            return refunds.approve_refund(context.store, command, of.kind, of.id, refund_id=refund_id)

        return _decide(context, of, refund_id, approve, said=context._("Refund approved"))

    @router.post(f"{address}/refunds/{{refund_id}}/rejection")
    def reject_refund(of: Annotated[Debt, Depends(named)], refund_id: UUID, context: Page) -> Response:
        def reject(command: Command) -> Outcome:
            reason = context.form.text("reason")
            return refunds.reject_refund(context.store, command, of.kind, of.id, refund_id=refund_id, reason=reason)

        return _decide(context, of, refund_id, reject, said=context._("Refund rejected"))

    @router.post(f"{address}/refunds/{{refund_id}}/withdrawal")
    def withdraw_refund(of: Annotated[Debt, Depends(named)], refund_id: UUID, context: Page) -> Response:
        def withdraw(command: Command) -> Outcome:
            reason = context.form.text("reason")
            return refunds.withdraw_refund(context.store, command, of.kind, of.id, refund_id=refund_id, reason=reason)

        return _decide(context, of, refund_id, withdraw, said=context._("Refund withdrawn"))


def _decide(
    context: PageContext, of: Debt, refund_id: UUID, decide: Callable[[Command], Outcome], *, said: str
) -> Response:
    back = context.back(of.page)
    try:
        outcome = decide(context.command())
    except Invalid as refusal:
        if context.form.name:
            return of.shown_again(context, refusal, about=refund_id)
        return context.refused(refusal, back)
    except Refusal as refusal:
        return context.refused(refusal, back)
    return context.done(outcome, back, said)


for address, named in ADDRESSES:
    _add(address, named)
