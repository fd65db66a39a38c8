"""Payments of invoices over HTTP, and money moved from one invoice to another."""

from uuid import UUID

from fastapi import APIRouter
from pydantic import StrictBool

from api.http.dependencies import Done, NewCommand
from api.http.problems import documented
from api.http.routes import OneThreadRoute
from api.http.shapes import Body, Day, Line, MoneyBody, Name, Note, Why
from api.payments.routes import Approval, Return
from application import invoice_payments
from domain.payments import Method, NewPayment

router = APIRouter(
    prefix="/api/invoices/{invoice_id}",
    tags=["invoices"],
    responses=documented(401, 403, 404, 409, 422, 503),
    route_class=OneThreadRoute,
)


class InvoicePaymentBody(Body):
    amount: MoneyBody
    received_on: Day
    method: Method
    overpayment: StrictBool = False
    reference: Name | None = None
    collected_by: Name | None = None
    payer: Name | None = None
    note: Note | None = None
    ask_first: StrictBool = False


class CreditMoveBody(Body):
    """To another invoice of the same client."""

    amount: MoneyBody
    to: UUID
    reason: Line


@router.post("/payments", status_code=201)
def record_invoice_payment(invoice_id: UUID, body: InvoicePaymentBody, new: NewCommand) -> Done:
    return new.done(
        invoice_payments.record_invoice_payment(
            new.store,
            new.command,
            invoice_id,
            payment_id=new.new_id("payment"),
            payment=NewPayment(
                body.amount.money(),
                body.received_on,
                body.method,
                overpayment=body.overpayment,
                collected_by=body.collected_by,
                reference=body.reference,
                payer=body.payer,
                note=body.note,
            ),
            ask_first=body.ask_first,
        )
    )


@router.post("/payments/{payment_id}/approval")
def approve_invoice_payment(invoice_id: UUID, payment_id: UUID, new: NewCommand, body: Approval | None = None) -> Done:
    overpayment = body is not None and body.overpayment
    return new.done(
        invoice_payments.approve_invoice_payment(
            new.store, new.command, invoice_id, payment_id=payment_id, overpayment=overpayment
        )
    )


@router.post("/payments/{payment_id}/withdrawal")
def withdraw_invoice_payment(invoice_id: UUID, payment_id: UUID, body: Why, new: NewCommand) -> Done:
    """By whoever recorded it, while it waits."""
    return new.done(
        invoice_payments.withdraw_invoice_payment(
            new.store, new.command, invoice_id, payment_id=payment_id, reason=body.reason
        )
    )


@router.post("/payments/{payment_id}/rejection")
def reject_invoice_payment(invoice_id: UUID, payment_id: UUID, body: Why, new: NewCommand) -> Done:
    return new.done(
        invoice_payments.reject_invoice_payment(
            new.store, new.command, invoice_id, payment_id=payment_id, reason=body.reason
        )
    )


@router.post("/payments/{payment_id}/return")
def return_invoice_payment(invoice_id: UUID, payment_id: UUID, body: Return, new: NewCommand) -> Done:
    return new.done(
        invoice_payments.return_invoice_payment(
            new.store,
            new.command,
            invoice_id,
            payment_id=payment_id,
            returned_on=body.returned_on,
            reason=body.reason,
        )
    )


@router.post("/payments/{payment_id}/reopening")
def reopen_invoice_payment(invoice_id: UUID, payment_id: UUID, body: Why, new: NewCommand) -> Done:
    return new.done(
        invoice_payments.reopen_invoice_payment(
            new.store, new.command, invoice_id, payment_id=payment_id, reason=body.reason
        )
    )


@router.post("/credit-moves", status_code=201)
def move_invoice_credit(invoice_id: UUID, body: CreditMoveBody, new: NewCommand) -> Done:
    return new.done(
        invoice_payments.move_invoice_credit(
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
        invoice_payments.take_back_invoice_credit(new.store, new.command, invoice_id, transfer_id=transfer_id)
    )
