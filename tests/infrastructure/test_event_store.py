"""What the use cases rely on, on both engines alike."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from uuid import UUID, uuid4

import psycopg
import pytest
from eventually import eventually
from logged import NOON, TODAY, assigning, command, history, reference, registered, registering

from application.streams import (
    AlreadyClaimed,
    Change,
    ChangedMeanwhile,
    Decision,
    IdempotencyKeyReused,
    Outcome,
    Streams,
    change,
)
from domain.case_file import CaseFile
from domain.client import Client, ClientRegistered
from domain.client.details import Details
from domain.client.portfolio import ClientAssignedToCollector, Portfolio
from domain.errors import NotFound
from domain.holdings import Holding
from domain.invoice import Invoice
from infrastructure.keys.keyring import Keyring
from infrastructure.keys.master_key import master_key
from infrastructure.log.chain import Head
from infrastructure.log.codec import Codec
from infrastructure.log.event_store import LogEventStore
from infrastructure.stores import CONNECTIONS


def fresh(store) -> LogEventStore:
    """The same store as one that remembers nothing."""
    return LogEventStore(store.log, Codec(), store.keys, store.keyring)


def test_a_stream_that_is_not_there_is_nothing(store):
    assert store.events.load(Client(), uuid4()) == (Client(), 0)
    assert store.events.history(uuid4()) == []


def test_what_was_appended_is_loaded(store):
    client = registered(store)
    change(store.events, command(), assigning(client, "ana"))
    held = Client(Details("Ana López"), portfolio=Portfolio((Holding(TODAY, "ana"),)))
    assert store.events.load(Client(), client) == (held, 2)
    assert fresh(store).load(Client(), client) == (held, 2)


def test_the_log_knows_who_when_and_why(store):
    asked = command(causation_id=UUID(int=9))
    client = uuid4()
    assert change(store.events, asked, registering(client)) == Outcome(client, 1)
    (recorded,) = store.events.history(client)
    assert (recorded.position, recorded.stream, recorded.version) == (1, client, 1)
    assert (recorded.name, recorded.event) == ("ClientRegistered", ClientRegistered("C-1", "Ana López"))
    assert (recorded.recorded_at, recorded.actor) == (NOON, "operator")
    assert (recorded.command_id, recorded.correlation_id) == (asked.id, asked.correlation_id)
    assert recorded.causation_id == UUID(int=9)
    assert store.events.head() == (1, recorded.hash)


def test_events_are_read_on_from_a_position(store):
    clients = [registered(store, reference=f"C-{number}") for number in range(5)]
    assert [recorded.stream for recorded in store.events.since(0, 10)] == clients
    assert [recorded.position for recorded in store.events.since(2, 2)] == [3, 4]
    assert store.events.since(5, 10) == []


def test_a_version_that_has_moved_is_refused_and_nothing_is_written(store):
    client, other = registered(store), uuid4()
    before = store.events.head()
    events = [ClientAssignedToCollector("ana", TODAY)]
    decision = Decision([Change(other, events), Change(client, events)], [reference("new", other)])
    with pytest.raises(ChangedMeanwhile):
        store.events.append(decision, command(), after={client: 0, other: 0})
    assert store.events.head() == before
    assert store.events.claimed("client reference", ["new"]) == {}


def test_a_stream_that_was_only_read_must_not_have_moved_either(store):
    read, written = registered(store), uuid4()
    decision = Decision([Change(written, [ClientAssignedToCollector("ana", TODAY)])])
    with pytest.raises(ChangedMeanwhile):
        store.events.append(decision, command(), after={read: 0, written: 0})
    assert store.events.append(decision, command(), after={read: 1, written: 0}) == 2


def test_one_decision_changes_several_streams_at_once(store):
    one, two = registered(store), registered(store)
    assigned = ClientAssignedToCollector("ana", TODAY)
    decision = Decision([Change(one, [assigned]), Change(two, [assigned, assigned]), Change(one, [assigned])])
    assert store.events.append(decision, command(), after={one: 1, two: 1}) == 6
    assert [recorded.stream for recorded in store.events.since(2, 10)] == [one, two, two, one]
    for events in (store.events, fresh(store)):
        assert events.load(Client(), one)[1] == events.load(Client(), two)[1] == 3


def test_what_it_remembers_is_what_it_would_read(store):
    clients = [registered(store) for _ in range(3)]
    for collector in ("ana", "bea"):
        for client in clients:
            change(store.events, command(), assigning(client, collector))
    for client in clients:
        assert store.events.load(Client(), client) == fresh(store).load(Client(), client)


def test_a_stream_of_something_else_is_as_one_that_is_not_there(store):
    client = registered(store)
    for nothing in (CaseFile(), Invoice()):
        assert store.events.load(nothing, client) == (nothing, 0)
        with pytest.raises(NotFound):
            Streams(store.events).load(nothing, client)
    assert store.events.load(Client(), client)[1] == 1


def test_a_decision_without_events_is_an_answer_all_the_same(store):
    client = registered(store)
    asked = command(fingerprint=b"1")
    change(store.events, command(), assigning(client, "ana"))
    assert change(store.events, asked, assigning(client, "ana")) == Outcome(client, 2)
    change(store.events, command(), assigning(client, "bea"))
    assert change(store.events, asked, assigning(client, "ana")) == Outcome(client, 2)


# Commands


def test_the_same_command_again_is_answered_as_the_first_time(store):
    client = uuid4()
    asked = command(fingerprint=b"body")
    first = change(store.events, asked, registering(client))
    registered(store)
    assert change(store.events, asked, registering(client)) == first == Outcome(client, 1)
    assert store.events.head()[0] == 2


@pytest.mark.parametrize("other", [{"fingerprint": b"another"}, {"route": "another"}])
def test_another_request_under_the_same_key_is_refused(store, other):
    asked = command(fingerprint=b"body")
    change(store.events, asked, registering(uuid4()))
    with pytest.raises(IdempotencyKeyReused):
        change(store.events, replace(asked, **other), registering(uuid4()))


def test_a_command_is_never_carried_out_twice(store):
    asked, client = command(), registered(store)
    change(store.events, asked, assigning(client, "ana"))
    decision = Decision([Change(client, [ClientAssignedToCollector("bea", TODAY)])])
    with pytest.raises(ChangedMeanwhile):
        store.events.append(decision, asked, after={client: 2})
    assert store.events.outcome_of(asked) == Outcome(client, 2)
    assert store.events.outcome_of(command()) is None


# Claims


def test_a_value_has_one_holder(store):
    client, other = uuid4(), uuid4()
    change(store.events, command(), registering(client, claims=[reference("C-1", client)]))
    with pytest.raises(AlreadyClaimed) as refused:
        change(store.events, command(), registering(other, claims=[reference("C-1", other)]))
    assert refused.value.details == {"kind": "client reference", "holder": client}
    assert "C-1" not in str(refused.value)
    assert store.events.load(Client(), other)[1] == 0


def test_a_holder_may_claim_again(store):
    client = uuid4()
    change(store.events, command(), registering(client, claims=[reference("C-1", client)]))
    decision = Decision([], [reference("C-1", client), reference("C-2", client), reference("C-2", client)])
    store.events.append(decision, command(), after={client: 1})
    assert store.events.claimed("client reference", ["C-1", "C-2"]) == {"C-1": client, "C-2": client}


def test_two_streams_of_one_decision_cannot_claim_the_same(store):
    one, two = uuid4(), uuid4()
    with pytest.raises(AlreadyClaimed):
        store.events.append(Decision([], [reference("C-1", one), reference("C-1", two)]), command(), after={})


def test_kinds_of_values_are_apart(store):
    one, two = uuid4(), uuid4()
    other = replace(reference("C-1", two), kind="case file reference")
    store.events.append(Decision([], [reference("C-1", one), other]), command(), after={})
    assert store.events.claimed("case file reference", ["C-1", "C-2"]) == {"C-1": two}


def test_no_plain_hash_or_value_is_stored(store, tmp_path):
    another = tmp_path / "another.key"
    master_key(another, create=True)
    client = uuid4()
    store.events.append(Decision([], [reference("12345678Z", client)]), command(), after={})
    (((value,)),) = store.log._rows("SELECT value FROM claims")
    assert value == store.events._hashed("client reference", "12345678Z")
    assert value != Keyring(store.log, another).hash("claims", b"client reference", b"12345678Z")


# Many at once, as imports append them


def test_many_events_and_claims_are_one_transaction(store):
    clients = [uuid4() for _ in range(6_000)]
    decision = Decision(
        [
            Change(client, [ClientRegistered(f"C-{number}", "Ana López")], client)
            for number, client in enumerate(clients)
        ],
        [reference(f"C-{number}", client) for number, client in enumerate(clients)],
    )
    assert store.events.append(decision, command(), after=dict.fromkeys(clients, 0)) == 6_000
    assert store.events.verify() == Head(*store.events.head())
    wanted = [f"C-{number}" for number in range(5_500, 6_500)]
    assert store.events.claimed("client reference", wanted) == dict(zip(wanted, clients[5_500:], strict=False))
    last = store.events.since(5_999, 10)
    assert [recorded.event for recorded in last] == [ClientRegistered("C-5999", "Ana López")]
    late = replace(decision, claims=[*decision.claims[:-1], reference("C-5999", clients[0])])
    with pytest.raises(AlreadyClaimed):
        store.events.append(late, command(), after=dict.fromkeys(clients, 1))
    assert store.events.head()[0] == 6_000


# Under the lock


def test_what_is_appended_under_the_lock_is_committed_at_its_end(store):
    client = registered(store)
    with store.events.locked() as log:
        change(log, command(), assigning(client, "ana"))
        assert log.load(Client(), client)[1] == 2
        assert fresh(store).load(Client(), client)[1] == 1
    assert store.events.load(Client(), client)[1] == 2


def test_an_error_under_the_lock_takes_all_of_it_back(store):
    client = registered(store)

    class Stop(Exception):
        pass

    def interrupted() -> Iterator[None]:
        with store.events.locked() as log:
            change(log, command(), assigning(client, "ana"))
            log.load(Client(), client)
            raise Stop

    with pytest.raises(Stop):
        interrupted()
    assert store.events.load(Client(), client)[1] == 1
    assert history(store, client) == [ClientRegistered("C-1", "Ana López")]
    change(store.events, command(), assigning(client, "bea"))
    assert store.events.verify() == Head(*store.events.head())


def test_whoever_holds_the_lock_asks_on_while_all_other_connections_wait_for_it(postgres_store):
    store = postgres_store
    waiting = (
        "SELECT count(*) FROM pg_locks JOIN pg_database AS its ON its.oid = database"
        " WHERE locktype = 'advisory' AND NOT granted AND datname = current_database()"
    )

    def wait_for_it():
        with store.events.locked():
            pass

    with psycopg.connect(store.address) as db, ThreadPoolExecutor(CONNECTIONS) as others:
        with store.events.locked() as log:
            held_up = [others.submit(wait_for_it) for _ in range(CONNECTIONS)]
            eventually(lambda: db.execute(waiting).fetchone() == (CONNECTIONS - 1,))
            assert log.claimed("client reference", ["C-0"]) == {}
            change(log, command(), registering(uuid4()))
        for one in held_up:
            one.result()
