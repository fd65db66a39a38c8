"""A store's master key is rotated, and all that hangs on it goes on; whoever has the former key alone has nothing."""

import shutil
from contextlib import closing, contextmanager
from datetime import timedelta
from io import BytesIO
from uuid import uuid4

import psycopg
import pytest
from cryptography.exceptions import InvalidTag
from eventually import eventually
from logged import assigning, command, reference, registered
from second_factor import with_phone

from api.http.uploads import Content, Upload
from application.correspondence import Secret
from application.imports.maps import Contents
from application.streams import AlreadyClaimed, Decision, IdempotencyKeyReused, change
from domain.client import Client
from infrastructure.imports import uploads as imports
from infrastructure.imports.uploads import StoredUploads
from infrastructure.keys import rotation as key_rotation
from infrastructure.keys.keyring import WrongMasterKey, next_to, unseal
from infrastructure.keys.stored_secrets import StoredSecrets
from infrastructure.keys.tables import PostgresKeyTable, SQLiteKeyTable
from infrastructure.log.engine import HASH_BYTES, LogUnavailable
from infrastructure.stores import open_store
from infrastructure.wiring import credentials, now, second_factors


@pytest.fixture(params=["sqlite", "postgres"])
def address(request, tmp_path):
    return str(tmp_path / "data") if request.param == "sqlite" else request.getfixturevalue("postgres_address")


@contextmanager
def secrets_of(store):
    with closing(credentials(store)) as logins:
        yield StoredSecrets(logins.engine, store.keyring)


@contextmanager
def imports_of(store):
    with closing(credentials(store)) as logins:
        yield StoredUploads(logins.engine, store.keyring)


UPLOAD = Upload(uuid4(), "ana", "clientes.csv", Contents.CLIENTS, now())
TABLE = b"reference;name\n" + b"C-1;Ana\n" * 300_000  # several pieces


def rotate(address, key, progress=lambda _: None):
    """As the command does, in a process of its own."""
    with open_store(address, key) as store, closing(credentials(store)) as logins:
        return key_rotation.rotate(store, logins.engine, command(), progress)


def name_of(store, client):
    state, _ = store.events.load(Client(), client)
    return state.details.name


def rotations(store):
    return [event.name for event in store.events.since(0, 1000) if event.name == "MasterKeyRotated"]


@pytest.fixture
def filled(address, master_key_file):
    """A store with one of each thing that hangs on the master key."""
    with open_store(address, master_key_file) as store, secrets_of(store) as secrets:
        client = registered(store, name="Ana López")
        store.events.append(Decision([], [reference("12345678Z", client)]), command(), after={})
        store.events.append(Decision([]), asked := command(fingerprint=store.fingerprint(b"body")), after={})
        store.events.append(Decision([]), unhashed := command(fingerprint=b"no hash"), after={})
        secrets.keep(Secret.MAIL_PASSWORD, "a password")
        with closing(credentials(store)) as logins:
            token = logins.issue_to_calendar("carl", now=now())
        phone = with_phone(store, "carl", now() - timedelta(hours=1))
        with imports_of(store) as uploads:
            uploads.bring(UPLOAD, BytesIO(TABLE))
    return client, asked, unhashed, token, phone


def check_all(store, filled):
    client, asked, unhashed, token, phone = filled
    assert name_of(store, client) == "Ana López"
    assert store.events.claimed("client reference", ["12345678Z"]) == {"12345678Z": client}
    with pytest.raises(AlreadyClaimed):
        store.events.append(Decision([], [reference("12345678Z", uuid4())]), command(), after={})
    again = command(id=asked.id, fingerprint=store.fingerprint(b"body"))
    assert store.events.outcome_of(again) is not None
    assert store.events.outcome_of(unhashed) is not None  # whose fingerprint is the same under any key
    with pytest.raises(IdempotencyKeyReused):
        store.events.outcome_of(command(id=asked.id, fingerprint=store.fingerprint(b"another body")))
    with secrets_of(store) as secrets, closing(credentials(store)) as logins:
        assert secrets.read(Secret.MAIL_PASSWORD) == "a password"
        uploads = StoredUploads(logins.engine, store.keyring)
        assert uploads.find(UPLOAD.id, "ana") == UPLOAD
        assert b"".join(uploads.read(UPLOAD.id, Content.TABLE)) == TABLE
        assert logins._named(token, "calendar") == "carl"
        factors = second_factors(store, logins.engine)
        assert factors.use_recovery_code("carl", phone.recovery_codes.pop())
        at = now() - timedelta(minutes=len(phone.recovery_codes))  # later each time: no code is taken twice
        assert factors.accepts("carl", phone.code(at), now=at)
    change(store.events, command(), assigning(client, "carl"))


