"""Credit of a case file or an invoice that is paid back: proposed by whoever works it, decided on by a supervisor."""

from uuid import UUID

from application.either_debt import Debt, decide_on
from application.streams import Command, EventStore, Outcome
from domain.money import Money


def propose_refund(
    store: EventStore,
    command: Command,
    debt: Debt,
    debt_id: UUID,
    *,
    refund_id: UUID,
    amount: Money,
    reason: str | None,
) -> Outcome:
    return decide_on(
        store,
        command,
        debt,
        debt_id,
        lambda d, _: d.propose_refund(refund_id, amount, reason, today=command.today, by=command.actor),
        made=refund_id,
    )


def withdraw_refund(
    store: EventStore, command: Command, debt: Debt, debt_id: UUID, *, refund_id: UUID, reason: str | None
) -> Outcome:
    return decide_on(
        store,
        command,
        debt,
        debt_id,
        lambda d, _: d.withdraw_refund(refund_id, reason, by=command.actor),
        made=refund_id,
    )


def approve_refund(store: EventStore, command: Command, debt: Debt, debt_id: UUID, *, refund_id: UUID) -> Outcome:
    return decide_on(
        store,
        command,
        debt,
        debt_id,
        lambda d, business: d.approve_refund(
            refund_id, four_eyes=business.four_eyes, today=command.today, by=command.actor
        ),
        made=refund_id,
    )


def reject_refund(
    store: EventStore, command: Command, debt: Debt, debt_id: UUID, *, refund_id: UUID, reason: str | None
) -> Outcome:
    return decide_on(
        store,
        command,
        debt,
        debt_id,
        lambda d, business: d.reject_refund(refund_id, reason, four_eyes=business.four_eyes, by=command.actor),
        made=refund_id,
    )
