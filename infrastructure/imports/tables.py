"""Reads tables that people export, as CSV of any kind or as Excel's .xlsx, and writes out the rows that were left out.

A cell that a spreadsheet would take for a formula is written behind an apostrophe, which reading takes off again.
"""

import csv
import re
import zipfile
import zlib
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, time
from decimal import Decimal
from io import BytesIO, StringIO
from itertools import chain, groupby, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO, cast
from xml.etree.ElementTree import ParseError
from xml.sax.saxutils import unescape

from openpyxl import Workbook, load_workbook
from openpyxl.utils.cell import coordinate_to_tuple
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet._reader import WorkSheetParser

from application.imports.cells import repaired
from application.imports.headings import is_known
from application.imports.shape import (
    LOOKED_AT,
    MAX_COLUMNS,
    Totals,
    has_named_columns,
    header_among,
    is_wide,
    mended,
    not_of_table,
)
from application.imports.table import LEFT_OUT, Cell, Finding, Formula, Percentage, Row, Table, Why, left_out_of
from domain.errors import Invalid
from infrastructure.documents.formulas import FORMULA

if TYPE_CHECKING:
    from openpyxl.cell.read_only import ReadOnlyCell
    from openpyxl.worksheet.worksheet import Worksheet

MAX_BYTES = 200 * 2**20  # also of what a spreadsheet unpacks to
MAX_ROWS = 250_000
MAX_CELL = 10_000
MAX_CELLS = 5_000_000  # empty ones that a row has before others included
MAX_TEXT = 100_000_000  # characters of all cells together
MAX_LINES = 1_048_576  # of a sheet, as Excel has it
SMALL, SMALL_UNPACKED = 256 * 2**10, 4 * 2**20  # bytes
MAX_TAGS = 30_000_000  # of a workbook's XML: what takes the time
MAX_PART = 10 * 2**20
"""Bytes of what a workbook has besides its sheets, texts and pictures: all of it is held at once."""

DELIMITERS = ";,\t|"
SEP = re.compile(r"\"?sep=(?P<delimiter>.)\"?[;,\t]*\r?\n", re.IGNORECASE)
"""The line by which Excel is told what stands between the columns."""

NO_TABLES = {
    b"\xd0\xcf\x11\xe0": Why("it is a workbook of old Excel (.xls): save it as .xlsx"),
    b"<": Why("it is a web page or XML, whatever it is called: open it and save it as .xlsx or CSV"),
    b"%pdf": Why("it is a PDF: ask for the same as .xlsx or CSV"),
}
"""What is taken for a table by its name, told by how it begins."""

BROKEN_WORKBOOK = Why("it is a damaged .xlsx workbook, or none: open it in your spreadsheet program and save it again")

STRAY_QUOTE = Why(
    'from this line on a quotation mark (") has no other that goes with it: take it away, or write it twice and the '
    "whole cell between quotation marks"
)

_BEGINS = f"[{re.escape(''.join(FORMULA))}]"
BEGINS_FORMULA = re.compile(f"'*{_BEGINS}")
ESCAPED = re.compile(f"'+{_BEGINS}")


class FileNotReadable(Invalid):
    title = "This file cannot be read"


class TooLarge(Invalid):
    title = "This file is too large: it can be loaded in parts"


class CellTooLong(Invalid):
    title = "A cell of this file is too long"


class HeaderNotAllowed(Invalid):
    title = "The row that names the columns cannot be used as it is"


class NoHeaderThere(Invalid):
    title = "There are no names of columns in that line"


class NoSuchSheet(Invalid):
    title = "The workbook has no sheet of this name"


def is_small(data: bytes) -> bool:
    """As it is, and unpacked."""
    if len(data) > SMALL:
        return False
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            return sum(part.file_size for part in archive.infolist()) <= SMALL_UNPACKED
    except (zipfile.BadZipFile, ValueError):
        return True


def read_table(file: Path | bytes, *, header_line: int | None = None, sheet: str | None = None) -> Table:
    """The rows below the one that names the columns, wherever that is; rows that are all empty are passed over.

    `file` is where it lies, or its content. Of a workbook the first sheet that is shown and has a table, unless another
    is named.
    """
    data = file if isinstance(file, bytes) else file.read_bytes()
    if len(data) > MAX_BYTES:
        raise TooLarge(bytes=len(data), at_most=MAX_BYTES)
    for beginning, why in NO_TABLES.items():
        if data[:64].lstrip().lower().startswith(beginning):
            raise FileNotReadable(why=why)
    if not data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        delimiter, records = _csv(data)
        return replace(_table(records, header_line, as_wide=False), delimiter=delimiter)
    with _workbook(data) as book:
        one = _sheet(book, sheet)
        table = _table(_with_formulas(_rows(one), _without_results(one)), header_line, as_wide=True)
        return replace(table, sheet=one.title, sheets=book.sheetnames)


