"""A file of debts that tells what was paid of them beside what is left: nothing is taken off twice."""

from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial
from uuid import uuid4

import pytest
from scenario import DORA, TODAY, euros

from api.http.catalogues import translated
from api.http.formats import formats
from api.imports.words import in_words
from application.imports import BadRows, import_file
from application.imports.balance_columns import LeftIsNotTheTotal
from application.imports.balances import PAID_BEFORE
from application.imports.columns import ColumnsMissing
from application.imports.headings import own_map
from application.imports.lookups import Lookups
from application.imports.maps import Contents, Part, Section
from application.imports.rows import NOTHING_OWED, STILL_OPEN
from application.imports.table import Row, Table, Why
from application.streams import Command
from domain.business import Business
from domain.case_file import CaseFile
from domain.case_file.progress import CaseFileOpened
from domain.payments import PaymentRecorded

HEADER = ("Deudor", "Factura", "Moneda", "Fecha factura", "Importe total", "Cobrado", "Fecha cobro", "Pendiente")
WITHOUT_TOTAL = tuple(name for name in HEADER if name != "Importe total")
DEBT_MAP = {
    Part.CLIENTS: Section({"name": "Deudor"}),
    Part.CASE_FILES: Section(
        {"number": "Factura", "principal": "Pendiente", "opened_on": "Fecha factura", "currency": "Moneda"}
    ),
    Part.PAYMENTS: Section({"amount": "Cobrado", "received_on": "Fecha cobro", "currency": "Moneda"}),
}


def table_of(*rows, header=HEADER):
    """Each row from its total on, of one debt where it does not say of which."""
    beginning = ("Bar Uno, S.L.", "F-1", "EUR", "2026-01-10")
    return Table(header, [Row(line, (*beginning, *row)) for line, row in enumerate(rows, start=2)])


def load(store, table, contents=Contents.RECEIVABLES, map_=None):
    command = Command(uuid4(), DORA, datetime(2026, 3, 16, 9, tzinfo=UTC), TODAY, uuid4())
    return import_file(store.events, command, table, contents, mapping=map_, lookups=Lookups(namesakes=lambda _: {}))


def all_of(store, kind):
    return [known for known in store.events.since(0, 1000) if isinstance(known.event, kind)]


def debt(store):
    """Its principal, what was paid of it, and what is left once that is approved."""
    [opened] = all_of(store, CaseFileOpened)
    case_file = store.events.load(CaseFile(), opened.stream)[0]
    waiting = case_file.ledger.undecided
    return case_file.debt.claimed, waiting, case_file.outstanding - waiting


@pytest.mark.parametrize(
    ("whole", "paid", "left", "left_here"),
    [("1.210,00 €", "210,00 €", "1.000,00 €", "1000.00"), ("605,00", "605,00", "0,00", "0.00")],
)
def test_what_was_paid_of_a_total_is_not_taken_off_what_is_left_of_it(store, whole, paid, left, left_here):
    report = load(store, table_of((whole, paid, "01/03/26", left)))
    principal, waiting, outstanding = debt(store)
    assert (principal - waiting, str(outstanding)) == (outstanding, f"{left_here} EUR")
    assert (report.bad, report.warnings, report.unused) == ([], [], [])
    assert load(store, table_of((whole, paid, "01/03/26", left))).skipped == 1


@pytest.mark.parametrize(
    "header",
    [
        ("Cliente", "Nº factura", "Moneda", "Vto", "Total", "Importe cobrado", "Fecha cobro", "Importe pendiente"),
        ("Prestatario", "Préstamo", "Moneda", "Vto", "Capital", "Pagado", "Fecha pago", "Capital pendiente"),
        ("Titular", "Nº préstamo", "Divisa", "Vence", "Importe prestado", "Cobrado", "Fecha cobro", "Saldo vivo"),
        ("Customer", "Invoice", "Currency", "Due date", "Total", "Amount paid", "Paid on", "Amount due"),
        ("Cliente", "Factura", "Moneda", "Vto", "Importe", "Importe cobrado", "Fecha cobro", "Deuda"),
    ],
)
def test_the_total_is_the_principal_whatever_the_columns_are_called(store, header):
    load(store, table_of(("1210", "210", "2026-03-01", "1000"), header=header))
    assert debt(store) == (euros(1210), euros(210), euros(1000))


