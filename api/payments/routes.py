"""Payments over HTTP: recorded by one person, decided by another."""

from uuid import UUID

from fastapi import APIRouter
from pydantic import StrictBool

from api.http.dependencies import Done, NewCommand
from api.http.problems import documented
from api.http.routes import OneThreadRoute
from api.http.shapes import Body, Day, Line, MoneyBody, Name, Note, Why
from application import payments
from domain.payments import Method, NewPayment, PaidTo

router = APIRouter(
    prefix="/api/case-files/{case_file_id}/payments",
    tags=["payments"],
    responses=documented(401, 403, 404, 409, 422, 503),
    route_class=OneThreadRoute,
)


class PaymentBody(Body):
    """`ask_first`: where it is more than what is outstanding, or recorded already, it is refused (409) and says so."""

    amount: MoneyBody
    received_on: Day
    method: Method
    paid_to: PaidTo = PaidTo.US
    overpayment: StrictBool = False
    collected_by: Name | None = None
    receipt_id: UUID | None = None
    reference: Name | None = None
    payer: Name | None = None
    note: Note | None = None
    ask_first: StrictBool = False


class Approval(Body):
    """`overpayment`: it may be more than what is owed, though who recorded it did not say so."""

    overpayment: StrictBool = False


class Return(Body):
    returned_on: Day
    reason: Line


class CollectionMove(Body):
    collector: Name
    reason: Line


@router.post("", status_code=201)
def record_payment(case_file_id: UUID, body: PaymentBody, new: NewCommand) -> Done:
    return new.done(
        payments.record_payment(
            new.store,
            new.command,
            case_file_id,
            payment_id=new.new_id("payment"),
            payment=NewPayment(
                body.amount.money(),
                body.received_on,
                body.method,
                paid_to=body.paid_to,
                overpayment=body.overpayment,
                collected_by=body.collected_by,
                receipt_id=body.receipt_id,
                reference=body.reference,
                payer=body.payer,
                note=body.note,
            ),
            ask_first=body.ask_first,
        )
    )


@router.post("/{payment_id}/approval")
def approve_payment(case_file_id: UUID, payment_id: UUID, new: NewCommand, body: Approval | None = None) -> Done:
    overpayment = body is not None and body.overpayment
    return new.done(
        payments.approve_payment(new.store, new.command, case_file_id, payment_id=payment_id, overpayment=overpayment)
    )


@router.post("/{payment_id}/withdrawal")
def withdraw_payment(case_file_id: UUID, payment_id: UUID, body: Why, new: NewCommand) -> Done:
    """By whoever recorded it, while it waits."""
    return new.done(
        payments.withdraw_payment(new.store, new.command, case_file_id, payment_id=payment_id, reason=body.reason)
    )


@router.post("/{payment_id}/rejection")
def reject_payment(case_file_id: UUID, payment_id: UUID, body: Why, new: NewCommand) -> Done:
    return new.done(
        payments.reject_payment(new.store, new.command, case_file_id, payment_id=payment_id, reason=body.reason)
    )


@router.post("/{payment_id}/return")
def return_payment(case_file_id: UUID, payment_id: UUID, body: Return, new: NewCommand) -> Done:
    return new.done(
        payments.return_payment(
            new.store,
            new.command,
            case_file_id,
            payment_id=payment_id,
            returned_on=body.returned_on,
            reason=body.reason,
        )
    )


@router.post("/{payment_id}/reopening")
def reopen_payment(case_file_id: UUID, payment_id: UUID, body: Why, new: NewCommand) -> Done:
    return new.done(
        payments.reopen_payment(new.store, new.command, case_file_id, payment_id=payment_id, reason=body.reason)
    )


@router.post("/{payment_id}/collection-move")
def move_collection(case_file_id: UUID, payment_id: UUID, body: CollectionMove, new: NewCommand) -> Done:
    return new.done(
        payments.move_collection(
            new.store,
            new.command,
            case_file_id,
            payment_id=payment_id,
            collector=body.collector,
            reason=body.reason,
        )
    )
