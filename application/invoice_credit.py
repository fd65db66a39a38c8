"""Money moved from one invoice to another, and taken back where there is no longer money for it."""

from collections.abc import Sequence
from datetime import date
from functools import reduce
from uuid import UUID

from application.clients import survivor_of
from application.collection import owed_otherwise
from application.invoices import load_invoice
from application.streams import Change, Command, Decision, EventStore, Outcome, Streams, change
from domain.errors import Conflict, Invalid
from domain.invoice import Event, Invoice
from domain.money import Money


class MovedToItself(Invalid):
    title = "Money is moved to another invoice"


class AnothersInvoice(Conflict):
    title = "Money is moved only between invoices of the same client"


def move_invoice_credit(
    store: EventStore,
    command: Command,
    invoice_id: UUID,
    *,
    transfer_id: UUID,
    amount: Money,
    to: UUID,
    reason: str | None,
) -> Outcome:
    """Excess to the next invoice, or a payment that was put on the wrong one. Both change at once, or neither."""
    if to == invoice_id:
        raise MovedToItself(field="to")

    def decide(log: Streams) -> Decision:
        origin, other = load_invoice(log, invoice_id, command), load_invoice(log, to, command)
        if survivor_of(log, origin.client_id) != survivor_of(log, other.client_id):
            raise AnothersInvoice(field="to")
        moved = origin.move_credit(transfer_id, amount, to, reason, today=command.today, by=command.actor)
        received = other.receive_credit(transfer_id, amount, invoice_id, today=command.today)
        changes = [Change(invoice_id, moved, origin.client_id), Change(to, received, other.client_id)]
        return Decision(changes, id=transfer_id)

    return change(store, command, decide)


def take_back_invoice_credit(store: EventStore, command: Command, invoice_id: UUID, *, transfer_id: UUID) -> Outcome:
    """From whichever of the two invoices it is asked for: both are as they were before it was moved."""

    def decide(log: Streams) -> Decision:
        invoice = load_invoice(log, invoice_id, command)
        other = load_invoice(log, invoice.settlement.transfer(transfer_id).other, command)
        for one in (invoice, other):
            one.check_moves_credit(by=command.actor)
        changed = ChangedInvoices(log, command, command.today, None)
        changed.take_back(invoice_id, transfer_id)
        return Decision(changed.changes(), id=transfer_id)

    return change(store, command, decide)


class ChangedInvoices:
    """As a decision changes them, one after another; `on` is the business day of what is taken back."""

    def __init__(self, log: Streams, command: Command, on: date, reason: str | None) -> None:
        self._log = log
        self._command = command
        self._on = on
        self._reason = reason
        self._before: dict[UUID, Invoice] = {}
        self._events: dict[UUID, list[Event]] = {}

    def take(self, invoice_id: UUID, events: Sequence[Event]) -> None:
        """And take back what was moved from there and is not covered any more."""
        if invoice_id not in self._before:
            self._before[invoice_id] = self._log.load(Invoice(), invoice_id)
        self._events.setdefault(invoice_id, []).extend(events)
        while uncovered := self.after(invoice_id).settlement.uncovered:
            self.take_back(invoice_id, uncovered[0])

    def take_back(self, invoice_id: UUID, transfer_id: UUID) -> None:
        other = self.after(invoice_id).settlement.transfer(transfer_id).other
        for one in (invoice_id, other):
            if transfer_id in self.after(one).settlement.transfers:
                self.take(one, self.after(one).take_back_credit(transfer_id, on=self._on))

    def changes(self) -> list[Change]:
        changes: list[Change] = []
        for invoice_id, events in self._events.items():
            before, after = self._before[invoice_id], self.after(invoice_id)
            changes.append(Change(invoice_id, events, before.client_id))
            changes += owed_otherwise(self._log, self._command, invoice_id, before, after, self._reason)
        return changes

    def after(self, invoice_id: UUID) -> Invoice:
        before = self._before.get(invoice_id) or self._log.load(Invoice(), invoice_id)
        return reduce(Invoice.evolve, self._events.get(invoice_id, ()), before)
