"""Receipts over HTTP: money that came once, for several case files or invoices, is recorded in one step."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from fastapi import APIRouter

from api.http.dependencies import Done, NewCommand
from api.http.problems import documented
from api.http.routes import OneThreadRoute
from api.payments.inputs import PARTS_AT_MOST, ClientReceiptBody, ReceiptBody
from application import receipts
from application.receipts import Part
from domain.errors import Invalid
from domain.payments import NewPayment
from projections.invoices.listing import payable_invoices

router = APIRouter(
    prefix="/api/receipts",
    tags=["payments"],
    responses=documented(401, 403, 404, 409, 422, 503),
    route_class=OneThreadRoute,
)

of_client = APIRouter(
    prefix="/api/clients/{client_id}/receipts",
    tags=["payments"],
    responses=documented(401, 403, 404, 409, 422, 503),
    route_class=OneThreadRoute,
)


class PaidTwice(Invalid):
    title = "A receipt names each case file or invoice once"


@dataclass(frozen=True, slots=True)
class ReceiptRecorded:
    """The receipt's id, those of its payments in the order they were given, and where in the log they are."""

    id: UUID
    payment_ids: Sequence[UUID]
    position: int


@of_client.post("", status_code=201)
def record_receipt_oldest_first(client_id: UUID, body: ClientReceiptBody, new: NewCommand) -> Done:
    """On the invoices due first; what is over goes on the last one, as credit for the next."""
    with new.service.caught_up() as db:
        payable = payable_invoices(db, new.command.actor, client_id, PARTS_AT_MOST)
    return new.done(
        receipts.record_receipt_oldest_first(
            new.store,
            new.command,
            receipt_id=new.new_id("receipt"),
            client_id=client_id,
            invoice_ids=payable,
            payment=NewPayment(body.amount.money(), body.received_on, body.method, payer=body.payer, note=body.note),
            new_id=lambda invoice_id: new.new_id(f"payment on {invoice_id}"),
            ask_first=body.ask_first,
        )
    )


@router.post("", status_code=201)
def record_receipt(body: ReceiptBody, new: NewCommand) -> ReceiptRecorded:
    """One payment on each case file or invoice, joined by the receipt's id: all are recorded, or none."""
    ids = {part.debt_id: new.new_id(f"payment on {part.debt_id}") for part in body.payments}
    if len(ids) < len(body.payments):
        raise PaidTwice(field="payments")
    receipt_id = new.new_id("receipt")
    done = new.done(
        receipts.record_receipt(
            new.store,
            new.command,
            receipt_id=receipt_id,
            parts={
                part.debt_id: Part(
                    ids[part.debt_id],
                    NewPayment(
                        part.amount.money("payments/amount"),
                        body.received_on,
                        body.method,
                        paid_to=body.paid_to,
                        overpayment=part.overpayment,
                        collected_by=body.collected_by,
                        reference=part.reference,
                        payer=body.payer,
                        note=body.note,
                    ),
                    on_invoice=part.invoice_id is not None,
                )
                for part in body.payments
            },
            ask_first=body.ask_first,
        )
    )
    return ReceiptRecorded(receipt_id, [*ids.values()], done.position)
