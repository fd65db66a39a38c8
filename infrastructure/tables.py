"""Reads tables that people export, as CSV of any kind or as Excel's .xlsx, and writes out the rows that were left out.

A cell that a spreadsheet would take for a formula is written behind an apostrophe, which reading takes off again.
"""

import csv
import re
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from io import BytesIO, StringIO
from itertools import groupby
from pathlib import Path
from typing import TextIO
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from application.imports.cells import repaired
from application.imports.table import LEFT_OUT, Cell, Finding, Row, Table, Why
from domain.errors import Invalid

MAX_BYTES = 200 * 2**20  # also of what a spreadsheet unpacks to
MAX_ROWS = 250_000
MAX_COLUMNS = 200
MAX_CELL = 10_000

DELIMITERS = ";,\t"
FORMULA = re.compile(r"'*[=+\-@\t\r]")
ESCAPED = re.compile(r"'+[=+\-@\t\r]")


class FileNotReadable(Invalid):
    title = "This file cannot be read"


class TooLarge(Invalid):
    title = "This file is too large: it can be loaded in parts"


class HeaderNotAllowed(Invalid):
    title = "The first row must name the columns, each once"


def read_table(path: Path) -> Table:
    """The first row is the header; rows that are all empty are passed over. Of a workbook the first sheet is read."""
    if path.stat().st_size > MAX_BYTES:
        raise TooLarge(bytes=path.stat().st_size, at_most=MAX_BYTES)
    data = path.read_bytes()
    return _table(_xlsx(data) if data.startswith(b"PK\x03\x04") else _csv(data))


def _table(records: Iterable[Row]) -> Table:
    filled = (record for record in records if any(cell != "" for cell in record.cells))
    first = next(filled, None)
    if first is None:
        raise FileNotReadable(why=Why("it is empty"))
    header = _header(first)
    rows: list[Row] = []
    bad: list[Finding] = []
    for line, cells in filled:
        if len(rows) == MAX_ROWS:
            raise TooLarge(line=line, rows_at_most=MAX_ROWS)
        if len(cells) != len(header):
            why = Why(
                "this row has %(cells)s cells where the header has %(columns)s", cells=len(cells), columns=len(header)
            )
            bad.append(Finding(line, "", str(cells[-1]), why))
        whole = (*cells, *[""] * (len(header) - len(cells)))[: len(header)]
        for column, cell in zip(header, whole, strict=True):
            if isinstance(cell, str) and len(cell) > MAX_CELL:
                raise TooLarge(line=line, column=column, characters=len(cell), at_most=MAX_CELL)
        rows.append(Row(line, whole))
    return Table(header, rows, bad)


def _header(first: Row) -> tuple[str, ...]:
    header = tuple(str(cell).strip() for cell in first.cells)
    if len(header) > MAX_COLUMNS:
        raise HeaderNotAllowed(line=first.line, columns=len(header), at_most=MAX_COLUMNS)
    if twice := [name for name, times in Counter(header).items() if name and times > 1]:
        raise HeaderNotAllowed(line=first.line, twice=twice)
    for name in header:
        if (meant := repaired(name)) is not None:
            raise HeaderNotAllowed(line=first.line, column=name, decoded_wrongly_once_should_read=meant)
    return header


# CSV


def _csv(data: bytes) -> Iterator[Row]:
    text = _decoded(data)
    reader = csv.reader(StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    line = 1
    try:
        for cells in reader:
            yield Row(line, tuple(cell[1:] if ESCAPED.match(cell) else cell for cell in cells))
            line = reader.line_num + 1
    except csv.Error as error:
        raise FileNotReadable(line=line, why=str(error)) from None


def _decoded(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise FileNotReadable(why=Why("it is UTF-16: save it as UTF-8"))
    if (nul := data.find(b"\0")) >= 0:
        raise FileNotReadable(line=data.count(b"\n", 0, nul) + 1, why=Why("it holds a NUL, so it is not text"))
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as not_utf8:
        try:
            return data.decode("cp1252")
        except UnicodeDecodeError:
            line = data.count(b"\n", 0, not_utf8.start) + 1
            raise FileNotReadable(line=line, why=Why("it is neither UTF-8 nor Windows-1252")) from None


def _delimiter(text: str) -> str:
    """The one that parts the header into most columns."""
    start = text.lstrip("\r\n")[: MAX_COLUMNS * 100]

    def columns(delimiter: str) -> int:
        return len(next(csv.reader(StringIO(start, newline=""), delimiter=delimiter), ()))

    return max(DELIMITERS, key=columns)


# Excel


def _xlsx(data: bytes) -> Iterator[Row]:
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            unpacked = sum(member.file_size for member in archive.infolist())
        if unpacked > MAX_BYTES:
            raise TooLarge(bytes=unpacked, at_most=MAX_BYTES)
        workbook = load_workbook(BytesIO(data), read_only=True, data_only=True)
        sheet = workbook.worksheets[0]
        sheet.reset_dimensions()
        width = 0
        for line, values in enumerate(sheet.iter_rows(values_only=True), start=1):
            cells = [_cell(value) for value in values]
            while len(cells) > width and cells[-1] == "":
                cells.pop()
            cells += [""] * (width - len(cells))
            width = width or len(cells)
            yield Row(line, tuple(cells))
    except (zipfile.BadZipFile, InvalidFileException, ParseError, KeyError, IndexError, ValueError) as error:
        raise FileNotReadable(why=Why("it is no .xlsx workbook: %(error)s", error=error)) from None


def _cell(value: object) -> Cell:
    match value:
        case None:
            return ""
        case int() if not isinstance(value, bool):
            return Decimal(value)
        case float():
            return Decimal(f"{value:.15g}")  # as many digits as Excel shows; the rest is noise of its arithmetic
        case datetime() if value.time() == time():
            return value.date()
        case date() if not isinstance(value, datetime):
            return value
        case _:
            return str(value)


# Rows left out


def write_left_out(out: TextIO, table: Table, bad: Sequence[Finding]) -> None:
    """The bad rows as they were, and why: with a comma between, whatever the file had. Open `out` with newline=""."""
    kept = len(table.header) - (len(LEFT_OUT) if table.header[-len(LEFT_OUT) :] == LEFT_OUT else 0)
    writer = csv.writer(out)
    writer.writerow(_safe((*table.header[:kept], *LEFT_OUT)))
    rows = {row.line: row.cells for row in table.rows}
    for line, found in groupby(sorted(bad), key=lambda finding: finding.line):
        findings = list(found)
        columns = ", ".join(dict.fromkeys(finding.column for finding in findings if finding.column))
        reasons = "; ".join(dict.fromkeys(finding.why for finding in findings))
        writer.writerow(_safe((*rows[line][:kept], str(line), columns, reasons)))


def _safe(cells: Iterable[Cell]) -> list[str]:
    written = [format(cell, "f") if isinstance(cell, Decimal) else str(cell) for cell in cells]
    return [f"'{cell}" if FORMULA.match(cell) else cell for cell in written]
