"""A case file from opened to closed. One function, one use case, one verb."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from application.clients import NewClient, Registered, creditor_for, registered, survivor_of
from application.collection import as_item
from application.invoices import load_invoice
from application.portfolio import change_case_file, check_portfolio, check_works, load_case_file
from application.streams import AlreadyClaimed, Change, Claim, Command, Decision, EventStore, Outcome, Streams, change
from domain.case_file import CaseFile
from domain.case_file.debt import Item
from domain.case_file.progress import ClosingReason, Stage
from domain.case_file.schedule import Instalment
from domain.client import Client
from domain.doubts import Doubt, check_sure
from domain.errors import Invalid, Refusal
from domain.personal import reference_text

REFERENCE = "case file reference"


class InvoicesDiffer(Invalid):
    title = "A case file takes over invoices of one client, in one currency"


def open_case_file(
    store: EventStore,
    command: Command,
    case_file_id: UUID,
    *,
    reference: str,
    creditor_id: UUID | None,
    debtor_id: UUID,
    currency: str,
    opened_on: date,
    items: Sequence[Item],
    schedule: Sequence[Instalment] = (),
    registers: Sequence[NewClient] = (),
) -> Outcome:
    """`registers` are those of its clients who are new here: they are registered along with it."""
    known_as = reference_text(reference)

    def decide(log: Streams) -> Decision:
        case_file = log.load_or_new(CaseFile(), case_file_id)
        along = {new.id: _registered(log, command, new) for new in registers}
        debtor = along[debtor_id].client if debtor_id in along else log.load(Client(), debtor_id)
        check_portfolio(case_file, debtor, command.actor, command.today, asked_for=debtor_id)
        debtor.restrictions.check_usable()
        if creditor_id is not None and creditor_id not in along:
            creditor_for(log, creditor_id, command).restrictions.check_usable()
        opened = case_file.open(
            known_as,
            creditor_id=creditor_id,
            debtor_id=debtor_id,
            currency=currency,
            opened_on=opened_on,
            items=items,
            schedule=schedule,
            today=command.today,
            by=command.actor,
        )
        _check_free(log, known_as, case_file_id)
        changes = [*(one.change for one in along.values()), Change(case_file_id, opened, debtor_id)]
        claims = [claim for one in along.values() for claim in one.claims]
        return Decision(changes, [*claims, Claim(REFERENCE, known_as, case_file_id)], case_file_id)

    return change(store, command, decide)


def open_case_file_from_invoices(
    store: EventStore,
    command: Command,
    case_file_id: UUID,
    *,
    reference: str,
    invoice_ids: Sequence[UUID],
    opened_on: date,
    ask_first: bool = False,
) -> Outcome:
    """Takes over what is unpaid of a client's invoices: from now on they are paid through the case file alone.

    `ask_first`: refused where one of them is not due yet or was never sent.
    """
    known_as = reference_text(reference)

    def decide(log: Streams) -> Decision:
        invoices = {invoice_id: load_invoice(log, invoice_id, command) for invoice_id in invoice_ids}
        debtors = {survivor_of(log, invoice.client_id) for invoice in invoices.values()}
        currencies = {invoice.currency for invoice in invoices.values()}
        if len(debtors) != 1 or len(currencies) != 1:
            raise InvoicesDiffer(field="invoice_ids")
        [debtor_id], [currency] = debtors, currencies
        debtor = log.load(Client(), debtor_id)
        debtor.restrictions.check_usable()
        case_file = log.load_or_new(CaseFile(), case_file_id)
        taken_over = [
            Change(one, invoice.take_into_collection(case_file_id, on=opened_on), invoice.client_id)
            for one, invoice in invoices.items()
        ]
        items = [as_item(one, invoice) for one, invoice in invoices.items()]
        opened = case_file.open(
            known_as,
            creditor_id=None,
            debtor_id=debtor_id,
            currency=currency,
            opened_on=opened_on,
            items=sorted(items, key=lambda item: (item.due_on, item.number)),
            today=command.today,
            by=command.actor,
        )
        _check_free(log, known_as, case_file_id)
        if ask_first:
            check_sure(set[Doubt]().union(*(one.collection_doubts(command.today) for one in invoices.values())))
        claims = [Claim(REFERENCE, known_as, case_file_id)]
        return Decision([Change(case_file_id, opened, debtor_id), *taken_over], claims, case_file_id)

    return change(store, command, decide)


def _registered(log: Streams, command: Command, new: NewClient) -> Registered:
    """A refusal names the client that it is about: there may be several."""
    try:
        return registered(log, command, new)
    except Refusal as refusal:
        refusal.details["client_id"] = new.id
        raise


def _check_free(log: Streams, known_as: str, case_file_id: UUID) -> None:
    if (holder := log.claimed(REFERENCE, [known_as]).get(known_as, case_file_id)) != case_file_id:
        raise AlreadyClaimed(field="reference", kind=REFERENCE, holder=holder)


def assign_case_file(
    store: EventStore,
    command: Command,
    case_file_id: UUID,
    *,
    collector: str | None,
    from_on: date,
    ask_first: bool = False,
) -> Outcome:
    """To this collector, or where that is None, back to following its debtor's.

    `ask_first`: refused where collections of past months would count for another.
    """
    by, today = command.actor, command.today

    def decide(log: Streams) -> Decision:
        case_file = load_case_file(log, case_file_id, by, today)
        if collector is None:
            events = case_file.unassign(from_on, today=today, by=by)
        else:
            check_works(log, collector)
            events = case_file.assign_to_collector(collector, from_on, today=today, by=by)
        if ask_first:
            debtors = log.load(Client(), case_file.debtor_id).portfolio.holdings
            check_sure(case_file.assignment_doubts(collector, from_on, debtors, today))
        return Decision([Change(case_file_id, events, case_file.debtor_id)], id=case_file_id)

    return change(store, command, decide)


def change_stage(
    store: EventStore, command: Command, case_file_id: UUID, *, stage: Stage, note: str | None = None
) -> Outcome:
    return change_case_file(
        store, command, case_file_id, lambda c: c.change_stage(stage, note, today=command.today, by=command.actor)
    )


def open_dispute(
    store: EventStore, command: Command, case_file_id: UUID, *, dispute_id: UUID, claim: str, opened_on: date
) -> Outcome:
    return change_case_file(
        store,
        command,
        case_file_id,
        lambda c: c.open_dispute(dispute_id, claim, opened_on, today=command.today, by=command.actor),
        made=dispute_id,
    )


def end_dispute(store: EventStore, command: Command, case_file_id: UUID, *, result: str, ended_on: date) -> Outcome:
    return change_case_file(
        store, command, case_file_id, lambda c: c.end_dispute(result, ended_on, today=command.today, by=command.actor)
    )


def close_case_file(
    store: EventStore,
    command: Command,
    case_file_id: UUID,
    *,
    reason: ClosingReason,
    note: str | None = None,
    keep_credit: bool = False,
) -> Outcome:
    return change_case_file(
        store,
        command,
        case_file_id,
        lambda c: c.close(reason, note, keep_credit=keep_credit, today=command.today, by=command.actor),
    )


def reopen_case_file(store: EventStore, command: Command, case_file_id: UUID, *, reason: str | None) -> Outcome:
    return change_case_file(
        store, command, case_file_id, lambda c: c.reopen(reason, today=command.today, by=command.actor)
    )
