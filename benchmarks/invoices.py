"""The figures of a million invoices beside those of ten thousand, for it must not matter how many there are; and
issuing an invoice under its series' next number, beside the same with the library's own load and save."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import islice
from random import Random
from statistics import median
from typing import Any, ClassVar
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event
from sqlalchemy import Connection

from application.clients import register_client
from application.invoices import draft_invoice, issue_invoice
from application.issuer import describe_issuer
from application.streams import Command
from benchmarks.appends import library_on_postgres, library_on_sqlite
from benchmarks.figures import Figure, rate, seconds, side_by_side
from benchmarks.places import Places
from benchmarks.receivables import COLLECTORS
from domain.client.details import Address, Details, Identification, IdentificationKind
from domain.invoice.issuing import Issuance, NewInvoice
from domain.issuer import Identity
from domain.lines import NewLine
from domain.payment_reference import payment_reference
from domain.people import OPERATOR, Actor, Role
from infrastructure.read_models.served import PROJECTIONS, ReadModels
from infrastructure.stores import Store
from projections.bulk import insert_rows
from projections.invoices import tables
from projections.invoices.project.counting import NOTHING, Place, by_month, count
from projections.invoices.status import invoice_status
from projections.invoices.steps import Change, Terms, invoice_steps
from projections.projection import NEVER, NOT_YET

FEW, MANY = 10_000, 1_000_000
INVOICES_EACH = 50
"""How many a client has."""

MADE_AT_ONCE = 20_000
RUNS = 100
FIRST, TODAY = date(2022, 1, 1), date(2026, 11, 20)

ISSUED, ISSUE_RUNS = 300, 5

SUPERVISOR = Actor("supervisor1", frozenset({Role.SUPERVISOR}))
COLLECTOR = Actor(COLLECTORS[0], frozenset({Role.COLLECTOR}))


def figures(places: Places) -> Iterator[Figure]:
    with places.sqlite("few invoices") as store:
        few = status_answers(store, FEW)
    with places.sqlite("many invoices") as store:
        many = status_answers(store, MANY)
    yield _status_figure("SQLite", few, many)
    with places.postgres("few_invoices") as store:
        few = status_answers(store, FEW)
    with places.postgres("many_invoices") as store:
        many = status_answers(store, MANY)
    yield _status_figure("PostgreSQL", few, many)
    with places.sqlite("issuing") as store:
        yield issuing("SQLite", store, library_on_sqlite(places, "issuing"))
    with places.postgres("issuing") as store:
        yield issuing("PostgreSQL", store, library_on_postgres(places, "issuing"))


# The figures


def _status_figure(engine: str, few: float, many: float) -> Figure:
    return Figure(
        f"invoice status over {MANY:,} invoices, {engine}",
        f"over {FEW:,}",
        f"{many * 1000:.2f} ms",
        f"{few * 1000:.2f} ms",
        many / few,
        1.3,
        at_most=True,
    )


def status_answers(store: Store, invoices: int, runs: int = RUNS) -> float:
    """The median seconds of an answer: to a supervisor and a collector, of one client, of a year, and in the past."""
    _make(store, invoices)
    read_models = ReadModels(store)
    asked: list[Mapping[str, Any]] = [
        {"viewer": SUPERVISOR, "as_of": TODAY},
        {"viewer": SUPERVISOR, "as_of": TODAY, "year": TODAY.year},
        {"viewer": SUPERVISOR, "as_of": TODAY - timedelta(days=500)},
        {"viewer": COLLECTOR, "as_of": TODAY},
        {"viewer": SUPERVISOR, "as_of": TODAY, "client_id": _client(0)},
    ]
    taken: list[float] = []
    for _ in range(runs):
        for one in asked:
            with read_models.snapshot() as snapshot:
                taken.append(seconds(lambda db=snapshot.db, one=one: invoice_status(db, **one)))
    read_models.close()
    return median(taken)


def _make(store: Store, invoices: int) -> None:
    generation = store.generations.open(1, making=True)
    generation.create(PROJECTIONS)
    with generation.writing.begin() as db:
        _fill(db, invoices // INVOICES_EACH)
    generation.index(PROJECTIONS)
    generation.close()
    store.generations.serve(generation.number)


def _fill(db: Connection, clients: int) -> None:
    """Straight into the tables: how rows come there is measured elsewhere."""
    random = Random(1)  # noqa: S311 - the same rows every time
    of_all: dict[UUID, dict[Place, dict[str, int]]] = defaultdict(_nothing_changed)
    written: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for number in range(clients):
        client_id, collector = _client(number), COLLECTORS[number % len(COLLECTORS)]
        written["clients"].append(_client_row(client_id, number, collector))
        own = _nothing_changed()
        for _ in range(INVOICES_EACH):
            row, terms, changes = _invoice(random, client_id, collector)
            written["invoices"].append(row)
            for step in invoice_steps(terms, changes):
                written["steps"].append(
                    {"document_id": row["invoice_id"], **{name: getattr(step, name) for name in step.__slots__}}
                )
                count(own, step, 1)
        _counted(written, client_id, own)
        for scope in (tables.EVERYBODY, tables.portfolio(collector)):
            for place, values in own.items():
                for name, value in values.items():
                    of_all[scope][place][name] += value
        if len(written["steps"]) > MADE_AT_ONCE:
            _write(db, written)
    for scope, changed in of_all.items():
        _counted(written, scope, changed)
    _write(db, written)


def _write(db: Connection, written: dict[str, list[Mapping[str, Any]]]) -> None:
    for name, rows in written.items():
        table = getattr(tables, name)
        insert_rows(db, table, [{**dict.fromkeys(table.columns.keys()), **row} for row in rows])
    written.clear()


def _nothing_changed() -> dict[Place, dict[str, int]]:
    return defaultdict(lambda: defaultdict(int))


def _counted(
    written: Mapping[str, list[Mapping[str, Any]]], scope: UUID, changed: Mapping[Place, Mapping[str, int]]
) -> None:
    for name, day, places in (("days", "day", changed), ("months", "month", by_month(changed))):
        for (when, year, currency), values in places.items():
            key = {"scope_id": scope, day: when, "year": year, "currency": currency}
            written[name].append({**key, **NOTHING, **values})


def _client(number: int) -> UUID:
    return uuid5(NAMESPACE_URL, f"client {number}")


def _client_row(client_id: UUID, number: int, collector: str) -> Mapping[str, Any]:
    return {
        "client_id": client_id,
        "reference": f"C-{number:07}",
        "name": f"Cliente {number}",
        "name_key": f"cliente {number}",
        "collector": collector,
        "holdings": "",
        "standing": "usable",
        "survivor_id": client_id,
        "skipped_until": NOT_YET,
    }


def _invoice(random: Random, client_id: UUID, collector: str) -> tuple[Mapping[str, Any], Terms, list[Change]]:
    """Sent as it is issued; nine of ten are paid within some months, some of them in part."""
    issued_on = FIRST + timedelta(days=random.randrange((TODAY - FIRST).days))
    amount, due_on = random.randrange(1_000, 500_000), issued_on + timedelta(days=30)
    terms = Terms("EUR", amount, issued_on, issued_on, due_on, NEVER)
    changes = [Change(issued_on, sent=True)]
    paid_on = issued_on + timedelta(days=random.randrange(5, 90))
    paid = amount if random.random() < 0.9 else amount // 2  # noqa: PLR2004 - nine of ten
    if paid_on <= TODAY:
        changes.append(Change(paid_on, paid=paid))
    paid = paid if paid_on <= TODAY else 0
    invoice_id = UUID(int=random.getrandbits(128))
    row = {
        "invoice_id": invoice_id,
        "client_id": client_id,
        "client_key": "cliente",
        "collector": collector,
        "position": 1,
        "correlation_id": UUID(int=0),
        "state": "paid" if paid == amount else "partial" if paid else "pending",
        "number": f"F{issued_on:%Y}-{random.randrange(10**6)}",
        "payment_reference": payment_reference(invoice_id),
        "number_key": "",
        "currency": "EUR",
        "imported": False,
        "drafted_on": issued_on,
        "issued_on": issued_on,
        "dated_on": issued_on,
        "due_on": due_on,
        "sent_on": issued_on,
        "voided_on": NEVER,
        "disputed_on": NEVER,
        "payable": amount,
        "owed": amount,
        "paid": paid,
        "outstanding": amount - paid,
        "credit": 0,
        "unapproved": 0,
        "waiting": 0,
        "refunding": 0,
        "base": amount,
        "tax": 0,
    }
    return row, terms, changes


# Issuing


class Series(Aggregate):
    """As the library's documentation writes one, with snapshots, or each number would take longer than the last."""

    @event("Began")
    def __init__(self, code: str) -> None:
        self.code, self.sequence = code, 0

    @event("NumberTaken")
    def take(self, invoice_id: UUID, taken_on: str) -> None:
        del invoice_id, taken_on
        self.sequence += 1


