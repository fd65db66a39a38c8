"""A backup is taken up at an earlier moment: with what was in the log then, and nothing that came later."""

import os
from contextlib import closing
from io import BytesIO
from uuid import uuid4

import psycopg
import pytest
from logged import assigning, command, reference, registered, registering
from servers import PROGRAMS
from sqlalchemy import select

from api.http.uploads import Upload
from application.imports.maps import Contents
from application.streams import Decision, change
from domain.client import Client
from domain.correspondence import CORRESPONDENCE, Correspondence
from infrastructure.imports.uploads import StoredUploads, pieces, uploads
from infrastructure.keys.keyring import WrongMasterKey
from infrastructure.keys.master_key import NoMasterKey
from infrastructure.log import backups
from infrastructure.stores import open_store, open_to_restore
from infrastructure.wiring import credentials, now


@pytest.fixture(params=["sqlite", "postgres"])
def address(request, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", f"{PROGRAMS}{os.pathsep}{os.environ['PATH']}")
    return str(tmp_path / "data") if request.param == "sqlite" else request.getfixturevalue("postgres_address")


@pytest.fixture
def backup(address, master_key_file, tmp_path):
    """Of a log in which one thing happened after another; and the address of an empty store."""
    with open_store(address, master_key_file) as store:
        told = {"early": registered(store), "asked": command(fingerprint=b"1"), "later": command(fingerprint=b"2")}
        change(store.events, told["asked"], assigning(told["early"], "carl"))
        told["moment"] = store.events.head()[0]
        change(store.events, told["later"], assigning(told["early"], "cora"))
        told["late"] = uuid4()
        claim = reference("C-2", told["late"])
        change(store.events, command(), registering(told["late"], reference="C-2", claims=[claim]))
        store.events.append(Decision([], [reference("C-3", told["late"])]), command(), after={})
        told["log"] = backups.back_up(store, tmp_path / "copies", now=now()).log
    if address.startswith("postgresql"):
        with psycopg.connect(address, autocommit=True) as db:
            db.execute("DROP SCHEMA public, keys CASCADE; CREATE SCHEMA public")
        return told, address
    return told, str(tmp_path / "target")


def test_what_came_later_never_was(backup, master_key_file):
    told, address = backup
    with open_to_restore(address, master_key_file) as store:
        head = backups.restore(store, told["log"], None, command(), to=told["moment"])
    assert head.position == told["moment"]
    with open_store(address, master_key_file) as store:
        assert store.events.head()[0] == told["moment"] + 1  # that sending is suspended
        assert store.events.load(Correspondence(), CORRESPONDENCE)[0].suspended
        assert store.events.verify(head).position == told["moment"] + 1
        assert store.events.load(Client(), told["early"])[0].details.name == "Ana López"
        assert store.events.load(Client(), told["late"])[1] == 0
        assert store.key_table.select([told["early"], told["late"]]).keys() == {told["early"]}
        assert store.events.outcome_of(told["asked"]) is not None
        assert store.events.outcome_of(told["later"]) is None
        assert store.events.claimed("client reference", ["C-2", "C-3"]) == {}
        registered(store, reference="C-2", claims=[reference("C-2", told["early"])])
        change(store.events, told["later"], assigning(told["early"], "bea"))


def test_files_that_wait_to_be_imported_are_in_no_backup(address, master_key_file, tmp_path):
    with open_store(address, master_key_file) as store, closing(credentials(store)) as logins:
        waiting = StoredUploads(logins.engine, store.keyring)
        new = Upload(uuid4(), "ana", "clientes.csv", Contents.CLIENTS, now())
        waiting.bring(new, BytesIO(b"reference;name\nC-1;Ana"))
        with logins.engine.connect() as db:
            sealed = [db.execute(select(table.c.sealed)).scalar_one() for table in (uploads, pieces)]
        made = backups.back_up(store, tmp_path / "copies", now=now())
        assert waiting.find(new.id, "ana") == new
        assert not any(one in made.log.read_bytes() for one in sealed)
        if address.startswith("postgresql"):
            with psycopg.connect(address, autocommit=True) as db:
                db.execute("DROP SCHEMA public, keys CASCADE; CREATE SCHEMA public")
    target = address if address.startswith("postgresql") else str(tmp_path / "target")
    with open_to_restore(target, master_key_file) as store:
        backups.restore(store, made.log, None, command())
    with open_store(target, master_key_file) as store, closing(credentials(store)) as logins:
        assert StoredUploads(logins.engine, store.keyring).waiting("ana") == []


def test_what_one_command_did_is_taken_whole_or_the_store_stays_empty(backup, master_key_file):
    told, address = backup
    with open_to_restore(address, master_key_file) as store:
        with pytest.raises(backups.BackupFailed, match="take 4"):
            backups.restore(store, told["log"], None, command(), to=9)
        assert store.events.head()[0] == 0
        assert not store.key_table.page(None, 10)


@pytest.mark.parametrize("is_there", [False, True])
@pytest.mark.parametrize("to", [9, 1000])
def test_a_restore_that_is_refused_leaves_all_as_it_was(backup, tmp_path, is_there, to):
    """Neither a store that looks healthy and empty, nor a master key; and what others have there stays."""
    told, address = backup
    others = tmp_path / "target" / "others.txt"
    if is_there:
        others.parent.mkdir()
        others.touch()
    before = {*tmp_path.rglob("*")}
    with (
        pytest.raises((backups.BackupFailed, WrongMasterKey, NoMasterKey)),
        open_to_restore(address, tmp_path / "other.key") as store,
    ):
        backups.restore(store, told["log"], None, command(), to=to)
    assert {*tmp_path.rglob("*")} == before


@pytest.mark.parametrize("address", ["sqlite"], indirect=True)
def test_a_folder_that_was_there_stays_though_it_is_empty(backup, tmp_path, master_key_file):
    told, address = backup
    (tmp_path / "target").mkdir()
    with pytest.raises(backups.BackupFailed), open_to_restore(address, master_key_file) as store:
        backups.restore(store, told["log"], None, command(), to=1000)
    assert [*(tmp_path / "target").iterdir()] == []
