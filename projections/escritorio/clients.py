"""Clients as far as the desk needs them: to find one, and who holds it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, and_, or_, select, true

from domain.people import Actor
from projections.escritorio.tables import case_files, clients
from projections.escritorio.visibility import held_by


@dataclass(frozen=True, slots=True)
class ClientLine:
    """`number` is short, for people: C-00123 was the 123rd to be registered."""

    id: UUID
    number: str
    reference: str
    name: str
    kind: str | None
    zone: str | None
    collector: str | None


@dataclass(frozen=True, slots=True)
class Held:
    """What anyone may know who has an exact reference: which case file it is, of whom, and who works on it."""

    id: UUID
    reference: str
    debtor: str
    collector: str | None


def find_by_number(db: Connection, viewer: Actor, number: int) -> ClientLine | None:
    row = db.execute(select(clients).where(clients.c.number == number, known_to(viewer))).one_or_none()
    return None if row is None else _line(row)


def named(db: Connection, viewer: Actor, ids: Collection[UUID]) -> Mapping[UUID, ClientLine]:
    """Those of these clients that the viewer may know of."""
    found = db.execute(select(clients).where(clients.c.client_id.in_(ids), known_to(viewer)))
    return {row.client_id: _line(row) for row in found}


def find_by_reference(db: Connection, reference: str) -> Held | None:
    row = db.execute(
        select(case_files.c.case_file_id, case_files.c.reference, clients.c.name, case_files.c.collector)
        .join(clients, clients.c.client_id == case_files.c.debtor_id)
        .where(case_files.c.reference == reference)
    ).one_or_none()
    return None if row is None else Held(row.case_file_id, row.reference, row.name, row.collector or None)


def short(number: int) -> str:
    return f"C-{number:05}"


def _line(row: Row[Any]) -> ClientLine:
    return ClientLine(
        row.client_id, short(row.number), row.reference, row.name, row.client_kind, row.zone, row.collector or None
    )


def known_to(viewer: Actor) -> ColumnElement[bool]:
    """Beside the own portfolio, a collector knows of those the debts are owed to: whom nobody holds, as nobody owes."""
    if viewer.sees_all:
        return true()
    return or_(
        held_by(viewer, clients.c.collector),
        clients.c.is_owed > 0,
        and_(clients.c.collector == "", clients.c.owes == 0),
    )
