"""Invoices: drafted or imported, issued, sent, paid, corrected, disputed, in collection."""

from collections.abc import Iterator
from datetime import date
from typing import assert_never
from uuid import UUID

from domain import payments as payment
from domain import refunds
from domain.events import Recorded
from domain.folding import endings
from domain.invoice import Event, following, issuing, settling
from domain.lines import Totals, totals
from domain.payment_reference import payment_reference
from projections import refunding
from projections.invoices import tables
from projections.invoices.project.counting import announce, recount
from projections.invoices.steps import Change, Terms, What, invoice_steps, settled
from projections.invoices.tables import (
    DocumentOfClient,
    Happening,
    Invoice,
    Number,
    Payment,
    clients,
    documents_of,
    happenings,
    invoices,
    numbers,
    payments,
)
from projections.projection import NEVER
from projections.rows import Row, Rows
from projections.sorting import number_key

Marking = (
    following.Event
    | settling.InvoiceCreditMoved
    | settling.InvoiceCreditReceived
    | settling.InvoiceCreditTakenBack
    | settling.InvoiceCreditRefunded
    | settling.InvoiceTakenIntoCollection
    | settling.InvoiceSettledInCollection
    | settling.InvoiceGivenBack
)


def project(rows: Rows, recorded: Recorded, event: Event) -> None:
    stream = recorded.stream
    if isinstance(event, issuing.InvoiceDrafted | issuing.InvoiceImported):
        _begun(rows, recorded, event)
    elif isinstance(event, issuing.InvoiceDraftDeleted):
        _deleted(rows, stream)
        return
    elif isinstance(event, payment.Event):
        _paid(rows, recorded, event)
    elif isinstance(event, refunds.Event):
        row = rows.one(invoices, stream)
        if isinstance(event, refunds.RefundProposed):
            refund = refunding.reserve(row, row["client_id"], recorded, event)
            rows.add(tables.refunds, tables.InvoiceRefund(invoice_id=stream, **refund))
        else:
            refunding.decide(rows, tables.refunds, row, recorded, event)
    elif isinstance(event, issuing.Event):
        _written(rows, recorded, event)
    else:
        _marked(rows, recorded, event)
    announce(rows, rows.one(invoices, stream))
    rows.settle_later(stream)


# Drafted, issued, corrected


def _begun(rows: Rows, recorded: Recorded, event: issuing.InvoiceDrafted | issuing.InvoiceImported) -> None:
    client = rows.one(clients, event.client_id)
    row = rows.add(
        invoices,
        Invoice(
            invoice_id=recorded.stream,
            client_id=event.client_id,
            client_key=client["name_key"],
            collector=client["collector"],
            position=recorded.position,
            correlation_id=recorded.correlation_id,
            state="draft",
            payment_reference=payment_reference(recorded.stream),
            number_key="",
            currency=event.currency,
            imported=isinstance(event, issuing.InvoiceImported),
            drafted_on=NEVER,
            issued_on=NEVER,
            dated_on=NEVER,
            due_on=NEVER,
            sent_on=NEVER,
            voided_on=NEVER,
            disputed_on=NEVER,
            base=0,
            tax=0,
            payable=0,
            owed=0,
            paid=0,
            outstanding=0,
            credit=0,
            unapproved=0,
            waiting=0,
            refunding=0,
        ),
    )
    rows.add(documents_of, DocumentOfClient(client_id=event.client_id, document_id=recorded.stream, invoice=True))
    if isinstance(event, issuing.InvoiceImported):
        _issued(rows, row, event)
    else:
        _adds_up(row, totals(event.lines, event.currency))
        row["drafted_on"] = row["dated_on"] = event.drafted_on
        row["estimate_id"] = event.estimate_id


def _issued(rows: Rows, row: Row, event: issuing.InvoiceIssued | issuing.InvoiceImported) -> None:
    row["number"], row["number_key"] = event.number, number_key(event.number)
    _found_by(rows, row["invoice_id"], event.number)
    row["issued_on"] = row["dated_on"] = event.issued_on
    row["due_on"] = event.due_on
    if isinstance(event, issuing.InvoiceImported):
        _adds_up(row, totals(event.lines, event.currency))
    else:
        _adds_up(row, issuing.totals_of(event))


def _adds_up(row: Row, summed: Totals) -> None:
    row["base"], row["tax"], row["payable"] = summed.net.minor, summed.tax.minor, summed.payable.minor


def _found_by(rows: Rows, invoice_id: UUID, number: str) -> None:
    """Its own number, or a credit note's."""
    for ending in endings(number):
        rows.add(numbers, Number(invoice_id=invoice_id, ending=ending))


