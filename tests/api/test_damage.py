"""Read models that are damaged are made anew by themselves, once, and meanwhile pages say how far that is.

Damage of the log or the keys is told, and nothing is taken that would be lost.
"""

import shutil
import sqlite3
from contextlib import closing

import psycopg
import pytest
import sqlalchemy.exc
from eventually import eventually
from office import serving
from originals import copied_folder
from psycopg import sql

from infrastructure.read_models.served import PROJECTIONS, rebuild
from infrastructure.wiring import UNAVAILABLE, credentials


def corrupted_file(store, number):
    """As a disk would leave it: all but the first page is something else."""
    file = store.folder / f"readmodels-{number}.db"
    with sqlite3.connect(file) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    size = file.stat().st_size
    with file.open("r+b") as writing:
        writing.seek(4096)
        writing.write(b"\xa5" * (size - 4096))


def no_database(store, number):
    (store.folder / f"readmodels-{number}.db").write_bytes(b"no database at all " * 500)


def tables_gone(store, number):
    file = store.folder / f"readmodels-{number}.db"
    with sqlite3.connect(file) as db:
        for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            db.execute(f"DROP TABLE {name}")


def tables_dropped(store, number):
    with psycopg.connect(store.address) as db:
        db.execute(sql.SQL("DROP TABLE {} CASCADE").format(sql.Identifier(f"readmodels-{number}", "client_details")))


def raising(state, table="client_details", schema="readmodels-{}"):
    """The server finds that what it has stored of a table can't be right."""

    def damage(store, number):
        with psycopg.connect(store.address) as db:
            db.execute(sql.SQL("SET search_path TO {}").format(sql.Identifier(schema.format(number))))
            db.execute(sql.SQL("ALTER TABLE {} RENAME TO stored").format(sql.Identifier(table)))
            db.execute(
                sql.SQL(
                    "CREATE FUNCTION found_damaged() RETURNS boolean LANGUAGE plpgsql AS"
                    " $$BEGIN RAISE EXCEPTION 'invalid page in block 0' USING ERRCODE = {}; END$$"
                ).format(state)
            )
            db.execute(
                sql.SQL("CREATE VIEW {} AS SELECT * FROM stored WHERE found_damaged()").format(sql.Identifier(table))
            )

    return damage


DAMAGES = {
    "sqlite": [corrupted_file, tables_gone],
    "postgres": [tables_dropped, raising("XX001"), raising("XX002")],
}


@pytest.fixture(params=[(name, damage) for name, damages in DAMAGES.items() for damage in damages])
def damaged(request):
    """An office with a client, a way to damage the read models it is shown, and what has been answered since."""
    name, damage = request.param
    office = request.getfixturevalue(f"{name}_office")
    office.client("Ana Ruiz")
    assert "Ana Ruiz" in page(office).text
    return office, lambda: damage(office.store, office.store.generations.current())


def page(office):
    return office.http.get("/clients", headers=office.browser("ana"))


def answers_until(office, right):
    """Of what statuses, and the last answer."""
    answers = []

    def answered():
        answers.append(page(office))
        return right(answers)

    eventually(answered)
    return {one.status_code for one in answers}, answers


def test_damaged_read_models_are_made_anew_and_meanwhile_pages_say_so(damaged, logged):
    office, damage = damaged
    before = office.store.generations.current()
    damage()
    statuses, answers = answers_until(office, lambda got: got[-1].status_code == 200)
    assert statuses <= {200, 503}
    assert "Ana Ruiz" in answers[-1].text
    assert office.store.generations.current() not in {None, before}
    assert "read models are damaged" in logged()
    office.client("Berta Gil")
    assert "Berta Gil" in page(office).text


def test_damage_that_comes_again_is_left_to_people_and_pages_go_on_saying_so(damaged, logged):
    office, damage = damaged
    damage()
    answers_until(office, lambda got: got[-1].status_code == 200 and len(got) > 1)
    again = office.store.generations.current()
    damage()
    statuses, _ = answers_until(office, lambda got: got[-1].status_code == 503)
    assert statuses <= {200, 503}
    eventually(lambda: "damaged again" in logged())
    assert office.store.generations.current() == again
    health = office.http.get("/health/ready")
    assert (health.status_code, "look after the disk" in health.text) == (503, True)
    assert office.ana.asks_once("/api/clients").status_code == 503


