"""Refunds of a case file's credit over HTTP: proposed, and decided on by another supervisor."""

from uuid import UUID

from fastapi import APIRouter

from api.dependencies import Done, NewCommand
from api.problems import documented
from api.routes import OneThreadRoute
from api.shapes import Body, Line, MoneyBody, Why
from application import refunds

router = APIRouter(
    prefix="/api/case-files/{case_file_id}/refunds",
    tags=["debt"],
    responses=documented(401, 403, 404, 409, 422, 503),
    route_class=OneThreadRoute,
)


class NewRefund(Body):
    """Back to whoever paid too much."""

    amount: MoneyBody
    reason: Line


@router.post("", status_code=201)
def propose_refund(case_file_id: UUID, body: NewRefund, new: NewCommand) -> Done:
    """The credit is reserved for it until somebody else decides."""
    return new.done(
        refunds.propose_refund(
            new.store,
            new.command,
            case_file_id,
            refund_id=new.new_id("refund"),
            amount=body.amount.money(),
            reason=body.reason,
        )
    )


@router.post("/{refund_id}/approval")
def approve_refund(case_file_id: UUID, refund_id: UUID, new: NewCommand) -> Done:
    """By a supervisor who did not propose it: the credit goes back with it."""
    return new.done(refunds.approve_refund(new.store, new.command, case_file_id, refund_id=refund_id))


@router.post("/{refund_id}/rejection")
def reject_refund(case_file_id: UUID, refund_id: UUID, body: Why, new: NewCommand) -> Done:
    return new.done(
        refunds.reject_refund(new.store, new.command, case_file_id, refund_id=refund_id, reason=body.reason)
    )


@router.post("/{refund_id}/withdrawal")
def withdraw_refund(case_file_id: UUID, refund_id: UUID, body: Why, new: NewCommand) -> Done:
    """By whoever proposed it, while it waits."""
    return new.done(
        refunds.withdraw_refund(new.store, new.command, case_file_id, refund_id=refund_id, reason=body.reason)
    )
