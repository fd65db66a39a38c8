"""Reading and changing streams of events. Every use case goes through `change`.

A use case loads what its rule needs, decides, and appends to all the streams it touches at once. Deciding is pure, so
a lost race is decided again on the new state. The first try decides on what this process remembers, and the append
tells whether that still holds; the last holds the log's write lock from reading to writing.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol, Self, TypeVar
from uuid import UUID

from domain.errors import Conflict, Invalid, NotFound, Refusal
from domain.events import Event, Recorded
from domain.people import Actor


class LogBroken(Exception):
    """The log is not what was written, from that position on."""

    def __init__(self, position: int, why: str) -> None:
        super().__init__(f"the log is broken at position {position}: {why}")
        self.position = position


class ChangedMeanwhile(Conflict):
    title = "Somebody else changed this at the same time"


class ChangedSinceSeen(Conflict):
    """`version` is what it has now."""

    title = "Somebody changed this after you opened it: nothing was done. Look at what it says now"


class AlreadyClaimed(Conflict):
    title = "This value is in use already"


class IdempotencyKeyReused(Invalid):
    title = "This idempotency key was used for another request"


class AppendUncertain(Exception):
    """The connection was lost while committing: the append may have happened. The command id tells."""


MANY = 2**31
"""As many as there are."""


@dataclass(frozen=True, slots=True)
class Command:
    """Who asks for a change, when (aware UTC), on which business day, and how it is known again.

    `id` is the same for the same request sent again; `fingerprint` tells a different request under the same id.
    """

    id: UUID
    actor: Actor
    at: datetime
    today: date
    correlation_id: UUID
    causation_id: UUID | None = None
    route: str = ""
    fingerprint: bytes = b""


@dataclass(frozen=True, slots=True)
class Change:
    """Events for one stream. `subject` is the client that their personal data is about."""

    stream: UUID
    events: Sequence[Event]
    subject: UUID | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """A value that only one stream may have, such as a reference. `kind` names the value's realm."""

    kind: str
    value: str
    stream: UUID


@dataclass(frozen=True, slots=True)
class Decision:
    """What to append, all or nothing, and the id of what was made. `released` are claims that are given up."""

    changes: Sequence[Change]
    claims: Sequence[Claim] = ()
    id: UUID | None = None
    released: Sequence[Claim] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """The answer to a command: what was made, and the log's position at which it is true."""

    id: UUID | None
    position: int


class Aggregate(Protocol):
    def evolve(self, event: Any, /) -> Self: ...


A = TypeVar("A", bound=Aggregate)


class EventStore(Protocol):
    """The log as use cases know it. Implemented in `infrastructure`, for SQLite and PostgreSQL."""

    def load(self, nothing: A, stream: UUID, *, fresh: bool = True) -> tuple[A, int]:
        """The stream's events folded onto `nothing`, and its version: how many events it has (0: there is none).

        Without a `fresh` at the log, as this process remembers it, where it does.
        """
        ...

    def load_latest(self, nothing: A, stream: UUID, *, fresh: bool = True) -> tuple[A, int]:
        """The same where a stream's last event tells all of its state: only that one is read."""
        ...

    def history(self, stream: UUID) -> Sequence[Recorded]: ...

    def part_of_history(
        self,
        stream: UUID,
        *,
        after: int = 0,
        before: int | None = None,
        kinds: Collection[type[Event]] = (),
        limit: int = MANY,
    ) -> Sequence[Recorded]:
        """The stream's first events past a position; or, with `before`, the last ones before that version, in order.

        Only of these kinds, where any are named. However long the stream is, only what is given is read.
        """
        ...

    def at(self, positions: Collection[int]) -> Sequence[Recorded]:
        """The events at these positions, in order; of many streams at once."""
        ...

    def append(self, decision: Decision, command: Command, *, after: Mapping[UUID, int]) -> int:
        """Append all changes, claims and the command's record in one transaction; the log's position afterwards.

        `after` is the version of each stream the decision was made on. Raises `ChangedMeanwhile` where one has moved,
        `AlreadyClaimed` where another stream holds a claimed value, `AppendUncertain` where nobody can tell.
        """
        ...

    def outcome_of(self, command: Command) -> Outcome | None:
        """What this command brought about if it was carried out before; `IdempotencyKeyReused` if it was another."""
        ...

    def locked(self) -> AbstractContextManager["EventStore"]:
        """The same store holding the log's write lock until the block ends, which commits; an error rolls back."""
        ...

    def claimed(self, kind: str, values: Collection[str]) -> Mapping[str, UUID]:
        """Which streams hold these values."""
        ...

    def since(self, position: int, limit: int, *, after: bytes | None = None) -> Sequence[Recorded]:
        """The next events after a position, in order.

        With `after`, the hash at that position (b"" at 0), each must be what was written there, or `LogBroken` is
        raised.
        """
        ...

    def every(self, kind: type[Event]) -> Sequence[Recorded]:
        """All events of a kind of which there are few: clients erased or merged."""
        ...

    def head(self) -> tuple[int, bytes]:
        """The last position and its hash; (0, b"") when the log is empty."""
        ...


