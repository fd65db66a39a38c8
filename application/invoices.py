"""An invoice from draft to issued, corrected, sent and disputed. One function, one use case, one verb."""

from collections.abc import Callable, Sequence
from datetime import date
from functools import reduce
from uuid import UUID

from application.clients import load_client, survivor_of, works_on
from application.collection import case_file_changes
from application.streams import Change, Claim, Command, Decision, EventStore, Outcome, Streams, change
from domain.case_file import CaseFile
from domain.client import Client
from domain.errors import NotFound
from domain.estimate import Estimate
from domain.invoice import Event, Invoice
from domain.invoice.issuing import Correction, Issuance, NewInvoice, Recipient
from domain.issuer import ISSUER, Issuer
from domain.lines import NewLine
from domain.sending import Channel
from domain.series import NumberTaken, Series, series_id, series_of

NUMBER = "invoice number"
"""Held by the invoice, or by the credit note's id."""

IMPORTED_NUMBER = "imported invoice number"
"""By which an import knows its own again. One that was imported before 2026-11-26 holds no other."""


def usual_due_days(log: Streams, client_id: UUID) -> int:
    """Within how many days this client is to pay; where nothing is agreed with it, anybody."""
    details = log.load(Client(), client_id).details
    agreed = details.payment_days if details else None
    return log.load_or_new(Issuer(), ISSUER).terms.due_days if agreed is None else agreed


def draft_invoice(
    store: EventStore,
    command: Command,
    invoice_id: UUID,
    *,
    client_id: UUID,
    invoice: NewInvoice,
    issuance: Issuance | None = None,
) -> Outcome:
    """Issued in the same step where it is said how: what can't be issued is not drafted either."""

    def decide(log: Streams) -> Decision:
        load_client(log, client_id, command)
        new = log.load_or_new(Invoice(), invoice_id)
        events = new.draft(client_id, invoice, today=command.today, by=command.actor)
        return _drafted(log, command, invoice_id, new, events, issuance)

    return change(store, command, decide)


def change_draft(
    store: EventStore,
    command: Command,
    invoice_id: UUID,
    *,
    invoice: NewInvoice,
    issuance: Issuance | None = None,
    seen: int | None = None,
) -> Outcome:
    """The same of a draft that is there. `seen` is the version that was changed: refused where it is another by now."""

    def decide(log: Streams) -> Decision:
        draft = load_invoice(log, invoice_id, command)
        changed = draft.change_draft(invoice, by=command.actor)  # what is no draft any more can't be saved later either
        log.check_seen(invoice_id, seen)
        return _drafted(log, command, invoice_id, draft, changed, issuance)

    return change(store, command, decide)


def delete_draft(store: EventStore, command: Command, invoice_id: UUID) -> Outcome:
    """The estimate that it came of may be invoiced again."""

    def decide(log: Streams) -> Decision:
        draft = load_invoice(log, invoice_id, command)
        changes = [Change(invoice_id, draft.delete_draft(by=command.actor), draft.client_id)]
        if draft.estimate_id is not None:
            estimate = log.load(Estimate(), draft.estimate_id)
            if freed := estimate.let_go_of_invoice(invoice_id):
                changes.append(Change(draft.estimate_id, freed, estimate.client_id))
        return Decision(changes, id=invoice_id)

    return change(store, command, decide)


def issue_invoice(
    store: EventStore, command: Command, invoice_id: UUID, *, issuance: Issuance, seen: int | None = None
) -> Outcome:
    """Under the next number of the year's series. From now on the law wants the client's data kept.

    Where the client was merged into another meanwhile, that one is invoiced. `seen` is the version of the draft that
    whoever issues it has looked at: refused where it is another by now.
    """

    def decide(log: Streams) -> Decision:
        draft = load_invoice(log, invoice_id, command)
        log.check_seen(invoice_id, seen)
        return _issued(log, command, invoice_id, draft, issuance)

    return change(store, command, decide)


def _drafted(
    log: Streams,
    command: Command,
    invoice_id: UUID,
    before: Invoice,
    events: Sequence[Event],
    issuance: Issuance | None,
) -> Decision:
    draft = reduce(Invoice.evolve, events, before)
    if issuance is None:
        return Decision([Change(invoice_id, events, draft.client_id)], id=invoice_id)
    return _issued(log, command, invoice_id, draft, issuance, drafted=events)


def _issued(
    log: Streams,
    command: Command,
    invoice_id: UUID,
    invoice: Invoice,
    issuance: Issuance,
    *,
    drafted: Sequence[Event] = (),
) -> Decision:
    """`drafted` are the events of the same step that made the invoice what it is."""
    client_id = survivor_of(log, invoice.client_id)
    client = load_client(log, client_id, command)
    issuer = log.load_or_new(Issuer(), ISSUER)
    taken = _next_number(log, command, issuer.series.invoices, invoice_id, issuance)
    issued = invoice.issue(taken, issuer.described, recipient_of(client), issuance, by=command.actor)
    kept = client.restrictions.keep_for_accounting(accounting_years(issuer.described.country), today=command.today)
    return Decision(
        [
            Change(invoice_id, [*drafted, *issued], invoice.client_id),
            Change(series_id(taken.series), [taken]),
            *([Change(client_id, kept)] if kept else []),
        ],
        [Claim(NUMBER, taken.number, invoice_id)],
        invoice_id,
    )


