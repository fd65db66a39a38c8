"""The read models of a store as they are served and rebuilt."""

import gc
import time
from collections import Counter
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock
from typing import TypeVar

import structlog
from sqlalchemy import Connection, select
from sqlalchemy.exc import DBAPIError

from api.http.read_models import (
    BEING_REBUILT,
    DAMAGED_AGAIN,
    MADE_ANEW,
    OF_ANOTHER_RELEASE,
    Health,
    ReadModelsNotReady,
    Snapshot,
)
from infrastructure.log.engine import StoreDamaged
from infrastructure.read_models.damage import DATABASE_ERRORS
from infrastructure.read_models.generations import Generation, positions
from infrastructure.read_models.projector import REBUILDING, Checkpoint, LogReplaced, Projector, checkpoints
from infrastructure.stores import Store
from projections import audit, clients, desk, expenses, invoices, messages, portfolios, tasks
from projections.projection import Projection

PROJECTIONS: Sequence[Projection] = (
    desk.projection,
    clients.projection,
    audit.projection,
    portfolios.projection,
    tasks.projection,
    expenses.projection,
    invoices.projection,
    messages.projection,
)

_CHECKPOINTS = select(positions.c.projection, positions.c.fingerprint, positions.c.position)
"""Asked with every snapshot, so it is built once."""

Answer = TypeVar("Answer")

log = structlog.get_logger(__name__)

DAMAGED = "damaged: look after the disk, then run `recobro rebuild`"

LOOK_AGAIN_SECONDS = 0.5
"""How old the knowledge may be of which generation is current."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a rebuild has come: positions done of the log's, and events a second so far."""

    position: int
    head: int
    rate: float


