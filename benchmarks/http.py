"""Recobro over HTTP beside an ordinary CRUD service: payments recorded, pages of the desk, and how soon what was done
is to be seen.

Each side is one process of uvicorn, on the same kind of database with as many case files; eight clients load it from
a process of their own.
"""

import json
import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from http.client import HTTPConnection
from statistics import median, quantiles
from urllib.parse import urlencode
from uuid import UUID, uuid4

from application.business import add_user
from application.streams import Command
from benchmarks import crud
from benchmarks.figures import RUNS, Figure, rate
from benchmarks.places import Places
from benchmarks.receivables import fill
from domain.case_file.progress import CaseFileOpened
from domain.people import OPERATOR, Role
from infrastructure.read_models.served import rebuild
from infrastructure.stores import Store
from infrastructure.wiring import credentials

CASE_FILES = 2_000
CLIENTS = 8
PAYMENTS, PAGES, SEEN = 1_600, 800, 400
"""How many requests make a run."""

WITHIN = 0.020
"""Seconds, for 99 of 100 commands: so soon must be seen what was done."""

DESK = "/api/escritorio/case-files?limit=50"
UNAPPROVED = "/api/escritorio/unapproved-payments?limit=50"

RECOBRO = ("-c", "from infrastructure.cli import main; main()", "serve")
CRUD = ("-m", "uvicorn", "benchmarks.crud:app", "--factory", "--no-access-log", "--log-level", "error")

Request = tuple[str, str, str | None]


def figures(places: Places) -> Iterator[Figure]:
    with places.sqlite("http") as store:
        ours = filled(store, CASE_FILES, {"RECOBRO_MASTER_KEY_FILE": str(places.key_of("http"))})
        yield from _beside_crud("SQLite", ours, f"sqlite:///{places.folder / 'crud.db'}")
    with places.postgres("http") as store:
        ours = filled(store, CASE_FILES, {"RECOBRO_MASTER_KEY_FILE": str(places.master_key_file)})
        theirs = places.new_database("crud").replace("postgresql://", "postgresql+psycopg://")
        yield from _beside_crud("PostgreSQL", ours, theirs)


@dataclass(frozen=True)
class Side:
    """What Python is told to serve it, as people would, how to be let in (given its port), and its case files."""

    serve: Sequence[str]
    environment: Mapping[str, str]
    token: Callable[[int], str]
    case_files: Sequence[UUID]


@dataclass(frozen=True)
class Served:
    port: int
    token: str
    case_files: Sequence[UUID]

    def record_payments(self, number: int) -> float:
        """Seconds for so many."""
        return self._load(self._payments(number))[0]

    def show_desk(self, number: int) -> float:
        return self._load([("GET", DESK, None)] * number)[0]

    def see_payments(self, number: int) -> Sequence[float]:
        """For each payment, the seconds from its answer to that of a list which has it."""
        return self._load(self._payments(number), clients=1, until_visible=UNAPPROVED)[1]

    def _payments(self, number: int) -> Sequence[Request]:
        amount = {"amount": "0.01", "currency": "EUR"}
        body = json.dumps({"amount": amount, "received_on": date.today().isoformat(), "method": "transfer"})  # noqa: DTZ011
        files = self.case_files
        return [("POST", f"/api/case-files/{files[n % len(files)]}/payments", body) for n in range(number)]

    def _load(
        self, requests: Sequence[Request], *, clients: int = CLIENTS, until_visible: str = ""
    ) -> tuple[float, Sequence[float]]:
        asked = {
            "port": self.port,
            "token": self.token,
            "clients": clients,
            "requests": requests,
            "until_visible": until_visible,
        }
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.load"],
            input=json.dumps(asked).encode(),
            stdout=subprocess.PIPE,
            check=True,
        )
        told = json.loads(done.stdout)
        return told["seconds"], told["took"]


def _beside_crud(engine: str, ours: Side, crud_database: str) -> Iterator[Figure]:
    token = secrets.token_urlsafe()
    files = crud.fill(crud_database, CASE_FILES, token)
    theirs = Side(CRUD, {crud.DATABASE: crud_database}, lambda _: token, files)
    with ExitStack() as servers:
        mine, other = (servers.enter_context(_serving(side)) for side in (ours, theirs))
        yield _figure(
            f"record a payment over HTTP, {engine}", "payments", Served.record_payments, PAYMENTS, mine, other, 1.5
        )
        yield _figure(f"a desk page of 50 rows, {engine}", "pages", Served.show_desk, PAGES, mine, other, 3)
        seen = quantiles(mine.see_payments(SEEN), n=100)
        yield Figure(
            f"visible after a command, {engine}",
            "-",
            f"p50 {seen[49] * 1000:.1f} ms",
            "-",
            seen[98] * 1000,
            WITHIN * 1000,
            unit=" ms p99",
            at_most=True,
        )


def _figure(
    what: str,
    unit: str,
    load: Callable[[Served, int], float],
    number: int,
    ours: Served,
    theirs: Served,
    required: float,
) -> Figure:
    for side in (ours, theirs):
        load(side, number // 8)  # warm
    taken = [(load(ours, number), load(theirs, number)) for _ in range(RUNS)]
    mine, other = (median(column) for column in zip(*taken, strict=True))
    return Figure(
        what,
        "FastAPI + SQLAlchemy ORM CRUD",
        rate(number, mine, unit),
        rate(number, other, unit),
        other / mine,
        required,
    )


# Services


def filled(store: Store, case_files: int, environment: Mapping[str, str]) -> Side:
    fill(store, case_files)
    rebuild(store)
    password, now = secrets.token_urlsafe(), datetime.now(UTC)
    add_user(store.events, Command(uuid4(), OPERATOR, now, now.date(), uuid4()), name="bench", roles=[Role.SUPERVISOR])
    known = credentials(store)
    known.set_password("bench", password)
    known.close()
    opened = [one.stream for one in store.events.since(0, 100_000) if isinstance(one.event, CaseFileOpened)]
    return Side(
        RECOBRO,
        {"RECOBRO_STORE": store.address, "RECOBRO_REQUESTS_PER_MINUTE": "1000000", **environment},
        lambda port: _log_in(port, password),
        opened,
    )


def _log_in(port: int, password: str) -> str:
    connection = HTTPConnection("127.0.0.1", port)
    form = urlencode({"username": "bench", "password": password})
    connection.request("POST", "/api/token", form, {"Content-Type": "application/x-www-form-urlencoded"})
    token: str = json.load(connection.getresponse())["access_token"]
    return token


@contextmanager
def _serving(side: Side) -> Generator[Served]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    server = subprocess.Popen(  # noqa: S603 - our own command
        [sys.executable, *side.serve, "--port", str(port)],
        stdout=subprocess.DEVNULL,
        env={**os.environ, **side.environment},
    )
    try:
        _wait_until_ready(server, port)
        yield Served(port, side.token(port), side.case_files)
    finally:
        server.terminate()
        server.wait()


def _wait_until_ready(server: "subprocess.Popen[bytes]", port: int) -> None:
    while server.poll() is None:
        try:
            connection = HTTPConnection("127.0.0.1", port)
            connection.request("GET", "/health/ready")
            if connection.getresponse().status == 200:  # noqa: PLR2004 - OK
                return
        except ConnectionError:
            pass
        time.sleep(0.05)
    raise RuntimeError(f"the server ended with {server.returncode}")