def issue_credit_note(
    store: EventStore,
    command: Command,
    invoice_id: UUID,
    *,
    credit_note_id: UUID,
    correction: Correction,
    lines: Sequence[NewLine] | None,
    issuance: Issuance,
    reason: str | None,
) -> Outcome:
    """Without `lines` it takes off all that is left. A case file that took it over is owed that much less."""

    def decide(log: Streams) -> Decision:
        invoice = load_invoice(log, invoice_id, command)
        client = load_client(log, survivor_of(log, invoice.client_id), command)
        issuer = log.load_or_new(Issuer(), ISSUER)
        taken = _next_number(log, command, issuer.series.credit_notes, credit_note_id, issuance)
        issued = invoice.issue_credit_note(
            credit_note_id,
            taken,
            correction,
            lines,
            reason,
            issuance,
            issuer=issuer.described,
            recipient=recipient_of(client),
            by=command.actor,
        )
        [credit_note] = issued
        in_collection: list[Change] = []
        if (case_file_id := invoice.settlement.in_collection) is not None:
            case_file = log.load(CaseFile(), case_file_id)
            credited = case_file.credit_invoice(
                credit_note_id, invoice_id, credit_note.payable, credit_note.reason, today=command.today
            )
            in_collection = case_file_changes(log, command, case_file_id, case_file, credited)
        return Decision(
            [Change(invoice_id, issued, invoice.client_id), Change(series_id(taken.series), [taken]), *in_collection],
            [Claim(NUMBER, taken.number, credit_note_id)],
            credit_note_id,
        )

    return change(store, command, decide)


def void_invoice(store: EventStore, command: Command, invoice_id: UUID, *, reason: str | None) -> Outcome:
    return change_invoice(store, command, invoice_id, lambda i: i.void(reason, today=command.today, by=command.actor))


def mark_as_sent(store: EventStore, command: Command, invoice_id: UUID, *, channel: Channel, sent_on: date) -> Outcome:
    return change_invoice(
        store,
        command,
        invoice_id,
        lambda i: i.mark_as_sent(channel, sent_on, today=command.today, by=command.actor),
    )


def dispute_invoice(
    store: EventStore, command: Command, invoice_id: UUID, *, dispute_id: UUID, claim: str, disputed_on: date
) -> Outcome:
    return change_invoice(
        store,
        command,
        invoice_id,
        lambda i: i.dispute_it(dispute_id, claim, disputed_on, today=command.today, by=command.actor),
        made=dispute_id,
    )


def end_dispute(store: EventStore, command: Command, invoice_id: UUID, *, result: str, ended_on: date) -> Outcome:
    return change_invoice(
        store,
        command,
        invoice_id,
        lambda i: i.end_dispute(result, ended_on, today=command.today, by=command.actor),
    )


# What all of them need


def load_invoice(log: Streams, invoice_id: UUID, command: Command) -> Invoice:
    """The invoice, if this person works on its client."""
    invoice = log.load(Invoice(), invoice_id)
    if not works_on(log.load(Client(), invoice.client_id), command.actor, command.today):
        raise NotFound(id=invoice_id)
    return invoice


def change_invoice(
    store: EventStore,
    command: Command,
    invoice_id: UUID,
    decide: Callable[[Invoice], Sequence[Event]],
    *,
    made: UUID | None = None,
) -> Outcome:
    """For what the invoice alone decides. `made` is the id of what the command makes, if not the invoice's."""

    def decided(log: Streams) -> Decision:
        invoice = load_invoice(log, invoice_id, command)
        return Decision([Change(invoice_id, decide(invoice), invoice.client_id)], id=made or invoice_id)

    return change(store, command, decided)


def recipient_of(client: Client) -> Recipient:
    known = client.details
    if known is None:
        raise NotFound
    valid = known.identification if known.identification and known.identification.valid else None
    address = known.address
    return Recipient(
        name=known.name,
        tax_id=valid.number if valid else None,
        street=address.street,
        postcode=address.postcode,
        city=address.city,
        country=address.country,
    )


def accounting_years(country: str) -> int:
    """How long what is invoiced is kept: Ley 962/2005, art. 28 (Colombia); else six, Código de Comercio, art. 30."""
    return 10 if country == "CO" else 6


def _next_number(log: Streams, command: Command, code: str, document_id: UUID, issuance: Issuance) -> NumberTaken:
    series = series_of(code, issuance.issued_on)
    known = log.load_latest(Series(), series_id(series))
    taken = known.take(
        series,
        document_id,
        issuance.issued_on,
        today=command.today,
        earlier_day_confirmed=issuance.earlier_day_confirmed,
        held=lambda numbers: log.claimed(IMPORTED_NUMBER, numbers),
    )
    log.claimed(NUMBER, [taken.number])  # so that whoever loses it to another issuer takes the next one
    return taken
