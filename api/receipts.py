"""Receipts over HTTP: money that came once, for several case files, is recorded in one step."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field, StrictBool

from api.dependencies import NewCommand
from api.problems import documented
from api.routes import OneThreadRoute
from api.shapes import Body, Day, MoneyBody, Name, Note
from application import payments
from domain.errors import Invalid
from domain.payments import Method, NewPayment, PaidTo

router = APIRouter(
    prefix="/api/receipts",
    tags=["payments"],
    responses=documented(401, 403, 404, 409, 422, 503),
    route_class=OneThreadRoute,
)

CASE_FILES_AT_MOST = 100


class CaseFileTwice(Invalid):
    title = "A receipt names each case file once"


class Part(Body):
    """What of the money pays one case file."""

    case_file_id: UUID
    amount: MoneyBody
    overpayment: StrictBool = False
    reference: Name | None = None


class ReceiptBody(Body):
    received_on: Day
    method: Method
    paid_to: PaidTo = PaidTo.US
    collected_by: Name | None = None
    payer: Name | None = None
    note: Note | None = None
    payments: Annotated[Sequence[Part], Field(min_length=1, max_length=CASE_FILES_AT_MOST)]


@dataclass(frozen=True, slots=True)
class ReceiptRecorded:
    """The receipt's id, those of its payments in the order they were given, and where in the log they are."""

    id: UUID
    payment_ids: Sequence[UUID]
    position: int


@router.post("", status_code=201)
def record_receipt(body: ReceiptBody, new: NewCommand) -> ReceiptRecorded:
    """One payment on each case file, joined by the receipt's id: all are recorded, or none."""
    ids = {part.case_file_id: new.new_id(f"payment on {part.case_file_id}") for part in body.payments}
    if len(ids) < len(body.payments):
        raise CaseFileTwice(field="payments/case_file_id")
    receipt_id = new.new_id("receipt")
    done = new.done(
        payments.record_receipt(
            new.store,
            new.command,
            receipt_id=receipt_id,
            payments={
                part.case_file_id: (
                    ids[part.case_file_id],
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
                )
                for part in body.payments
            },
        )
    )
    return ReceiptRecorded(receipt_id, [*ids.values()], done.position)