class ReadModels:
    """Hands out snapshots of the current generation, whichever that is by now."""

    def __init__(self, store: Store, projections: Sequence[Projection] = PROJECTIONS) -> None:
        self._store, self.projections = store, projections
        self._fingerprints = {projection.name: projection.fingerprint for projection in projections}
        self._lock = Lock()
        self._open: Generation | None = None
        self._readers = Counter[Generation]()
        self._looked_at = 0.0
        self._head_at_start, _ = store.events.head()
        self._told: Mapping[str, str] = {}

    @contextmanager
    def snapshot(self) -> Generator[Snapshot]:
        """Rows and positions of one moment. Raises `ReadModelsNotReady` while there is nothing right to show, also
        where whoever asks the rows comes upon damage."""
        with self._current() as generation:
            try:
                db, reached = self._begun(generation, self._positions)
                with db:
                    yield Snapshot(db, reached)
            except DATABASE_ERRORS as error:
                if not self._store.damage.seen_to(generation, error, self.projections):
                    raise
                self._looked_at = 0.0
                again = self._store.damage.found_again == generation.number
                raise ReadModelsNotReady(DAMAGED_AGAIN if again else MADE_ANEW) from error

    def _begun(
        self, generation: Generation, ask: Callable[[Connection], Answer], *, again: bool = False
    ) -> tuple[Connection, Answer]:
        """The first question also tells whether the connection was lost since the last one; all are then made anew."""
        db = generation.reading.connect()
        try:
            return db, ask(db)
        except DBAPIError as error:
            db.close()
            if again or not error.connection_invalidated:
                raise
            return self._begun(generation, ask, again=True)
        except BaseException:
            db.close()
            raise

    def position(self) -> int:
        """The least position of all read models; 0 while there are none."""
        try:
            with self.snapshot() as snapshot:
                return min(snapshot.positions.values())
        except ReadModelsNotReady:
            return 0

    def health(self) -> Health:
        """Ready once every read model has reached the log's head as of the start of this process."""
        wrong = self._troubles()
        try:
            head, _ = self._store.events.head()
        except StoreDamaged as error:
            return Health(ready=False, head=0, read_models={**wrong, "log": error.why})
        try:
            with self._current() as generation:
                db, found = self._begun(generation, checkpoints)
                db.close()
            known: Mapping[str, Checkpoint] | None = {standing.projection: standing for standing in found}
            damaged = generation.number == self._store.damage.found_again
        except (ReadModelsNotReady, *DATABASE_ERRORS):
            known, damaged = None, self._store.damage.found_again is not None
        lines = {
            projection.name: DAMAGED if damaged else self._line(known, projection, head)
            for projection in self.projections
        }
        lines.update(wrong)
        ready = (
            not damaged
            and not wrong
            and known is not None
            and all(
                projection.name in known
                and known[projection.name].fingerprint == projection.fingerprint
                and known[projection.name].stopped is None
                and known[projection.name].position >= self._head_at_start
                for projection in self.projections
            )
        )
        return Health(ready, head, lines)

    def _troubles(self) -> Mapping[str, str]:
        """The service's log has them too, once."""
        found = self._store.troubles()
        if found and found != self._told:
            log.critical("somebody has to see to the store", **found)
        self._told = found
        return found

    @staticmethod
    def _line(known: Mapping[str, Checkpoint] | None, projection: Projection, head: int) -> str:
        if known is None:
            return "missing: being built"
        standing = known.get(projection.name)
        if standing is None or standing.fingerprint != projection.fingerprint:
            return "of another release: run `recobro rebuild`"
        return f"stopped: {standing.stopped}" if standing.stopped else f"at {standing.position} of {head}"

    def close(self) -> None:
        """Whoever reads just now reads on to the end."""
        with self._lock:
            self._change_to(None)

    @contextmanager
    def _current(self) -> Generator[Generation]:
        """A generation that was current a moment ago will do: the one before is kept, and kept right."""
        with self._lock:
            generation = self._found()
            self._readers[generation] += 1
        try:
            yield generation
        finally:
            with self._lock:
                self._readers[generation] -= 1
                self._close_unless_read(generation)

    def _found(self) -> Generation:
        now, found = time.monotonic(), self._open
        if found is None or now - self._looked_at > LOOK_AGAIN_SECONDS:
            number = self._store.generations.current()
            if number is None:
                raise ReadModelsNotReady(BEING_REBUILT, done=self._done() or 0, head=self._store.events.head()[0])
            if found is None or found.number != number:
                found = self._store.generations.open(number)
                self._change_to(found)
            self._looked_at = now
        return found

    def _change_to(self, generation: Generation | None) -> None:
        before, self._open = self._open, generation
        if before is not None:
            self._close_unless_read(before)

    def _close_unless_read(self, generation: Generation) -> None:
        """A connection that came back to a generation already closed would stay open."""
        if generation is not self._open and not self._readers[generation]:
            del self._readers[generation]
            generation.close()

    def _positions(self, db: Connection) -> Mapping[str, int]:
        found = {name: (fingerprint, position) for name, fingerprint, position in db.execute(_CHECKPOINTS).all()}
        if {name: fingerprint for name, (fingerprint, _) in found.items()} != self._fingerprints:
            done = self._done()
            if done is None:
                raise ReadModelsNotReady(OF_ANOTHER_RELEASE)
            raise ReadModelsNotReady(BEING_REBUILT, done=done, head=self._store.events.head()[0])
        return {name: position for name, (_, position) in found.items()}

    def _done(self) -> int | None:
        """How many events the newest generation in the making has; None where none is in the making."""
        current = self._store.generations.current()
        numbers = [n for n in self._store.generations.numbers() if n > (current or 0)]
        if not numbers:
            return None
        generation = self._store.generations.open(numbers[-1])
        try:
            with generation.reading.connect() as db:
                return min(s.position for s in checkpoints(db))
        except (DBAPIError, ValueError):  # its tables are only just being made
            return 0
        finally:
            generation.close()


