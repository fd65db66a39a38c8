"""Which invoices are a client's: for what is made from their own events."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Connection, select

from projections.invoices.tables import clients, invoices
from projections.merging import merged_group


def invoices_of(db: Connection, client_id: UUID, *, at_most: int) -> Sequence[UUID]:
    """Whichever of its accounts is named, drafts too; one more than `at_most` where there are more."""
    query = (
        select(invoices.c.invoice_id)
        .where(invoices.c.client_id.in_(merged_group(clients, client_id)))
        .limit(at_most + 1)
    )
    return list(db.execute(query).scalars())
