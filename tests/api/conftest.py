"""An office on each database."""

from collections.abc import Iterator

import pytest
from office import Office, serving

from infrastructure.stores import Store, open_store


@pytest.fixture
def office(store: Store) -> Iterator[Office]:
    """Whatever is tested with this must hold on both databases."""
    with serving(store) as served:
        yield served


@pytest.fixture
def sqlite_office(sqlite_store: Store) -> Iterator[Office]:
    """For what has nothing to do with a database."""
    with serving(sqlite_store) as served:
        yield served


@pytest.fixture(scope="module")
def shared_office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """The same for all tests of a module, each of which changes nothing that another sees."""
    folder = tmp_path_factory.mktemp("shared")
    with open_store(folder / "data", folder / "master.key") as store, serving(store) as served:
        yield served