def rebuild(
    store: Store,
    projections: Sequence[Projection] = PROJECTIONS,
    *,
    reached: Callable[[Progress], None] = lambda _: None,
) -> int:
    """Build a new generation beside the served one and swap; the position it serves. The old one is kept.

    `reached` hears of each batch; if it raises, the rebuild ends there and the next one starts anew.
    """
    with store.generations.alone():
        numbers, current = store.generations.numbers(), store.generations.current()
        for number in numbers:
            if number != current:  # the one before last, or one cut short
                store.generations.drop(number)
        # By the clock, so that not even a file that was deleted and is still open somewhere had the same number.
        generation = store.generations.open(max((*numbers, time.time_ns() // 10**6)) + 1, making=True)
        try:
            position = _build(store, generation, projections, reached)
            store.generations.serve(generation.number)
        finally:
            generation.close()
        return position


def stopped(store: Store) -> Mapping[str, str]:
    """Which of the served read models have stopped, and why."""
    number = store.generations.current()
    if number is None:
        return {}
    generation = store.generations.open(number)
    try:
        with generation.reading.connect() as db:
            return {one.projection: one.stopped for one in checkpoints(db) if one.stopped is not None}
    finally:
        generation.close()


def _build(
    store: Store,
    generation: Generation,
    projections: Sequence[Projection],
    reached: Callable[[Progress], None],
) -> int:
    started = time.perf_counter()

    def tell(position: int) -> None:
        seconds = time.perf_counter() - started
        reached(Progress(position, store.events.head()[0], position / seconds if seconds else 0.0))

    generation.create(projections, erased_up_to=store.events.hear_of_erasures())
    projector = Projector(store.events, generation, projections)
    with _garbage_left_for_later():
        projector.catch_up(REBUILDING, reached=tell)
        generation.index(projections)
        return projector.catch_up(REBUILDING, reached=tell)


@contextmanager
def _garbage_left_for_later() -> Generator[None]:
    """Millions of objects are made and none of them in a cycle: to search them for such takes half of a rebuild."""
    searches = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if searches:
            gc.enable()


def bring_up(store: Store, projections: Sequence[Projection] = PROJECTIONS) -> None:
    """Up with the log, where this release can; made where there are none. For whoever leads."""
    number = store.generations.current()
    if number is None:
        rebuild(store, projections)
        return
    generation = store.generations.open(number)
    try:
        _caught_up(store, generation, projections)
    except DATABASE_ERRORS as error:
        if not store.damage.seen_to(generation, error, projections) or store.generations.current() == number:
            raise
        rebuild(store, projections)
    finally:
        generation.close()


def _caught_up(store: Store, generation: Generation, projections: Sequence[Projection]) -> None:
    with generation.reading.connect() as db:
        found = {standing.projection: standing.fingerprint for standing in checkpoints(db)}
    if found == {projection.name: projection.fingerprint for projection in projections}:
        projector = Projector(store.events, generation, projections)
        projector.check()
        projector.catch_up(REBUILDING)


def go_back(store: Store, projections: Sequence[Projection] = PROJECTIONS) -> int:
    """Serve the generation kept from before the last rebuild, once it has caught up; the position it serves.

    Raises `LookupError` where there is none that this release can keep up.
    """
    with store.generations.alone():
        current = store.generations.current() or 0
        wanted = {projection.name: projection.fingerprint for projection in projections}
        for number in reversed([n for n in store.generations.numbers() if n != current]):
            generation = store.generations.open(number)
            try:
                with generation.reading.connect() as db:
                    found = {standing.projection: standing.fingerprint for standing in checkpoints(db)}
                if found == wanted:
                    projector = Projector(store.events, generation, projections)
                    projector.check()
                    position = projector.catch_up(REBUILDING)
                    store.generations.serve(number)
                    return position
            except LogReplaced:
                continue
            finally:
                generation.close()
        raise LookupError("no earlier generation of this release's read models is kept")
