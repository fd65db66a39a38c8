"""Clients found by what only they have: a phone, an e-mail, an identification, an account."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, and_, not_, select

from domain.people import Actor
from projections.clients.keys import LEAST, folded
from projections.clients.listing import NOT_BLOCKED, ClientLine, lines, shown_to, survivor_of
from projections.clients.tables import clients, keys
from projections.sorting import begins

EXACTLY = 6
"""Shorter than that is nobody's phone or identification."""


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """What anyone may know who has a client's exact phone or identification: who it is, and who holds it."""

    number: str
    name: str
    collector: str | None


@dataclass(frozen=True, slots=True)
class Known:
    """`elsewhere` are those of that very phone, e-mail or identification in other portfolios."""

    clients: Sequence[ClientLine]
    elsewhere: Sequence[Elsewhere]


def find_known(db: Connection, viewer: Actor, text: str, limit: int) -> Known:
    key = folded(text)
    own: Sequence[ClientLine] = ()
    others: Sequence[ClientLine] = ()
    if len(key) >= LEAST:
        own = _found(db, and_(begins(keys.c.key, key), shown_to(viewer)), limit)
    if len(key) >= EXACTLY and not viewer.sees_all:
        others = _found(db, and_(keys.c.key == key, keys.c.what != "account", not_(shown_to(viewer))), limit)
    return Known(own, [Elsewhere(one.number, one.name, one.collector) for one in others])


def exactly(line: ClientLine, text: str) -> bool:
    key = folded(text)
    return len(key) >= EXACTLY and any(
        folded(value).endswith(key) for value in (line.identification or "", *line.phones, *line.emails) if value
    )


def _found(db: Connection, condition: ColumnElement[Any], limit: int) -> Sequence[ClientLine]:
    ids: Sequence[UUID] = (
        db.execute(
            select(keys.c.client_id)
            .join(clients, clients.c.client_id == keys.c.client_id)
            .where(condition, NOT_BLOCKED)
            .order_by(keys.c.key, keys.c.client_id)
            .limit(4 * limit)
        )
        .scalars()
        .all()
    )
    chosen = [*dict.fromkeys(survivor_of(db, one) for one in ids)][:limit]
    return lines(db, db.execute(select(clients).where(clients.c.client_id.in_(chosen))).all())
