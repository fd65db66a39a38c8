"""Commands on a store's log, for tests about the log itself."""

import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import psycopg

from application.streams import Change, Claim, Command, Decision, Streams, change
from domain.client import Client
from domain.client.details import Details
from domain.people import OPERATOR
from infrastructure.stores import Store

TODAY = date(2026, 11, 20)
NOON = datetime(2026, 11, 20, 11, 0, 0, 123456, tzinfo=UTC)


def command(**other):
    return Command(
        **{
            "id": uuid4(),
            "actor": OPERATOR,
            "at": NOON,
            "today": TODAY,
            "correlation_id": uuid4(),
            "route": "test",
            **other,
        }
    )


def registering(client: UUID, name="Ana López", reference="C-1", *, claims=()):
    def decide(streams: Streams):
        events = streams.load_or_new(Client(), client).register(reference, Details(name), today=TODAY, by=OPERATOR)
        return Decision([Change(client, events, client)], claims, client)

    return decide


def assigning(client: UUID, collector: str):
    """No personal data in it, so it needs no key."""

    def decide(streams: Streams):
        events = streams.load(Client(), client).assign_to_collector(collector, TODAY, today=TODAY, by=OPERATOR)
        return Decision([Change(client, events, client)], id=client)

    return decide


def registered(store: Store, **told) -> UUID:
    """A new client."""
    client = uuid4()
    change(store.events, command(), registering(client, **told))
    return client


def reference(value: str, stream: UUID) -> Claim:
    return Claim("client reference", value, stream)


def history(store: Store, stream: UUID):
    return [recorded.event for recorded in store.events.history(stream)]


def tamper(store, *statements):
    """With the rights of whoever may write to the database."""
    if store.folder is not None:
        db = sqlite3.connect(store.folder / "events.db", isolation_level=None)
    else:
        db = psycopg.connect(store.address, autocommit=True)
    with closing(db):
        for statement in statements:
            db.execute(statement)
