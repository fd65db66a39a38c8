"""What people and programs tell of payments, credit moves and refunds."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated
from uuid import UUID

from pydantic import Field, StrictBool

from api.http.shapes import Body, Day, Line, MoneyBody, Name, Note
from domain.errors import Invalid
from domain.payments import Method, NewPayment, PaidTo


class InvoicePaymentBody(Body):
    """`ask_first`: where it is more than what is outstanding, or recorded already, it is refused (409) and says so."""

    amount: MoneyBody
    received_on: Day
    method: Method
    overpayment: StrictBool = False
    collected_by: Name | None = None
    reference: Name | None = None
    payer: Name | None = None
    note: Note | None = None
    ask_first: StrictBool = False

    def payment(self) -> NewPayment:
        return NewPayment(
            self.amount.money(),
            self.received_on,
            self.method,
            overpayment=self.overpayment,
            collected_by=self.collected_by,
            reference=self.reference,
            payer=self.payer,
            note=self.note,
        )


class PaymentBody(InvoicePaymentBody):
    """`ask_first`: where it is more than what is outstanding, or recorded already, it is refused (409) and says so."""

    paid_to: PaidTo = PaidTo.US
    receipt_id: UUID | None = None

    def payment(self) -> NewPayment:
        return replace(super().payment(), paid_to=self.paid_to, receipt_id=self.receipt_id)


class Approval(Body):
    """`overpayment`: it may be more than what is owed, though who recorded it did not say so."""

    overpayment: StrictBool = False


class Return(Body):
    returned_on: Day
    reason: Line


class CollectionMove(Body):
    collector: Name
    reason: Line


class NewRefund(Body):
    """Back to whoever paid too much."""

    amount: MoneyBody
    reason: Line


class CreditMoveBody(Body):
    """To another invoice of the same client."""

    amount: MoneyBody
    to: UUID
    reason: Line


PARTS_AT_MOST = 100


class CaseFileOrInvoice(Invalid):
    title = "Each part of a receipt names either a case file or an invoice"


class PartBody(Body):
    """What of the money pays one case file, or one invoice."""

    case_file_id: UUID | None = None
    invoice_id: UUID | None = None
    amount: MoneyBody
    overpayment: StrictBool = False
    reference: Name | None = None

    @property
    def debt_id(self) -> UUID:
        if self.case_file_id is not None and self.invoice_id is None:
            return self.case_file_id
        if self.invoice_id is not None and self.case_file_id is None:
            return self.invoice_id
        raise CaseFileOrInvoice(field="payments")


class ReceiptBody(Body):
    """`ask_first`: where a part is more than what is outstanding of its debt, or recorded already, all of it is refused
    (409) and says so.
    """

    received_on: Day
    method: Method
    paid_to: PaidTo = PaidTo.US
    collected_by: Name | None = None
    payer: Name | None = None
    note: Note | None = None
    ask_first: StrictBool = False
    payments: Annotated[Sequence[PartBody], Field(min_length=1, max_length=PARTS_AT_MOST)]


class ClientReceiptBody(Body):
    """What a client paid, for whichever of its invoices are due first.

    `ask_first`: where it is more than what is left to pay of all of them, or recorded already, it is refused (409) and
    says so; else what is over is credit.
    """

    amount: MoneyBody
    received_on: Day
    method: Method
    payer: Name | None = None
    note: Note | None = None
    ask_first: StrictBool = False
