"""A client's account between two days, transaction by transaction, as the events of its invoices tell it.

A statement is of business days, as known now: a payment stands on the day it was received, once it is approved.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import cache
from uuid import UUID

from application.streams import EventStore
from domain.events import Recorded
from domain.invoice import Invoice
from domain.invoice.issuing import CreditNoteIssued, InvoiceImported, InvoiceIssued, InvoiceVoided
from domain.invoice.settling import (
    InvoiceCreditReceived,
    InvoiceCreditRefunded,
    InvoiceCreditTakenBack,
    InvoiceSettledInCollection,
)
from domain.money import Money, total
from domain.payment_reference import payment_reference
from domain.payments import (
    Method,
    PaymentApproved,
    PaymentRecorded,
    PaymentReopened,
    PaymentReturned,
)


class Kind(StrEnum):
    """By a case file: from `COLLECTED` on."""

    INVOICE = "invoice"
    VOID = "void"
    CREDIT_NOTE = "credit_note"
    PAYMENT = "payment"
    RETURN = "return"
    REFUND = "refund"
    TRANSFER = "transfer"
    TRANSFER_BACK = "transfer_back"
    COLLECTED = "collected"
    RETURNED_COLLECTED = "returned_collected"
    WAIVED = "waived"


@dataclass(frozen=True, slots=True)
class Transaction:
    """`owed` is what it adds to what is owed; below zero it takes off. `number` is the invoice's.

    `position` is where the log has it: those of one day are told in the order in which they happened.

    `other` is the number of the credit note, or of the invoice that money came from; what is only moved adds nothing,
    and `moved` is how much that was. An invoice is paid under its payment `reference`.
    """

    on: date
    position: int
    kind: Kind
    number: str
    owed: Money
    other: str = ""
    due_on: date | None = None
    method: Method | None = None
    moved: Money | None = None
    reference: str | None = None


@dataclass(frozen=True, slots=True)
class Account:
    """In one currency. What is owed at the end of the day before, and at the end of the last day."""

    opening: Money
    transactions: Sequence[Transaction]
    closing: Money


def statement(store: EventStore, invoice_ids: Collection[UUID], from_day: date, to_day: date) -> Sequence[Account]:
    """Both days included; an account for each currency that something was ever invoiced in until then."""

    def number_of(invoice_id: UUID) -> str:
        return store.load(Invoice(), invoice_id)[0].number

    @cache
    def returning(case_file_id: UUID) -> Collection[UUID]:
        """The commands by which a payment of a case file came back."""
        history = store.history(case_file_id)
        return {recorded.command_id for recorded in history if isinstance(recorded.event, PaymentReturned)}

    known = [
        one
        for invoice_id in invoice_ids
        for one in _transactions(invoice_id, store.history(invoice_id), number_of, returning)
        if one.on <= to_day
    ]
    known.sort(key=lambda one: (one.on, one.position))
    return [
        _account([one for one in known if one.owed.currency == currency], currency, from_day)
        for currency in sorted({one.owed.currency for one in known})
    ]


def _account(known: Sequence[Transaction], currency: str, from_day: date) -> Account:
    opening = total((one.owed for one in known if one.on < from_day), currency)
    return Account(opening, [one for one in known if one.on >= from_day], total((one.owed for one in known), currency))


def _transactions(
    invoice_id: UUID,
    history: Sequence[Recorded],
    number_of: Callable[[UUID], str],
    returning: Callable[[UUID], Collection[UUID]],
) -> Sequence[Transaction]:
    """Of one invoice, in no order."""
    events = [recorded.event for recorded in history]
    issued = next((one for one in events if isinstance(one, InvoiceIssued | InvoiceImported)), None)
    if issued is None:
        return []
    number, reference = issued.number, payment_reference(invoice_id)
    found: list[Transaction] = []
    received: dict[UUID, InvoiceCreditReceived] = {}
    for recorded in history:
        event, at = recorded.event, recorded.position
        match event:
            case InvoiceIssued() | InvoiceImported():
                owed, due_on = event.payable, event.due_on
                found.append(
                    Transaction(event.issued_on, at, Kind.INVOICE, number, owed, due_on=due_on, reference=reference)
                )
            case CreditNoteIssued():
                found.append(
                    Transaction(event.issued_on, at, Kind.CREDIT_NOTE, number, -event.payable, other=event.number)
                )
            case InvoiceVoided() if all(one.kind is not Kind.VOID for one in found):  # once it could be voided twice
                given_up = (one.waived for one in events if isinstance(one, InvoiceSettledInCollection))
                left = issued.payable - total(given_up, issued.currency)
                found.append(Transaction(event.voided_on, at, Kind.VOID, number, -left))
            case InvoiceCreditRefunded():
                found.append(Transaction(event.refunded_on, at, Kind.REFUND, number, event.amount))
            case InvoiceCreditReceived():
                received[event.transfer_id] = event
                found.append(_moved(event, at, Kind.TRANSFER, number, event.received_on, number_of))
            case InvoiceCreditTakenBack() if event.transfer_id in received:
                back = received[event.transfer_id]
                found.append(_moved(back, at, Kind.TRANSFER_BACK, number, event.taken_back_on, number_of))
            case _:
                pass
    return [*found, *_payments(history, number), *_collected(history, number, issued.currency, returning)]


def _moved(
    event: InvoiceCreditReceived, at: int, kind: Kind, number: str, on: date, number_of: Callable[[UUID], str]
) -> Transaction:
    """From one invoice of the client to another of the same: told once, by the one that receives it."""
    nothing = Money.zero(event.amount.currency)
    return Transaction(on, at, kind, number, nothing, other=number_of(event.origin), moved=event.amount)


def _payments(history: Sequence[Recorded], number: str) -> Sequence[Transaction]:
    """Those approved, and what came back of them."""
    made: dict[UUID, Transaction] = {}
    approved: dict[UUID, Sequence[Transaction]] = {}
    for recorded in history:
        event, at = recorded.event, recorded.position
        match event:
            case PaymentRecorded(payment_id=id_, amount=paid, received_on=on, method=method):
                made[id_] = Transaction(on, at, Kind.PAYMENT, number, -paid, method=method)
            case PaymentApproved(payment_id=id_):
                approved[id_] = [made[id_]]
            case PaymentReturned(payment_id=id_, returned_on=on):
                back = replace(made[id_], on=on, position=at, kind=Kind.RETURN, owed=-made[id_].owed)
                approved[id_] = [made[id_], back]
            case PaymentReopened(payment_id=id_):
                approved.pop(id_, None)
            case _:
                pass
    return [one for lines in approved.values() for one in lines]


def _collected(
    history: Sequence[Recorded], number: str, currency: str, returning: Callable[[UUID], Collection[UUID]]
) -> Sequence[Transaction]:
    """What its case file told it day by day: where that was undone, nothing; where a payment came back, both."""
    nothing = Money.zero(currency)
    owed_on: dict[tuple[date, Kind], Transaction] = {}
    for recorded in history:
        event = recorded.event
        if isinstance(event, InvoiceSettledInCollection):
            came_back = event.paid.amount < 0 and recorded.command_id in returning(event.case_file_id)
            paid = Kind.RETURNED_COLLECTED if came_back else Kind.COLLECTED
            for kind, amount in ((paid, event.paid), (Kind.WAIVED, event.waived)):
                first = Transaction(event.settled_on, recorded.position, kind, number, nothing)
                charge = owed_on.get((event.settled_on, kind), first)
                owed_on[event.settled_on, kind] = replace(charge, owed=charge.owed - amount)
    return [one for one in owed_on.values() if one.owed]