@pytest.mark.parametrize("left", ["900,00", "1.210,00", "0,00"])
def test_figures_that_do_not_go_together_are_refused_with_all_three(store, left):
    with pytest.raises(BadRows) as refused:
        load(store, table_of(("1.210,00", "210,00", "01/03/26", left)))
    [found] = refused.value.report.bad
    assert (found.column, found.value) == ("Pendiente", left)
    values = found.why.values
    assert (values["whole"], values["paid"], values["here"]) == (euros(1210), euros(210), euros(1000))


ON_NO_DAY = tuple(name for name in HEADER if name != "Fecha cobro")
INVOICED = tuple("Vencimiento" if name == "Fecha cobro" else name for name in HEADER)


@pytest.mark.parametrize("left", ["900,00", "1.210,00", "0,00 €"])
@pytest.mark.parametrize("map_", [None, {part: DEBT_MAP[part] for part in (Part.CLIENTS, Part.CASE_FILES)}])
def test_where_no_day_of_payment_is_told_figures_that_do_not_go_together_are_refused_too(store, left, map_):
    with pytest.raises(BadRows) as refused:
        load(store, table_of(("1.210,00", "210,00", left), header=ON_NO_DAY), map_=map_)
    [found] = refused.value.report.bad
    assert (found.column, found.value) == ("Pendiente", left)
    values = found.why.values
    assert (values["whole"], values["paid"], values["here"]) == (euros(1210), euros(210), euros(1000))


def test_an_invoice_whose_figures_do_not_go_together_is_refused_though_no_day_of_payment_is_told(store):
    contents = Contents.INVOICED_RECEIVABLES
    with pytest.raises(BadRows) as refused:
        load(store, table_of(("1.210,00", "210,00", "2026-02-10", "900,00"), header=INVOICED), contents)
    [found] = refused.value.report.bad
    values = found.why.values
    assert (values["whole"], values["paid"], values["here"]) == (euros(1210), euros(210), euros(1000))
    load(store, table_of(("1.210,00", "210,00", "2026-02-10", "1.000,00"), header=INVOICED), contents)


@pytest.mark.parametrize("paid", ["210,00", "-210,00", "", "-", "sí"])
def test_where_no_day_of_payment_is_told_what_is_left_is_the_debt_if_the_figures_go_together(store, paid):
    load(store, table_of(("1.210,00", paid, "1.000,00"), header=ON_NO_DAY))
    assert debt(store)[0] == euros(1000)


def test_what_several_rows_say_was_paid_goes_together_though_no_day_of_it_is_told(store):
    load(store, table_of(("1210", "110", "1000"), ("1210", "100", "1000"), header=ON_NO_DAY))
    assert debt(store)[0] == euros(1000)


def test_the_payments_of_several_rows_are_held_against_what_is_left_together(store):
    report = load(store, table_of(("1210", "210", "2026-02-01", "0"), ("1210", "1000", "2026-03-01", "0")))
    assert (report.payments, report.bad, debt(store)[2]) == (2, [], euros(5) - euros(5))


@pytest.mark.parametrize(("due", "opened"), [("2026-02-20", date(2026, 1, 20)), ("2026-06-01", date(2026, 1, 20))])
def test_a_debt_whose_file_tells_not_since_when_was_here_when_it_was_first_paid(store, due, opened):
    header = tuple("Vto" if name == "Fecha factura" else name for name in HEADER)
    rows = (("1210", "210", "2026-02-01", "0"), ("1210", "1000", "2026-01-20", "0"))
    table = Table(header, [Row(line, ("Bar Uno, S.L.", "F-1", "EUR", due, *row)) for line, row in enumerate(rows, 2)])
    report = load(store, table)
    assert (report.bad, report.payments) == ([], 2)
    assert [known.event.opened_on for known in all_of(store, CaseFileOpened)] == [opened]
    assert load(store, table).skipped == 2


def test_what_is_left_less_without_a_day_of_payment_was_paid_before_the_debt_came(store):
    report = load(store, table_of(("1210", "210", "", "1000")))
    [paid] = [known.event for known in all_of(store, PaymentRecorded)]
    assert (paid.amount, paid.received_on, paid.note) == (euros(210), date(2026, 1, 10), PAID_BEFORE)
    assert report.supposed == 1
    assert load(store, table_of(("1210", "210", "", "1000"))).skipped == 1


def test_a_debt_that_is_here_is_only_warned_of_where_its_file_leaves_another_amount(store):
    load(store, table_of(("1210", "210", "2026-02-01", "1000")))
    report = load(store, table_of(("1210", "210", "2026-02-01", "800")))
    [warning] = report.warnings
    assert (warning.column, report.payments) == ("Pendiente", 0)
    assert warning.why == "here 1000.00 EUR would be left to pay, 800.00 EUR in the file"


