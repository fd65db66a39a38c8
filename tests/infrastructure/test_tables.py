import csv
import io
import time
import zipfile
from datetime import date, datetime
from decimal import Decimal
from zipfile import ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from application.imports.cells import Unreadable, amount, percentage
from application.imports.table import Finding, Row, Table, Why, left_out_of
from infrastructure.documents.formulas import FORMULA
from infrastructure.imports import tables
from infrastructure.imports.tables import (
    BROKEN_WORKBOOK,
    STRAY_QUOTE,
    CellTooLong,
    FileNotReadable,
    HeaderNotAllowed,
    NoHeaderThere,
    NoSuchSheet,
    TooLarge,
    read_table,
    write_left_out,
)

GOOD = "Nº;Nombre\r\n1;Ana Muñoz\r\n2;Gómez, S. L.\r\n"


@pytest.fixture
def read(tmp_path):
    def read(data):
        path = tmp_path / "file"
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        return read_table(path)

    return read


def archive(parts):
    written = io.BytesIO()
    with ZipFile(written, "w") as zipped:
        for name, text in parts.items():
            zipped.writestr(name, text)
    return written.getvalue()


def workbook(*rows):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_a_file_reads_the_same_however_it_is_encoded(read, encoding):
    table = read(GOOD.encode(encoding))
    assert (table.header, table.rows) == (("Nº", "Nombre"), [Row(2, ("1", "Ana Muñoz")), Row(3, ("2", "Gómez, S. L."))])


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_a_file_reads_the_same_whatever_parts_its_columns(read, delimiter):
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows([["a", "b;c,d", "e"], ["1;1", "2,2", "3\t3"]])
    table = read(out.getvalue())
    assert (table.header, table.rows) == (("a", "b;c,d", "e"), [Row(2, ("1;1", "2,2", "3\t3"))])


def test_a_row_is_known_by_the_line_it_begins_on(read):
    table = read('a,b\n"two\nlines",1\n\n,\n2,2\n')
    assert [row.line for row in table.rows] == [2, 6]


def test_a_row_of_another_length_is_bad_and_the_others_are_read(read):
    table = read("a,b\n1\n1,2\n1,2,3\n")
    assert [(found.line, found.why) for found in table.bad] == [
        (2, "this row has 1 cells where the header has 2"),
        (4, "this row has 3 cells where the header has 2"),
    ]
    assert [len(row.cells) for row in table.rows] == [2, 2, 2]


@pytest.mark.parametrize(
    ("data", "refusal", "told"),
    [
        (b"", FileNotReadable, {"why": "it is empty"}),
        (b"\n,,\n", FileNotReadable, {"why": "it is empty"}),
        (b"a,b\n1,\x002\n", FileNotReadable, {"line": 2}),
        (b"\xff\xfea", FileNotReadable, {}),
        (b"a,b\n1,\x81\n", FileNotReadable, {"line": 2}),
        (b'a,b\n1,"2\n', FileNotReadable, {"line": 2, "why": STRAY_QUOTE}),
        (b'a,b\n1,"2"x\n', FileNotReadable, {"line": 2, "why": STRAY_QUOTE}),
        ("GestiÃ³n,b\n".encode(), HeaderNotAllowed, {"decoded_wrongly_once_should_read": "Gestión"}),
        (b"PK\x03\x04 and so on", FileNotReadable, {}),
        (archive({}), FileNotReadable, {"why": BROKEN_WORKBOOK}),
        (archive({"deuda.csv": GOOD}), FileNotReadable, {"why": BROKEN_WORKBOOK}),
        (archive({"[Content_Types].xml": "<x/>", "xl/workbook.xml": "<x/>"}), FileNotReadable, {}),
        (b"a," * 200 + b"b\n", HeaderNotAllowed, {"columns": 201}),
        (b"a\n" + b"x" * 10_001, CellTooLong, {"line": 2, "column": "a"}),
        (b"a;b\n1;2\n" + b"x" * 1_000_000 + b";3\n", CellTooLong, {"line": 3, "at_most": 10_000}),
        (b'a;b\n"' + b"x" * 1_000_000 + b'";3\n', CellTooLong, {"line": 2}),
        (b"x" * 1_000_000 + b";b\n", CellTooLong, {"line": 1}),
        (b'a;b\n"1;2\n' + b"3;4\n" * 100_000, FileNotReadable, {"line": 2, "why": STRAY_QUOTE}),
    ],
)
def test_a_file_that_is_no_table_is_refused_with_what_is_wrong(read, data, refusal, told):
    with pytest.raises(refusal) as refused:
        read(data)
    assert told.items() <= refused.value.details.items()


