"""Whose case files a person sees."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement

from domain.people import Actor
from projections.escritorio.tables import case_files


def visible_to(viewer: Actor) -> Sequence[ColumnElement[bool]]:
    """A collector sees the own portfolio; a supervisor, administrator or auditor all of them."""
    return () if viewer.sees_all else (case_files.c.collector == viewer.name,)
