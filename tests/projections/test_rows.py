"""Rows have the columns of their table, and no projection can give them another."""

from uuid import uuid4

import pytest
from sqlalchemy import Column, MetaData, NullPool, String, Table, Uuid, create_engine

from projections.rows import Rows, UnknownColumn

CLIENTS = Table("clients", MetaData(), Column("id", Uuid, primary_key=True), Column("name", String), info={"kind": "c"})


@pytest.mark.parametrize(
    "project",
    [
        lambda rows, one: rows.add(CLIENTS, one, nmae="Ana"),
        lambda rows, one: rows.append(CLIENTS, id=one, nmae="Ana"),
        lambda rows, one: rows.add(CLIENTS, one, name="Ana").__setitem__("nmae", "Eva"),
        lambda rows, one: (rows.add(CLIENTS, one, name="Ana"), rows.add(CLIENTS, one, nmae="Eva")),
    ],
    ids=["added", "appended", "changed", "added again"],
)
def test_a_misspelt_column_is_refused_at_once(project):
    one = uuid4()
    rows = Rows([CLIENTS], partitions_kept=1)
    with create_engine("sqlite://", poolclass=NullPool).connect() as db:
        rows.begin(db, [("c", one)], new=[("c", one)])
        with pytest.raises(UnknownColumn, match="nmae"):
            project(rows, one)