DEBTS = [
    ["Cliente", "Razón social", "Factura", "Importe"],
    ["C1", "Bar", "F-1", "1.234,56 €"],
    ["C2", "Bo", "F-2", "450,00"],
]
LEFT_OUT = "this row is a total: it is left out"


def lines(*rows):
    return "".join(";".join(row) + "\n" for row in rows)


@pytest.mark.parametrize(
    "above",
    [
        [],
        [["Listado de deuda a 29/11/2026", "", "", ""], ["", "", "", ""]],
        [["Empresa Ejemplo, S.L."], ["Fecha:", "29/11/2026"], []],
        [["Deudores", "Total facturas: 2", "", ""]],
    ],
)
def test_the_row_that_names_the_columns_is_found_below_any_title_and_may_be_chosen(read, tmp_path, above):
    table = read(lines(*above, *DEBTS))
    assert (table.header, table.header_line) == (tuple(DEBTS[0]), len(above) + 1)
    assert [row.cells for row in table.rows] == [tuple(row) for row in DEBTS[1:]]
    assert read_table(tmp_path / "file", header_line=len(above) + 2).header == tuple(DEBTS[1])
    with pytest.raises(NoHeaderThere):
        read_table(tmp_path / "file", header_line=77)


def test_columns_that_nobody_knows_are_named_by_the_first_row_as_wide_as_the_others(read):
    assert read(lines(["Bericht"], ["Kunde", "Betrag"], ["1", "2"])).header == ("Kunde", "Betrag")


def test_the_line_that_tells_excel_the_separator_is_no_row(read):
    table = read("sep=;\r\nreference ;NAME;zone\r\nS1;Uno;Norte\r\n")
    assert (table.header, table.rows) == (("reference", "NAME", "zone"), [Row(3, ("S1", "Uno", "Norte"))])
    assert read("sep=|\na|b\n1;2|3\n").rows == [Row(3, ("1;2", "3"))]


@pytest.mark.parametrize(
    "total",
    [
        ["", "TOTAL", "", "1.684,56 €"],
        ["Total general:", "", "", "1.684,56"],
        ["", "", "Suma", "1.684,56"],
        ["", "", "", "1.684,56"],
        ["Total", "", "1.684,56", "EUR"],
        ["TOTAL"] + [""] * 2 + ["99"],
        ["TOTAL GENERAL", "7 préstamos", "", "1.684,56"],
        ["Total", "", "Facturas: 2", "1.684,56"],
        ["TOTAL FACTURADO", "", "", "1.684,56"],
        ["Total cobrado", "", "", "99"],
        ["TOTAL 5 contratos", "", "", "1.684,56"],
    ],
)
def test_a_row_that_adds_up_the_others_is_named_and_left_out(read, total):
    table = read(lines(*DEBTS, total))
    assert (len(table.rows), [(one.line, one.why) for one in table.warnings]) == (2, [(4, LEFT_OUT)])


@pytest.mark.parametrize(
    "row",
    [
        ["C3", "Total Energies, S.A.", "F-3", "10,00"],
        ["", "Total Plazas, S.L.", "", "10,00"],
        ["", "", "", "1.684,57"],
        ["C3", "TOTAL", "F-3", "1.684,56"],
        ["", "Sumarroca", "", "5"],
    ],
)
def test_a_row_that_only_looks_like_a_total_stays(read, row):
    table = read(lines(*DEBTS, row))
    assert (len(table.rows), table.warnings) == (3, [])


