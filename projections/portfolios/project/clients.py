"""Clients, how they are reached, who holds them, and how they stand."""

from typing import Any, assert_never
from uuid import UUID

from domain.client import ClientRegistered, contacts, portfolio, restrictions
from domain.client.details import Address, ClientCorrected
from domain.events import Recorded
from domain.personal import BLOCKED, ERASED
from projections.portfolios.project.accounts import merge, settle_later, unmerge
from projections.portfolios.tables import MONEY_SORTS, assignments, clients, holdings, phones, plans
from projections.projection import NEVER, NOT_YET
from projections.rows import Rows
from projections.sorting import sort_key

Event = ClientRegistered | ClientCorrected | contacts.Event | portfolio.Event | restrictions.Event
"""What of a client its portfolio needs to know."""


def project(rows: Rows, recorded: Recorded, event: Event) -> None:
    client_id = recorded.stream
    if isinstance(event, ClientRegistered):
        _registered(rows, client_id, event)
    elif isinstance(event, ClientCorrected):
        client = rows.one(clients, client_id)
        for column, value in _described(event).items():
            client[column] = value
    elif isinstance(event, contacts.Event):
        _reached(rows, recorded, event)
    elif isinstance(event, portfolio.Event):
        _assigned(rows, recorded, event)
    else:
        _stands(rows, client_id, event)


def _registered(rows: Rows, client_id: UUID, event: ClientRegistered) -> None:
    rows.add(
        clients,
        client_id,
        reference=event.reference,
        collector="",
        survivor_id=client_id,
        is_erased=False,
        is_creditor=False,
        is_listed=True,
        standing="new",
        most_owed=0,
        **{f"most_{name}": 0 for name in MONEY_SORTS},
        last_action_on=NOT_YET,
        next_action_on=NEVER,
        **_described(event),
    )


def _described(event: ClientRegistered | ClientCorrected) -> dict[str, Any]:
    address = event.address or Address()
    return {
        "name": event.name,
        "name_key": sort_key(event.name),
        "street": address.street,
        "postcode": address.postcode,
        "city": address.city or "",
        "zone": event.zone if event.zone and event.zone != ERASED else "",
    }


def _stands(rows: Rows, client_id: UUID, event: restrictions.Event) -> None:
    """What is personal about an erased client goes by itself: see `projections/erasure.py`."""
    client = rows.one(clients, client_id)
    match event:
        case restrictions.ClientBlocked():
            client["hidden_name"], client["name"], client["name_key"] = client["name"], BLOCKED, sort_key(BLOCKED)
        case restrictions.ClientUnblocked():
            client["name"], client["hidden_name"] = client["hidden_name"], None
            client["name_key"] = sort_key(client["name"])
        case restrictions.ClientErased():
            client["hidden_name"], client["is_erased"] = None, True
            settle_later(rows, client_id)
        case restrictions.ClientMerged():
            merge(rows, client_id, event.into)
        case restrictions.ClientUnmerged():
            unmerge(rows, client_id)
        case restrictions.RetentionSet() | restrictions.ErasureRefused():
            pass
        case _:
            assert_never(event)


def _reached(rows: Rows, recorded: Recorded, event: contacts.Event) -> None:
    client_id = recorded.stream
    match event:
        case contacts.ContactAdded() if event.medium is contacts.Medium.PHONE:
            _phone(rows, recorded, event)
        case contacts.ContactChanged() if (event.contact_id,) in rows.all(phones, client_id):
            _phone(rows, recorded, event)
        case contacts.ContactRemoved():
            rows.remove(phones, client_id, event.contact_id)
        case contacts.ContactAdded() | contacts.ContactChanged():
            pass  # an e-mail address


def _phone(rows: Rows, recorded: Recorded, event: contacts.ContactAdded | contacts.ContactChanged) -> None:
    client_id = recorded.stream
    if event.preferred:
        for row in rows.all(phones, client_id).values():
            row["preferred"] = False
    rows.add(
        phones,
        client_id,
        contact_id=event.contact_id,
        position=recorded.position,
        value=event.value,
        whose=event.whose,
        preferred=event.preferred,
        usable=event.state in contacts.USABLE,
    )


def _assigned(rows: Rows, recorded: Recorded, event: portfolio.Event) -> None:
    client_id = recorded.stream
    rows.append(assignments, client_id=client_id, position=recorded.position, command_id=recorded.command_id)
    match event:
        case portfolio.ClientAssignedToCollector() | portfolio.ClientUnassigned():
            who = event.collector if isinstance(event, portfolio.ClientAssignedToCollector) else ""
            rows.add(
                holdings,
                client_id,
                from_on=event.from_on,
                to_on=NEVER,
                collector=who,
                actor=recorded.actor,
                recorded_at=recorded.recorded_at.replace(tzinfo=None),
            )
            _follow_one_another(rows, client_id)
            if event.plan_id is not None:
                rows.remove(plans, client_id, event.plan_id)
            settle_later(rows, client_id)
        case portfolio.AssignmentPlanned():
            rows.add(
                plans,
                client_id,
                plan_id=event.plan_id,
                collector=event.collector or "",
                from_on=event.from_on,
                actor=recorded.actor,
                command_id=recorded.command_id,
                correlation_id=recorded.correlation_id,
            )
        case portfolio.AssignmentCancelled() | portfolio.AssignmentLapsed():
            rows.remove(plans, client_id, event.plan_id)


def _follow_one_another(rows: Rows, client_id: UUID) -> None:
    """Each holding ends where the next begins; the last is in force, for none is from a day to come."""
    held = sorted(rows.all(holdings, client_id).values(), key=lambda row: row["from_on"])
    for row, following in zip(held, [*held[1:], None], strict=True):
        row["to_on"] = following["from_on"] if following else NEVER
    rows.one(clients, client_id)["collector"] = held[-1]["collector"]
