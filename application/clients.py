"""What people do with clients."""

from datetime import date
from uuid import UUID

from application.portfolio import check_user
from application.streams import Change, Claim, Command, Decision, EventStore, Outcome, Streams, change
from domain.client import Client, Kind
from domain.people import Role
from domain.personal import NAME, text

REFERENCE = "client reference"


def register_client(
    store: EventStore,
    command: Command,
    client_id: UUID,
    *,
    reference: str | None,
    name: str,
    kind: Kind | None = None,
    zone: str | None = None,
) -> Outcome:
    """Without a reference of its own the client is known by its id."""

    known_as = text(reference or str(client_id), "reference", at_most=NAME)

    def decide(log: Streams) -> Decision:
        events = log.load_or_new(Client(), client_id).register(
            known_as, name, kind=kind, zone=zone, today=command.today, by=command.actor
        )
        claims = [Claim(REFERENCE, known_as, client_id)]
        return Decision([Change(client_id, events, client_id)], claims, client_id)

    return change(store, command, decide)


def assign_client(store: EventStore, command: Command, client_id: UUID, *, collector: str, from_on: date) -> Outcome:
    def decide(log: Streams) -> Decision:
        command.actor.require(Role.SUPERVISOR, Role.ADMINISTRATOR)
        client = log.load(Client(), client_id)
        check_user(log, collector)
        events = client.assign_to_collector(collector, from_on, today=command.today, by=command.actor)
        return Decision([Change(client_id, events, client_id)], id=client_id)

    return change(store, command, decide)