class Invoice(Aggregate):
    """The same data as our events, neither encrypted nor chained."""

    @event("Drafted")
    def __init__(self, client_id: UUID, currency: str, lines: list[dict[str, str]], due_days: int) -> None:
        self.client_id, self.currency, self.lines, self.due_days = client_id, currency, lines, due_days
        self.number = ""

    @event("Issued")
    def issue(
        self,
        number: str,
        series: str,
        issued_on: str,
        due_on: str,
        issuer: dict[str, str],
        recipient: dict[str, str],
        taxes: list[dict[str, str]],
        gross: Decimal,
        payable: Decimal,
    ) -> None:
        del series, issued_on, due_on, issuer, recipient, taxes, gross, payable
        self.number = number


class Invoicing(Application[UUID]):
    snapshotting_intervals: ClassVar[dict[type[Any], int]] = {Series: 20}


ISSUER = Identity("Recobros del Sur S.L.", "B41234568", "Calle Sierpes 1", "41004", "Sevilla", "ES")
LINE = NewLine("Gestión de cobro", Decimal(3), Decimal("55.94"), Decimal(21))


def issuing(
    engine: str, store: Store, settings: dict[str, str], issued: int = ISSUED, runs: int = ISSUE_RUNS
) -> Figure:
    ours = _ours(store, issued, runs)
    with Invoicing(settings) as library:
        theirs = _theirs(library, issued, runs)
        side_by_side(ours, theirs, runs=1)
        mine, other = side_by_side(ours, theirs, runs=runs)
    return Figure(
        f"issue an invoice, {engine}",
        "the library's own load + save",
        rate(issued, mine, "invoices"),
        rate(issued, other, "invoices"),
        other / mine,
        1.2,
    )


