"""Pages of long lists by keyset: the next page begins after the last row, not after so many rows."""

import base64
import binascii
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, tuple_

from domain.errors import Invalid

T = TypeVar("T")
Seen = tuple[str, ...]


class CursorNotUnderstood(Invalid):
    title = "This cursor was not given out by this list"


class UnknownSort(Invalid):
    title = "This list cannot be sorted like that"


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """`next` is the cursor of the following page, None at the end."""

    items: list[T]  # no `Sequence`, which pydantic goes through in Python, item by item
    next: str | None


def _text(value: object) -> str:
    """What no database could hold is in no cursor of ours."""
    if not isinstance(value, str) or "\0" in value:
        raise TypeError
    value.encode()  # halves of characters are none: a UnicodeEncodeError is a ValueError
    return value


def _within(number: int) -> int:
    if not -(2**63) <= number < 2**63:
        raise ValueError
    return number


READ: Mapping[type, Callable[[str], Any]] = {
    date: date.fromisoformat,
    datetime: datetime.fromisoformat,
    int: lambda text: _within(int(text)),
    str: str,
    UUID: UUID,
}
"""What a cursor's text is, by the type of its column."""


@dataclass(frozen=True, slots=True)
class Order:
    """By columns that are never null, the last of them an id that breaks ties."""

    columns: Sequence[ColumnElement[Any]]
    descending: bool = False

    def page(self, query: Select[Any], cursor: str | None, limit: int) -> Select[Any]:
        """One row more than asked for, which tells whether there is a next page."""
        if cursor is not None:
            place, after = tuple_(*self.columns), tuple_(*self._after(cursor))
            query = query.where(place < after if self.descending else place > after)
        ends = (column.desc() if self.descending else column.asc() for column in self.columns)
        return query.order_by(*ends).limit(limit + 1)

    def first(self, found: Sequence[T], limit: int) -> list[T]:
        """What `page` asked for of several lists, as one page of all."""
        return sorted(found, key=self.place, reverse=self.descending)[: limit + 1]

    def shown(self, found: Sequence[tuple[Any, ...]], limit: int, items: list[T]) -> Page[T]:
        """The page of the rows that `page` asked for, as they are to be shown."""
        return Page(items, self.cursor(found[limit - 1]) if len(found) > limit else None)

    def place(self, row: Any) -> tuple[Any, ...]:
        """What a row is in order by."""
        return tuple(getattr(row, str(column.key)) for column in self.columns)

    def cursor(self, row: tuple[Any, ...]) -> str:
        """After which the rest of the list follows."""
        return base64.urlsafe_b64encode(json.dumps([str(end) for end in self.place(row)]).encode()).decode()

    def _after(self, cursor: str) -> Sequence[Any]:
        try:
            texts = json.loads(base64.urlsafe_b64decode(cursor.encode()))
            return [READ[column.type.python_type](_text(of)) for column, of in zip(self.columns, texts, strict=True)]
        except (ValueError, TypeError, binascii.Error):
            raise CursorNotUnderstood(field="cursor") from None
