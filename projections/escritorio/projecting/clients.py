"""Clients, and who holds them."""

from datetime import date
from typing import assert_never
from uuid import UUID

from sqlalchemy import Table

from domain.client import ClientRegistered, portfolio
from domain.client.details import ClientCorrected
from projections.escritorio import tables
from projections.rows import Row, Rows
from projections.sorting import sort_key, words_of

Event = ClientRegistered | ClientCorrected | portfolio.Event
"""What of a client the desk needs to know."""


def project(rows: Rows, client_id: UUID, event: Event) -> None:
    match event:
        case ClientRegistered():
            rows.add(
                tables.clients,
                client_id,
                number=_next_number(rows),
                reference=event.reference,
                name=event.name,
                name_key=sort_key(event.name),
                client_kind=event.kind.value if event.kind else None,
                zone=event.zone,
                collector="",
                owes=0,
                is_owed=0,
            )
            for word in words_of(event.name):
                rows.add(tables.client_words, client_id, word=word)
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
        case _:
            assert_never(event)


def _rename(rows: Rows, client: Row, name: str) -> None:
    client_id: UUID = client["client_id"]
    client["name"], client["name_key"] = name, sort_key(name)
    for (word,) in [*rows.all(tables.client_words, client_id)]:
        rows.remove(tables.client_words, client_id, word)
    for word in words_of(name):
        rows.add(tables.client_words, client_id, word=word)
    for file in _followers(rows, client_id):
        file["debtor_key"] = client["name_key"]


def _followers(rows: Rows, client_id: UUID) -> list[Row]:
    """The case files whose debtor it is."""
    followers = [row["case_file_id"] for row in rows.all(tables.case_files_of, client_id).values()]
    rows.fetch([("case_file", follower) for follower in followers])
    return [rows.one(tables.case_files, follower) for follower in followers]


def _held(rows: Rows, client_id: UUID, from_on: date, collector: str | None) -> None:
    rows.add(tables.client_holdings, client_id, from_on=from_on, collector=collector)
    holder = latest_holder(rows, tables.client_holdings, client_id)
    rows.one(tables.clients, client_id)["collector"] = holder or ""
    for file in _followers(rows, client_id):
        file["collector"] = file["own_collector"] or holder or ""


def _next_number(rows: Rows) -> int:
    counter = rows.all(tables.counters, tables.CLIENTS).get(()) or rows.add(tables.counters, tables.CLIENTS, reached=0)
    counter["reached"] += 1
    return int(counter["reached"])


def latest_holder(rows: Rows, holdings: Table, partition: UUID) -> str | None:
    """Assignments begin today or before, so whoever holds from the latest day holds now."""
    held = rows.all(holdings, partition).values()
    return max(held, key=lambda row: row["from_on"])["collector"] if held else None