@pytest.mark.parametrize("map_", [None, DEBT_MAP])
@pytest.mark.parametrize(("paid", "left", "whole"), [("210", "1000", 1210), ("605", "0", 605), ("", "1000", 1000)])
def test_without_a_total_the_debt_is_what_is_left_with_what_was_paid_and_that_is_told(store, map_, paid, left, whole):
    table = table_of((paid, "2026-03-01" if paid else "", left), header=WITHOUT_TOTAL)
    report = load(store, table, map_=map_)
    principal, waiting, outstanding = debt(store)
    assert (principal, str(outstanding)) == (euros(whole), f"{left}.00 EUR")
    assert principal - waiting == outstanding
    [warning] = report.warnings
    assert (warning.column, "“Cobrado”" in warning.why) == ("Pendiente", True)
    assert load(store, table, map_=map_).skipped == 1


def test_a_map_that_takes_what_is_left_for_all_of_it_is_read_as_what_is_left(store):
    load(store, table_of(("1210", "210", "2026-03-01", "1000")), map_=DEBT_MAP)
    assert debt(store) == (euros(1210), euros(210), euros(1000))


def test_without_a_total_all_payments_of_a_debt_are_of_it(store):
    load(store, table_of(("210", "2026-02-01", "1000"), ("90", "2026-03-01", "1000"), header=WITHOUT_TOTAL))
    assert debt(store) == (euros(1300), euros(300), euros(1000))


BALANCES = (*ON_NO_DAY[:4], "Saldo")


@pytest.mark.parametrize(
    ("header", "nothing", "owed"),
    [
        (WITHOUT_TOTAL, ("", "", "0,00"), ("", "", "50,00")),
        (ON_NO_DAY, ("605,00", "605,00", "0"), ("605,00", "555,00", "50,00")),
        (BALANCES, ("0,00 €",), ("50,00",)),
        (BALANCES, ("-",), ("50,00",)),
    ],
)
def test_a_row_of_which_nothing_is_owed_is_left_out_and_named_and_the_others_load(store, header, nothing, owed):
    table = table_of(nothing, owed, header=header)
    [settled, other] = table.rows
    report = load(store, replace(table, rows=[settled, Row(3, (*other.cells[:1], "F-2", *other.cells[2:]))]))
    assert (report.rows, report.case_files, report.nothing_owed, report.bad) == (2, 1, 1, [])
    assert [one.line for one in report.warnings if one.why == NOTHING_OWED] == [2]
    assert debt(store)[0] == euros(50)


def test_of_a_debt_that_is_open_here_it_is_told_that_the_file_says_that_nothing_is_owed(store):
    load(store, table_of(("50,00",), header=BALANCES))
    report = load(store, table_of(("0,00",), header=BALANCES))
    [warning] = report.warnings
    assert (warning.column, warning.why, report.nothing_owed) == ("Saldo", Why(STILL_OPEN, here=euros(50)), 1)


@pytest.mark.parametrize(("header", "cell"), [(BALANCES, ""), ((*BALANCES[:4], "Importe factura"), "0,00")])
def test_an_amount_that_is_missing_or_a_debt_of_nought_is_bad(store, header, cell):
    with pytest.raises(BadRows):
        load(store, table_of((cell,), header=header))


def test_without_payments_what_is_left_is_the_debt(store):
    header = (*HEADER[:5], "Observaciones", "Otras", "Pendiente")
    load(store, table_of(("1210", "", "", "1000"), header=header))
    assert debt(store) == (euros(1000), euros(5) - euros(5), euros(1000))


WITHOUT_LEFT = HEADER[:-1]
WITHOUT_DAY = ("Deudor", "Factura", "Moneda", "Fecha factura", "Importe total", "Cobrado")


@pytest.mark.parametrize("paid", ["Paid", "A cuenta", "Entregado a cuenta", "Abonado", "Pagos a cuenta"])
@pytest.mark.parametrize("whole", ["Importe", "Amount", "Importe original", "Gross amt"])
def test_whatever_what_was_paid_is_called_its_day_is_asked_for(store, whole, paid):
    with pytest.raises(ColumnsMissing) as refused:
        load(store, table_of(("1210", "210,00"), header=(*WITHOUT_DAY[:4], whole, paid)))
    assert refused.value.details["columns"] == ["received_on"]


