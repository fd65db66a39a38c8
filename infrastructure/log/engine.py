"""A log as both engines have it: what is in it and how it is read. How events are appended, each engine knows best.

It is an `ApplicationRecorder` of the `eventsourcing` library, so whatever that library tests or runs works on it.
"""

from abc import abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from threading import Event, Thread
from typing import TYPE_CHECKING, Any, LiteralString, NamedTuple, Self
from uuid import UUID

from eventsourcing.persistence import (
    ApplicationRecorder,
    ListenNotifySubscription,
    Notification,
    OperationalError,
    StoredEvent,
)

if TYPE_CHECKING:
    ListenNotifySubscriptionOfLog = ListenNotifySubscription["Log"]
else:
    ListenNotifySubscriptionOfLog = ListenNotifySubscription

HASH_BYTES = 32
"""Of a keyed hash: HMAC with SHA-256."""

CHUNK = 500
"""How many values one query names at most."""


INDEXED: Mapping[str, LiteralString] = {
    "ClientErased": "'ClientErased'",
    "ClientMerged": "'ClientMerged'",
    "ClientRegistered": "'ClientRegistered'",
}
"""Names with an index of their own, which a database only asks where the query names them: not as a parameter."""


class LogUnavailable(OperationalError):
    """The log can't be reached, or another process keeps it locked. Nothing was changed."""


DAMAGED = "damaged, as the database itself says; verify the store, and restore a backup"


class StoreDamaged(LogUnavailable):
    """The log, or the clients' keys: people have to see to it."""

    def __init__(self, part: str, why: str = DAMAGED) -> None:
        super().__init__(f"{part}: {why}")
        self.why = why


class NewEvent(NamedTuple):
    """An event on its way into the log."""

    stream: UUID
    version: int
    name: str
    state: bytes


class Entry(NamedTuple):
    """An event in the log, as stored."""

    position: int
    stream: UUID
    version: int
    name: str
    state: bytes
    hash: bytes


class HeldClaim(NamedTuple):
    """A claimed value as stored: its HMAC."""

    kind: str
    value: bytes
    stream: UUID


class CarriedOut(NamedTuple):
    """A command in the log: what it was and what it made. The log's position afterwards is its own to say."""

    id: UUID
    route: str
    fingerprint: bytes
    made_id: UUID | None


