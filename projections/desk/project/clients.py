"""Clients, who holds them, and how they stand."""

from datetime import date
from typing import assert_never
from uuid import UUID

from sqlalchemy import Table

from domain.client import ClientRegistered, portfolio, restrictions
from domain.client.details import ClientCorrected
from domain.folding import written_alike
from domain.personal import BLOCKED
from projections.client_numbers import next_number
from projections.desk import tables
from projections.rows import Row, Rows
from projections.sorting import sort_key

Event = ClientRegistered | ClientCorrected | portfolio.Event | restrictions.Event
"""What of a client the desk needs to know."""


def project(rows: Rows, client_id: UUID, event: Event) -> None:
    match event:
        case ClientRegistered():
            rows.add(
                tables.clients,
                client_id,
                number=next_number(rows, tables.counters, tables.CLIENTS),
                reference=event.reference,
                name=event.name,
                name_key=sort_key(event.name),
                client_kind=event.kind.value if event.kind else None,
                zone=event.zone,
                collector="",
                standing="usable",
                survivor_id=client_id,
                owes=0,
                is_owed=0,
            )
            _found_by(rows, client_id, event.name)
        case ClientCorrected():
            client = rows.one(tables.clients, client_id)
            client["client_kind"] = event.kind.value if event.kind else None
            client["zone"] = event.zone
            if "name" in event.changed:
                _rename(rows, client, event.name)
        case portfolio.ClientAssignedToCollector():
            _held(rows, client_id, event.from_on, event.collector)
        case portfolio.ClientUnassigned():
            _held(rows, client_id, event.from_on, None)
        case portfolio.AssignmentPlanned() | portfolio.AssignmentCancelled() | portfolio.AssignmentLapsed():
            pass  # nobody holds yet what is only planned
        case event:
            _stands(rows, client_id, event)


def _stands(rows: Rows, client_id: UUID, event: restrictions.Event) -> None:
    """What is personal about an erased client goes by itself: see `projections/erasure.py`."""
    row = rows.one(tables.clients, client_id)
    match event:
        case restrictions.ClientBlocked():
            row["standing"], row["hidden_name"] = "blocked", row["name"]
            _rename(rows, row, BLOCKED)
        case restrictions.ClientUnblocked():
            row["standing"], name, row["hidden_name"] = "usable", row["hidden_name"], None
            _rename(rows, row, name)
        case restrictions.ClientErased():
            row["standing"], row["hidden_name"] = "erased", None
        case restrictions.ClientMerged():
            row["standing"], row["merged_into"] = "merged", event.into
            rows.add(tables.absorbed, event.into, absorbed_id=client_id)
            _survives(rows, client_id, rows.one(tables.clients, event.into)["survivor_id"])
        case restrictions.ClientUnmerged():
            rows.fetch([("client", row["merged_into"])])
            rows.remove(tables.absorbed, row["merged_into"], client_id)
            row["standing"], row["merged_into"] = "usable", None
            _survives(rows, client_id, client_id)
        case restrictions.RetentionSet() | restrictions.ErasureRefused():
            pass
        case _:
            assert_never(event)


def _rename(rows: Rows, client: Row, name: str) -> None:
    client_id: UUID = client["client_id"]
    client["name"], client["name_key"] = name, sort_key(name)
    _found_by(rows, client_id, name)
    for file in _followers(rows, client_id):
        file["debtor_key"] = client["name_key"]


def _followers(rows: Rows, client_id: UUID) -> list[Row]:
    """The case files whose debtor it is."""
    followers = [row["case_file_id"] for row in rows.all(tables.case_files_of, client_id).values()]
    rows.fetch([("owed", follower) for follower in followers])
    return [rows.one(tables.case_files, follower) for follower in followers]


def _held(rows: Rows, client_id: UUID, from_on: date, collector: str | None) -> None:
    rows.add(tables.client_holdings, client_id, from_on=from_on, collector=collector)
    holder = latest_holder(rows, tables.client_holdings, client_id)
    rows.one(tables.clients, client_id)["collector"] = holder or ""
    for file in _followers(rows, client_id):
        file["collector"] = file["own_collector"] or holder or ""


def _found_by(rows: Rows, client_id: UUID, name: str) -> None:
    """By the words of this name alone."""
    for (word,) in [*rows.all(tables.client_words, client_id)]:
        rows.remove(tables.client_words, client_id, word)
    for word in written_alike(name):
        rows.add(tables.client_words, client_id, word=word)


def _survives(rows: Rows, client_id: UUID, survivor_id: UUID) -> None:
    """For the client itself, and for those that were merged into it before."""
    rows.one(tables.clients, client_id)["survivor_id"] = survivor_id
    before = [row["absorbed_id"] for row in rows.all(tables.absorbed, client_id).values()]
    rows.fetch([("client", one) for one in before])
    for one in before:
        _survives(rows, one, survivor_id)


def latest_holder(rows: Rows, holdings: Table, partition: UUID) -> str | None:
    """Assignments begin today or before, so whoever holds from the latest day holds now."""
    held = rows.all(holdings, partition).values()
    return max(held, key=lambda row: row["from_on"])["collector"] if held else None
