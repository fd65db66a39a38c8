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
        line=line,
        identification_valid=row.identification_valid,
        street=row.street,
        postcode=row.postcode,
        district=row.district,
        country=row.country,
        address_valid=row.address_valid,
        notes=row.notes,
        said_to_be=[role for role, is_one in (("creditor", row.is_creditor), ("debtor", row.is_debtor)) if is_one],
        payment_days=row.payment_days,
        registered_at=row.registered_at.replace(tzinfo=UTC),
        registered_by=row.registered_by,
        verified_at=row.verified_at.replace(tzinfo=UTC) if row.verified_at else None,
        verified_by=row.verified_by,
        has_image=row.has_image,
        contacts=list(contacts_of(db, [client_id]).get(client_id, ())),
        accounts=[
            AccountLine(
                id=one.account_id,
                kind=AccountKind(one.account_kind),
                number=one.number,
                bank=one.bank,
                holder=one.holder,
                valid=one.valid,
            )
            for one in _of(db, accounts, client_id)
        ],
        cards=[CardLine(one.card_id, CardBrand(one.brand), one.last_four) for one in _of(db, cards, client_id)],
        credit_entries=sorted(
            (
                CreditEntryLine(
                    id=one.entry_id,
                    noted_on=one.noted_on,
                    source=one.source,
                    score=one.score,
                    note=one.note,
                    noted_by=one.noted_by,
                )
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
                id=row.contact_id,
                medium=Medium(row.medium),
                value=row.value,
                kind=ContactKind(row.contact_kind) if row.contact_kind else None,
                whose=row.whose,
                state=ContactState(row.state),
                hours=row.hours,
                source=row.source,
                preferred=row.preferred,
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
