"""One invoice with what happened to it: its payments, credit notes, money moved, how it was sent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import Connection, select

from domain.money import Money
from domain.people import Actor
from projections.invoices.listing import InvoiceLine, find_invoice
from projections.invoices.payments import InvoicePayment, payments_of_invoice
from projections.invoices.steps import What
from projections.invoices.tables import REFUNDS, happenings, invoices
from projections.refunding import RefundLine


@dataclass(frozen=True, slots=True)
class Sending:
    """`message_id` is the message that took it; none where somebody marked it as sent."""

    channel: str
    sent_on: date
    message_id: UUID | None


@dataclass(frozen=True, slots=True)
class CreditNote:
    id: UUID
    number: str
    issued_on: date
    amount: Money


@dataclass(frozen=True, slots=True)
class Transfer:
    """Money moved here from another invoice or, below zero, to it. What was taken back is not here."""

    id: UUID
    invoice_id: UUID
    invoice: str
    moved_on: date
    amount: Money


@dataclass(frozen=True, slots=True)
class CollectedPart:
    """What a case file that took the invoice over paid of it and gave up by now, and until when it had it."""

    case_file_id: UUID
    taken_on: date
    given_back_on: date | None
    paid: Money
    waived: Money


@dataclass(frozen=True, slots=True)
class InvoiceDetail:
    line: InvoiceLine
    sent: Sequence[Sending]
    payments: Sequence[InvoicePayment]
    credit_notes: Sequence[CreditNote]
    transfers: Sequence[Transfer]
    collected: Sequence[CollectedPart]
    refunds: Sequence[RefundLine]


@dataclass(frozen=True, slots=True)
class Happening:
    """A row of `happenings`."""

    what: What
    on: date
    owed: Money
    paid: Money
    other_id: UUID | None
    transfer_id: UUID | None
    detail: str | None


def invoice_detail(db: Connection, viewer: Actor, today: date, invoice_id: UUID) -> InvoiceDetail | None:
    """None where there is no such invoice, or it is not this person's to see."""
    line = find_invoice(db, viewer, today, invoice_id)
    if line is None:
        return None
    happened = _happenings(db, invoice_id, line.payable.currency)
    return InvoiceDetail(
        line=line,
        sent=[Sending(one.detail or "", one.on, one.other_id) for one in happened if one.what is What.SENT],
        payments=payments_of_invoice(db, invoice_id),
        credit_notes=[
            CreditNote(one.other_id, one.detail or "", one.on, -one.owed)
            for one in happened
            if one.what is What.CREDIT_NOTE and one.other_id is not None
        ],
        transfers=_transfers(db, happened),
        collected=_collected(happened, line.payable.currency),
        refunds=REFUNDS.lines(db, [invoice_id]).get(invoice_id, ()),
    )


def invoice_numbers(db: Connection, invoice_ids: Sequence[UUID]) -> Mapping[UUID, str]:
    """Of those that have one."""
    found = db.execute(
        select(invoices.c.invoice_id, invoices.c.number).where(
            invoices.c.invoice_id.in_(invoice_ids), invoices.c.number.is_not(None)
        )
    )
    return {row.invoice_id: row.number for row in found}


def _happenings(db: Connection, invoice_id: UUID, currency: str) -> Sequence[Happening]:
    found = db.execute(select(happenings).where(happenings.c.invoice_id == invoice_id).order_by(happenings.c.position))
    return [
        Happening(
            what=What(row.what),
            on=row.on_day,
            owed=Money.of_minor(row.owed, currency),
            paid=Money.of_minor(row.paid, currency),
            other_id=row.other_id,
            transfer_id=row.transfer_id,
            detail=row.detail,
        )
        for row in found
    ]


def _transfers(db: Connection, happened: Sequence[Happening]) -> Sequence[Transfer]:
    """The one at the other end is the same client's, so whoever sees this one sees it too."""
    gone = {one.transfer_id for one in happened if one.what is What.TAKEN_BACK}
    there = [
        (one.transfer_id, one.other_id, one)
        for one in happened
        if one.what in {What.MOVED, What.RECEIVED} and one.transfer_id not in gone
    ]
    numbers = invoice_numbers(db, [other_id for _, other_id, _ in there if other_id is not None])
    return [
        Transfer(transfer_id, other_id, numbers[other_id], one.on, one.paid)
        for transfer_id, other_id, one in there
        if transfer_id is not None and other_id is not None
    ]


def _collected(happened: Sequence[Happening], currency: str) -> Sequence[CollectedPart]:
    """By case file. What one that had it before still gets counts for that one."""
    taken = {one.other_id: one.on for one in happened if one.what is What.TAKEN_OVER}
    given_back = {one.other_id: one.on for one in happened if one.what is What.GIVEN_BACK}
    nothing = Money.zero(currency)
    return [
        CollectedPart(
            case_file_id,
            on,
            given_back.get(case_file_id),
            sum((one.paid for one in happened if _settles(one, case_file_id)), nothing),
            sum((-one.owed for one in happened if _settles(one, case_file_id)), nothing),
        )
        for case_file_id, on in taken.items()
        if case_file_id is not None
    ]


def _settles(one: Happening, case_file_id: UUID) -> bool:
    return one.what is What.COLLECTED and one.other_id == case_file_id
