"""A file of rows as the use cases see it, and what is said of a row of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple, Self

from domain.errors import Refusal

Cell = str | Decimal | date
"""Text, or what a spreadsheet knows to be a number or a day."""


class Formula(str):
    """A formula that the workbook keeps without its result; `cell` is where it stands, such as D7."""

    __slots__ = ("cell",)

    cell: str

    def __new__(cls, text: str, cell: str) -> Self:
        formula = super().__new__(cls, text)
        formula.cell = cell
        return formula

    def __getnewargs__(self) -> tuple[str, str]:  # type: ignore[override]
        """As it passes from one process to another."""
        return str(self), self.cell


class Percentage(str):
    """A number that the workbook shows as a percentage: one kept as 0.21 reads `21%`, and is 21 (`number`)."""

    __slots__ = ("number",)

    number: Decimal

    def __new__(cls, number: Decimal) -> Self:
        percentage = super().__new__(cls, f"{number:f}%")
        percentage.number = number
        return percentage

    def __getnewargs__(self) -> tuple[Decimal]:  # type: ignore[override]
        """As it passes from one process to another."""
        return (self.number,)


class Row(NamedTuple):
    line: int
    cells: tuple[Cell, ...]


class Either(tuple[object, ...]):
    """What something may mean, one or the other."""

    __slots__ = ()

    def __str__(self) -> str:
        return " / ".join(map(str, self))


class Why(str):
    """What is wrong, in English; it knows the message that catalogues have of it, and what fills that in.

    Amounts and days are kept as such, so that they can be told as the reader writes them.
    """

    __slots__ = ("message", "values")

    message: str
    values: Mapping[str, object]

    def __new__(cls, message: str, /, **values: object) -> Self:
        return cls._of(message % values if values else message, message, values)

    @classmethod
    def refused(cls, refusal: Refusal) -> Self:
        """Its title and details; which field it is about stands beside it."""
        if "%(" in refusal.title:
            return cls(refusal.title, **refusal.details)
        details = ", ".join(f"{name}: {value}" for name, value in refusal.details.items() if name != "field")
        return cls._of(f"{refusal.title} ({details})" if details else refusal.title, refusal.title, {})

    @classmethod
    def _of(cls, text: str, message: str, values: Mapping[str, object]) -> Self:
        why = super().__new__(cls, text)
        why.message, why.values = message, values
        return why


class Finding(NamedTuple):
    """Something about one cell, or a whole row where `column` is empty, told to whoever imports."""

    line: int
    column: str
    value: str
    why: Why


@dataclass(frozen=True, slots=True)
class Table:
    """Every row has as many cells as the header. `bad` says what is wrong with those that had more or less.

    `warnings` tell of rows that were left out as totals, or put right; `totals` are the former. `header_line` is where
    the header was found, and `sheet` which of the `sheets` of a workbook this is. `delimiter` stands between the cells
    of a CSV file.
    """

    header: tuple[str, ...]
    rows: Sequence[Row]
    bad: Sequence[Finding] = ()
    warnings: Sequence[Finding] = ()
    header_line: int = 1
    sheet: str | None = None
    sheets: Sequence[str] = ()
    delimiter: str = ";"
    totals: Sequence[Row] = ()

    @property
    def columns(self) -> Mapping[str, Sequence[Cell]]:
        return {name: [row.cells[at] for row in self.rows] for at, name in enumerate(self.header)}


LEFT_OUT = (Why("line"), Why("column"), Why("reason"))
"""What stands behind the columns of a file in that of its bad rows: mended, it can be loaded as it is."""

_LEFT_OUT_CALLED = (LEFT_OUT, ("línea", "columna", "motivo"))


def left_out_of(header: Sequence[Cell]) -> Sequence[Cell]:
    """Those columns of a file of rows that were left out once, in whatever language; else none."""
    last = header[-len(LEFT_OUT) :]
    return last if tuple(last) in _LEFT_OUT_CALLED else ()
