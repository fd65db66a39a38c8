"""Brings the tables of a store to what this release expects. Any number of processes may start at once."""

import fcntl
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import psycopg
from sqlalchemy import Connection, NullPool, create_engine, inspect

HERE = Path(__file__).parent
LOCK_ID = 0x7265_636F_6272_6F01
"""The advisory lock under which a PostgreSQL database is migrated."""


def migrate_sqlite(folder: Path) -> None:
    """`events.db`, with `keys.db` attached as the schema `keys`.

    While both are new they are not in WAL mode yet, so SQLite commits the two files as one.
    """
    with alone(folder):
        engine = create_engine(f"sqlite:///{folder / 'events.db'}", poolclass=NullPool)
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("ATTACH DATABASE ? AS keys", (str(folder / "keys.db"),))
            if not _is_current(connection):
                connection.exec_driver_sql("BEGIN IMMEDIATE")
                _upgrade(connection)
                connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("PRAGMA main.journal_mode = WAL")
            connection.exec_driver_sql("PRAGMA keys.journal_mode = WAL")


def migrate_postgres(address: str) -> None:
    with migrating(address) as (_, migrate):
        migrate()


@contextmanager
def migrating(address: str) -> Generator[tuple[psycopg.Connection[Any], Callable[[], None]]]:
    """A transaction, and what brings the tables in it to what this release expects."""
    engine = create_engine("postgresql+psycopg://", creator=lambda: psycopg.connect(address), poolclass=NullPool)
    with engine.begin() as connection:

        def migrate() -> None:
            if _is_current(connection):
                return
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(%s)", (LOCK_ID,))
            if not _is_current(connection):
                _upgrade(connection)

        yield cast("psycopg.Connection[Any]", connection.connection.driver_connection), migrate


def _is_current(connection: Connection) -> bool:
    if not inspect(connection).has_table("alembic_version"):
        return False
    return connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar() == _newest()


def _newest() -> str:
    """By the names of the files, which begin with `r` and their revision."""
    return max(file.name for file in (HERE / "versions").glob("r*.py"))[1:].partition("_")[0]


def _upgrade(connection: Connection) -> None:
    from infrastructure.migrations.upgrade import upgrade  # noqa: PLC0415 - alembic, which few starts need

    upgrade(connection)


@contextmanager
def alone(folder: Path) -> Generator[None]:
    """Nobody else makes or changes the tables of this folder meanwhile."""
    with (folder / ".migrating").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