class Log(ApplicationRecorder):
    damaged: Event
    """Set once the database has said so of the log."""

    @abstractmethod
    def append(
        self,
        events: Sequence[NewEvent],
        *,
        unmoved: Mapping[UUID, int] | None = None,
        claims: Sequence[HeldClaim] = (),
        released: Sequence[HeldClaim] = (),
        command: CarriedOut | None = None,
    ) -> int:
        """All of it in one transaction; the log's last position afterwards. Other streams' claims are not released.

        Raises the library's `IntegrityError` where a version or the command is there already or a stream of `unmoved`
        has gone past its version, `AlreadyClaimed` where another stream holds a claim, `AppendUncertain` where the
        connection was lost on the way, and `LogUnavailable` where nothing could be done.
        """

    @abstractmethod
    def locked(self) -> AbstractContextManager[Self]:
        """The same log inside one transaction that holds the write lock; the end of the block commits."""

    @abstractmethod
    def watch(self, stopped: Event) -> Iterator[None]:
        """Yields whenever there may be something new, until `stopped` is set (which it looks at ten times a second)."""

    @abstractmethod
    def release(self, streams: Sequence[UUID]) -> None:
        """These streams claim no value any more."""

    @abstractmethod
    def rehash(self, table: LiteralString, column: LiteralString, new: Callable[[bytes], bytes]) -> None:
        """Replace all keyed hashes in a column of a table beside the events; what is of another length stays."""

    @abstractmethod
    def cut(self, position: int, claims: Sequence[HeldClaim]) -> None:
        """Leave out all events and commands past a position, and hold these claims, and no others."""

    def end_of_command(self, position: int) -> int:
        """The last position up to this one at which a command was done; 0 where there is none."""
        rows = self._rows("SELECT max(position) FROM commands WHERE position <= ?", position)
        return rows[0][0] or 0

    def check_in_place(self) -> None:
        """Raises `StoreDamaged` where what is written would be lost: see `Files` of `sqlite`."""

    def trouble(self) -> str | None:
        """What people have to see to, as far as it has shown by now."""
        try:
            self.check_in_place()
        except StoreDamaged as error:
            return error.why
        return DAMAGED if self.damaged.is_set() else None

    def storage_error(self) -> str | None:
        """What the database finds wrong with its own file, beside the events too; None where it looks at none."""
        return None

    @abstractmethod
    def close(self) -> None: ...

    @abstractmethod
    def _rows(self, query: LiteralString, *parameters: object) -> list[tuple[Any, ...]]:
        """What a query gives, which has `?` for its parameters."""

    @abstractmethod
    def _id(self, stored: Any) -> UUID:
        """An id as this engine's driver gives it."""

    def head(self) -> tuple[int, bytes]:
        """The last position and its hash; (0, b"") where there is nothing yet."""
        rows = self._rows("SELECT position, hash FROM events ORDER BY position DESC LIMIT 1")
        return (rows[0][0], rows[0][1]) if rows else (0, b"")

    def named(self, name: str, *, after: int = 0) -> list[Entry]:
        """The events past a position of one of the names in `INDEXED`."""
        return self._entries("WHERE name = " + INDEXED[name] + " AND position > ? ORDER BY position", after)

    def begun_with(self, name: str) -> dict[UUID, int]:
        """The streams that have an event of one of the names in `INDEXED`, and where; read from the index alone."""
        rows = self._rows("SELECT stream, position FROM events WHERE name = " + INDEXED[name] + " ORDER BY position")  # noqa: S608 - our own names
        return {self._id(stream): position for stream, position in rows}

    def stream(self, stream: UUID, *, after: int = 0) -> list[Entry]:
        """A stream's events past a version."""
        return self._entries("WHERE stream = ? AND version > ? ORDER BY version", stream, after)

    def some(self, stream: UUID, *, after: int, before: int | None, names: Sequence[str], limit: int) -> list[Entry]:
        """So many of a stream's events past a position, or the last ones before a version; of these names, if any."""
        where: LiteralString = "WHERE stream = ? AND position > ?"
        parameters: list[object] = [stream, after]
        if before is not None:
            where += " AND version < ?"
            parameters.append(before)
        if names:
            where += " AND name IN (" + _marks(names) + ")"
            parameters.extend(names)
        where += " ORDER BY version" if before is None else " ORDER BY version DESC"
        found = self._entries(where + " LIMIT ?", *parameters, limit)
        return found if before is None else found[::-1]

    def at(self, positions: Sequence[int]) -> list[Entry]:
        """The events at these positions, in order."""
        found: list[Entry] = []
        for start in range(0, len(positions), CHUNK):
            chunk = positions[start : start + CHUNK]
            found += self._entries("WHERE position IN (" + _marks(chunk) + ")", *chunk)
        return sorted(found)

    def beginnings(self, streams: Sequence[UUID]) -> dict[UUID, str]:
        """The names of these streams' first events."""
        found: dict[UUID, str] = {}
        for start in range(0, len(streams), CHUNK):
            chunk = streams[start : start + CHUNK]
            query = "SELECT stream, name FROM events WHERE version = 1 AND stream IN (" + _marks(chunk) + ")"  # noqa: S608 - marks
            found.update({self._id(stream): name for stream, name in self._rows(query, *chunk)})
        return found

    def latest(self, stream: UUID) -> list[Entry]:
        """A stream's last event, if it has any."""
        return self._entries("WHERE stream = ? ORDER BY version DESC LIMIT 1", stream)

    def entries(self, after: int, limit: int) -> list[Entry]:
        """The log's events past a position."""
        return self._entries("WHERE position > ? ORDER BY position LIMIT ?", after, limit)

    def carried_out(self, command_id: UUID) -> tuple[CarriedOut, int] | None:
        """The command and the log's position after it."""
        rows = self._rows("SELECT id, route, fingerprint, made_id, position FROM commands WHERE id = ?", command_id)
        for command, route, fingerprint, made_id, position in rows:
            made = None if made_id is None else self._id(made_id)
            return CarriedOut(self._id(command), route, fingerprint, made), position
        return None

    def holders(self, kind: str, values: Sequence[bytes]) -> dict[bytes, UUID]:
        """Which streams hold these values."""
        held: dict[bytes, UUID] = {}
        for start in range(0, len(values), CHUNK):
            chunk = values[start : start + CHUNK]
            query = "SELECT value, stream FROM claims WHERE kind = ? AND value IN (" + _marks(chunk) + ")"  # noqa: S608 - marks
            held.update({value: self._id(stream) for value, stream in self._rows(query, kind, *chunk)})
        return held

    # What the library asks of a recorder

    def insert_events(self, stored_events: Sequence[StoredEvent], **_: Any) -> Sequence[int]:
        last = self.append(
            [NewEvent(_stream(e.originator_id), e.originator_version, e.topic, e.state) for e in stored_events]
        )
        return list(range(last - len(stored_events) + 1, last + 1))

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        where: LiteralString = "WHERE stream = ?"
        parameters: list[object] = [_stream(originator_id)]
        if gt is not None:
            where += " AND version > ?"
            parameters.append(gt)
        if lte is not None:
            where += " AND version <= ?"
            parameters.append(lte)
        where += " ORDER BY version DESC" if desc else " ORDER BY version"
        if limit is not None:
            where += " LIMIT ?"
            parameters.append(limit)
        return [StoredEvent(e.stream, e.version, e.name, e.state) for e in self._entries(where, *parameters)]

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        where: LiteralString = "WHERE position >= ?" if inclusive_of_start else "WHERE position > ?"
        parameters: list[object] = [start or 0]
        if stop is not None:
            where += " AND position <= ?"
            parameters.append(stop)
        if topics:
            where += " AND name IN (" + _marks(topics) + ")"
            parameters.extend(topics)
        found = self._entries(where + " ORDER BY position LIMIT ?", *parameters, limit)
        return [Notification(e.stream, e.version, e.name, e.state, e.position) for e in found]

    def max_notification_id(self) -> int | None:
        return self.head()[0] or None

    def subscribe(self, gt: int | None = None, topics: Sequence[str] = ()) -> "LogSubscription":
        return LogSubscription(self, gt, topics)

    def _entries(self, where: LiteralString, *parameters: object) -> list[Entry]:
        query = "SELECT position, stream, version, name, state, hash FROM events " + where  # noqa: S608 - literals only
        to_id = self._id
        return [
            Entry(position, to_id(stream), version, name, state, digest)
            for position, stream, version, name, state, digest in self._rows(query, *parameters)
        ]


class LogSubscription(ListenNotifySubscriptionOfLog):
    """The library's subscription, woken by watching the log."""

    def __init__(self, log: Log, gt: int | None, topics: Sequence[str]) -> None:
        super().__init__(log, gt, topics)
        self._stopped = Event()
        self._watcher = Thread(target=self._wake, daemon=True)
        self._watcher.start()

    def stop(self) -> None:
        super().stop()
        self._stopped.set()

    def _wake(self) -> None:
        try:
            for _ in self._recorder.watch(self._stopped):
                self._has_been_notified.set()
        except LogUnavailable as error:
            self._thread_error = error
            self.stop()


def _stream(originator_id: UUID | str) -> UUID:
    return originator_id if isinstance(originator_id, UUID) else UUID(originator_id)


def _marks(values: Iterable[object]) -> LiteralString:
    return ",".join("?" for _ in values)
