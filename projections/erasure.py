"""Which columns of read models are personal, and about whom; and how they are blanked once that client is erased.

A column is marked where it is defined: `name: Personal[str]`, or `Annotated[str, about("debtor_id")]`; and a table
whose very rows follow from something personal, such as the words of a name: `info={…, **rows_about("client_id")}`. What
a rebuild makes of a log whose client is erased, and what blanking makes of rows that were there before, are the same.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, TypeAlias, TypeVar
from uuid import UUID

from sqlalchemy import Column, ColumnElement, Connection, Table, Uuid, bindparam, case, delete, literal, select, update

from domain.personal import ERASED
from projections.sorting import sort_key

ERASED_KEY = sort_key(ERASED)
"""What a name sorts as once it is erased."""

_ABOUT, _ROWS = "about", "rows about"

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Whose:
    """The column that names the client: one of the row's own, or of another table's row, which `key` leads to."""

    client: str
    of: Table | None = None
    key: str = ""

    def is_one_of(self, table: Table) -> ColumnElement[bool]:
        clients = bindparam("clients", expanding=True, type_=Uuid())
        if self.of is None:
            return table.c[self.client].in_(clients)
        return table.c[self.key].in_(select(self.of.c[self.key]).where(self.of.c[self.client].in_(clients)))


def about(
    client: str, *, of: Table | None = None, key: str = "", blank: object = ERASED, nothing: object = None
) -> dict[Any, Any]:
    """The mark of a column. Where there was nothing, which reads `nothing`, nothing stays; all else reads `blank`."""
    return {"info": {_ABOUT: (Whose(client, of, key), blank, nothing)}}


Personal: TypeAlias = Annotated[T, about("client_id")]
"""A column that is about the client whom the row names."""

Cleared: TypeAlias = Annotated[T, about("client_id", blank=None)]
"""Such a column of which nothing is left once that client is erased."""


def rows_about(client: str) -> dict[Any, Any]:
    """The mark of a table whose rows go altogether."""
    return {_ROWS: Whose(client)}


def personal(table: Table) -> Sequence[Column[Any]]:
    """The columns that are blanked; all of a table whose rows go."""
    return [column for column in table.columns if _ABOUT in column.info or _ROWS in table.info]


def erase(db: Connection, tables: Sequence[Table], clients: Collection[UUID]) -> None:
    """Blank all that these tables say about the clients. Doing it again changes nothing."""
    for table in tables:
        if _ROWS in table.info:
            db.execute(delete(table).where(table.info[_ROWS].is_one_of(table)), {"clients": list(clients)})
            continue
        marked: dict[Whose, dict[str, Any]] = defaultdict(dict)
        for column in personal(table):
            whose, blank, nothing = column.info[_ABOUT]
            there = column.is_not(None) if nothing is None else column != nothing
            marked[whose][column.name] = case((there, literal(blank, column.type)), else_=nothing)
        for whose, blanks in marked.items():
            db.execute(update(table).where(whose.is_one_of(table)).values(blanks), {"clients": list(clients)})
