"""Rebuilds of read models: beside the library's projection, beside the bare driver, together, and their memory."""

import resource
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from itertools import count
from pathlib import Path
from typing import Any

import orjson

from benchmarks import library_desk
from benchmarks.figures import Figure, rate, side_by_side
from benchmarks.places import Places
from benchmarks.receivables import fill
from infrastructure.read_models.served import PROJECTIONS, rebuild
from infrastructure.stores import Store, open_store
from projections import desk
from projections.projection import Projection

CASE_FILES = 3_000
MANY_CASE_FILES = 100_000

ROOT = Path(__file__).parent.parent


def figures(places: Places) -> Iterator[Figure]:
    with places.sqlite("rebuilds") as store:
        fill(store, CASE_FILES)
        yield _beside_the_library(store, "SQLite", lambda number: str(places.folder / f"library-{number}.db"))
        yield _beside_the_bare_driver(store, places)
        yield _together(store)
    with places.postgres("rebuilds") as store:
        fill(store, CASE_FILES)
        yield _beside_the_library(store, "PostgreSQL", lambda number: places.new_database(f"library_{number}"))
    yield _memory(places)


def _beside_the_library(store: Store, engine: str, new_place: Callable[[int], str]) -> Figure:
    numbers = count()
    events, _ = store.events.head()
    ours, theirs = side_by_side(
        lambda: rebuild(store, [desk.projection]),
        lambda: library_desk.project(store, new_place(next(numbers))),
    )
    return Figure(
        f"rebuild of the escritorio, {engine}",
        "the library's projection, a transaction for each event",
        rate(events, ours),
        rate(events, theirs),
        theirs / ours,
        8,
    )


def _beside_the_bare_driver(store: Store, places: Places) -> Figure:
    assert store.folder is not None  # noqa: S101 - only asked of SQLite
    log, numbers = store.folder / "events.db", count()
    events, _ = store.events.head()
    ours, theirs = side_by_side(
        lambda: rebuild(store, [desk.projection]),
        lambda: bare(log, places.folder / f"bare-{next(numbers)}.db"),
    )
    return Figure(
        "rebuild of the escritorio, SQLite",
        "read, orjson, fold and bulk write with the bare driver",
        rate(events, ours),
        rate(events, theirs),
        theirs / ours,
        0.1,
    )


def bare(log: Path, into: Path) -> None:
    """The least that could be called the same: case files, payments, promises and actions, none of it decrypted."""
    files: dict[bytes, list[Any]] = {}
    payments: dict[str, list[Any]] = {}
    promises: list[Any] = []
    actions: list[Any] = []
    with sqlite3.connect(log) as source:
        for stream, name, state in source.execute("SELECT stream, name, state FROM events ORDER BY position"):
            event = orjson.loads(state)["event"]
            match name:
                case "CaseFileOpened":
                    principal = event["items"][0]["amount"]["amount"]
                    files[stream] = [stream, event["reference"], event["debtor_id"], principal, 0.0, 0, None, None]
                case "ActionLogged":
                    files[stream][6] = event["done_on"]
                    files[stream][7] = event["next_action_on"]
                    actions.append((stream, event["action_id"], event["done_on"], event["channel"], event["outcome"]))
                case "PromiseMade":
                    promises.append((stream, event["promise_id"], event["amount"]["amount"], event["due_on"]))
                case "PaymentRecorded":
                    files[stream][5] += 1
                    amount = float(event["amount"]["amount"])
                    payments[event["payment_id"]] = [stream, event["payment_id"], amount, event["received_on"], "open"]
                case "PaymentApproved":
                    payment = payments[event["payment_id"]]
                    payment[4] = "approved"
                    files[stream][4] += payment[2]
                    files[stream][5] -= 1
                case _:
                    pass
    with sqlite3.connect(into) as db:
        for table, rows in (("f", files.values()), ("p", payments.values()), ("m", promises), ("a", actions)):
            some = list(rows)
            columns = ", ".join(f"c{n}" for n in range(len(some[0])))
            db.execute(f"CREATE TABLE {table} ({columns})")
            marks = ", ".join("?" * len(some[0]))
            db.executemany(f"INSERT INTO {table} VALUES ({marks})", some)  # noqa: S608 - our own names
    db.close()


def _together(store: Store) -> Figure:
    events, _ = store.events.head()

    def alone(projection: Projection) -> Callable[[], object]:
        return lambda: rebuild(store, [projection])

    together, *each = side_by_side(lambda: rebuild(store), *map(alone, PROJECTIONS))
    return Figure(
        "rebuild of all read models together",
        "the sum of each alone",
        rate(events, together),
        f"{sum(each):.2f} s",
        together / sum(each),
        0.7,
        at_most=True,
    )


# Memory, of a process of its own


def _memory(places: Places) -> Figure:
    with places.sqlite("memory") as store:
        fill(store, MANY_CASE_FILES)
        events, _ = store.events.head()
        command = [sys.executable, "-m", "benchmarks.rebuilds", store.address, str(places.key_of("memory"))]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, cwd=ROOT)  # noqa: S603
        peak = int(done.stdout)
    return Figure(
        f"memory of a rebuild of {events:,} events",
        "",
        f"{peak} MB",
        "",
        peak,
        500,
        unit=" MB",
        at_most=True,
    )


def main(arguments: Sequence[str]) -> None:
    address, key = arguments
    with open_store(address, Path(key)) as store:
        rebuild(store)
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)


if __name__ == "__main__":
    main(sys.argv[1:])
