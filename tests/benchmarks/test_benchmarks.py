"""Each benchmark fills its tables and measures, at a size that says nothing of speed: so that a column that is new to a
read model is missed here, and not when somebody next measures."""

from collections import Counter
from functools import partial
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import create_engine, select

from application.imports.maps import Contents
from benchmarks import appends, crud, http, imports, invoices, library_desk, pages, portfolios, rebuilds
from benchmarks.places import Places
from benchmarks.receivables import fill
from infrastructure.read_models.served import ReadModels, rebuild
from projections import desk
from projections.desk.tables import metadata

ROWS = 60  # more than `bulk.COPIED_FROM`, and than a page has
CASE_FILES = 6

LEFT_OUT = {
    "answered_hours": {"case_file_id", "hour", "calls"},
    "case_files": {"promise_due_on", "promised_until", "promises_kept", "answers_at"},
    "promises": {"kept_on", "cleared_on", "covered_on"},
    "clients": {"number"},
    "counters": {"counter_id", "reached"},
}
"""What the library's desk does not work out, as it says itself."""


@pytest.fixture
def places(tmp_path):
    (tmp_path / "places").mkdir()
    return Places(tmp_path / "places")


@pytest.fixture
def empty_database(postgres_server):
    name = f"empty_{uuid4().hex}"
    with psycopg.connect(postgres_server("postgres"), autocommit=True) as db:
        db.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        yield postgres_server(name)
        db.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def rows_of_the_desk(db):
    """Its rows by table, as far as both sides work them out."""
    asked = {
        table.name: [column for column in table.columns if column.name not in LEFT_OUT.get(table.name, ())]
        for table in metadata.sorted_tables
    }
    return {name: Counter(map(tuple, db.execute(select(*columns)))) for name, columns in asked.items() if columns}


def test_pages_of_the_desk_are_measured(store):
    assert pages.desk_pages(store, ROWS, runs=1) > 0


def test_the_desk_as_a_page_is_measured(sqlite_store):
    assert pages.first_view(sqlite_store, ROWS, runs=1).measured > 0


def test_pages_of_portfolios_are_measured(sqlite_store):
    assert portfolios.portfolio_page(sqlite_store, ROWS, runs=1).measured > 0


def test_the_status_of_invoices_is_measured(store):
    assert invoices.status_answers(store, ROWS, runs=1) > 0


def test_issuing_is_measured(sqlite_store, places):
    settings = appends.library_on_sqlite(places, "issuing")
    assert invoices.issuing("SQLite", sqlite_store, settings, issued=2, runs=1).measured > 0


def test_appends_are_measured(sqlite_store, places):
    settings = appends.library_on_sqlite(places, "appends")
    assert appends.appending("SQLite", sqlite_store, settings, case_files=2, payments=3, runs=1).measured > 0


def test_imports_are_measured(sqlite_store, tmp_path):
    clients = imports.clients_to_import(3)
    issued = imports.invoices_to_import(4, clients=3)
    for contents, table in ((Contents.CLIENTS, clients), (Contents.INVOICES, issued)):
        bare = partial(imports.bare_sqlite, str(tmp_path / f"{contents}.db"), table)
        assert imports.importing("rows", "SQLite", sqlite_store, contents, table, None, bare).measured > 0


def test_the_ordinary_service_begins_with_as_many_case_files_as_ours(sqlite_store, tmp_path):
    ours = http.filled(sqlite_store, CASE_FILES, {})
    theirs = crud.fill(f"sqlite:///{tmp_path / 'crud.db'}", CASE_FILES, "token")
    assert len(ours.case_files) == len(theirs) == CASE_FILES


def test_the_bare_driver_folds_the_log_that_ours_is_rebuilt_from(sqlite_store, tmp_path):
    fill(sqlite_store, CASE_FILES)
    rebuilds.bare(sqlite_store.folder / "events.db", tmp_path / "bare.db")
    engine = create_engine(f"sqlite:///{tmp_path / 'bare.db'}")
    with engine.connect() as db:
        assert db.exec_driver_sql("SELECT count(*) FROM f").scalar() == CASE_FILES
    engine.dispose()


def keeps_the_same_desk(store, into, engine):
    fill(store, CASE_FILES)
    rebuild(store, [desk.projection])
    library_desk.project(store, into)
    ours = ReadModels(store, [desk.projection])
    with ours.snapshot() as snapshot, engine.connect() as theirs:
        assert rows_of_the_desk(theirs) == rows_of_the_desk(snapshot.db)
    ours.close()
    engine.dispose()


def test_the_library_keeps_the_same_desk_as_ours_on_sqlite(sqlite_store, tmp_path):
    file = str(tmp_path / "library.db")
    keeps_the_same_desk(sqlite_store, file, create_engine(f"sqlite:///{file}"))


def test_the_library_keeps_the_same_desk_as_ours_on_postgresql(postgres_store, empty_database):
    engine = create_engine(empty_database.replace("postgresql:", "postgresql+psycopg:"))
    keeps_the_same_desk(postgres_store, empty_database, engine)
