"""One receipt: money that came once and pays several case files or invoices. All of it is recorded, or nothing."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from application.clients import load_client, survivor_of
from application.payments import recorded
from application.streams import Change, Claim, Command, Decision, EventStore, Outcome, Streams, change
from domain.case_file import CaseFile
from domain.doubts import Doubt, Doubtful, check_sure
from domain.errors import Conflict, Refusal
from domain.invoice import Invoice, Stage
from domain.money import Money
from domain.payments import NewPayment, State


class NothingToPay(Conflict):
    title = "None of this client's invoices is left to pay in that currency: what pays a case file is typed beside it"


@dataclass(frozen=True, slots=True)
class Part:
    """What of the money pays one case file or one invoice, by the id of its payment."""

    payment_id: UUID
    payment: NewPayment
    on_invoice: bool = False


def record_receipt(
    store: EventStore, command: Command, *, receipt_id: UUID, parts: Mapping[UUID, Part], ask_first: bool = False
) -> Outcome:
    """By hand: a payment on each case file or invoice. A refusal says which one it is about."""

    def decide(log: Streams) -> Decision:
        return _recorded(log, command, receipt_id, parts, ask_first=ask_first)

    return change(store, command, decide)


def record_receipt_oldest_first(
    store: EventStore,
    command: Command,
    *,
    receipt_id: UUID,
    client_id: UUID,
    invoice_ids: Collection[UUID],
    payment: NewPayment,
    new_id: Callable[[UUID], UUID],
    ask_first: bool = False,
) -> Outcome:
    """On the client's invoices that are left to pay, those due first to begin with; what is over goes on the last one
    as an overpayment. `invoice_ids` are those that may be: others, paid meanwhile or not this client's, are left out.
    """

    def decide(log: Streams) -> Decision:
        load_client(log, client_id, command)
        known = {one: log.load(Invoice(), one) for one in sorted(invoice_ids)}
        open_ones = {
            one: invoice
            for one, invoice in known.items()
            if survivor_of(log, invoice.client_id) == client_id
            and left_to_pay(invoice, payment.amount.currency).amount > 0
        }
        in_order = sorted(open_ones, key=lambda one: (open_ones[one].due_on, open_ones[one].number))
        if not in_order:
            raise NothingToPay(field="amount")
        parts: dict[UUID, Part] = {}
        rest, asks_about_rest = payment.amount, ask_first and not payment.overpayment
        for one in in_order:
            amount = min(rest, left_to_pay(open_ones[one], rest.currency))
            if amount.amount > 0:
                parts[one] = Part(new_id(one), replace(payment, amount=amount), on_invoice=True)
                rest -= amount
        if rest.amount > 0:
            last = parts[in_order[-1]]
            more = replace(last.payment, amount=last.payment.amount + rest, overpayment=not asks_about_rest)
            parts[in_order[-1]] = replace(last, payment=more)
        return _recorded(log, command, receipt_id, parts, ask_first=ask_first)

    return change(store, command, decide)


def left_to_pay(invoice: Invoice, currency: str) -> Money:
    """By payments that are approved or may yet be; nothing where it is not paid to us in that currency."""
    payable = (
        invoice.stage is Stage.ISSUED and invoice.settlement.in_collection is None and invoice.currency == currency
    )
    if not payable:
        return Money.zero(currency)
    waiting = (one.amount for one in invoice.ledger.payments.values() if one.state is State.UNAPPROVED)
    return invoice.outstanding - sum(waiting, Money.zero(currency))


def _recorded(
    log: Streams, command: Command, receipt_id: UUID, parts: Mapping[UUID, Part], *, ask_first: bool
) -> Decision:
    """What is doubtful about any of them is told together."""
    changes: list[Change] = []
    claims: list[Claim] = []
    doubts = set[Doubt]()
    for debt_id, part in parts.items():
        debt = Invoice if part.on_invoice else CaseFile
        payment = replace(part.payment, receipt_id=receipt_id)
        try:
            recording, claimed = recorded(log, command, debt, debt_id, part.payment_id, payment, ask_first=ask_first)
        except Doubtful as doubtful:
            doubts.update(doubtful.doubts)
            continue
        except Refusal as refusal:
            refusal.details["invoice_id" if part.on_invoice else "case_file_id"] = debt_id
            raise
        changes.append(recording)
        claims.extend(claimed)
    check_sure(doubts)
    return Decision(changes, claims, receipt_id)
