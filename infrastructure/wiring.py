"""What every command needs of a store, and a server too: to open it, and who may log in.

What only a server is made of is in `main`, so that a command starts without it.
"""

import sqlite3
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import sqlalchemy.exc
from sqlalchemy import Connection, Engine, ExceptionContext, create_engine, event

from infrastructure.access.attempts import StoredAttempts
from infrastructure.access.credentials import BUSY_SECONDS, StoredCredentials
from infrastructure.access.second_factors import StoredSecondFactors
from infrastructure.log import postgres as postgres_log
from infrastructure.log import sqlite as sqlite_log
from infrastructure.log.engine import Log, LogUnavailable, StoreDamaged
from infrastructure.settings import Settings
from infrastructure.stores import Store, open_log, open_store, open_to_restore

UNAVAILABLE: tuple[type[Exception], ...] = (
    LogUnavailable,
    sqlalchemy.exc.OperationalError,
    sqlalchemy.exc.InterfaceError,
    sqlalchemy.exc.TimeoutError,
    psycopg.OperationalError,
    sqlite3.OperationalError,
)
"""How it shows that a database cannot be reached just now, or is busy for too long."""


def now() -> datetime:
    return datetime.now(UTC)


def open_configured_store(settings: Settings | None = None) -> Store:
    settings = settings or Settings()
    return open_store(settings.store, settings.key_file)


def open_configured_to_restore(settings: Settings) -> AbstractContextManager[Store]:
    return open_to_restore(settings.store, settings.key_file)


def open_configured_log(settings: Settings) -> AbstractContextManager[tuple[Log, str | None]]:
    return open_log(settings.store, settings.key_file)


def credentials(store: Store) -> StoredCredentials:
    return StoredCredentials(_engine(store), store.events, store.keyring)


def attempts(store: Store, engine: Engine) -> StoredAttempts:
    return StoredAttempts(engine, store.events, store.keyring)


def second_factors(store: Store, engine: Engine) -> StoredSecondFactors:
    return StoredSecondFactors(engine, store.keyring)


def _engine(store: Store) -> Engine:
    engine = _sqlite_engine(store, store.folder) if store.folder is not None else _postgres_engine(store)

    def tell_damage(context: ExceptionContext) -> None:
        error = context.original_exception
        damaged = (isinstance(error, sqlite3.Error) and sqlite_log.is_damage(error)) or (
            isinstance(error, psycopg.Error) and postgres_log.is_damage(error)
        )
        if damaged:  # what lies beside the events lies in the same file, or database
            store.log.damaged.set()
            raise StoreDamaged(sqlite_log.PART) from error

    event.listen(engine, "handle_error", tell_damage)
    return engine


def _sqlite_engine(store: Store, folder: Path) -> Engine:
    engine = create_engine(
        f"sqlite:///{(folder / 'events.db').absolute().as_uri()}?mode=rw&uri=true",
        connect_args={"timeout": BUSY_SECONDS},
    )

    def look(_: Connection) -> None:
        store.log.check_in_place()

    event.listen(engine, "commit", look)
    return engine


def _postgres_engine(store: Store) -> Engine:
    def connect() -> psycopg.Connection:
        return psycopg.connect(store.address, keepalives_idle=5, keepalives_interval=2, tcp_user_timeout=10_000)

    return create_engine("postgresql+psycopg://", creator=connect, pool_pre_ping=True)