def test_all_that_hangs_on_the_master_key_is_carried_over_however_often(address, master_key_file, filled):
    for times in (1, 2):
        rotate(address, master_key_file)
        with open_store(address, master_key_file) as store:
            check_all(store, filled)
            registered(store, reference=f"C-{times + 1}")
            assert len(rotations(store)) == times
            assert store.events.verify().position == store.events.head()[0]


def test_a_process_that_has_the_store_open_goes_on_with_the_new_key(address, master_key_file, filled):
    with open_store(address, master_key_file) as store:
        rotate(address, master_key_file)
        check_all(store, filled)
        rotate(address, master_key_file)
        with pytest.raises(LogUnavailable, match="rotated"):
            store.events.append(Decision([], [reference("12345678Z", uuid4())]), command(), after={})
        check_all(store, filled)


def hashes(store):
    """All there are, whatever of."""
    queries = [f"SELECT {column} FROM {table}" for table, column, _ in key_rotation.HASHED]  # noqa: S608 - our own names
    return {value for query in queries for (value,) in store.log._rows(query) if len(value) == HASH_BYTES}


@pytest.mark.usefixtures("filled")
def test_the_former_key_opens_nothing_any_more(address, master_key_file, tmp_path):
    stolen = shutil.copy2(master_key_file, tmp_path / "stolen.key")
    with open_store(address, master_key_file) as store:
        before = hashes(store)
        former, former_of_uploads = (store.keyring.ciphers(use)[0] for use in ("clients' keys", imports.SEALING))
    kept = rotate(address, master_key_file)
    assert kept.read_bytes() == stolen.read_bytes() != master_key_file.read_bytes()
    assert kept.stat().st_mode & 0o777 == master_key_file.stat().st_mode & 0o777 == 0o600
    with pytest.raises(WrongMasterKey):
        open_store(address, stolen)
    with open_store(address, master_key_file) as store, closing(credentials(store)) as logins:
        assert not before & hashes(store)
        with logins.engine.connect() as db:
            sealed = {one.upload_id.bytes: one.sealed for one in db.execute(imports.uploads.select())}
            for one in db.execute(imports.pieces.select()):
                sealed[imports._bound_to(one.upload_id, one.part, one.number)] = one.sealed
        assert len(sealed) == 4
        for bound_to, one in sealed.items():
            with pytest.raises(InvalidTag):
                unseal(former_of_uploads, one, bound_to)
        wrapped = store.key_table.page(None, 1000)
        assert wrapped
        for client, key in wrapped:
            with pytest.raises(InvalidTag):
                unseal(former, key, client.bytes)


def test_a_backup_from_before_is_opened_with_the_former_key(tmp_path, master_key_file):
    with open_store(tmp_path / "data", master_key_file) as store:
        client = registered(store)
    shutil.copytree(tmp_path / "data", tmp_path / "copy")
    former = rotate(tmp_path / "data", master_key_file)
    with pytest.raises(WrongMasterKey):
        open_store(tmp_path / "copy", master_key_file)
    with open_store(tmp_path / "copy", former) as store:
        assert name_of(store, client) == "Ana López"


class Interrupted(Exception):
    pass


def interrupted(_):
    raise Interrupted


def before_the_file(address, key):
    """As a crash leaves it between the log's transaction and the new key's place in its file."""
    with pytest.raises(Interrupted):
        rotate(address, key, interrupted)
    key.rename(next_to(key))
    shutil.copy2(key.with_name(f"{key.name}.0"), key)


def before_the_last_key_is_wrapped(address, key):
    with pytest.raises(Interrupted):
        rotate(address, key, interrupted)


