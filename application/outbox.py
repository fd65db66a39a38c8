"""The outbox: each message is attempted, then handed over, then what came of it is recorded; and what people decide.

An attempt and its outcome are appends of their own, so that after a crash between them it shows that nobody knows. With
its acceptance goes what follows from it, in the same append: the invoice or estimate is sent, the case file has an
action.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import reduce
from typing import cast
from uuid import UUID, uuid4, uuid5

from application.clients import works_on
from application.correspondence import load_correspondence
from application.portfolio import check_portfolio
from application.recipients import ContactNotUsable, contact_at, may_still_be_sent, ways
from application.sending import held_back, region_of
from application.streams import Change, Command, Decision, EventStore, Outcome, Streams, change
from domain import estimate as estimates
from domain import invoice as invoices
from domain.case_file import CaseFile, activity
from domain.case_file import Event as CaseFileEvent
from domain.case_file.activity import Direction, NewAction
from domain.case_file.progress import Stops
from domain.client import Client
from domain.errors import NotFound
from domain.estimate import Estimate
from domain.invoice import Invoice
from domain.message import (
    ABOUT_THE_ADDRESS,
    Cancellation,
    Event,
    Failure,
    Kind,
    Matter,
    Message,
    MessageAccepted,
    MessageAttempted,
    MessageFailed,
    MessageQueued,
    NewMessage,
    NoLongerSent,
    OutcomeUnknown,
    Report,
    State,
)
from domain.people import PLANNER
from domain.sending import Channel

ACTION_CHANNELS = {
    Channel.EMAIL: activity.Channel.EMAIL,
    Channel.SMS: activity.Channel.SMS,
    Channel.POST: activity.Channel.LETTER,
}


@dataclass(frozen=True, slots=True)
class Attempt:
    """To be handed over now, and then reported on."""

    message_id: UUID
    number: int
    message: MessageQueued


def attempt_message(store: EventStore, message_id: UUID, *, at: datetime, today: date) -> Attempt | None:
    """None where it is not to be sent any more: that is recorded then.

    Raises `HeldBack`, or `SendingIsSuspended`, and nothing is recorded.
    """
    made: list[Attempt] = []

    def decide(log: Streams) -> Decision:
        made.clear()
        load_correspondence(log).check_sends()
        message = log.load(Message(), message_id)
        events = message.attempt_it(at=at)
        if (why := _obstacle(log, message_id, message)) is not None:
            events = message.drop(why)
        else:
            _check_not_held_back(log, message.details)
        attempted = [event for event in events if isinstance(event, MessageAttempted)]
        made.extend(Attempt(message_id, event.attempt, message.details) for event in attempted)
        return Decision([Change(message_id, events, message.details.client_id)], id=message_id)

    change(store, _own(at, today, message_id), decide)
    return made[0] if made else None


def report_on_message(
    store: EventStore, message_id: UUID, attempt: int, report: Report, *, at: datetime, today: date
) -> Outcome:
    """What came of that attempt, and what follows from it. Raises `OutcomeKnown` where that is known already."""
    return _settle(
        store, _own(at, today, message_id), message_id, lambda message: message.report(attempt, report, at=at)
    )


def lose_message(store: EventStore, message_id: UUID, attempt: int, *, at: datetime, today: date) -> Outcome:
    """Whoever made that attempt is gone, and nobody knows what came of it."""
    return report_on_message(store, message_id, attempt, OutcomeUnknown(), at=at, today=today)


def drop_of_erased(store: EventStore, message_id: UUID, *, at: datetime, today: date) -> None:
    """Record of a message that waits for a client who is erased that it is not sent, and why."""

    def decide(log: Streams) -> Decision:
        message = log.load(Message(), message_id)
        erased = log.load(Client(), message.details.client_id).restrictions.erased
        events = message.drop(Cancellation.CLIENT) if erased else []
        return Decision([Change(message_id, events, message.details.client_id)], id=message_id)

    change(store, _own(at, today, message_id), decide)


# What people decide


def send_again(store: EventStore, command: Command, message_id: UUID) -> Outcome:
    """Refused where nothing may go there any more: the contact is put right first."""

    def decide(log: Streams) -> Decision:
        message = load_message(log, message_id, command)
        events, details = message.send_again(at=command.at, by=command.actor), message.details
        client = log.load(Client(), details.client_id)
        if not may_still_be_sent(client, details.channel, details.to, region=region_of(log)):
            raise ContactNotUsable(field="contact_id")
        return Decision([Change(message_id, events, details.client_id)], id=message_id)

    return change(store, command, decide)


def cancel_message(store: EventStore, command: Command, message_id: UUID) -> Outcome:
    return _decide(store, command, message_id, lambda message: message.cancel(by=command.actor))


def resolve_message(store: EventStore, command: Command, message_id: UUID) -> Outcome:
    """It arrived, as somebody knows."""
    return _decide(store, command, message_id, lambda message: message.resolve(by=command.actor))


def print_message(store: EventStore, command: Command, message_id: UUID) -> Outcome:
    """The letter is printed, and so on its way. Refused as `check_still_goes` says."""
    return _settle(
        store, command, message_id, lambda message: message.print_it(by=command.actor), asked=True, still_goes=True
    )


def check_still_goes(log: Streams, message_id: UUID) -> None:
    """Of a letter, which people send: what an attempt finds out by itself. Raises `NoLongerSent` or `HeldBack`."""
    message = log.load(Message(), message_id)
    if message.state is not State.QUEUED:
        return
    if (why := _obstacle(log, message_id, message)) is not None:
        raise NoLongerSent(why=why)
    _check_not_held_back(log, message.details)


def load_message(log: Streams, message_id: UUID, command: Command) -> Message:
    """The message, if this person works on the case file that it is about, or else on whom it goes to."""
    message = log.load(Message(), message_id)
    client = log.load(Client(), message.details.client_id)
    if message.details.matter is Matter.CASE_FILE:
        case_file = log.load(CaseFile(), message.details.matter_id)
        check_portfolio(case_file, client, command.actor, command.today, asked_for=message_id)
    elif not works_on(client, command.actor, command.today):
        raise NotFound(id=message_id)
    return message


def _decide(
    store: EventStore, command: Command, message_id: UUID, decide: Callable[[Message], Sequence[Event]]
) -> Outcome:
    return _settle(store, command, message_id, decide, asked=True)


# What follows


def _settle(
    store: EventStore,
    command: Command,
    message_id: UUID,
    decide: Callable[[Message], Sequence[Event]],
    *,
    asked: bool = False,
    still_goes: bool = False,
) -> Outcome:
    def decided(log: Streams) -> Decision:
        message = load_message(log, message_id, command) if asked else log.load(Message(), message_id)
        if still_goes:
            check_still_goes(log, message_id)
        events, details = decide(message), message.details
        follows = [one for event in events for one in _following(log, command, message_id, details, event)]
        return Decision([Change(message_id, events, details.client_id), *follows], id=message_id)

    return change(store, command, decided)


def _following(
    log: Streams, command: Command, message_id: UUID, details: MessageQueued, event: Event
) -> Sequence[Change]:
    """For what the message is about and, where it did not arrive, for whom it was to reach."""
    match event:
        case MessageAccepted():
            return _sent(log, command, message_id, details, event.attempt)
        case MessageFailed(retry_at=None):
            elsewhere = _to_another_contact(log, command, message_id, details, event)
            if details.matter is not Matter.CASE_FILE:
                return elsewhere
            outcome = activity.Outcome.NOT_DELIVERED
            return [*_action(log, command, message_id, details, event.attempt, outcome), *elsewhere]
        case _:
            return []


def _sent(log: Streams, command: Command, message_id: UUID, details: MessageQueued, attempt: int) -> Sequence[Change]:
    if details.matter is Matter.CASE_FILE:
        return _action(log, command, message_id, details, attempt, activity.Outcome.SENT)
    if details.kind is not Kind.DOCUMENT:
        return []
    if details.matter is Matter.INVOICE:
        return _invoice_sent(log, command, message_id, details)
    return _estimate_sent(log, command, message_id, details)


def _to_another_contact(
    log: Streams, command: Command, message_id: UUID, details: MessageQueued, failed: MessageFailed
) -> Sequence[Change]:
    """The same message to the next contact that may be used. One where nobody is is marked as wrong."""
    client, region = log.load(Client(), details.client_id), region_of(log)
    changes: list[Change] = []
    if failed.failure is Failure.NO_SUCH_ADDRESS:
        contact_id = contact_at(client, details.channel, details.to, region=region)
        if contact_id is not None:
            marked = client.find_contact_wrong(contact_id, failed.answer or failed.failure)
            client = reduce(Client.evolve, marked, client)
            changes.append(Change(details.client_id, marked, details.client_id))
    next_id = uuid5(message_id, "to the next contact")
    next_one = log.load_or_new(Message(), next_id)
    if failed.failure not in ABOUT_THE_ADDRESS or next_one.state is not State.NOTHING:
        return changes
    tried = _tried(log, details)
    for way in ways(client, details.channel, region=region):
        if way.to not in tried:
            new = NewMessage(
                channel=details.channel,
                kind=details.kind,
                matter=details.matter,
                matter_id=details.matter_id,
                client_id=details.client_id,
                language=details.language,
                to=way.to,
                name=details.name,
                subject=details.subject,
                body=details.body,
                attached=details.attached,
                step=details.step,
                instead_of=message_id,
                despite=details.despite,
            )
            return [*changes, Change(next_id, next_one.queue_by_policy(new, at=command.at), details.client_id)]
    return changes


def _tried(log: Streams, details: MessageQueued) -> Collection[str]:
    """Where this message went before it went there, and there."""
    tried = {details.to}
    while details.instead_of is not None:
        details = log.load(Message(), details.instead_of).details
        tried.add(details.to)
    return tried


def _invoice_sent(log: Streams, command: Command, message_id: UUID, details: MessageQueued) -> Sequence[Change]:
    invoice = log.load(Invoice(), details.matter_id)
    if invoice.stage is not invoices.Stage.ISSUED:
        return []
    sent = invoice.sent_by_message(message_id, details.channel, command.today)
    return [Change(details.matter_id, sent, invoice.client_id)]


def _estimate_sent(log: Streams, command: Command, message_id: UUID, details: MessageQueued) -> Sequence[Change]:
    """What was answered meanwhile, as it had been sent before, stays answered."""
    estimate = log.load(Estimate(), details.matter_id)
    if estimate.stage not in {estimates.Stage.DRAFT, estimates.Stage.SENT}:
        return []
    sent = estimate.sent_by_message(message_id, details.channel, command.today)
    return [Change(details.matter_id, sent, estimate.client_id)]


def _action(
    log: Streams, command: Command, message_id: UUID, details: MessageQueued, attempt: int, outcome: activity.Outcome
) -> Sequence[Change]:
    case_file = log.load(CaseFile(), details.matter_id)
    action = NewAction(
        command.today,
        ACTION_CHANNELS[details.channel],
        Direction.OUTGOING,
        outcome,
        phone=details.to if details.channel is Channel.SMS else None,
        note=details.subject,
        keeps_next_action=True,
    )
    logged = case_file.log_notice(uuid5(message_id, f"action {attempt} {outcome}"), action, today=command.today)
    return [Change(details.matter_id, logged, case_file.debtor_id)] if logged else []


def _obstacle(log: Streams, message_id: UUID, message: Message) -> Cancellation | None:
    """What has come in the way since it was queued."""
    details = message.details
    client = log.load(Client(), details.client_id)
    restrictions = client.restrictions
    if restrictions.blocked or restrictions.erased or restrictions.merged_into is not None:
        return Cancellation.CLIENT
    if not may_still_be_sent(client, details.channel, details.to, region=region_of(log)):
        return Cancellation.CONTACT
    return None if _still_stands(log, message_id, details) else Cancellation.MATTER


def _still_stands(log: Streams, message_id: UUID, details: MessageQueued) -> bool:
    """Whether what it is about is still worth a message: no reminder follows a payment, or a dispute."""
    if details.matter is Matter.ESTIMATE:
        return log.load(Estimate(), details.matter_id).stage in {estimates.Stage.DRAFT, estimates.Stage.SENT}
    if details.matter is Matter.CASE_FILE:
        case_file = log.load(CaseFile(), details.matter_id)
        goes_on = case_file.stopped_by is None or (
            details.despite is not None and not case_file.stops.beyond(_stops_when_said(log, message_id, details))
        )
        return case_file.closed_for is None and goes_on and case_file.outstanding.amount > 0
    invoice = log.load(Invoice(), details.matter_id)
    if details.kind is Kind.DOCUMENT:
        return invoice.stage is invoices.Stage.ISSUED
    paused = invoice.dispute is not None or invoice.settlement.in_collection is not None
    return invoice.stage is invoices.Stage.ISSUED and not paused and invoice.outstanding.amount > 0


def _stops_when_said(log: Streams, message_id: UUID, details: MessageQueued) -> Stops:
    """What stood on its case file when it was said why it is sent all the same; a later hold is another matter."""
    while details.instead_of is not None:
        message_id, details = details.instead_of, log.load(Message(), details.instead_of).details
    said_at = log.recorded(message_id)[0].position
    before = [one.event for one in log.recorded(details.matter_id) if one.position < said_at]
    return reduce(CaseFile.evolve, cast("Sequence[CaseFileEvent]", before), CaseFile()).stops


def _check_not_held_back(log: Streams, details: MessageQueued) -> None:
    """A payment may have been recorded since. Of credit elsewhere read models know: see `projections/covering.py`.

    What a supervisor sends whatever stops it, goes.
    """
    if details.kind is Kind.DOCUMENT or details.despite is not None:
        return
    debt = log.load(CaseFile() if details.matter is Matter.CASE_FILE else Invoice(), details.matter_id)
    if (held := held_back(debt.ledger, debt.outstanding)) is not None:
        raise held


def _own(at: datetime, today: date, message_id: UUID) -> Command:
    return Command(uuid4(), PLANNER, at, today, correlation_id=message_id, route="outbox")
