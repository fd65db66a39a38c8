"""An estimate from draft to accepted, and the invoice that comes of it. One function, one use case, one verb."""

from collections.abc import Callable, Sequence
from datetime import date
from uuid import UUID

from application.clients import load_client, survivor_of, works_on
from application.invoices import recipient_of, usual_due_days
from application.streams import Change, Command, Decision, EventStore, Outcome, Streams, change
from domain.client import Client
from domain.errors import NotFound
from domain.estimate import Answer, Estimate, Event, NewEstimate
from domain.invoice import Invoice
from domain.invoice.issuing import NewInvoice, check_paper
from domain.issuer import ISSUER, Issuer
from domain.people import WORKS, Actor
from domain.sending import Channel
from domain.series import Series, series_id, series_of


def draft_estimate(
    store: EventStore, command: Command, estimate_id: UUID, *, client_id: UUID, estimate: NewEstimate
) -> Outcome:
    def decide(log: Streams) -> Decision:
        return Decision(_drafted(log, command, estimate_id, client_id, estimate), id=estimate_id)

    return change(store, command, decide)


def copy_estimate(
    store: EventStore, command: Command, estimate_id: UUID, *, copy_id: UUID, client_id: UUID | None = None
) -> Outcome:
    """The same once more: for the same client, or for another."""

    def decide(log: Streams) -> Decision:
        known = load_estimate(log, estimate_id, command.actor, command.today)
        written, of_whom = _written(log, known), client_id or survivor_of(log, known.client_id)
        return Decision(_drafted(log, command, copy_id, of_whom, written), id=copy_id)

    return change(store, command, decide)


def revise_estimate(store: EventStore, command: Command, estimate_id: UUID, *, version_id: UUID) -> Outcome:
    """A new version, to be changed and sent: the old one can't be answered any more."""

    def decide(log: Streams) -> Decision:
        known = load_estimate(log, estimate_id, command.actor, command.today)
        revised = known.revise(version_id, today=command.today, by=command.actor)
        written, client_id = _written(log, known), survivor_of(log, known.client_id)
        drafted = _drafted(log, command, version_id, client_id, written, revises=estimate_id)
        return Decision([Change(estimate_id, revised, known.client_id), *drafted], id=version_id)

    return change(store, command, decide)


def change_estimate(
    store: EventStore, command: Command, estimate_id: UUID, *, estimate: NewEstimate, seen: int | None = None
) -> Outcome:
    """`seen` is the version that was changed: refused where it is another by now."""
    return _change(store, command, estimate_id, lambda e: e.change(estimate, by=command.actor), seen=seen)


def delete_estimate(store: EventStore, command: Command, estimate_id: UUID) -> Outcome:
    """The one whose place the draft was to take is again what it was before."""

    def decide(log: Streams) -> Decision:
        draft = load_estimate(log, estimate_id, command.actor, command.today)
        changes = [Change(estimate_id, draft.delete(by=command.actor), draft.client_id)]
        if draft.revises is not None:
            earlier = log.load(Estimate(), draft.revises)
            if reinstated := earlier.reinstate(estimate_id, today=command.today):
                changes.append(Change(draft.revises, reinstated, earlier.client_id))
        return Decision(changes, id=estimate_id)

    return change(store, command, decide)


def mark_estimate_as_sent(
    store: EventStore,
    command: Command,
    estimate_id: UUID,
    *,
    channel: Channel,
    sent_on: date,
    seen: int | None = None,
) -> Outcome:
    def decide(log: Streams) -> Decision:
        estimate = load_estimate(log, estimate_id, command.actor, command.today)
        log.check_seen(estimate_id, seen)
        sent = estimate.mark_as_sent(channel, sent_on, today=command.today, by=command.actor)
        check_estimate_paper(log, estimate)
        return Decision([Change(estimate_id, sent, estimate.client_id)], id=estimate_id)

    return change(store, command, decide)


def accept_estimate(
    store: EventStore, command: Command, estimate_id: UUID, *, answer: Answer, invoice_id: UUID | None = None
) -> Outcome:
    """With the draft of its invoice, where that is given an id. By whoever works here, or by the client's own link."""

    def decide(log: Streams) -> Decision:
        known = _load_answered(log, estimate_id, command, answer)
        accepted = known.accept(answer, today=command.today)
        if invoice_id is None:
            return Decision([Change(estimate_id, accepted, known.client_id)], id=estimate_id)
        known = known.evolve(accepted[0])
        invoiced, drafted = _invoiced(log, command, estimate_id, known, invoice_id)
        return Decision([Change(estimate_id, [*accepted, *invoiced], known.client_id), drafted], id=invoice_id)

    return change(store, command, decide)


