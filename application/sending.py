"""Sending invoices and estimates, and reminding of invoices: each puts a message into the outbox.

That they were sent is a fact only once whoever carries the message has accepted it: see `application/outbox.py`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID, uuid5

from application.correspondence import load_correspondence
from application.estimates import load_estimate
from application.invoices import load_invoice
from application.recipients import addressee, reach
from application.streams import Change, Command, Decision, EventStore, Outcome, Streams, change
from application.wording import FormatsIn, name_of, of_estimate, of_invoice, written
from domain.business import BUSINESS, Business
from domain.client import Client
from domain.correspondence.templates import Template, TemplateKind
from domain.errors import Conflict, Invalid, Refusal
from domain.invoice import Invoice
from domain.message import Kind, Matter, Message, NewMessage
from domain.sending import Channel, Language

AT_ONCE = 200


class ChannelNotSent(Invalid):
    title = "Messages go by e-mail, SMS or post: what was handed over otherwise is marked as sent"


class NotOverdue(Conflict):
    title = "This invoice is not overdue: there is nothing to remind of"


class ReminderPaused(Conflict):
    title = "No reminder is sent while the invoice is disputed or in collection"


class NoPaperOfOurs(Conflict):
    title = "An imported invoice has no paper of ours: mark it as sent"


class TooManyAtOnce(Invalid):
    title = "These are too many for one go"


@dataclass(frozen=True, slots=True)
class Words:
    """What somebody wrote for this one message, in place of the template; an SMS is the body alone."""

    subject: str
    body: str


@dataclass(frozen=True, slots=True)
class Addressed:
    """By which way, to which contact (None: the best there is), in whose words (None: the template's)."""

    channel: Channel
    contact_id: UUID | None = None
    words: Words | None = None


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
        invoice = load_invoice(log, invoice_id, command)
        invoice.check_issued()
        if invoice.imported:
            raise NoPaperOfOurs
        client_id, client = addressee(log, invoice.client_id)
        words = invoice_words(log, invoice, client, TemplateKind.INVOICE, command, formats)
        new = new_message(
            log, client, client_id, addressed, words, Kind.DOCUMENT, Matter.INVOICE, invoice_id, invoice.language
        )
        return queued(log, command, message_id, replace(new, attached=addressed.channel is not Channel.SMS))

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
) -> Outcome:
    """`link` is where the client reads and answers it, if there is such a place."""

    def decide(log: Streams) -> Decision:
        estimate = load_estimate(log, estimate_id, command.actor, command.today)
        estimate.check_sendable()
        client_id, client = addressee(log, estimate.client_id)
        values = of_estimate(
            estimate,
            formats(estimate.language),
            link,
            expires_on=command.today + timedelta(days=estimate.valid_days),
        )
        words = written(
            log, TemplateKind.ESTIMATE, estimate.language, client, values, today=command.today, formats=formats
        )
        new = new_message(
            log,
            client,
            client_id,
            addressed,
            words,
            Kind.DOCUMENT,
            Matter.ESTIMATE,
            estimate_id,
            estimate.language,
        )
        return queued(log, command, message_id, replace(new, attached=addressed.channel is not Channel.SMS))

    return change(store, command, decide)


def remind_of_invoice(
    store: EventStore,
    command: Command,
    invoice_id: UUID,
    *,
    message_id: UUID,
    addressed: Addressed,
    template: TemplateKind = TemplateKind.FIRST_REMINDER,
    formats: FormatsIn,
) -> Outcome:
    """As somebody asks for; what the policy asks for is in `application/reminders.py`."""

    def decide(log: Streams) -> Decision:
        invoice = load_invoice(log, invoice_id, command)
        check_remindable(invoice, command)
        new = reminder(log, command, invoice_id, invoice, addressed, template, formats)
        return queued(log, command, message_id, new)

    return change(store, command, decide)


def send_many(
    command: Command, chosen: Sequence[UUID], send: Callable[[Command, UUID, UUID], Outcome]
) -> tuple[Sequence[Sent], int]:
    """Each on its own, so that what is refused keeps no other: what became of each, and the last position.

    `send` is called with a command of its own, the thing's id and the message's.
    """
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


# What they share


def check_remindable(invoice: Invoice, command: Command) -> None:
    invoice.check_issued()
    if invoice.dispute is not None or invoice.settlement.in_collection is not None:
        raise ReminderPaused
    if not (invoice.due_on < command.today and invoice.outstanding.amount > 0):
        raise NotOverdue


def reminder(
    log: Streams,
    command: Command,
    invoice_id: UUID,
    invoice: Invoice,
    addressed: Addressed,
    template: TemplateKind,
    formats: FormatsIn,
) -> NewMessage:
    client_id, client = addressee(log, invoice.client_id)
    words = invoice_words(log, invoice, client, template, command, formats)
    new = new_message(
        log, client, client_id, addressed, words, Kind.REMINDER, Matter.INVOICE, invoice_id, invoice.language
    )
    return replace(new, attached=not (invoice.imported or addressed.channel is Channel.SMS))


def invoice_words(
    log: Streams, invoice: Invoice, client: Client, kind: TemplateKind, command: Command, formats: FormatsIn
) -> Template:
    values = of_invoice(invoice, formats(invoice.language), today=command.today)
    return written(log, kind, invoice.language, client, values, today=command.today, formats=formats)


def new_message(
    log: Streams,
    client: Client,
    client_id: UUID,
    addressed: Addressed,
    template: Template,
    kind: Kind,
    matter: Matter,
    matter_id: UUID,
    language: Language,
) -> NewMessage:
    """To where the client may be written to, by a way that is set up."""
    channel, words = addressed.channel, addressed.words
    if channel is Channel.MARKED:
        raise ChannelNotSent(field="channel")
    load_correspondence(log).check_carries(channel)
    to = reach(client, channel, addressed.contact_id, region=region_of(log)).to
    body = template.short if channel is Channel.SMS else template.body
    return NewMessage(
        channel,
        kind,
        matter,
        matter_id,
        client_id,
        language,
        to,
        name_of(client),
        words.subject if words else template.subject,
        words.body if words else body,
    )


def queued(log: Streams, command: Command, message_id: UUID, new: NewMessage) -> Decision:
    message = log.load_or_new(Message(), message_id)
    events = message.queue(new, at=command.at, by=command.actor)
    return Decision([Change(message_id, events, new.client_id)], id=message_id)


def region_of(log: Streams) -> str:
    """Whose phone numbers lack their country's code."""
    return log.load_or_new(Business(), BUSINESS).country
