"""Clients as far as invoices need them: their names, who holds them, and who was merged into whom."""

from datetime import date
from typing import assert_never
from uuid import UUID

from domain.client import ClientRegistered, portfolio, restrictions
from domain.client.details import ClientCorrected
from domain.personal import BLOCKED
from projections.invoices.project.counting import change_hands
from projections.invoices.tables import absorbed, clients, documents_of, estimates, invoices
from projections.projection import NOT_YET
from projections.rows import Row, Rows
from projections.sorting import sort_key

Event = ClientRegistered | ClientCorrected | portfolio.Event | restrictions.Event


def project(rows: Rows, client_id: UUID, event: Event) -> None:
    match event:
        case ClientRegistered():
            rows.add(
                clients,
                client_id,
                reference=event.reference,
                name=event.name,
                name_key=sort_key(event.name),
                collector="",
                held_since=NOT_YET,
                survivor_id=client_id,
            )
        case ClientCorrected():
            if "name" in event.changed:
                _rename(rows, client_id, event.name)
        case portfolio.ClientAssignedToCollector():
            _held(rows, client_id, event.from_on, event.collector)
        case portfolio.ClientUnassigned():
            _held(rows, client_id, event.from_on, "")
        case portfolio.AssignmentPlanned() | portfolio.AssignmentCancelled() | portfolio.AssignmentLapsed():
            pass  # nobody holds yet what is only planned
        case event:
            _stands(rows, client_id, event)


def _stands(rows: Rows, client_id: UUID, event: restrictions.Event) -> None:
    """What is personal about an erased client goes by itself: see `projections/erasure.py`."""
    row = rows.one(clients, client_id)
    match event:
        case restrictions.ClientBlocked():
            row["hidden_name"] = row["name"]
            _rename(rows, client_id, BLOCKED)
        case restrictions.ClientUnblocked():
            name, row["hidden_name"] = row["hidden_name"], None
            _rename(rows, client_id, name)
        case restrictions.ClientErased():
            row["hidden_name"] = None
        case restrictions.ClientMerged():
            row["merged_into"] = event.into
            rows.add(absorbed, event.into, absorbed_id=client_id)
            _survives(rows, client_id, rows.one(clients, event.into)["survivor_id"])
        case restrictions.ClientUnmerged():
            rows.fetch([("client", row["merged_into"])])
            rows.remove(absorbed, row["merged_into"], client_id)
            row["merged_into"] = None
            _survives(rows, client_id, client_id)
        case restrictions.RetentionSet() | restrictions.ErasureRefused():
            pass
        case _:
            assert_never(event)


def _rename(rows: Rows, client_id: UUID, name: str) -> None:
    client = rows.one(clients, client_id)
    client["name"], client["name_key"] = name, sort_key(name)
    for document in _documents(rows, client_id):
        document["client_key"] = client["name_key"]


def _held(rows: Rows, client_id: UUID, from_on: date, collector: str) -> None:
    """Assignments begin today or before, so whoever holds from the latest day holds now."""
    client = rows.one(clients, client_id)
    if from_on < client["held_since"]:
        return
    change_hands(rows, client_id, client["collector"], collector)
    client["collector"], client["held_since"] = collector, from_on
    for document in _documents(rows, client_id):
        document["collector"] = collector


def _documents(rows: Rows, client_id: UUID) -> list[Row]:
    copies = [*rows.all(documents_of, client_id).values()]
    rows.fetch([("document", copy["document_id"]) for copy in copies])
    return [rows.one(invoices if copy["invoice"] else estimates, copy["document_id"]) for copy in copies]


def _survives(rows: Rows, client_id: UUID, survivor_id: UUID) -> None:
    """For the client itself, and for those that were merged into it before."""
    rows.one(clients, client_id)["survivor_id"] = survivor_id
    before = [row["absorbed_id"] for row in rows.all(absorbed, client_id).values()]
    rows.fetch([("client", one) for one in before])
    for one in before:
        _survives(rows, one, survivor_id)
