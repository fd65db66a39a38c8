"""Pages of long lists by keyset: the next page begins after the last row, not after so many rows."""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

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


@dataclass(frozen=True, slots=True)
class Order:
    """By a column that is never null, then by an id that breaks ties. `read` makes the column's value of its text."""

    column: ColumnElement[Any]
    tie: ColumnElement[Any]
    read: Callable[[str], Any]
    read_tie: Callable[[str], Any]
    descending: bool = False

    def page(self, query: Select[Any], cursor: str | None, limit: int) -> Select[Any]:
        """One row more than asked for, which tells whether there is a next page."""
        if cursor is not None:
            after = self._after(cursor)
            place = tuple_(self.column, self.tie)
            query = query.where(place < tuple_(*after) if self.descending else place > tuple_(*after))
        ends = (self.column, self.tie)
        return query.order_by(*(end.desc() if self.descending else end.asc() for end in ends)).limit(limit + 1)

    def first(self, found: Sequence[T], limit: int) -> list[T]:
        """What `page` asked for of several lists, as one page of all."""
        return sorted(found, key=self.place, reverse=self.descending)[: limit + 1]

    def shown(self, found: Sequence[tuple[Any, ...]], limit: int, items: list[T]) -> Page[T]:
        """The page of the rows that `page` asked for, as they are to be shown."""
        return Page(items, self._cursor(found[limit - 1]) if len(found) > limit else None)

    def place(self, row: Any) -> tuple[Any, Any]:
        """What a row is in order by."""
        return getattr(row, str(self.column.key)), getattr(row, str(self.tie.key))

    def _cursor(self, row: tuple[Any, ...]) -> str:
        return base64.urlsafe_b64encode(json.dumps([str(end) for end in self.place(row)]).encode()).decode()

    def _after(self, cursor: str) -> tuple[Any, Any]:
        try:
            value, tie = json.loads(base64.urlsafe_b64decode(cursor.encode()))
            return self.read(value), self.read_tie(tie)
        except (ValueError, TypeError, binascii.Error):
            raise CursorNotUnderstood(field="cursor") from None
