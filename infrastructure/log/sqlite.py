"""The log in an SQLite file: one writer, and readers that never wait for it."""

import os
import sqlite3
from collections import deque
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from copy import copy
from pathlib import Path
from threading import Event, Lock
from typing import Any, LiteralString, Self
from uuid import UUID

from eventsourcing.persistence import IntegrityError

from application.streams import AlreadyClaimed
from infrastructure.log import chain
from infrastructure.log.engine import HASH_BYTES, CarriedOut, HeldClaim, Log, LogUnavailable, NewEvent, StoreDamaged

PART = "log"
"""As errors call it."""

BUSY_SECONDS = 10.0
POLL_SECONDS = 0.02


class SQLiteLog(Log):
    def __init__(self, file: Path, *, immutable: bool = False) -> None:
        """The file has its tables: see `migrations`. Nobody can write to it where it is `immutable`."""
        self._file = file
        self._options = "&immutable=1" if immutable else ""
        self._writer = connect(file, read_only=immutable, options=self._options)
        self._files = Files(file)
        self._lock = Lock()
        self._readers: deque[sqlite3.Connection] = deque()
        self._closed = False
        self._held: sqlite3.Connection | None = None
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
        with self._writing() as db:
            for stream, version in (unmoved or {}).items():
                if db.execute(
                    "SELECT 1 FROM events WHERE stream = ? AND version > ?", (stream.bytes, version)
                ).fetchone():
                    raise IntegrityError("A stream that was decided on has moved")
            for kind, value, stream in claims:
                _claim(db, kind, value, stream)
            for kind, value, stream in released:
                db.execute(
                    "DELETE FROM claims WHERE kind = ? AND value = ? AND stream = ?", (kind, value, stream.bytes)
                )
            head = db.execute("SELECT position, hash FROM events ORDER BY position DESC LIMIT 1").fetchone()
            last, digest = head or (0, b"")
            entries = chain.extended(last, digest, events)
            db.executemany(
                "INSERT INTO events (position, stream, version, name, state, hash) VALUES (?, ?, ?, ?, ?, ?)",
                [(e.position, e.stream.bytes, e.version, e.name, e.state, e.hash) for e in entries],
            )
            position: int = entries[-1].position if entries else last
            if command is not None:
                made_id = None if command.made_id is None else command.made_id.bytes
                db.execute(
                    "INSERT INTO commands (id, route, fingerprint, made_id, position) VALUES (?, ?, ?, ?, ?)",
                    (command.id.bytes, command.route, command.fingerprint, made_id, position),
                )
            return position

    @contextmanager
    def locked(self) -> Generator[Self]:
        with self._writing() as db:
            log = copy(self)
            log._held = db  # noqa: SLF001 - a copy of this very object
            yield log

    def release(self, streams: Sequence[UUID]) -> None:
        with self._writing() as db:
            db.executemany("DELETE FROM claims WHERE stream = ?", [(stream.bytes,) for stream in streams])

    def rehash(self, table: LiteralString, column: LiteralString, new: Callable[[bytes], bytes]) -> None:
        with self._writing() as db:
            db.create_function("rehashed", 1, new, deterministic=True)
            update = "UPDATE " + table + " SET " + column + " = rehashed(" + column + ")"  # noqa: S608 - our own names
            db.execute(update + " WHERE length(" + column + ") = ?", (HASH_BYTES,))

    def cut(self, position: int, claims: Sequence[HeldClaim]) -> None:
        with self._writing() as db:
            db.execute("DELETE FROM events WHERE position > ?", (position,))
            db.execute("DELETE FROM commands WHERE position > ?", (position,))
            db.execute("DELETE FROM claims")
            for kind, value, stream in claims:
                _claim(db, kind, value, stream)

    def watch(self, stopped: Event) -> Iterator[None]:
        """Another connection's commit shows in `data_version`, whichever process made it."""
        with self._reading() as db:
            seen = None
            while not stopped.is_set():
                (version,) = db.execute("PRAGMA data_version").fetchone()
                if version != seen:
                    seen = version
                    yield
                stopped.wait(POLL_SECONDS)

    def check_in_place(self) -> None:
        self._files.check(PART)

    def storage_error(self) -> str | None:
        return file_error(self._file, options=self._options)

    def close(self) -> None:
        """The writer last: only it can bring the write-ahead log into the file, which then is whole by itself."""
        self._closed = True
        self._close_readers()
        with self._lock:
            self._writer.close()

    def _close_readers(self) -> None:
        with suppress(IndexError):
            while True:
                self._readers.pop().close()

    @contextmanager
    def _writing(self) -> Generator[sqlite3.Connection]:
        """A transaction that holds the write lock: of this process, then of the file."""
        if self._held is not None:
            yield self._held
            return
        with self._lock, translated(PART, self.damaged):
            self._writer.execute("BEGIN IMMEDIATE")
            try:
                yield self._writer
                self.check_in_place()
                self._writer.execute("COMMIT")
            except BaseException:
                if self._writer.in_transaction:
                    self._writer.execute("ROLLBACK")
                raise

    @contextmanager
    def _reading(self) -> Generator[sqlite3.Connection]:
        if self._held is not None:
            yield self._held
            return
        try:
            db = self._readers.pop()
        except IndexError:
            self.check_in_place()
            db = connect(self._file, read_only=True, options=self._options)
        try:
            with translated(PART, self.damaged):
                yield db
        finally:
            self._readers.append(db)
            if self._closed:  # meanwhile, without this one
                self._close_readers()

    def _rows(self, query: LiteralString, *parameters: object) -> list[tuple[Any, ...]]:
        with self._reading() as db:
            return db.execute(query, [p.bytes if isinstance(p, UUID) else p for p in parameters]).fetchall()

    def _id(self, stored: bytes) -> UUID:
        return UUID(bytes=stored)


