"""Payments towards a case file or an invoice, and the decisions on them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from application.either_debt import Debt, changed, decide_on, load_debt
from application.portfolio import check_works, load_case_file
from application.streams import Change, Claim, Command, Decision, EventStore, Outcome, Streams, change
from domain.business import BUSINESS, Business
from domain.client import Client
from domain.errors import Invalid
from domain.invoice import Invoice
from domain.payments import NewPayment, PaidTo
from domain.personal import optional_reference_text

REFERENCE = "payment reference"
"""Held by the payment's id."""


class PaidToUs(Invalid):
    title = "What is invoiced is paid to us"


def record_payment(
    store: EventStore,
    command: Command,
    debt: Debt,
    debt_id: UUID,
    *,
    payment_id: UUID,
    payment: NewPayment,
    ask_first: bool = False,
) -> Outcome:
    """Whoever asks first is told what is doubtful about it, and nothing is recorded then."""

    def decide(log: Streams) -> Decision:
        recording, claims = recorded(log, command, debt, debt_id, payment_id, payment, ask_first=ask_first)
        return Decision([recording], claims, payment_id)

    return change(store, command, decide)


def recorded(
    log: Streams,
    command: Command,
    debt: Debt,
    debt_id: UUID,
    payment_id: UUID,
    payment: NewPayment,
    *,
    ask_first: bool = False,
) -> tuple[Change, Sequence[Claim]]:
    if debt is Invoice and payment.paid_to is not PaidTo.US:
        raise PaidToUs(field="paid_to")
    of, taken = load_debt(log, debt, debt_id, command), _taken_by_user(log, payment)
    events = of.record_payment(payment_id, taken, ask_first=ask_first, today=command.today, by=command.actor)
    return changed(debt_id, of, events), _claims(payment_id, optional_reference_text(payment.reference))


def _taken_by_user(log: Streams, payment: NewPayment) -> NewPayment:
    """Whoever took the money counts as its recorder, so that must be somebody who is known here."""
    if payment.collected_by is None:
        return payment
    name = payment.collected_by.strip().casefold()
    check_works(log, name, "collected_by")
    return replace(payment, collected_by=name)


def _claims(payment_id: UUID, known_as: str | None) -> Sequence[Claim]:
    return [Claim(REFERENCE, known_as, payment_id)] if known_as else []


def withdraw_payment(
    store: EventStore, command: Command, debt: Debt, debt_id: UUID, *, payment_id: UUID, reason: str | None
) -> Outcome:
    """Its reference may then be given to another. Whoever recorded it may, though others work the debt by now."""

    def decide(log: Streams) -> Decision:
        of = log.load(debt(), debt_id)
        payment = of.ledger.payments.get(payment_id)
        if payment is None or command.actor.name not in payment.recorders:
            of = load_debt(log, debt, debt_id, command)
        events = of.withdraw_payment(payment_id, reason, by=command.actor)
        released = _claims(payment_id, of.ledger.payments[payment_id].reference)
        return Decision([changed(debt_id, of, events)], id=payment_id, released=released)

    return change(store, command, decide)


def approve_payment(
    store: EventStore, command: Command, debt: Debt, debt_id: UUID, *, payment_id: UUID, overpayment: bool = False
) -> Outcome:
    """`overpayment`: it may be more than what is owed, though who recorded it did not say so."""
    return decide_on(
        store,
        command,
        debt,
        debt_id,
        lambda d, business: d.approve_payment(
            payment_id, four_eyes=business.four_eyes, overpayment=overpayment, by=command.actor
        ),
        made=payment_id,
    )


def reject_payment(
    store: EventStore, command: Command, debt: Debt, debt_id: UUID, *, payment_id: UUID, reason: str | None
) -> Outcome:
    return decide_on(
        store,
        command,
        debt,
        debt_id,
        lambda d, business: d.reject_payment(payment_id, reason, four_eyes=business.four_eyes, by=command.actor),
        made=payment_id,
    )


def return_payment(
    store: EventStore,
    command: Command,
    debt: Debt,
    debt_id: UUID,
    *,
    payment_id: UUID,
    returned_on: date,
    reason: str | None,
) -> Outcome:
    return decide_on(
        store,
        command,
        debt,
        debt_id,
        lambda d, business: d.return_payment(
            payment_id, returned_on, reason, four_eyes=business.four_eyes, today=command.today, by=command.actor
        ),
        made=payment_id,
        on=returned_on,
        reason=reason,
    )


def reopen_payment(
    store: EventStore, command: Command, debt: Debt, debt_id: UUID, *, payment_id: UUID, reason: str | None
) -> Outcome:
    return decide_on(
        store,
        command,
        debt,
        debt_id,
        lambda d, business: d.reopen_payment(payment_id, reason, four_eyes=business.four_eyes, by=command.actor),
        made=payment_id,
    )


def move_collection(
    store: EventStore, command: Command, case_file_id: UUID, *, payment_id: UUID, collector: str, reason: str | None
) -> Outcome:
    """Whose collection it counts as; the money stays where it is."""

    def decide(log: Streams) -> Decision:
        case_file = load_case_file(log, case_file_id, command.actor, command.today)
        check_works(log, collector)
        debtor, business = log.load(Client(), case_file.debtor_id), log.load_or_new(Business(), BUSINESS)
        events = case_file.move_collection(
            payment_id,
            collector,
            reason,
            held_by=lambda day: case_file.held_by(day) or debtor.held_by(day),
            four_eyes=business.four_eyes,
            by=command.actor,
        )
        return Decision([Change(case_file_id, events, case_file.debtor_id)], id=payment_id)

    return change(store, command, decide)
