"""The few values of a column that an index begins with, however many rows have each of them.

From one value to the next through the index: to go through all rows for a few names takes as long as the rest of a page
(PostgreSQL wiki, Loose indexscan).
"""

from typing import Any

from sqlalchemy import ColumnElement, Select, func, select


def each(column: ColumnElement[Any], *where: ColumnElement[bool]) -> Select[Any]:
    """In no order, without null. `where` are the columns that the index has before this one, if it has any."""
    found = select(func.min(column).label("value")).where(*where).cte(recursive=True)
    following = select(func.min(column)).where(*where, column > found.c.value).scalar_subquery()
    found = found.union_all(select(following).where(found.c.value.is_not(None)))
    return select(found.c.value).where(found.c.value.is_not(None))
