"""Who held a client when, and what is planned for days to come."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, func, select, tuple_

from domain.people import Actor
from projections.portfolios.tables import clients, holdings, plans
from projections.projection import NEVER

PLANS_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Held:
    """From one day to another, both included; `until_on` is None while it lasts, `collector` where nobody held."""

    collector: str | None
    from_on: date
    until_on: date | None
    assigned_by: str
    assigned_at: datetime


@dataclass(frozen=True, slots=True)
class Plan:
    id: UUID
    collector: str | None
    from_on: date
    planned_by: str


@dataclass(frozen=True, slots=True)
class HeldBy:
    """Who held it, the latest first, and who is to hold it."""

    holdings: list[Held]
    plans: list[Plan]


@dataclass(frozen=True, slots=True)
class PlannedReassignment:
    """What one command planned, as far as it waits: so many clients, one of them by name."""

    id: UUID
    collector: str | None
    from_on: date
    planned_by: str
    clients: int
    client_id: UUID
    client: str


@dataclass(frozen=True, slots=True)
class Due:
    """A plan whose day has come."""

    from_on: date
    client_id: UUID
    plan_id: UUID
    correlation_id: UUID


def held_by(db: Connection, viewer: Actor, client_id: UUID) -> HeldBy | None:
    """None where there is no such client, or others hold it. Of one who was merged: of whoever answers for it now."""
    survivor = select(clients.c.survivor_id).where(clients.c.client_id == client_id).scalar_subquery()
    found = select(clients.c.client_id, clients.c.collector).where(clients.c.client_id == survivor)
    client = db.execute(found).one_or_none()
    if client is None or not viewer.sees(client.collector):
        return None
    client_id = client.client_id
    held = db.execute(select(holdings).where(holdings.c.client_id == client_id).order_by(holdings.c.from_on.desc()))
    waiting = db.execute(select(plans).where(plans.c.client_id == client_id).order_by(plans.c.from_on))
    return HeldBy(
        [
            Held(
                row.collector or None,
                row.from_on,
                None if row.to_on == NEVER else row.to_on - timedelta(days=1),
                row.actor,
                row.recorded_at.replace(tzinfo=UTC),
            )
            for row in held
        ],
        [Plan(row.plan_id, row.collector or None, row.from_on, row.actor) for row in waiting],
    )


def planned(db: Connection) -> Sequence[PlannedReassignment]:
    """The next first, `PLANS_SHOWN` of them."""
    each = (plans.c.command_id, plans.c.collector, plans.c.from_on, plans.c.actor)
    grouped = (
        select(
            *each,
            func.count(clients.c.survivor_id.distinct()).label("count"),
            func.min(clients.c.name_key).label("first"),
        )
        .join(clients, clients.c.client_id == plans.c.client_id)
        .group_by(*each)
        .order_by(plans.c.from_on, plans.c.command_id)
        .limit(PLANS_SHOWN)
    )
    return [_planned(db, row) for row in db.execute(grouped)]


def _planned(db: Connection, row: Any) -> PlannedReassignment:
    client = db.execute(
        select(clients.c.client_id, clients.c.name)
        .join(plans, plans.c.client_id == clients.c.client_id)
        .where(plans.c.command_id == row.command_id, clients.c.name_key == row.first)
        .limit(1)
    ).one()
    return PlannedReassignment(
        id=row.command_id,
        collector=row.collector or None,
        from_on=row.from_on,
        planned_by=row.actor,
        clients=row.count,
        client_id=client.client_id,
        client=client.name,
    )


def plans_of(db: Connection, command_id: UUID) -> Sequence[tuple[UUID, UUID]]:
    """Client and plan, of those of one command that wait."""
    query = select(plans.c.client_id, plans.c.plan_id).where(plans.c.command_id == command_id)
    return [(client_id, plan_id) for client_id, plan_id in db.execute(query)]


def due(db: Connection, today: date, limit: int, *, after: Due | None) -> Sequence[Due]:
    """The longest due first, from the one after `after` on."""
    place = (plans.c.from_on, plans.c.plan_id)
    query = select(plans).where(plans.c.from_on <= today).order_by(*place).limit(limit)
    if after is not None:
        query = query.where(tuple_(*place) > tuple_(after.from_on, after.plan_id))
    return [Due(row.from_on, row.client_id, row.plan_id, row.correlation_id) for row in db.execute(query)]
