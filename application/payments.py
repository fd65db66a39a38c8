"""Payments towards a case file, and the decisions on them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from application.portfolio import change_by_settings, check_user, load_case_file
from application.streams import Change, Claim, Command, Decision, EventStore, Outcome, Streams, change
from domain.payments import Ledger, NewPayment
from domain.personal import optional_reference_text

REFERENCE = "payment reference"
"""Held by the payment's id."""


def record_payment(
    store: EventStore,
    command: Command,
    case_file_id: UUID,
    *,
    payment_id: UUID,
    payment: NewPayment,
    ask_first: bool = False,
) -> Outcome:
    """Whoever asks first is told what is doubtful about it, and nothing is recorded then."""

    def decide(log: Streams) -> Decision:
        recorded, claims = recorded_on_case_file(log, command, case_file_id, payment_id, payment, ask_first=ask_first)
        return Decision([recorded], claims, payment_id)

    return change(store, command, decide)


def recorded_on_case_file(
    log: Streams,
    command: Command,
    case_file_id: UUID,
    payment_id: UUID,
    payment: NewPayment,
    *,
    ask_first: bool = False,
) -> tuple[Change, Sequence[Claim]]:
    case_file, told = load_case_file(log, case_file_id, command.actor, command.today), taken_by_user(log, payment)
    events = case_file.record_payment(payment_id, told, ask_first=ask_first, today=command.today, by=command.actor)
    return Change(case_file_id, events, case_file.debtor_id), claims_of(payment_id, payment)


def taken_by_user(log: Streams, payment: NewPayment) -> NewPayment:
    """Whoever took the money counts as its recorder, so that must be somebody who is known here."""
    if payment.collected_by is None:
        return payment
    name = payment.collected_by.strip().casefold()
    check_user(log, name, "collected_by")
    return replace(payment, collected_by=name)


def claims_of(payment_id: UUID, payment: NewPayment) -> Sequence[Claim]:
    known_as = optional_reference_text(payment.reference)
    return [Claim(REFERENCE, known_as, payment_id)] if known_as else []


def withdraw_payment(
    store: EventStore, command: Command, case_file_id: UUID, *, payment_id: UUID, reason: str | None
) -> Outcome:
    """Its reference may then be given to another."""

    def decide(log: Streams) -> Decision:
        case_file = load_case_file(log, case_file_id, command.actor, command.today)
        events = case_file.withdraw_payment(payment_id, reason, by=command.actor)
        changes = [Change(case_file_id, events, case_file.debtor_id)]
        return Decision(changes, id=payment_id, released=reference_of(case_file.ledger, payment_id))

    return change(store, command, decide)


def reference_of(ledger: Ledger, payment_id: UUID) -> Sequence[Claim]:
    known_as = ledger.payments[payment_id].reference
    return [Claim(REFERENCE, known_as, payment_id)] if known_as else []


def approve_payment(
    store: EventStore, command: Command, case_file_id: UUID, *, payment_id: UUID, overpayment: bool = False
) -> Outcome:
    """`overpayment`: it may be more than what is owed, though who recorded it did not say so."""
    return change_by_settings(
        store,
        command,
        case_file_id,
        lambda c, business: c.approve_payment(
            payment_id, four_eyes=business.four_eyes, overpayment=overpayment, by=command.actor
        ),
        made=payment_id,
    )


def reject_payment(
    store: EventStore, command: Command, case_file_id: UUID, *, payment_id: UUID, reason: str | None
) -> Outcome:
    return change_by_settings(
        store,
        command,
        case_file_id,
        lambda c, business: c.reject_payment(payment_id, reason, four_eyes=business.four_eyes, by=command.actor),
        made=payment_id,
    )


def return_payment(
    store: EventStore,
    command: Command,
    case_file_id: UUID,
    *,
    payment_id: UUID,
    returned_on: date,
    reason: str | None,
) -> Outcome:
    return change_by_settings(
        store,
        command,
        case_file_id,
        lambda c, business: c.return_payment(
            payment_id, returned_on, reason, four_eyes=business.four_eyes, today=command.today, by=command.actor
        ),
        made=payment_id,
    )


def reopen_payment(
    store: EventStore, command: Command, case_file_id: UUID, *, payment_id: UUID, reason: str | None
) -> Outcome:
    return change_by_settings(
        store,
        command,
        case_file_id,
        lambda c, business: c.reopen_payment(payment_id, reason, four_eyes=business.four_eyes, by=command.actor),
        made=payment_id,
    )


def move_collection(
    store: EventStore, command: Command, case_file_id: UUID, *, payment_id: UUID, collector: str, reason: str | None
) -> Outcome:
    """Whose collection it counts as; the money stays where it is."""

    def decide(log: Streams) -> Decision:
        case_file = load_case_file(log, case_file_id, command.actor, command.today)
        check_user(log, collector)
        events = case_file.move_collection(payment_id, collector, reason, by=command.actor)
        return Decision([Change(case_file_id, events, case_file.debtor_id)], id=payment_id)

    return change(store, command, decide)
