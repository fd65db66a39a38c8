"""Invoices in collection: what happens to a case file that took some over happens to them in the same append."""

from collections.abc import Sequence
from datetime import date
from functools import reduce
from uuid import UUID, uuid5

from application.streams import Change, Command, Streams
from domain import payments
from domain.case_file import CaseFile, Event
from domain.case_file.debt import Item
from domain.case_file.progress import CaseFileClosed, ClosingReason
from domain.invoice import Event as InvoiceEvent
from domain.invoice import Invoice
from domain.personal import reason


def case_file_changes(
    log: Streams, command: Command, case_file_id: UUID, case_file: CaseFile, events: Sequence[Event]
) -> list[Change]:
    """These events of the case file, and what follows from each for the invoices it took over."""
    changes = [Change(case_file_id, events, case_file.debtor_id)]
    invoices: dict[UUID, Invoice] = {}
    by_invoice: dict[UUID, list[InvoiceEvent]] = {}
    for event in events:
        on, before = _settled_on(case_file, event, command.today), case_file.invoice_shares
        case_file = case_file.evolve(event)
        withdrawn = isinstance(event, CaseFileClosed) and event.closed_for is ClosingReason.WITHDRAWN
        for invoice_id, share in case_file.invoice_shares.items():
            if share == before.get(invoice_id) and not withdrawn:
                continue
            invoice = invoices.get(invoice_id) or log.load(Invoice(), invoice_id)
            follows = invoice.settle_in_collection(case_file_id, share.paid, share.waived, on=on)
            if withdrawn:
                follows += invoice.give_back(case_file_id, on=command.today)
            invoices[invoice_id] = reduce(Invoice.evolve, follows, invoice)
            by_invoice.setdefault(invoice_id, []).extend(follows)
    return [
        *changes,
        *(Change(one, follows, invoices[one].client_id) for one, follows in by_invoice.items() if follows),
    ]


def _settled_on(case_file: CaseFile, event: Event, today: date) -> date:
    """The business day on which an event moves money; what moves none but changes whose it is does so today."""
    match event:
        case payments.PaymentApproved() | payments.PaymentReopened():
            return case_file.ledger.payments[event.payment_id].received_on
        case payments.PaymentReturned():
            return event.returned_on
        case _:
            return today


def as_item(invoice_id: UUID, invoice: Invoice) -> Item:
    """What a case file takes over of it."""
    return Item(invoice.number, invoice.issued_on, invoice.due_on, invoice.outstanding, invoice_id)


def owed_otherwise(
    log: Streams, command: Command, invoice_id: UUID, before: Invoice, after: Invoice, why: str | None
) -> list[Change]:
    """Money that was on an invoice before it was taken over is gone, or back: its case file is owed as much."""
    case_file_id = after.settlement.in_collection
    more = after.outstanding - before.outstanding
    if case_file_id is None or not more:
        return []
    case_file = log.load(CaseFile(), case_file_id)
    if more.amount > 0:
        item = Item(after.number, after.issued_on, after.due_on, more, invoice_id)
        events = case_file.owe_more(item, today=command.today)
    else:
        adjustment_id = uuid5(command.id, f"owed {invoice_id}")
        events = case_file.owe_less(adjustment_id, invoice_id, -more, reason(why), today=command.today)
    return case_file_changes(log, command, case_file_id, case_file, events)
