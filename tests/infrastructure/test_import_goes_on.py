"""A file is imported by servers on one store: whichever of them dies, another goes on, and nothing is done twice."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress

import httpx2
import pytest
from eventually import DEADLINE_SECONDS, eventually
from office import add_people
from server_process import kill, served
from sqlalchemy import select

from api.http.jobs import State
from api.http.uploads import LOADING
from api.pages.context import SESSION
from domain.client import ClientRegistered
from infrastructure.imports.uploads import pieces
from infrastructure.jobs import jobs
from infrastructure.log import chain
from infrastructure.read_models.served import rebuild
from infrastructure.stores import open_store
from infrastructure.wiring import credentials, now

CLIENTS = 500
HEADER = ("reference", "name")


@pytest.fixture(params=["sqlite", "postgres"])
def opened(request, tmp_path, master_key_file):
    """The store, for a look at what the servers do with it."""
    address = str(tmp_path / "data") if request.param == "sqlite" else request.getfixturevalue("postgres_address")
    with open_store(address, master_key_file) as store:
        add_people(store)
        rebuild(store)
        yield store


class Ana:
    """Her browser, which goes from one server to the next and stays logged in."""

    def __init__(self, store):
        with closing(credentials(store)) as logins:
            session = logins.issue("ana", now=now())
        self._headers = {"Cookie": f"{SESSION}={session}", "Accept-Language": "es", "Sec-Fetch-Site": "same-origin"}

    def at(self, address):
        return httpx2.Client(base_url=address, headers=self._headers, timeout=DEADLINE_SECONDS)


def brought(http):
    """The address of a file that is matched and checked."""
    rows = [";".join(HEADER), *(f"C-{number};Cliente {number}" for number in range(CLIENTS))]
    sent = {"file": ("clientes.csv", "\n".join(rows).encode())}
    address = http.post("/import", data={"contents": "clients"}, files=sent).headers["Location"]
    eventually(lambda: "2. Qué es cada columna" in http.get(address).text)
    http.post(f"{address}/columns", data={f"columns.clients.{one}": one for one in HEADER})
    eventually(lambda: "3. Qué se cargaría" in http.get(address).text)
    return address


def loading(store, address):
    """The row of the job, None where there is none yet."""
    mine = (jobs.c.kind == LOADING) & (jobs.c.subject == address.rpartition("/")[2])
    with closing(credentials(store)) as logins, logins.engine.connect() as db:
        return db.execute(select(jobs).where(mine)).one_or_none()


def ask_to_load(http, address):
    with suppress(httpx2.TransportError):  # its server may be killed before it answers
        http.post(f"{address}/load")


@pytest.mark.parametrize("when", ["as soon as it is begun", "once all of it is in the log"])
def test_a_load_whose_server_is_killed_goes_on_in_another_and_loads_nothing_twice(opened, master_key_file, when):
    ana = Ana(opened)
    with (
        served(opened.address, master_key_file) as (first, here),
        served(opened.address, master_key_file) as (_, elsewhere),
        ana.at(here) as http,
        ana.at(elsewhere) as other,
        ThreadPoolExecutor(1) as pool,
    ):
        address = brought(http)
        before, _ = opened.events.head()
        pool.submit(ask_to_load, http, address)
        if when == "as soon as it is begun":
            eventually(lambda: loading(opened, address))
        else:
            eventually(lambda: opened.events.head()[0] > before)
        kill(first)
        assert loading(opened, address).state == State.RUNNING
        eventually(lambda: "4. Cargado" in other.get(address).text)
        assert loading(opened, address).deaths == 1
        with closing(credentials(opened)) as logins, logins.engine.connect() as db:
            assert db.execute(select(pieces.c.part)).all() == []  # nothing of the file stays, once it is loaded
    registered = [one for one in opened.events.since(before, 10 * CLIENTS) if isinstance(one.event, ClientRegistered)]
    assert len(registered) == len({one.event.reference for one in registered}) == CLIENTS
    assert isinstance(opened.events.verify(), chain.Head)


def test_what_one_server_was_given_another_shows_matches_and_loads(opened, master_key_file):
    ana = Ana(opened)
    with (
        served(opened.address, master_key_file) as (first, here),
        served(opened.address, master_key_file) as (_, elsewhere),
        ana.at(here) as http,
        ana.at(elsewhere) as other,
    ):
        address = brought(http)
        kill(first)
        assert "clientes.csv" in other.get("/import").text
        other.post(f"{address}/load")
        eventually(lambda: "4. Cargado" in other.get(address).text)
