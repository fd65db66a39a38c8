"""Spreadsheets as bad as people send them: each loads to its right values, or is refused with line, column and why."""

from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import uuid4

import pytest
from openpyxl import Workbook
from scenario import DORA, TODAY

from application.imports import BadRows, import_file
from application.imports.headings import columns_of, own_map
from application.imports.maps import Contents, Part, Section
from application.streams import Command
from domain.case_file.progress import CaseFileOpened
from domain.client import ClientRegistered
from domain.client.details import ClientRole
from infrastructure.imports.tables import read_table

HEADER = ["Nº Expte.", "Cód. deudor", "Importe pendiente", "Divisa", "F. Factura", "F. Vto."]
DEBTORS = [["Cód. cliente", "Razón social"], ["C1", "Bar Ejemplo"], ["C2", "Taller Ejemplo, S.L."]]


def debt(number, debtor="C1", amount="100,00", currency="EUR", issued="03/02/2026", due="05/03/2026"):
    return [number, debtor, amount, currency, issued, due]


@pytest.fixture
def load(store, tmp_path):
    def load(contents, data, **where):
        path = tmp_path / "book"
        if isinstance(data, Workbook):
            data.save(path)
        else:
            path.write_bytes(data)
        table = read_table(path, **where)
        command = Command(uuid4(), DORA, datetime(2026, 3, 16, 9, tzinfo=UTC), TODAY, uuid4())
        return import_file(store.events, command, table, contents)

    load(Contents.CLIENTS, written(*DEBTORS))
    return load


def written(*rows, delimiter=";", encoding="utf-8"):
    return "".join(delimiter.join(row) + "\r\n" for row in rows).encode(encoding)


def workbook(*rows):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    return book


def two_sheets():
    book = workbook(["Informe", None], [None, None])
    book.active.title = "Resumen"
    book.active.delete_rows(1, 5)
    sheet = book.create_sheet("Deuda")
    for row in (HEADER, debt("A", amount=Decimal("100.00")), debt("B", "C2", Decimal(50))):
        sheet.append(row)
    return book


def merged_title():
    book = workbook(["Listado de deuda"], [], HEADER, debt("A"), debt("B", "C2", "50,00 €"))
    book.active.merge_cells("A1:F1")
    return book


def a_month(number):
    return date(2026, number, 5)


