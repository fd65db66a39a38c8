"""Whom a reassignment would move, before it is given; and whom it has moved, to take it back."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Integer, cast, func, select

from domain.money import Money
from projections.portfolios.clients import Asked, accounts, chosen
from projections.portfolios.tables import assignments, case_files, clients


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
class Preview:
    """`selection` is to be sent along with the reassignment: it is refused where others would be moved by then."""

    clients: int
    unchanged: int
    case_files: int
    owed: list[Money]
    by_holder: list[Share]
    to: str | None
    from_on: date
    planned: bool
    selection: str


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
    owed: dict[str, int] = {}
    for _, currency, _, amount in worked:
        owed[currency] = owed.get(currency, 0) + int(amount)
    return Preview(
        clients=sum(share.clients for share in shares),
        unchanged=sum(share.clients for share in shares if share.collector == to),
        case_files=sum(share.case_files for share in shares),
        owed=[Money.of_minor(amount, currency) for currency, amount in sorted(owed.items()) if amount],
        by_holder=shares,
        to=to,
        from_on=from_on,
        planned=from_on > today,
        selection=whom(db, selection)[1],
    )


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
