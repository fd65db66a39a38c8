"""The copy of each client that a read model keeps: its name, who holds it, how it stands, whom it was merged into.

A read model's table of clients has the columns of `copied_columns`, or at least `held_columns`, beside its own. What
events do to them is said here, once for all.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, assert_never
from uuid import UUID

from sqlalchemy import Column, Date, MetaData, String, Table, Uuid

from domain.client import ClientRegistered, portfolio, restrictions
from domain.client.details import ClientCorrected
from domain.personal import BLOCKED
from projections.erasure import ERASED_KEY, about
from projections.projection import NOT_YET
from projections.rows import Row, Rows
from projections.sorting import SORTED, sort_key

Copied = ClientCorrected | portfolio.Event | restrictions.Event
"""What changes a copy after it was registered."""


def held_columns() -> tuple[Column[Any], ...]:
    return (
        Column("collector", SORTED, nullable=False),  # who holds it now; empty where nobody does
        Column("held_since", Date, nullable=False),
        Column("merged_into", Uuid),
        Column("survivor_id", Uuid, nullable=False, index=True),  # who answers for it: itself, unless it is merged
    )


def copied_columns() -> tuple[Column[Any], ...]:
    return (
        Column("name", String, nullable=False, info=about("client_id")),
        Column("hidden_name", String, info=about("client_id")),  # while the client is blocked: for an auditor alone
        Column("name_key", SORTED, nullable=False, info=about("client_id", blank=ERASED_KEY)),
        Column("standing", String, nullable=False),  # usable, blocked, merged or erased
        *held_columns(),
    )


def mergings_table(name: str, metadata: MetaData) -> Table:
    """From a client to those that were ever merged into it itself. Where that was undone, they do not name it now."""
    return Table(
        name,
        metadata,
        Column("client_id", Uuid, primary_key=True),
        Column("absorbed_id", Uuid, primary_key=True),
        info={"kind": "client"},
    )


def _nothing(*_: object) -> None:
    pass


@dataclass(frozen=True)
class HeldCopies:
    """The least that is copied: who holds a client, and whom it was merged into.

    `passed_on` is told of a client whose holder changed, and who that was before: for rows that copy its holder.
    """

    clients: Table
    mergings: Table
    passed_on: Callable[[Rows, Row, str], None] = _nothing

    def add(self, rows: Rows, client_id: UUID, **more: Any) -> Row:
        return rows.add(self.clients, client_id, collector="", held_since=NOT_YET, survivor_id=client_id, **more)

    def hold(self, rows: Rows, client_id: UUID, from_on: date, collector: str) -> None:
        """Assignments begin today or before, so whoever holds from the latest day holds now."""
        client = rows.one(self.clients, client_id)
        if from_on < client["held_since"]:
            return
        before, client["collector"], client["held_since"] = client["collector"], collector, from_on
        if collector != before:
            self.passed_on(rows, client, before)

    def merge(self, rows: Rows, client_id: UUID, into: UUID) -> None:
        rows.fetch([("client", into)])
        rows.add(self.mergings, into, absorbed_id=client_id)
        rows.one(self.clients, client_id)["merged_into"] = into
        self._answers(rows, rows.one(self.clients, into)["survivor_id"], client_id)

    def unmerge(self, rows: Rows, client_id: UUID) -> None:
        rows.one(self.clients, client_id)["merged_into"] = None
        self._answers(rows, client_id, client_id)

    def with_absorbed(self, rows: Rows, client_id: UUID) -> Iterator[UUID]:
        """The client, and all that are merged into it or into those."""
        yield client_id
        ever = [row["absorbed_id"] for row in rows.all(self.mergings, client_id).values()]
        rows.fetch([("client", one) for one in ever])
        for one in ever:
            if rows.one(self.clients, one)["merged_into"] == client_id:
                yield from self.with_absorbed(rows, one)

    def _answers(self, rows: Rows, survivor_id: UUID, client_id: UUID) -> None:
        for one in self.with_absorbed(rows, client_id):
            rows.one(self.clients, one)["survivor_id"] = survivor_id


@dataclass(frozen=True)
class ClientCopies(HeldCopies):
    """`renamed` is told of a client that has another name: for rows that copy it, or what it is found by."""

    renamed: Callable[[Rows, Row], None] = _nothing

    def register(self, rows: Rows, client_id: UUID, event: ClientRegistered, **more: Any) -> Row:
        named = {"name": event.name, "name_key": sort_key(event.name), "standing": "usable"}
        return self.add(rows, client_id, **named, **more)

    def project(self, rows: Rows, client_id: UUID, event: Copied) -> None:
        """What is personal about an erased client goes by itself: see `projections/erasure.py`."""
        client = rows.one(self.clients, client_id)
        match event:
            case ClientCorrected():
                if "name" in event.changed:
                    self._rename(rows, client, event.name)
            case portfolio.ClientAssignedToCollector():
                self.hold(rows, client_id, event.from_on, event.collector)
            case portfolio.ClientUnassigned():
                self.hold(rows, client_id, event.from_on, "")
            case portfolio.AssignmentPlanned() | portfolio.AssignmentCancelled() | portfolio.AssignmentLapsed():
                pass  # nobody holds yet what is only planned
            case restrictions.ClientBlocked():
                client["standing"], client["hidden_name"] = "blocked", client["name"]
                self._rename(rows, client, BLOCKED)
            case restrictions.ClientUnblocked():
                client["standing"], name, client["hidden_name"] = "usable", client["hidden_name"], None
                self._rename(rows, client, name)
            case restrictions.ClientErased():
                client["standing"], client["hidden_name"] = "erased", None
            case restrictions.ClientMerged():
                client["standing"] = "merged"
                self.merge(rows, client_id, event.into)
            case restrictions.ClientUnmerged():
                client["standing"] = "usable"
                self.unmerge(rows, client_id)
            case restrictions.RetentionSet() | restrictions.ErasureRefused():
                pass
            case _:
                assert_never(event)

    def _rename(self, rows: Rows, client: Row, name: str) -> None:
        client["name"], client["name_key"] = name, sort_key(name)
        self.renamed(rows, client)
