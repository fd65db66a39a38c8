"""Long lists as spreadsheets: page after page of a list, as rows of a file."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TypeVar

from fastapi import Response
from sqlalchemy import Connection

from api.http.documents import LINES_OF_A_SHEET, ROWS_AT_MOST, Cell, Sheet, SheetKind, TooLongForASheet, downloaded
from api.pages.context import PageContext
from projections.pages import Page

T = TypeVar("T")


def every(page_after: Callable[[str | None], Page[T]]) -> Sequence[T]:
    """Page after page. Raises `TooLongForASheet`."""
    lines: list[T] = []
    cursor: str | None = None
    while True:
        page = page_after(cursor)
        lines += page.items
        if len(lines) > ROWS_AT_MOST:
            raise TooLongForASheet(at_most=ROWS_AT_MOST)
        if page.next is None:
            return lines
        cursor = page.next


AT_ONCE = 1_000
"""Lines that are held while a file is made of many."""


def streamed(context: PageContext, page_after: Callable[[Connection, str | None], Page[T]]) -> Iterator[T]:
    """Line by line, all of one moment, so that however many there are few are held. Raises `TooLongForASheet`."""
    count, cursor = 0, None
    with context.snapshot() as db:
        while True:
            page = page_after(db, cursor)
            count += len(page.items)
            if count > LINES_OF_A_SHEET:
                raise TooLongForASheet(at_most=LINES_OF_A_SHEET)
            yield from page.items
            if (cursor := page.next) is None:
                return


Columns = Mapping[str, Callable[[T, PageContext], Cell]]
"""By its heading, what a column has of a line. A heading of moments says in which %(zone)s they are."""


def sheet_of(
    context: PageContext,
    title: str,
    columns: Columns[T],
    lines: Iterable[T],
    kind: SheetKind,
    *,
    called: str = "",
) -> Response:
    """`called` is the file's name, where that is not the title with the day."""
    zone = {"zone": context.business.time_zone}
    headings = [context._(name, **(zone if "%(zone)s" in name else {})) for name in columns]
    rows = ([value(line, context) for value in columns.values()] for line in lines)
    return downloaded_sheet(context, Sheet(title, headings, rows), kind, called=called)


def moment(at: datetime, context: PageContext) -> datetime:
    """As clocks of the business show it, so that a spreadsheet can sort it and count with it."""
    return at.astimezone(context.business.zone).replace(tzinfo=None)


def downloaded_sheet(context: PageContext, sheet: Sheet, kind: SheetKind, *, called: str = "") -> Response:
    name = called or f"{sheet.title}-{context.today}".lower()
    return downloaded(context.service.documents, sheet, kind, name, decimal_mark=context.formats.decimal_mark)