def test_a_narrow_row_is_a_total_only_where_it_adds_up(read):
    table = read("Cliente;Importe\nUno;5,50\nDos;4,50\nTotal;10,00\nTotal;3,00\n")
    assert [row.line for row in table.rows] == [2, 3, 5]


def test_two_phones_with_the_separator_between_are_one_cell(read):
    table = read("reference;phones;emails\nU1;0034600111223; 0034911234567;\nU2;600111222;a@b.es;c@b.es\nU3;1;2;3\n")
    assert [row.cells[1:] for row in table.rows[:2]] == [
        ("0034600111223 | 0034911234567", ""),
        ("600111222", "a@b.es | c@b.es"),
    ]
    assert [one.line for one in table.warnings] == [2, 3]
    assert [one.line for one in table.bad] == [4]


def test_empty_columns_at_the_end_are_none(read):
    table = read("a;b;;\n1;2;;\n3;4;;;;\n")
    assert (table.header, [row.cells for row in table.rows], table.bad) == (("a", "b"), [("1", "2"), ("3", "4")], [])


def test_of_a_workbook_the_first_sheet_that_is_shown_and_has_something_is_read_or_the_one_that_is_named(tmp_path):
    book, path = Workbook(), tmp_path / "book.xlsx"
    book.active.title = "Portada"
    for title, state in (("Oculta", "hidden"), ("Deuda", "visible"), ("Otra", "visible")):
        sheet = book.create_sheet(title)
        sheet.sheet_state = state
        sheet.append(["Nombre", "Importe"])
        sheet.append([title, 5])
    book.save(path)
    assert [read_table(path, sheet=name).rows[0].cells[0] for name in (None, "Oculta", "Otra")] == [
        "Deuda",
        "Oculta",
        "Otra",
    ]
    table = read_table(path)
    assert (table.sheet, table.sheets) == ("Deuda", ["Portada", "Oculta", "Deuda", "Otra"])
    with pytest.raises(NoSuchSheet):
        read_table(path, sheet="No está")


def test_what_is_no_table_whatever_its_name_is_refused_with_what_to_do(read):
    ods = io.BytesIO()
    with zipfile.ZipFile(ods, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
    told = {
        b"\xd0\xcf\x11\xe0\xa1\xb1": ".xls",
        b"\n<html><table>": "web page",
        b"%PDF-1.7": "PDF",
        ods.getvalue(): "OpenDocument",
    }
    for data, why in told.items():
        with pytest.raises(FileNotReadable) as refused:
            read(data)
        assert why in refused.value.details["why"]


def test_a_file_of_too_many_rows_or_bytes_is_refused(read, monkeypatch):
    monkeypatch.setattr(tables, "MAX_ROWS", 2)
    assert len(read("a\n1\n2\n").rows) == 2
    with pytest.raises(TooLarge):
        read("a\n1\n2\n3\n")
    monkeypatch.setattr(tables, "MAX_BYTES", 1000)
    with pytest.raises(TooLarge):
        read("a\n" + "x" * 1000)


def test_a_file_of_very_many_columns_is_refused_before_each_of_them_is_looked_at(read):
    many = ";".join(f"columna {number}" for number in range(200_000))
    began = time.process_time()
    with pytest.raises(HeaderNotAllowed) as refused:
        read(f"{many}\n{many}\n")
    assert refused.value.details == {"line": 1, "columns": 200_000, "at_most": 200}
    assert time.process_time() - began < 5


def test_of_a_sheet_only_the_rows_that_are_there_are_read_however_far_apart(read):
    sheet = Workbook()
    for cell, value in {"A1": "Deudor", "B1": "Importe", "A900000": "Bar Uno", "B900000": 3}.items():
        sheet.active[cell] = value
    sheet.active["XFD1048576"] = "x"
    written = io.BytesIO()
    sheet.save(written)
    table = read(written.getvalue())
    assert [(row.line, row.cells[0]) for row in table.rows] == [(900_000, "Bar Uno"), (1_048_576, "")]
    [bad] = table.bad
    assert bad.why == "this row has 16384 cells where the header has 2"


def test_a_row_that_has_something_beside_the_table_alone_is_bad(read):
    assert [bad.line for bad in read("a;b\n1;2\n;;3\n").bad] == [3]


def test_a_workbook_that_unpacks_to_too_much_is_refused(read, monkeypatch):
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b" " * 1_000_000)
    monkeypatch.setattr(tables, "MAX_BYTES", 100_000)
    with pytest.raises(TooLarge):
        read(bomb.getvalue())


