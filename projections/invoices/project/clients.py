"""Clients as far as invoices need them, and the invoices and estimates that follow them."""

from uuid import UUID

from domain import skipping
from domain.client import ClientRegistered, portfolio, restrictions
from domain.client.details import ClientCorrected
from projections.client_copies import ClientCopies, copied, own_reference
from projections.invoices.project.counting import change_hands
from projections.invoices.tables import Client, clients, documents_of, estimates, invoices, mergings
from projections.projection import NOT_YET
from projections.rows import Row, Rows

Event = ClientRegistered | ClientCorrected | portfolio.Event | restrictions.Event | skipping.Event


def project(rows: Rows, client_id: UUID, event: Event) -> None:
    if isinstance(event, ClientRegistered):
        known = copied(client_id, event)
        rows.add(
            clients,
            Client(client_id=client_id, reference=own_reference(client_id, event), skipped_until=NOT_YET, **known),
        )
    elif isinstance(event, skipping.Event):
        rows.one(clients, client_id)["skipped_until"] = event.until
    else:
        copies.project(rows, client_id, event)


def _renamed(rows: Rows, client: Row) -> None:
    for document in _documents(rows, client):
        document["client_key"] = client["name_key"]


def _passed_on(rows: Rows, client: Row, before: str) -> None:
    change_hands(rows, client["client_id"], before, client["collector"])
    for document in _documents(rows, client):
        document["collector"] = client["collector"]


def _documents(rows: Rows, client: Row) -> list[Row]:
    known = [*rows.all(documents_of, client["client_id"]).values()]
    rows.fetch([("document", one["document_id"]) for one in known])
    return [rows.one(invoices if one["invoice"] else estimates, one["document_id"]) for one in known]


copies = ClientCopies(clients, mergings, _passed_on, _renamed)
