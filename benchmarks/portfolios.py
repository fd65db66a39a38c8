"""A page of a portfolio of a hundred thousand clients, beside the same rows asked for with the bare driver."""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from random import Random
from typing import Any
from uuid import UUID

from benchmarks.figures import Figure, side_by_side
from benchmarks.places import Places
from benchmarks.receivables import COLLECTORS, TODAY
from infrastructure.read_models.served import PROJECTIONS, ReadModels
from infrastructure.stores import Store
from projections.bulk import insert_rows
from projections.portfolios import tables
from projections.portfolios.clients import Asked, list_portfolio
from projections.projection import NOT_YET

CLIENTS = 100_000
MADE_AT_ONCE = 50_000
PAGE, RUNS = 50, 60

TIMES_THE_DRIVER = 20
"""Our own bound, as for the desk's page: typed rows are put together, where the driver's are bare tuples."""

BARE = """
SELECT c.client_id, c.reference, c.name, c.street, c.postcode, c.city, c.zone, c.standing, c.last_action_on,
       c.next_action_on, c.next_action, s.currency, s.owed, s.collected, s.waiting, p.value
FROM (SELECT * FROM portfolio_clients WHERE collector = ? AND is_listed = 1 ORDER BY name_key, client_id LIMIT ?) c
LEFT JOIN portfolio_sums s ON s.client_id = c.client_id
LEFT JOIN portfolio_phones p ON p.client_id = c.client_id AND p.usable
ORDER BY c.name_key, c.client_id
"""


def figures(places: Places) -> Iterator[Figure]:
    with places.sqlite("portfolios") as store:
        yield portfolio_page(store, CLIENTS)


def portfolio_page(store: Store, count: int, runs: int = RUNS) -> Figure:
    _make(store, count)
    read_models = ReadModels(store)
    asked = Asked(COLLECTORS[0])

    def page() -> None:
        with read_models.snapshot() as snapshot:
            found = list_portfolio(snapshot.db, asked, "name", None, PAGE)
        assert len(found.items) == PAGE  # noqa: S101

    assert store.folder is not None  # noqa: S101
    with closing(sqlite3.connect(store.folder / "readmodels.db")) as bare:

        def query() -> None:
            assert len(bare.execute(BARE, (COLLECTORS[0], PAGE)).fetchall()) == PAGE  # noqa: S101

        ours, drivers = side_by_side(page, query, runs=runs)
    read_models.close()
    return Figure(
        f"a page of a portfolio of {count:,} clients, SQLite",
        "the same rows with the bare driver",
        f"{ours * 1000:.2f} ms",
        f"{drivers * 1000:.2f} ms",
        ours / drivers,
        TIMES_THE_DRIVER,
        at_most=True,
    )


def _make(store: Store, count: int) -> None:
    """Straight into the tables: how rows come there is measured elsewhere."""
    generation = store.generations.open(1, making=True)
    generation.create(PROJECTIONS)
    random = Random(1)  # noqa: S311 - the same rows every time
    with generation.writing.begin() as db:
        for start in range(0, count, MADE_AT_ONCE):
            made = [_client(random, number) for number in range(start, min(start + MADE_AT_ONCE, count))]
            for place, table in enumerate((tables.clients, tables.sums, tables.phones)):
                insert_rows(db, table, [rows[place] for rows in made])
    generation.index(PROJECTIONS)
    generation.close()
    store.generations.serve(generation.number)


def _client(random: Random, number: int) -> tuple[Mapping[str, Any], Mapping[str, Any], Mapping[str, Any]]:
    client_id, name, owed = UUID(int=random.getrandbits(128)), f"deudor {random.randrange(10**6):06}", 12_345
    client = {
        "client_id": client_id,
        "reference": f"D-{number:07}",
        "name": name,
        "survivor_id": client_id,
        "holdings": "",
        "standing": "usable",
        "is_listed": True,
        "name_key": name,
        "street": "Calle Mayor 1",
        "postcode": "28001",
        "city": "Madrid",
        "zone": f"Zona {number % 20}",
        "collector": COLLECTORS[0],
        "is_creditor": False,
        "activity": "active",
        "most_owed": owed,
        **{f"most_{name}": owed for name in tables.MONEY_SORTS},
        "last_action_on": NOT_YET,
        "next_action_on": TODAY.replace(day=random.randrange(1, 29)),
        "next_action": "Llamar",
        "next_kind": "action",
    }
    phone = {"contact_id": UUID(int=random.getrandbits(128)), "position": 1, "value": "+34600123123", "whose": None}
    return (
        {**dict.fromkeys(tables.clients.columns.keys()), **client},
        {"client_id": client_id, "currency": "EUR", "owed": owed, "collected": 0, "waiting": 0},
        {"client_id": client_id, **phone, "preferred": False, "usable": True},
    )