def _ours(store: Store, issued: int, runs: int) -> Callable[[], None]:
    describe_issuer(store.events, _command(), identity=ISSUER)
    client_id = uuid4()
    address = Address("Calle Mayor 1", "28001", None, "Madrid")
    identification = Identification(IdentificationKind.NIF, "12345678Z")
    register_client(
        store.events,
        _command(),
        client_id,
        reference=None,
        details=Details("Juan Pérez", None, identification, address),
    )
    drafts: list[UUID] = []
    for _ in range(issued * (runs + 1)):
        drafts.append(uuid4())
        new = NewInvoice("EUR", [LINE], 30)
        draft_invoice(store.events, _command(), drafts[-1], client_id=client_id, invoice=new)
    turn = iter(drafts)

    def issue() -> None:
        for invoice_id in islice(turn, issued):
            issue_invoice(store.events, _command(), invoice_id, issuance=Issuance(TODAY))

    return issue


def _theirs(library: Invoicing, issued: int, runs: int) -> Callable[[], None]:
    series, client_id = Series(code="F"), uuid4()
    line = {"description": LINE.description, "quantity": "3", "unit_price": "55.94", "tax_rate": "21"}
    drafts = [
        Invoice(client_id=client_id, currency="EUR", lines=[line], due_days=30) for _ in range(issued * (runs + 1))
    ]
    library.save(series, *drafts)
    turn = iter([draft.id for draft in drafts])
    issuer = {name: getattr(ISSUER, name) for name in ("name", "tax_id", "street", "postcode", "city", "country")}
    recipient = {"name": "Juan Pérez", "tax_id": "12345678Z", "street": "Calle Mayor 1", "postcode": "28001"}
    tax = {"rate": "21", "treatment": "S1", "base": "167.82", "tax": "35.24"}
    due_on = str(TODAY + timedelta(days=30))

    def issue() -> None:
        for invoice_id in islice(turn, issued):
            invoice: Invoice = library.repository.get(invoice_id)
            numbers: Series = library.repository.get(series.id)
            numbers.take(invoice_id, str(TODAY))
            number = f"F2026-{numbers.sequence:04}"
            total = Decimal("203.06")
            invoice.issue(number, "F2026", str(TODAY), due_on, issuer, recipient, [tax], total, total)
            library.save(invoice, numbers)

    return issue


def _command() -> Command:
    command_id = uuid4()
    return Command(command_id, OPERATOR, datetime.now(UTC), TODAY, command_id, route="benchmark")
