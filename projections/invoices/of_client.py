"""Which invoices are a client's, for what is made from their own events; and since when one is due."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import Connection, func, select

from domain.people import Actor
from projections.invoices.tables import clients, invoices
from projections.invoices.visibility import visible_to
from projections.merging import merged_group


def invoices_of(db: Connection, client_id: UUID, *, at_most: int) -> Sequence[UUID]:
    """Whichever of its accounts is named, drafts too; one more than `at_most` where there are more."""
    query = (
        select(invoices.c.invoice_id)
        .where(invoices.c.client_id.in_(merged_group(clients, client_id)))
        .limit(at_most + 1)
    )
    return list(db.execute(query).scalars())


def unpaid_since(db: Connection, viewer: Actor, client_ids: Collection[UUID]) -> Mapping[tuple[UUID, str], date]:
    """By client, whichever of its accounts is named, and currency: when the oldest of what is unpaid is or was due.

    What is in collection is due on its case file.
    """
    accounts = clients.alias("accounts")
    query = (
        select(clients.c.client_id, invoices.c.currency, func.min(invoices.c.due_on))
        .join(accounts, accounts.c.survivor_id == clients.c.survivor_id)
        .join(invoices, invoices.c.client_id == accounts.c.client_id)
        .where(
            clients.c.client_id.in_(client_ids),
            invoices.c.outstanding > 0,
            invoices.c.case_file_id.is_(None),
            *visible_to(viewer, invoices.c.collector),
        )
        .group_by(clients.c.client_id, invoices.c.currency)
    )
    return {(client_id, currency): due_on for client_id, currency, due_on in db.execute(query)}
