"""Commands killed without warning at any point of what they do: nothing is lost or doubled, no half file looks whole.

Each runs in a process of its own, which ends itself at the n-th call of a function of ours: the same n, the same point.
"""

import os
import signal
import sys
from pathlib import Path
from random import Random

import psycopg
import pytest
from forked_server import forking
from logged import registered
from servers import PROGRAMS

from domain.client import Client, ClientRegistered
from domain.correspondence import CORRESPONDENCE, Correspondence
from infrastructure.log import chain
from infrastructure.stores import open_store

KILLS = 5
"""At any of a command's calls; beside those among its last ones."""

ROWS = 12
BOTH = 2
"""Generations of read models: the one that is served, and the one before."""


@pytest.fixture(params=["sqlite", "postgres"])
def address(request, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", f"{PROGRAMS}{os.pathsep}{os.environ['PATH']}")
    return str(tmp_path / "data") if request.param == "sqlite" else request.getfixturevalue("postgres_address")


@pytest.fixture
def recobro(address, master_key_file, tmp_path):
    """Runs a command to its end, or up to its n-th call: how many there were, or None where it was killed."""

    def run(*arguments, up_to=None, store=address):
        settings = {"RECOBRO_STORE": store, "RECOBRO_MASTER_KEY_FILE": str(master_key_file), "PATH": os.environ["PATH"]}
        counted = tmp_path / "calls"
        process = forking.Process(target=_run, args=(settings, ["recobro", *map(str, arguments)], up_to, counted))
        process.start()
        process.join()
        assert process.exitcode in {0, -signal.SIGKILL}, arguments
        return int(counted.read_text()) if process.exitcode == 0 else None

    return run


def _run(settings, arguments, up_to, counted):
    os.environ.update(settings)
    sys.argv = arguments
    from infrastructure.cli import main  # noqa: PLC0415 - loaded in the process that this one is forked from

    calls, ours = 0, str(Path(__file__).parents[2] / "infrastructure")

    def count(frame, what, _):
        nonlocal calls
        if what == "call" and frame.f_code.co_filename.startswith(ours):
            calls += 1
            if calls == up_to:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.setprofile(count)
    try:
        main()
    finally:
        sys.setprofile(None)
        counted.write_text(str(calls))


def moments(calls):
    rng = Random(calls)  # noqa: S311 - no secret
    return sorted({*rng.sample(range(1, calls), KILLS), *range(calls - 40, calls, 9)})


@pytest.fixture
def clients(address, master_key_file):
    with open_store(address, master_key_file) as store:
        return [registered(store, reference=f"C-{number}") for number in range(4)]


def test_an_import_that_is_killed_and_made_again_loads_each_row_once(address, recobro, master_key_file, tmp_path):
    file = tmp_path / "clients.csv"
    file.write_text("reference,name\n" + "".join(f"C-{number},Deudora {number}\n" for number in range(ROWS)))
    for moment in moments(recobro("import", "clients", file, store=str(tmp_path / "elsewhere"))):
        recobro("import", "clients", file, up_to=moment)
    recobro("import", "clients", file)
    with open_store(address, master_key_file) as store:
        assert isinstance(store.events.verify(), chain.Head)
        told = [one.event.reference for one in store.events.since(0, 1000) if isinstance(one.event, ClientRegistered)]
    assert sorted(told) == sorted(f"C-{number}" for number in range(ROWS))


@pytest.mark.usefixtures("clients")
def test_a_rebuild_that_is_killed_changes_nothing_that_is_served_and_leaves_nothing_behind(
    address, recobro, master_key_file
):
    calls = recobro("rebuild")
    with open_store(address, master_key_file) as store:
        before = store.events.head()
    for moment in moments(calls):
        recobro("rebuild", up_to=moment)
        with open_store(address, master_key_file) as store:
            assert store.generations.current() is not None
    recobro("rebuild")
    with open_store(address, master_key_file) as store:
        assert store.events.head() == before
        assert len(store.generations.numbers()) == BOTH
        assert store.folder is None or not [*store.folder.glob(".readmodels-*")]


@pytest.mark.usefixtures("clients")
def test_what_bears_the_name_of_a_backup_is_one_whenever_it_was_killed_and_no_part_of_it_stays(recobro, tmp_path):
    for number, moment in enumerate(moments(recobro("backup", tmp_path / "whole"))):
        copies = tmp_path / f"copies-{number}"
        recobro("backup", copies, up_to=moment)
        for log in copies.glob("recobro-*[!d]"):
            assert chain.Head.parse(log.with_suffix(".head").read_text().strip()).position > 0
            assert (copies / f"keys{log.suffix}").is_file()
            if log.suffix == ".db":
                recobro("restore", log, store=str(tmp_path / f"restored-{number}"))
        recobro("backup", copies)
        assert [*copies.glob(".*")] == []


def test_a_restore_that_is_killed_leaves_an_empty_store_or_a_whole_one_that_sends_nothing(
    address, recobro, master_key_file, clients, tmp_path
):
    recobro("backup", tmp_path / "copies")
    with open_store(address, master_key_file) as store:
        before = store.events.head()[0]
    [log] = [
        file for file in (tmp_path / "copies").iterdir() if file.suffix in {".db", ".dump"} and file.stem != "keys"
    ]
    restore = ("restore", log, "--to", str(before))
    whole = 0
    for number, moment in enumerate(moments(recobro(*restore, store=empty(address, tmp_path / "first")))):
        target = empty(address, tmp_path / f"target-{number}")
        recobro(*restore, up_to=moment, store=target)
        with open_store(target, master_key_file) as store:
            is_empty = store.events.head()[0] == 0
        if is_empty:
            recobro(*restore, store=target)
        whole += not is_empty
        with open_store(target, master_key_file) as store:
            assert store.events.head()[0] == before + 1
            assert store.events.load(Correspondence(), CORRESPONDENCE)[0].suspended
            assert all(store.events.load(Client(), one)[0].details.name == "Ana López" for one in clients)
            assert store.folder is None or not (store.folder / ".restoring").exists()
    assert whole  # the last kills come after it is


def empty(address, folder):
    if not address.startswith("postgresql"):
        return str(folder)
    with psycopg.connect(address, autocommit=True) as db:
        db.execute("DROP SCHEMA public, keys CASCADE; CREATE SCHEMA public")
    return address


def test_a_rotation_that_is_killed_goes_on_where_it_stood(address, recobro, master_key_file, clients):
    for moment in moments(recobro("key", "rotate")):
        recobro("key", "rotate", up_to=moment)
        with open_store(address, master_key_file) as store:
            assert all(store.events.load(Client(), one)[0].details.name == "Ana López" for one in clients)
            assert isinstance(store.events.verify(), chain.Head)
    recobro("key", "rotate")
    with open_store(address, master_key_file) as store:
        former = [master_key_file.with_name(f"master.key.{number}") for number in range(store.keyring.rotations)]
        assert len(store.keyring.ciphers("anything")) == len(former) + 1
    assert all(one.is_file() for one in former)
    assert not master_key_file.with_name("master.key.next").exists()