def _deleted(rows: Rows, invoice_id: UUID) -> None:
    """As if it had never been there."""
    row = rows.one(invoices, invoice_id)
    rows.fetch([("client", row["client_id"])])
    announce(rows, row)
    recount(rows, row, invoice_id, [])
    rows.remove(documents_of, row["client_id"], invoice_id)
    rows.remove(invoices, invoice_id)


def _written(rows: Rows, recorded: Recorded, event: issuing.Event) -> None:
    row = rows.one(invoices, recorded.stream)
    match event:
        case issuing.InvoiceDraftChanged():
            row["currency"] = event.currency
            _adds_up(row, totals(event.lines, event.currency))
        case issuing.InvoiceIssued():
            _issued(rows, row, event)
        case issuing.InvoiceVoided():
            row["voided_on"] = event.voided_on
        case issuing.CreditNoteIssued():
            _happened(
                rows,
                recorded,
                What.CREDIT_NOTE,
                event.issued_on,
                owed=-event.payable.minor,
                other_id=event.credit_note_id,
                detail=event.number,
            )
            _found_by(rows, recorded.stream, event.number)
        case issuing.InvoiceDrafted() | issuing.InvoiceImported() | issuing.InvoiceDraftDeleted():
            pass  # begins or ends it
        case _:
            assert_never(event)


# Paid


def _paid(rows: Rows, recorded: Recorded, event: payment.Event) -> None:
    stream = recorded.stream
    match event:
        case payment.PaymentRecorded():
            _waits(rows.one(invoices, stream), 1, event.amount.minor)
            rows.add(
                payments,
                Payment(
                    invoice_id=stream,
                    payment_id=event.payment_id,
                    position=recorded.position,
                    recorded_at=recorded.recorded_at.replace(tzinfo=None),
                    recorded_by=event.recorded_by,
                    amount=event.amount.minor,
                    received_on=event.received_on,
                    returned_on=NEVER,
                    method=event.method.value,
                    reference=event.reference,
                    receipt_id=event.receipt_id,
                    state=payment.State.UNAPPROVED.value,
                    second_review=True,
                ),
            )
        case payment.PaymentApproved():
            row = _decided(rows, recorded, event.payment_id, payment.State.APPROVED, event.approved_by)
            row["second_review"] = event.second_review
        case payment.PaymentRejected():
            _decided(rows, recorded, event.payment_id, payment.State.REJECTED, event.rejected_by)
        case payment.PaymentReturned():
            row = _decided(rows, recorded, event.payment_id, payment.State.RETURNED, event.returned_by)
            row["returned_on"] = event.returned_on
        case payment.PaymentReopened():
            row = _decided(rows, recorded, event.payment_id, payment.State.UNAPPROVED, None)
            row["decided_at"] = None
        case payment.PaymentWithdrawn():
            _decided(rows, recorded, event.payment_id, payment.State.WITHDRAWN, event.withdrawn_by)
        case payment.CollectionMoved():
            rows.all(payments, stream)[event.payment_id,]["credited_to"] = event.collector
        case _:
            assert_never(event)


def _decided(rows: Rows, recorded: Recorded, payment_id: UUID, state: payment.State, by: str | None) -> Row:
    row = rows.all(payments, recorded.stream)[payment_id,]
    waits, waited = (one is payment.State.UNAPPROVED for one in (state, payment.State(row["state"])))
    _waits(rows.one(invoices, recorded.stream), waits - waited, row["amount"])
    row["state"], row["returned_on"] = state.value, NEVER
    row["decided_by"], row["decided_at"] = by, recorded.recorded_at.replace(tzinfo=None)
    return row


def _waits(invoice: Row, more: int, amount: int) -> None:
    """So many more payments of that amount wait: one more, one less or none."""
    invoice["unapproved"] += more
    invoice["waiting"] += more * amount


# Sent, disputed, in collection, money moved


