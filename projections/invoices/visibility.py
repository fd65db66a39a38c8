"""Whose invoices and estimates a person sees: a collector those of the own portfolio and of those stood in for."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select

from domain.people import Actor
from projections.invoices.tables import clients


def visible_to(viewer: Actor, collector: ColumnElement[str]) -> Sequence[ColumnElement[bool]]:
    """The one name of most people is compared as such: so lists are read in the order of their index."""
    if viewer.sees_all:
        return ()
    return (collector.in_(sorted(viewer.portfolios)) if viewer.stands_in_for else collector == viewer.name,)


def is_one_with(client: ColumnElement[Any], client_id: UUID) -> ColumnElement[bool]:
    """Whether the column names the client, whoever it was merged into, or another that was merged into the same."""
    survivor = select(clients.c.survivor_id).where(clients.c.client_id == client_id).scalar_subquery()
    return client.in_(select(clients.c.client_id).where(clients.c.survivor_id == survivor).correlate(None))
