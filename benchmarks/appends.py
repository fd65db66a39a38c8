"""Appending a payment, one thread: load, decide, encrypt, append and chain, beside the library's own load and save."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import cycle, islice
from uuid import UUID, uuid4

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event
from psycopg.conninfo import conninfo_to_dict

from application.case_files import open_case_file
from application.clients import register_client
from application.payments import record_payment
from application.streams import Command
from benchmarks.figures import Figure, rate, side_by_side
from benchmarks.places import Places
from domain.case_file import CaseFile
from domain.case_file.debt import Item
from domain.client.details import Details
from domain.money import Money
from domain.payments import Method, NewPayment
from domain.people import Actor, Role
from infrastructure.stores import Store

CASE_FILES = 300
PAYMENTS = 600
RUNS = 7

ANA = Actor("ana", frozenset({Role.SUPERVISOR}))
TODAY = date(2026, 11, 20)


class Debt(Aggregate):
    """As the library's documentation writes one: the same data as our event, neither encrypted nor chained."""

    @event("Opened")
    def __init__(self, reference: str, principal: Decimal) -> None:
        self.reference, self.principal = reference, principal
        self.payments = dict[UUID, Decimal]()

    @event("PaymentRecorded")
    def record_payment(
        self, payment_id: UUID, amount: Decimal, currency: str, received_on: str, method: str, payer: str, note: str
    ) -> None:
        del currency, received_on, method, payer, note  # kept by the event alone
        self.payments[payment_id] = amount


def figures(places: Places) -> Iterator[Figure]:
    with places.sqlite("appends") as store:
        yield appending("SQLite", store, library_on_sqlite(places, "appends"))
    with places.postgres("appends") as store:
        yield appending("PostgreSQL", store, library_on_postgres(places, "appends"))


def appending(
    engine: str,
    store: Store,
    settings: dict[str, str],
    case_files: int = CASE_FILES,
    payments: int = PAYMENTS,
    runs: int = RUNS,
) -> Figure:
    ours = _ours(store, case_files, payments)
    with Application[UUID](settings) as library:
        theirs = _theirs(library, case_files, payments)
        side_by_side(ours, theirs, runs=1)  # every debt is loaded once before it counts
        mine, other = side_by_side(ours, theirs, runs=runs)
    return Figure(
        f"append a payment, {engine}",
        "the library's own load + save",
        rate(payments, mine, "payments"),
        rate(payments, other, "payments"),
        other / mine,
        1.2,
    )


def _ours(store: Store, case_files: int, payments: int) -> Callable[[], None]:
    turn = cycle([_opened(store, number) for number in range(case_files)])

    def pay() -> None:
        for case_file in islice(turn, payments):
            new = NewPayment(
                Money.of("55.94", "EUR"), TODAY, Method.CASH, payer="Juan Pérez", note="En mano, en su portal"
            )
            record_payment(store.events, _command(), CaseFile, case_file, payment_id=uuid4(), payment=new)

    return pay


def _opened(store: Store, number: int) -> UUID:
    debtor, case_file = uuid4(), uuid4()
    register_client(store.events, _command(), debtor, reference=f"D-{number}", details=Details("Juan Pérez"))
    owed = Item(f"F-{number}", TODAY, TODAY, Money.of(1_000_000, "EUR"))
    open_case_file(
        store.events,
        _command(),
        case_file,
        reference=f"E-{number}",
        creditor_id=None,
        debtor_id=debtor,
        currency="EUR",
        opened_on=TODAY,
        items=[owed],
    )
    return case_file


def _theirs(library: Application[UUID], case_files: int, payments: int) -> Callable[[], None]:
    debts = [Debt(reference=f"E-{number}", principal=Decimal(1_000_000)) for number in range(case_files)]
    library.save(*debts)
    turn = cycle([debt.id for debt in debts])

    def pay() -> None:
        for debt_id in islice(turn, payments):
            debt: Debt = library.repository.get(debt_id)
            debt.record_payment(
                uuid4(), Decimal("55.94"), "EUR", str(TODAY), "cash", "Juan Pérez", "En mano, en su portal"
            )
            library.save(debt)

    return pay


def _command() -> Command:
    command_id = uuid4()
    return Command(command_id, ANA, datetime.now(UTC), TODAY, command_id, route="benchmark")


def library_on_sqlite(places: Places, name: str) -> dict[str, str]:
    """The library's settings for a database of its own."""
    file = places.folder / f"library-{name}.db"
    return {"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": str(file)}


def library_on_postgres(places: Places, name: str) -> dict[str, str]:
    parts = conninfo_to_dict(places.new_database(f"library_{name}"))
    return {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "POSTGRES_DBNAME": str(parts["dbname"]),
        "POSTGRES_HOST": str(parts["host"]),
        "POSTGRES_PORT": str(parts.get("port", "5432")),
        "POSTGRES_USER": str(parts["user"]),
        "POSTGRES_PASSWORD": str(parts.get("password", "none")),
    }
