"""Tables come from migrations, however many processes start at once."""

import sqlite3
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from logged import registered
from psycopg import sql

from infrastructure.stores import open_store

ROOT = Path(__file__).parents[2]
OPEN = "import sys, pathlib, infrastructure.stores as s; s.open_store(sys.argv[1], pathlib.Path(sys.argv[2])).close()"


@pytest.fixture
def empty_database(postgres_server):
    name = "empty"
    with psycopg.connect(postgres_server("postgres"), autocommit=True) as db:
        db.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        yield postgres_server(name)
        db.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def start_at_once(address, master_key_file):
    started = [
        subprocess.Popen([sys.executable, "-c", OPEN, str(address), str(master_key_file)], cwd=ROOT)  # noqa: S603
        for _ in range(3)
    ]
    return [process.wait() for process in started]


@pytest.mark.long
def test_a_new_folder_opened_by_several_at_once(tmp_path):
    assert start_at_once(tmp_path / "data", tmp_path / "master.key") == [0, 0, 0]
    with open_store(tmp_path / "data", tmp_path / "master.key") as store:
        registered(store)


@pytest.mark.long
def test_a_new_database_opened_by_several_at_once(empty_database, master_key_file):
    assert start_at_once(empty_database, master_key_file) == [0, 0, 0]
    with open_store(empty_database, master_key_file) as store:
        registered(store)


def test_what_cannot_be_made_again_is_kept_as_it_must_be(sqlite_store):
    for file in ("events.db", "keys.db"):
        db = sqlite3.connect(sqlite_store.folder / file)
        assert db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        db.close()
    assert sqlite_store.log._writer.execute("PRAGMA synchronous").fetchone() == (2,)
    with sqlite_store.log._reading() as reader, pytest.raises(sqlite3.OperationalError):
        reader.execute("DELETE FROM events")


def test_the_data_folder_is_for_its_owner_alone(sqlite_store):
    assert sqlite_store.folder.stat().st_mode & 0o077 == 0
