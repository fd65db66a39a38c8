"""The stores that are crawled, each with people of every role who log in by a password."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from crawler import HERE, Crawler
from fastapi.testclient import TestClient
from office import NOW, Clock, business_day, command
from originals import Original, copied_folder, original_folder

from application import business
from domain.people import Role
from infrastructure.demo import USERS, fill
from infrastructure.files.store import StoredFiles
from infrastructure.main import build
from infrastructure.read_models.served import rebuild
from infrastructure.stores import Store
from infrastructure.wiring import credentials

PASSWORD = "una-contraseña-de-todos"  # noqa: S105 - of people who never were
PEOPLE = {
    "ana": [Role.COLLECTOR],
    "sofia": [Role.SUPERVISOR],
    "elena": [Role.ADMINISTRATOR],
    "hugo": [Role.AUDITOR],
    "olga": [*Role],
}
"""The first four are those of the demo."""


def with_demo(store: Store) -> dict[str, str]:
    logins = credentials(store)
    fill(store.events, logins, StoredFiles(logins.engine, store.keys), today=business_day(NOW))
    logins.close()
    return with_people(store)


def with_people(store: Store) -> dict[str, str]:
    logins, known = credentials(store), {user.actor.name for user in USERS} if store.events.head()[0] else set()
    for name, roles in PEOPLE.items():
        if name not in known:
            business.add_user(store.events, command(), name=name, roles=roles)
        logins.set_password(name, PASSWORD)
    logins.close()
    rebuild(store)
    return {}


@pytest.fixture(scope="session")
def demo_folder(shared: Path, session_key: Path) -> Original:
    return original_folder(shared, "crawled-demo", session_key, with_demo)


@pytest.fixture(scope="session")
def empty_folder(shared: Path, session_key: Path) -> Original:
    return original_folder(shared, "crawled-empty", session_key, with_people)


@pytest.fixture
def crawler(
    request: pytest.FixtureRequest, tmp_path: Path, master_key_file: Path
) -> Iterator[Callable[[str, str], Crawler]]:
    """Of somebody, on a store of the own."""
    with ExitStack() as opened:

        def made(store: str, name: str) -> Crawler:
            original = request.getfixturevalue(f"{store}_folder")
            copy = opened.enter_context(copied_folder(original, master_key_file, tmp_path / store))
            app = build(copy, public_url=f"{HERE}/", clock=Clock(), patience=0.5)
            http = opened.enter_context(
                TestClient(app, base_url=HERE, raise_server_exceptions=False, follow_redirects=False)
            )
            return Crawler(http, copy, name, PASSWORD, business_day(NOW))

        yield made
