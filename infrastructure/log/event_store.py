"""The event store of the use cases: a log, the codec of its events and the keys of the clients they are about."""

from collections.abc import Collection, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache, reduce
from itertools import takewhile
from threading import Lock
from typing import Any, TypeVar, get_args, get_type_hints
from uuid import UUID

from cachetools import LRUCache
from eventsourcing.persistence import IntegrityError

from application.claims import held_claims
from application.streams import (
    MANY,
    Aggregate,
    AlreadyClaimed,
    Change,
    ChangedMeanwhile,
    Claim,
    Command,
    Decision,
    IdempotencyKeyReused,
    LogBroken,
    Outcome,
)
from domain.client import ClientRegistered
from domain.client.restrictions import ClientErased
from domain.events import BEGUN_BY, Category, Event, Recorded
from domain.master_key import MASTER_KEY
from infrastructure.keys.client_keys import Keys
from infrastructure.keys.keyring import Keyring
from infrastructure.log import chain
from infrastructure.log.codec import Codec, StoredEvent, UnknownEvent
from infrastructure.log.engine import CarriedOut, Entry, HeldClaim, Log, LogUnavailable, NewEvent

STATES = 10_000
"""How many folded aggregates are remembered."""

CATEGORIES = 50_000
"""Of how many streams it is remembered what they are of."""

PAGE = 5_000
"""How many events are encoded, or verified, with their keys in memory at once."""

ERASURE = ClientErased.__name__

CLAIMS = "claims"
"""The use of the master key by which claimed values are hashed."""

A = TypeVar("A", bound=Aggregate)