def test_what_was_paid_of_a_total_without_a_column_of_days_is_asked_for_its_day_as_all_would_be_owed_else(store):
    paid = table_of(("1210", "0,00 €"), ("605", "210"), header=WITHOUT_DAY)
    with pytest.raises(ColumnsMissing) as refused:
        load(store, paid)
    assert refused.value.details["columns"] == ["received_on"]
    own = own_map(Contents.RECEIVABLES, WITHOUT_DAY, paid.columns)
    dated = replace(own[Part.PAYMENTS], constants={"received_on": "2026-02-01"})
    assert load(store, table_of(("1210", "210"), header=WITHOUT_DAY), map_={**own, Part.PAYMENTS: dated}).payments == 1
    assert debt(store) == (euros(1210), euros(210), euros(1000))


@pytest.mark.parametrize("nothing", ["", "0,00 €", "-"])
def test_where_nothing_was_paid_of_any_total_no_day_is_asked_for(store, nothing):
    assert load(store, table_of(("1210", nothing), header=WITHOUT_DAY)).payments == 0
    assert debt(store) == (euros(1210), euros(5) - euros(5), euros(1210))


@pytest.mark.parametrize(("paid", "left"), [("0", "1000"), ("0,00 €", "1000"), ("150", "1000"), ("210", "1210")])
def test_what_was_paid_on_no_day_goes_together_with_the_total_and_what_is_left_or_the_row_is_bad(store, paid, left):
    with pytest.raises(BadRows) as refused:
        load(store, table_of(("1210", paid, "", left)))
    assert [one.column for one in refused.value.report.bad] == ["Pendiente"]


def test_what_several_rows_say_was_paid_on_no_day_is_held_against_what_is_left_together(store):
    load(store, table_of(("1210", "110", "", "1000"), ("1210", "100", "", "1000")))
    assert debt(store) == (euros(1210), euros(210), euros(1000))


def test_a_day_of_payment_alone_tells_when_what_is_not_left_was_paid(store):
    load(store, table_of(("1210", "", "2026-02-01", "1000")))
    [paid] = [known.event for known in all_of(store, PaymentRecorded)]
    assert (paid.amount, paid.received_on, debt(store)[2]) == (euros(210), date(2026, 2, 1), euros(1000))


def test_a_row_whose_total_is_empty_owes_what_is_left_with_what_was_paid(store):
    load(store, table_of(("", "210", "2026-02-01", "1000")))
    assert debt(store) == (euros(1210), euros(210), euros(1000))


def test_a_row_with_what_was_paid_of_a_total_and_no_day_is_bad_and_says_so(store):
    with pytest.raises(BadRows) as refused:
        load(store, table_of(("1210", "210", ""), header=WITHOUT_LEFT))
    assert [one.column for one in refused.value.report.bad] == ["Fecha cobro"]


def test_where_the_day_alone_tells_that_all_was_paid_a_row_without_one_is_not_paid(store):
    header = ("Deudor", "Factura", "Moneda", "Fecha factura", "Importe", "Fecha cobro")
    map_ = {
        Part.CLIENTS: DEBT_MAP[Part.CLIENTS],
        Part.CASE_FILES: replace(
            DEBT_MAP[Part.CASE_FILES], columns={**DEBT_MAP[Part.CASE_FILES].columns, "principal": "Importe"}
        ),
        Part.PAYMENTS: Section({"amount": "Importe", "received_on": "Fecha cobro", "currency": "Moneda"}),
    }
    assert load(store, table_of(("1210", ""), header=header), map_=map_).payments == 0
    assert debt(store)[2] == euros(1210)


def test_an_invoice_whose_total_is_what_is_left_beside_what_was_paid_is_refused_by_name(store):
    map_ = own_map(Contents.INVOICED_RECEIVABLES, HEADER)
    columns = {**map_[Part.INVOICES].columns, "total": "Pendiente", "due_on": "Fecha factura"}
    map_ = {**map_, Part.INVOICES: replace(map_[Part.INVOICES], columns=columns)}
    with pytest.raises(LeftIsNotTheTotal) as refused:
        load(store, table_of(("1210", "210", "2026-03-01", "1000")), Contents.INVOICED_RECEIVABLES, map_)
    assert refused.value.details == {"field": "columns.invoices.total", "left": "Pendiente", "paid": "Cobrado"}


def test_a_payment_from_before_the_debt_was_with_us_is_refused_with_both_days(store):
    with pytest.raises(BadRows) as refused:
        load(store, table_of(("1210", "210", "2026-01-09", "1000")))
    [found] = refused.value.report.bad
    assert (found.column, found.value) == ("Fecha cobro", "2026-01-09")
    written = formats("es", Business())
    spanish = in_words(found.why, partial(translated, into="es"), written)
    assert all(written.day(date(2026, 1, day)) in spanish for day in (9, 10))
