"""What is printed or opened in other programs: whole, safe, and the same everywhere."""

import csv
import io
from datetime import date
from decimal import Decimal

import pytest
from openpyxl import load_workbook

from api.http.documents import Sheet
from infrastructure.documents import ROWS_A_CHUNK, StoredTemplates

HOSTILE = ["=1+1", "+34600123123", "-2", "@cmd", "\t=1", "\r=1", 'Núria "Ñ"; $x$ #strong[y] <b>', "=HYPERLINK(1)"]
DOCUMENTS = StoredTemplates()


def said(clients):
    return {
        **dict.fromkeys(("printed", "page", "of", "filters", "totals_title", "clients_title"), "Página"),
        "title": "Cartera de ana",
        "business": "Cobros Ría",
        "language": "es",
        "totals_headings": ["Zona", *"abcdef"],
        "totals": [["Norte", *"123456"]],
        "all": ["En total", *"123456"],
        "headings": [*"abcdefghi"],
        "clients": clients,
        "nobody": "Nadie",
    }


@pytest.mark.parametrize("count", [0, 1, 60])
def test_a_portfolio_is_set_as_a_tagged_pdf_whatever_its_texts_hold(count):
    pdf = DOCUMENTS.pdf("portfolio", said([[*HOSTILE, "x"]] * count))
    assert pdf.startswith(b"%PDF-")
    assert b"/MarkInfo" in pdf
    assert b"pdfuaid" in pdf  # it says to be PDF/UA


def test_a_sheet_is_the_same_in_a_workbook_and_in_csv_and_no_cell_is_a_formula():
    rows = [[text, Decimal("1234.50"), 7, date(2026, 3, 16), None] for text in HOSTILE]
    with DOCUMENTS.workbook(Sheet("Cartera", ["Texto", "Importe", "N", "Día", "Nada"], rows)) as file:
        page = load_workbook(file, data_only=False).active
        cells = [[cell.value for cell in row] for row in page.iter_rows(min_row=2)]
        assert {row[0].data_type for row in page.iter_rows(min_row=2)} == {"s"}
    assert [row[0].replace("_x000D_", "\r") for row in cells] == HOSTILE
    assert {row[1] for row in cells} == {1234.5}
    assert {row[3].date() for row in cells} == {date(2026, 3, 16)}

    written = b"".join(DOCUMENTS.csv(Sheet("Cartera", ["Texto", "Importe"], rows), decimal_mark=","))
    assert written.startswith(b"\xef\xbb\xbf")
    read = list(csv.reader(io.StringIO(written.decode("utf-8-sig"), newline=""), delimiter=";"))
    assert read[0] == ["Texto", "Importe"]
    assert [row[0].removeprefix("'") for row in read[1:]] == HOSTILE
    assert not any(row[0].startswith(("=", "+", "-", "@", "\t", "\r")) for row in read[1:])
    assert {tuple(row[1:]) for row in read[1:]} == {("1234,50", "7", "2026-03-16", "")}


@pytest.mark.parametrize(
    ("phone", "written"),
    [
        ("+33 6 12 34 56 78", "+33 6 12 34 56 78"),
        ("+33 6 12 34 56 78, 600 11 12 22", "+33 6 12 34 56 78, 600 11 12 22"),
        ("+33612345678", "'+33612345678"),
        ("+1 202-555-0123", "'+1 202-555-0123"),
        ("+1+2", "'+1+2"),
    ],
)
def test_a_foreign_phone_that_stays_text_in_a_spreadsheet_is_written_as_it_is(phone, written):
    sheet = b"".join(DOCUMENTS.csv(Sheet("Clientes", ["Teléfono"], [[phone]]), decimal_mark=","))
    assert sheet.decode("utf-8-sig").splitlines()[1].strip('"') == written


def test_a_long_sheet_is_written_while_it_is_read():
    asked = []

    def rows():
        for number in range(3 * ROWS_A_CHUNK):
            asked.append(number)
            yield [number]

    pieces = DOCUMENTS.csv(Sheet("x", ["N"], rows()), decimal_mark=".")
    next(pieces)
    next(pieces)
    assert len(asked) == ROWS_A_CHUNK
    assert len(b"".join(pieces).split()) == 2 * ROWS_A_CHUNK
