"""What people do with clients: register, correct and verify them, and keep how they are reached and their money.

A collector works the own portfolio: what others hold is refused just as what does not exist.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from uuid import UUID, uuid5

from application.portfolio import check_works
from application.streams import AlreadyClaimed, Change, Claim, Command, Decision, EventStore, Outcome, Streams, change
from domain.business import BUSINESS, Business
from domain.client import Client, Event
from domain.client.contacts import Contact
from domain.client.details import ClientRole, Details, Identification
from domain.client.finances import Account, Card, CreditEntry
from domain.errors import Conflict, NotFound
from domain.people import Actor
from domain.personal import reference_text

REFERENCE = "client reference"
IDENTIFICATION = "client identification"


class IdentificationInUse(Conflict):
    title = "Another client has this identification already"


def register_client(
    store: EventStore,
    command: Command,
    client_id: UUID,
    *,
    reference: str | None,
    details: Details,
    contacts: Sequence[Contact] = (),
    accounts: Sequence[Account] = (),
    collector: str | None = None,
) -> Outcome:
    """Without a reference of its own the client is known by its id. `collector` is for a supervisor to say."""

    by, today = command.actor, command.today

    def decide(log: Streams) -> Decision:
        new = registered(log, command, NewClient(client_id, details, reference))
        client, events = new.client, [*new.change.events]
        country = _country(log) if contacts or accounts else ""
        for number, contact in enumerate(contacts):
            added = client.add_contact(uuid5(command.id, f"contact {number}"), contact, region=country, by=by)
            events += added
            client = _folded(client, added)
        for number, account in enumerate(accounts):
            added = client.add_account(uuid5(command.id, f"account {number}"), account, country=country, by=by)
            events += added
            client = _folded(client, added)
        if collector is not None:
            check_works(log, collector)
            events += client.assign_to_collector(collector, today, today=today, by=by)
        return Decision([Change(client_id, events, client_id)], new.claims, client_id)

    return change(store, command, decide)


@dataclass(frozen=True, slots=True)
class NewClient:
    """One who is registered, by itself or along with what is about it. Without a reference it is known by its id."""

    id: UUID
    details: Details
    reference: str | None = None


@dataclass(frozen=True, slots=True)
class Registered:
    """The client as it is then, and what a decision has to append for it."""

    client: Client
    change: Change
    claims: Sequence[Claim]


def registered(log: Streams, command: Command, new: NewClient) -> Registered:
    known_as = reference_text(new.reference or str(new.id))
    before = log.load_or_new(Client(), new.id)
    events = before.register(known_as, new.details, today=command.today, by=command.actor)
    client = _folded(before, events)
    claims = [Claim(REFERENCE, known_as, new.id), *_claims(new.id, client)]
    check_unclaimed(log, claims)
    return Registered(client, Change(new.id, events, new.id), claims)


def correct_client(
    store: EventStore,
    command: Command,
    client_id: UUID,
    *,
    details: Details,
    reason: str | None,
    seen: int | None = None,
) -> Outcome:
    """`seen` is the version whose details were corrected: refused where it is another by now."""

    def decide(log: Streams) -> Decision:
        client = load_client(log, client_id, command)
        log.check_seen(client_id, seen)
        events = client.correct(details, reason, by=command.actor)
        before = _claims(client_id, client)
        after = _claims(client_id, _folded(client, events))
        claims = [claim for claim in after if claim not in before]
        check_unclaimed(log, claims)
        released = [claim for claim in before if claim not in after]
        return Decision([Change(client_id, events, client_id)], claims, client_id, released)

    return change(store, command, decide)


def verify_client(store: EventStore, command: Command, client_id: UUID) -> Outcome:
    return _change_client(store, command, client_id, lambda c, _: c.verify(by=command.actor))


def withdraw_verification(store: EventStore, command: Command, client_id: UUID, *, reason: str | None) -> Outcome:
    return _change_client(store, command, client_id, lambda c, _: c.withdraw_verification(reason, by=command.actor))


# How it is reached


def add_contact(store: EventStore, command: Command, client_id: UUID, *, contact_id: UUID, contact: Contact) -> Outcome:
    return _change_client(
        store,
        command,
        client_id,
        lambda c, log: c.add_contact(contact_id, contact, region=_country(log), by=command.actor),
        made=contact_id,
    )


def change_contact(
    store: EventStore, command: Command, client_id: UUID, *, contact_id: UUID, contact: Contact, reason: str | None
) -> Outcome:
    return _change_client(
        store,
        command,
        client_id,
        lambda c, log: c.change_contact(contact_id, contact, reason, region=_country(log), by=command.actor),
        made=contact_id,
    )


def remove_contact(
    store: EventStore, command: Command, client_id: UUID, *, contact_id: UUID, reason: str | None
) -> Outcome:
    return _change_client(
        store, command, client_id, lambda c, _: c.remove_contact(contact_id, reason, by=command.actor)
    )


# Its money


def add_account(store: EventStore, command: Command, client_id: UUID, *, account_id: UUID, account: Account) -> Outcome:
    return _change_client(
        store,
        command,
        client_id,
        lambda c, log: c.add_account(account_id, account, country=_country(log), by=command.actor),
        made=account_id,
    )


def remove_account(
    store: EventStore, command: Command, client_id: UUID, *, account_id: UUID, reason: str | None
) -> Outcome:
    return _change_client(
        store, command, client_id, lambda c, _: c.remove_account(account_id, reason, by=command.actor)
    )


def add_card(store: EventStore, command: Command, client_id: UUID, *, card_id: UUID, card: Card) -> Outcome:
    return _change_client(
        store, command, client_id, lambda c, _: c.add_card(card_id, card, by=command.actor), made=card_id
    )


def remove_card(store: EventStore, command: Command, client_id: UUID, *, card_id: UUID, reason: str | None) -> Outcome:
    return _change_client(store, command, client_id, lambda c, _: c.remove_card(card_id, reason, by=command.actor))


def add_credit_entry(
    store: EventStore, command: Command, client_id: UUID, *, entry_id: UUID, entry: CreditEntry
) -> Outcome:
    return _change_client(
        store,
        command,
        client_id,
        lambda c, _: c.add_credit_entry(entry_id, entry, today=command.today, by=command.actor),
        made=entry_id,
    )


def remove_credit_entry(
    store: EventStore, command: Command, client_id: UUID, *, entry_id: UUID, reason: str | None
) -> Outcome:
    return _change_client(
        store, command, client_id, lambda c, _: c.remove_credit_entry(entry_id, reason, by=command.actor)
    )


# What they share


def own_client(log: Streams, client_id: UUID, command: Command) -> Client:
    """The client, if this person works on it; else nobody learns that there is one."""
    client = log.load(Client(), client_id)
    if not works_on(client, command.actor, command.today):
        raise NotFound(id=client_id)
    return client


def load_client(log: Streams, client_id: UUID, command: Command) -> Client:
    """The same, if its data may be used."""
    client = own_client(log, client_id, command)
    client.restrictions.check_usable()
    return client


def creditor_for(log: Streams, client_id: UUID, command: Command) -> Client:
    """A client to whom this person may say that something is owed: an own one, a creditor, or one whom nobody holds."""
    client = log.load(Client(), client_id)
    is_creditor = client.details is not None and ClientRole.CREDITOR in client.details.roles
    if (
        not is_creditor
        and client.held_by(command.today) is not None
        and not works_on(client, command.actor, command.today)
    ):
        raise NotFound(id=client_id)
    return client


def survivor_of(log: Streams, client_id: UUID) -> UUID:
    """Itself, or whoever it was merged into, and that one in turn."""
    while (into := log.load(Client(), client_id).restrictions.merged_into) is not None:
        client_id = into
    return client_id


def works_on(client: Client, actor: Actor, today: date) -> bool:
    return actor.sees(client.held_by(today))


def identification_claims(client_id: UUID, known: Identification | None) -> list[Claim]:
    """What is not a valid number is nobody's for sure."""
    return [Claim(IDENTIFICATION, known.claimed, client_id)] if known and known.valid else []


