"""What is left to pay of invoices, which makes their client an active one. See `case_files` for `debts`."""

from uuid import UUID

from domain import invoice
from domain import payments as payment
from domain.invoice import issuing, settling
from projections.portfolios.project.accounts import settle_later
from projections.portfolios.tables import Debt, Invoice, Payment, debts, invoices, payments
from projections.rows import Row, Rows


def project(rows: Rows, invoice_id: UUID, event: invoice.Event) -> None:
    if isinstance(event, issuing.InvoiceDrafted | issuing.InvoiceImported):
        rows.add(debts, Debt(debt_id=invoice_id, client_id=event.client_id))
    client_id = rows.one(debts, invoice_id)["client_id"]
    rows.fetch([("client", client_id)])
    if isinstance(event, issuing.InvoiceIssued | issuing.InvoiceImported):
        rows.add(
            invoices,
            Invoice(
                client_id=client_id,
                invoice_id=invoice_id,
                currency=event.currency,
                outstanding=event.payable.minor,
                collected=0,
                waiting=0,
                in_collection=False,
            ),
        )
    elif (issued := rows.all(invoices, client_id).get((invoice_id,))) is not None:
        _changed(rows, issued, event)
    settle_later(rows, client_id)


def _changed(rows: Rows, issued: Row, event: invoice.Event) -> None:
    match event:
        case issuing.CreditNoteIssued():
            issued["outstanding"] -= event.payable.minor
        case issuing.InvoiceVoided():
            issued["outstanding"] = 0
        case settling.InvoiceTakenIntoCollection() | settling.InvoiceGivenBack():
            issued["in_collection"] = isinstance(event, settling.InvoiceTakenIntoCollection)
        case settling.InvoiceSettledInCollection():
            issued["outstanding"] -= event.paid.minor + event.waived.minor
        case payment.PaymentRecorded():
            _came(rows, issued, event.payment_id, event.amount.minor)
            _waits(rows, issued, event.payment_id, waits=True)
        case payment.PaymentApproved():
            _decided(rows, issued, event.payment_id, counted=True)
        case payment.PaymentRejected() | payment.PaymentReturned() | payment.PaymentWithdrawn():
            _decided(rows, issued, event.payment_id, counted=False)
        case payment.PaymentReopened():
            _decided(rows, issued, event.payment_id, counted=False)
            _waits(rows, issued, event.payment_id, waits=True)
        case settling.InvoiceCreditMoved():
            _came(rows, issued, event.transfer_id, -event.amount.minor)
            _counts(rows, issued, event.transfer_id, counted=True)
        case settling.InvoiceCreditReceived():
            _came(rows, issued, event.transfer_id, event.amount.minor)
            _counts(rows, issued, event.transfer_id, counted=True)
        case settling.InvoiceCreditRefunded():
            issued["outstanding"] += event.amount.minor
        case settling.InvoiceCreditTakenBack():
            _counts(rows, issued, event.transfer_id, counted=False)
        case _:
            pass


def _came(rows: Rows, issued: Row, id_: UUID, amount: int) -> None:
    rows.add(payments, Payment(debt_id=issued["invoice_id"], payment_id=id_, amount=amount, counted=False, waits=False))


def _waits(rows: Rows, issued: Row, id_: UUID, *, waits: bool) -> None:
    known = rows.all(payments, issued["invoice_id"])[(id_,)]
    issued["waiting"] += known["amount"] * (waits - known["waits"])
    known["waits"] = waits


def _decided(rows: Rows, issued: Row, id_: UUID, *, counted: bool) -> None:
    """Of a payment: what was moved between invoices is collected once, where it came in."""
    issued["collected"] += _counts(rows, issued, id_, counted=counted)
    _waits(rows, issued, id_, waits=False)


def _counts(rows: Rows, issued: Row, id_: UUID, *, counted: bool) -> int:
    known = rows.all(payments, issued["invoice_id"])[(id_,)]
    came: int = known["amount"] * (counted - known["counted"])
    issued["outstanding"] -= came
    known["counted"] = counted
    return came
