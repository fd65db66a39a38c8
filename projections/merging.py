"""Who is one with a client: one rule for whatever is asked about a client, whichever of the merged ones is named."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import Select, Table, select


def merged_group(clients: Table, of: UUID | Collection[UUID] | Select[Any]) -> Select[Any]:
    """A client, or several, with all that are one with them: whom they were merged into, and who else was.

    `clients` is a read model's table of them, with the columns of `client_copies.Held`.
    """
    survivors = select(clients.c.survivor_id).correlate(None)
    if isinstance(of, UUID):
        one = survivors.where(clients.c.client_id == of).scalar_subquery()
        answers = clients.c.survivor_id == one
    else:
        answers = clients.c.survivor_id.in_(survivors.where(clients.c.client_id.in_(of)))
    return select(clients.c.client_id).where(answers).correlate(None)
