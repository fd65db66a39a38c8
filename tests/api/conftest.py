"""An office on each database."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from office import Office, serving
from originals import Original, Server, copied_database, copied_folder


@pytest.fixture
def sqlite_office(tmp_path: Path, office_folder: Original, master_key_file: Path) -> Iterator[Office]:
    """For what has nothing to do with a database."""
    with (
        copied_folder(office_folder, master_key_file, tmp_path / "data") as store,
        serving(store, office_folder.tokens) as served,
    ):
        yield served


@pytest.fixture
def postgres_office(postgres_server: Server, office_database: Original, master_key_file: Path) -> Iterator[Office]:
    with (
        copied_database(office_database, master_key_file, postgres_server) as store,
        serving(store, office_database.tokens) as served,
    ):
        yield served


@pytest.fixture(params=["sqlite", "postgres"])
def office(request: pytest.FixtureRequest) -> Office:
    """Whatever is tested with this must hold on both databases."""
    served: Office = request.getfixturevalue(f"{request.param}_office")
    return served


@pytest.fixture(scope="module")
def shared_office(
    tmp_path_factory: pytest.TempPathFactory, office_folder: Original, session_key: Path
) -> Iterator[Office]:
    """The same for all tests of a module, each of which changes nothing that another sees."""
    folder = tmp_path_factory.mktemp("shared") / "data"
    with copied_folder(office_folder, session_key, folder) as store, serving(store, office_folder.tokens) as served:
        yield served
