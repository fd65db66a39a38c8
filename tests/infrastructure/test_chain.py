"""Whoever changes the log behind its back is found out."""

import pytest
from logged import registered, tamper

from infrastructure.log.chain import Broken, Head


@pytest.fixture
def log(store):
    """Of five events."""
    for number in range(5):
        registered(store, reference=f"C-{number}")
    assert store.events.verify() == Head(*store.events.head())
    return store


def first_bad(store, kept=None):
    found = store.events.verify(kept)
    assert isinstance(found, Broken), found
    return found.position


def test_an_empty_log_is_whole(store):
    assert store.events.verify() == Head(0, b"") == Head(*store.events.head())


def test_one_flipped_byte_is_found(log):
    flipped = {
        True: "UPDATE events SET state = CAST(replace(CAST(state AS TEXT), 'C-2', 'C-3') AS BLOB) WHERE position = 3",
        False: "UPDATE events SET state = set_byte(state, 20, get_byte(state, 20) # 1) WHERE position = 3",
    }
    tamper(log, flipped[log.folder is not None])
    assert first_bad(log) == 3


@pytest.mark.parametrize("changed", ["name = 'ClientAssignedToCollector'", "version = 2"])
def test_a_changed_column_is_found(log, changed):
    tamper(log, f"UPDATE events SET {changed} WHERE position = 2")  # noqa: S608 - literals of this test
    assert first_bad(log) == 2


@pytest.mark.parametrize(
    "changed", ["state = 'text'", "stream = x'00'", "stream = 'text'", "version = 'two'", "name = 7"]
)
def test_a_column_that_is_not_even_of_its_type_is_found(sqlite_store, changed):
    for number in range(3):
        registered(sqlite_store, reference=f"C-{number}")
    tamper(sqlite_store, f"UPDATE events SET {changed} WHERE position = 2")  # noqa: S608 - literals of this test
    assert first_bad(sqlite_store) == 2


def test_a_deleted_event_is_found(log):
    tamper(log, "DELETE FROM events WHERE position = 2")
    assert first_bad(log) == 2
    assert "missing" in str(log.events.verify())


def test_a_swapped_pair_is_found(log):
    tamper(
        log,
        "UPDATE events SET position = 99 WHERE position = 2",
        "UPDATE events SET position = 2 WHERE position = 3",
        "UPDATE events SET position = 3 WHERE position = 99",
    )
    assert first_bad(log) == 2


def test_a_cut_tail_is_found_with_the_head_that_was_kept(log):
    kept = Head(*log.events.head())
    tamper(log, "DELETE FROM events WHERE position > 3")
    assert isinstance(log.events.verify(), Head)
    assert first_bad(log, kept) == 4


def test_a_log_written_anew_is_found_with_the_head_that_was_kept(log):
    kept = Head(*log.events.head())
    tamper(log, "DELETE FROM events")
    for number in range(6):
        registered(log, reference=f"C-{number}")
    assert isinstance(log.events.verify(), Head)
    assert first_bad(log, kept) == 5


def test_a_log_that_only_grew_is_whole(log):
    kept = Head(*log.events.head())
    registered(log)
    assert log.events.verify(kept) == Head(*log.events.head())


def test_a_head_is_told_and_read_back(log):
    head = Head(*log.events.head())
    assert Head.parse(str(head)) == head
