"""Reminders that the policy asks for: each step once for each invoice, on its day or, after a pause, soon after it."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID, uuid5

from application.correspondence import load_correspondence
from application.sending import Addressed, draft_reminder, new_message
from application.streams import Change, Command, Decision, EventStore, Outcome, Streams, change
from application.wording import FormatsIn
from domain.correspondence import ReminderStep
from domain.errors import Conflict
from domain.invoice import Invoice
from domain.message import Message, State
from domain.money import Money
from domain.people import PLANNER

LATE_AT_MOST = timedelta(days=7)
"""A step that was missed for longer, as Recobro was down or the invoice disputed, is left out: the next one comes."""


class ReminderNotWanted(Conflict):
    title = "The policy does not ask for this reminder, or it was sent already"


def is_due(step: ReminderStep, due_on: date, today: date) -> bool:
    asked_for = due_on + timedelta(days=step.days)
    return asked_for <= today < asked_for + LATE_AT_MOST


def reminder_id(invoice_id: UUID, step: ReminderStep) -> UUID:
    """The message's: so however often it is asked for, there is one."""
    return uuid5(invoice_id, f"reminder {step.days}")


def remind_by_policy(
    store: EventStore,
    invoice_id: UUID,
    step: ReminderStep,
    *,
    at: datetime,
    today: date,
    formats: FormatsIn,
    credit: Money | None,
) -> Outcome:
    """Raises the refusal that is in the way: paid, disputed, in collection, held back, nowhere to write to, blocked.

    Only of what was sent, or imported: who never got an invoice is not reminded of it.
    """
    message_id = reminder_id(invoice_id, step)
    command = Command(uuid5(message_id, f"queued {at}"), PLANNER, at, today, message_id, route="reminder policy")

    def decide(log: Streams) -> Decision:
        message = log.load_or_new(Message(), message_id)
        invoice = log.load(Invoice(), invoice_id)
        policy = load_correspondence(log).policy
        wanted = policy.on and step in policy.steps and is_due(step, invoice.due_on, today)
        if message.state is not State.NOTHING or not wanted or not (invoice.sent or invoice.imported):
            raise ReminderNotWanted
        draft = draft_reminder(log, command, invoice_id, invoice, step.template, formats, credit)
        new = replace(new_message(log, draft, Addressed(step.channel)), step=step.days)
        events = message.queue_by_policy(new, at=at)
        return Decision([Change(message_id, events, new.client_id)], id=message_id)

    return change(store, command, decide)
