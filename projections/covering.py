"""What money is there already for a case file or an invoice, by the rows of both read models.

Credit counts where it may be moved: among what the client owes ourselves or, of a creditor's case files, among those
of that creditor, for no creditor's money covers another's. What a refund that waits is to pay back does not count.
"""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import Connection, func, select

from domain.covering import Cover
from domain.message import Kind, Matter, State
from domain.money import Money
from projections.desk.tables import case_files, clients
from projections.invoices.tables import clients as invoice_clients
from projections.invoices.tables import invoices
from projections.merging import merged_group
from projections.messages.tables import messages


def cover_of(db: Connection, debt_id: UUID) -> Cover | None:
    """None where there is no such case file or invoice."""
    file = db.execute(select(case_files).where(case_files.c.case_file_id == debt_id)).one_or_none()
    if file is not None:
        return _cover(db, file.currency, file.waiting, debt_id, file.debtor_id, file.creditor_id)
    invoice = db.execute(select(invoices).where(invoices.c.invoice_id == debt_id)).one_or_none()
    if invoice is None:
        return None
    return _cover(db, invoice.currency, invoice.waiting, debt_id, invoice.client_id, None)


def held_back(db: Connection, matter: str, kind: str, matter_id: UUID) -> Cover | None:
    """What holds a message of that kind about that matter back, where anything does."""
    if kind == Kind.DOCUMENT or matter == Matter.ESTIMATE:
        return None
    table, key = (case_files, "case_file_id") if matter == Matter.CASE_FILE else (invoices, "invoice_id")
    owed = db.execute(select(table.c.outstanding, table.c.currency).where(table.c[key] == matter_id)).one_or_none()
    cover = cover_of(db, matter_id)
    return cover if owed is not None and cover is not None and cover.covers(Money.of_minor(*owed)) else None


def credit_beside(db: Connection, debt_id: UUID) -> Money | None:
    cover = cover_of(db, debt_id)
    return cover.credit if cover is not None else None


def held_messages(db: Connection, message_ids: Collection[UUID]) -> Collection[UUID]:
    """Which of these wait until that money is decided on or used."""
    found = db.execute(
        select(messages.c.message_id, messages.c.matter, messages.c.kind, messages.c.matter_id).where(
            messages.c.message_id.in_(message_ids),
            messages.c.state == State.QUEUED.value,
            ~messages.c.goes_despite,
        )
    )
    return [row.message_id for row in found if held_back(db, row.matter, row.kind, row.matter_id) is not None]


def _cover(
    db: Connection, currency: str, waiting: int, debt_id: UUID, client_id: UUID, creditor_id: UUID | None
) -> Cover:
    on_case_files = select(func.sum(-case_files.c.outstanding - case_files.c.refunding)).where(
        case_files.c.debtor_id.in_(merged_group(clients, client_id)),
        case_files.c.creditor_id.is_not_distinct_from(creditor_id),
        case_files.c.currency == currency,
        case_files.c.outstanding < 0,
        case_files.c.case_file_id != debt_id,
    )
    credit = int(db.execute(on_case_files).scalar() or 0)
    if creditor_id is None:
        on_invoices = select(func.sum(invoices.c.credit - invoices.c.refunding)).where(
            invoices.c.client_id.in_(merged_group(invoice_clients, client_id)),
            invoices.c.currency == currency,
            invoices.c.credit > 0,
            invoices.c.invoice_id != debt_id,
        )
        credit += int(db.execute(on_invoices).scalar() or 0)
    return Cover(Money.of_minor(waiting, currency), Money.of_minor(credit, currency))