@dataclass
class Streams:
    """What one decision reads. It remembers the versions, which the append then expects.

    `fresh`: each stream is looked up in the log. Otherwise what is remembered of it will do.
    """

    store: EventStore
    fresh: bool = True
    versions: dict[UUID, int] = field(default_factory=dict[UUID, int])
    looked_up: set[str] = field(default_factory=set[str])

    def load(self, nothing: A, stream: UUID) -> A:
        """The present state. Raises `NotFound` where the stream does not exist."""
        state, version = self.store.load(nothing, stream, fresh=self.fresh)
        if not version:
            raise NotFound(id=stream)
        self.versions[stream] = version
        return state

    def load_or_new(self, nothing: A, stream: UUID) -> A:
        state, self.versions[stream] = self.store.load(nothing, stream, fresh=self.fresh)
        return state

    def load_latest(self, nothing: A, stream: UUID) -> A:
        """The same for what its last event tells all of, such as a series of numbers."""
        state, self.versions[stream] = self.store.load_latest(nothing, stream, fresh=self.fresh)
        return state

    def check_seen(self, stream: UUID, seen: int | None) -> None:
        """Whether a stream that was loaded is at the version that whoever asks has seen; any where that is None."""
        if seen is not None and seen != self.versions[stream]:
            raise ChangedSinceSeen(version=self.versions[stream])

    def history(self, stream: UUID) -> Sequence[Event]:
        """Its events from the first on."""
        return [known.event for known in self.recorded(stream)]

    def recorded(self, stream: UUID) -> Sequence[Recorded]:
        """The same with what the log knows of them."""
        recorded = self.store.history(stream)
        self.versions[stream] = len(recorded)
        return recorded

    def claimed(self, kind: str, values: Collection[str]) -> Mapping[str, UUID]:
        """Which streams hold these values. Where another is taken before the append, it is decided again."""
        self.looked_up.add(kind)
        return self.store.claimed(kind, values)


ATTEMPTS = 3


def change(store: EventStore, command: Command, decide: Callable[[Streams], Decision]) -> Outcome:
    """Decide and append. The same command again is answered as the first time; a refusal is decided again."""
    again, fresh = bool(command.fingerprint), False
    for _ in range(ATTEMPTS - 1):
        try:
            return _attempt(store, command, decide, again=again, fresh=fresh)
        except (ChangedMeanwhile, AppendUncertain):
            again = fresh = True
    with store.locked() as log:
        return _attempt(log, command, decide, again=True, fresh=True)


def _attempt(
    store: EventStore, command: Command, decide: Callable[[Streams], Decision], *, again: bool, fresh: bool
) -> Outcome:
    """`again`: this command may have been carried out before (its sender repeats it, or an answer was lost).

    Without a `fresh` it is decided on what is remembered: should that be out of date, the append says so. A refusal
    appends nothing, so it is only given after a look.
    """
    if again and (known := store.outcome_of(command)) is not None:
        return known
    streams = Streams(store, fresh)
    try:
        decision = decide(streams)
    except Refusal:
        if not fresh:
            return _attempt(store, command, decide, again=again, fresh=True)
        # Perhaps because the same request, sent twice at once, has just been carried out.
        if again and (known := store.outcome_of(command)) is not None:
            return known
        raise
    try:
        return Outcome(decision.id, store.append(decision, command, after=streams.versions))
    except AlreadyClaimed as claimed:
        if claimed.details.get("kind") in streams.looked_up:
            raise ChangedMeanwhile from None
        raise
