"""What is owed on a case file: items, costs, interest, adjustments, the payment plan, credit.

What changes the debt is done where a supervisor gives the command, and within the limit that the business has set; else
it is proposed, with the id that the change would have, for another supervisor to decide on.
"""

from collections.abc import Sequence
from datetime import date
from uuid import UUID, uuid5

from application.collection import case_file_changes
from application.portfolio import change_by_settings, change_case_file, load_case_file
from application.streams import Command, Decision, EventStore, Outcome, Streams, change
from domain.case_file.debt import AdjustmentKind, Item, Part
from domain.case_file.schedule import Instalment
from domain.errors import Invalid
from domain.money import Money


class CreditStays(Invalid):
    title = "Credit moves to another case file; what goes back to the payer is proposed as a refund"


def add_items(
    store: EventStore, command: Command, case_file_id: UUID, *, items: Sequence[Item], despite: str | None = None
) -> Outcome:
    """`despite`: why a supervisor adds to the debt though it is disputed or in insolvency."""
    proposal_id = uuid5(command.id, "proposal")
    return change_by_settings(
        store,
        command,
        case_file_id,
        lambda c, business: c.add_items(
            proposal_id,
            items,
            despite=despite,
            alone_up_to=business.charge_limit(c.debt.currency),
            today=command.today,
            by=command.actor,
        ),
        made=proposal_id,
    )


def charge(
    store: EventStore,
    command: Command,
    case_file_id: UUID,
    part: Part,
    *,
    charge_id: UUID,
    amount: Money,
    charged_on: date,
    concept: str | None = None,
    despite: str | None = None,
    ask_first: bool = False,
) -> Outcome:
    """A cost, or interest."""
    return change_by_settings(
        store,
        command,
        case_file_id,
        lambda c, business: (c.charge_cost if part is Part.COSTS else c.charge_interest)(
            charge_id,
            amount,
            charged_on,
            concept,
            despite=despite,
            alone_up_to=business.charge_limit(c.debt.currency),
            ask_first=ask_first,
            today=command.today,
            by=command.actor,
        ),
        made=charge_id,
    )


def adjust_debt(
    store: EventStore,
    command: Command,
    case_file_id: UUID,
    *,
    adjustment_id: UUID,
    kind: AdjustmentKind,
    part: Part,
    amount: Money,
    adjusted_on: date,
    reason: str | None,
) -> Outcome:
    return change_by_settings(
        store,
        command,
        case_file_id,
        lambda c, business: c.adjust_debt(
            adjustment_id,
            kind,
            part,
            amount,
            adjusted_on,
            reason,
            alone_up_to=business.charge_limit(c.debt.currency),
            today=command.today,
            by=command.actor,
        ),
        made=adjustment_id,
    )


def approve_proposal(
    store: EventStore, command: Command, case_file_id: UUID, *, proposal_id: UUID, despite: str | None = None
) -> Outcome:
    return change_by_settings(
        store,
        command,
        case_file_id,
        lambda c, business: c.approve_proposal(
            proposal_id, despite=despite, four_eyes=business.four_eyes, today=command.today, by=command.actor
        ),
        made=proposal_id,
    )


def reject_proposal(
    store: EventStore, command: Command, case_file_id: UUID, *, proposal_id: UUID, reason: str | None
) -> Outcome:
    return change_by_settings(
        store,
        command,
        case_file_id,
        lambda c, business: c.reject_proposal(proposal_id, reason, four_eyes=business.four_eyes, by=command.actor),
        made=proposal_id,
    )


def withdraw_proposal(store: EventStore, command: Command, case_file_id: UUID, *, proposal_id: UUID) -> Outcome:
    return change_case_file(
        store,
        command,
        case_file_id,
        lambda c: c.withdraw_proposal(proposal_id, by=command.actor),
        made=proposal_id,
    )


def change_allocation_order(
    store: EventStore, command: Command, case_file_id: UUID, *, order: Sequence[Part], reason: str | None
) -> Outcome:
    return change_case_file(
        store, command, case_file_id, lambda c: c.change_allocation_order(order, reason, by=command.actor)
    )


def agree_plan(
    store: EventStore, command: Command, case_file_id: UUID, *, plan_id: UUID, instalments: Sequence[Instalment]
) -> Outcome:
    return change_case_file(
        store,
        command,
        case_file_id,
        lambda c: c.agree_plan(plan_id, instalments, today=command.today, by=command.actor),
        made=plan_id,
    )


def end_plan(store: EventStore, command: Command, case_file_id: UUID, *, reason: str | None) -> Outcome:
    return change_case_file(
        store, command, case_file_id, lambda c: c.end_plan(reason, today=command.today, by=command.actor)
    )


def move_credit(
    store: EventStore,
    command: Command,
    case_file_id: UUID,
    *,
    credit_id: UUID,
    amount: Money,
    to: UUID,
    reason: str | None,
) -> Outcome:
    """Both case files change at once, or neither."""
    today, by = command.today, command.actor
    if to == case_file_id:
        raise CreditStays(field="to")

    def decide(log: Streams) -> Decision:
        case_file = load_case_file(log, case_file_id, by, today)
        moved = case_file.move_credit(credit_id, amount, to, reason, today=today, by=by)
        other = load_case_file(log, to, by, today)
        received = other.receive_credit(credit_id, amount, case_file_id, today=today, by=by)
        changes = case_file_changes(log, command, case_file_id, case_file, moved)
        changes += case_file_changes(log, command, to, other, received)
        return Decision(changes, id=credit_id)

    return change(store, command, decide)
