"""A file of rows as the use cases see it, and what is said of a row of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

Cell = str | Decimal | date
"""Text, or what a spreadsheet knows to be a number or a day."""


class Row(NamedTuple):
    line: int
    cells: tuple[Cell, ...]


class Finding(NamedTuple):
    """Something about one cell, or a whole row where `column` is empty, told to whoever imports."""

    line: int
    column: str
    value: str
    why: str


@dataclass(frozen=True, slots=True)
class Table:
    """Every row has as many cells as the header. `bad` says what is wrong with those that had more or less."""

    header: tuple[str, ...]
    rows: Sequence[Row]
    bad: Sequence[Finding] = ()


LEFT_OUT = ("line", "column", "reason")
"""What stands behind the columns of a file in that of its bad rows: mended, it can be loaded as it is."""
