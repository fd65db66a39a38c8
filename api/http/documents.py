"""Files that people print or open in other programs: what they are made from. How they are made lies outside.

A `Sheet` is a table of which the rows may come one by one, so that a long one is never held whole; `downloaded` is
the answer that it is sent as.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any, Literal, Protocol
from urllib.parse import quote

from fastapi.responses import Response, StreamingResponse
from starlette.background import BackgroundTask

from domain.errors import Conflict

CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SheetKind = Literal["csv", "xlsx"]

PIECE = 64 * 1024

Cell = str | int | Decimal | date | datetime | None
"""A moment is told without a zone, which no spreadsheet has: see `api.pages.sheets`."""

PAPER_AT_MOST = 3_000
"""Clients in a PDF: some hundred pages, which take seconds to set."""

ROWS_AT_MOST = 200_000

LINES_OF_A_SHEET = 1_048_575
"""Under its headings: as many as programs read."""


class TooLongForPaper(Conflict):
    title = "This is too long to print: filter it, or take it as a spreadsheet"


class TooLongForASheet(Conflict):
    title = "This is too long for one file: filter it"


@dataclass(frozen=True)
class Sheet:
    """`notes` are a second sheet of a workbook, which a CSV file has no room for."""

    title: str
    headings: Sequence[str]
    rows: Iterable[Sequence[Cell]]
    notes: "Sheet | None" = None


class Documents(Protocol):
    def pdf(self, template: str, said: Mapping[str, Any], /) -> bytes:
        """What is said set by that template; texts are texts whatever they hold. Tagged, as PDF/UA-1 asks.

        It says to be PDF/UA unless a text has a sign that the fonts lack.
        """
        ...

    def workbook(self, sheet: Sheet, /) -> IO[bytes]:
        """An .xlsx file, to be read from its beginning."""
        ...

    def csv(self, sheet: Sheet, /, *, decimal_mark: str) -> Iterator[bytes]:
        """As spreadsheets of a country with that decimal mark read it: UTF-8 that says so; no cell is a formula."""
        ...


def downloaded(documents: Documents, sheet: Sheet, kind: SheetKind, name: str, *, decimal_mark: str) -> Response:
    """To be kept as a file of that name. Rows are read while it is sent, those of a workbook before."""
    headers = named_file(f"{name}.{kind}")
    if kind == "csv":
        return StreamingResponse(documents.csv(sheet, decimal_mark=decimal_mark), media_type=CSV, headers=headers)
    book = documents.workbook(sheet)
    return StreamingResponse(_pieces(book), media_type=XLSX, headers=headers, background=BackgroundTask(book.close))


def named_file(name: str, *, shown: bool = False) -> dict[str, str]:
    """The header with which a browser keeps an answer as a file of that name, or shows it.

    RFC 8187, section 3.2.1: all but letters, digits and a few signs stands as its bytes in UTF-8.
    """
    return {"Content-Disposition": f"{'inline' if shown else 'attachment'}; filename*=UTF-8''{quote(name, safe='')}"}


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    while piece := file.read(PIECE):
        yield piece


BINARY: dict[str, Any] = {"schema": {"type": "string", "format": "binary"}}