def _table(records: Iterable[Row], header_line: int | None, *, as_wide: bool) -> Table:
    """`as_wide`: rows that end before the header does have nothing there, as workbooks keep them."""
    filled = (record for record in records if any(cell != "" for cell in record.cells))
    top = list(islice(filled, LOOKED_AT))
    if not top:
        raise FileNotReadable(why=Why("it is empty"))
    first = header_among(top) if header_line is None else _at(top, header_line)
    below = [row for row in top if row.line > first.line]
    header, warnings = _header(first)
    rows: list[Row] = []
    bad: list[Finding] = []
    for record in _bounded(chain(below, filled)):
        if len(rows) == MAX_ROWS:
            raise TooLarge(line=record.line, rows_at_most=MAX_ROWS)
        row = record
        if len(row.cells) > len(header):
            if (mended_row := mended(header, row)) is not None:
                row, warning = mended_row
                warnings.append(warning)
            row = _without_empty_end(row, len(header))
        if len(row.cells) > len(header) or (len(row.cells) < len(header) and not as_wide):
            why = Why(
                "this row has %(cells)s cells where the header has %(columns)s",
                cells=len(row.cells),
                columns=len(header),
            )
            bad.append(Finding(row.line, "", str(row.cells[-1]), why))
        whole = (*row.cells, *[""] * (len(header) - len(row.cells)))[: len(header)]
        for column, cell in zip(header, whole, strict=True):
            if isinstance(cell, str) and len(cell) > MAX_CELL:
                raise CellTooLong(line=row.line, column=column, characters=len(cell), at_most=MAX_CELL)
        rows.append(Row(row.line, whole))
    totals = Totals(len(header), rows)
    summed = {row.line: total for row in rows if (total := totals.named(row)) is not None}
    left_out = {**summed, **not_of_table(header, [row for row in rows if row.line not in summed])}
    return Table(
        header,
        [row for row in rows if row.line not in left_out] if left_out else rows,
        [finding for finding in bad if finding.line not in left_out],
        [*warnings, *left_out.values()],
        first.line,
        totals=[row for row in rows if row.line in summed],
    )


def _bounded(records: Iterable[Row]) -> Iterator[Row]:
    """In what they hold together."""
    cells = characters = 0
    for record in records:
        cells += len(record.cells)
        characters += sum(len(cell) for cell in record.cells if isinstance(cell, str))
        if cells > MAX_CELLS or characters > MAX_TEXT:
            raise TooLarge(line=record.line, cells_at_most=MAX_CELLS, characters_at_most=MAX_TEXT)
        yield record


def _at(top: Sequence[Row], line: int) -> Row:
    found = next((row for row in top if row.line == line), None)
    if found is None:
        raise NoHeaderThere(field="header_line", line=line, lines=[row.line for row in top])
    return found


def _header(first: Row) -> tuple[tuple[str, ...], list[Finding]]:
    """Without columns at the end that have no name; of those that have the same one, the later ones are numbered."""
    named = [str(cell).strip() for cell in first.cells]
    while named and not named[-1]:
        named.pop()
    if len(named) > MAX_COLUMNS:
        raise HeaderNotAllowed(line=first.line, columns=len(named), at_most=MAX_COLUMNS)
    if any(len(name) > MAX_CELL for name in named):
        raise CellTooLong(line=first.line, at_most=MAX_CELL)
    written = [" ".join(name.split()) for name in named]
    for name in written:
        if (meant := repaired(name)) is not None:
            raise HeaderNotAllowed(line=first.line, column=name, decoded_wrongly_once_should_read=meant)
    header: list[str] = []
    again: list[Finding] = []
    for name in written:
        if name and name in header:
            numbered = (f"{name} ({number})" for number in range(2, MAX_COLUMNS + 2))
            header.append(next(one for one in numbered if one not in header and one not in written))
            why = Why("an earlier column has the same name: this one is called “%(name)s” here", name=header[-1])
            again.append(Finding(first.line, header[-1], name, why))
        else:
            header.append(name)
    return tuple(header), again


