"""What each event does to the desk's rows: here on which of them it works, then a module a subject."""

from collections.abc import Iterable
from uuid import UUID

from domain import case_file, refunds, skipping
from domain import payments as payment
from domain.case_file import activity, debt, progress, proposals, schedule
from domain.client import ClientRegistered
from domain.events import Category, Recorded
from projections import refunding
from projections.desk import tables
from projections.desk.project import clients, debts, invoices, payments, proposed, standing, working
from projections.projection import Projection
from projections.rows import Rows


def touches(recorded: Recorded) -> Iterable[tuple[str, UUID]]:
    event = recorded.event
    if isinstance(event, ClientRegistered):
        return (("client", recorded.stream), ("counter", tables.CLIENTS))
    if isinstance(event, clients.Event):
        return (("client", recorded.stream),)
    if isinstance(event, progress.CaseFileOpened):
        both = (event.debtor_id, event.creditor_id)
        return (("owed", recorded.stream), *(("client", one) for one in both if one is not None))
    if not isinstance(event, case_file.Event | invoices.Begun) or recorded.category is Category.CLIENT:
        return ()
    return (("owed", recorded.stream),)


def project(rows: Rows, recorded: Recorded) -> None:
    """What is none of these is other read models' business."""
    event = recorded.event
    if isinstance(event, clients.Event):
        clients.project(rows, recorded.stream, event)
    elif isinstance(event, invoices.Begun):
        invoices.begin(rows, recorded.stream, event)
    elif recorded.category is Category.INVOICE:
        if isinstance(event, payment.Event):
            invoices.project(rows, recorded, event)
    elif recorded.category is Category.CASE_FILE and isinstance(event, case_file.Event):
        _case_file(rows, recorded, event)


def _case_file(rows: Rows, recorded: Recorded, event: case_file.Event) -> None:
    if not isinstance(event, activity.Event | skipping.Event):
        rows.settle_later(recorded.stream)
    if isinstance(event, progress.Event):
        standing.project(rows, recorded, event)
        return
    file = rows.one(tables.case_files, recorded.stream)
    if isinstance(event, proposals.Event):
        proposed.project(rows, recorded, event)
    elif isinstance(event, debt.Event | schedule.Event):
        debts.project(rows, file, event)
    elif isinstance(event, activity.Event):
        working.project(rows, file, recorded, event)
    elif isinstance(event, skipping.Event):
        file["skipped_until"] = event.until
    elif isinstance(event, refunds.RefundProposed):
        refund = refunding.reserve(file, file["debtor_id"], recorded, event)
        rows.add(tables.refunds, tables.CaseFileRefund(case_file_id=recorded.stream, **refund))
    elif isinstance(event, refunds.Event):
        refunding.decide(rows, tables.refunds, file, recorded, event)
    else:
        payments.project(rows, file, recorded, event)


def _settle(rows: Rows, case_file_id: UUID) -> None:
    payments.settle_promises(rows, case_file_id)
    debts.settle_arrears(rows, case_file_id)


projection = Projection(
    name="escritorio", version=10, metadata=tables.metadata, touches=touches, project=project, settle=_settle
)
