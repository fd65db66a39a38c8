"""A client's payments over all its case files: a debtor's own, a creditor's as they were collected for it."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, func, or_, select

from domain.days import next_month
from domain.money import Money
from domain.people import Actor
from projections.escritorio.money import DeskPayment, payment_line, payment_lines
from projections.escritorio.tables import case_files, clients, payments
from projections.escritorio.visibility import visible_to
from projections.merging import is_one_with
from projections.pages import Page
from projections.payment_lists import Filters, chosen, order_of


def list_client_payments(
    db: Connection, viewer: Actor, client_id: UUID, filters: Filters, sort: str, cursor: str | None, limit: int
) -> Page[DeskPayment]:
    order = order_of(payments, sort)
    query = payment_lines.where(_of(client_id), *visible_to(viewer), *chosen(payments, filters))
    found = list(db.execute(order.page(query, cursor, limit)))
    return order.shown(found, limit, [payment_line(row) for row in found[:limit]])


def collected_by_day(db: Connection, viewer: Actor, client_id: UUID, month: date) -> Mapping[date, list[Money]]:
    """What was received in the month and is approved, of each currency."""
    query = (
        select(payments.c.received_on, case_files.c.currency, func.sum(payments.c.amount).label("amount"))
        .join(case_files, case_files.c.case_file_id == payments.c.case_file_id)
        .where(
            _of(client_id),
            *visible_to(viewer),
            payments.c.state == "approved",
            payments.c.received_on >= month,
            payments.c.received_on < next_month(month),
        )
        .group_by(payments.c.received_on, case_files.c.currency)
        .order_by(case_files.c.currency)
    )
    found: dict[date, list[Money]] = {}
    for row in db.execute(query):
        found.setdefault(row.received_on, []).append(Money.of_minor(int(row.amount), row.currency))
    return found


def _of(client_id: UUID) -> ColumnElement[bool]:
    return or_(
        *(is_one_with(clients, column, client_id) for column in (case_files.c.debtor_id, case_files.c.creditor_id))
    )
