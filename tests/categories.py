"""What a stream is of follows from its first event, wherever its log is read from and however little is remembered."""

from domain.events import Category
from infrastructure.log.codec import Codec
from infrastructure.log.event_store import LogEventStore

STEP = 7
"""Of which many a stream has its first event in an earlier batch."""


def assert_categories_follow_from_first_events(store):
    everything = store.events.since(0, store.events.head()[0])
    assert everything
    category = {one.stream: _told_by(one.event) for one in everything if one.version == 1}
    assert {one.position: one.category for one in everything} == {
        one.position: category[one.stream] for one in everything
    }
    for remembers in (True, False):
        events = _fresh(store)
        for start in reversed(range(0, len(everything), STEP)):  # so that beginnings come last
            read = (events if remembers else _fresh(store)).since(start, STEP)
            assert [one.category for one in read] == [category[one.stream] for one in read]
    for stream, known in category.items():
        assert {one.category for one in store.events.history(stream)} == {known}
        assert {one.category for one in _fresh(store).part_of_history(stream, after=1)} <= {known}


def _fresh(store):
    """The same store as one that remembers nothing."""
    return LogEventStore(store.log, Codec(), store.keys, store.keyring)


def _told_by(event):
    """By where the event is written down in the domain."""
    part = type(event).__module__.split(".")[1]
    return Category.USER if part == "people" else Category(part)
