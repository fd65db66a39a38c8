"""Who is one with a client: one rule for whatever is asked about a client, whichever of the merged ones is named.

Each read model has rows of its own about clients, with the column `merged_into`; some keep in `survivor_id` too who
answers for each now.
"""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Table, or_, select


def is_one_with(clients: Table, column: ColumnElement[Any], client_id: UUID) -> ColumnElement[bool]:
    """Whether the column names the client, whoever it was merged into, or another that was merged into the same."""
    if "survivor_id" not in clients.c:
        return column.in_(_merged(clients, [client_id]))
    survivor = select(clients.c.survivor_id).where(clients.c.client_id == client_id).scalar_subquery()
    return column.in_(select(clients.c.client_id).where(clients.c.survivor_id == survivor).correlate(None))


def is_one_with_any(clients: Table, ids: Select[tuple[UUID]]) -> Select[Any]:
    """These clients, and all that are one with any of them."""
    if "survivor_id" not in clients.c:
        return _merged(clients, ids)
    survivors = select(clients.c.survivor_id).where(clients.c.client_id.in_(ids)).correlate(None)
    return select(clients.c.client_id).where(clients.c.survivor_id.in_(survivors)).correlate(None)


def _merged(clients: Table, ids: Collection[UUID] | Select[tuple[UUID]]) -> Select[Any]:
    """From one merging to the next."""
    one = select(clients.c.client_id, clients.c.merged_into)
    same = one.where(clients.c.client_id.in_(ids)).cte(
        recursive=True
    )  # without a name of its own: a query may ask twice
    next_to = or_(clients.c.merged_into == same.c.client_id, clients.c.client_id == same.c.merged_into)
    return select(same.union(one.join(same, next_to)).c.client_id)
