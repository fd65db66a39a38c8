"""PostgreSQL, when the connection is lost: whether the append happened or not, the command is carried out once."""

import psycopg
import pytest
from logged import TODAY, assigning, command, history, registered
from network import Network

from application.streams import AppendUncertain, Change, Decision, Outcome, change
from domain.client import Client
from domain.client.portfolio import ClientAssignedToCollector
from infrastructure.log.engine import LogUnavailable
from infrastructure.stores import open_store


@pytest.fixture
def network(postgres_address):
    with Network.to(postgres_address) as network:
        yield network


@pytest.fixture
def far(network, postgres_address, master_key_file):
    """A store on the other side of the network, its statements prepared: each is one question and one answer."""
    with open_store(network.address_of(postgres_address), master_key_file) as store:
        registered(store)
        registered(store)
        yield store


def losing(network, what, decide):
    """The decision is made, and then that is lost."""
    tries = []

    def deciding(streams):
        decision = decide(streams)
        tries.append(decision)
        if len(tries) == 1:
            network.lose = what
        return decision

    return deciding, tries


@pytest.mark.parametrize("fingerprint", [b"", b"body"])
def test_the_lost_answer_of_an_append_that_happened_is_looked_up(network, far, fingerprint):
    client = registered(far)
    deciding, tries = losing(network, "answer", assigning(client, "ana"))
    assert change(far.events, command(fingerprint=fingerprint), deciding) == Outcome(client, 4)
    assert len(tries) == 1
    assert history(far, client)[1:] == [ClientAssignedToCollector("ana", TODAY)]


def test_an_append_that_never_arrived_is_decided_again(network, far):
    client = registered(far)
    deciding, tries = losing(network, "question", assigning(client, "ana"))
    assert change(far.events, command(), deciding) == Outcome(client, 4)
    assert len(tries) == 2
    assert history(far, client)[1:] == [ClientAssignedToCollector("ana", TODAY)]


@pytest.mark.parametrize("lost", ["question", "answer"])
def test_nobody_can_tell_at_once_whether_it_happened(network, far, lost):
    client = registered(far)
    network.lose = lost
    decision = Decision([Change(client, [ClientAssignedToCollector("ana", TODAY)])])
    with pytest.raises(AppendUncertain):
        far.events.append(decision, command(), after={client: 1})
    assert len(history(far, client)) == (1 if lost == "question" else 2)


def test_a_lock_whose_connection_is_lost_took_nothing_with_it(network, far):
    client = registered(far)

    def interrupted():
        with far.events.locked() as log:
            change(log, command(), assigning(client, "ana"))
            network.lose = "question"

    with pytest.raises(AppendUncertain):
        interrupted()
    assert far.events.load(Client(), client)[1] == 1
    change(far.events, command(), assigning(client, "bea"))
    assert far.events.load(Client(), client)[1] == 2


def test_reading_goes_on_after_the_server_was_started_again(postgres_store):
    client = registered(postgres_store)
    with psycopg.connect(postgres_store.address, autocommit=True) as db:
        db.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE pid <> pg_backend_pid() AND datname = current_database()"
        )
    assert len(history(postgres_store, client)) == 1
    change(postgres_store.events, command(), assigning(client, "ana"))
    assert len(history(postgres_store, client)) == 2


def test_a_log_out_of_reach_says_so(postgres_store):
    client = registered(postgres_store)
    postgres_store.log.close()
    with pytest.raises(LogUnavailable):
        history(postgres_store, client)
    with pytest.raises(LogUnavailable):
        postgres_store.events.append(Decision([]), command(), after={})