def decline_estimate(store: EventStore, command: Command, estimate_id: UUID, *, answer: Answer) -> Outcome:
    def decide(log: Streams) -> Decision:
        known = _load_answered(log, estimate_id, command, answer)
        return Decision(
            [Change(estimate_id, known.decline(answer, today=command.today), known.client_id)], id=estimate_id
        )

    return change(store, command, decide)


def invoice_estimate(store: EventStore, command: Command, estimate_id: UUID, *, invoice_id: UUID) -> Outcome:
    """The draft of the invoice of one that was accepted before."""

    def decide(log: Streams) -> Decision:
        command.actor.require(*WORKS)
        known = load_estimate(log, estimate_id, command.actor, command.today)
        invoiced, drafted = _invoiced(log, command, estimate_id, known, invoice_id)
        return Decision([Change(estimate_id, invoiced, known.client_id), drafted], id=invoice_id)

    return change(store, command, decide)


def load_estimate(log: Streams, estimate_id: UUID, actor: Actor, today: date) -> Estimate:
    """The estimate, if this person works on its client."""
    estimate = log.load(Estimate(), estimate_id)
    if not works_on(log.load(Client(), estimate.client_id), actor, today):
        raise NotFound(id=estimate_id)
    return estimate


def check_estimate_paper(log: Streams, estimate: Estimate) -> None:
    """As it would be printed today, for the client who answers now. Raises `NotPrintable`."""
    client = log.load(Client(), survivor_of(log, estimate.client_id))
    issuer = log.load_or_new(Issuer(), ISSUER).identity
    check_paper(issuer, recipient_of(client), estimate.content.descriptions, note=estimate.note)


def _load_answered(log: Streams, estimate_id: UUID, command: Command, answer: Answer) -> Estimate:
    """Whoever has the link has been let in by it."""
    if answer.by_link:
        return log.load(Estimate(), estimate_id)
    command.actor.require(*WORKS)
    return load_estimate(log, estimate_id, command.actor, command.today)


def _written(log: Streams, known: Estimate) -> NewEstimate:
    """To be written again: refused where the client's words may not be used, or are gone."""
    log.load(Client(), known.client_id).restrictions.check_may_be_told()
    return known.as_written


def _drafted(
    log: Streams,
    command: Command,
    estimate_id: UUID,
    client_id: UUID,
    draft: NewEstimate,
    *,
    revises: UUID | None = None,
) -> list[Change]:
    load_client(log, client_id, command)
    code = log.load_or_new(Issuer(), ISSUER).series.estimates
    series = series_of(code, command.today)
    numbers = log.load_latest(Series(), series_id(series))
    taken = numbers.take(series, estimate_id, command.today, today=command.today)
    new = log.load_or_new(Estimate(), estimate_id)
    drafted = new.draft(client_id, taken, draft, revises=revises, by=command.actor)
    return [Change(estimate_id, drafted, client_id), Change(series_id(series), [taken])]


def _invoiced(
    log: Streams, command: Command, estimate_id: UUID, known: Estimate, invoice_id: UUID
) -> tuple[Sequence[Event], Change]:
    client_id = survivor_of(log, known.client_id)
    log.load(Client(), client_id).restrictions.check_usable()
    written = known.as_written
    new = NewInvoice(
        written.currency, written.lines, usual_due_days(log, client_id), written.language, note=written.note
    )
    draft = log.load_or_new(Invoice(), invoice_id)
    drafted = draft.draft_of_estimate(client_id, new, estimate_id, today=command.today)
    return known.invoice(invoice_id), Change(invoice_id, drafted, client_id)


def _change(
    store: EventStore,
    command: Command,
    estimate_id: UUID,
    decide: Callable[[Estimate], Sequence[Event]],
    *,
    seen: int | None = None,
) -> Outcome:
    def decided(log: Streams) -> Decision:
        estimate = load_estimate(log, estimate_id, command.actor, command.today)
        events = decide(estimate)
        log.check_seen(estimate_id, seen)
        return Decision([Change(estimate_id, events, estimate.client_id)], id=estimate_id)

    return change(store, command, decided)
