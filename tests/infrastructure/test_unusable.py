"""What stands in the way of a store is told in one line, with an exit code and no traceback."""

import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from logged import registered

from infrastructure.stores import open_store

ROOT = Path(__file__).parents[2]


@pytest.fixture
def recobro(tmp_path, master_key_file):
    """In a process of its own, as `prepare` tells what runs before it there: exit code and what it said."""

    def run(*arguments, store=tmp_path / "data", prepare="pass"):
        code = f"import sys; {prepare}; sys.argv[0] = 'recobro'; from infrastructure.cli import main; main()"
        done = subprocess.run(  # noqa: S603
            [sys.executable, "-c", code, *map(str, arguments)],
            cwd=ROOT,
            env={
                "RECOBRO_STORE": str(store),
                "RECOBRO_MASTER_KEY_FILE": str(master_key_file),
                "HOME": str(tmp_path),
                "LANG": "en",
            },
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout + done.stderr

    return run


@pytest.fixture
def filled(tmp_path, master_key_file):
    with open_store(tmp_path / "data", master_key_file) as store:
        registered(store)
    return tmp_path / "data"


@pytest.mark.parametrize("damaged", ["events.db", "keys.db"])
def test_a_file_that_holds_something_else_is_named(recobro, filled, damaged):
    (filled / damaged).write_bytes(b"not a database " * 1000)
    for file in filled.glob(f"{damaged}-*"):
        file.unlink()
    code, said = recobro("verify")
    assert (code, said.strip()) == (1, f"{filled / damaged}: file is not a database")


@pytest.mark.parametrize(
    ("store", "told"),
    [("/proc/none", "/proc/none: "), ("postgresql://127.0.0.1:1/none", "connection refused")],
)
def test_where_there_is_no_store_it_is_said(recobro, store, told):
    code, said = recobro("user", "list", store=store)
    assert (code, said.count("\n"), "Traceback" in said) == (1, 1, False)
    assert told in said.lower()


def test_a_disk_that_is_full_is_told_and_leaves_the_log_whole(recobro, filled):
    """As the system tells a process that its files may grow no more."""
    limit = (filled / "events.db").stat().st_size
    full = (
        "import resource, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        f" resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}))"
    )
    code, said = recobro("rebuild", prepare=full)
    assert (code, "Traceback" in said) == (1, False), said
    assert "full" in said.splitlines()[-1] or "disk I/O error" in said.splitlines()[-1]
    assert "Whole" in recobro("verify")[1]


def test_a_disk_that_is_too_full_for_a_backup_is_named(recobro, filled, tmp_path):
    """As the system tells a process that its files may grow no more."""
    limit = (filled / "events.db").stat().st_size - 4096
    full = (
        "import resource, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        f" resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}))"
    )
    code, said = recobro("backup", tmp_path / "copies", prepare=full)
    assert (code, said.count("\n"), said.startswith(str(tmp_path / "copies"))) == (1, 1, True), said
    assert not [*(tmp_path / "copies").iterdir()]


@pytest.mark.parametrize("arguments", [["verify"], ["rebuild"], ["user", "list"]])
def test_a_full_disk_is_said_to_be_the_cause(recobro, filled, arguments):
    """SQLite itself says no more than "disk I/O error" where it can't make the files beside its own."""
    no_room = (
        "import shutil, resource, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        " resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0));"
        " usage = shutil.disk_usage; shutil.disk_usage = lambda path: usage(path)._replace(free=0)"
    )
    code, said = recobro(*arguments, prepare=no_room)
    assert (code, said.count("\n")) == (1, 1), said
    assert f"no space left on the disk of {filled}" in said


def test_a_log_that_cannot_be_written_is_verified(recobro, filled):
    """As on read-only media, or in somebody else's folder: even root is told so here."""
    told = "import os; access = os.access; os.access = lambda path, mode: mode != os.W_OK and access(path, mode)"
    before = {file: file.stat().st_mtime_ns for file in filled.iterdir()}
    code, said = recobro("verify", prepare=told)
    assert (code, "Whole. Head: " in said) == (0, True), said
    assert {file: file.stat().st_mtime_ns for file in filled.iterdir()} == before
    with suppress(FileNotFoundError):
        (filled / "events.db-wal").unlink()
    (filled / "events.db-wal").write_bytes(b"what was written last")
    code, said = recobro("verify", prepare=told)
    assert (code, "events.db-wal has what is not in events.db yet" in said) == (1, True)
