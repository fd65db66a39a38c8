"""The copy of each client that a read model keeps: its name, who holds it, how it stands, whom it was merged into.

A client's row in a read model is a `Copied`, or at least a `Held`, with columns of its own. What events do to them is
said here, once for all.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Annotated, NotRequired, TypedDict, assert_never
from uuid import UUID

from sqlalchemy import MetaData, Table

from domain.client import ClientRegistered, portfolio, restrictions
from domain.client.details import ClientCorrected
from domain.personal import BLOCKED
from projections.erasure import ERASED_KEY, Personal, about
from projections.holding import last_holder, with_holding
from projections.rows import Row, Rows
from projections.schema import PrimaryKey, TableOf, table_of
from projections.sorting import Sorted, sort_key

Change = ClientCorrected | portfolio.Event | restrictions.Event
"""What changes a copy after it was registered."""


class OfClient(TypedDict):
    client_id: PrimaryKey[UUID]


class Held(TypedDict):
    collector: Sorted  # who holds it now; empty where nobody does
    holdings: str  # see `projections/holding.py`
    merged_into: NotRequired[UUID | None]
    survivor_id: Annotated[UUID, {"index": True}]  # who answers for it: itself, unless it is merged


class _Named(TypedDict):
    name: Personal[str]
    hidden_name: NotRequired[Personal[str | None]]  # while the client is blocked: for an auditor alone
    name_key: Annotated[Sorted, about("client_id", blank=ERASED_KEY)]
    standing: str  # usable, blocked, merged or erased


class Copied(_Named, Held):
    """All that is copied."""


def held(client_id: UUID) -> Held:
    """At first nobody holds it."""
    return Held(collector="", holdings="", survivor_id=client_id)


def copied(client_id: UUID, event: ClientRegistered) -> Copied:
    named = _Named(name=event.name, hidden_name=None, name_key=sort_key(event.name), standing="usable")
    return Copied(**named, **held(client_id))


def own_reference(client_id: UUID, event: ClientRegistered) -> str:
    """Empty for who was registered without one: such a client is known by its id, and nobody looks for part of that."""
    return "" if event.reference == str(client_id) else event.reference


def known_as(client_id: UUID, reference: str) -> str:
    """How commands and programs call the client of that `own_reference`."""
    return reference or str(client_id)


class Merging(OfClient):
    absorbed_id: PrimaryKey[UUID]


def mergings_table(name: str, metadata: MetaData) -> TableOf[Merging]:
    """From a client to those that were ever merged into it itself. Where that was undone, they do not name it now."""
    return table_of(Merging, name, metadata, info={"kind": "client"})


def _nothing(*_: object) -> None:
    pass


@dataclass(frozen=True)
class HeldCopies:
    """The least that is copied: who holds a client, and whom it was merged into.

    `passed_on` is told of a client whose holder changed, and who that was before: for rows that copy its holder.
    """

    clients: Table
    mergings: TableOf[Merging]
    passed_on: Callable[[Rows, Row, str], None] = _nothing

    def hold(self, rows: Rows, client_id: UUID, from_on: date, collector: str) -> None:
        client = rows.one(self.clients, client_id)
        before, client["holdings"] = client["collector"], with_holding(client["holdings"], from_on, collector)
        client["collector"] = last_holder(client["holdings"])
        if client["collector"] != before:
            self.passed_on(rows, client, before)

    def merge(self, rows: Rows, client_id: UUID, into: UUID) -> None:
        rows.fetch([("client", into)])
        rows.add(self.mergings, Merging(client_id=into, absorbed_id=client_id))
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

    def project(self, rows: Rows, client_id: UUID, event: Change) -> None:
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