def test_a_workbook_keeps_numbers_and_days_as_what_they_are(read):
    table = read(
        workbook(
            ["Nº", "Importe", "Día", "Hora", "En disputa", "Nada"],
            [611365, 0.1 + 0.2, date(2013, 1, 2), datetime.fromisoformat("2013-01-02 09:30"), True, None],
            [],
            ["F-2", 1234.5, date(2013, 1, 3)],
        )
    )
    assert table.rows == [
        Row(2, (Decimal(611365), Decimal("0.3"), date(2013, 1, 2), "2013-01-02 09:30:00", "True", "")),
        Row(4, ("F-2", Decimal("1234.5"), date(2013, 1, 3), "", "", "")),
    ]
    assert table.bad == []


def test_a_cell_that_shows_a_percentage_is_one(tmp_path):
    book, path = Workbook(), tmp_path / "book.xlsx"
    for row in (("Factura", "% IVA", "Descuento"), ("A/1", 0.21, 0.055), ("A/2", 21, 1)):
        book.active.append(row)
    for cell, form in (("B2", "0%"), ("C2", "0.0%"), ("C3", "0%")):
        book.active[cell].number_format = form
    book.save(path)
    rates = [[percentage(cell) for cell in row.cells[1:]] for row in read_table(path).rows]
    assert rates == [[21, Decimal("5.5")], [21, 100]]


def test_rows_left_out_are_written_as_they_were_with_every_reason(read):
    table = read("Nº;Importe\n1;x\n2;5,00\n3\n")
    bad = [*table.bad, Finding(2, "Importe", "x", "no amount"), Finding(2, "Nº", "1", "no such"), *table.bad]
    out = io.StringIO(newline="")
    write_left_out(out, table, bad)
    assert out.getvalue() == (
        "Nº;Importe;line;column;reason\r\n"
        '1;x;2;Importe, Nº;"no amount; no such"\r\n'
        "3;;4;;this row has 1 cells where the header has 2\r\n"
    )


def test_rows_left_out_are_told_in_the_words_of_whoever_imports_and_load_again(read):
    spanish = {"line": "línea", "column": "columna", "reason": "motivo", "no amount": "no es un importe"}
    out = io.StringIO(newline="")
    table = read("Nº\tImporte\n1\tx\n")
    write_left_out(out, table, [Finding(2, "Importe", "x", Why("no amount"))], lambda why: spanish[why.message])
    assert out.getvalue() == "Nº\tImporte\tlínea\tcolumna\tmotivo\r\n1\tx\t2\tImporte\tno es un importe\r\n"
    again = read(out.getvalue())
    assert (left_out_of(again.header), again.rows[0].cells[:2]) == (("línea", "columna", "motivo"), ("1", "x"))


def test_columns_named_again_and_notes_below_the_table_are_left_out_and_told(read):
    again = ["Cliente", "Razón social", "Factura", "Importe"]
    table = read(lines(*DEBTS[:2], again, *DEBTS[2:], ["", "TOTAL", "", "1.684,56 €"], ["Los importes incluyen IVA"]))
    assert [row.cells for row in table.rows] == [tuple(row) for row in DEBTS[1:]]
    assert table.bad == []
    assert sorted(one.line for one in table.warnings) == [3, len(DEBTS) + 2, len(DEBTS) + 3]


