"""Clients found by what only they have: any part of a phone, e-mail, identification, account or reference."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Table, and_, not_, select

from domain.people import Actor
from projections.clients.keys import fragment, key_of
from projections.clients.listing import (
    NOT_BLOCKED,
    ClientLine,
    blocked_called,
    lines,
    sees_blocked,
    shown_to,
    survivor_of,
)
from projections.clients.tables import clients, fragments, keys
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
    part, key = fragment(text), key_of(text)
    own: Sequence[ClientLine] = ()
    others: Sequence[ClientLine] = ()
    if part is not None:
        own = _found(
            db, viewer, fragments, "fragment", and_(begins(fragments.c.fragment, part), shown_to(viewer)), limit
        )
    if sees_blocked(viewer) and len(own) < limit:
        named = db.execute(select(clients).where(blocked_called(text)).limit(limit - len(own))).all()
        own = [*own, *(one for one in lines(db, named, unveiled=True) if one not in own)]
    if len(key) >= EXACTLY and not viewer.sees_all:
        very_one = and_(keys.c.key == key, keys.c.what != "account", not_(shown_to(viewer)))
        others = _found(db, viewer, keys, "key", very_one, limit)
    return Known(own, [Elsewhere(one.number, one.name, one.collector) for one in others])


def exactly(line: ClientLine, text: str) -> bool:
    key = key_of(text)
    return len(key) >= EXACTLY and any(
        key_of(value).endswith(key) for value in (line.identification or "", *line.phones, *line.emails) if value
    )


def _found(
    db: Connection, viewer: Actor, table: Table, by: str, condition: ColumnElement[Any], limit: int
) -> Sequence[ClientLine]:
    """In order of what they were found by."""
    unveiled = sees_blocked(viewer)
    ids: Sequence[UUID] = (
        db.execute(
            select(table.c.client_id)
            .join(clients, clients.c.client_id == table.c.client_id)
            .where(condition, *([] if unveiled else [NOT_BLOCKED]))
            .order_by(table.c[by], table.c.client_id)
            .limit(4 * limit)
        )
        .scalars()
        .all()
    )
    chosen = [*dict.fromkeys(survivor_of(db, one) for one in ids)][:limit]
    order = {one: place for place, one in enumerate(chosen)}
    found = db.execute(select(clients).where(clients.c.client_id.in_(chosen))).all()
    return lines(db, sorted(found, key=lambda row: order[row.client_id]), unveiled=unveiled)
