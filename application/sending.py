"""Sending invoices and estimates, and reminding of invoices: each puts a message into the outbox.

That they were sent is a fact only once whoever carries the message has accepted it: see `application/outbox.py`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from application.correspondence import load_correspondence
from application.estimates import check_estimate_paper, load_estimate
from application.invoices import load_invoice
from application.recipients import addressee, reach
from application.streams import Change, Claim, Command, Decision, EventStore, Outcome, Streams, change
from application.wording import FormatsIn, abroad_of, name_of, of_estimate, of_invoice, written
from domain.business import BUSINESS, Business
from domain.client import Client
from domain.correspondence.templates import REMINDERS, Placeholder, Template, TemplateKind
from domain.correspondence.usual import ENCLOSED, ENCLOSED_AGAIN
from domain.covering import Cover, HeldBack
from domain.despite import why_despite
from domain.errors import Conflict, Invalid, Refusal
from domain.invoice import Invoice
from domain.message import Kind, Matter, Message, MessageQueued, NewMessage, State
from domain.money import Money
from domain.payments import Ledger
from domain.people import WORKS, Actor, Role
from domain.sending import Channel, Language

AT_ONCE = 200

TO_A_CONTACT = "message to a contact"
"""The realm of what is claimed by whoever sends something by hand, so that nobody sends it twice on a day."""


class ChannelNotSent(Invalid):
    title = "Messages go by e-mail, SMS or post: what was handed over otherwise is marked as sent"


class NotOverdue(Conflict):
    title = "This invoice is not overdue: there is nothing to remind of"


class ReminderPaused(Conflict):
    title = "No reminder is sent while the invoice is disputed or in collection"


class NotAReminder(Invalid):
    title = "A reminder has one of the texts for reminders"


class NoPaperOfOurs(Conflict):
    title = "An imported invoice has no paper of ours: mark it as sent"


class SentToday(Conflict):
    """`since` is when it was queued, as the message of that id."""

    title = "The same was sent to this contact today, or waits to be sent"

    def __init__(self, message_id: UUID, since: datetime) -> None:
        super().__init__(message_id=message_id, since=since)
        self.since = since


class TooManyAtOnce(Invalid):
    title = "These are too many for one go"


@dataclass(frozen=True, slots=True)
class OwnText:
    """What somebody wrote for this one message, in place of the template; an SMS is the body alone."""

    subject: str | None
    body: str


@dataclass(frozen=True, slots=True)
class Addressed:
    """By which way, to which contact (None: the best there is), in whose words (None: the template's).

    `despite`: why a supervisor sends it though something stops it: see `Draft.stopped`. `again`: also where the same
    was sent to that contact today.
    """

    channel: Channel
    contact_id: UUID | None = None
    words: OwnText | None = None
    despite: str | None = None
    again: bool = False


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of one of many: its message, or why there is none."""

    id: UUID
    message_id: UUID | None
    refused: Refusal | None = None


def send_invoice(
    store: EventStore, command: Command, invoice_id: UUID, *, message_id: UUID, addressed: Addressed, formats: FormatsIn
) -> Outcome:
    def decide(log: Streams) -> Decision:
        return queued(log, command, message_id, draft_invoice(log, command, invoice_id, formats), addressed)

    return change(store, command, decide)


def send_estimate(
    store: EventStore,
    command: Command,
    estimate_id: UUID,
    *,
    message_id: UUID,
    addressed: Addressed,
    formats: FormatsIn,
    link: str | None = None,
    seen: int | None = None,
) -> Outcome:
    """`link` is where the client reads and answers it, if there is such a place.

    `seen` is the version that whoever sends it has looked at: refused where it is another by now.
    """

    def decide(log: Streams) -> Decision:
        draft = draft_estimate(log, command, estimate_id, formats, link)
        log.check_seen(estimate_id, seen)
        return queued(log, command, message_id, draft, addressed)

    return change(store, command, decide)


def remind_of_invoice(
    store: EventStore,
    command: Command,
    invoice_id: UUID,
    *,
    credit: Money | None,
    message_id: UUID,
    addressed: Addressed,
    template: TemplateKind = TemplateKind.FIRST_REMINDER,
    formats: FormatsIn,
) -> Outcome:
    """As somebody asks for; what the policy asks for is in `application/reminders.py`.

    `credit` is what the client has paid too much elsewhere, as read models know it.
    """

    def decide(log: Streams) -> Decision:
        command.actor.require(*WORKS)
        invoice = load_invoice(log, invoice_id, command)
        draft = draft_reminder(log, command, invoice_id, invoice, template, formats, credit)
        return queued(log, command, message_id, draft, addressed)

    return change(store, command, decide)


def send_many(
    command: Command, chosen: Sequence[UUID], send: Callable[[Command, UUID, UUID], Outcome]
) -> tuple[Sequence[Sent], int]:
    """Each on its own, so that what is refused keeps no other: what became of each, and the last position.

    `send` is called with a command of its own, the thing's id and the message's.
    """
    command.actor.require(*WORKS)
    if len(chosen) > AT_ONCE:
        raise TooManyAtOnce(field="ids", count=len(chosen), at_most=AT_ONCE)
    sent: list[Sent] = []
    position = 0
    for one in dict.fromkeys(chosen):
        own = replace(command, id=uuid5(command.id, f"message about {one}"))
        try:
            outcome = send(own, one, own.id)
        except Refusal as refusal:
            sent.append(Sent(one, None, refusal))
        else:
            sent.append(Sent(one, outcome.id))
            position = max(position, outcome.position)
    return sent, position


# What is to be sent, before it is said to where


@dataclass(frozen=True, slots=True)
class Draft:
    """`client` is whoever answers for it now; `has_paper`: a PDF goes along, unless it is an SMS; `abroad`:
    the country of its address, where that is another than ours.

    `stopped`: its case file is disputed or in insolvency, or what is asked for is covered by money that is there
    already. It is sent only if a supervisor says why.
    """

    kind: Kind
    matter: Matter
    matter_id: UUID
    client_id: UUID
    client: Client
    language: Language
    template: Template
    has_paper: bool = False
    abroad: str | None = None
    stopped: Conflict | None = None


def draft_invoice(log: Streams, command: Command, invoice_id: UUID, formats: FormatsIn) -> Draft:
    command.actor.require(*WORKS)
    invoice = load_invoice(log, invoice_id, command)
    invoice.check_issued()
    if invoice.imported:
        raise NoPaperOfOurs
    return _about_invoice(log, command, invoice_id, invoice, Kind.DOCUMENT, TemplateKind.INVOICE, formats)


def draft_reminder(
    log: Streams,
    command: Command,
    invoice_id: UUID,
    invoice: Invoice,
    template: TemplateKind,
    formats: FormatsIn,
    credit: Money | None,
) -> Draft:
    """Refused unless it is overdue, and while it is disputed or in collection.

    While it is covered it is a supervisor's alone. Raises `HeldBack`.
    """
    invoice.check_issued()
    if template not in REMINDERS:
        raise NotAReminder(field="template", known=[*REMINDERS])
    if invoice.dispute is not None or invoice.settlement.in_collection is not None:
        raise ReminderPaused
    if not (invoice.due_on < command.today and invoice.outstanding.amount > 0):
        raise NotOverdue
    held = held_back(invoice.ledger, invoice.outstanding, credit)
    check_may_go_on(held, command.actor)
    return replace(_about_invoice(log, command, invoice_id, invoice, Kind.REMINDER, template, formats), stopped=held)


def draft_estimate(
    log: Streams, command: Command, estimate_id: UUID, formats: FormatsIn, link: str | None = None
) -> Draft:
    command.actor.require(*WORKS)
    estimate = load_estimate(log, estimate_id, command.actor, command.today)
    estimate.check_sendable()
    check_estimate_paper(log, estimate)
    language, client = estimate.language, addressee(log, estimate.client_id)
    expires_on = command.today + timedelta(days=estimate.valid_days)
    values = of_estimate(estimate, formats(language), link, expires_on=expires_on)
    template = written(log, TemplateKind.ESTIMATE, language, client[1], values, today=command.today, formats=formats)
    abroad = abroad_of(log, client[1], formats(language))
    return Draft(
        Kind.DOCUMENT, Matter.ESTIMATE, estimate_id, *client, language, template, has_paper=True, abroad=abroad
    )


def _about_invoice(
    log: Streams,
    command: Command,
    invoice_id: UUID,
    invoice: Invoice,
    kind: Kind,
    template_kind: TemplateKind,
    formats: FormatsIn,
) -> Draft:
    language, client = invoice.language, addressee(log, invoice.client_id)
    values = {**of_invoice(invoice_id, invoice, formats(language), today=command.today)}
    if not invoice.imported:
        values[Placeholder.ENCLOSED] = (ENCLOSED_AGAIN if invoice.sent else ENCLOSED)[language]
    template = written(log, template_kind, language, client[1], values, today=command.today, formats=formats)
    abroad = abroad_of(log, client[1], formats(language))
    has_paper = not invoice.imported
    return Draft(kind, Matter.INVOICE, invoice_id, *client, language, template, has_paper=has_paper, abroad=abroad)


def held_back(ledger: Ledger, owed: Money, credit: Money | None = None) -> HeldBack | None:
    """Nothing is asked for that the client has paid already, whether or not anybody has decided on it."""
    return Cover(ledger.undecided, credit or Money.zero(owed.currency)).holds_back(owed)


def check_may_go_on(stopped: Conflict | None, actor: Actor) -> None:
    """Only who may send it all the same writes it. Raises what stops it."""
    if stopped is not None and Role.SUPERVISOR not in actor.roles:
        raise stopped


# Into the outbox


def queued(log: Streams, command: Command, message_id: UUID, draft: Draft, addressed: Addressed) -> Decision:
    despite = why_despite(addressed.despite, draft.stopped, by=command.actor) if draft.stopped else None
    new = new_message(log, draft, replace(addressed, despite=despite))
    [message] = log.load_or_new(Message(), message_id).queue(new, at=command.at, by=command.actor)
    of_the_day, of_the_day_before = (
        claim_of(message_id, message, on=command.at - timedelta(days=days)) for days in (0, 1)
    )
    held = log.claimed(TO_A_CONTACT, [of_the_day.value, of_the_day_before.value])
    if not addressed.again:
        for holder in held.values():
            _check_not_sent_today(log, holder, command)
    claims = [] if of_the_day.value in held else [of_the_day]
    return Decision([Change(message_id, [message], new.client_id)], claims, id=message_id)


def claim_of(message_id: UUID, message: MessageQueued, *, on: datetime) -> Claim:
    """Nobody else sends these words about this to that contact on that day, which is one of UTC."""
    parts = (message.matter_id, message.kind, message.channel, message.to, message.subject, message.body, on.date())
    return Claim(TO_A_CONTACT, "\n".join(str(one) for one in parts), message_id)


def _check_not_sent_today(log: Streams, message_id: UUID, command: Command) -> None:
    """What was cancelled, or failed for good, does not count."""
    message, zone = log.load(Message(), message_id), log.load_or_new(Business(), BUSINESS).zone
    queued_at = message.details.due_at
    goes = message.state not in {State.CANCELLED, State.FAILED}
    if goes and queued_at.astimezone(zone).date() == command.today:
        raise SentToday(message_id, queued_at)


def new_message(log: Streams, draft: Draft, addressed: Addressed) -> NewMessage:
    """To where the client may be written to, by a way that is set up."""
    channel, words, template = addressed.channel, addressed.words, draft.template
    if channel is Channel.MARKED:
        raise ChannelNotSent(field="channel")
    load_correspondence(log).check_carries(channel)
    by_sms = channel is Channel.SMS
    return NewMessage(
        channel=channel,
        kind=draft.kind,
        matter=draft.matter,
        matter_id=draft.matter_id,
        client_id=draft.client_id,
        language=draft.language,
        to=reach(draft.client, channel, addressed.contact_id, region=region_of(log), abroad=draft.abroad).to,
        name=name_of(draft.client),
        subject=(words.subject if words else None) or template.subject,
        body=words.body if words else template.short if by_sms else template.body,
        attached=draft.has_paper and not by_sms,
        despite=addressed.despite,
    )


def region_of(log: Streams) -> str:
    """Whose phone numbers lack their country's code."""
    return log.load_or_new(Business(), BUSINESS).country
