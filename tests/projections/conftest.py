import pytest
from agency import Agency


@pytest.fixture
def agency(store):
    """Whatever is tested with this must hold on both engines."""
    return Agency(store)


@pytest.fixture
def sqlite_agency(sqlite_store):
    return Agency(sqlite_store)
