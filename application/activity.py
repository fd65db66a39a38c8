"""The work on a case file: actions, promises, parties."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from application.clients import NewClient, Registered, load_client, registered, survivor_of
from application.portfolio import change_case_file, load_case_file
from application.streams import Change, Command, Decision, EventStore, Outcome, Streams, change
from domain.business import BUSINESS, Business
from domain.case_file.activity import Channel, Direction, NewAction, PartyRole
from domain.client import Client
from domain.money import Money

SENDING = frozenset({Channel.SMS, Channel.WHATSAPP})
"""What is sent to a phone."""


def log_action(
    store: EventStore,
    command: Command,
    case_file_id: UUID,
    *,
    action_id: UUID,
    action: NewAction,
    promise: tuple[UUID, Money, date] | None = None,
    dispute: tuple[UUID, str] | None = None,
    ask_first: bool = False,
    registers: NewClient | None = None,
    found_wrong: str | None = None,
) -> Outcome:
    """`registers` is the successor, where that one is new here. `found_wrong`: why the phone that was used is marked
    as wrong, where whoever was to be reached has it.

    An incoming call may be logged by anyone who works cases, whoever holds the case file.

    Nothing is sent to a phone whose owner does not want it: `DoNotContact`.
    """
    answers_a_call = (
        action.channel is Channel.CALL
        and action.direction is Direction.INCOMING
        and promise is None
        and dispute is None
    ) and action.next_action is None

    def decide(log: Streams) -> Decision:
        case_file = load_case_file(log, case_file_id, command.actor, command.today, anyones=answers_a_call)
        log.load(Client(), case_file.debtor_id).restrictions.check_not_blocked()
        along = None if registers is None else registered(log, command, registers)
        if along is None and action.successor_id is not None:
            load_client(log, action.successor_id, command)
        if action.phone is not None and action.channel in SENDING and action.direction is Direction.OUTGOING:
            reached = log.load(Client(), action.person_id or case_file.debtor_id)
            reached.contacts.check_may_be_sent(action.phone, log.load_or_new(Business(), BUSINESS).country)
        events = case_file.log_action(
            action_id, action, promise, dispute, ask_first=ask_first, today=command.today, by=command.actor
        )
        decision = _decision(Change(case_file_id, events, case_file.debtor_id), along, action_id)
        found: Sequence[Change] = ()
        if action.phone is not None and found_wrong is not None:
            found = _marked(log, action.person_id or case_file.debtor_id, action.phone, found_wrong)
        elif action.located is not None and action.located.phone is not None:
            found = _learned(log, case_file.debtor_id, action_id, action.located.phone, action.located.source)
        return replace(decision, changes=[*decision.changes, *found])

    return change(store, command, decide)


def _marked(log: Streams, person_id: UUID, phone: str, why: str) -> Sequence[Change]:
    """Nothing, where that person has no such phone: the action alone tells of it."""
    person, region = log.load(Client(), person_id), log.load_or_new(Business(), BUSINESS).country
    contact_id = person.contacts.with_phone(phone, region)
    return [Change(person_id, person.find_contact_wrong(contact_id, why), person_id)] if contact_id else []


def _learned(log: Streams, debtor_id: UUID, action_id: UUID, phone: str, source: str) -> Sequence[Change]:
    """Where the debtor was located: a contact like any other from then on, which has the id of the action."""
    client_id, region = survivor_of(log, debtor_id), log.load_or_new(Business(), BUSINESS).country
    events = log.load(Client(), client_id).learn_phone(action_id, phone, source, region=region)
    return [Change(client_id, events, client_id)] if events else []


def add_party(
    store: EventStore,
    command: Command,
    case_file_id: UUID,
    *,
    client_id: UUID,
    role: PartyRole,
    registers: NewClient | None = None,
) -> Outcome:
    """`registers` is the party, where that one is new here."""

    def decide(log: Streams) -> Decision:
        case_file = load_case_file(log, case_file_id, command.actor, command.today)
        along = None if registers is None else registered(log, command, registers)
        if along is None:
            load_client(log, client_id, command)
        events = case_file.add_party(client_id, role, by=command.actor)
        return _decision(Change(case_file_id, events, case_file.debtor_id), along, client_id)

    return change(store, command, decide)


def remove_party(
    store: EventStore, command: Command, case_file_id: UUID, *, client_id: UUID, role: PartyRole
) -> Outcome:
    return change_case_file(
        store, command, case_file_id, lambda c: c.remove_party(client_id, role, by=command.actor), made=client_id
    )


def make_promise(
    store: EventStore,
    command: Command,
    case_file_id: UUID,
    *,
    promise_id: UUID,
    amount: Money,
    due_on: date,
    ask_first: bool = False,
) -> Outcome:
    return change_case_file(
        store,
        command,
        case_file_id,
        lambda c: c.make_promise(
            promise_id, amount, due_on, ask_first=ask_first, today=command.today, by=command.actor
        ),
        made=promise_id,
    )


def cancel_promise(
    store: EventStore, command: Command, case_file_id: UUID, *, promise_id: UUID, reason: str | None
) -> Outcome:
    return change_case_file(
        store,
        command,
        case_file_id,
        lambda c: c.cancel_promise(promise_id, reason, today=command.today, by=command.actor),
        made=promise_id,
    )


def _decision(made: Change, along: Registered | None, id_: UUID) -> Decision:
    """With the client who is registered along, if one is."""
    if along is None:
        return Decision([made], id=id_)
    return Decision([along.change, made], along.claims, id_)
