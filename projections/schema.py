"""Tables that are made of the types of their rows, so that the type checkers know what may be added to each.

The type of a row is a `TypedDict`. Each of its keys is a column, in that order; one that may be null is written
`NotRequired[… | None]`, and is null where it is left out. What else there is to say of a column is `Annotated`: a type
of SQLAlchemy's other than that in `TYPES`, and options that `Column` takes, as a dict.
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from types import NoneType, UnionType
from typing import Annotated, Any, Generic, NotRequired, TypeAlias, TypeVar, Union, get_args, get_origin
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Uuid,
)
from sqlalchemy.types import TypeEngine

T = TypeVar("T")
R = TypeVar("R", bound=Mapping[str, Any])

TYPES: Mapping[type, type[TypeEngine[Any]]] = {
    UUID: Uuid,
    str: String,
    int: BigInteger,
    bool: Boolean,
    date: Date,
    datetime: DateTime,
    bytes: LargeBinary,
}

Int32: TypeAlias = Annotated[int, Integer()]

PrimaryKey: TypeAlias = Annotated[T, {"primary_key": True, "autoincrement": False}]
"""A column of the primary key. The first names the partition: see `projections/rows.py`."""


class TableOf(Table, Generic[R]):
    """A table whose rows are of that type."""


def table_of(row: type[R], name: str, metadata: MetaData, *indexes: Index, info: Mapping[Any, Any]) -> TableOf[R]:
    columns = [_column(key, annotation) for key, annotation in row.__annotations__.items()]
    return TableOf(name, metadata, *columns, *indexes, info=dict(info))


def _column(name: str, annotation: Any) -> Column[Any]:
    type_: Any = None
    options: dict[str, Any] = {"nullable": False}
    for part in _parts(annotation):
        if part is NoneType:
            options["nullable"] = True
        elif isinstance(part, dict):
            options |= part
        else:
            type_ = TYPES.get(part, part)
    if get_origin(annotation) is NotRequired and not options["nullable"]:
        raise TypeError(f"{name}: a column that may be left out is one that may be null")
    return Column(name, type_, **options)


def _parts(annotation: Any) -> Iterator[Any]:
    """The plain type first, then what it is annotated with; and the type of None, where that is allowed."""
    if get_origin(annotation) in (NotRequired, Annotated, Union, UnionType):
        for part in get_args(annotation):
            yield from _parts(part)
    else:
        yield annotation
