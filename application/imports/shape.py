"""What is the table in a sheet of rows: which row names the columns, which rows are totals, which cells fell apart."""

import re
from bisect import bisect_left
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from itertools import accumulate

from application.imports import headings
from application.imports.cells import Unreadable, amount, is_currency, settled_mark
from application.imports.maps import Part
from application.imports.table import Cell, Finding, Formula, Row, Table, Why, left_out_of

LOOKED_AT = 40
"""Among so many rows from the top the header is looked for."""

MAX_COLUMNS = 200
"""Of a table; what a row has further on is not looked at when the header is looked for."""

_MOST = 0.6
"""A header is at least this much as wide as the widest of those rows."""


# The header


def header_among(rows: Sequence[Row]) -> Row:
    """The row whose cells are names of columns, below whatever title; else the first that could be, else the first."""
    if left_out_of(rows[0].cells):  # and mended
        return rows[0]
    known = {row.line: sum(map(headings.is_known, _texts(row))) for row in rows[:LOOKED_AT]}
    best = max(rows[:LOOKED_AT], key=lambda row: (known[row.line], -row.line))
    widest = max(len(_filled(row)) for row in rows[:LOOKED_AT])
    if known[best.line] > 1 or known[best.line] == widest:
        return best
    return next((row for row in rows[:LOOKED_AT] if _may_name(row, widest)), rows[0])


def has_named_columns(rows: Sequence[Row]) -> bool:
    """Whether these rows from the top of a sheet name columns that are known, above others: a cover note does not."""
    return any(sum(map(headings.is_known, _texts(row))) > 1 for row in rows[:-1])


def is_wide(rows: Sequence[Row]) -> bool:
    """Whether several of them have something in several columns."""
    return sum(len(_filled(row)) > 1 for row in rows) > 1


def _may_name(row: Row, widest: int) -> bool:
    filled = _filled(row)
    return len(filled) >= max(2, widest * _MOST) and len(_texts(row)) == len(filled)


def _filled(row: Row) -> list[Cell]:
    return [cell for cell in row.cells[: MAX_COLUMNS + 1] if cell != ""]


def _texts(row: Row) -> list[str]:
    """What is no number, nor day."""
    return [cell for cell in row.cells[: MAX_COLUMNS + 1] if isinstance(cell, str) and re.search(r"[^\W\d_]", cell)]


# Cells that fell apart

_SHAPES = {"phones": re.compile(r"\s*\+?[\d ().-]{9,}\s*"), "emails": re.compile(r"\s*\S+@\S+\s*")}


def mended(header: tuple[str, ...], row: Row) -> tuple[Row, Finding] | None:
    """Where a row has cells too many because the separator stood between two phones or e-mails, they are one cell."""
    too_many = len(row.cells) - len(header)
    for at, shape in _reached_by(header):
        *together, after = map(str, (*row.cells[at:], "")[: too_many + 2])
        if all(map(shape.fullmatch, together)) and not shape.fullmatch(after):
            one = " | ".join(map(str.strip, together))
            why = Why("the separator of the file stands in this cell: it was read as several of one cell")
            whole = (*row.cells[:at], one, *row.cells[at + too_many + 1 :])
            return Row(row.line, whole), Finding(row.line, header[at], one, why)
    return None


@lru_cache(maxsize=8)
def _reached_by(header: tuple[str, ...]) -> Sequence[tuple[int, re.Pattern[str]]]:
    """Where phones and e-mails are, and what one looks like."""
    named = [(headings.column_of(Part.CLIENTS, ours, header), shape) for ours, shape in _SHAPES.items()]
    return [(header.index(name), shape) for name, shape in named if name is not None]


# Rows that are none of the table's

HEADER_AGAIN = Why("this row names the columns again: it is left out")
NOTE = Why("this stands below the table, alone in its row: it is left out")


def not_of_table(header: Sequence[str], rows: Sequence[Row]) -> Mapping[int, Finding]:
    """By line: where the columns are named again, as on each page of a list; and notes below the last row."""
    names = [(name, re.sub(r" \(\d+\)$", "", name)) for name in header]  # another has it too, and it has a number since
    found = {row.line: _told(row, HEADER_AGAIN) for row in rows if _names_again(names, row)}
    if len(header) > _NARROW:
        for row in reversed([row for row in rows if row.line not in found]):
            if len(_filled(row)) != 1 or not _texts(row):
                break
            found[row.line] = _told(row, NOTE)
    return found


def _names_again(names: Sequence[Sequence[str]], row: Row) -> bool:
    return all(" ".join(str(cell).split()) in called for called, cell in zip(names, row.cells, strict=True))


def _told(row: Row, why: Why) -> Finding:
    return Finding(row.line, "", " / ".join(str(cell).strip() for cell in _filled(row)), why)


# Totals