class Files:
    """Those of a database that is open, which they were when it was opened, and how long the first of them was.

    SQLite goes on with files that somebody has deleted since, put others in the place of, or written over: what is
    written to them is gone with the last connection. The file itself only ever grows: nothing of ours makes it shorter.
    To ask takes some microseconds.
    """

    def __init__(self, file: Path) -> None:
        all_ = (file, file.with_name(f"{file.name}-wal"), file.with_name(f"{file.name}-shm"))
        self._were = [(str(one), found) for one in all_ if (found := _found(str(one)))]
        self._file, self._size = str(file), file.stat().st_size

    def check(self, part: str) -> None:
        for file, was in self._were:
            found = _found(file)
            if found is None or not os.path.samestat(found, was):
                raise StoreDamaged(
                    part,
                    f"{file} was deleted or replaced while it is in use: put it back, or stop and restore a backup",
                )
            if file == self._file and found.st_size < self._size:
                raise StoreDamaged(part, f"{file} was cut short or written over while it is in use: restore a backup")


def _found(file: str) -> os.stat_result | None:
    try:
        return os.stat(file)  # noqa: PTH116 - in a third of the time
    except OSError:
        return None


def connect(file: Path, *, read_only: bool = False, options: str = "") -> sqlite3.Connection:
    """A connection to a file that can't be made again: what is committed is on the disk.

    The driver's error names the file where it can't be opened, or holds something else.
    """
    db: sqlite3.Connection | None = None
    try:
        db = sqlite3.connect(
            f"{file.absolute().as_uri()}?mode={'ro' if read_only else 'rw'}{options}",
            uri=True,
            timeout=BUSY_SECONDS,
            isolation_level=None,
            check_same_thread=False,
        )
        db.execute("PRAGMA query_only = ON" if read_only else "PRAGMA synchronous = FULL")
        db.execute("PRAGMA secure_delete = ON")
        db.execute("PRAGMA schema_version").fetchone()  # which opens all that belongs to it
    except BaseException as error:
        if db is not None:
            db.close()
        if isinstance(error, sqlite3.Error):
            raise type(error)(f"{file}: {error}") from error
        raise
    return db


def file_error(file: Path, *, options: str = "") -> str | None:
    """What SQLite finds wrong with a file, if anything: all of it but what indexes hold."""
    try:
        with closing(connect(file, read_only=True, options=options)) as db:
            (found,) = db.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.DatabaseError as error:
        found = str(error)
    return None if found == "ok" else f"{file}: {' '.join(found.split())}"


def file_has_table(file: Path, name: str) -> bool:
    """Also of a file that is not there. Opening it takes back what a crash left half written."""
    if not file.exists():
        return False
    with closing(connect(file)) as db:
        return db.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (name,)).fetchone() is not None


def _claim(db: sqlite3.Connection, kind: str, value: bytes, stream: UUID) -> None:
    inserted = db.execute(
        "INSERT INTO claims (kind, value, stream) VALUES (?, ?, ?) ON CONFLICT DO NOTHING", (kind, value, stream.bytes)
    )
    if inserted.rowcount:
        return
    (holder,) = db.execute("SELECT stream FROM claims WHERE kind = ? AND value = ?", (kind, value)).fetchone()
    if holder != stream.bytes:
        raise AlreadyClaimed(kind=kind, holder=UUID(bytes=holder))


def is_damage(error: sqlite3.Error) -> bool:
    """A file that ends where SQLite knows of more has been cut short by somebody."""
    code = getattr(error, "sqlite_errorcode", 0)
    return code & 0xFF in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB} or code == sqlite3.SQLITE_IOERR_SHORT_READ


@contextmanager
def translated(part: str, damaged: Event) -> Generator[None]:
    """The driver's errors as the library's and ours. They name columns, never values. `damaged` is set where that part
    of the store is."""
    try:
        yield
    except sqlite3.IntegrityError as error:
        raise IntegrityError(str(error)) from error
    except sqlite3.DatabaseError as error:
        missing = "no such table" in str(error)
        if is_damage(error) or missing:
            damaged.set()
            raise StoreDamaged(part) from error
        if isinstance(error, sqlite3.OperationalError):
            raise LogUnavailable(str(error)) from error
        raise
