"""Stores to test with: SQLite in a folder, and a real PostgreSQL started once for all workers of a run."""

import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import whole
from argon2.profiles import CHEAPEST
from hypothesis import Phase, settings
from office import add_people
from originals import Original, Server, copied_folder, database_like, original_database, original_folder
from servers import started

from infrastructure.access import credentials
from infrastructure.keys.master_key import master_key
from infrastructure.migrations import alone
from infrastructure.read_models.served import rebuild
from infrastructure.stores import Store, open_store

# How long something takes is no matter of right and wrong; and each run draws the same, so that what fails fails again.
settings.register_profile("recobro", deadline=None, derandomize=True, print_blob=True)
# For `dev.py mutate`, which runs a test for each of thousands of changes, and wants to know only whether it fails.
quickly = (Phase.explicit, Phase.generate)
settings.register_profile("mutation", settings.get_profile("recobro"), max_examples=25, phases=quickly)
settings.load_profile("recobro")

left = pytest.StashKey[Counter[str]]()
"""By its kind, how much of the suite this run leaves out; a worker tells whoever began it."""


def pytest_configure(config: pytest.Config) -> None:
    config.stash[left] = Counter()


def pytest_report_header() -> str:
    return (
        "random data: each property test draws from a seed that is made of its own code, the same in every run;"
        " where it fails it says what draws the case again (@reproduce_failure)"
    )


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    whole.mark(items)


def pytest_deselected(items: list[pytest.Item]) -> None:
    for item in items:
        if marked := item.get_closest_marker("whole"):
            item.config.stash[left][marked.args[0]] += 1


def pytest_sessionfinish(session: pytest.Session) -> None:
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["left"] = dict(session.config.stash[left])


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Each worker has collected all of it."""
    node.config.stash[left] = Counter(getattr(node, "workeroutput", {}).get("left"))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if (found := config.stash[left]) and not config.option.keyword:
        terminalreporter.section(f"{found.total()} tests are left to `python3 dev.py test --all`")
        for kind, number in found.most_common():
            terminalreporter.line(f"{number:5} {kind}")


@pytest.fixture(scope="session", autouse=True)
def cheap_passwords() -> Iterator[None]:
    """A quarter of a second of computing for each is what they are for, and nothing that a story depends on."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(credentials, "COST", CHEAPEST)
        yield


@pytest.fixture
def logged(capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture) -> Callable[[], str]:
    """All that was logged up to now."""
    told = ""

    def until_now() -> str:
        nonlocal told
        told += "".join(capsys.readouterr())
        return told + caplog.text

    return until_now


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Server]:
    """Gives the address of a database on the server, which is stopped and removed by the last worker that used it."""
    server = started(os.environ.get("PYTEST_XDIST_TESTRUNUID", uuid4().hex)[:12])
    yield lambda database: server.get_uri(database=database)
    server.cleanup()


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The one folder of all workers of a run."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@pytest.fixture(scope="session")
def session_key(shared: Path) -> Path:
    """The master key of all originals, and so of their copies."""
    path = shared / "master.key"
    with alone(shared):
        master_key(path, create=True)
    return path


@pytest.fixture(scope="session")
def migrated_folder(shared: Path, session_key: Path) -> Original:
    """With its tables, and nothing in them."""
    return original_folder(shared, "migrated", session_key, lambda _: {})


@pytest.fixture(scope="session")
def migrated_database(postgres_server: Server, session_key: Path) -> Original:
    return original_database(postgres_server, session_key, lambda _: {})


def with_people(store: Store) -> dict[str, str]:
    tokens = add_people(store)
    rebuild(store)
    return tokens


@pytest.fixture(scope="session")
def office_folder(shared: Path, session_key: Path) -> Original:
    """An office on its first morning: people, and read models that know of nothing else."""
    return original_folder(shared, "office", session_key, with_people)


@pytest.fixture(scope="session")
def office_database(postgres_server: Server, session_key: Path) -> Original:
    return original_database(postgres_server, session_key, with_people)


@pytest.fixture
def master_key_file(tmp_path: Path, session_key: Path) -> Path:
    return Path(shutil.copy2(session_key, tmp_path / "master.key"))


@pytest.fixture
def postgres_address(postgres_server: Server, migrated_database: Original) -> Iterator[str]:
    """A database of the test's own."""
    with database_like(migrated_database, postgres_server) as address:
        yield address


@pytest.fixture
def sqlite_store(tmp_path: Path, migrated_folder: Original, master_key_file: Path) -> Iterator[Store]:
    with copied_folder(migrated_folder, master_key_file, tmp_path / "data") as store:
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
