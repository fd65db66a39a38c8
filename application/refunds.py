"""Credit that is paid back: proposed by whoever works the case file, and decided on by another supervisor."""

from uuid import UUID

from application.portfolio import change_by_settings, change_case_file
from application.streams import Command, EventStore, Outcome
from domain.money import Money


def propose_refund(
    store: EventStore, command: Command, case_file_id: UUID, *, refund_id: UUID, amount: Money, reason: str | None
) -> Outcome:
    return change_case_file(
        store,
        command,
        case_file_id,
        lambda c: c.propose_refund(refund_id, amount, reason, today=command.today, by=command.actor),
        made=refund_id,
    )


def withdraw_refund(
    store: EventStore, command: Command, case_file_id: UUID, *, refund_id: UUID, reason: str | None
) -> Outcome:
    return change_case_file(
        store,
        command,
        case_file_id,
        lambda c: c.withdraw_refund(refund_id, reason, by=command.actor),
        made=refund_id,
    )


def approve_refund(store: EventStore, command: Command, case_file_id: UUID, *, refund_id: UUID) -> Outcome:
    return change_by_settings(
        store,
        command,
        case_file_id,
        lambda c, business: c.approve_refund(
            refund_id, four_eyes=business.four_eyes, today=command.today, by=command.actor
        ),
        made=refund_id,
    )


def reject_refund(
    store: EventStore, command: Command, case_file_id: UUID, *, refund_id: UUID, reason: str | None
) -> Outcome:
    return change_by_settings(
        store,
        command,
        case_file_id,
        lambda c, business: c.reject_refund(refund_id, reason, four_eyes=business.four_eyes, by=command.actor),
        made=refund_id,
    )