_TOTAL = re.compile(
    r"sub-? ?total.*|(importe |suma |grand )?total(es)?(\W*| (general|importes?|deuda|debt|pendiente|pagar|cobrar|"
    r"final|global|acumulado|amount|due|euros?|eur|facturas?|clientes?|deudor(es)?|mes|cartera|zona|listado|of|for|a|de|"
    r"del|(factur|cobr|pag|adeud|reclam|venc)[aei]d[oa]s?|vivo|\d[\d.,]* [^\W\d]+)\b.*)|"
    r"sumas?( y sigue| total(es)?)?\W*|sums?\W*",
    re.IGNORECASE,
)
_COUNT = re.compile(r"\s*(\d[\d.,]* ?[^\W\d]+\.?( [^\W\d]+)?|[^\W\d]+: ?\d+)\s*")
"""How many rows it adds up, or days on average: 7 préstamos, Préstamos: 7."""

_BEGINNINGS = frozenset({"tot", "sub", "sum", "imp", "gra"})


class Totals:
    """Tells which rows of a table add up others."""

    def __init__(self, width: int, rows: Sequence[Row]) -> None:
        self._width = width
        self._rows = rows
        self._sums: dict[int, Mapping[int, Decimal]] = {}
        self._marks: dict[int, str | None] = {}

    def named(self, row: Row) -> Finding | None:
        """The word stands before amounts and counts alone; or there are amounts alone, each the sum of its column."""
        if "" not in row.cells and self._width > _NARROW:
            return None
        filled = [(at, cell) for at, cell in enumerate(row.cells) if cell != ""]
        if not filled:  # all that it has stands beside the table
            return None
        at, first = filled[0]
        if isinstance(first, str) and first.lstrip()[:3].lower() in _BEGINNINGS and _TOTAL.fullmatch(first.strip()):
            amounts = [(beside, cell) for beside, cell in filled[1:] if _is_amount(cell)]
            others = [cell for _, cell in filled[1:] if not _is_amount(cell)]
            is_total = bool(amounts) and all(isinstance(cell, str) and _COUNT.fullmatch(cell) for cell in others)
            sparse = len(filled) <= self._width // 2 + 1 and len(filled) < self._width
            is_total = is_total and (sparse or any(self._adds_up(row, *one) for one in amounts))
        else:
            is_total = at > 0 and all(_is_amount(cell) and self._adds_up(row, at, cell) for at, cell in filled)
        if not is_total:
            return None
        return _told(row, Why("this row is a total: it is left out"))

    def _adds_up(self, row: Row, at: int, cell: Cell) -> bool:
        if at not in self._sums:
            self._marks[at] = settled_mark(row.cells[at] for row in self._rows)
            self._sums[at] = self._sums_of(at)
        return self._sums[at].get(row.line) == _number(cell, self._marks[at])

    def _sums_of(self, at: int) -> Mapping[int, Decimal]:
        """Of all rows before each line, where there are several."""
        sums: dict[int, Decimal] = {}
        so_far, several = Decimal(), 0
        for row in self._rows:
            if several > 1:
                sums[row.line] = so_far
            if (number := _number(row.cells[at], self._marks[at])) is not None:
                so_far, several = so_far + number, several + 1
        return sums


_CENT = Decimal("0.01")

TOTAL_APART = Why("this total is %(total)s, and what is loaded of its rows comes to %(sum)s")


def totals_apart(table: Table, marks: Mapping[str, str | None], left_out: Collection[int]) -> list[Finding]:
    """The totals of a file that are not the sum of its rows, in the columns of amounts with these decimal `marks`.

    A total adds up all rows above it, or those since any other total; above all rows, all of them.
    """
    found: list[Finding] = []
    for name, mark in marks.items() if table.totals else ():
        at = table.header.index(name)
        rows = [row for row in table.rows if row.line not in left_out]
        numbers = [(row.line, _number(row.cells[at], mark) or Decimal(0)) for row in rows]
        lines, sums = [line for line, _ in numbers], [Decimal(0), *accumulate(number for _, number in numbers)]
        begins = [Decimal(0)]
        for row in table.totals:
            above = bisect_left(lines, row.line)
            so_far = sums[above] if above else sums[-1]
            total = _number(row.cells[at], mark)
            if total is not None and so_far - total not in begins:
                is_part = any(str(cell).lstrip()[:3].lower() == "sub" for cell in row.cells)
                come_to = so_far - begins[-1] if is_part else so_far
                why = Why(TOTAL_APART, total=total.quantize(_CENT), sum=come_to.quantize(_CENT))
                found.append(Finding(row.line, name, str(row.cells[at]), why))
            begins.append(sums[above])
    return found


_NARROW = 3
"""A row of so few columns may be a total though all of them are filled."""


def _is_amount(cell: Cell) -> bool:
    """Or the currency of one."""
    if isinstance(cell, Decimal | Formula):
        return True
    if not isinstance(cell, str):
        return False
    return is_currency(cell) or any(_number(cell, mark) is not None for mark in ".,")


def _number(cell: Cell, mark: str | None) -> Decimal | None:
    if cell == "" or isinstance(cell, date):
        return None
    try:
        return amount(cell, mark)
    except Unreadable:
        return None
