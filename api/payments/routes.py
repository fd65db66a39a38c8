"""Payments over HTTP, of case files and of invoices: recorded by one person, decided by another."""

from collections.abc import Callable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends

from api.http.dependencies import Done, NewCommand
from api.http.problems import documented
from api.http.routes import OneThreadRoute
from api.http.shapes import Why
from api.payments.debt import Debt, of_case_file, of_invoice
from api.payments.inputs import Approval, CollectionMove, InvoicePaymentBody, PaymentBody, Return
from application import payments

router = APIRouter(
    prefix="/api/case-files/{case_file_id}/payments",
    tags=["payments"],
    responses=documented(401, 403, 404, 409, 422, 503),
    route_class=OneThreadRoute,
)

of_invoices = APIRouter(
    prefix="/api/invoices/{invoice_id}/payments",
    tags=["invoices"],
    responses=documented(401, 403, 404, 409, 422, 503),
    route_class=OneThreadRoute,
)


@router.post("", status_code=201)
def record_payment(case_file_id: UUID, body: PaymentBody, new: NewCommand) -> Done:
    return _record(of_case_file(case_file_id), body, new)


@of_invoices.post("", status_code=201)
def record_invoice_payment(invoice_id: UUID, body: InvoicePaymentBody, new: NewCommand) -> Done:
    return _record(of_invoice(invoice_id), body, new)


def _record(of: Debt, body: InvoicePaymentBody, new: NewCommand) -> Done:
    payment_id, payment = new.new_id("payment"), body.payment()
    return new.done(
        payments.record_payment(
            new.store, new.command, of.kind, of.id, payment_id=payment_id, payment=payment, ask_first=body.ask_first
        )
    )


def _add(router: APIRouter, named: Callable[..., Debt], noun: str) -> None:
    """The decisions on a payment. `noun` is what it is called in the names of operations."""

    @router.post("/{payment_id}/approval", name=f"approve_{noun}")
    def approve_payment(
        of: Annotated[Debt, Depends(named)], payment_id: UUID, new: NewCommand, body: Approval | None = None
    ) -> Done:
        overpayment = body is not None and body.overpayment
        return new.done(
            payments.approve_payment(
                new.store, new.command, of.kind, of.id, payment_id=payment_id, overpayment=overpayment
            )
        )

    @router.post("/{payment_id}/withdrawal", name=f"withdraw_{noun}")
    def withdraw_payment(of: Annotated[Debt, Depends(named)], payment_id: UUID, body: Why, new: NewCommand) -> Done:
        """By whoever recorded it, while it waits."""
        return new.done(
            payments.withdraw_payment(new.store, new.command, of.kind, of.id, payment_id=payment_id, reason=body.reason)
        )

    @router.post("/{payment_id}/rejection", name=f"reject_{noun}")
    def reject_payment(of: Annotated[Debt, Depends(named)], payment_id: UUID, body: Why, new: NewCommand) -> Done:
        return new.done(
            payments.reject_payment(new.store, new.command, of.kind, of.id, payment_id=payment_id, reason=body.reason)
        )

    @router.post("/{payment_id}/return", name=f"return_{noun}")
    def return_payment(of: Annotated[Debt, Depends(named)], payment_id: UUID, body: Return, new: NewCommand) -> Done:
        on, reason = body.returned_on, body.reason
        return new.done(
            payments.return_payment(
                new.store, new.command, of.kind, of.id, payment_id=payment_id, returned_on=on, reason=reason
            )
        )

    @router.post("/{payment_id}/reopening", name=f"reopen_{noun}")
    def reopen_payment(of: Annotated[Debt, Depends(named)], payment_id: UUID, body: Why, new: NewCommand) -> Done:
        return new.done(
            payments.reopen_payment(new.store, new.command, of.kind, of.id, payment_id=payment_id, reason=body.reason)
        )


_add(router, of_case_file, "payment")
_add(of_invoices, of_invoice, "invoice_payment")


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
