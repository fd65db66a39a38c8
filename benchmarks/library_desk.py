"""The desk as the `eventsourcing` library would have it kept: by its `Projection`, a transaction for each event.

It writes our tables with their indexes by hand-written statements, fewer than ours: neither promises nor arrears are
settled by what is paid, and clients are not counted. It reads our log through the library's own subscription and
decodes with our codec, which is quicker than the library's. So whatever the comparison says, the library was not made
to look slow.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from eventsourcing.persistence import Notification, Tracking
from eventsourcing.postgres import PostgresDatastore, PostgresTrackingRecorder
from eventsourcing.projection import Projection
from eventsourcing.sqlite import SQLiteDatastore, SQLiteTrackingRecorder
from psycopg.conninfo import conninfo_to_dict
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.schema import CreateIndex, CreateTable

from domain.case_file.activity import ActionLogged
from domain.case_file.progress import CaseFileOpened
from domain.case_file.promises import PromiseMade
from domain.client import ClientRegistered
from domain.client.portfolio import ClientAssignedToCollector
from domain.folding import endings, written_alike
from domain.payment_reference import payment_reference
from domain.payments import PaymentApproved, PaymentRecorded
from infrastructure.log.codec import Codec
from infrastructure.stores import Store
from projections.desk.tables import BACKWARDS, metadata
from projections.projection import NEVER, NOT_YET
from projections.sorting import sort_key

NAME = "recobro"

Statement = tuple[str, Mapping[str, Any]]


class Decoded(NamedTuple):
    position: int
    stream: UUID
    recorded_at: datetime
    actor: str
    correlation_id: UUID
    event: Any


class SQLiteDesk(SQLiteTrackingRecorder):
    def apply(self, statements: Iterator[Statement], tracking: Tracking) -> None:
        with self.datastore.transaction(commit=True) as cursor:
            self._insert_tracking(cursor, tracking)
            for statement, values in statements:
                cursor.execute(statement, {name: _stored(value) for name, value in values.items()})


class PostgresDesk(PostgresTrackingRecorder):
    def apply(self, statements: Iterator[Statement], tracking: Tracking) -> None:
        with self.datastore.transaction(commit=True) as cursor:
            self._insert_tracking(cursor, tracking)
            for statement, values in statements:
                cursor.execute(_for_psycopg(statement), values, prepare=True)


class Desk(Projection[Any]):
    def process_event(self, domain_event: Decoded, tracking: Tracking) -> None:
        self.view.apply(_statements(domain_event), tracking)


def project(store: Store, into: str) -> None:
    """The whole log, into a new database: an SQLite file, or a PostgreSQL address."""
    view = _postgres_desk(into) if into.startswith("postgresql://") else _sqlite_desk(into)
    desk, codec, (head, _) = Desk(view), Codec(), store.events.head()
    with store.log.subscribe(gt=0) as subscription:
        for notification in subscription:
            desk.process_event(_decoded(store, codec, notification), Tracking(NAME, notification.id))
            if notification.id == head:
                break
    view.datastore.close()


def _decoded(store: Store, codec: Codec, stored: Notification) -> Decoded:
    stream = UUID(str(stored.originator_id)) if isinstance(stored.originator_id, str) else stored.originator_id
    kept = codec.read(stored.topic, stored.state)
    keys = store.keys.to_read({client for client, _, _ in kept.personal})
    event = codec.event(stored.topic, kept, keys, stream=stream, version=stored.originator_version)
    recorded_at = kept.recorded_at.replace(tzinfo=None)
    return Decoded(stored.id, stream, recorded_at, kept.actor, kept.correlation_id, event)


def _sqlite_desk(file: str) -> SQLiteDesk:
    desk = SQLiteDesk(SQLiteDatastore(file))
    dialect = sqlite.dialect()
    desk.create_table_statements += [str(ddl.compile(dialect=dialect)) for ddl in _ddl()]
    desk.create_table()
    return desk


def _postgres_desk(address: str) -> PostgresDesk:
    parts = conninfo_to_dict(address)
    desk = PostgresDesk(
        PostgresDatastore(
            str(parts["dbname"]),
            str(parts.get("host", "")),
            str(parts.get("port", "")),
            str(parts["user"]),
            str(parts.get("password", "")),
        )
    )
    desk.create_table()
    dialect = postgresql.dialect()
    with desk.datastore.transaction(commit=True) as cursor:
        for ddl in _ddl():
            cursor.execute(str(ddl.compile(dialect=dialect)).encode())
    return desk


def _ddl() -> Iterator[CreateTable | CreateIndex]:
    for table in metadata.sorted_tables:
        yield CreateTable(table)
        for index in table.indexes:
            yield CreateIndex(index)


def _statements(decoded: Decoded) -> Iterator[Statement]:
    stream, position = decoded.stream, decoded.position
    match decoded.event:
        case ClientRegistered() as event:
            yield _insert(
                "clients",
                client_id=stream,
                number=position,  # rises as ours does, and costs nothing to know
                reference=event.reference,
                name=event.name,
                name_key=sort_key(event.name),
                client_kind=event.kind and event.kind.value,
                zone=event.zone,
                collector="",
                holdings="",
                standing="usable",
                survivor_id=stream,
                owes=0,
                is_owed=0,
            )
            for word in written_alike(event.name):
                yield _insert("client_words", client_id=stream, word=word)
        case ClientAssignedToCollector() as event:
            yield _insert("client_holdings", client_id=stream, from_on=event.from_on, collector=event.collector)
            holdings = f"{event.from_on}{event.collector}"
            of_client = {"client_id": stream, "collector": event.collector, "holdings": holdings}
            yield (
                "UPDATE clients SET collector = :collector, holdings = :holdings WHERE client_id = :client_id",
                of_client,
            )
        case CaseFileOpened() as event:
            yield from _opened(decoded, event)
        case ActionLogged() as event:
            yield _insert(
                "actions",
                case_file_id=stream,
                action_id=event.action_id,
                done_on=event.done_on,
                channel=event.channel.value,
                outcome=event.outcome.value,
                actor=decoded.actor,
                position=position,
                tells=any((event.phone, event.located, event.person_id, event.successor_id)),
            )
            yield (
                """
                UPDATE case_files SET last_action_on = :day, worked_on = :day, answered_on = :day, next_action = :next,
                next_action_on = :next_on WHERE case_file_id = :stream
                """,
                {
                    "stream": stream,
                    "day": event.done_on,
                    "next": event.next_action,
                    "next_on": event.next_action_on or NEVER,
                },
            )
        case PromiseMade() as event:
            yield _insert(
                "promises",
                case_file_id=stream,
                promise_id=event.promise_id,
                position=position,
                amount=event.amount.minor,
                made_on=event.made_on,
                promised_for=event.due_on,
                due_on=event.due_on,
                kept_on=NEVER,
                cleared_on=NEVER,
                covered_on=NEVER,
                cancelled_on=NEVER,
            )
            yield (
                "UPDATE case_files SET promise_due_on = :due, promised_until = :due WHERE case_file_id = :stream",
                {"stream": stream, "due": event.due_on},
            )
        case PaymentRecorded() as event:
            yield _insert(
                "payments",
                case_file_id=stream,
                payment_id=event.payment_id,
                position=position,
                recorded_at=decoded.recorded_at,
                recorded_by=event.recorded_by,
                amount=event.amount.minor,
                received_on=event.received_on,
                returned_on=NEVER,
                method=event.method.value,
                paid_to=event.paid_to.value,
                reference=event.reference,
                state="unapproved",
                second_review=True,
            )
            for ending in endings(event.reference or ""):
                yield _insert("payment_numbers", case_file_id=stream, payment_id=event.payment_id, ending=ending)
            yield (
                """
                UPDATE case_files SET unapproved = unapproved + 1, waiting = waiting + :amount
                WHERE case_file_id = :stream
                """,
                {"stream": stream, "amount": event.amount.minor},
            )
        case PaymentApproved() as event:
            payment = {"stream": stream, "payment": event.payment_id}
            yield (
                """
                UPDATE payments SET state = 'approved', second_review = :second_review, decided_at = :decided_at,
                decided_at_position = :position WHERE case_file_id = :stream AND payment_id = :payment
                """,
                {
                    **payment,
                    "second_review": event.second_review,
                    "decided_at": decoded.recorded_at,
                    "position": position,
                },
            )
            yield (
                """
                UPDATE case_files SET unapproved = unapproved - 1, waiting = waiting - paid.amount,
                collected = collected + paid.amount, outstanding = outstanding - paid.amount
                FROM (SELECT amount FROM payments WHERE case_file_id = :stream AND payment_id = :payment) AS paid
                WHERE case_file_id = :stream
                """,
                payment,
            )
        case _:
            pass


def _opened(decoded: Decoded, event: CaseFileOpened) -> Iterator[Statement]:
    stream = decoded.stream
    principal = sum(item.amount.minor for item in event.items)
    yield (
        """
        INSERT INTO case_files (case_file_id, reference, payment_reference, creditor_id, debtor_id, debtor_key,
        collector, currency, opened_on, is_open, closed_on, returned_since, stage, principal, costs, interest,
        adjustments, credits, collected, outstanding, unapproved, waiting, refunding, allocation,
        dispute_since, last_action_on, next_action_on, promise_due_on, promised_until, unpaid_since, worked_on,
        skipped_until, answered_on, answers_at, promises_kept, correlation_id)
        SELECT :stream, :reference, :payment_reference, :creditor, :debtor, debtor.name_key,
        debtor.collector, :currency, :opened_on, :yes, :never, :never, 'amicable', :principal, 0, 0,
        0, 0, 0, :principal, 0, 0, 0, 'costs interest principal',
        :never, :not_yet, :never, :never, :not_yet, :unpaid_since, :opened_on,
        :not_yet, :not_yet, -1, 0, :correlation
        FROM clients AS debtor
        WHERE debtor.client_id = :debtor
        """,
        {
            "stream": stream,
            "reference": event.reference,
            "payment_reference": payment_reference(stream),
            "creditor": event.creditor_id,
            "debtor": event.debtor_id,
            "currency": event.currency,
            "opened_on": event.opened_on,
            "principal": principal,
            "yes": True,
            "never": NEVER,
            "not_yet": NOT_YET,
            "unpaid_since": min((due.due_on for due in event.schedule), default=NEVER),
            "correlation": decoded.correlation_id,
        },
    )
    yield "UPDATE clients SET owes = owes + 1 WHERE client_id = :client_id", {"client_id": event.debtor_id}
    if event.creditor_id is not None:
        yield "UPDATE clients SET is_owed = is_owed + 1 WHERE client_id = :client_id", {"client_id": event.creditor_id}
    yield _insert("case_files_of", client_id=event.debtor_id, case_file_id=stream)
    numbers = (event.reference, *(item.number for item in event.items))
    for ending in dict.fromkeys(ending for number in numbers for ending in endings(number)):
        yield _insert("case_file_numbers", case_file_id=stream, ending=ending)
    yield _insert("case_file_numbers", case_file_id=stream, ending=f"{BACKWARDS}{payment_reference(stream)[::-1]}")
    charge = {"charged_on": event.opened_on, "part": "principal", "adjustment": False, "amount": principal}
    yield _insert("charges", case_file_id=stream, number=0, **charge)
    for number, due in enumerate(event.schedule):
        yield _insert(
            "instalments",
            case_file_id=stream,
            number=number,
            due_on=due.due_on,
            amount=due.amount.minor,
            from_on=NOT_YET,
            to_on=NEVER,
            taken_off=0,
        )


def _insert(table: str, **values: Any) -> Statement:
    return _insert_statement(table, tuple(values)), values


@cache
def _insert_statement(table: str, columns: tuple[str, ...]) -> str:
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES (:{', :'.join(columns)})"  # noqa: S608 - our own names


@cache
def _for_psycopg(statement: str) -> bytes:
    return re.sub(r":(\w+)", r"%(\1)s", statement).encode()


def _stored(value: Any) -> Any:
    """As SQLAlchemy's types lie in SQLite."""
    match value:
        case UUID():
            return value.hex
        case date():  # a datetime too
            return str(value)
        case _:
            return value