def _change_client(
    store: EventStore,
    command: Command,
    client_id: UUID,
    decide: Callable[[Client, Streams], Sequence[Event]],
    *,
    made: UUID | None = None,
) -> Outcome:
    """For what the client alone decides. `made` is the id of what the command makes, if not the client's."""

    def decided(log: Streams) -> Decision:
        events = decide(load_client(log, client_id, command), log)
        return Decision([Change(client_id, events, client_id)], id=made or client_id)

    return change(store, command, decided)


def _claims(client_id: UUID, client: Client) -> list[Claim]:
    return identification_claims(client_id, client.details.identification if client.details else None)


def check_unclaimed(log: Streams, claims: Sequence[Claim]) -> None:
    """Refused with who holds it, for whoever may know of them."""
    for claim in claims:
        holder = log.claimed(claim.kind, [claim.value]).get(claim.value, claim.stream)
        if holder != claim.stream:
            if claim.kind == IDENTIFICATION:
                raise IdentificationInUse(field="identification", holder=holder)
            raise AlreadyClaimed(field="reference", kind=claim.kind, holder=holder)


def _country(log: Streams) -> str:
    return log.load_or_new(Business(), BUSINESS).country


def _folded(client: Client, events: Sequence[Event]) -> Client:
    return reduce(Client.evolve, events, client)