class LogEventStore:
    def __init__(self, log: Log, codec: Codec, keys: Keys, keyring: Keyring) -> None:
        self._log = log
        self._codec = codec
        self._keys = keys
        self._keyring = keyring
        self._states = LRUCache[UUID, tuple[Any, int]](STATES)
        self._categories = LRUCache[UUID, Category](CATEGORIES)
        self._lock = Lock()  # even reading them changes which was used last
        self._last_erasure = 0

    # Reading

    def load(self, nothing: A, stream: UUID, *, fresh: bool = True) -> tuple[A, int]:
        """Aggregates never change, so what was folded once is folded on from there."""
        state, version = self._state(stream) or (nothing, 0)
        if type(state) is not type(nothing):
            state, version = nothing, 0
        if version and not fresh:
            return state, version
        newer = self._log.stream(stream, after=version)
        if newer:
            events = [event for _, _, event in self._decoded(newer)]
            if not version and not isinstance(events[0], _kinds(type(nothing))):
                return nothing, 0  # the stream is of something else
            state, version = _folded(state, events), newer[-1].version
            self._remember_state(stream, state, version)
        return state, version

    def load_latest(self, nothing: A, stream: UUID, *, fresh: bool = True) -> tuple[A, int]:
        state, version = self._state(stream) or (nothing, 0)
        if not version or fresh:
            for entry, _, event in self._decoded(self._log.latest(stream)):
                state, version = _folded(nothing, [event]), entry.version
                self._remember_state(stream, state, version)
        return state, version

    def history(self, stream: UUID) -> Sequence[Recorded]:
        return self._recorded(self._log.stream(stream))

    def part_of_history(
        self,
        stream: UUID,
        *,
        after: int = 0,
        before: int | None = None,
        kinds: Collection[type[Event]] = (),
        limit: int = MANY,
    ) -> Sequence[Recorded]:
        names = [kind.__name__ for kind in kinds]
        return self._recorded(self._log.some(stream, after=after, before=before, names=names, limit=limit))

    def at(self, positions: Collection[int]) -> Sequence[Recorded]:
        return self._recorded(self._log.at(sorted({*positions}))) if positions else []

    def since(self, position: int, limit: int, *, after: bytes | None = None) -> Sequence[Recorded]:
        if after is None:
            return self._recorded(self._log.entries(position, limit))
        entries = chain.page(self._log.entries, position, limit)
        if broken := chain.first_broken(entries, position, after):
            raise LogBroken(broken.position, broken.why)
        return self._recorded(entries)

    def every(self, kind: type[Event]) -> Sequence[Recorded]:
        return self._recorded(self._log.named(kind.__name__))

    def head(self) -> tuple[int, bytes]:
        return self._log.head()

    def claimed(self, kind: str, values: Collection[str]) -> Mapping[str, UUID]:
        held = self._holders(kind, values)
        return self._holders(kind, values) if len(held) < len(values) and self._keyring.renew() else held

    def outcome_of(self, command: Command) -> Outcome | None:
        known = self._log.carried_out(command.id)
        if known is None:
            return None
        before, position = known
        if (before.route, before.fingerprint) != (command.route, command.fingerprint):
            self._look_at_keys()
            raise IdempotencyKeyReused(field="Idempotency-Key")
        return Outcome(before.made_id, position)

    def verify(self, kept: chain.Head | None = None) -> chain.Head | chain.Broken:
        """Walk the whole log to its head, or to the first position that is not what was written."""
        return chain.verify(self._log.entries, kept)

    # Writing

    def append(self, decision: Decision, command: Command, *, after: Mapping[UUID, int]) -> int:
        events = self._encoded(decision.changes, command, after)
        written = {event.stream for event in events}
        looked_at = {MASTER_KEY: self._keyring.rotations, **after}
        try:
            position = self._log.append(
                events,
                unmoved={stream: version for stream, version in looked_at.items() if stream not in written},
                claims=self._held(decision.claims),
                released=self._held(decision.released),
                command=CarriedOut(command.id, command.route, command.fingerprint, decision.id),
            )
        except IntegrityError:
            self._look_at_keys()
            raise ChangedMeanwhile from None
        self._remember(decision.changes, after)
        return position

    @contextmanager
    def locked(self) -> Generator["LogEventStore"]:
        """It remembers apart what it folds, which may yet be rolled back."""
        with self._log.locked() as log:
            yield LogEventStore(log, self._codec, self._keys, self._keyring)

    # Erasure

    def forget_erased(self) -> Sequence[UUID]:
        """Destroy the keys and claims of all clients whom the log says to be erased; who they are.

        Also what a crash left of them, or an older copy of the keys brought back. Doing it again changes nothing.
        """
        erased = [entry.stream for entry in self._log.named(ERASURE)]
        self._keys.forget(erased)
        self._log.release(erased)
        with self._lock:
            self._states.clear()
        return erased

    def hear_of_erasures(self) -> int:
        """Remember no more what others erased; the position of the last erasure, 0 where there is none."""
        entries = self._log.named(ERASURE, after=self._last_erasure)
        self._hear(entries)
        self._last_erasure = entries[-1].position if entries else self._last_erasure
        return self._last_erasure

    def _hear(self, entries: Iterable[Entry]) -> None:
        """Before anything is read with the keys of whom these erase."""
        news = [self._keys.use_no_more(entry.stream) for entry in entries if entry.name == ERASURE]
        if any(news):
            with self._lock:
                self._states.clear()

    def _look_at_keys(self) -> None:
        """What was hashed with former keys alone is not found any more: all has to be asked again."""
        if self._keyring.renew():
            raise LogUnavailable("the master key was rotated")

    def _state(self, stream: UUID) -> tuple[Any, int] | None:
        with self._lock:
            try:
                return self._states[stream]
            except KeyError:
                return None

    def _remember_state(self, stream: UUID, state: Any, version: int) -> None:
        with self._lock:
            self._states[stream] = state, version

    def _remember(self, changes: Iterable[Change], after: Mapping[UUID, int]) -> None:
        """Fold on what was decided on, so that the next decision need not read it back."""
        versions = dict(after)
        for change in changes:
            version = versions.get(change.stream, 0)
            versions[change.stream] = version + len(change.events)
            known = self._state(change.stream)
            if known is not None and known[1] == version:
                self._remember_state(change.stream, _folded(known[0], change.events), versions[change.stream])

    # Taking up an earlier moment

    def cut(self, position: int) -> None:
        """What came later is as if it had never been, the keys of clients who came later with it.

        For a store that nobody has open, and the end of what some command did.
        """
        before = takewhile(lambda one: one.position <= position, self._all())
        self._log.cut(position, self._held(held_claims(before)))
        self._keys.remove_all_but(self._named())
        with self._lock:
            self._states.clear()
            self._categories.clear()

    def _all(self) -> Iterator[Recorded]:
        position = 0
        while page := self.since(position, PAGE):
            yield from page
            position = page[-1].position

    def _named(self) -> set[UUID]:
        """The clients whom what is in the log is about."""
        named, position = set[UUID](), 0
        while page := self._log.entries(position, PAGE):
            position = page[-1].position
            named.update(one[0] for entry in page for one in self._codec.read(entry.name, entry.state).personal)
        return named

    # From and to what is stored

    def _recorded(self, entries: Sequence[Entry]) -> list[Recorded]:
        categories = self._categories_of(entries)
        return [
            Recorded(
                position=entry.position,
                stream=entry.stream,
                category=categories[entry.stream],
                version=entry.version,
                name=entry.name,
                recorded_at=kept.recorded_at,
                actor=kept.actor,
                command_id=kept.command_id,
                correlation_id=kept.correlation_id,
                causation_id=kept.causation_id,
                hash=entry.hash,
                event=event,
            )
            for entry, kept, event in self._decoded(entries)
        ]

    def _categories_of(self, entries: Sequence[Entry]) -> Mapping[UUID, Category]:
        """Of their streams; those that neither begin here nor are remembered are looked up at once."""
        begun = {entry.stream: entry.name for entry in entries if entry.version == 1}
        known: dict[UUID, Category] = {}
        unknown: list[UUID] = []
        with self._lock:
            for stream in {entry.stream for entry in entries}.difference(begun):
                try:
                    known[stream] = self._categories[stream]
                except KeyError:
                    unknown.append(stream)
        looked_up: dict[UUID, Category] = {}
        for stream, name in (begun | self._log.beginnings(unknown)).items():
            if name not in BEGUN_BY:
                raise UnknownEvent(f"no stream begins with {name} in this release")
            looked_up[stream] = BEGUN_BY[name]
        with self._lock:
            self._categories.update(looked_up)
        return known | looked_up

    def _decoded(self, entries: Sequence[Entry]) -> Iterator[tuple[Entry, StoredEvent[Any], Event]]:
        """With the keys of all of them looked up at once."""
        self._hear(entries)
        read = [(entry, self._codec.read(entry.name, entry.state)) for entry in entries]
        keys = self._keys.to_read({client for _, kept in read for client, _, _ in kept.personal})
        if self._keys.absent:
            self._note_lost(read)
        decoded, lost = self._codec.event, self._keys.lost
        for entry, kept in read:
            yield entry, kept, decoded(entry.name, kept, keys, stream=entry.stream, version=entry.version, lost=lost)

    def _note_lost(self, read: Sequence[tuple[Entry, StoredEvent[Any]]]) -> None:
        """Whose key is not there, and whom the log nowhere says to be erased."""
        self.hear_of_erasures()
        absent = self._keys.absent
        self._keys.lose(
            {client: None for _, kept in read for client, sealed, _ in kept.personal if sealed and client in absent}
        )

    def look_for_lost_keys(self) -> None:
        """Of clients: an older copy of the keys may have been put back. It asks for their ids alone."""
        self.hear_of_erasures()
        registered = self._log.begun_with(ClientRegistered.__name__)
        there = self._keys.known(list(registered))
        self._keys.lose({client: position for client, position in registered.items() if client not in there})

    def _encoded(self, changes: Iterable[Change], command: Command, after: Mapping[UUID, int]) -> list[NewEvent]:
        metadata = self._codec.metadata(command)
        placed = list(_placed(changes, after))
        encoded: list[NewEvent] = []
        for start in range(0, len(placed), PAGE):
            page = placed[start : start + PAGE]
            personal = [self._codec.personal(event, subject) for _, _, event, subject in page]
            keys = self._keys.to_write({client for parts in personal for client in parts})
            for (stream, version, event, _), parts in zip(page, personal, strict=True):
                state = self._codec.encode(event, parts, keys, stream=stream, version=version, metadata=metadata)
                encoded.append(NewEvent(stream, version, type(event).__name__, state))
        return encoded

    def _held(self, claims: Iterable[Claim]) -> list[HeldClaim]:
        held: dict[tuple[str, bytes], HeldClaim] = {}
        for claim in claims:
            value = self._hashed(claim.kind, claim.value)
            first = held.setdefault((claim.kind, value), HeldClaim(claim.kind, value, claim.stream))
            if first.stream != claim.stream:
                raise AlreadyClaimed(kind=claim.kind, holder=first.stream)
        return list(held.values())

    def _holders(self, kind: str, values: Collection[str]) -> Mapping[str, UUID]:
        hashed = {self._hashed(kind, value): value for value in values}
        return {hashed[value]: stream for value, stream in self._log.holders(kind, list(hashed)).items()}

    def _hashed(self, kind: str, value: str) -> bytes:
        return self._keyring.hash(CLAIMS, kind.encode(), value.encode())


@cache
def _kinds(aggregate: type[Aggregate]) -> tuple[type[Event], ...]:
    """The events that an aggregate knows."""
    hint = get_type_hints(aggregate.evolve)["event"]
    return get_args(hint) or (hint,)


def _folded(state: A, events: Iterable[Event]) -> A:
    return reduce(type(state).evolve, events, state)


def _placed(changes: Iterable[Change], after: Mapping[UUID, int]) -> Iterator[tuple[UUID, int, Event, UUID | None]]:
    """Each event with its stream, its version there and its change's subject."""
    versions = dict(after)
    for change in changes:
        for event in change.events:
            version = versions[change.stream] = versions.get(change.stream, 0) + 1
            yield change.stream, version, event, change.subject