def before_anything(_, key):
    key_rotation.prepare(key)


@pytest.mark.parametrize("crash", [before_anything, before_the_file, before_the_last_key_is_wrapped])
def test_what_was_interrupted_is_in_use_and_goes_on_with_the_same_key(address, master_key_file, filled, crash):
    crash(address, master_key_file)
    with open_store(address, master_key_file) as store:
        check_all(store, filled)
    rotate(address, master_key_file)
    with open_store(address, master_key_file) as store:
        check_all(store, filled)
        assert len(rotations(store)) == 1
        current, *_ = store.keyring.ciphers("clients' keys")
        assert all(unseal(current, key, client.bytes) for client, key in store.key_table.page(None, 1000))
        assert store.key_table.check().master_key == store.keyring.subkeys("check value")[0]
    assert not next_to(master_key_file).exists()


def test_another_host_is_told_until_its_file_has_the_new_key(address, master_key_file, filled, tmp_path):
    elsewhere = tmp_path / "elsewhere.key"
    shutil.copy2(master_key_file, elsewhere)
    with open_store(address, elsewhere) as store:
        rotate(address, master_key_file)
        with pytest.raises(LogUnavailable, match=r"elsewhere\.key does not hold the new one"):
            registered(store, reference="C-9")
        shutil.copy2(master_key_file, elsewhere)
        check_all(store, filled)


def test_a_host_that_was_given_the_next_key_goes_on_by_itself_and_puts_it_in_place(
    address, master_key_file, filled, tmp_path
):
    elsewhere = tmp_path / "elsewhere.key"
    shutil.copy2(master_key_file, elsewhere)
    shutil.copy2(key_rotation.prepare(master_key_file), next_to(elsewhere))
    with open_store(address, elsewhere) as store:
        rotate(address, master_key_file)
        check_all(store, filled)
    rotate(address, elsewhere)
    assert elsewhere.read_bytes() == master_key_file.read_bytes()
    with open_store(address, elsewhere) as store:
        assert len(rotations(store)) == 1


def test_who_is_erased_while_keys_are_wrapped_anew_stays_so(address, master_key_file):
    with open_store(address, master_key_file) as store:
        client = registered(store)
        (kept,) = store.key_table.page(None, 10)

        def erased_meanwhile(table):
            store.key_table.forget([client])
            table.rewrap([(*kept, b"wrapped anew")])

        if store.folder:
            with closing(SQLiteKeyTable(store.folder / "keys.db")) as table:
                erased_meanwhile(table)
        else:
            erased_meanwhile(PostgresKeyTable(store.key_table._pool))
        assert store.key_table.select([client]) == {client: None}


def test_no_copy_of_a_key_as_it_was_wrapped_stays_on_the_disk(tmp_path, master_key_file):
    with open_store(tmp_path / "data", master_key_file) as store:
        registered(store)
        ((_, wrapped),) = store.key_table.page(None, 10)
    assert any(wrapped in file.read_bytes() for file in (tmp_path / "data").glob("keys.db*"))
    rotate(tmp_path / "data", master_key_file)
    assert not any(wrapped in file.read_bytes() for file in (tmp_path / "data").glob("keys.db*"))


def test_no_row_version_holds_a_key_as_it_was_wrapped(postgres_address, master_key_file):
    """Once nobody has a snapshot from before: PostgreSQL's own autovacuum may, and rows stay for as long as it does."""
    with open_store(postgres_address, master_key_file) as store:
        registered(store)
        ((_, wrapped),) = store.key_table.page(None, 10)
    assert in_the_file(postgres_address, wrapped)
    rotate(postgres_address, master_key_file)
    with open_store(postgres_address, master_key_file) as store:
        eventually(lambda: store.key_table.clear_traces() or not in_the_file(postgres_address, wrapped))


def in_the_file(address, what):
    with psycopg.connect(address, autocommit=True) as db:
        db.execute("CHECKPOINT")
        look = "SELECT position(%s::bytea IN pg_read_binary_file(pg_relation_filepath('keys.keys')))"
        return db.execute(look, (what,)).fetchone() != (0,)