GOOD = {
    "titles above, a total below": written(
        ["Empresa Ejemplo, S.L."], ["Fecha: 29/11/2026"], [], HEADER, debt("A"), debt("B", "C2", "50,00 €"),
        ["", "TOTAL", "150,00 €", "", "", ""],
    ),
    "Excel's separator line": b"sep=;\r\n" + written(HEADER, debt("A"), debt("B", "C2", "50,00")),
    "Excel's Unicode text": written(HEADER, debt("A"), debt("B", "C2", "50,00"), delimiter="\t", encoding="utf-16"),
    "Windows-1252": written(HEADER, debt("A"), debt("B", "C2", "50,00"), encoding="cp1252"),
    "signs, codes and blanks of every kind": written(
        HEADER, debt("A", amount="EUR\u00a0100,00"), debt("B", "C2", "50,00\u202f€")
    ),
    "each row in another shape": written(
        HEADER, debt("A", amount="100", issued="3-feb-2026", due="2026-03-05 00:00:00"),
        debt("B", "C2", "50,00 EUR", issued="3/2/26", due="2026-03-05T00:00:00Z"),
    ),
    "empty columns and rows": written(
        [*HEADER, "", ""], [""] * 8, [*debt("A"), "", ""], ["", "", "", "", "", "", "", ""],
        [*debt("B", "C2", "50"), "", ""],
    ),
    "subtotals and a grand total": written(
        HEADER, debt("A"), ["Subtotal C1", "", "100,00", "", "", ""], debt("B", "C2", "50,00"),
        ["Subtotal C2", "", "50,00", "", "", ""], ["Total general", "", "150,00", "", "", ""],
    ),
    "two sheets, the first one empty": two_sheets(),
    "a merged title": merged_title(),
    "days and amounts as a workbook knows them": workbook(
        HEADER, debt("A", amount=100, issued=datetime(2026, 2, 3, 10, 30), due=46086),  # noqa: DTZ001 - as Excel has it
        debt("B", "C2", 50.0, issued=date(2026, 2, 3), due="05/03/2026"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", GOOD)
def test_it_loads_to_its_right_values(store, load, name):
    report = load(Contents.CASE_FILES, GOOD[name])
    opened = [one.event for one in store.events.since(0, 1000) if isinstance(one.event, CaseFileOpened)]
    assert (report.rows, report.case_files) == (2, 2)
    assert [(one.reference, sum(item.amount.amount for item in one.items)) for one in opened] == [
        ("A", Decimal(100)),
        ("B", Decimal(50)),
    ]
    assert {one.opened_on for one in opened} == {date(2026, 2, 3)}
    assert opened[0].items[0].due_on == a_month(3)


BAD = {
    "another currency in the cell": (debt("A", amount="100,00 USD"), "Importe pendiente", "100,00 USD"),
    "a sum that may be two": (debt("A", amount="1.234"), "Importe pendiente", "1.234"),
    "brackets, which are below zero": (debt("A", amount="(100,00)"), "Importe pendiente", "(100,00)"),
    "a minus behind": (debt("A", amount="100,00-"), "Importe pendiente", "100,00-"),
    "a day that is none": (debt("A", due="31/02/2026"), "F. Vto.", "31/02/2026"),
    "lost digits": (debt("6,00111E+08"), "Nº Expte.", "6,00111E+08"),
    "a cell that could not be computed": (debt("A", amount="#REF!"), "Importe pendiente", "#REF!"),
    "a debtor who is not there": (debt("A", "C9"), "Cód. deudor", "C9"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_known_is_refused_with_where_it_stands(load, name):
    row, column, value = BAD[name]
    with pytest.raises(BadRows) as refused:
        load(Contents.CASE_FILES, written(["Listado"], HEADER, row))
    assert [one[:3] for one in refused.value.report.bad] == [(3, column, value)]


def test_which_way_days_are_meant_is_open_where_rows_that_are_bad_would_prove_it(load):
    rows = [debt("A", amount="-5", issued="10/25/2025", due="11/25/2025"), debt("B", issued="10/05/2025")]
    with pytest.raises(BadRows) as refused:
        load(Contents.CASE_FILES, written(HEADER, *rows))
    days, found = ("F. Factura", "F. Vto."), [one[:2] for one in refused.value.report.bad]
    assert found == [*((2, day) for day in days), (2, "Importe pendiente"), *((3, day) for day in days)]


def test_a_number_that_a_workbook_made_of_a_reference_is_that_reference_again(store, load):
    load(Contents.CLIENTS, workbook(["Código", "Nombre", "CP", "Tlf."], [1001, "Uno", 8001, 600111222.0]))
    registered = [one.event for one in store.events.since(0, 1000) if isinstance(one.event, ClientRegistered)][-1]
    assert (registered.reference, registered.address.postcode) == ("1001", "08001")


@pytest.mark.parametrize(("column", "told"), [("N.I.F.", True), ("DNI/NIE", True), ("Identificación", False)])
def test_a_dni_without_its_letter_is_kept_as_a_code_with_a_word(load, column, told):
    report = load(Contents.CLIENTS, written(["Código", "Nombre", column], ["C7", "Uno", "12345678"]))
    assert [(one.column, one.value, "has a letter" in one.why) for one in report.warnings] == (
        [(column, "12345678", True)] if told else []
    )


def test_a_number_that_is_longer_than_a_workbook_can_keep_is_refused(load):
    with pytest.raises(BadRows) as refused:
        load(Contents.CLIENTS, workbook(["Código", "Nombre"], [12345678901234567890.0, "Uno"]))
    assert "digits of this number were lost" in refused.value.report.bad[0].why


def test_columns_are_known_without_a_map():
    assert own_map(Contents.CASE_FILES, HEADER)[Part.CASE_FILES] == Section(
        {
            "reference": "Nº Expte.",
            "debtor_reference": "Cód. deudor",
            "principal": "Importe pendiente",
            "currency": "Divisa",
            "opened_on": "F. Factura",
            "due_on": "F. Vto.",
        }
    )


OWED = ["Nombre", "NIF", "Nº factura", "Importe", "Moneda", "Vencimiento"]


def test_a_column_that_counts_the_rows_numbers_no_debt_so_other_creditors_may_count_theirs(store, load):
    for creditor in ("A", "B"):
        rows = [
            ["1", "Bar Ejemplo", "B12345674", f"{creditor}-7"],
            ["2", "Taller Ejemplo", "B87654323", f"{creditor}-9"],
        ]
        report = load(
            Contents.RECEIVABLES,
            written(["Nº", *OWED], *([*row, "100,00", "EUR", "05/03/2026"] for row in rows)),
        )
        assert (report.case_files, report.bad, report.unused) == (2, [], ["Nº"])
    opened = [known.event for known in store.events.since(0, 100) if isinstance(known.event, CaseFileOpened)]
    assert [one.items[0].number for one in opened] == ["A-7", "A-9", "B-7", "B-9"]


def test_a_column_that_counts_the_rows_is_no_number_even_where_there_is_no_other():
    for cells, number in ((["1", "2", "3"], None), (["1", "3", "7"], "Nº")):
        told = columns_of(Contents.RECEIVABLES, ("Nº", "Nombre", "Importe"), {"Nº": cells})
        assert told[Part.CASE_FILES].get("number") == number


@pytest.mark.parametrize(
    ("written_there", "amount", "day"),
    [
        (["20,50", "0", ""], "Cobrado", "Fecha"),
        ([Decimal(20), Decimal(0)], "Cobrado", "Fecha"),
        (["05/03/2026", ""], "Importe", "Cobrado"),
        ([date(2026, 3, 5)], "Importe", "Cobrado"),
        (["sí", "no"], "Importe", "Fecha"),
    ],
)
def test_what_was_paid_and_when_are_told_apart_by_the_cells_of_a_column_that_may_have_either(
    written_there, amount, day
):
    told = columns_of(Contents.PAYMENTS, ("Factura", "Cobrado", "Importe", "Fecha"), {"Cobrado": written_there})
    assert (told[Part.PAYMENTS]["amount"], told[Part.PAYMENTS]["received_on"]) == (amount, day)


@pytest.mark.parametrize("heading", ["Cobrado", "Pagado", "Importe cobrado", "Importe pagado"])
def test_nothing_was_paid_yet_where_it_says_nought_or_nothing(load, heading):
    rows = [
        ["Bar Ejemplo", "B12345674", f"F-{number}", "100,00", "EUR", "05/03/2026", paid, "10/03/2026"]
        for number, paid in enumerate(["20,50", "0", "", "0,00 €", "-"])
    ]
    report = load(Contents.RECEIVABLES, written([*OWED, heading, "Fecha cobro"], *rows))
    assert (report.case_files, report.payments, report.bad) == (5, 1, [])
    without_a_day = load(
        Contents.RECEIVABLES, written([*OWED, heading], *([*row[:2], f"G{row[2]}", *row[3:7]] for row in rows[1:]))
    )
    assert (without_a_day.case_files, without_a_day.bad, without_a_day.unused) == (4, [], [heading])


def test_a_type_of_client_that_is_a_role_is_taken_for_one_and_another_is_refused_with_the_words_that_work(store, load):
    rows = [["A", "Mayorista", "Acreedor"], ["B", "Bar", "deudor"], ["C", "Taller", "Cliente"]]
    assert load(Contents.CLIENTS, written(["Código", "Nombre", "Tipo"], *rows)).bad == []
    told = {known.event.name: known.event for known in store.events.since(0, 100)}
    assert [told[name].roles for _, name, _ in rows] == [(ClientRole.CREDITOR,), (ClientRole.DEBTOR,), ()]
    with pytest.raises(BadRows) as refused:
        load(Contents.CLIENTS, written(["Código", "Nombre", "Tipo"], ["D", "Casa", "Autónoma"]))
    assert "persona / person, empresa / company" in refused.value.report.bad[0].why


def test_a_refusal_names_a_column_that_the_file_has(load):
    load(Contents.CLIENTS, written(["Código", "Nombre", "NIF"], ["A", "Mayorista", "B12345674"]))
    header = ["Deudor", "NIF", "Acreedor", "Nº factura", "Importe", "Moneda", "Vencimiento"]
    owed_to_itself = ["Mayorista", "B12345674", "A", "F-1", "100,00", "EUR", "05/03/2026"]
    with pytest.raises(BadRows) as refused:
        load(Contents.RECEIVABLES, written(header, owed_to_itself))
    assert {found.column for found in refused.value.report.bad} <= {*header}
