"""Opens a store: a data folder (SQLite) or a PostgreSQL database, and the master key that it was made with."""

from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from infrastructure.codec import Codec
from infrastructure.event_store import LogEventStore
from infrastructure.generations import Generations, PostgresGenerations, SQLiteGenerations
from infrastructure.key_check import check_keys, check_together, keep_check
from infrastructure.key_tables import PostgresKeyTable, SQLiteKeyTable
from infrastructure.keys import Keys, KeyTable
from infrastructure.log import Log
from infrastructure.master_key import MasterKey, MasterKeyUnsafe, keyed_hash, master_key
from infrastructure.migrations import alone, migrate_postgres, migrate_sqlite
from infrastructure.postgres_log import PostgresLog, connect
from infrastructure.sqlite_log import SQLiteLog, file_has_table

CONNECTIONS = 10
CONNECTIONS_FOR_KEYS = 2  # of their own: whoever holds the log's lock must never wait for one


@dataclass(frozen=True)
class Store:
    """What is in use of one store. Only SQLite has a folder."""

    address: str
    folder: Path | None
    master: MasterKey = field(repr=False)
    log: Log
    key_table: KeyTable
    keys: Keys
    events: LogEventStore
    generations: Generations
    bodies_key: bytes = field(repr=False)

    def fingerprint(self, *parts: bytes) -> bytes:
        """What tells two requests under one idempotency key apart, and nothing about either."""
        return keyed_hash(self.bodies_key, *parts)

    def keep_check(self) -> None:
        """Of the master key and the clients' keys that the log has now: see `key_check`."""
        keep_check(self.log, self.key_table, self.master)

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

    Raises `WrongMasterKey` or `WrongKeys` before anything is changed.
    """
    if isinstance(address, str) and address.startswith(("postgresql://", "postgres://")):
        return _open_postgres(address, master_key_file)
    return _open_sqlite(Path(address), master_key_file)


def _open_postgres(address: str, master_key_file: Path) -> Store:
    master = master_key(master_key_file, create=False)
    with ExitStack() as opened:
        pool = connect(address, connections=CONNECTIONS)
        log = opened.enter_context(closing(PostgresLog(address, pool)))
        table = opened.enter_context(closing(PostgresKeyTable(connect(address, connections=CONNECTIONS_FOR_KEYS))))
        with pool.connection() as db:
            ((log_is_there, keys_are_there),) = db.execute(
                "SELECT to_regclass('events') IS NOT NULL, to_regclass('keys.keys') IS NOT NULL"
            ).fetchall()
        if check_together(log=log_is_there, keys=keys_are_there):
            check_keys(log, table, master)
        migrate_postgres(address)
        keep_check(log, table, master)
        opened.pop_all()
    return _store(address, None, master, log, table, PostgresGenerations(address, pool))


def _open_sqlite(folder: Path, master_key_file: Path) -> Store:
    if master_key_file.resolve().is_relative_to(folder.resolve()):
        raise MasterKeyUnsafe(f"{master_key_file} lies in the data folder, and would be copied with it")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    log_file, keys_file = folder / "events.db", folder / "keys.db"
    with alone(folder):
        is_there = check_together(log=file_has_table(log_file, "events"), keys=file_has_table(keys_file, "keys"))
    master = master_key(master_key_file, create=not is_there)
    if is_there:
        with closing(SQLiteLog(log_file)) as log, closing(SQLiteKeyTable(keys_file)) as table:
            check_keys(log, table, master)
    migrate_sqlite(folder)
    with ExitStack() as opened:
        log = opened.enter_context(closing(SQLiteLog(log_file)))
        table = opened.enter_context(closing(SQLiteKeyTable(keys_file)))
        keep_check(log, table, master)
        opened.pop_all()
    return _store(str(folder), folder, master, log, table, SQLiteGenerations(folder))


def _store(
    address: str, folder: Path | None, master: MasterKey, log: Log, table: KeyTable, generations: Generations
) -> Store:
    keys = Keys(table, master)
    events = LogEventStore(log, Codec(), keys, master.subkey("claims"))
    return Store(address, folder, master, log, table, keys, events, generations, master.subkey("command bodies"))
