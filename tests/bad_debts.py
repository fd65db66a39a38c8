"""Spreadsheets of debts as bad as people send them, each with what is right: debts and euros, or what is refused."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

from openpyxl import Workbook

HEADER = ("Nº Factura", "Deudor", "NIF", "Teléfono", "Importe pendiente", "Fecha", "Vto.")


@dataclass(frozen=True)
class BadFile:
    """`refused` are columns and values, by line, of the cells that can't be read."""

    data: bytes
    debts: int
    euros: str
    refused: Sequence[tuple[int, str, str]] = ()
    suffix: str = "csv"


def debt(number, amount, *, who="Ana Ejemplo", nif="", phone="", day="03/02/2026", due="05/03/2026"):
    return (number, who, nif, phone, amount, day, due)


def written(*rows, before=b"", delimiter=";", encoding="utf-8"):
    return before + "".join(delimiter.join(map(str, row)) + "\r\n" for row in rows).encode(encoding)


def workbook(*sheets):
    """Of each its name, whether it is hidden, and its rows; a cell above all columns is merged."""
    book = Workbook()
    book.remove(book.active)
    for name, hidden, rows in sheets:
        sheet = book.create_sheet(name)
        sheet.sheet_state = "hidden" if hidden else "visible"
        for row in rows:
            sheet.append(row)
        if rows and len(rows[0]) == 1:
            sheet.merge_cells(start_row=1, end_row=1, start_column=1, end_column=len(HEADER))
    out = BytesIO()
    book.save(out)
    return out.getvalue()


GOOD = (HEADER, debt("F-1", "1.234,56"), debt("F-2", "450,00", who="Bea Ejemplo"))

BAD_FILES = {
    "a merged title": BadFile(workbook(("Hoja1", False, [["Deuda a 29/11"], [], *GOOD])), 2, "1684.56", (), "xlsx"),
    "totals": BadFile(written(*GOOD, ("TOTAL", "", "", "", "1.684,56", "", "")), 2, "1684.56"),
    "mixed days": BadFile(
        written(HEADER, debt("F-1", "10,00", day="3/2/26"), debt("F-2", "20,00", day="2026-02-03 10:30"),
                debt("F-3", "30,00", day="03-feb-2026"), debt("F-4", "40,00", day="20260203")), 4, "100.00"),
    "currency signs": BadFile(
        written(HEADER, debt("F-1", "€ 1.234,56"), debt("F-2", "450,00\u00a0€"), debt("F-3", "EUR 0,44")),
        3, "1685.00"),
    "cp1252 with sep=": BadFile(
        written(HEADER, debt("F-1", "1,5", who="Íñigo Muñoz"), before=b"sep=;\r\n", encoding="cp1252"), 1, "1.50"),
    "serial days as text": BadFile(written(HEADER, debt("F-1", "9,99", day="46056", due="46086")), 1, "9.99"),
    "blank rows and columns": BadFile(
        written(("", *HEADER, ""), ("",) * 9, ("", *GOOD[1], ""), ("",) * 9, ("", *GOOD[2], "")), 2, "1684.56"),
    "brackets": BadFile(
        written(HEADER, debt("F-1", "10,00"), debt("F-2", "(242,00)")), 1, "10.00",
        [(3, "Importe pendiente", "(242,00)")]),
    "NIF with dots and dashes": BadFile(
        written(HEADER, debt("F-1", "10,00", nif="12.345.678-Z"), debt("F-2", "20,00", nif="B-12345674", who="S.L.")),
        2, "30.00"),
    "phones with +34 and dots": BadFile(
        written(HEADER, debt("F-1", "10,00", phone="+34 600.11.12.22 / 0034 91.123.45.67")), 1, "10.00"),
    "a hidden sheet": BadFile(
        workbook(("Vieja", True, [HEADER, debt("V-1", "9.999,00")]), ("Deuda", False, GOOD)), 2, "1684.56", (), "xlsx"),
    "amounts that may be two": BadFile(
        written(HEADER, debt("F-1", "1.234")), 0, "0.00", [(2, "Importe pendiente", "1.234")]),
    "a computed cell that failed": BadFile(
        written(HEADER, debt("F-1", "#REF!"), debt("F-2", "5,00")), 1, "5.00", [(2, "Importe pendiente", "#REF!")]),
}  # fmt: skip

A_DOUBLED_HEADING = written((*HEADER, "Teléfono"), (*debt("F-1", "10,00", phone="600111222"), "600333444"))
