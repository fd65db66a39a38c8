"""Several processes, here several open stores, write to one log at once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event, Thread

import pytest
from dropped import dropped_open
from logged import TODAY, assigning, command, history, registered, registering

from application.streams import ATTEMPTS, Change, ChangedMeanwhile, Decision, change
from domain.client import Client, ClientExists
from domain.client.portfolio import ClientAssignedToCollector
from domain.people import OPERATOR
from infrastructure.log.chain import Head
from infrastructure.stores import open_store


@pytest.fixture
def another(store, master_key_file):
    """The same store, opened once more."""
    with open_store(store.folder or store.address, master_key_file) as opened:
        yield opened


def test_the_loser_of_a_race_meets_the_winners_state(store, another):
    client = registered(store)
    seen = []

    def decide(streams):
        decision = assigning(client, "bea")(streams)
        seen.append(store.events.load(Client(), client)[0].held_by(TODAY))
        if len(seen) == 1:
            change(another.events, command(), assigning(client, "ana"))
        return decision

    change(store.events, command(), decide)
    assert seen == [None, "ana"]
    assert [event.collector for event in history(store, client)[1:]] == ["ana", "bea"]


@pytest.mark.parametrize("refuses", [False, True])
def test_what_is_remembered_is_neither_refused_on_nor_kept_to_once_another_process_has_changed_it(
    store, another, refuses
):
    client = registered(store)
    store.events.load(Client(), client)
    change(another.events, command(), assigning(client, "ana"))
    seen = []

    def decide(streams):
        seen.append(streams.load(Client(), client).held_by(TODAY))
        if refuses and seen[-1] is None:
            raise ClientExists(id=client)
        return assigning(client, "bea")(streams)

    change(store.events, command(), decide)
    assert seen == [None, "ana"]
    assert [event.collector for event in history(store, client)[1:]] == ["ana", "bea"]


def test_two_who_make_the_same_thing_at_once(store, another):
    client = registered(store)
    with pytest.raises(ClientExists):
        change(another.events, command(), registering(client))


def test_the_last_try_cannot_lose(store, another):
    client = registered(store)
    tries, others = [], []

    def decide(streams):
        tries.append(streams)
        load = streams.load(Client(), client)
        if len(tries) < ATTEMPTS:
            change(another.events, command(), assigning(client, f"other-{len(tries)}"))
        else:  # under the lock: whoever else wants to write waits until this is done
            waiting = Thread(target=lambda: others.append(change(another.events, command(), assigning(client, "late"))))
            waiting.start()
            others.append(waiting)
        return Decision([Change(client, load.assign_to_collector("mine", TODAY, today=TODAY, by=OPERATOR))], id=client)

    change(store.events, command(), decide)
    others[0].join()
    assert len(tries) == ATTEMPTS
    assert [event.collector for event in history(store, client)[1:]] == ["other-1", "other-2", "mine", "late"]


def test_without_the_lock_a_race_is_lost(store, another):
    client = registered(store)
    _, version = store.events.load(Client(), client)
    change(another.events, command(), assigning(client, "ana"))
    with pytest.raises(ChangedMeanwhile):
        store.events.append(
            Decision([Change(client, [ClientAssignedToCollector("bea", TODAY)])]), command(), after={client: version}
        )


def test_the_same_command_at_once_is_carried_out_once(store, another):
    client = registered(store)
    asked = command(fingerprint=b"body")
    both_decided = Barrier(2)

    def carry_out(opened):
        tries = []

        def decide(streams):
            tries.append(streams)
            decision = assigning(client, "ana")(streams)
            if len(tries) == 1:
                both_decided.wait()
            return decision

        return change(opened.events, asked, decide)

    with ThreadPoolExecutor(2) as pool:
        one, two = pool.map(carry_out, [store, another])
    assert one == two
    assert len(history(store, client)) == 2


def test_whatever_many_write_at_once_stands_in_one_order(store, another):
    clients = [registered(store) for _ in range(3)]

    def work(number):
        opened = (store, another)[number % 2]
        for turn in range(10):
            change(opened.events, command(), assigning(clients[turn % 3], f"collector-{number}-{turn}"))

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(work, range(6)))
    recorded = store.events.since(0, 1000)
    assert [one.position for one in recorded] == list(range(1, 64))
    assert sum(isinstance(one.event, ClientAssignedToCollector) for one in recorded) == 60
    assert store.events.verify() == Head(*store.events.head())
    for client in clients:
        assert store.events.load(Client(), client) == another.events.load(Client(), client)


def test_a_reader_never_skips_an_event(store, another):
    done, seen = Event(), []

    def read():
        position = 0
        while not done.is_set() or another.events.head()[0] > position:
            for recorded in another.events.since(position, 7):
                position = recorded.position
                seen.append(position)

    reader = Thread(target=read)
    reader.start()
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: registered(store), range(60)))
    done.set()
    reader.join()
    assert seen == list(range(1, 61))


def test_watching_tells_of_what_another_process_appends(store, another):
    stopped, told = Event(), []
    watching = another.log.watch(stopped)
    next(watching)
    registered(store)
    for _ in watching:
        told.append(another.events.head()[0])
        if told[-1] == 1:
            stopped.set()
    assert told[-1] == 1


def test_whoever_reads_while_the_store_is_closed_leaves_no_connection_open(store, master_key_file):
    with open_store(store.folder or store.address, master_key_file) as opened:
        watching = opened.log.watch(Event())
        next(watching)
    watching.close()
    del opened, watching
    assert dropped_open() == []
