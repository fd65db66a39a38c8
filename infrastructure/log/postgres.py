"""The log in a PostgreSQL database, shared by many processes.

Appends queue up under one advisory lock, so that the order of positions is the order of commits, and nobody who reads
on from a position can skip an event.
"""

import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from copy import copy
from threading import Event
from typing import Any, LiteralString, Self, TypeVar
from uuid import UUID
from weakref import WeakKeyDictionary

import psycopg
from eventsourcing.persistence import IntegrityError
from psycopg import Connection
from psycopg_pool import ConnectionPool, PoolTimeout

from application.streams import AlreadyClaimed, AppendUncertain
from infrastructure.log.engine import HASH_BYTES, CarriedOut, HeldClaim, Log, LogUnavailable, NewEvent, StoreDamaged

Pool = ConnectionPool[Connection[Any]]
Answer = TypeVar("Answer")

APPENDING = 0x7265_636F_6272_6F00
"""The advisory lock of whoever appends; the function `append` takes it by itself."""

IDLE_SECONDS = 1.0

LOOKS_BEFORE_POLLING = 5  # of a tenth of a second each: a notification may be lost on the way
NO_COMMAND = (None, None, None, None)


class PostgresLog(Log):
    def __init__(self, address: str, pool: Pool) -> None:
        """The database has its tables and the function `append`: see `migrations`."""
        self._address = address
        self._pool = pool
        self._held: Connection[Any] | None = None
        self.damaged = Event()

    def append(
        self,
        events: Sequence[NewEvent],
        *,
        unmoved: Mapping[UUID, int] | None = None,
        claims: Sequence[HeldClaim] = (),
        released: Sequence[HeldClaim] = (),
        command: CarriedOut | None = None,
    ) -> int:
        """One round trip: a function of the database takes the lock, looks, continues the chain and writes.

        Releasing takes another in the same transaction, and is rare.
        """
        seen = unmoved or {}
        parameters = (
            [event.stream for event in events],
            [event.version for event in events],
            [event.name for event in events],
            [event.state for event in events],
            list(seen),
            list(seen.values()),
            [claim.kind for claim in claims],
            [claim.value for claim in claims],
            [claim.stream for claim in claims],
            *(command or NO_COMMAND),
        )
        with self._writing() as db, db.transaction() if released else nullcontext():
            done = db.execute(
                """
                SELECT last, held_kind, held_by FROM append(
                    %b::uuid[], %b::bigint[], %b::text[], %b::bytea[], %b::uuid[], %b::bigint[],
                    %b::text[], %b::bytea[], %b::uuid[], %b::uuid, %s::text, %b::bytea, %b::uuid
                )
                """,
                parameters,
                binary=True,
            )
            last: int
            ((last, kind, holder),) = done.fetchall()
            if holder is not None:
                raise AlreadyClaimed(kind=kind, holder=holder)
            for gone in released:
                db.execute("DELETE FROM claims WHERE kind = %s AND value = %s AND stream = %s", gone)
        return last

    @contextmanager
    def locked(self) -> Generator[Self]:
        with self._writing() as db, db.transaction():
            db.execute("SELECT pg_advisory_xact_lock(%s)", (APPENDING,))
            yield self.within(db)

    def within(self, db: Connection[Any]) -> Self:
        """The log as somebody's open transaction has it."""
        log = copy(self)
        log._held = db  # noqa: SLF001 - a copy of this very object
        return log

    def release(self, streams: Sequence[UUID]) -> None:
        with self._writing() as db:
            db.execute("DELETE FROM claims WHERE stream = ANY(%s)", (list(streams),))

    def rehash(self, table: LiteralString, column: LiteralString, new: Callable[[bytes], bytes]) -> None:
        with self._writing() as db, db.transaction():
            db.execute("CREATE TEMP TABLE rehashed (before bytea PRIMARY KEY, after bytea NOT NULL)")
            known = "SELECT DISTINCT " + column + " FROM " + table  # noqa: S608 - our own names
            hashes = db.execute(known + " WHERE length(" + column + ") = %s", (HASH_BYTES,))
            with db.cursor().copy("COPY rehashed FROM STDIN") as rows:
                for (before,) in hashes.fetchall():
                    rows.write_row((before, new(before)))
            update = "UPDATE " + table + " SET " + column + " = after FROM rehashed"  # noqa: S608 - our own names
            db.execute(update + " WHERE " + column + " = before")
            db.execute("DROP TABLE rehashed")

    def cut(self, position: int, claims: Sequence[HeldClaim]) -> None:
        with self._writing() as db, db.transaction():
            db.execute("DELETE FROM events WHERE position > %s", (position,))
            db.execute("DELETE FROM commands WHERE position > %s", (position,))
            db.execute("DELETE FROM claims")
            db.cursor().executemany("INSERT INTO claims (kind, value, stream) VALUES (%s, %s, %s)", claims)

    def watch(self, stopped: Event) -> Iterator[None]:
        try:
            with psycopg.connect(self._address, autocommit=True) as db:
                db.execute("LISTEN recobro_log")
                yield  # for what came before
                quiet = 0
                while not stopped.is_set():
                    notified = any(True for _ in db.notifies(timeout=0.1, stop_after=1))
                    quiet = 0 if notified else quiet + 1
                    if notified or quiet % LOOKS_BEFORE_POLLING == 0:
                        yield
        except psycopg.OperationalError as error:
            raise LogUnavailable(str(error)) from error

    def close(self) -> None:
        self._pool.close()

    @contextmanager
    def _writing(self) -> Generator[Connection[Any]]:
        """A connection on which each statement commits by itself, and what became of it where that fails."""
        if self._held is not None:
            yield self._held
            return
        db: Connection[Any] | None = None
        try:
            with damage_told("log", self.damaged), self._pool.connection() as db:
                yield db
        except psycopg.errors.UniqueViolation as error:
            raise IntegrityError(error.diag.message_primary) from error
        except psycopg.OperationalError as error:
            if db is not None and db.closed:
                raise AppendUncertain from error
            raise LogUnavailable(str(error)) from error

    def _rows(self, query: LiteralString, *parameters: object) -> list[tuple[Any, ...]]:
        query = query.replace("?", "%s")
        if self._held is not None:
            return self._held.execute(query, parameters, binary=True).fetchall()
        try:
            with damage_told("log", self.damaged):
                return asked(self._pool, lambda db: db.execute(query, parameters, binary=True).fetchall())
        except psycopg.OperationalError as error:
            raise LogUnavailable(str(error)) from error

    def _id(self, stored: UUID) -> UUID:
        return stored


