"""Where read models lie: whole generations side by side, of which one is current and another may be in the making.

On SQLite a generation is a file of its own and `readmodels.db` a link to the current one; on PostgreSQL it is a schema,
and a row names the current one. Nothing here is worth a backup: it is all rebuilt from the log.
"""

import fcntl
import os
import re
from collections.abc import Generator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import psycopg
from psycopg import sql
from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Engine,
    LargeBinary,
    MetaData,
    String,
    Table,
    create_engine,
    event,
)
from sqlalchemy.schema import CreateIndex, CreateTable

from infrastructure.log.postgres import Pool, asked
from projections.erasure import personal
from projections.projection import Projection

positions = Table(
    "positions",
    MetaData(),
    Column("projection", String, primary_key=True),
    Column("fingerprint", String, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("hash", LargeBinary, nullable=False),  # of the event at that position: tells whether the log is the same
    Column("stopped", String),  # why it stopped, where it did
)


erasures = Table("erasures", MetaData(), Column("position", BigInteger, primary_key=True, autoincrement=False))
"""One row: up to which position of the log no trace is left here of the clients who are erased."""


@dataclass(frozen=True, slots=True)
class Generation:
    """One set of read models. `reading` opens a snapshot of it, `writing` a transaction that changes it."""

    number: int
    reading: Engine
    writing: Engine

    def create(self, projections: Sequence[Projection], *, erased_up_to: int = 0) -> None:
        """The tables without their indexes, which are quicker made over many rows at once: see `index`.

        Clients who were erased up to that position are unknown here from the beginning.
        """
        with self.writing.begin() as db:
            db.execute(CreateTable(positions))
            db.execute(CreateTable(erasures))
            db.execute(erasures.insert().values(position=erased_up_to))
            for projection in projections:
                for table in projection.tables:
                    db.execute(CreateTable(table))
                    if db.dialect.name == "postgresql":  # whose statistics quote what is common in a column
                        for column in personal(table):
                            statement = f"ALTER TABLE {table.name} ALTER {column.name} SET STATISTICS 0"
                            db.exec_driver_sql(statement)
                start = {"fingerprint": projection.fingerprint, "position": 0, "hash": b"", "stopped": None}
                db.execute(positions.insert().values(projection=projection.name, **start))

    def index(self, projections: Sequence[Projection]) -> None:
        with self.writing.begin() as db:
            for projection in projections:
                for table in projection.tables:
                    for index in sorted(table.indexes, key=lambda index: str(index.name)):
                        db.execute(CreateIndex(index))
            db.exec_driver_sql("ANALYZE")

    def close(self) -> None:
        self.reading.dispose()
        self.writing.dispose()


class Generations(Protocol):
    def current(self) -> int | None:
        """The number of the one that is served; None where there is none yet."""
        ...

    def numbers(self) -> Sequence[int]: ...

    def open(self, number: int, *, making: bool = False) -> Generation: ...

    def serve(self, number: int) -> None:
        """From now on this one is current, for all processes."""
        ...

    def drop(self, number: int) -> None: ...

    def alone(self, *, wait: bool = True) -> AbstractContextManager[bool]:
        """A context in which no other process makes a generation; it waits for its turn, or is False."""
        ...


# SQLite


class SQLiteGenerations:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._link = folder / "readmodels.db"

    def current(self) -> int | None:
        try:
            target = self._link.readlink()
        except OSError:
            return None
        number = _number(target.name)
        return number if number is not None and (self._folder / target).exists() else None

    def numbers(self) -> Sequence[int]:
        found = (_number(file.name) for file in self._folder.glob("readmodels-*.db"))
        return sorted(number for number in found if number is not None)

    def open(self, number: int, *, making: bool = False) -> Generation:
        file = self._file(number)
        mode = "rwc" if making else "rw"
        # Whoever makes a generation starts anew if it is cut short; whoever keeps one can catch up from the log.
        pragmas = ("journal_mode = WAL", f"synchronous = {'OFF' if making else 'NORMAL'}", "secure_delete = ON")
        return Generation(
            number,
            reading=_sqlite_engine(file, "ro", "DEFERRED", ("query_only = ON", "cache_size = -32000")),
            writing=_sqlite_engine(file, mode, "IMMEDIATE", (*pragmas, "cache_size = -64000")),
        )

    def serve(self, number: int) -> None:
        fresh = self._folder / f".readmodels-{os.getpid()}"
        fresh.unlink(missing_ok=True)
        fresh.symlink_to(self._file(number).name)
        fresh.replace(self._link)

    def drop(self, number: int) -> None:
        for suffix in ("", "-wal", "-shm"):
            self._file(number).with_name(self._file(number).name + suffix).unlink(missing_ok=True)

    @contextmanager
    def alone(self, *, wait: bool = True) -> Generator[bool]:
        with (self._folder / ".rebuilding").open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
            except BlockingIOError:
                yield False
            else:
                yield True

    def _file(self, number: int) -> Path:
        return self._folder / f"readmodels-{number}.db"


def _sqlite_engine(file: Path, mode: str, begin: str, pragmas: Sequence[str]) -> Engine:
    engine = create_engine(
        f"sqlite:///file:{file.absolute()}?mode={mode}&uri=true",
        connect_args={"timeout": 10, "check_same_thread": False, "isolation_level": None},
        pool_size=8,
        max_overflow=32,
    )

    def prepare(driver: Any, _record: object) -> None:
        for pragma in pragmas:
            driver.execute(f"PRAGMA {pragma}")

    def start(db: Connection) -> None:
        """The driver would begin by itself at the first write only, and two reads would see two states."""
        driver: Any = db.connection.driver_connection
        driver.execute(f"BEGIN {begin}")

    event.listen(engine, "connect", prepare)
    event.listen(engine, "begin", start)
    return engine


# PostgreSQL

REBUILDING = 0x7265_636F_6272_6F02
"""The advisory lock of whoever makes a generation."""


class PostgresGenerations:
    def __init__(self, address: str, pool: Pool) -> None:
        self._address, self._pool = address, pool

    def current(self) -> int | None:
        query = "SELECT generation FROM read_model_generation JOIN pg_namespace ON nspname = generation"
        # From the pool: it is asked several times a second, and to connect for it takes a hundred times as long.
        row = asked(self._pool, lambda db: db.execute(query).fetchone())
        return _number(row[0]) if row else None

    def numbers(self) -> Sequence[int]:
        with self._connection() as db:
            rows = db.execute("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'readmodels-%%'").fetchall()
        return sorted(number for (name,) in rows if (number := _number(name)) is not None)

    def open(self, number: int, *, making: bool = False) -> Generation:
        schema = _schema(number)
        if making:
            with self._connection() as db:
                db.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(schema)))
        return Generation(
            number,
            # Whether a connection was lost shows in a snapshot's first question: asking before costs each a round trip.
            reading=self._engine(schema, "REPEATABLE READ", "-cdefault_transaction_read_only=on", ping=False),
            # A commit lost in a crash is caught up from the log: position and rows are of one transaction.
            writing=self._engine(schema, "READ COMMITTED", "-csynchronous_commit=off", ping=True),
        )

    def serve(self, number: int) -> None:
        with self._connection() as db:
            db.execute(
                "INSERT INTO read_model_generation (generation) VALUES (%(name)s)"
                " ON CONFLICT (only_row) DO UPDATE SET generation = EXCLUDED.generation",
                {"name": _schema(number)},
            )

    def drop(self, number: int) -> None:
        with self._connection() as db:
            db.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(sql.Identifier(_schema(number))))

    @contextmanager
    def alone(self, *, wait: bool = True) -> Generator[bool]:
        with self._connection() as db:
            if wait:
                db.execute("SELECT pg_advisory_lock(%s)", (REBUILDING,))
                yield True
            else:
                taken = db.execute("SELECT pg_try_advisory_lock(%s)", (REBUILDING,)).fetchone()
                yield bool(taken and taken[0])

    def _connection(self) -> psycopg.Connection[tuple[Any, ...]]:
        return psycopg.connect(self._address, autocommit=True)

    def _engine(self, schema: str, isolation: str, options: str, *, ping: bool) -> Engine:
        def connect() -> psycopg.Connection[tuple[Any, ...]]:
            return psycopg.connect(self._address, options=f'-csearch_path="{schema}" {options}')

        return create_engine(
            "postgresql+psycopg://",
            creator=connect,
            isolation_level=isolation,
            pool_pre_ping=ping,
            pool_size=8,
            max_overflow=32,
        )


def _schema(number: int) -> str:
    return f"readmodels-{number}"


def _number(name: str) -> int | None:
    match = re.fullmatch(r"readmodels-(\d+)(?:\.db)?", name)
    return int(match[1]) if match else None