def _marked(rows: Rows, recorded: Recorded, event: Marking) -> None:
    row = rows.one(invoices, recorded.stream)
    match event:
        case following.InvoiceSent():
            row["sent_on"] = min(row["sent_on"], event.sent_on)
            channel = event.channel.value
            _happened(rows, recorded, What.SENT, event.sent_on, other_id=event.message_id, detail=channel)
        case following.InvoiceDisputed():
            row["disputed_on"] = event.disputed_on
            _happened(rows, recorded, What.DISPUTED, event.disputed_on, other_id=event.dispute_id)
        case following.InvoiceDisputeEnded():
            row["disputed_on"] = NEVER
            _happened(rows, recorded, What.DISPUTE_ENDED, event.ended_on, other_id=event.dispute_id)
        case settling.InvoiceCreditMoved():
            _happened(
                rows,
                recorded,
                What.MOVED,
                event.moved_on,
                paid=-event.amount.minor,
                other_id=event.to,
                transfer_id=event.transfer_id,
            )
        case settling.InvoiceCreditReceived():
            _happened(
                rows,
                recorded,
                What.RECEIVED,
                event.received_on,
                paid=event.amount.minor,
                other_id=event.origin,
                transfer_id=event.transfer_id,
            )
        case settling.InvoiceCreditTakenBack():
            _taken_back(rows, recorded, event)
        case settling.InvoiceCreditRefunded():
            paid = -event.amount.minor
            _happened(rows, recorded, What.REFUNDED, event.refunded_on, other_id=event.refund_id, paid=paid)
        case settling.InvoiceTakenIntoCollection():
            row["case_file_id"] = event.case_file_id
            _happened(rows, recorded, What.TAKEN_OVER, event.taken_on, other_id=event.case_file_id)
        case settling.InvoiceSettledInCollection():
            _happened(
                rows,
                recorded,
                What.COLLECTED,
                event.settled_on,
                owed=-event.waived.minor,
                paid=event.paid.minor,
                other_id=event.case_file_id,
            )
        case settling.InvoiceGivenBack():
            row["case_file_id"] = None
            _happened(rows, recorded, What.GIVEN_BACK, event.given_back_on, other_id=event.case_file_id)
        case _:
            assert_never(event)


def _taken_back(rows: Rows, recorded: Recorded, event: settling.InvoiceCreditTakenBack) -> None:
    [moved] = (
        row
        for row in rows.all(happenings, recorded.stream).values()
        if row["transfer_id"] == event.transfer_id and row["what"] != What.TAKEN_BACK
    )
    _happened(
        rows,
        recorded,
        What.TAKEN_BACK,
        event.taken_back_on,
        paid=-moved["paid"],
        other_id=moved["other_id"],
        transfer_id=event.transfer_id,
    )


def _happened(
    rows: Rows,
    recorded: Recorded,
    what: What,
    on: date,
    *,
    owed: int = 0,
    paid: int = 0,
    other_id: UUID | None = None,
    transfer_id: UUID | None = None,
    detail: str | None = None,
) -> None:
    rows.add(
        happenings,
        Happening(
            invoice_id=recorded.stream,
            position=recorded.position,
            what=what.value,
            on_day=on,
            owed=owed,
            paid=paid,
            other_id=other_id,
            transfer_id=transfer_id,
            detail=detail,
        ),
    )


# What it is day by day


def settle(rows: Rows, invoice_id: UUID) -> None:
    """By all that is known of it, the row says what it is; that is what it is today, for no day to come is known."""
    row = rows.one(invoices, invoice_id)
    changes = [*_changes(rows, invoice_id)]
    terms = Terms(*(row[name] for name in Terms.__slots__))
    steps = invoice_steps(terms, changes)
    if row["issued_on"] != NEVER:
        owed = row["payable"] + sum(change.owed for change in changes)
        paid = sum(change.paid for change in changes)
        row["owed"], row["paid"] = settled(owed, paid)
        row["outstanding"], row["credit"] = row["owed"] - row["paid"], paid - row["paid"]
    else:
        row["owed"] = row["payable"]
    if row["voided_on"] != NEVER:
        row["state"], row["outstanding"] = "void", 0
    else:
        row["state"] = steps[-1].state
    recount(rows, row, invoice_id, steps)


def _changes(rows: Rows, invoice_id: UUID) -> Iterator[Change]:
    for row in rows.all(payments, invoice_id).values():
        if row["state"] in {payment.State.APPROVED, payment.State.RETURNED}:
            yield Change(row["received_on"], paid=row["amount"])
        if row["state"] == payment.State.RETURNED:
            yield Change(row["returned_on"], paid=-row["amount"])
    happened = sorted(rows.all(happenings, invoice_id).values(), key=lambda row: row["position"])
    for row in happened:
        yield Change(
            row["on_day"],
            row["owed"],
            row["paid"],
            sent=row["what"] == What.SENT,
            credited=-row["owed"] if row["what"] == What.CREDIT_NOTE else None,
            collection={What.TAKEN_OVER: True, What.GIVEN_BACK: False}.get(row["what"]),
        )
