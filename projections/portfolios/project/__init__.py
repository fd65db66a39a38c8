"""What events do to the rows of portfolios: here on which of them it works, then a module a subject."""

from collections.abc import Iterable
from uuid import UUID

from domain import case_file, invoice, people, task
from domain.case_file import progress
from domain.events import Category, Recorded
from domain.invoice import issuing
from projections.portfolios.project import case_files, clients, invoices, tasks, users
from projections.portfolios.project.accounts import settle
from projections.portfolios.tables import metadata
from projections.projection import Projection
from projections.rows import Rows


def touches(recorded: Recorded) -> Iterable[tuple[str, UUID]]:
    event = recorded.event
    if isinstance(event, clients.Event):
        return (("client", recorded.stream),)
    if isinstance(event, progress.CaseFileOpened):
        both = (event.debtor_id, event.creditor_id)
        return (("debt", recorded.stream), *(("client", one) for one in both if one is not None))
    if isinstance(event, issuing.InvoiceDrafted | issuing.InvoiceImported):
        return (("debt", recorded.stream), ("client", event.client_id))
    if isinstance(event, case_file.Event | invoice.Event):
        return (("debt", recorded.stream),)
    if isinstance(event, people.Event):
        return (("user", recorded.stream),)
    if isinstance(event, task.TaskPlanned):
        return (("task", recorded.stream), ("client", event.client_id)) if event.client_id else ()
    if isinstance(event, task.Event):
        return (("task", recorded.stream),)
    return ()


def project(rows: Rows, recorded: Recorded) -> None:
    event = recorded.event
    if isinstance(event, clients.Event):
        clients.project(rows, recorded, event)
    elif recorded.category is Category.CASE_FILE and isinstance(event, case_file.Event):
        case_files.project(rows, recorded.stream, event)
    elif isinstance(event, invoice.Event):
        invoices.project(rows, recorded.stream, event)
    elif isinstance(event, people.Event):
        users.project(rows, recorded.stream, event)
    elif isinstance(event, task.Event):
        tasks.project(rows, recorded.stream, event)


projection = Projection(name="portfolio", version=7, metadata=metadata, touches=touches, project=project, settle=settle)