@pytest.mark.parametrize("damage", [no_database, corrupted_file, tables_gone])
def test_what_was_damaged_before_the_start_is_made_anew_by_it(office_folder, master_key_file, tmp_path, damage):
    with copied_folder(office_folder, master_key_file, tmp_path / "data") as store:
        before = store.generations.current()
        damage(store, before)
        with serving(store, office_folder.tokens) as office:
            statuses, _ = answers_until(office, lambda got: got[-1].status_code == 200)
            assert statuses <= {200, 503}
            assert store.generations.current() not in {None, before}


def test_a_generation_that_was_replaced_and_dropped_is_not_damaged(office):
    """While somebody still reads it: the one chance to make damaged read models anew is kept."""
    store, before = office.store, office.store.generations.current()
    generation = store.generations.open(before)
    rebuild(store)
    with generation.reading.connect() as db:
        store.generations.drop(before)
        with pytest.raises(sqlalchemy.exc.DBAPIError) as failed:
            db.exec_driver_sql("SELECT 1 FROM client_details_that_are_gone")
    assert not store.damage.seen_to(generation, failed.value, PROJECTIONS)
    generation.close()


def test_a_query_that_names_no_table_of_ours_is_a_bug_and_drops_nothing(office):
    before = office.store.generations.current()
    generation = office.store.generations.open(before)
    with generation.reading.connect() as db, pytest.raises(sqlalchemy.exc.DBAPIError) as failed:
        db.exec_driver_sql("SELECT 1 FROM no_such_table_of_ours")
    assert not office.store.damage.seen_to(generation, failed.value, PROJECTIONS)
    generation.close()
    assert office.store.generations.current() == before


