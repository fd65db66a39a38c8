"""A client's payments over all its case files: a debtor's own, a creditor's as they were collected for it."""

from uuid import UUID

from sqlalchemy import ColumnElement, Connection, or_

from domain.people import Actor
from projections.desk.money import DeskPayment, payment_line, payment_lines
from projections.desk.tables import case_files, clients, payments
from projections.desk.visibility import visible_to
from projections.merging import merged_group
from projections.pages import Page
from projections.payment_lists import Filters, chosen, order_of


def list_client_payments(
    db: Connection, viewer: Actor, client_id: UUID, filters: Filters, sort: str, cursor: str | None, limit: int
) -> Page[DeskPayment]:
    order = order_of(payments, sort)
    query = payment_lines.where(_of(client_id), *visible_to(viewer), *chosen(payments, filters))
    found = list(db.execute(order.page(query, cursor, limit)))
    return order.shown(found, limit, [payment_line(row) for row in found[:limit]])


def _of(client_id: UUID) -> ColumnElement[bool]:
    return or_(
        *(column.in_(merged_group(clients, client_id)) for column in (case_files.c.debtor_id, case_files.c.creditor_id))
    )
