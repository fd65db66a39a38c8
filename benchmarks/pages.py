"""The desk page at a million case files beside ten thousand, for it must not matter how many there are; and the page in
the browser, at a hundred thousand, beside the query that it shows."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from random import Random
from statistics import median
from typing import Any
from uuid import UUID, uuid4

from fastapi.testclient import TestClient
from sqlalchemy import Connection

from api.pages.context import SESSION
from application.business import add_user
from application.streams import Command
from benchmarks.figures import Figure, seconds, side_by_side
from benchmarks.places import Places
from benchmarks.receivables import COLLECTORS, TODAY
from domain.payment_reference import payment_reference
from domain.people import OPERATOR, Actor, Role
from infrastructure.main import build
from infrastructure.read_models.served import PROJECTIONS, ReadModels
from infrastructure.stores import Store
from infrastructure.wiring import credentials
from projections.bulk import insert_rows
from projections.days import as_of
from projections.desk import tables
from projections.desk.case_files import Filters, list_case_files
from projections.projection import NEVER, NOT_YET

FEW, SOME, MANY = 10_000, 100_000, 1_000_000
MADE_AT_ONCE = 50_000
PAGE, PAGES, RUNS = 50, 4, 40

TIMES_THE_QUERY = 20
"""Our own bound for a whole page: what writes the amounts, days and texts of 50 rows costs more than finding them."""

SUPERVISOR = Actor("supervisor1", frozenset({Role.SUPERVISOR}))
COLLECTOR = Actor(COLLECTORS[0], frozenset({Role.COLLECTOR}))
AS_OF = as_of(TODAY, country="ES", grace_days=0, idle_days=30)


def figures(places: Places) -> Iterator[Figure]:
    with places.sqlite("few pages") as store:
        few = desk_pages(store, FEW)
    with places.sqlite("many pages") as store:
        many = desk_pages(store, MANY)
    yield _figure("SQLite", few, many)
    with places.postgres("few_pages") as store:
        few = desk_pages(store, FEW)
    with places.postgres("many_pages") as store:
        many = desk_pages(store, MANY)
    yield _figure("PostgreSQL", few, many)
    with places.sqlite("first view") as store:
        yield first_view(store, SOME)


def _figure(engine: str, few: float, many: float) -> Figure:
    return Figure(
        f"the desk page at {MANY:,} case files, {engine}",
        f"at {FEW:,}",
        f"{many * 1000:.2f} ms",
        f"{few * 1000:.2f} ms",
        many / few,
        1.3,
        at_most=True,
    )


def desk_pages(store: Store, count: int, runs: int = RUNS) -> float:
    """The median seconds of a page: of a supervisor's and a collector's lists, by several columns, some pages deep."""
    _make(store, count)
    read_models = ReadModels(store)
    taken: list[float] = []
    for _ in range(runs):
        for viewer in (SUPERVISOR, COLLECTOR):
            for sort in ("next_action_on", "-outstanding", "debtor"):
                with read_models.snapshot() as snapshot:
                    taken.append(seconds(_pages_of(snapshot.db, viewer, sort)) / PAGES)
    read_models.close()
    return median(taken)


def first_view(store: Store, count: int, runs: int = RUNS) -> Figure:
    """The desk's list as a page, asked for in one process: the very first time, and by the median of what follows."""
    _make(store, count)
    now = datetime.now(UTC)
    add_user(store.events, Command(uuid4(), OPERATOR, now, now.date(), uuid4()), name="bench", roles=[Role.SUPERVISOR])
    logins, read_models = credentials(store), ReadModels(store)
    cookie = f"{SESSION}={logins.issue('bench', now=now)}"
    with TestClient(build(store)) as http:

        def view() -> None:
            assert http.get("/escritorio/case-files", headers={"Cookie": cookie}).status_code == 200  # noqa: S101, PLR2004

        def ask() -> None:
            with read_models.snapshot() as snapshot:
                list_case_files(snapshot.db, SUPERVISOR, AS_OF, Filters(), "next_action_on", None, PAGE)

        first = seconds(view)
        page, query = side_by_side(view, ask, runs=runs)
        read_models.close()
        logins.close()
    return Figure(
        f"the desk as a page at {count:,} case files, SQLite",
        "the bare query",
        f"{page * 1000:.1f} ms, the first time {first * 1000:.0f} ms",
        f"{query * 1000:.2f} ms",
        page / query,
        TIMES_THE_QUERY,
        at_most=True,
    )


def _make(store: Store, count: int) -> None:
    generation = store.generations.open(1, making=True)
    generation.create(PROJECTIONS)
    with generation.writing.begin() as db:
        _fill(db, count)
    generation.index(PROJECTIONS)
    generation.close()
    store.generations.serve(generation.number)


def _pages_of(db: Connection, viewer: Actor, sort: str) -> Callable[[], None]:
    def read() -> None:
        cursor = None
        for _ in range(PAGES):
            cursor = list_case_files(db, viewer, AS_OF, Filters(), sort, cursor, PAGE).next

    return read


def _fill(db: Connection, count: int) -> None:
    """Straight into the tables: how rows come there is measured elsewhere."""
    random = Random(1)  # noqa: S311 - the same rows every time
    for start in range(0, count, MADE_AT_ONCE):
        made = [_case_file(random, number) for number in range(start, min(start + MADE_AT_ONCE, count))]
        insert_rows(db, tables.clients, [client for client, _ in made])
        insert_rows(db, tables.case_files, [file for _, file in made])


def _case_file(random: Random, number: int) -> Sequence[Mapping[str, Any]]:
    collector, name = random.choice(COLLECTORS), f"deudor {random.randrange(10**6):06}"
    debtor, amount = UUID(int=random.getrandbits(128)), random.randrange(10_000, 500_000)
    case_file_id = UUID(int=random.getrandbits(128))
    client = {
        "client_id": debtor,
        "number": number + 1,
        "reference": f"D-{number:07}",
        "name": name,
        "name_key": name,
        "collector": collector,
        "holdings": "",
        "standing": "usable",
        "survivor_id": debtor,
        "owes": 1,
        "is_owed": 0,
    }
    file = {
        "case_file_id": case_file_id,
        "reference": f"E-{number:07}",
        "payment_reference": payment_reference(case_file_id),
        "debtor_id": debtor,
        "debtor_key": name,
        "collector": collector,
        "currency": "EUR",
        "opened_on": TODAY,
        "is_open": random.random() < 0.9,  # noqa: PLR2004 - nine of ten
        "closed_on": NEVER,
        "returned_since": NEVER,
        "stage": "amicable",
        "principal": amount,
        "outstanding": amount,
        "allocation": "costs interest principal",
        "dispute_since": NEVER,
        "last_action_on": NOT_YET,
        "next_action_on": TODAY.replace(day=random.randrange(1, 29)),
        "promise_due_on": NEVER,
        "promised_until": NOT_YET,
        "unpaid_since": TODAY,
        "worked_on": TODAY,
        "skipped_until": NOT_YET,
        "answered_on": NOT_YET,
        "answers_at": -1,
        "promises_kept": 0,
        "correlation_id": UUID(int=0),
    }
    zero = dict.fromkeys(
        ("costs", "interest", "adjustments", "credits", "collected", "unapproved", "waiting", "refunding"), 0
    )
    return (
        {**dict.fromkeys(tables.clients.columns.keys()), **client},
        {**dict.fromkeys(tables.case_files.columns.keys()), **file, **zero},
    )
