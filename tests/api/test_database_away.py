"""PostgreSQL goes away and comes back: whoever asks is told at once, and the first request afterwards succeeds."""

import pytest
from network import Network
from office import serving
from originals import database_like

from api.http import operations
from infrastructure.stores import open_store


@pytest.fixture
def far(postgres_server, office_database, master_key_file):
    """An office on the other side of a network from its database."""
    with (
        database_like(office_database, postgres_server) as address,
        Network.to(address) as network,
        open_store(network.address_of(address), master_key_file) as store,
        serving(store, office_database.tokens) as office,
    ):
        yield office, network
        network.away = ""


@pytest.mark.parametrize("away", ["silent", "gone"])
def test_whether_it_is_ready_is_answered_whatever_the_database_does(far, monkeypatch, away):
    office, network = far
    monkeypatch.setattr(operations, "ANSWERS_WITHIN", 0.5)
    office.client("Ana Ruiz")
    head = office.http.get("/health/ready").json()["head"]
    network.away = away
    answer = office.http.get("/health/ready")
    assert (answer.status_code, answer.json()["head"]) == (503, head)
    assert answer.json()["read_models"] == {"database": "does not answer"}


def test_the_first_request_after_its_return_succeeds(far):
    """A question, a command, and a page, each first after the server went away; nothing is asked in between."""
    office, network = far
    client = office.client("Ana Ruiz")
    for ask in (
        lambda: office.ana.asks_once(f"/api/clients/{client}").status_code,
        lambda: office.ana.post("/api/clients", {"name": "Berta Gil"}).status_code,
        lambda: office.http.get("/clients", headers=office.browser("ana")).status_code,
        lambda: office.http.get("/health/ready").status_code,
    ):
        network.away = "gone"
        network.wait_until_gone()
        network.away = ""
        assert ask() in {200, 201}
