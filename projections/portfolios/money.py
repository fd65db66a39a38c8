"""What clients come to on all their case files and invoices: outstanding, collected, and waiting for approval."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, func, select

from domain.money import Money
from domain.people import Actor
from projections.portfolios.tables import clients, money


@dataclass(frozen=True, slots=True)
class ClientMoney:
    """In each currency that there is anything of. What is in collection counts on its case file alone."""

    outstanding: list[Money] = field(default_factory=list[Money])
    collected: list[Money] = field(default_factory=list[Money])
    waiting: list[Money] = field(default_factory=list[Money])


def money_of(db: Connection, viewer: Actor, client_ids: Collection[UUID]) -> Mapping[UUID, ClientMoney]:
    """A collector is told of what the client's own collector follows: not of case files that are others' to work."""
    query = (
        select(
            money.c.client_id,
            money.c.currency,
            *(func.sum(money.c[name]).label(name) for name in ("outstanding", "collected", "waiting")),
        )
        .where(money.c.client_id.in_(client_ids), *([] if viewer.sees_all else [money.c.followed]))
        .group_by(money.c.client_id, money.c.currency)
        .order_by(money.c.client_id, money.c.currency)
    )
    found: dict[UUID, ClientMoney] = {}
    for row in db.execute(query):
        kept = found.setdefault(row.client_id, ClientMoney())
        for amounts, minor in (
            (kept.outstanding, row.outstanding),
            (kept.collected, row.collected),
            (kept.waiting, row.waiting),
        ):
            if minor:
                amounts.append(Money.of_minor(int(minor), row.currency))
    return found


def money_sorts(viewer: Actor) -> Mapping[str, ColumnElement[Any]]:
    """By the most of it, in whichever currency that is."""
    of = "" if viewer.sees_all else "_followed"
    return {name: clients.c[f"most_{name}{of}"] for name in ("outstanding", "collected")}
