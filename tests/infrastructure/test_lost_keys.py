"""An older copy of the clients' keys was put back: whose key is not in it is told apart from who was erased."""

import shutil

import psycopg
import pytest
from eventually import eventually
from logged import command, history, registered
from office import add_people, serving

from application.streams import Change, Decision
from domain.client import ClientRegistered
from domain.client.restrictions import ClientErased, ErasureGround
from domain.personal import ERASED, KEY_LOST
from infrastructure.read_models.served import rebuild
from infrastructure.stores import open_store


@pytest.fixture(params=["sqlite", "postgres"])
def address(request, tmp_path):
    return str(tmp_path / "data") if request.param == "sqlite" else request.getfixturevalue("postgres_address")


@pytest.fixture
def office_of(address, master_key_file, tmp_path):
    """The store's clients by name: Ana, whose key is in the older copy, Berta, who came later, and Carla, who was
    erased since. And its people."""
    with open_store(address, master_key_file) as store:
        people = add_people(store)
        ana, carla = registered(store, name="Ana"), registered(store, name="Carla", reference="C-2")
    put_back = older_copy(address, tmp_path)
    with open_store(address, master_key_file) as store:
        berta = registered(store, name="Berta", reference="C-3")
        erasure = Change(carla, [ClientErased(ErasureGround.ASKED_FOR)])
        store.events.append(Decision([erasure]), command(), after={carla: 1})
        store.events.forget_erased()
    put_back()
    return {"Ana": ana, "Berta": berta, "Carla": carla}, people


def older_copy(address, folder):
    """Made now, put back when it is called."""
    if not address.startswith("postgresql"):
        shutil.copy2(folder / "data" / "keys.db", folder / "older.db")
        return lambda: shutil.copy2(folder / "older.db", folder / "data" / "keys.db")
    with psycopg.connect(address) as db:
        db.execute("CREATE TABLE older AS TABLE keys.keys")

    def put_back():
        with psycopg.connect(address) as db:
            db.execute("TRUNCATE keys.keys; INSERT INTO keys.keys TABLE older; DROP TABLE older")

    return put_back


def test_who_was_never_erased_does_not_read_as_erased(office_of, address, master_key_file):
    """Whether or not anybody has looked for lost keys; and nobody gets another key in place of a lost one."""
    clients, _ = office_of
    for look in (False, True):
        with open_store(address, master_key_file) as store:
            if look:
                assert "1 clients" in (store.lost_keys() or "")
            read = {name: history(store, client)[0] for name, client in clients.items()}
            assert read["Ana"] == ClientRegistered("C-1", "Ana")
            assert read["Berta"] == ClientRegistered("C-3", KEY_LOST)
            assert read["Carla"] == ClientRegistered("C-2", ERASED)
    with open_store(address, master_key_file) as store:
        assert clients["Berta"] not in store.key_table.select([*clients.values()])


def test_lost_keys_are_told_and_only_who_lost_one_is_not_written_about(office_of, address, master_key_file):
    """Until that client is erased in earnest."""
    clients, people = office_of
    with open_store(address, master_key_file) as store:
        position = store.log.stream(clients["Berta"])[0].position
        rebuild(store)
        with serving(store, people) as office:
            health = office.http.get("/health/ready")
            assert (health.status_code, f"position {position}" in health.json()["read_models"]["keys"]) == (503, True)
            names = {one["name"] for one in office.dora.sees("/api/clients", limit=10)["items"]}
            assert names == {"Ana", KEY_LOST, ERASED}
            reason = {"reason": "Lo pide"}
            assert office.dora.post(f"/api/clients/{clients['Berta']}/blocking", reason).status_code == 503
            assert office.dora.post(f"/api/clients/{clients['Ana']}/blocking", reason).status_code == 200
            office.dora.does(f"/api/clients/{clients['Berta']}/erasure", {"ground": "asked_for"})
            eventually(lambda: office.http.get("/health/ready").status_code == 200)
            assert history(store, clients["Berta"])[0] == ClientRegistered("C-3", ERASED)
