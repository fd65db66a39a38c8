"""Writing many rows at once, at the level of the driver: executemany on SQLite, COPY on PostgreSQL.

SQLAlchemy's own insert() costs more than folding the events does; its types and tables are used all the same.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from operator import itemgetter
from typing import Any

from psycopg import sql
from sqlalchemy import Connection, Date, DateTime, Table, Uuid

Row = Mapping[str, Any]
Stored = Callable[[Any], Any]

COPIED_FROM = 50
"""So many rows are worth a COPY."""


def insert_rows(db: Connection, table: Table, rows: Sequence[Row]) -> None:
    if not rows:
        return
    if _is_postgresql(db) and len(rows) >= COPIED_FROM:
        _copy(db, table, rows)
    else:
        _inserting(table, _is_postgresql(db)).execute(db, rows)


def update_rows(db: Connection, table: Table, rows: Sequence[Row]) -> None:
    """All columns of each; on PostgreSQL many rows are taken out and copied in anew, which is several times as fast."""
    if not rows:
        return
    if _is_postgresql(db) and len(rows) >= COPIED_FROM:
        keys = [column.name for column in table.primary_key]
        delete_rows(db, table, [tuple([row[key] for key in keys]) for row in rows])
        _copy(db, table, rows)
    else:
        _updating(table, _is_postgresql(db)).execute(db, rows)


def delete_rows(db: Connection, table: Table, keys: Sequence[tuple[Any, ...]]) -> None:
    if not keys:
        return
    columns = list(table.primary_key)
    names = [column.name for column in columns]
    if _is_postgresql(db):
        # How a column sorts is no part of its type, and an array of a type with a collation is no type.
        types = [column.type.compile(db.dialect).partition(" COLLATE ")[0] for column in columns]
        arrays = ", ".join(f"%s::{type_}[]" for type_ in types)
        place = " AND ".join(f"{table.name}.{name} = gone.{name}" for name in names)
        statement = f"DELETE FROM {table.name} USING unnest({arrays}) AS gone ({', '.join(names)}) WHERE {place}"  # noqa: S608
        db.exec_driver_sql(statement, tuple([list(column) for column in zip(*keys, strict=True)]))
    else:
        _deleting(table).execute(db, [dict(zip(names, key, strict=True)) for key in keys])


@dataclass(frozen=True, slots=True)
class Statement:
    """One that is carried out for many rows, and how each of its columns is put into the driver's form."""

    text: str
    columns: Sequence[tuple[str, Stored | None]]

    def execute(self, db: Connection, rows: Sequence[Row]) -> None:
        """Values are converted column by column: quicker than asking each for its type."""
        values: list[Iterable[Any]] = []
        for name, stored in self.columns:
            column: Iterable[Any] = map(itemgetter(name), rows)
            values.append(column if stored is None else [None if value is None else stored(value) for value in column])
        db.exec_driver_sql(self.text, list(zip(*values, strict=True)))


@cache
def _inserting(table: Table, postgresql: bool) -> Statement:  # noqa: FBT001 - which of the two drivers
    names = [column.name for column in table.columns]
    marks = ", ".join([_mark(postgresql)] * len(names))
    text = f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({marks})"  # noqa: S608 - our own names
    return Statement(text, _stored(table, names, postgresql))


@cache
def _updating(table: Table, postgresql: bool) -> Statement:  # noqa: FBT001 - which of the two drivers
    keys = [column.name for column in table.primary_key]
    others = [column.name for column in table.columns if column.name not in keys]
    changes, place = (_each_is(names, postgresql) for names in (others, keys))
    text = f"UPDATE {table.name} SET {', '.join(changes)} WHERE {' AND '.join(place)}"  # noqa: S608 - our own names
    return Statement(text, _stored(table, [*others, *keys], postgresql))


@cache
def _deleting(table: Table) -> Statement:
    keys = [column.name for column in table.primary_key]
    text = f"DELETE FROM {table.name} WHERE {' AND '.join(_each_is(keys, postgresql=False))}"  # noqa: S608 - our own names
    return Statement(text, _stored(table, keys, postgresql=False))


def _copy(db: Connection, table: Table, rows: Sequence[Row]) -> None:
    driver: Any = db.connection.driver_connection
    names = map(sql.Identifier, table.columns.keys())
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table.name), sql.SQL(", ").join(names))
    with driver.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row([*row.values()])


def _is_postgresql(db: Connection) -> bool:
    return db.dialect.name == "postgresql"


def _mark(postgresql: bool) -> str:  # noqa: FBT001 - which of the two drivers
    return "%s" if postgresql else "?"


def _each_is(names: Iterable[str], postgresql: bool) -> list[str]:  # noqa: FBT001 - which of the two drivers
    return [f"{name} = {_mark(postgresql)}" for name in names]


def _stored(table: Table, names: Iterable[str], postgresql: bool) -> Sequence[tuple[str, Stored | None]]:  # noqa: FBT001 - which of the two drivers
    return [(name, None if postgresql else _STORED.get(type(table.columns[name].type))) for name in names]


_STORED: Mapping[type, Stored] = {
    Uuid: lambda value: value.hex,
    Date: date.isoformat,
    DateTime: lambda value: value.isoformat(" ", "microseconds"),
}
"""How the values of SQLAlchemy's types lie in SQLite; the others as they are."""
