"""The chain of hashes over the log: each position's covers all before it.

So no event can be changed, taken out or moved without all later hashes changing too.

It proves nothing about who holds the database and computes the whole chain anew, or cuts its tail: a head (position and
hash) kept elsewhere does.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from struct import Struct
from struct import error as StructError  # noqa: N812 - an exception's name
from uuid import UUID

from infrastructure.log.engine import Entry, NewEvent

LENGTH = Struct(">I")
PLACE = Struct(">IqI16sIqI")  # position, stream and version, each after its length; then the length of the name


def link(previous: bytes, position: int, event: NewEvent | Entry) -> bytes:
    """The hash of an event in its place. Every part stands behind its length, so no two logs give the same bytes."""
    name = event.name.encode()
    place = PLACE.pack(8, position, 16, event.stream.bytes, 8, event.version, len(name))
    state = event.state
    return sha256(
        b"".join((LENGTH.pack(len(previous)), previous, place, name, LENGTH.pack(len(state)), state))
    ).digest()


def extended(position: int, previous: bytes, events: Iterable[NewEvent]) -> list[Entry]:
    """The events as they stand in a log whose head this was."""
    entries: list[Entry] = []
    for event in events:
        position += 1
        previous = link(previous, position, event)
        entries.append(Entry(position, *event, previous))
    return entries


@dataclass(frozen=True, slots=True)
class Head:
    """The end of a log that is whole as far as can be told."""

    position: int = 0
    hash: bytes = b""

    @classmethod
    def parse(cls, text: str) -> "Head":
        """`N:HASH`, as it is printed."""
        position, _, digest = text.partition(":")
        return cls(int(position), bytes.fromhex(digest))

    def __str__(self) -> str:
        return f"{self.position}:{self.hash.hex()}"


@dataclass(frozen=True, slots=True)
class Broken:
    """The first position at which the log is not what was written, and how that shows."""

    position: int
    why: str

    def __str__(self) -> str:
        return f"position {self.position}: {self.why}"


Read = Callable[[int, int], Sequence[Entry]]
"""The entries past a position, at most so many."""

PAGE = 5_000


def verify(read: Read, kept: Head | None = None) -> Head | Broken:
    """Walk the log to its head or the first bad position. `kept` is a head it once had."""
    position, previous = 0, b""
    while entries := page(read, position, PAGE):
        if broken := first_broken(entries, position, previous):
            return broken
        for entry in entries:
            if kept and kept.position == entry.position and kept.hash != entry.hash:
                why = "the hash is not the one that was kept: the log up to here was written anew"
                return Broken(entry.position, why)
        position, previous = entries[-1].position, entries[-1].hash
    if kept and kept.position > position:
        return Broken(position + 1, f"the log ends here, and once went to position {kept.position}: its tail was cut")
    return Head(position, previous)


def first_broken(entries: Iterable[Entry], position: int, previous: bytes) -> Broken | None:
    """Of the entries past a position whose hash was `previous`."""
    for entry in entries:
        position += 1
        if entry.position != position:
            return Broken(position, "the event is missing")
        if entry.hash != _recomputed(previous, position, entry):
            return Broken(position, "the event or its place is not what was written")
        previous = entry.hash
    return None


def page(read: Read, position: int, limit: int) -> Sequence[Entry]:
    """What was tampered with may not even be of its type: then entry by entry, so that it is known which."""
    try:
        return read(position, limit)
    except (TypeError, ValueError):
        try:
            return read(position, 1)
        except (TypeError, ValueError):
            return [Entry(position + 1, UUID(int=0), 0, "", b"", b"")]


def _recomputed(previous: bytes, position: int, entry: Entry) -> bytes | None:
    try:
        return link(previous, position, entry)
    except (TypeError, ValueError, AttributeError, StructError):
        return None
