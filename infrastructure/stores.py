"""Opens a store: a data folder (SQLite) or a PostgreSQL database, and the master key that it was made with."""

import errno
import os
import shutil
from collections.abc import Generator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import psycopg
from sqlalchemy.exc import DBAPIError

from infrastructure.keys.check import check_keys, check_together, keep_check
from infrastructure.keys.client_keys import Keys, KeyTable
from infrastructure.keys.keyring import Keyring
from infrastructure.keys.master_key import MasterKeyUnsafe, master_key
from infrastructure.keys.tables import PostgresKeyTable, SQLiteKeyTable
from infrastructure.log.codec import Codec
from infrastructure.log.engine import Log
from infrastructure.log.event_store import LogEventStore
from infrastructure.log.postgres import PostgresLog, connect
from infrastructure.log.sqlite import SQLiteLog, file_has_table
from infrastructure.migrations import alone, migrate_postgres, migrate_sqlite
from infrastructure.read_models.damage import DATABASE_ERRORS, Damage
from infrastructure.read_models.generations import Generations, PostgresGenerations, SQLiteGenerations

NEARLY_FULL = 2**20
"""Bytes that are left: less than what a batch of the read models may write."""

CONNECTIONS = 10
CONNECTIONS_FOR_KEYS = 2  # of their own: whoever holds the log's lock must never wait for one


class StoreUnusable(Exception):
    """The store can't be reached, read or written: the message says what stands in the way."""


@dataclass(frozen=True)
class Store:
    """What is in use of one store. Only SQLite has a folder."""

    address: str
    folder: Path | None
    keyring: Keyring
    log: Log
    key_table: KeyTable
    keys: Keys
    events: LogEventStore
    generations: Generations
    damage: Damage

    def fingerprint(self, *parts: bytes) -> bytes:
        """What tells two requests under one idempotency key apart, and nothing about either."""
        return self.keyring.hash("command bodies", *parts)

    def keep_check(self) -> None:
        """Of the master key and the clients' keys that the log has now: see `key_check`."""
        keep_check(self.log, self.key_table, self.keyring)

    def troubles(self) -> Mapping[str, str]:
        """What people have to see to, by the part of the store."""
        known = {
            "log": self.log.trouble(),
            "keys": self.key_table.trouble() or self.keys.lost_told(),
            "disk": "full: nothing can be written" if self.is_full() else None,
        }
        return {part: why for part, why in known.items() if why is not None}

    def lost_keys(self) -> str | None:
        """What is to be said of keys that are lost, if any are."""
        self.events.look_for_lost_keys()
        return self.keys.lost_told()

    def is_full(self) -> bool:
        """Whether the disk with the data folder is, or nearly. PostgreSQL sees to its own."""
        return self.folder is not None and shutil.disk_usage(self.folder).free < NEARLY_FULL

    def close(self) -> None:
        self.log.close()
        self.keys.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()


def open_store(address: str | Path, master_key_file: Path) -> Store:
    """With its tables as this release expects them. A data folder that is new is made, and a master key with it.

    Raises `WrongMasterKey` or `WrongKeys` before anything is changed, and `StoreUnusable` where it can't be reached,
    read or written.
    """
    return _opened(address, master_key_file, to_restore=False)


def _opened(address: str | Path, master_key_file: Path, *, to_restore: bool) -> Store:
    with _unusable_told(address):
        if _is_postgres(address):
            return _open_postgres(str(address), master_key_file, to_restore=to_restore)
        return _open_sqlite(Path(address), master_key_file, to_restore=to_restore)


@contextmanager
def open_to_restore(address: str | Path, master_key_file: Path) -> Generator[Store]:
    """An empty store that keeps no check of the master key yet, which may turn out not to be the backup's.

    Where nothing comes of it, no file is left that was not there before.
    """
    folder = Path(address)
    is_new, before = not folder.exists(), {*_files_of(folder, master_key_file)}
    try:
        with _opened(address, master_key_file, to_restore=True) as store:
            yield store
    except BaseException:
        for file in {*_files_of(folder, master_key_file)} - before:
            file.unlink()
        if is_new and folder.exists() and not any(folder.iterdir()):
            folder.rmdir()
        raise


def _files_of(folder: Path, master_key_file: Path) -> list[Path]:
    return [one for one in (*folder.glob("*"), master_key_file) if one.is_file()]


