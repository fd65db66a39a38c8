"""Whether a client had invoices on a day in the past."""

from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, exists

from projections.invoices.steps import OWED
from projections.invoices.tables import clients, invoices, steps


def was_invoiced_on(client_id: ColumnElement[UUID], day: date, *, unpaid: bool = False) -> ColumnElement[bool]:
    """That client, or one merged into it since: by that day; or with something left to pay on it."""
    return exists().where(
        invoices.c.client_id == clients.c.client_id,
        clients.c.survivor_id == client_id,
        steps.c.document_id == invoices.c.invoice_id,
        steps.c.from_on <= day,
        steps.c.state.in_(OWED if unpaid else (*OWED, "paid", "rectified")),
        *([steps.c.to_on > day, steps.c.paid < steps.c.owed] if unpaid else []),
    )
