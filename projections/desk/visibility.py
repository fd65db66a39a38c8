"""Whose clients and case files a person sees.

A substitute sees a portfolio from a day to another without anything being moved: for whom somebody stands in today is
part of who asks, as roles are, so it is right from midnight on and in every query, and no row has to know of it.
"""

from collections.abc import Sequence

from sqlalchemy import ColumnElement

from domain.people import Actor
from projections.desk.tables import case_files, clients


def visible_to(viewer: Actor) -> Sequence[ColumnElement[bool]]:
    """A collector sees the own portfolio; a supervisor, administrator or auditor all of them."""
    return () if viewer.sees_all else (held_by(viewer, case_files.c.collector),)


def clients_of(viewer: Actor) -> Sequence[ColumnElement[bool]]:
    return () if viewer.sees_all else (held_by(viewer, clients.c.collector),)


def held_by(viewer: Actor, collector: ColumnElement[str]) -> ColumnElement[bool]:
    """The one name of most people is compared as such: so lists are read in the order of their index."""
    return collector.in_(sorted(viewer.portfolios)) if viewer.stands_in_for else collector == viewer.name
