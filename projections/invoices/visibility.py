"""Whose invoices and estimates a person sees: a collector those of the own portfolio and of those stood in for."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement

from domain.people import Actor


def visible_to(viewer: Actor, collector: ColumnElement[str]) -> Sequence[ColumnElement[bool]]:
    """The one name of most people is compared as such: so lists are read in the order of their index."""
    if viewer.sees_all:
        return ()
    return (collector.in_(sorted(viewer.portfolios)) if viewer.stands_in_for else collector == viewer.name,)
