"""Clients' keys: there before they are needed, gone once forgotten."""

from contextlib import closing
from uuid import UUID, uuid4

import pytest
from logged import history, registered

from domain.client import ClientRegistered
from domain.personal import ERASED
from infrastructure.keys.client_keys import Keys
from infrastructure.keys.keyring import Keyring, WrongMasterKey
from infrastructure.keys.master_key import master_key
from infrastructure.keys.tables import PostgresKeyTable, SQLiteKeyTable
from infrastructure.log.postgres import connect
from infrastructure.stores import open_store

NONCE = bytes(12)


@pytest.fixture
def another(store):
    """The same store's keys as another process sees them."""
    if store.folder is not None:
        table = SQLiteKeyTable(store.folder / "keys.db")
    else:
        table = PostgresKeyTable(connect(store.address, connections=1))
    yield Keys(table, store.keyring)
    table.close()


def wrapped(folder, client):
    """As it lies in the file."""
    with closing(SQLiteKeyTable(folder / "keys.db")) as table:
        return table.select([client])[client]


def same(one, other):
    return one.encrypt(NONCE, b"", None) == other.encrypt(NONCE, b"", None)


def test_a_client_has_one_key_for_all_processes(store, another):
    client, stranger = uuid4(), uuid4()
    made = store.keys.to_write([client])
    assert same(made[client], another.to_write([client])[client])
    assert same(made[client], another.to_read([client, stranger])[client])
    assert stranger not in another.to_read([client, stranger])


def test_many_keys_are_made_at_once(store, another):
    clients = [uuid4() for _ in range(1500)]
    made = store.keys.to_write(clients[:1000])
    again = another.to_write(clients)
    assert all(same(made[client], again[client]) for client in clients[:1000])
    assert len(store.keys.to_read(clients)) == 1500


def test_a_forgotten_key_is_not_made_anew(store, another):
    client = uuid4()
    store.keys.to_write([client])
    store.keys.forget([client])
    assert another.to_read([client]) == {}
    assert store.keys.to_write([client]) == another.to_write([client]) == {}


def test_a_client_who_never_had_a_key_can_be_forgotten(store):
    client = uuid4()
    store.keys.forget([client])
    assert store.keys.to_write([client]) == {}


def test_another_process_drops_what_was_forgotten(store, another):
    client = uuid4()
    another.to_write([client])
    store.keys.forget([client])
    assert another.use_no_more(client)
    assert not another.use_no_more(client)
    assert another.to_read([client]) == {}


def test_an_erased_client_reads_as_erased(store):
    client, spared = registered(store), registered(store, name="Eva Ruiz", reference="C-2")
    store.keys.forget([client])
    assert history(store, client) == [ClientRegistered("C-1", ERASED)]
    assert history(store, spared) == [ClientRegistered("C-2", "Eva Ruiz")]
    assert [recorded.event.name for recorded in store.events.since(0, 10)] == [ERASED, "Eva Ruiz"]


def test_no_file_holds_a_forgotten_key(sqlite_store):
    client = uuid4()
    sqlite_store.keys.to_write([client, uuid4()])
    key = wrapped(sqlite_store.folder, client)

    def found():
        return [file.name for file in sqlite_store.folder.glob("keys.db*") if key in file.read_bytes()]

    assert found()
    sqlite_store.keys.forget([client])
    assert not found()


def test_no_row_version_holds_a_forgotten_key(postgres_store):
    client = uuid4()
    postgres_store.keys.to_write([client])
    postgres_store.keys.forget([client])
    with connect(postgres_store.address, connections=1) as pool, pool.connection() as db:
        assert db.execute("SELECT n_dead_tup FROM pg_stat_user_tables WHERE relname = 'keys'").fetchone() == (0,)


def test_another_master_key_opens_nothing(store, tmp_path):
    another = tmp_path / "another.key"
    master_key(another, create=True)
    client = UUID(int=1)
    store.keys.to_write([client])
    table = store.keys._table
    with pytest.raises(WrongMasterKey):
        Keys(table, Keyring(store.log, another)).to_read([client])


def test_keys_are_on_the_disk_before_the_events_they_encrypt(tmp_path, master_key_file):
    """An event that could not be appended leaves a key, never the other way round."""
    with open_store(tmp_path / "data", master_key_file) as store:
        client = registered(store)
        assert wrapped(tmp_path / "data", client)
