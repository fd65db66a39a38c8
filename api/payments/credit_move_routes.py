"""Money moved from one invoice to another, over HTTP."""

from uuid import UUID

from fastapi import APIRouter

from api.http.dependencies import Done, NewCommand
from api.http.problems import documented
from api.http.routes import OneThreadRoute
from api.payments.inputs import CreditMoveBody
from application import invoice_credit

router = APIRouter(
    prefix="/api/invoices/{invoice_id}",
    tags=["invoices"],
    responses=documented(401, 403, 404, 409, 422, 503),
    route_class=OneThreadRoute,
)


@router.post("/credit-moves", status_code=201)
def move_invoice_credit(invoice_id: UUID, body: CreditMoveBody, new: NewCommand) -> Done:
    return new.done(
        invoice_credit.move_invoice_credit(
            new.store,
            new.command,
            invoice_id,
            transfer_id=new.new_id("transfer"),
            amount=body.amount.money(),
            to=body.to,
            reason=body.reason,
        )
    )


@router.post("/credit-moves/{transfer_id}/taking-back")
def take_back_invoice_credit(invoice_id: UUID, transfer_id: UUID, new: NewCommand) -> Done:
    """From whichever of the two invoices."""
    return new.done(
        invoice_credit.take_back_invoice_credit(new.store, new.command, invoice_id, transfer_id=transfer_id)
    )
