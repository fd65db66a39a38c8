"""Who is one with a client: one rule for whatever is asked about a client, whichever of the merged ones is named.

Each read model has rows of its own about clients, with the column `merged_into`; some keep in `survivor_id` too who
answers for each now.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Table, or_, select


def is_one_with(clients: Table, column: ColumnElement[Any], client_id: UUID) -> ColumnElement[bool]:
    """Whether the column names the client, whoever it was merged into, or another that was merged into the same."""
    return column.in_(_survivors(clients, client_id) if "survivor_id" in clients.c else _merged(clients, client_id))


def _survivors(clients: Table, client_id: UUID) -> Select[Any]:
    survivor = select(clients.c.survivor_id).where(clients.c.client_id == client_id).scalar_subquery()
    return select(clients.c.client_id).where(clients.c.survivor_id == survivor).correlate(None)


def _merged(clients: Table, client_id: UUID) -> Select[Any]:
    """From one merging to the next."""
    one = select(clients.c.client_id, clients.c.merged_into)
    same = one.where(clients.c.client_id == client_id).cte("same", recursive=True)
    next_to = or_(clients.c.merged_into == same.c.client_id, clients.c.client_id == same.c.merged_into)
    return select(same.union(one.join(same, next_to)).c.client_id)