def test_a_note_within_the_table_may_be_a_row_that_lacks_the_rest_so_it_is_not_left_out(read):
    assert len(read(lines(*DEBTS[:2], ["C9", "", "", ""], *DEBTS[2:])).rows) == len(DEBTS)


def test_columns_of_the_same_name_are_told_apart(read):
    for data in (
        "Nº;Importe;Importe;Importe (2)\n1;2;3;4\n",
        workbook(["Nº", "Importe", " Importe ", "Importe (2)"], [1, 2]),
    ):
        table = read(data)
        assert table.header == ("Nº", "Importe", "Importe (3)", "Importe (2)")
        assert [one[:3] for one in table.warnings] == [(1, "Importe (3)", "Importe")]


def test_of_a_workbook_the_first_sheet_that_has_a_table_is_taken(tmp_path):
    book = Workbook()
    book.active.title = "Portada"
    for row in (["Listado de deuda"], ["Cliente:", "Banco Ejemplo"], ["Fecha", date(2026, 1, 2)], ["Confidencial"]):
        book.active.append(row)
    for name in ("Deuda", "Otra deuda"):
        sheet = book.create_sheet(name)
        for row in DEBTS:
            sheet.append(row)
    book.save(tmp_path / "book")
    assert read_table(tmp_path / "book").sheet == "Deuda"


def test_a_formula_without_its_result_is_told_by_its_cell_and_one_that_comes_to_nothing_is_empty(tmp_path):
    book = Workbook()
    for row in (["Nº", "Importe"], [1, "=2*3"], [2, '=IF(1>2,5,"")'], ["TOTAL", "=SUM(B2:B3)"]):
        book.active.append(row)
    book.save(tmp_path / "as openpyxl")
    with ZipFile(tmp_path / "as openpyxl") as source, ZipFile(tmp_path / "book", "w") as target:
        for name in source.namelist():
            data = source.read(name)
            target.writestr(name, data.replace(b'<c r="B3">', b'<c r="B3" t="str">') if "sheet1" in name else data)
    table = read_table(tmp_path / "book")
    assert [row.cells for row in table.rows] == [(Decimal(1), "=2*3"), (Decimal(2), "")]
    with pytest.raises(Unreadable, match="cell B2 has a formula without its result"):
        amount(table.rows[0].cells[1])


def test_what_was_left_out_once_and_again_is_told_the_last_reason_alone(read):
    table = read("a,line,column,reason\n1,7,a,no such\n")
    out = io.StringIO(newline="")
    write_left_out(out, table, [Finding(2, "a", "1", "still not")])
    assert out.getvalue() == "a,line,column,reason\r\n1,2,a,still not\r\n"


@pytest.mark.parametrize("cell", ["=1+1", "+34 600", "-5,00", "@ana", "\t=1", "'=1", "\uff1d1+1", "\uff20ana"])
def test_no_cell_that_is_left_out_is_a_formula_and_it_reads_back_as_it_was(read, cell):
    table = Table(("a", "b"), [Row(2, (cell, "x"))])
    out = io.StringIO(newline="")
    write_left_out(out, table, [Finding(2, "a", cell, "=why")])
    written = next(csv.reader(io.StringIO(out.getvalue().splitlines()[1])))
    assert not [text for text in written if text.startswith(FORMULA)]
    assert read(out.getvalue()).rows[0].cells[0] == cell


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20), min_size=1, max_size=4))
def test_any_row_that_is_left_out_reads_back_as_it_was(tmp_path_factory, cells):
    header = tuple(f"column {n}" for n in range(len(cells)))
    path = tmp_path_factory.mktemp("left out") / "out.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as out:
        write_left_out(out, Table(header, [Row(2, tuple(cells))]), [Finding(2, "", "", "why")])
    [row] = read_table(path).rows
    assert row.cells[: len(cells)] == tuple(cells)
