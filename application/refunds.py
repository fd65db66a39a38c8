"""Credit that is paid back: proposed by whoever works the case file, and decided on by another supervisor."""

from collections.abc import Callable, Sequence
from uuid import UUID

from application.collection import case_file_changes
from application.portfolio import change_case_file, load_case_file
from application.streams import Command, Decision, EventStore, Outcome, Streams, change
from domain.business import BUSINESS, Business
from domain.case_file import CaseFile, Event
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
    return _decide_on_refund(
        store,
        command,
        case_file_id,
        refund_id,
        lambda c, four_eyes: c.approve_refund(refund_id, four_eyes=four_eyes, today=command.today, by=command.actor),
    )


def reject_refund(
    store: EventStore, command: Command, case_file_id: UUID, *, refund_id: UUID, reason: str | None
) -> Outcome:
    return _decide_on_refund(
        store,
        command,
        case_file_id,
        refund_id,
        lambda c, four_eyes: c.reject_refund(refund_id, reason, four_eyes=four_eyes, by=command.actor),
    )


def _decide_on_refund(
    store: EventStore,
    command: Command,
    case_file_id: UUID,
    refund_id: UUID,
    decide: Callable[[CaseFile, bool], Sequence[Event]],
) -> Outcome:
    """Deciding asks the business whether two people are needed."""

    def decided(log: Streams) -> Decision:
        case_file = load_case_file(log, case_file_id, command.actor, command.today)
        business = log.load_or_new(Business(), BUSINESS)
        events = decide(case_file, business.four_eyes)
        return Decision(case_file_changes(log, command, case_file_id, case_file, events), id=refund_id)

    return change(store, command, decided)
