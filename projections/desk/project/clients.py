"""Clients as the desk lists them, and the case files that follow them."""

from uuid import UUID

from domain.client import ClientRegistered, portfolio, restrictions
from domain.client.details import ClientCorrected
from domain.folding import written_alike
from projections.client_copies import ClientCopies, copied, own_reference
from projections.client_numbers import next_number
from projections.desk import tables
from projections.holding import hold
from projections.rows import Row, Rows

Event = ClientRegistered | ClientCorrected | portfolio.Event | restrictions.Event
"""What of a client the desk needs to know."""


def project(rows: Rows, client_id: UUID, event: Event) -> None:
    match event:
        case ClientRegistered():
            client = rows.add(
                tables.clients,
                tables.Client(
                    client_id=client_id,
                    **copied(client_id, event),
                    number=next_number(rows, tables.counters, tables.CLIENTS),
                    reference=own_reference(client_id, event),
                    client_kind=event.kind.value if event.kind else None,
                    zone=event.zone,
                    owes=0,
                    is_owed=0,
                ),
            )
            _found_by_name(rows, client)
            return
        case ClientCorrected():
            client = rows.one(tables.clients, client_id)
            client["client_kind"] = event.kind.value if event.kind else None
            client["zone"] = event.zone
        case portfolio.ClientAssignedToCollector():
            holding = tables.ClientHolding(client_id=client_id, from_on=event.from_on, collector=event.collector)
            hold(rows, tables.client_holdings, client_id, holding)
        case portfolio.ClientUnassigned():
            holding = tables.ClientHolding(client_id=client_id, from_on=event.from_on)
            hold(rows, tables.client_holdings, client_id, holding)
        case _:
            pass
    copies.project(rows, client_id, event)


def _renamed(rows: Rows, client: Row) -> None:
    _found_by_name(rows, client)
    for file in _case_files(rows, client):
        file["debtor_key"] = client["name_key"]


def _passed_on(rows: Rows, client: Row, _: str) -> None:
    for file in _case_files(rows, client):
        file["collector"] = file["own_collector"] or client["collector"]


def _case_files(rows: Rows, client: Row) -> list[Row]:
    """Those whose debtor it is."""
    followers = [row["case_file_id"] for row in rows.all(tables.case_files_of, client["client_id"]).values()]
    rows.fetch([("owed", follower) for follower in followers])
    return [rows.one(tables.case_files, follower) for follower in followers]


def _found_by_name(rows: Rows, client: Row) -> None:
    """By the words of this name alone."""
    client_id: UUID = client["client_id"]
    for (word,) in [*rows.all(tables.client_words, client_id)]:
        rows.remove(tables.client_words, client_id, word)
    for word in written_alike(client["name"]):
        rows.add(tables.client_words, tables.ClientWord(client_id=client_id, word=word))


copies = ClientCopies(tables.clients, tables.mergings, _passed_on, _renamed)