def page_of_keys(store, _):
    """The one on which they begin, which nobody has read yet."""
    file = store.folder / "keys.db"
    with closing(sqlite3.connect(file)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        ((size,), (page_,)) = (
            db.execute("PRAGMA page_size").fetchone(),
            db.execute("SELECT rootpage FROM sqlite_master WHERE name = 'keys'").fetchone(),
        )
    with file.open("r+b") as writing:
        writing.seek(size * (page_ - 1))
        writing.write(size * b"\xa5")


def dropped(what):
    def damage(store, _):
        with psycopg.connect(store.address) as db:
            db.execute(sql.SQL(f"DROP {what} CASCADE"))

    return damage


@pytest.mark.parametrize(
    ("engine", "damage", "part"),
    [
        ("sqlite", page_of_keys, "keys"),
        ("postgres", raising("XX001", "keys", "keys"), "keys"),
        ("postgres", raising("XX002", "events", "public"), "log"),
        ("postgres", dropped("SCHEMA keys"), "keys"),
        ("postgres", dropped("TABLE keys.keys"), "keys"),
        ("postgres", dropped("TABLE events"), "log"),
    ],
)
def test_damaged_keys_or_log_are_told_and_the_read_models_stay(request, engine, damage, part):
    office = request.getfixturevalue(f"{engine}_office")
    before = office.store.generations.current()
    damage(office.store, before)
    assert office.ana.post("/api/clients", {"name": "Ana"}).status_code == 503
    health = office.http.get("/health/ready", headers={"Host": "127.0.0.1"})
    assert (health.status_code, "restore a backup" in health.json()["read_models"].get(part, "")) == (503, True)
    assert office.store.generations.current() == before


@pytest.mark.parametrize("part", ["log", "keys"])
def test_dropped_tables_are_told_before_anybody_writes(postgres_office, part):
    dropped({"log": "TABLE events", "keys": "SCHEMA keys"}[part])(postgres_office.store, None)
    assert "restore a backup" in ready(postgres_office)[part]


def ready(office):
    """What whoever runs the service is told to be wrong beside the read models."""
    health = office.http.get("/health/ready", headers={"Host": "127.0.0.1"})
    told = {part: line for part, line in health.json()["read_models"].items() if part in {"log", "keys", "disk"}}
    assert health.json()["ready"] is (health.status_code == 200) is not bool(told)
    return told


def moved(folder, files, to):
    to.mkdir()
    for file in folder.glob(files):
        file.rename(to / file.name)


def replaced(folder, files, to):
    """By the very same bytes: what matters is that they are written elsewhere."""
    moved(folder, files, to)
    for file in to.iterdir():
        shutil.copy2(file, folder)


@pytest.mark.parametrize("done", [moved, replaced])
@pytest.mark.parametrize(
    ("files", "part"), [("events.db*", "log"), ("events.db-wal", "log"), ("events.db-shm", "log"), ("keys.db*", "keys")]
)
def test_nothing_is_taken_into_files_that_somebody_deleted_or_replaced(
    sqlite_office, tmp_path, logged, done, files, part
):
    """It would be gone at the next stop. Once they are back all goes on, and nothing that was taken is missing."""
    office, folder = sqlite_office, sqlite_office.store.folder
    known = office.client("Ana Ruiz")
    head, _ = office.store.events.head()
    done(folder, files, tmp_path / "away")
    assert office.ana.post("/api/clients", {"name": "Berta Gil"}).status_code == 503
    assert office.ana.post(f"/api/clients/{known}/blocking", {"reason": "Lo pide"}).status_code == 503
    name = files.removesuffix("*")
    assert list(ready(office)) == [part]
    assert f"{folder / name} was deleted or replaced" in ready(office)[part]
    assert "somebody has to see to the store" in logged()

    for file in (tmp_path / "away").iterdir():
        file.replace(folder / file.name)
    assert (ready(office), office.store.events.head()[0]) == ({}, head)
    office.client("Berta Gil")
    assert {one["name"] for one in office.ana.sees("/api/clients")["items"]} == {"Ana Ruiz", "Berta Gil"}


def test_no_password_or_token_is_taken_into_a_log_that_somebody_deleted(sqlite_office, tmp_path):
    """On a connection from before, or on a new one, which makes no new file."""
    office, folder = sqlite_office, sqlite_office.store.folder
    with closing(credentials(office.store)) as before, closing(credentials(office.store)) as since:
        assert before.issue("ana", now=office.clock.now)
        moved(folder, "events.db*", tmp_path / "away")
        for logins in (before, since):
            with pytest.raises(UNAVAILABLE):
                logins.issue("ana", now=office.clock.now)
        assert not (folder / "events.db").exists()
        for file in (tmp_path / "away").iterdir():
            file.replace(folder / file.name)
        assert before.issue("ana", now=office.clock.now) != since.issue("ana", now=office.clock.now)


@pytest.mark.parametrize("content", [b"", b"no database at all"])
@pytest.mark.parametrize(("file", "part"), [("events.db", "log"), ("keys.db", "keys")])
def test_nothing_is_taken_into_a_file_that_somebody_has_written_over(sqlite_office, logged, file, part, content):
    """In place, so that it is the same file to the disk, and SQLite goes on with what it remembers."""
    office = sqlite_office
    (office.store.folder / file).write_bytes(content)
    assert {office.ana.post("/api/clients", {"name": f"Berta {number}"}).status_code for number in range(3)} == {503}
    assert "restore a backup" in ready(office)[part]
    assert "somebody has to see to the store" in logged()


def test_damage_of_what_lies_beside_the_events_is_told_as_the_logs(sqlite_office):
    """Such as the log-ins, which others than the log itself read."""
    office, file = sqlite_office, sqlite_office.store.folder / "events.db"
    with closing(sqlite3.connect(file)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (size,) = db.execute("PRAGMA page_size").fetchone()
        (tokens,) = db.execute("SELECT rootpage FROM sqlite_master WHERE name = 'tokens'").fetchone()
    with file.open("r+b") as writing:
        writing.seek(size * (tokens - 1))
        writing.write(size * b"\xa5")
    assert office.ana.post("/api/clients", {"name": "Ana"}).status_code == 503
    assert page(office).status_code == 503
    assert "restore a backup" in ready(office)["log"]
