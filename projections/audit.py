"""Payment audit: every change of every payment, who made it, when and why. Rows are only ever added.

The state before a change is the state after the one before it, so it is looked up, not stored.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Annotated, Any, NotRequired, TypedDict
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import CompoundSelect, Connection, Index, MetaData, Row, Select, or_, select

from domain import payments
from domain.case_file.progress import CaseFileOpened
from domain.events import Recorded
from domain.folding import endings as endings_of
from domain.invoice.issuing import InvoiceImported, InvoiceIssued
from domain.money import Money
from projections.amounts import amounts_to
from projections.erasure import about
from projections.pages import Order, Page
from projections.projection import Projection
from projections.rows import Rows
from projections.schema import PrimaryKey, table_of
from projections.sorting import Sorted, begins, begins_number

metadata = MetaData()


class Debt(TypedDict):
    debt_id: PrimaryKey[UUID]  # of a case file or an invoice
    kind: str
    reference: str  # an invoice's is its number
    debtor_id: UUID


debts = table_of(
    Debt,
    "audited_debts",
    metadata,
    Index("audited_debts_debtor", "debtor_id"),
    info={"kind": "audited_debt"},
)


class Ending(TypedDict):
    debt_id: PrimaryKey[UUID]
    ending: PrimaryKey[Sorted]


endings = table_of(
    Ending,
    "audited_debt_endings",
    metadata,
    Index("audited_debt_endings_ending", "ending", "debt_id"),
    info={"kind": "audited_debt"},
)
"""By whose beginnings a debt is found: see `folding.endings`."""


class Change(TypedDict):
    position: PrimaryKey[int]
    debt_id: UUID
    payment_id: UUID
    what: str  # the event's name
    state: NotRequired[str | None]  # after it; none where the event leaves it as it is
    amount: NotRequired[int | None]  # minor units; of the recording alone
    currency: NotRequired[str | None]
    reference: NotRequired[Sorted | None]  # the payment's own; of the recording alone
    effective_on: NotRequired[date | None]  # received or returned
    counted_for: NotRequired[str | None]  # whose collection it was until it was moved, as far as that was somebody's
    counts_for: NotRequired[str | None]  # whose it is since then
    second_review: bool  # false where it was approved by who recorded it
    recorded_at: datetime  # UTC
    actor: str
    person: str  # who recorded or decided; another than the actor where a file says so
    reason: NotRequired[Annotated[str | None, about("debtor_id", of=debts, key="debt_id")]]
    hash: bytes


changes = table_of(
    Change,
    "payment_changes",
    metadata,
    Index("payment_changes_payment", "payment_id", "position"),
    Index("payment_changes_debt", "debt_id", "position"),
    Index("payment_changes_actor", "actor", "position"),
    Index("payment_changes_at", "recorded_at"),
    Index("payment_changes_amount", "amount"),
    Index("payment_changes_reference", "reference"),
    info={"kind": "payment_change"},
)


def touches(_: Recorded) -> Iterable[tuple[str, UUID]]:
    """Nothing that is there already."""
    return ()


def project(rows: Rows, recorded: Recorded) -> None:
    match recorded.event:
        case CaseFileOpened() as event:
            _owed(rows, recorded, event.reference, event.debtor_id)
        case InvoiceIssued() | InvoiceImported() as event:
            _owed(rows, recorded, event.number, event.client_id)
        case payments.PaymentRecorded() as event:
            _changed(
                rows,
                recorded,
                event,
                person=event.recorded_by,
                state=payments.State.UNAPPROVED,
                amount=event.amount,
                effective_on=event.received_on,
                reference=event.reference,
            )
        case payments.PaymentApproved() as event:
            _changed(
                rows,
                recorded,
                event,
                person=event.approved_by,
                state=payments.State.APPROVED,
                second_review=event.second_review,
            )
        case payments.PaymentRejected() as event:
            _changed(rows, recorded, event, person=event.rejected_by, state=payments.State.REJECTED)
        case payments.PaymentReturned() as event:
            _changed(
                rows,
                recorded,
                event,
                person=event.returned_by,
                state=payments.State.RETURNED,
                effective_on=event.returned_on,
            )
        case payments.PaymentReopened() as event:
            _changed(rows, recorded, event, person=event.reopened_by, state=payments.State.UNAPPROVED)
        case payments.PaymentWithdrawn() as event:
            _changed(rows, recorded, event, person=event.withdrawn_by, state=payments.State.WITHDRAWN)
        case payments.CollectionMoved() as event:
            _changed(
                rows, recorded, event, person=recorded.actor, counted_for=event.moved_from, counts_for=event.collector
            )
        case _:
            pass


projection = Projection("payment_audit", 5, metadata, touches, project)


def _owed(rows: Rows, recorded: Recorded, reference: str, debtor_id: UUID) -> None:
    debt_id, kind = recorded.stream, recorded.category.value
    rows.append(debts, Debt(debt_id=debt_id, kind=kind, reference=reference, debtor_id=debtor_id))
    for ending in endings_of(reference):
        rows.append(endings, Ending(debt_id=debt_id, ending=ending))


def _changed(
    rows: Rows,
    recorded: Recorded,
    event: payments.Event,
    *,
    person: str,
    state: payments.State | None = None,
    amount: Money | None = None,
    effective_on: date | None = None,
    reference: str | None = None,
    counted_for: str | None = None,
    counts_for: str | None = None,
    second_review: bool = True,
) -> None:
    rows.append(
        changes,
        Change(
            position=recorded.position,
            debt_id=recorded.stream,
            payment_id=event.payment_id,
            what=recorded.name,
            state=state and state.value,
            amount=amount.minor if amount else None,
            currency=amount.currency if amount else None,
            reference=reference,
            effective_on=effective_on,
            counted_for=counted_for,
            counts_for=counts_for,
            second_review=second_review,
            recorded_at=recorded.recorded_at.replace(tzinfo=None),
            actor=recorded.actor,
            person=person,
            reason=recorded.reason,
            hash=recorded.hash,
        ),
    )


# What may be asked


@dataclass(frozen=True, slots=True)
class PaymentChange:
    """Of a payment towards a case file or an invoice, by its reference or number.

    `before` and `after` are states; where the collection was moved it counted for `counted_for` and now for
    `counts_for`, and the state is as it was. `second_review` is false where it was approved by who recorded it.
    `hash` is the chain's at that position, in hex.
    """

    position: int
    at: datetime
    actor: str
    person: str
    what: str
    case_file_id: UUID | None
    case_file: str | None
    invoice_id: UUID | None
    invoice: str | None
    payment_id: UUID
    reference: str | None
    amount: Money
    before: str | None
    after: str
    effective_on: date | None
    counted_for: str | None
    counts_for: str | None
    second_review: bool
    reason: str | None
    hash: str


@dataclass(frozen=True, slots=True)
class Filters:
    """`case_file` is a reference or an invoice's number, or its end; `people` did it, here or as an imported file says.

    `debtors` are clients whose debts they were towards, `amount` is the payment's in whatever currency, `reference` how
    its own begins. The days are in the business time zone, both included.
    """

    debt_id: UUID | None = None
    case_file: str | None = None
    payment_id: UUID | None = None
    actor: str | None = None
    people: Collection[str] | None = None
    from_day: date | None = None
    to_day: date | None = None
    debtors: Select[tuple[UUID]] | None = None
    amount: Decimal | None = None
    reference: str | None = None


def list_payment_changes(
    db: Connection, zone: ZoneInfo, filters: Filters, cursor: str | None, limit: int
) -> Page[PaymentChange]:
    """The latest first."""
    order = Order((changes.c.position,), descending=True)
    known_as = debts.c.reference.label("known_as")  # `reference` is the payment's own
    query = select(changes, debts.c.kind, known_as).join(debts, debts.c.debt_id == changes.c.debt_id)
    for column, value in (
        (changes.c.debt_id, filters.debt_id),
        (changes.c.payment_id, filters.payment_id),
        (changes.c.actor, filters.actor),
    ):
        query = query if value is None else query.where(column == value)
    if filters.case_file is not None:
        query = query.where(changes.c.debt_id.in_(_known_as(filters.case_file)))
    if filters.people is not None:
        query = query.where(or_(changes.c.actor.in_(filters.people), changes.c.person.in_(filters.people)))
    if filters.debtors is not None:
        query = query.where(debts.c.debtor_id.in_(filters.debtors))
    if filters.amount is not None or filters.reference is not None:
        query = query.where(changes.c.payment_id.in_(_recorded_as(filters)))
    if filters.from_day is not None:
        query = query.where(changes.c.recorded_at >= _midnight(filters.from_day, zone))
    if filters.to_day is not None:
        query = query.where(changes.c.recorded_at < _midnight(filters.to_day + timedelta(days=1), zone))
    found = list(db.execute(order.page(query, cursor, limit)))
    shown = found[:limit]
    before = _states_before(db, shown)
    payment_ids = {row.payment_id for row in shown}
    recorded, references = _recordings(db, payment_ids), _references(db, payment_ids)
    items = [
        PaymentChange(
            position=row.position,
            at=row.recorded_at.replace(tzinfo=UTC),
            actor=row.actor,
            person=row.person,
            what=row.what,
            case_file_id=row.debt_id if row.kind == "case_file" else None,
            case_file=row.known_as if row.kind == "case_file" else None,
            invoice_id=row.debt_id if row.kind == "invoice" else None,
            invoice=row.known_as if row.kind == "invoice" else None,
            payment_id=row.payment_id,
            reference=references.get(row.payment_id),
            amount=recorded[row.payment_id],
            before=before.get(row.position),
            after=row.state or before[row.position],
            effective_on=row.effective_on,
            counted_for=row.counted_for,
            counts_for=row.counts_for,
            second_review=row.second_review,
            reason=row.reason,
            hash=row.hash.hex(),
        )
        for row in shown
    ]
    return order.shown(found, limit, items)


def _known_as(typed: str) -> CompoundSelect[tuple[UUID]]:
    """The debts of that reference or number; and those that it is part of, from one of its parts on."""
    found = select(endings.c.debt_id).where(begins_number(endings.c.ending, typed))
    return found.union_all(select(debts.c.debt_id).where(debts.c.reference == typed.strip()))


def _recorded_as(filters: Filters) -> Select[tuple[UUID]]:
    """The payments of which the recording says that."""
    changed = changes.alias("told")
    query = select(changed.c.payment_id)
    if filters.amount is not None:
        query = query.where(amounts_to(changed.c.amount, changed.c.currency, filters.amount))
    if filters.reference is not None:
        typed = filters.reference.strip()
        query = query.where(or_(*(begins(changed.c.reference, way) for way in {typed, typed.upper(), typed.lower()})))
    return query


def _states_before(db: Connection, rows: list[Row[Any]]) -> dict[int, str]:
    """By position, the state that the payment was in before it."""
    histories: dict[UUID, list[tuple[int, str]]] = {}
    for payment_id, position, state in db.execute(
        select(changes.c.payment_id, changes.c.position, changes.c.state)
        .where(changes.c.payment_id.in_({row.payment_id for row in rows}), changes.c.state.is_not(None))
        .order_by(changes.c.position)
    ):
        histories.setdefault(payment_id, []).append((position, state))
    found: dict[int, str] = {}
    for row in rows:
        earlier = [state for position, state in histories[row.payment_id] if position < row.position]
        if earlier:
            found[row.position] = earlier[-1]
    return found


def _recordings(db: Connection, payment_ids: set[UUID]) -> dict[UUID, Money]:
    return {
        payment_id: Money.of_minor(amount, currency)
        for payment_id, amount, currency in db.execute(
            select(changes.c.payment_id, changes.c.amount, changes.c.currency).where(
                changes.c.payment_id.in_(payment_ids), changes.c.amount.is_not(None)
            )
        )
    }


def _references(db: Connection, payment_ids: set[UUID]) -> dict[UUID, str]:
    """The own reference of those that have one."""
    chosen = (changes.c.payment_id.in_(payment_ids), changes.c.reference.is_not(None))
    return {
        row.payment_id: row.reference
        for row in db.execute(select(changes.c.payment_id, changes.c.reference).where(*chosen))
    }


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    """As the tables have it: UTC, without saying so."""
    return datetime.combine(day, time(), zone).astimezone(UTC).replace(tzinfo=None)
