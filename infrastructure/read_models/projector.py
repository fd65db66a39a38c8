"""Keeps a generation of read models up with the log.

A batch is read and decoded once for all read models, and applied in one transaction together with the positions they
have reached, which move by compare-and-set: two projectors can't both apply a batch. Where it can't be applied to all,
each read model gets a transaction of its own, so that what stops one stops no other.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import psycopg
import sqlalchemy.exc
import structlog
from sqlalchemy import Connection, bindparam, select, update

from api.http.failures import failure
from application.streams import EventStore, LogBroken
from domain.client.restrictions import ClientErased
from domain.events import Recorded
from infrastructure.log.codec import UnknownEvent, UnreadableEvent
from infrastructure.read_models.damage import DATABASE_ERRORS, is_damage
from infrastructure.read_models.generations import Generation, positions
from projections.erasure import erase
from projections.projection import Projection
from projections.rows import Rows

LIVE, REBUILDING = 500, 20_000
"""How many events make a batch."""

PARTITIONS_KEPT = 10_000
"""How many case files, and clients, each read model keeps in memory: some 5 KB each."""

UNREADABLE = (UnknownEvent, UnreadableEvent)

DATABASE_FAILED = (sqlalchemy.exc.OperationalError, sqlalchemy.exc.InterfaceError, psycopg.OperationalError)
"""The database, not the event, is at fault: the batch may be tried again."""

log = structlog.get_logger(__name__)


MOVE = (
    update(positions)
    .where(positions.c.projection == bindparam("of"), positions.c.position == bindparam("was"))
    .values(position=bindparam("position"), hash=bindparam("hash"), stopped=bindparam("stopped"))
)
"""Compare and set. Statements are built once: building one costs more than carrying it out."""


class Overtaken(Exception):
    """Another projector has moved this read model: what is in memory is no longer what is stored."""


class LogReplaced(Exception):
    """The log is not the one these read models were made from; they must be made anew."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """How far a read model has come, and why it went no further where it stopped."""

    projection: str
    fingerprint: str
    position: int
    hash: bytes
    stopped: str | None


def checkpoints(db: Connection) -> Sequence[Checkpoint]:
    found = db.execute(select(positions).order_by(positions.c.projection))
    return [Checkpoint(row.projection, row.fingerprint, row.position, row.hash, row.stopped) for row in found]


class Projector:
    def __init__(
        self,
        store: EventStore,
        generation: Generation,
        projections: Sequence[Projection],
        *,
        partitions_kept: int = PARTITIONS_KEPT,
    ) -> None:
        self._store, self._generation = store, generation
        self._projections = {projection.name: projection for projection in projections}
        self._rows = {projection.name: Rows(projection.tables, partitions_kept) for projection in projections}
        self._standings: dict[str, Checkpoint] = {}

    def check(self) -> None:
        """Raise `LogReplaced` where the event at a read model's position is not the one it was made from."""
        for standing in self._stored():
            if standing.position:
                found = self._store.since(standing.position - 1, 1)
                if not found or found[0].hash != standing.hash:
                    raise LogReplaced(f"{standing.projection}: another event is at position {standing.position}")

    def catch_up(
        self, batch: int = LIVE, *, reached: Callable[[int], None] = lambda _: None, retry_stopped: bool = False
    ) -> int:
        """Apply all that the log holds; the position reached. `reached` hears of each batch, and may end it all."""
        if not self._standings:
            self._standings = {standing.projection: standing for standing in self._stored()}
        if retry_stopped:
            self._standings = {name: replace(s, stopped=None) for name, s in self._standings.items()}
        ended, limit = False, batch
        while True:
            going = [standing for standing in self._standings.values() if standing.stopped is None]
            position = min(standing.position for standing in going or self._standings.values())
            if ended or not going:
                return position
            try:
                recorded = self._store.since(position, limit, after=self._hash_at(position))
            except LogBroken as error:
                if error.position > position + 1:  # up to there it is what was written
                    limit = error.position - position - 1
                    continue
                self._stop_at(position, going, str(error), error)
                continue
            except UNREADABLE as error:
                if limit > 1:  # up to the first that can't be read, and then that one
                    limit //= 2
                    continue
                self._stop_at(position, going, f"{type(error).__name__} at position {position + 1}", error)
                continue
            if recorded:
                self._advance(going, recorded)
                reached(recorded[-1].position)
            ended, limit = len(recorded) < limit, batch

    def _advance(self, going: Sequence[Checkpoint], recorded: Sequence[Recorded]) -> None:
        """All at once, which costs much less than one by one; should that fail, each alone."""
        try:
            self._apply(going, recorded)
        except (Overtaken, *DATABASE_FAILED):
            self._forget()
            raise
        except Exception as error:  # whatever a projection raises, its event can't be projected
            if isinstance(error, DATABASE_ERRORS) and is_damage(self._generation, error, [*self._projections.values()]):
                self._forget()
                raise
            for standing in going:
                self._rows[standing.projection].forget()
            if len(going) > 1:
                for standing in going:
                    self._advance([standing], recorded)
                return
            [standing] = going
            if len(recorded) == 1:
                [at] = recorded  # never the error's text, which may quote what is personal
                self._stop(standing, f"{type(error).__name__} at position {at.position} ({at.name})", error)
                return
            for one in recorded:  # come as far as possible, so that the position tells which event it is
                if self._standings[standing.projection].stopped is None:
                    self._advance([self._standings[standing.projection]], [one])

    def _apply(self, going: Sequence[Checkpoint], recorded: Sequence[Recorded]) -> None:
        last = recorded[-1]
        behind = [standing for standing in going if standing.position < last.position]
        if not behind:
            return
        reached = [replace(standing, position=last.position, hash=last.hash, stopped=None) for standing in behind]
        with self._generation.writing.begin() as db:
            for standing, moved in zip(behind, reached, strict=True):
                self._move(db, standing, moved)
                self._fold(db, standing.projection, [one for one in recorded if one.position > standing.position])
        for standing in reached:
            self._rows[standing.projection].let_go()
            self._standings[standing.projection] = standing

    def _fold(self, db: Connection, name: str, recorded: Sequence[Recorded]) -> None:
        projection, rows = self._projections[name], self._rows[name]
        touched = [(one, projection.touches(one)) for one in recorded]
        # A stream's first event: nothing is stored yet of what it is about.
        new = [
            (kind, partition)
            for one, partitions in touched
            if one.version == 1
            for kind, partition in partitions
            if partition == one.stream
        ]
        rows.begin(db, (partition for _, partitions in touched for partition in partitions), new)
        for one in recorded:
            projection.project(rows, one)
        for partition in rows.unsettled():
            projection.settle(rows, partition)
        rows.write(db)
        if erased := [one.stream for one in recorded if isinstance(one.event, ClientErased)]:
            erase(db, projection.tables, erased)
            rows.forget()  # it may hold what is blanked now

    def _hash_at(self, position: int) -> bytes:
        return next(standing.hash for standing in self._standings.values() if standing.position == position)

    def _stop_at(self, position: int, going: Sequence[Checkpoint], why: str, error: Exception) -> None:
        for standing in going:
            if standing.position == position:
                self._stop(standing, why, error)

    def _stop(self, standing: Checkpoint, why: str, error: Exception) -> None:
        log.error("read model stopped", projection=standing.projection, why=why, **failure(error))
        stopped = replace(standing, stopped=why)
        with self._generation.writing.begin() as db:
            self._move(db, standing, stopped)
        self._standings[standing.projection] = stopped

    def _move(self, db: Connection, standing: Checkpoint, to: Checkpoint) -> None:
        was = {"of": standing.projection, "was": standing.position}
        moved = db.execute(MOVE, {**was, "position": to.position, "hash": to.hash, "stopped": to.stopped})
        if moved.rowcount != 1:
            raise Overtaken(standing.projection)

    def _stored(self) -> Sequence[Checkpoint]:
        with self._generation.writing.connect() as db:
            return checkpoints(db)

    def _forget(self) -> None:
        self._standings.clear()
        for rows in self._rows.values():
            rows.forget()
