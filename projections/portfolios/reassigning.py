"""Whom a reassignment would move, before it is given; and whom it has moved, to take it back."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Integer, Select, and_, cast, func, select, text

from domain.money import Money
from projections.amounts import MovedCollections
from projections.portfolios.clients import Asked, accounts, chosen
from projections.portfolios.tables import assignments, case_files, clients, holdings


@dataclass(frozen=True, slots=True)
class Selection:
    """A list of clients, or else all of a collector (empty: nobody's), zone and city; None is any.

    Who was merged goes with whoever survives. Who is erased stays where they are.
    """

    clients: Sequence[UUID] | None = None
    collector: str | None = None
    zone: str | None = None
    city: str | None = None

    @property
    def conditions(self) -> Sequence[ColumnElement[bool]]:
        if self.clients is not None:
            survivors = select(accounts.c.survivor_id).where(accounts.c.client_id.in_(self.clients)).correlate(None)
            return (clients.c.client_id.in_(survivors),)
        asked = Asked(self.collector, zone=self.zone, city=self.city, unveiled=True)
        return (*chosen(asked), clients.c.standing != "erased")


@dataclass(frozen=True, slots=True)
class Share:
    """What one of those who hold now would give: open case files that follow their debtor, and what is owed on them."""

    collector: str | None
    clients: int
    case_files: int
    owed: list[Money]


@dataclass(frozen=True, slots=True)
class Holds:
    collector: str | None
    clients: int


@dataclass(frozen=True, slots=True)
class Preview:
    """`selection` is to be sent along with the reassignment: it is refused where others would be moved by then.

    From a day in the past, who held them on that day gives their time since then (`held_then`), and what was collected
    in it: see `moves_collections`; `collections` is what that comes to by month, as the desk knows. It ends where
    others were assigned later, who hold them today still (`stay_with`).
    """

    clients: int
    unchanged: int
    case_files: int
    owed: list[Money]
    by_holder: list[Share]
    held_then: list[Holds]
    stay_with: list[Holds]
    moves_collections: bool
    to: str | None
    from_on: date
    planned: bool
    selection: str
    collections: Sequence[MovedCollections] = ()


def preview(db: Connection, selection: Selection, to: str | None, from_on: date, today: date) -> Preview:
    counted = db.execute(
        select(clients.c.collector, func.count()).where(*selection.conditions).group_by(clients.c.collector)
    ).all()
    worked = db.execute(
        select(
            clients.c.collector,
            case_files.c.currency,
            func.sum(cast(case_files.c.is_open, Integer)),
            func.sum(case_files.c.owed),
        )
        .join(accounts, accounts.c.survivor_id == clients.c.client_id)
        .join(case_files, case_files.c.client_id == accounts.c.client_id)
        .where(case_files.c.own_collector.is_(None), *selection.conditions)
        .group_by(clients.c.collector, case_files.c.currency)
        .order_by(clients.c.collector, case_files.c.currency)
    ).all()
    shares = [
        Share(
            name or None,
            count,
            sum(int(row[2]) for row in worked if row[0] == name),
            [Money.of_minor(int(row[3]), row[1]) for row in worked if row[0] == name and row[3]],
        )
        for name, count in sorted((name, count) for name, count in counted)
    ]
    held_then = _held_on(db, selection, min(from_on, today))
    owed: dict[str, int] = {}
    for _, currency, _, amount in worked:
        owed[currency] = owed.get(currency, 0) + int(amount)
    return Preview(
        clients=sum(share.clients for share in shares),
        unchanged=sum(one.clients for one in held_then if one.collector == to),
        case_files=sum(share.case_files for share in shares),
        owed=[Money.of_minor(amount, currency) for currency, amount in sorted(owed.items()) if amount],
        by_holder=shares,
        held_then=held_then,
        stay_with=stay_with(db, selection, from_on, today),
        moves_collections=from_on < today and any(one.collector != to for one in held_then),
        to=to,
        from_on=from_on,
        planned=from_on > today,
        selection=whom(db, selection)[1],
    )


def _held_on(db: Connection, selection: Selection, day: date) -> list[Holds]:
    then = and_(holdings.c.client_id == clients.c.client_id, holdings.c.from_on <= day, holdings.c.to_on > day)
    return _counted(
        db,
        select(func.coalesce(holdings.c.collector, "").label("held"), func.count().label("clients"))
        .select_from(clients.outerjoin(holdings, then))
        .where(*selection.conditions),
    )


def stay_with(db: Connection, selection: Selection, from_on: date, today: date) -> list[Holds]:
    """Who was assigned after that day, and so holds today whatever is said of that day."""
    later = (holdings.c.from_on > from_on, holdings.c.from_on <= today, holdings.c.to_on > today)
    return _counted(
        db,
        select(holdings.c.collector.label("held"), func.count().label("clients"))
        .select_from(clients.join(holdings, holdings.c.client_id == clients.c.client_id))
        .where(*later, *selection.conditions),
    )


def _counted(db: Connection, query: Select[*tuple[Any, ...]]) -> list[Holds]:
    rows = db.execute(query.group_by(text("held")).order_by(text("held")))
    return [Holds(row.held or None, row.clients) for row in rows]


def whom(db: Connection, selection: Selection) -> tuple[Sequence[UUID], str]:
    """The clients, and a mark that is another once other clients are meant, or others hold them."""
    query = select(clients.c.client_id, clients.c.collector).where(*selection.conditions).order_by(clients.c.client_id)
    found = db.execute(query).all()
    mark = hashlib.sha256("".join(f"{client_id} {holder};" for client_id, holder in found).encode()).hexdigest()[:32]
    return [client_id for client_id, _ in found], mark


def moved_by(db: Connection, command_id: UUID) -> Sequence[UUID]:
    """The clients that a command assigned, planned or gave back."""
    moved = select(assignments.c.client_id).distinct().where(assignments.c.command_id == command_id)
    return list(db.execute(moved.order_by(assignments.c.client_id)).scalars())


def names(db: Connection, client_ids: Sequence[UUID]) -> dict[UUID, str]:
    found = db.execute(select(clients.c.client_id, clients.c.name).where(clients.c.client_id.in_(client_ids)))
    return dict(found.all())