@contextmanager
def open_log(address: str | Path, master_key_file: Path) -> Generator[tuple[Log, str | None]]:
    """To read it, and what is to be said of keys that are lost: also where its folder can't be written, such as a copy
    on read-only media, and then of the log alone."""
    folder = Path(address)
    if _is_postgres(address) or not folder.exists() or os.access(folder, os.W_OK):
        with open_store(address, master_key_file) as store:
            yield store.log, store.lost_keys()
        return
    newest = folder / "events.db-wal"
    if newest.exists() and newest.stat().st_size:
        raise StoreUnusable(f"{newest} has what is not in events.db yet: copy both to where they can be written")
    with _unusable_told(address), closing(SQLiteLog(folder / "events.db", immutable=True)) as log:
        yield log, None


def with_full_disk(said: str, address: str | Path) -> str:
    """SQLite says no more than "disk I/O error" where there is no room for the files beside its own."""
    if "disk" not in said or _is_postgres(address):
        return said
    folder = next(one for one in (Path(address).absolute(), *Path(address).absolute().parents) if one.exists())
    full = shutil.disk_usage(folder).free < NEARLY_FULL
    return f"{said} (no space left on the disk of {folder})" if full else said


def told_in_a_line(error: Exception) -> str:
    """Without the statement, whose values may be personal."""
    said = error.orig if isinstance(error, DBAPIError) else error
    return " ".join(str(said).split())


@contextmanager
def _unusable_told(address: str | Path) -> Generator[None]:
    try:
        yield
    except OSError as error:
        if error.errno == errno.EROFS:
            raise StoreUnusable(f"{address} can't be written: `recobro verify` alone works on such a copy") from error
        raise StoreUnusable(f"{error.filename or address}: {error.strerror or error}") from error
    except DATABASE_ERRORS as error:
        raise StoreUnusable(told_in_a_line(error)) from error


def _is_postgres(address: str | Path) -> bool:
    return str(address).startswith(("postgresql://", "postgres://"))


def _open_postgres(address: str, master_key_file: Path, *, to_restore: bool) -> Store:
    with ExitStack() as opened:
        with psycopg.connect(address) as db:  # which says at once what a pool only says after half a minute
            ((log_is_there, keys_are_there),) = db.execute(
                "SELECT to_regclass('events') IS NOT NULL, to_regclass('keys.keys') IS NOT NULL"
            ).fetchall()
        pool = connect(address, connections=CONNECTIONS)
        log = opened.enter_context(closing(PostgresLog(address, pool)))
        pool_for_keys = connect(address, connections=CONNECTIONS_FOR_KEYS)
        table = opened.enter_context(closing(PostgresKeyTable(pool_for_keys)))
        if check_together(log=log_is_there, keys=keys_are_there):
            check_keys(log, table, Keyring(log, master_key_file))
        else:
            master_key(master_key_file, create=False)
        migrate_postgres(address)
        keyring = Keyring(PostgresLog(address, pool_for_keys), master_key_file)
        if not to_restore:
            keep_check(log, table, keyring)
        opened.pop_all()
    return _store(address, None, keyring, log, table, PostgresGenerations(address, pool))


def _open_sqlite(folder: Path, master_key_file: Path, *, to_restore: bool) -> Store:
    if master_key_file.resolve().is_relative_to(folder.resolve()):
        raise MasterKeyUnsafe(f"{master_key_file} lies in the data folder, and would be copied with it")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    log_file, keys_file = folder / "events.db", folder / "keys.db"
    with alone(folder):
        is_there = check_together(log=file_has_table(log_file, "events"), keys=file_has_table(keys_file, "keys"))
    if is_there:
        with closing(SQLiteLog(log_file)) as log, closing(SQLiteKeyTable(keys_file)) as table:
            check_keys(log, table, Keyring(log, master_key_file))
    else:
        master_key(master_key_file, create=True)
    migrate_sqlite(folder)
    with ExitStack() as opened:
        log = opened.enter_context(closing(SQLiteLog(log_file)))
        table = opened.enter_context(closing(SQLiteKeyTable(keys_file)))
        keyring = Keyring(log, master_key_file)
        if not to_restore:
            keep_check(log, table, keyring)
        opened.pop_all()
    return _store(str(folder), folder, keyring, log, table, SQLiteGenerations(folder))


def _store(
    address: str, folder: Path | None, keyring: Keyring, log: Log, table: KeyTable, generations: Generations
) -> Store:
    keys = Keys(table, keyring)
    events = LogEventStore(log, Codec(), keys, keyring)
    return Store(
        address=address,
        folder=folder,
        keyring=keyring,
        log=log,
        key_table=table,
        keys=keys,
        events=events,
        generations=generations,
        damage=Damage(generations),
    )
