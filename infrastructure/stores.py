"""Opens a store: a data folder (SQLite) or a PostgreSQL database, and the master key that it was made with."""

from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from infrastructure.codec import Codec
from infrastructure.event_store import LogEventStore
from infrastructure.generations import Generations, PostgresGenerations, SQLiteGenerations
from infrastructure.key_tables import PostgresKeyTable, SQLiteKeyTable
from infrastructure.keys import Keys
from infrastructure.log import Log
from infrastructure.master_key import MasterKey, MasterKeyUnsafe, keyed_hash, master_key
from infrastructure.migrations import migrate_postgres, migrate_sqlite
from infrastructure.postgres_log import PostgresLog, connect
from infrastructure.sqlite_log import SQLiteLog

CONNECTIONS = 10
CONNECTIONS_FOR_KEYS = 2  # of their own: whoever holds the log's lock must never wait for one


@dataclass(frozen=True)
class Store:
    """What is in use of one store. Only SQLite has a folder."""

    address: str
    folder: Path | None
    master: MasterKey = field(repr=False)
    log: Log
    keys: Keys
    events: LogEventStore
    generations: Generations
    bodies_key: bytes = field(repr=False)

    def fingerprint(self, *parts: bytes) -> bytes:
        """What tells two requests under one idempotency key apart, and nothing about either."""
        return keyed_hash(self.bodies_key, *parts)

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
    """With its tables as this release expects them. A data folder that is new is made, and a master key with it."""
    if isinstance(address, str) and address.startswith(("postgresql://", "postgres://")):
        return _open_postgres(address, master_key_file)
    return _open_sqlite(Path(address), master_key_file)


def _open_postgres(address: str, master_key_file: Path) -> Store:
    master = master_key(master_key_file, create=False)
    migrate_postgres(address)
    pool = connect(address, connections=CONNECTIONS)
    log = PostgresLog(address, pool)
    keys = Keys(PostgresKeyTable(connect(address, connections=CONNECTIONS_FOR_KEYS)), master)
    return _store(address, None, master, log, keys, PostgresGenerations(address, pool))


def _open_sqlite(folder: Path, master_key_file: Path) -> Store:
    if master_key_file.resolve().is_relative_to(folder.resolve()):
        raise MasterKeyUnsafe(f"{master_key_file} lies in the data folder, and would be copied with it")
    master = master_key(master_key_file, create=not (folder / "events.db").exists())
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    migrate_sqlite(folder)
    keys = Keys(SQLiteKeyTable(folder / "keys.db"), master)
    return _store(str(folder), folder, master, SQLiteLog(folder / "events.db"), keys, SQLiteGenerations(folder))


def _store(
    address: str, folder: Path | None, master: MasterKey, log: Log, keys: Keys, generations: Generations
) -> Store:
    events = LogEventStore(log, Codec(), keys, master.subkey("claims"))
    return Store(address, folder, master, log, keys, events, generations, master.subkey("command bodies"))
