"""One client whole: what is known of it, how it is reached, its money."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, Table, select

from domain.client.contacts import USABLE, ContactKind, ContactState, Medium
from domain.client.finances import AccountKind, CardBrand
from domain.people import Actor, Role
from projections.client_numbers import short
from projections.clients.listing import ClientLine, lines, shown_to, survivor_of
from projections.clients.tables import accounts, cards, clients, contacts, credit_entries, mergings


@dataclass(frozen=True, slots=True)
class ContactLine:
    id: UUID
    medium: Medium
    value: str
    kind: ContactKind | None
    whose: str | None
    state: ContactState
    hours: str | None
    source: str | None
    preferred: bool

    @property
    def usable(self) -> bool:
        return self.state in USABLE


@dataclass(frozen=True, slots=True)
class AccountLine:
    id: UUID
    kind: AccountKind
    number: str
    bank: str | None
    holder: str | None
    valid: bool


@dataclass(frozen=True, slots=True)
class CardLine:
    id: UUID
    brand: CardBrand
    last_four: str


@dataclass(frozen=True, slots=True)
class CreditEntryLine:
    id: UUID
    noted_on: date
    source: str
    score: str | None
    note: str | None
    noted_by: str


@dataclass(frozen=True, slots=True)
class ClientDetail:
    """`said_to_be` are the roles that were told, beside those that follow from case files."""

    line: ClientLine
    identification_valid: bool
    street: str | None
    postcode: str | None
    district: str | None
    country: str | None
    address_valid: bool
    notes: str | None
    said_to_be: list[str]
    payment_days: int | None
    registered_at: datetime
    registered_by: str
    verified_at: datetime | None
    verified_by: str | None
    has_image: bool
    contacts: list[ContactLine]
    accounts: list[AccountLine]
    cards: list[CardLine]
    credit_entries: list[CreditEntryLine]


def client_detail(db: Connection, viewer: Actor, client_id: UUID) -> ClientDetail | None:
    """None where there is no such client, or it is not this person's to see. Of one who was merged: the survivor.

    Of one who is blocked only an auditor is told more than that.
    """
    client_id = survivor_of(db, client_id)
    row = db.execute(select(clients).where(clients.c.client_id == client_id, shown_to(viewer))).one_or_none()
    if row is None:
        return None
    unveiled = Role.AUDITOR in viewer.roles
    [line] = lines(db, [row], unveiled=unveiled)
    if row.standing == "blocked" and not unveiled:
        return _blocked(line, row)
    return ClientDetail(
        line,
        row.identification_valid,
        row.street,
        row.postcode,
        row.district,
        row.country,
        row.address_valid,
        row.notes,
        [role for role, is_one in (("creditor", row.is_creditor), ("debtor", row.is_debtor)) if is_one],
        row.payment_days,
        row.registered_at.replace(tzinfo=UTC),
        row.registered_by,
        row.verified_at.replace(tzinfo=UTC) if row.verified_at else None,
        row.verified_by,
        row.has_image,
        list(contacts_of(db, [client_id]).get(client_id, ())),
        [
            AccountLine(one.account_id, AccountKind(one.account_kind), one.number, one.bank, one.holder, one.valid)
            for one in _of(db, accounts, client_id)
        ],
        [CardLine(one.card_id, CardBrand(one.brand), one.last_four) for one in _of(db, cards, client_id)],
        sorted(
            (
                CreditEntryLine(one.entry_id, one.noted_on, one.source, one.score, one.note, one.noted_by)
                for one in _of(db, credit_entries, client_id)
            ),
            key=lambda entry: entry.noted_on,
            reverse=True,
        ),
    )


def _blocked(line: ClientLine, row: Row[Any]) -> ClientDetail:
    return ClientDetail(
        line,
        identification_valid=False,
        street=None,
        postcode=None,
        district=None,
        country=None,
        address_valid=True,
        notes=None,
        said_to_be=[],
        payment_days=None,
        registered_at=row.registered_at.replace(tzinfo=UTC),
        registered_by=row.registered_by,
        verified_at=None,
        verified_by=None,
        has_image=False,
        contacts=[],
        accounts=[],
        cards=[],
        credit_entries=[],
    )


def contacts_of(db: Connection, ids: Collection[UUID]) -> Mapping[UUID, Sequence[ContactLine]]:
    """Of each of these clients: those in use first, the preferred one before all, then in the order they were added."""
    found: dict[UUID, list[ContactLine]] = {}
    query = select(contacts).where(contacts.c.client_id.in_(ids))
    for row in db.execute(query.order_by(contacts.c.preferred.desc(), contacts.c.place)):
        found.setdefault(row.client_id, []).append(
            ContactLine(
                row.contact_id,
                Medium(row.medium),
                row.value,
                ContactKind(row.contact_kind) if row.contact_kind else None,
                row.whose,
                ContactState(row.state),
                row.hours,
                row.source,
                row.preferred,
            )
        )
    return {id_: sorted(all_, key=lambda one: not one.usable) for id_, all_ in found.items()}


def shown(db: Connection, viewer: Actor, ids: Collection[UUID]) -> Mapping[UUID, str]:
    """The short numbers of those of these clients that the viewer may look at."""
    found = db.execute(select(clients).where(clients.c.client_id.in_(ids), shown_to(viewer)))
    return {line.id: line.number for line in lines(db, list(found))}


def ever_merged_into(db: Connection, client_id: UUID) -> Sequence[UUID]:
    """Those that were merged into this very client at any time, undone or not."""
    query = select(mergings.c.absorbed_id).where(mergings.c.client_id == client_id)
    return db.execute(query.order_by(mergings.c.absorbed_id)).scalars().all()


def numbers_of(db: Connection, ids: Collection[UUID]) -> Mapping[UUID, str]:
    """Their short numbers."""
    found = db.execute(select(clients.c.client_id, clients.c.number).where(clients.c.client_id.in_(ids)))
    return {row.client_id: short(row.number) for row in found}


def called(db: Connection, viewer: Actor, ids: Collection[UUID]) -> Mapping[UUID, str]:
    """Their short numbers, and the names of those that the viewer may look at."""
    columns = (clients.c.client_id, clients.c.number, clients.c.name, shown_to(viewer).label("shown"))
    found = db.execute(select(*columns).where(clients.c.client_id.in_(ids)))
    return {row.client_id: f"{short(row.number)} {row.name}" if row.shown else short(row.number) for row in found}


def _of(db: Connection, table: Table, client_id: UUID) -> Sequence[Row[Any]]:
    return db.execute(select(table).where(table.c.client_id == client_id)).all()
