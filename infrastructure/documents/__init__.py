"""Makes the files that people print or open in other programs.

PDF is set by typst from the templates beside this file, in the fonts beside them and no others, so that it comes out
the same on every machine. What is said reaches a template as JSON, never as its source: a name can't be markup.
"""

import csv
import io
import json
import re
import tempfile
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import IO, Any, Literal

import typst
import xlsxwriter  # type: ignore[import-untyped]  # it comes without types

from api.http.documents import Cell, Sheet
from infrastructure.documents.formulas import FORMULA

HERE = Path(__file__).parent
FONTS = HERE / "fonts"

IN_MEMORY = 5 * 2**20
"""Bytes of a workbook above which it lies in a file, which has no name and goes with its last reader."""

ROWS_A_CHUNK = 500

FORMATS = ({"bold": True}, {"num_format": "#,##0.00"}, {"num_format": 14}, {"num_format": 22})
"""Of headings, amounts, days and moments. Those by number are shown as whoever opens the workbook writes them."""

PHONES = re.compile(r"\+\d+(?: \d+)+(?:, \+?\d+(?: \d+)*)*", re.ASCII)
"""Foreign phones as people write them. Of digits with blanks between no spreadsheet computes anything: it keeps them as
text. +33612345678 without a blank it takes for a number, and drops the plus, so that one is guarded in CSV. Cells of a
workbook are told to be text and need no guard."""


class StoredTemplates:
    """`Documents`, by the templates of this folder."""

    def pdf(self, template: str, said: Mapping[str, Any]) -> bytes:
        """A sign that our fonts do not have, which PDF/UA does not allow, shows as an empty box."""
        try:
            return self._set(template, said, "ua-1")
        except typst.TypstError:
            return self._set(template, said, None)

    @staticmethod
    def _set(template: str, said: Mapping[str, Any], standard: Literal["ua-1"] | None) -> bytes:
        made = typst.compile(
            str(HERE / f"{template}.typ"),
            root=str(HERE),
            font_paths=_fonts(),
            format="pdf",
            sys_inputs={"said": json.dumps(said, ensure_ascii=False)},
            pdf_standards=standard,
        )
        assert isinstance(made, bytes)  # noqa: S101 - one PDF, however many pages it has
        return made

    def workbook(self, sheet: Sheet) -> IO[bytes]:
        out = tempfile.SpooledTemporaryFile[bytes](max_size=IN_MEMORY)
        book: Any  # xlsxwriter has no types
        with xlsxwriter.Workbook(out, {"constant_memory": True, "in_memory": False}) as book:
            formats = [book.add_format(one) for one in FORMATS]
            for one in (sheet, sheet.notes) if sheet.notes else (sheet,):
                _write(book.add_worksheet(one.title[:31]), one, *formats)
        out.seek(0)
        return out

    def csv(self, sheet: Sheet, *, decimal_mark: str) -> Iterator[bytes]:
        """Where the comma is the decimal mark, the semicolon parts the columns."""
        written = io.StringIO()
        writer = csv.writer(written, delimiter=";" if decimal_mark == "," else ",")
        writer.writerow([_plain(heading) for heading in sheet.headings])
        yield b"\xef\xbb\xbf"
        for number, row in enumerate(sheet.rows, start=1):
            writer.writerow([_cell(cell, decimal_mark) for cell in row])
            if number % ROWS_A_CHUNK == 0:
                yield written.getvalue().encode()
                written.seek(0)
                written.truncate()
        yield written.getvalue().encode()


def _write(page: Any, sheet: Sheet, bold: Any, amount: Any, day: Any, moment: Any) -> None:  # xlsxwriter has no types
    page.freeze_panes(1, 0)
    page.set_column(0, len(sheet.headings) - 1, 18)
    for place, heading in enumerate(sheet.headings):
        page.write_string(0, place, heading, bold)
    for number, row in enumerate(sheet.rows, start=1):
        for place, cell in enumerate(row):
            match cell:
                case str():
                    page.write_string(number, place, cell)
                case Decimal():
                    page.write_number(number, place, float(cell), amount)
                case int():
                    page.write_number(number, place, cell)
                case datetime():
                    page.write_datetime(number, place, cell, moment)
                case date():
                    page.write_datetime(number, place, cell, day)
                case None:
                    pass


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)])


def _cell(cell: Cell, decimal_mark: str) -> str:
    match cell:
        case None:
            return ""
        case Decimal():
            return str(cell).replace(".", decimal_mark)
        case str():
            return _plain(cell)
        case datetime():
            return cell.isoformat(" ", "seconds")
        case date():
            return cell.isoformat()
        case _:
            return str(cell)


def _plain(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA) and not PHONES.fullmatch(text) else text