def connect(address: str, *, connections: int) -> Pool:
    """Connections on which statements are prepared, and which notice within seconds that the server's host is gone."""
    kwargs = {
        "autocommit": True,
        "prepare_threshold": 1,
        "keepalives_idle": 5,
        "keepalives_interval": 2,
        "keepalives_count": 3,
        "tcp_user_timeout": 10_000,
    }
    pool: Pool = ConnectionPool(
        address,
        kwargs=kwargs,
        configure=_configure,
        check=_Idle().check,
        min_size=1,
        max_size=connections,
        open=True,
    )
    try:
        pool.wait()
    except BaseException:
        pool.close()
        raise
    return pool


def asked(pool: Pool, question: Callable[[Connection[Any]], Answer]) -> Answer:
    """Once more where the connection turns out to be lost: for what may be done twice."""
    try:
        with pool.connection() as db:
            return question(db)
    except PoolTimeout:
        raise
    except psycopg.OperationalError:
        pool.check()  # a server that was started again has left others dead too
    with pool.connection() as db:
        return question(db)


MISSING = (psycopg.errors.UndefinedTable, psycopg.errors.InvalidSchemaName)
"""Of a part of the store that is open: somebody has dropped it since."""


def is_damage(error: psycopg.Error) -> bool:
    """PostgreSQL's data_corrupted and index_corrupted."""
    return error.sqlstate in {"XX001", "XX002"}


@contextmanager
def damage_told(part: str, damaged: Event) -> Generator[None]:
    """As `translated` of `sqlite_log` does."""
    try:
        yield
    except (psycopg.InternalError, psycopg.ProgrammingError) as error:
        if not is_damage(error) and not isinstance(error, MISSING):
            raise
        damaged.set()
        raise StoreDamaged(part) from error


class _Idle:
    """Asks a connection whether it still lives, where nobody has used it for a second: under load none is asked."""

    def __init__(self) -> None:
        self._used = WeakKeyDictionary[Connection[Any], float]()

    def check(self, db: Connection[Any]) -> None:
        now = time.monotonic()
        if now - self._used.get(db, 0.0) > IDLE_SECONDS:
            ConnectionPool[Connection[Any]].check_connection(db)
        self._used[db] = now


def _configure(db: Connection[Any]) -> None:
    """Whoever waited for the lock must see what was committed meanwhile, whatever the database's default is."""
    db.execute("SET default_transaction_isolation = 'read committed'")
