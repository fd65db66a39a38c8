"""An agency on each engine, with read models that its work is shown in as it goes."""

import pytest
from agency import Agency
from originals import copied_database, copied_folder, original_database, original_folder

from infrastructure.read_models.served import rebuild


def with_read_models(store):
    rebuild(store)
    return {}


@pytest.fixture(scope="session")
def agency_folder(shared, session_key):
    return original_folder(shared, "agency", session_key, with_read_models)


@pytest.fixture(scope="session")
def agency_database(postgres_server, session_key):
    return original_database(postgres_server, session_key, with_read_models)


@pytest.fixture
def sqlite_agency(tmp_path, agency_folder, master_key_file):
    with copied_folder(agency_folder, master_key_file, tmp_path / "data") as store:
        yield Agency(store)


@pytest.fixture
def postgres_agency(postgres_server, agency_database, master_key_file):
    with copied_database(agency_database, master_key_file, postgres_server) as store:
        yield Agency(store)


@pytest.fixture(params=["sqlite", "postgres"])
def agency(request):
    """Whatever is tested with this must hold on both engines."""
    return request.getfixturevalue(f"{request.param}_agency")
