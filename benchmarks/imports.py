"""Importing clients with all that is known of them, and invoices, beside a bare bulk insert of the same cells.

Ours reads each cell, decides, claims references and identifications, encrypts, chains and appends in one transaction.
The bound is our own.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import partial
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

ROWS = 100_000
CLIENTS_INVOICED = 1_000

CLIENTS = ("reference", "name", "identification", "phones", "emails", "street", "postcode", "city", "zone", "notes")
INVOICES = ("number", "client_reference", "issued_on", "due_on", "currency", "total", "description", "quantity",
            "unit_price", "tax_rate", "sent_on")  # fmt: skip
ANA = Actor("ana", frozenset({Role.SUPERVISOR}))
TODAY = date(2026, 11, 20)


def figures(places: Places) -> Iterator[Figure]:
    clients, invoices = clients_to_import(ROWS), invoices_to_import(ROWS, CLIENTS_INVOICED)
    for what, contents, table, before in (
        ("clients", Contents.CLIENTS, clients, None),
        ("invoices", Contents.INVOICES, invoices, clients_to_import(CLIENTS_INVOICED)),
    ):
        place = f"imported_{what}"
        with places.sqlite(place) as store:
            bare = str(places.folder / f"bare_{what}.db")
            yield importing(what, "SQLite", store, contents, table, before, partial(bare_sqlite, bare, table))
        address = places.new_database(f"bare_{what}")
        with places.postgres(place) as store:
            yield importing(what, "PostgreSQL", store, contents, table, before, partial(bare_postgres, address, table))


def importing(
    what: str,
    engine: str,
    store: Store,
    contents: Contents,
    table: Table,
    before: Table | None,
    bare: Callable[[], None],
) -> Figure:
    """Once each: a file that is loaded again changes nothing. `before` are the clients that have to be there."""
    if before is not None:
        _import(store, Contents.CLIENTS, before)
    mine, other = seconds(lambda: _import(store, contents, table)), seconds(bare)
    return Figure(
        f"import of {len(table.rows):,} {what}, {engine}",
        "a bare bulk insert of the same cells",
        rate(len(table.rows), mine, what),
        rate(len(table.rows), other, what),
        other / mine,
        0.005,
    )


def clients_to_import(count: int) -> Table:
    """Each with two phones and an e-mail."""
    random = Random(7)  # noqa: S311 - chance, not secrecy

    def row(number: int) -> Row:
        nif = f"{number:08}{dni.calc_check_digit(f'{number:08}')}"
        phones = f"6{number:08}|9{10_000_000 + number:08}"
        street = f"Calle {random.randrange(500)}, {random.randrange(90)}"
        at = (street, f"{random.randrange(1000, 52999):05}", f"Ciudad {number % 300}", f"Zona {number % 40}")
        cells = (f"C-{number}", f"Juan Pérez {number}", nif, phones, f"c{number}@example.com", *at, "Por las tardes")
        return Row(number + 2, cells)

    return Table(CLIENTS, [row(number) for number in range(count)])


def invoices_to_import(count: int, clients: int) -> Table:
    """Of a few years, each of one line with its tax, sent the day it was issued."""
    random = Random(7)  # noqa: S311 - chance, not secrecy

    def row(number: int) -> Row:
        issued = TODAY - timedelta(days=random.randrange(1500))
        quantity, price = random.randrange(1, 20), Decimal(random.randrange(100, 100_000)) / 100
        total = (quantity * price * Decimal("1.21")).quantize(Decimal("0.01"), ROUND_HALF_UP)
        charged = (f"Servicios {number % 500}", str(quantity), str(price), "21")
        known_as = (f"A-{number}", f"C-{random.randrange(clients)}")
        days = (str(issued), str(issued + timedelta(days=30)))
        return Row(number + 2, (*known_as, *days, "EUR", str(total), *charged, str(issued)))

    return Table(INVOICES, [row(number) for number in range(count)])


def _import(store: Store, contents: Contents, table: Table) -> None:
    command_id = uuid4()
    command = Command(command_id, ANA, datetime.now(UTC), TODAY, command_id, route="benchmark")
    report = import_file(store.events, command, table, contents)
    assert report.clients + report.invoices == len(table.rows)  # noqa: S101 - or nothing was measured


def bare_sqlite(path: str, table: Table) -> None:
    with closing(sqlite3.connect(path)) as db, db:
        db.execute(f"CREATE TABLE bare ({', '.join(table.header)})")
        marks = ", ".join("?" for _ in table.header)
        db.executemany(f"INSERT INTO bare VALUES ({marks})", [row.cells for row in table.rows])  # noqa: S608 - marks


def bare_postgres(address: str, table: Table) -> None:
    with psycopg.connect(address) as db, db.cursor() as cursor:
        cursor.execute(f"CREATE TABLE bare ({', '.join(f'{name} text' for name in table.header)})")  # type: ignore[arg-type]
        with cursor.copy("COPY bare FROM STDIN") as copy:
            for row in table.rows:
                copy.write_row(row.cells)
