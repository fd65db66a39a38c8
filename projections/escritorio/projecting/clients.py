"""Clients, and who holds them."""

from typing import assert_never
from uuid import UUID

from sqlalchemy import Table

from domain import client
from domain.client import ClientAssignedToCollector, ClientRegistered
from projections.escritorio import tables
from projections.rows import Rows
from projections.sorting import sort_key, words_of


def project(rows: Rows, client_id: UUID, event: client.Event) -> None:
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
                rows.append(tables.client_words, client_id=client_id, word=word)
        case ClientAssignedToCollector():
            rows.add(tables.client_holdings, client_id, from_on=event.from_on, collector=event.collector)
            holder = latest_holder(rows, tables.client_holdings, client_id)
            rows.one(tables.clients, client_id)["collector"] = holder or ""
            followers = [row["case_file_id"] for row in rows.all(tables.case_files_of, client_id).values()]
            rows.fetch([("case_file", follower) for follower in followers])
            for follower in followers:
                file = rows.one(tables.case_files, follower)
                file["collector"] = file["own_collector"] or holder or ""
        case _:
            assert_never(event)


def _next_number(rows: Rows) -> int:
    counter = rows.all(tables.counters, tables.CLIENTS).get(()) or rows.add(tables.counters, tables.CLIENTS, reached=0)
    counter["reached"] += 1
    return int(counter["reached"])


def latest_holder(rows: Rows, holdings: Table, partition: UUID) -> str | None:
    """Assignments begin today or before, so whoever holds from the latest day holds now."""
    held = rows.all(holdings, partition).values()
    return max(held, key=lambda row: row["from_on"])["collector"] if held else None
