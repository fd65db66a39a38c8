"""What is left to pay of invoices, which makes their client an active one. See `case_files` for `debts`."""

from uuid import UUID

from domain import invoice
from domain import payments as payment
from domain.invoice import issuing, settling
from projections.portfolio.projecting.accounts import settle_later
from projections.portfolio.tables import debts, invoices, payments
from projections.rows import Row, Rows


def project(rows: Rows, invoice_id: UUID, event: invoice.Event) -> None:
    if isinstance(event, issuing.InvoiceDrafted | issuing.InvoiceImported):
        rows.add(debts, invoice_id, client_id=event.client_id, is_invoice=True)
    client_id = rows.one(debts, invoice_id)["client_id"]
    rows.fetch([("client", client_id)])
    if isinstance(event, issuing.InvoiceIssued | issuing.InvoiceImported):
        rows.add(invoices, client_id, invoice_id=invoice_id, outstanding=event.payable.minor)
    elif (issued := rows.all(invoices, client_id).get((invoice_id,))) is not None:
        _changed(rows, issued, event)
    settle_later(rows, client_id)


def _changed(rows: Rows, issued: Row, event: invoice.Event) -> None:
    match event:
        case issuing.CreditNoteIssued():
            issued["outstanding"] -= event.payable.minor
        case issuing.InvoiceVoided():
            issued["outstanding"] = 0
        case settling.InvoiceSettledInCollection():
            issued["outstanding"] -= event.paid.minor + event.waived.minor
        case payment.PaymentRecorded():
            _came(rows, issued, event.payment_id, event.amount.minor)
        case payment.PaymentApproved():
            _counts(rows, issued, event.payment_id, counted=True)
        case (
            payment.PaymentRejected()
            | payment.PaymentReturned()
            | payment.PaymentReopened()
            | payment.PaymentWithdrawn()
        ):
            _counts(rows, issued, event.payment_id, counted=False)
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
    rows.add(payments, issued["invoice_id"], payment_id=id_, amount=amount, counted=False, waits=False)


def _counts(rows: Rows, issued: Row, id_: UUID, *, counted: bool) -> None:
    known = rows.all(payments, issued["invoice_id"])[(id_,)]
    issued["outstanding"] -= known["amount"] * (counted - known["counted"])
    known["counted"] = counted
