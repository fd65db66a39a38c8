"""A table has the columns of the type of its rows, and no projection can give a row another."""

from datetime import date, datetime
from typing import Annotated, NotRequired, TypedDict
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Column, Index, MetaData, NullPool, Table, create_engine
from sqlalchemy import types as sql

from projections.rows import Rows, UnknownColumn
from projections.schema import Int32, PrimaryKey, table_of
from projections.sorting import Sorted


class Client(TypedDict):
    id: PrimaryKey[UUID]
    name: NotRequired[str | None]


CLIENTS = table_of(Client, "clients", MetaData(), info={"kind": "c"})


@pytest.mark.parametrize(
    "project",
    [
        lambda rows, one: rows.add(CLIENTS, Client(id=one, nmae="Ana")),
        lambda rows, one: rows.append(CLIENTS, Client(id=one, nmae="Ana")),
        lambda rows, one: rows.add(CLIENTS, Client(id=one, name="Ana")).__setitem__("nmae", "Eva"),
        lambda rows, one: (
            rows.add(CLIENTS, Client(id=one, name="Ana")),
            rows.add(CLIENTS, Client(id=one, nmae="Eva")),
        ),
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


def test_the_columns_of_a_table_follow_from_the_type_of_its_rows():
    class Begun(TypedDict):
        stream: PrimaryKey[UUID]
        key: PrimaryKey[Sorted]

    class Kept(Begun):
        amount: int
        place: Annotated[Int32, {"index": True, "info": {"about": "it"}}]
        day: NotRequired[date | None]
        at: datetime
        text: NotRequired[Annotated[Sorted | None, {"info": {"about": "it"}}]]
        true: bool
        hash: bytes

    made = table_of(Kept, "kept", MetaData(), Index("kept_at", "at"), info={"kind": "k"})
    by_hand = Table(
        "kept",
        MetaData(),
        Column("stream", sql.Uuid, primary_key=True),
        Column("key", sql.String, primary_key=True),
        Column("amount", sql.BigInteger, nullable=False),
        Column("place", sql.Integer, nullable=False, index=True),
        Column("day", sql.Date),
        Column("at", sql.DateTime, nullable=False),
        Column("text", sql.String),
        Column("true", sql.Boolean, nullable=False),
        Column("hash", sql.LargeBinary, nullable=False),
        Index("kept_at", "at"),
        info={"kind": "k"},
    )
    assert [repr(column) for column in made.columns] == [repr(column) for column in by_hand.columns]
    assert {index.name for index in made.indexes} == {index.name for index in by_hand.indexes}
    assert {column.name for column in made.columns if column.info} == {"place", "text"}
    assert made.info == by_hand.info


def test_a_column_that_may_be_left_out_may_be_null():
    class Wrong(TypedDict):
        id: PrimaryKey[UUID]
        name: NotRequired[str]

    with pytest.raises(TypeError, match="name"):
        table_of(Wrong, "wrong", MetaData(), info={})
