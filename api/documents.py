"""Files that people print or open in other programs: what they are made from. How they are made lies outside.

A `Sheet` is a table of which the rows may come one by one, so that a long one is never held whole.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import IO, Any, Protocol

from domain.errors import Conflict

Cell = str | int | Decimal | date | None

PAPER_AT_MOST = 3_000
"""Clients in a PDF: some hundred pages, which take seconds to set."""

ROWS_AT_MOST = 200_000


class TooLongForPaper(Conflict):
    title = "This is too long to print: filter it, or take it as a spreadsheet"


class TooLongForASheet(Conflict):
    title = "This is too long for one file: filter it"


@dataclass(frozen=True)
class Sheet:
    title: str
    headings: Sequence[str]
    rows: Iterable[Sequence[Cell]]


class Documents(Protocol):
    def pdf(self, template: str, said: Mapping[str, Any], /) -> bytes:
        """What is said set by that template; texts are texts whatever they hold. Tagged, as PDF/UA-1 asks."""
        ...

    def workbook(self, sheet: Sheet, /) -> IO[bytes]:
        """An .xlsx file, to be read from its beginning."""
        ...

    def csv(self, sheet: Sheet, /, *, decimal_mark: str) -> Iterator[bytes]:
        """As spreadsheets of a country with that decimal mark read it: UTF-8 that says so; no cell is a formula."""
        ...