def _without_empty_end(row: Row, width: int) -> Row:
    filled = max(width, *(at + 1 for at, cell in enumerate(row.cells) if cell != ""))
    return Row(row.line, row.cells[:filled])


# CSV


def _csv(data: bytes) -> tuple[str, Iterator[Row]]:
    """What stands between the cells, and the rows."""
    text = _decoded(data)
    line = 1
    if said := SEP.match(text):
        line, text = 2, text[said.end() :]
    delimiter = said["delimiter"] if said else _delimiter(text)
    return delimiter, _records(text, delimiter, line)


def _records(text: str, delimiter: str, line: int) -> Iterator[Row]:
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    before = line - 1
    try:
        for cells in reader:
            yield Row(line, tuple(cell[1:] if ESCAPED.match(cell) else cell for cell in cells))
            line = before + reader.line_num + 1
    except csv.Error as error:  # of all that it knows, only these can be wrong with text
        if "field limit" in str(error) and reader.line_num == line - before:  # of several lines, a quote began it
            raise CellTooLong(line=line, at_most=MAX_CELL) from None
        raise FileNotReadable(line=line, why=STRAY_QUOTE) from None


def _decoded(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return data.decode("utf-16")
        except UnicodeDecodeError:
            raise FileNotReadable(why=Why("it is neither UTF-8 nor Windows-1252")) from None
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
    """The one that parts the header into most columns that we know, or else into most columns."""
    start = text.lstrip("\r\n")[: MAX_COLUMNS * 500]
    for delimiter in DELIMITERS:
        if left_out_of(start.partition("\n")[0].rstrip().split(delimiter)):
            return delimiter

    def columns(delimiter: str) -> tuple[int, int]:
        records = [*islice(csv.reader(StringIO(start, newline=""), delimiter=delimiter), LOOKED_AT)]
        rows = [Row(line, tuple(cells)) for line, cells in enumerate(records) if any(cells)]
        if not rows:
            return 0, max(map(len, records), default=0)
        header = header_among(rows).cells
        return sum(is_known(str(name)) for name in header[:MAX_COLUMNS]), len(header)

    return max(DELIMITERS, key=columns)


# Excel


_BROKEN_WORKBOOK = (
    *(zipfile.BadZipFile, zlib.error, EOFError, OSError, InvalidFileException, ParseError),
    *(KeyError, IndexError, ValueError),  # of parts that openpyxl takes to be there
)


IN_PIECES = re.compile(r"/?xl/(worksheets/[^/]*|sharedStrings.xml|media/.*|charts/.*|drawings/[^/]*)", re.IGNORECASE)
"""What is read piece by piece, or not at all."""


def _check_size(archive: zipfile.ZipFile) -> None:
    """Before anything takes it apart: by what its directory says, and by how often a tag begins in it."""
    if "mimetype" in archive.namelist():
        raise FileNotReadable(why=Why("it is an OpenDocument sheet: save it as .xlsx or CSV"))
    if (unpacked := sum(part.file_size for part in archive.infolist())) > MAX_BYTES:
        raise TooLarge(bytes=unpacked, at_most=MAX_BYTES)
    tags = 0
    for part in archive.infolist():
        if part.file_size > MAX_PART and not IN_PIECES.match(part.filename):
            raise TooLarge(part=part.filename, bytes=part.file_size, at_most=MAX_PART)
        with archive.open(part) as opened:
            while piece := opened.read(2**20):
                tags += piece.count(b"<")
        if tags > MAX_TAGS:
            raise TooLarge(tags=tags, at_most=MAX_TAGS)


@contextmanager
def _workbook(data: bytes) -> Generator[Workbook]:
    """What is wrong with its bytes may show at any time while it is read."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            _check_size(archive)
        yield load_workbook(BytesIO(data), read_only=True, data_only=True)
    except _BROKEN_WORKBOOK:
        raise FileNotReadable(why=BROKEN_WORKBOOK) from None


def _sheet(book: Workbook, name: str | None) -> "Worksheet":
    if name is not None:
        if (found := next((one for one in book.worksheets if one.title == name), None)) is None:
            raise NoSuchSheet(field="sheet", sheet=name, sheets=[one.title for one in book.worksheets])
        return found
    shown = [one for one in book.worksheets if one.sheet_state == "visible"] or book.worksheets
    for has_table in (has_named_columns, is_wide, bool):
        if (found := next((one for one in shown if has_table(_top(one))), None)) is not None:
            return found
    return shown[0]


def _top(sheet: "Worksheet") -> Sequence[Row]:
    return list(islice((row for row in _rows(sheet) if any(cell != "" for cell in row.cells)), LOOKED_AT))


def _without_results(sheet: "Worksheet") -> Mapping[tuple[int, int], Formula]:
    """The formulas of a sheet that some program wrote without computing them, by row and column. A formula that comes
    to an empty text has that for its result."""
    with cast(Any, sheet)._get_source() as source:  # noqa: SLF001 - openpyxl tells it nowhere else
        found = _NO_RESULT.finditer(source.read())
        return {
            coordinate_to_tuple(cell): Formula(f"={unescape((one['formula'] or b'').decode())}", cell)
            for one in found
            if b't="str"' not in one["attributes"]
            and (named := _COORDINATE.search(one["attributes"]))
            and (cell := named[1].decode())
        }


_NO_RESULT = re.compile(
    rb"<c\b(?P<attributes>[^>]*)>\s*<f\b(?:[^>]*/>|[^>]*>(?P<formula>[^<]*)</f>)\s*(?:<v\s*/>|<v>\s*</v>)?\s*</c>"
)
_COORDINATE = re.compile(rb"\br=\"([A-Z]{1,3}[0-9]{1,7})\"")


def _with_formulas(records: Iterable[Row], formulas: Mapping[tuple[int, int], Formula]) -> Iterable[Row]:
    if not formulas:
        return records
    return (
        Row(record.line, tuple(formulas.get((record.line, at), cell) for at, cell in enumerate(record.cells, start=1)))
        for record in records
    )


def _rows(sheet: "Worksheet") -> Iterator[Row]:
    """Those that are there: openpyxl's own iteration makes all the empty ones between them, a million if need be."""
    read, book, before = cast(Any, sheet), cast(Any, sheet.parent), 0
    with read._get_source() as source:  # noqa: SLF001 - as openpyxl itself reads it
        parser = WorkSheetParser(
            source,
            read._shared_strings,  # noqa: SLF001
            data_only=True,
            epoch=book.epoch,
            date_formats=book._date_formats,  # noqa: SLF001
            timedelta_formats=book._timedelta_formats,  # noqa: SLF001
        )
        for line, cells in parser.parse():
            if line > MAX_LINES:
                raise TooLarge(lines_at_most=MAX_LINES)
            if line > before:
                yield Row(line, tuple(map(_cell, read._get_row(cells))))  # noqa: SLF001
                before = line


def _cell(cell: "ReadOnlyCell") -> Cell:
    match value := cell.value:
        case int() | float() if not isinstance(value, bool) and "%" in (cell.number_format or ""):
            return Percentage(_number(value).scaleb(2))
        case None:
            return ""
        case int() | float() if not isinstance(value, bool):
            return _number(value)
        case datetime() if value.time() == time():
            return value.date()
        case date() if not isinstance(value, datetime):
            return value
        case _:
            return str(value)


def _number(value: float) -> Decimal:
    """As many digits as Excel shows; the rest is noise of its arithmetic."""
    return Decimal(f"{value:.15g}") if isinstance(value, float) else Decimal(value)


# Rows left out


def write_left_out(out: TextIO, table: Table, bad: Sequence[Finding], say: Callable[[Why], str] = str) -> None:
    """The bad rows as they were, with what their file had between the cells, and why, as `say` has it. Open `out` with
    newline=""."""
    kept = len(table.header) - len(left_out_of(table.header))
    writer = csv.writer(out, delimiter=table.delimiter)
    writer.writerow(_safe((*table.header[:kept], *map(say, LEFT_OUT))))
    rows = {row.line: row.cells for row in table.rows}
    for line, found in groupby(sorted(bad), key=lambda finding: finding.line):
        findings = list(found)
        columns = ", ".join(dict.fromkeys(finding.column for finding in findings if finding.column))
        reasons = "; ".join(dict.fromkeys(say(finding.why) for finding in findings))
        writer.writerow(_safe((*rows[line][:kept], str(line), columns, reasons)))


def _safe(cells: Iterable[Cell]) -> list[str]:
    written = [format(cell, "f") if isinstance(cell, Decimal) else str(cell) for cell in cells]
    return [f"'{cell}" if BEGINS_FORMULA.match(cell) else cell for cell in written]
