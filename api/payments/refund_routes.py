"""Refunds of credit over HTTP, of a case file's or of an invoice's: proposed, and decided on by another supervisor."""

from collections.abc import Callable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends

from api.http.dependencies import Done, NewCommand
from api.http.problems import documented
from api.http.routes import OneThreadRoute
from api.http.shapes import Why
from api.payments.debt import ADDRESSES, Debt
from api.payments.inputs import NewRefund
from application import refunds

router = APIRouter(
    prefix="/api", tags=["debt"], responses=documented(401, 403, 404, 409, 422, 503), route_class=OneThreadRoute
)


def _add(address: str, named: Callable[..., Debt]) -> None:
    """The routes below what is at that address."""

    @router.post(f"{address}/refunds", status_code=201)
    def propose_refund(of: Annotated[Debt, Depends(named)], body: NewRefund, new: NewCommand) -> Done:
        """The credit is reserved for it until somebody else decides."""
        refund_id, amount = new.new_id("refund"), body.amount.money()
        return new.done(
            refunds.propose_refund(
                new.store, new.command, of.kind, of.id, refund_id=refund_id, amount=amount, reason=body.reason
            )
        )

    @router.post(f"{address}/refunds/{{refund_id}}/approval")
    def approve_refund(of: Annotated[Debt, Depends(named)], refund_id: UUID, new: NewCommand) -> Done:
        """By a supervisor who did not propose it: the credit goes back with it."""
        return new.done(refunds.approve_refund(new.store, new.command, of.kind, of.id, refund_id=refund_id))

    @router.post(f"{address}/refunds/{{refund_id}}/rejection")
    def reject_refund(of: Annotated[Debt, Depends(named)], refund_id: UUID, body: Why, new: NewCommand) -> Done:
        return new.done(
            refunds.reject_refund(new.store, new.command, of.kind, of.id, refund_id=refund_id, reason=body.reason)
        )

    @router.post(f"{address}/refunds/{{refund_id}}/withdrawal")
    def withdraw_refund(of: Annotated[Debt, Depends(named)], refund_id: UUID, body: Why, new: NewCommand) -> Done:
        """By whoever proposed it, while it waits."""
        return new.done(
            refunds.withdraw_refund(new.store, new.command, of.kind, of.id, refund_id=refund_id, reason=body.reason)
        )


for address, named in ADDRESSES:
    _add(address, named)
