"""What every command needs of a store, and a server too: to open it, and who may log in.

What only a server is made of is in `main`, so that a command starts without it.
"""

import sqlite3
from contextlib import AbstractContextManager
from datetime import UTC, datetime

import psycopg
import sqlalchemy.exc
from sqlalchemy import Connection, Engine, create_engine, event

from infrastructure.access.attempts import StoredAttempts
from infrastructure.access.credentials import BUSY_SECONDS, StoredCredentials
from infrastructure.access.second_factors import StoredSecondFactors
from infrastructure.log.engine import Log, LogUnavailable
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
    if store.folder is not None:
        engine = create_engine(
            f"sqlite:///{(store.folder / 'events.db').absolute().as_uri()}?mode=rw&uri=true",
            connect_args={"timeout": BUSY_SECONDS},
        )

        def look(_: Connection) -> None:
            store.log.check_in_place()

        event.listen(engine, "commit", look)
        return engine

    def connect() -> psycopg.Connection:
        return psycopg.connect(store.address, keepalives_idle=5, keepalives_interval=2, tcp_user_timeout=10_000)

    return create_engine("postgresql+psycopg://", creator=connect, pool_pre_ping=True)
