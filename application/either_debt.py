"""A case file or an invoice, in what is done with both alike: what is paid towards it, what is paid back of it."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, TypeAlias
from uuid import UUID

from application.collection import case_file_changes
from application.invoice_credit import ChangedInvoices
from application.invoices import load_invoice
from application.portfolio import load_case_file
from application.streams import Change, Command, Decision, EventStore, Outcome, Streams, change
from domain.business import BUSINESS, Business
from domain.case_file import CaseFile
from domain.invoice import Invoice

Debt: TypeAlias = type[CaseFile] | type[Invoice]


def load_debt(log: Streams, debt: Debt, debt_id: UUID, command: Command) -> CaseFile | Invoice:
    """If this person works on it."""
    if debt is Invoice:
        return load_invoice(log, debt_id, command)
    return load_case_file(log, debt_id, command.actor, command.today)


def changed(debt_id: UUID, debt: CaseFile | Invoice, events: Sequence[Any]) -> Change:
    """Each kind of debt decides on events of its own."""
    return Change(debt_id, events, debt.client_id if isinstance(debt, Invoice) else debt.debtor_id)


def decide_on(
    store: EventStore,
    command: Command,
    debt: Debt,
    debt_id: UUID,
    decide: Callable[[CaseFile | Invoice, Business], Sequence[Any]],
    *,
    made: UUID,
    on: date | None = None,
    reason: str | None = None,
) -> Outcome:
    """With what follows from it for others: invoices in collection, and money that was moved from an invoice.

    Whether two people are needed, the business says. `made` is what is decided on; `on` and `reason` are said of what
    is taken back.
    """

    def decided(log: Streams) -> Decision:
        before = load_debt(log, debt, debt_id, command)
        events = decide(before, log.load_or_new(Business(), BUSINESS))
        if isinstance(before, CaseFile):
            return Decision(case_file_changes(log, command, debt_id, before, events), id=made)
        invoices = ChangedInvoices(log, command, on or command.today, reason)
        invoices.take(debt_id, events)
        return Decision(invoices.changes(), id=made)

    return change(store, command, decided)
