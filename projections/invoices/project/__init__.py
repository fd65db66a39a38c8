"""What each event does to the rows: here on which of them it works, then a module a subject.

Once a batch each invoice or estimate that it touched is gone through day by day anew, and what has changed by it is
counted.
"""

from collections.abc import Iterable
from uuid import UUID

from domain import estimate, invoice
from domain.client import ClientRegistered
from domain.client.portfolio import ClientAssignedToCollector, ClientUnassigned
from domain.estimate import EstimateDrafted
from domain.events import Category, Recorded
from domain.invoice.issuing import InvoiceDrafted, InvoiceImported
from projections.invoices import tables
from projections.invoices.project import clients, estimates, invoices
from projections.invoices.tables import EVERYBODY
from projections.projection import Projection
from projections.rows import Rows

DOCUMENTS = frozenset({Category.INVOICE, Category.ESTIMATE})


def touches(recorded: Recorded) -> Iterable[tuple[str, UUID]]:
    stream = recorded.stream
    match recorded.event:
        case InvoiceDrafted() | InvoiceImported() | EstimateDrafted() as event:
            return (("document", stream), ("client", event.client_id), *_scopes(event.client_id))
        case _ if recorded.category in DOCUMENTS:
            return (("document", stream),)
        case ClientRegistered() | ClientAssignedToCollector() | ClientUnassigned():
            return (("client", stream), *_scopes(stream))
        case event if isinstance(event, clients.Event) and recorded.category is Category.CLIENT:
            return (("client", stream),)
        case _:
            return ()


def _scopes(client_id: UUID) -> Iterable[tuple[str, UUID]]:
    return (("scope", client_id), ("scope", EVERYBODY))


def project(rows: Rows, recorded: Recorded) -> None:
    event = recorded.event
    if recorded.category is Category.CLIENT and isinstance(event, clients.Event):
        clients.project(rows, recorded.stream, event)
    elif isinstance(event, estimate.Event):
        estimates.project(rows, recorded, event)
    elif recorded.category is Category.INVOICE and isinstance(event, invoice.Event):
        invoices.project(rows, recorded, event)


def settle(rows: Rows, document_id: UUID) -> None:
    if rows.all(tables.invoices, document_id):
        invoices.settle(rows, document_id)
    elif rows.all(tables.estimates, document_id):
        estimates.settle(rows, document_id)


projection = Projection(
    name="invoice_status", version=9, metadata=tables.metadata, touches=touches, project=project, settle=settle
)
