"""Clients as far as the desk needs them: to find one, and who holds it."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, func, or_, select, true

from domain.folding import compact
from domain.money import Money
from domain.people import Actor
from projections.client_copies import known_as
from projections.client_numbers import number_in, short
from projections.desk.tables import case_files, clients, numbers, parties
from projections.desk.visibility import held_by, visible_to
from projections.merging import merged_group
from projections.projection import NEVER
from projections.sorting import begins, holds

AT_ONCE = 500
"""How many clients one query names."""


@dataclass(frozen=True, slots=True)
class ClientLine:
    """`number` is short, for people: C-00123 was the 123rd to be registered. `standing`: usable, blocked or erased."""

    id: UUID
    number: str
    reference: str
    name: str
    kind: str | None
    zone: str | None
    collector: str | None
    standing: str


@dataclass(frozen=True, slots=True)
class Absorbed:
    """A client that was merged into another, under the name it had."""

    id: UUID
    number: str
    name: str


@dataclass(frozen=True, slots=True)
class Held:
    """What anyone may know who has an exact reference: which case file it is, of whom, and who works on it."""

    id: UUID
    reference: str
    debtor: str
    collector: str | None


def find_by_number(db: Connection, viewer: Actor, number: int) -> ClientLine | None:
    query = select(clients).where(survives(clients.c.number == number), known_to(viewer))
    row = db.execute(query).one_or_none()
    return None if row is None else _line(row)


def survives(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether the client is who survives of those that the condition is about: they themselves, unless merged."""
    return clients.c.client_id.in_(select(clients.c.survivor_id).where(condition).correlate(None))


def found_by_name(text: str) -> Select[tuple[UUID]]:
    """Clients whose name holds these words, whose reference begins so, or who have this short number."""
    named = or_(holds(clients.c.name_key, text), begins(clients.c.reference, text.strip()))
    number = number_in(text)
    named = named if number is None else or_(named, clients.c.number == number)
    return merged_group(
        clients, select(clients.c.client_id).where(named, clients.c.standing != "blocked").correlate(None)
    )


def merged_into(db: Connection, client_id: UUID) -> Sequence[Absorbed]:
    """All that were merged into the client, or into those, in the order they were registered."""
    found = db.execute(
        select(clients)
        .where(clients.c.survivor_id == client_id, clients.c.client_id != client_id)
        .order_by(clients.c.number)
    )
    return [Absorbed(row.client_id, short(row.number), row.name) for row in found]


def case_files_naming(db: Connection, client_ids: Collection[UUID]) -> Sequence[UUID]:
    """In whatever role: debtor, creditor or party."""
    named = or_(case_files.c.debtor_id.in_(client_ids), case_files.c.creditor_id.in_(client_ids))
    found = select(case_files.c.case_file_id).where(named)
    return [
        *db.execute(found.union(select(parties.c.case_file_id).where(parties.c.client_id.in_(client_ids)))).scalars()
    ]


def open_case_files_of(db: Connection, creditors: Collection[UUID | None]) -> Sequence[UUID]:
    """Those owed to these creditors, whichever of their accounts is named; None is ourselves."""
    is_open = select(case_files.c.case_file_id).where(case_files.c.is_open == True)  # noqa: E712 - a column
    found = [*db.execute(is_open.where(case_files.c.creditor_id.is_(None))).scalars()] if None in creditors else []
    known = [one for one in creditors if one is not None]
    for start in range(0, len(known), AT_ONCE):
        accounts = merged_group(clients, known[start : start + AT_ONCE])
        found += db.execute(is_open.where(case_files.c.creditor_id.in_(accounts))).scalars()
    return found


def numbered(db: Connection, found_by: Collection[str]) -> Mapping[str, Collection[UUID]]:
    """Which case files may have an item of each of these numbers, however either is written."""
    keys = {number: compact(number) for number in found_by}
    wanted, files = [*{*keys.values()}], defaultdict[str, list[UUID]](list)
    for start in range(0, len(wanted), AT_ONCE):
        some = numbers.c.ending.in_(wanted[start : start + AT_ONCE])
        for ending, case_file_id in db.execute(select(numbers.c.ending, numbers.c.case_file_id).where(some)):
            files[ending].append(case_file_id)
    return {number: files[key] for number, key in keys.items()}


@dataclass(frozen=True, slots=True)
class CaseFileName:
    id: UUID
    reference: str


def owed_by(db: Connection, viewer: Actor, debtors: Collection[UUID]) -> Mapping[UUID, list[CaseFileName]]:
    """The open case files of each, whichever of its accounts they name, that this person may see: the latest first."""
    accounts = clients.alias("accounts")
    query = (
        select(clients.c.client_id, case_files.c.case_file_id, case_files.c.reference)
        .join(accounts, accounts.c.survivor_id == clients.c.survivor_id)
        .join(case_files, case_files.c.debtor_id == accounts.c.client_id)
        .where(clients.c.client_id.in_(debtors), case_files.c.is_open == True, *visible_to(viewer))  # noqa: E712 - a column
        .order_by(case_files.c.opened_on.desc(), case_files.c.reference)
    )
    found: dict[UUID, list[CaseFileName]] = {}
    for row in db.execute(query):
        found.setdefault(row.client_id, []).append(CaseFileName(row.case_file_id, row.reference))
    return found


@dataclass(frozen=True, slots=True)
class Owed:
    """On a debtor's case files of one currency, those that are open and those on which something is owed again: what is
    outstanding, what of it waits for approval, and how long the oldest of it is due."""

    outstanding: Money
    waiting: Money
    days_in_arrears: int


def owed_in_all(db: Connection, viewer: Actor, today: date, debtors: Collection[UUID]) -> Mapping[UUID, Sequence[Owed]]:
    """By debtor, whichever of its accounts its case files name: of each currency."""
    accounts = clients.alias("accounts")
    found: dict[UUID, list[Owed]] = {}
    query = (
        select(
            clients.c.client_id,
            case_files.c.currency,
            func.sum(case_files.c.outstanding).label("outstanding"),
            func.sum(case_files.c.waiting).label("waiting"),
            func.min(case_files.c.unpaid_since).label("since"),
        )
        .join(accounts, accounts.c.survivor_id == clients.c.survivor_id)
        .join(case_files, case_files.c.debtor_id == accounts.c.client_id)
        .where(
            clients.c.client_id.in_(debtors),
            or_(case_files.c.is_open == True, case_files.c.returned_since != NEVER),  # noqa: E712 - a column
            *visible_to(viewer),
        )
        .group_by(clients.c.client_id, case_files.c.currency)
        .order_by(case_files.c.currency)
    )
    for row in db.execute(query):
        outstanding, waiting = (Money.of_minor(int(one), row.currency) for one in (row.outstanding, row.waiting))
        found.setdefault(row.client_id, []).append(Owed(outstanding, waiting, max((today - row.since).days, 0)))
    return found


def debtors_of(db: Connection, case_file_ids: Collection[UUID]) -> Mapping[UUID, str]:
    """The debtor's name of each of these case files."""
    query = (
        select(case_files.c.case_file_id, clients.c.name)
        .join(clients, clients.c.client_id == case_files.c.debtor_id)
        .where(case_files.c.case_file_id.in_(case_file_ids))
    )
    return {row.case_file_id: row.name for row in db.execute(query)}


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


def _line(row: Row[Any]) -> ClientLine:
    return ClientLine(
        id=row.client_id,
        number=short(row.number),
        reference=known_as(row.client_id, row.reference),
        name=row.name,
        kind=row.client_kind,
        zone=row.zone,
        collector=row.collector or None,
        standing=row.standing,
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
