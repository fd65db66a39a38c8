"""A store opens with its own master key and its own clients' keys, or not at all."""

import os
import shutil
import sqlite3

import psycopg
import pytest
from logged import command, registered
from servers import PROGRAMS

from domain.correspondence import CORRESPONDENCE, Correspondence
from infrastructure.keys.check import WrongKeys
from infrastructure.keys.keyring import WrongMasterKey
from infrastructure.keys.master_key import master_key
from infrastructure.log import backups
from infrastructure.stores import open_store, open_to_restore
from infrastructure.wiring import now


@pytest.fixture(params=["sqlite", "postgres"])
def address(request, tmp_path):
    return str(tmp_path / "data") if request.param == "sqlite" else request.getfixturevalue("postgres_address")


@pytest.fixture
def programs(monkeypatch):
    monkeypatch.setenv("PATH", f"{PROGRAMS}{os.pathsep}{os.environ['PATH']}")


@pytest.fixture
def another_key(tmp_path):
    path = tmp_path / "another.key"
    master_key(path, create=True)
    return path


def log_of(address, key):
    with open_store(address, key) as store:
        return store.log.entries(0, 1000), store.key_table.check()


def everything(address, folder):
    """All that is stored, in a form to compare."""
    if not address.startswith("postgresql"):
        files = [folder / "events.db", folder / "keys.db"]
        return [[*db.iterdump()] for file in files for db in [sqlite3.connect(file)]]
    with psycopg.connect(address) as db:
        return {name: sorted(map(repr, db.execute(f"TABLE {name}").fetchall())) for name in backups.TABLES}


def test_another_master_key_is_refused_and_changes_nothing(address, master_key_file, another_key, tmp_path):
    """Also where the store is still empty, and where it is of a release without a check value."""
    for fill in (lambda _: None, registered, without_check):
        with open_store(address, master_key_file) as store:
            fill(store)
        before = everything(address, tmp_path / "data")
        with pytest.raises(WrongMasterKey, match="RECOBRO_MASTER_KEY_FILE"):
            open_store(address, another_key)
        assert everything(address, tmp_path / "data") == before
    open_store(address, master_key_file).close()


def without_check(store):
    if store.folder:
        store.key_table._db.execute("DELETE FROM key_check")
    else:
        with psycopg.connect(store.address) as db:
            db.execute("DELETE FROM keys.key_check")


def test_a_store_without_a_check_value_gets_it_once_something_personal_was_read(address, master_key_file):
    with open_store(address, master_key_file) as store:
        registered(store)
        entries = store.log.entries(0, 1)
        without_check(store)
    _, check = log_of(address, master_key_file)
    assert (check.log, len(check.master_key)) == (entries[0].hash, 32)


def test_a_log_that_was_empty_is_known_the_next_time(address, master_key_file):
    _, check = log_of(address, master_key_file)
    assert check.log == b""
    with open_store(address, master_key_file) as store:
        registered(store)
    entries, check = log_of(address, master_key_file)
    assert check.log == entries[0].hash


def emptied_of_keys(address, folder):
    if address.startswith("postgresql"):
        with psycopg.connect(address) as db:
            db.execute("DROP SCHEMA keys CASCADE")
    else:
        for file in folder.glob("keys.db*"):
            file.unlink()


def test_keys_that_are_missing_are_not_made_anew(address, master_key_file, tmp_path):
    with open_store(address, master_key_file) as store:
        registered(store)
    emptied_of_keys(address, tmp_path / "data")
    with pytest.raises(WrongKeys, match=r"keys\.db"):
        open_store(address, master_key_file)
    assert not (tmp_path / "data" / "keys.db").exists()


@pytest.mark.parametrize("known", [True, False])
def test_the_keys_of_another_store_under_the_same_master_key_are_refused(tmp_path, master_key_file, known):
    """Whether the log was known when the keys were exchanged, or only then shows whose they are."""
    for name in ("data", "other"):
        with open_store(tmp_path / name, master_key_file) as store:
            registered(store)
        if known:
            open_store(tmp_path / name, master_key_file).close()
    emptied_of_keys("", tmp_path / "data")
    shutil.copy2(tmp_path / "other" / "keys.db", tmp_path / "data" / "keys.db")
    with pytest.raises(WrongKeys, match="not those of the log"):
        open_store(tmp_path / "data", master_key_file)


def test_a_log_is_not_made_anew_beside_keys(tmp_path, master_key_file):
    open_store(tmp_path / "data", master_key_file).close()
    for file in (tmp_path / "data").glob("events.db*"):
        file.unlink()
    with pytest.raises(WrongKeys, match=r"events\.db"):
        open_store(tmp_path / "data", master_key_file)
    assert not (tmp_path / "data" / "events.db").exists()


@pytest.mark.usefixtures("programs")
def test_a_backup_under_another_master_key_is_refused_and_restores_nothing(
    address, master_key_file, another_key, tmp_path
):
    with open_store(address, master_key_file) as store:
        registered(store)
        made = backups.back_up(store, tmp_path / "copies", now=now())
    target = emptied(address, tmp_path)
    with open_to_restore(target, another_key) as store:
        with pytest.raises(WrongMasterKey):
            backups.restore(store, made.log, None, command())
        assert store.events.head()[0] == 0
    with open_to_restore(target, master_key_file) as store:
        assert backups.restore(store, made.log, None, command()) == made.head
        assert store.events.load(Correspondence(), CORRESPONDENCE)[0].suspended


def emptied(address, tmp_path):
    if not address.startswith("postgresql"):
        return str(tmp_path / "target")
    with psycopg.connect(address, autocommit=True) as db:
        db.execute("DROP SCHEMA public, keys CASCADE; CREATE SCHEMA public")
    return address


@pytest.mark.parametrize("address", ["postgres"], indirect=True)
@pytest.mark.usefixtures("programs")
def test_a_backup_of_an_older_release_is_restored(address, master_key_file, tmp_path):
    """Whose tables were fewer."""
    with open_store(address, master_key_file) as store:
        client = registered(store)
        head, _ = store.events.head()
        with psycopg.connect(address) as db:
            db.execute(
                "DROP INDEX registrations;"
                " DROP TABLE keys.key_check, secrets, attempts, failed_log_ins, second_factors, recovery_codes,"
                " jobs, uploads, upload_pieces;"
                " ALTER TABLE tokens DROP used_at, DROP device; UPDATE alembic_version SET version_num = '0004'"
            )
        made = backups.back_up(store, tmp_path / "copies", now=now())
    emptied(address, tmp_path)
    with open_store(address, master_key_file) as store:
        backups.restore(store, made.log, None, command())
    with open_store(address, master_key_file) as store:
        assert store.events.head()[0] == head + 1
        assert store.events.history(client)


@pytest.mark.parametrize("address", ["postgres"], indirect=True)
def test_all_tables_of_ours_are_known_to_whoever_restores(address, master_key_file):
    open_store(address, master_key_file).close()
    with psycopg.connect(address) as db:
        found = db.execute("SELECT schemaname, tablename FROM pg_tables WHERE schemaname IN ('public', 'keys')")
        assert sorted(table if schema == "public" else f"{schema}.{table}" for schema, table in found) == sorted(
            backups.TABLES
        )
