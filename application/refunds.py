"""Credit of a case file or an invoice that is paid back: proposed by whoever works it, decided on by a supervisor."""

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias
from uuid import UUID

from application.collection import case_file_changes
from application.invoices import load_invoice
from application.portfolio import load_case_file
from application.streams import Change, Command, Decision, EventStore, Outcome, Streams, change
from domain.business import BUSINESS, Business
from domain.case_file import CaseFile
from domain.invoice import Invoice
from domain.money import Money

Debt: TypeAlias = type[CaseFile] | type[Invoice]
"""What there is credit on."""


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
    return _change(
        store,
        command,
        debt,
        debt_id,
        refund_id,
        lambda d, _: d.propose_refund(refund_id, amount, reason, today=command.today, by=command.actor),
    )


def withdraw_refund(
    store: EventStore, command: Command, debt: Debt, debt_id: UUID, *, refund_id: UUID, reason: str | None
) -> Outcome:
    return _change(
        store, command, debt, debt_id, refund_id, lambda d, _: d.withdraw_refund(refund_id, reason, by=command.actor)
    )


def approve_refund(store: EventStore, command: Command, debt: Debt, debt_id: UUID, *, refund_id: UUID) -> Outcome:
    return _change(
        store,
        command,
        debt,
        debt_id,
        refund_id,
        lambda d, business: d.approve_refund(
            refund_id, four_eyes=business.four_eyes, today=command.today, by=command.actor
        ),
    )


def reject_refund(
    store: EventStore, command: Command, debt: Debt, debt_id: UUID, *, refund_id: UUID, reason: str | None
) -> Outcome:
    return _change(
        store,
        command,
        debt,
        debt_id,
        refund_id,
        lambda d, business: d.reject_refund(refund_id, reason, four_eyes=business.four_eyes, by=command.actor),
    )


def _change(
    store: EventStore,
    command: Command,
    debt: Debt,
    debt_id: UUID,
    refund_id: UUID,
    decide: Callable[[CaseFile | Invoice, Business], Sequence[Any]],
) -> Outcome:
    """Whether two people are needed, the business says. Each kind of debt decides on events of its own."""

    def decided(log: Streams) -> Decision:
        business = log.load_or_new(Business(), BUSINESS)
        if debt is Invoice:
            of = load_invoice(log, debt_id, command)
            return Decision([Change(debt_id, decide(of, business), of.client_id)], id=refund_id)
        file = load_case_file(log, debt_id, command.actor, command.today)
        return Decision(case_file_changes(log, command, debt_id, file, decide(file, business)), id=refund_id)

    return change(store, command, decided)
