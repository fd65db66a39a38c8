"""A file is read only once it is known who sends it."""

import re
import sqlite3
from contextlib import closing
from uuid import uuid4

import pytest
from server_process import connected, served

from api.app import LARGER
from api.pages import context
from api.routers import PAGES


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    return tmp_path_factory.mktemp("nobody") / "data"


@pytest.fixture(scope="module")
def address(store, session_key):
    with served(store, session_key, stalled_seconds=600) as (_, address):
        yield address


def asks_who(dependant):
    """Other pages have a form for whoever comes by, and take no file."""
    return dependant.call is context._context or any(map(asks_who, dependant.dependencies))


def taking_files(office):
    """All that may be larger than a form, and all forms of pages, each of which might bring a file."""
    pages = [
        route for router in PAGES for route in router.routes if "POST" in route.methods and asks_who(route.dependant)
    ]
    api = [route for route in office.http.app.routes if "POST" in (getattr(route, "methods", None) or ())]
    larger = [route for route in api if any(re.fullmatch(path, route.path) for path in LARGER)]
    assert len(larger) >= 3
    return sorted({route.path for route in (*pages, *larger)})


def test_nobody_has_a_file_read_without_being_known(shared_office, store, address):
    """The header alone is sent: whoever waited for the body would not answer."""
    for path in taking_files(shared_office):
        with connected(address) as anonymous:
            anonymous.sendall(
                f"POST {re.sub('{.*?}', str(uuid4()), path)} HTTP/1.1\r\nHost: recobro\r\n"
                "Sec-Fetch-Site: same-origin\r\nContent-Type: multipart/form-data; boundary=b\r\n"
                "Content-Length: 900000\r\nIdempotency-Key: k\r\nExpect: 100-continue\r\n\r\n".encode()
            )
            assert anonymous.recv(1 << 16).startswith(b"HTTP/1.1 4"), path
    with closing(sqlite3.connect(store / "events.db")) as db:
        assert db.execute("SELECT count(*) FROM uploads").fetchone() == (0,)
