"""Importing clients with all that is known of them, beside a bare bulk insert of the same cells.

Ours reads each cell, decides, claims references and identifications, encrypts, chains and appends in one transaction.
The bound is our own.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from random import Random
from uuid import uuid4

import psycopg
from stdnum.es import dni

from application.imports import import_file
from application.imports.maps import Contents
from application.imports.table import Row, Table
from application.streams import Command
from benchmarks.figures import Figure, rate, seconds
from benchmarks.places import Places
from domain.people import Actor, Role
from infrastructure.stores import Store

CLIENTS = 100_000

COLUMNS = ("reference", "name", "identification", "phones", "emails", "street", "postcode", "city", "zone", "notes")
ANA = Actor("ana", frozenset({Role.SUPERVISOR}))
TODAY = date(2026, 11, 20)


def figures(places: Places) -> Iterator[Figure]:
    table = _table()
    with places.sqlite("imports") as store:
        yield _figure("SQLite", store, table, lambda: _bare_sqlite(str(places.folder / "bare.db"), table))
    address = places.new_database("bare_imports")
    with places.postgres("imports") as store:
        yield _figure("PostgreSQL", store, table, lambda: _bare_postgres(address, table))


def _figure(engine: str, store: Store, table: Table, bare: Callable[[], None]) -> Figure:
    """Once each: a file that is loaded again changes nothing."""
    mine, other = seconds(lambda: _import(store, table)), seconds(bare)
    return Figure(
        f"import of {CLIENTS:,} clients, {engine}",
        "a bare bulk insert of the same cells",
        rate(CLIENTS, mine, "clients"),
        rate(CLIENTS, other, "clients"),
        other / mine,
        0.005,
    )


def _table() -> Table:
    """Each with two phones and an e-mail."""
    random = Random(7)  # noqa: S311 - chance, not secrecy

    def row(number: int) -> Row:
        nif = f"{number:08}{dni.calc_check_digit(f'{number:08}')}"
        phones = f"6{number:08}|9{10_000_000 + number:08}"
        street = f"Calle {random.randrange(500)}, {random.randrange(90)}"
        at = (street, f"{random.randrange(1000, 52999):05}", f"Ciudad {number % 300}", f"Zona {number % 40}")
        cells = (f"C-{number}", f"Juan Pérez {number}", nif, phones, f"c{number}@example.com", *at, "Por las tardes")
        return Row(number + 2, cells)

    return Table(COLUMNS, [row(number) for number in range(CLIENTS)])


def _import(store: Store, table: Table) -> None:
    command_id = uuid4()
    command = Command(command_id, ANA, datetime.now(UTC), TODAY, command_id, route="benchmark")
    report = import_file(store.events, command, table, Contents.CLIENTS)
    assert report.clients == CLIENTS  # noqa: S101 - or nothing was measured


def _bare_sqlite(path: str, table: Table) -> None:
    with closing(sqlite3.connect(path)) as db, db:
        db.execute(f"CREATE TABLE clients ({', '.join(COLUMNS)})")
        marks = ", ".join("?" for _ in COLUMNS)
        db.executemany(f"INSERT INTO clients VALUES ({marks})", [row.cells for row in table.rows])  # noqa: S608 - marks


def _bare_postgres(address: str, table: Table) -> None:
    with psycopg.connect(address) as db, db.cursor() as cursor:
        cursor.execute(f"CREATE TABLE clients ({', '.join(f'{name} text' for name in COLUMNS)})")  # type: ignore[arg-type]
        with cursor.copy("COPY clients FROM STDIN") as copy:
            for row in table.rows:
                copy.write_row(row.cells)
