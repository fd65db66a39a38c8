"""What is paid on invoices: a collection like that of a case file.

One that is in collection is paid on its case file, and what of that falls to it is no payment of its own: nothing
counts twice.
"""

from typing import assert_never
from uuid import UUID

from domain import payments as payment
from domain.events import Recorded
from domain.invoice.issuing import InvoiceImported, InvoiceIssued
from domain.payments import State
from projections.desk import tables
from projections.projection import NEVER
from projections.rows import Rows

Begun = InvoiceIssued | InvoiceImported
"""From then on it may be paid."""


def begin(rows: Rows, invoice_id: UUID, event: Begun) -> None:
    rows.add(
        tables.invoices,
        tables.Invoice(invoice_id=invoice_id, client_id=event.client_id, number=event.number, currency=event.currency),
    )


def project(rows: Rows, recorded: Recorded, event: payment.Event) -> None:
    stream = recorded.stream
    if isinstance(event, payment.PaymentRecorded):
        rows.add(
            tables.invoice_payments,
            tables.InvoicePayment(
                invoice_id=stream,
                payment_id=event.payment_id,
                position=recorded.position,
                amount=event.amount.minor,
                received_on=event.received_on,
                returned_on=NEVER,
                method=event.method.value,
                paid_to=event.paid_to.value,
                state=State.UNAPPROVED.value,
                second_review=True,
            ),
        )
        return
    row = rows.all(tables.invoice_payments, stream)[event.payment_id,]
    match event:
        case payment.PaymentApproved():
            row["state"], row["second_review"] = State.APPROVED.value, event.second_review
        case payment.PaymentRejected():
            row["state"] = State.REJECTED.value
        case payment.PaymentReturned():
            row["state"], row["returned_on"] = State.RETURNED.value, event.returned_on
        case payment.PaymentReopened():
            row["state"], row["returned_on"] = State.UNAPPROVED.value, NEVER
        case payment.PaymentWithdrawn():
            row["state"] = State.WITHDRAWN.value
        case payment.CollectionMoved():
            row["credited_to"] = event.collector
        case _:
            assert_never(event)
