"""Which invoices something was issued of in a period: the invoice itself under our own number, or a credit note."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import Connection, and_, or_, select

from domain.people import Actor
from projections.invoices.steps import What
from projections.invoices.tables import happenings, invoices
from projections.invoices.visibility import visible_to


def issued_between(db: Connection, viewer: Actor, from_day: date, to_day: date, limit: int) -> Sequence[UUID]:
    credited = select(happenings.c.invoice_id).where(
        happenings.c.what == What.CREDIT_NOTE.value, happenings.c.on_day.between(from_day, to_day)
    )
    found = db.execute(
        select(invoices.c.invoice_id)
        .where(
            or_(
                and_(~invoices.c.imported, invoices.c.issued_on.between(from_day, to_day)),
                invoices.c.invoice_id.in_(credited),
            ),
            *visible_to(viewer, invoices.c.collector),
        )
        .limit(limit)
    )
    return [*found.scalars()]
