"""Clients, how they are reached, who holds them, and how they stand."""

from collections.abc import Sequence
from uuid import UUID

from domain.client import ClientRegistered, contacts, portfolio, restrictions
from domain.client.details import Address, ClientCorrected
from domain.events import Recorded
from domain.personal import GONE
from projections.client_copies import copied, own_reference
from projections.holding import hold
from projections.portfolios.project.accounts import copies, settle_later
from projections.portfolios.tables import (
    Assignment,
    Client,
    Holding,
    Located,
    Phone,
    Plan,
    assignments,
    clients,
    holdings,
    phones,
    plans,
)
from projections.projection import NEVER, NOT_YET
from projections.rows import Row, Rows

Event = ClientRegistered | ClientCorrected | contacts.Event | portfolio.Event | restrictions.Event
"""What of a client its portfolio needs to know."""


def project(rows: Rows, recorded: Recorded, event: Event) -> None:
    client_id = recorded.stream
    if isinstance(event, ClientRegistered):
        _registered(rows, client_id, event)
    elif isinstance(event, contacts.Event):
        _reached(rows, recorded, event)
    elif isinstance(event, restrictions.ClientMerged | restrictions.ClientUnmerged | restrictions.ClientErased):
        settle_later(rows, client_id)  # whoever answered for it until now
        copies.project(rows, client_id, event)
        settle_later(rows, client_id)
    else:
        copies.project(rows, client_id, event)
        if isinstance(event, ClientCorrected):
            rows.one(clients, client_id).change(_located(event))
        elif isinstance(event, portfolio.Event):
            _assigned(rows, recorded, event)


def _registered(rows: Rows, client_id: UUID, event: ClientRegistered) -> None:
    rows.add(
        clients,
        Client(
            client_id=client_id,
            **copied(client_id, event),
            **_located(event),
            reference=own_reference(client_id, event),
            is_creditor=False,
            is_listed=True,
            activity="new",
            most_owed=0,
            most_outstanding=0,
            most_collected=0,
            most_outstanding_followed=0,
            most_collected_followed=0,
            last_action_on=NOT_YET,
            next_action_on=NEVER,
            next_action=None,
            next_kind=None,
            next_task_id=None,
        ),
    )


def _located(event: ClientRegistered | ClientCorrected) -> Located:
    address = event.address or Address()
    zone = event.zone if event.zone and event.zone not in GONE else ""
    return Located(street=address.street, postcode=address.postcode, city=address.city or "", zone=zone)


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
        Phone(
            client_id=client_id,
            contact_id=event.contact_id,
            position=recorded.position,
            value=event.value,
            whose=event.whose,
            preferred=event.preferred,
            usable=event.state in contacts.USABLE,
        ),
    )


def _assigned(rows: Rows, recorded: Recorded, event: portfolio.Event) -> None:
    client_id = recorded.stream
    rows.append(
        assignments, Assignment(client_id=client_id, position=recorded.position, command_id=recorded.command_id)
    )
    match event:
        case portfolio.ClientAssignedToCollector() | portfolio.ClientUnassigned():
            who = event.collector if isinstance(event, portfolio.ClientAssignedToCollector) else ""
            holding = Holding(
                client_id=client_id,
                from_on=event.from_on,
                to_on=NEVER,
                collector=who,
                actor=recorded.actor,
                recorded_at=recorded.recorded_at.replace(tzinfo=None),
            )
            _follow_one_another(hold(rows, holdings, client_id, holding))
            if event.plan_id is not None:
                rows.remove(plans, client_id, event.plan_id)
            settle_later(rows, client_id)
        case portfolio.AssignmentPlanned():
            rows.add(
                plans,
                Plan(
                    client_id=client_id,
                    plan_id=event.plan_id,
                    collector=event.collector or "",
                    from_on=event.from_on,
                    actor=recorded.actor,
                    command_id=recorded.command_id,
                    correlation_id=recorded.correlation_id,
                ),
            )
        case portfolio.AssignmentCancelled() | portfolio.AssignmentLapsed():
            rows.remove(plans, client_id, event.plan_id)


def _follow_one_another(held: Sequence[Row]) -> None:
    """Each holding ends where the next begins; the last is in force, for none is from a day to come."""
    ends = [*(row["from_on"] for row in held), NEVER][1:]
    for row, to_on in zip(held, ends, strict=True):
        row["to_on"] = to_on
