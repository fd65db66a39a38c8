"""Files as a small office has them, whose columns nobody matched: what is read of them, and what is said of it."""

from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import uuid4

import pytest
from scenario import DORA, TODAY

from application.imports import Wish, import_file
from application.imports.columns import PROVEN
from application.imports.headings import columns_of
from application.imports.lookups import Lookups
from application.imports.maps import Contents, Part, Section
from application.imports.payments_beside import REPEATED
from application.imports.people import OTHER_CODE, SameNames
from application.imports.rows import PAID_ALIKE
from application.imports.table import Row, Table, Why
from application.streams import Command
from domain.case_file.progress import CaseFileOpened
from domain.client import ClientRegistered
from domain.invoice.issuing import InvoiceImported
from domain.payments import PaymentRecorded


def table(written):
    """A CSV file's cells between semicolons, the first line its header."""
    header, *rows = [tuple(line.strip().split(";")) for line in written.strip().splitlines()]
    return Table(header, [Row(line, cells) for line, cells in enumerate(rows, start=2)])


def load(store, written, contents=Contents.RECEIVABLES, *, mapping=None, dry_run=False, **wish):
    command = Command(uuid4(), DORA, datetime(2026, 3, 16, 9, tzinfo=UTC), TODAY, uuid4())
    what = written if isinstance(written, Table) else table(written)
    said = {"leave_out_bad": True, "same_names": SameNames(all=True)} | wish
    return import_file(
        store.events,
        command,
        what,
        contents,
        mapping=mapping,
        dry_run=dry_run,
        wish=Wish(**said),
        lookups=Lookups(
            namesakes=lambda names: {
                name: [known.stream for known in all_of(store, ClientRegistered)] for name in names
            }
        ),
    )


def all_of(store, *kinds):
    return [known for known in store.events.since(0, 10_000) if isinstance(known.event, kinds)]


def events(store, *kinds):
    return [known.event for known in all_of(store, *kinds)]


def said(findings):
    return [(one.line, one.column, str(one.why)) for one in findings]


# Whom a row means


@pytest.mark.parametrize("name", ["Cliente", "Deudor", "Nombre"])
@pytest.mark.parametrize("code", ["Cód. cliente", "Código", "Nº socio"])
@pytest.mark.parametrize("contents", [Contents.RECEIVABLES, Contents.INVOICED_RECEIVABLES])
def test_two_of_one_name_with_codes_of_their_own_are_two(store, contents, code, name):
    load(
        store,
        f"""{code};{name};Nº Factura;Fecha;Vencimiento;Importe;Moneda
        Z1;Zeta;F1;1/2/26;1/3/26;10,00;EUR
        Z2;Zeta;F2;1/2/26;1/3/26;20,00;EUR""",
        contents,
    )
    assert [(one.reference, one.name) for one in events(store, ClientRegistered)] == [("Z1", "Zeta"), ("Z2", "Zeta")]


def test_a_column_of_codes_is_who_owes_in_case_files_and_invoices_whatever_else_names_them(store):
    load(store, "Código;Nombre\nZ1;Zeta\nZ2;Zeta", Contents.CLIENTS)
    header = "Cód. cliente;Cliente;Nº Factura;Fecha;Vencimiento;Importe;Moneda"
    row = "Z2;Zeta;F2;1/2/26;1/3/26;20,00;EUR"
    for contents in (Contents.CASE_FILES, Contents.INVOICES):
        assert not load(store, f"{header}\n{row}", contents).bad
    z2 = all_of(store, ClientRegistered)[1].stream
    assert [one.debtor_id for one in events(store, CaseFileOpened)] == [z2]


def test_codes_that_nothing_is_read_of_never_let_two_become_one_without_a_word(store):
    columns = {"name": "Cliente"}, {"number": "Nº Factura", "principal": "Importe", "due_on": "Vencimiento"}
    report = load(
        store,
        """Cód. cliente;Cliente;Nº Factura;Vencimiento;Importe
        Z1;Zeta;F1;1/3/26;10,00
        Z1;Zeta;F2;1/3/26;20,00
        Z2;Zeta;F3;1/3/26;30,00""",
        mapping={Part.CLIENTS: Section(columns[0]), Part.CASE_FILES: Section(columns[1], {"currency": "EUR"})},
    )
    assert said(report.warnings) == [(4, "Cód. cliente", Why(OTHER_CODE, line=2, code="Z1"))]


def test_clients_without_a_code_are_known_by_identification_else_by_name(store):
    file = """Nombre;Primer apellido;NIF;Tlf
        Luis;Sanz;22222222J;600222333
        Eva;Mora;;600222334
        ;;33333333P;"""
    report = load(store, file, Contents.CLIENTS)
    assert (report.clients, said(report.bad)[0][:2]) == (2, (4, "Nombre"))
    assert [one.name for one in events(store, ClientRegistered)] == ["Luis Sanz", "Eva Mora"]
    assert load(store, file, Contents.CLIENTS).skipped == 2


@pytest.mark.parametrize(
    "written",
    ["Ana Díez\u200b", "\u202eAna Díez\u202c", "An\u200ba D\u00adíez", "\ufeffAna \u2066Díez", "Ana \u200b Díez"],
)
def test_characters_that_nobody_sees_are_no_part_of_a_name_nor_of_a_number(store, written):
    report = load(store, f"NIF;Nombre;Teléfono\n12345678Z\u200e;{written};\u202d600111222\u202c", Contents.CLIENTS)
    assert (report.bad, report.warnings) == ([], [])
    [client] = events(store, ClientRegistered)
    assert (client.name, client.identification.number) == ("Ana Díez", "12345678Z")


def test_what_joins_letters_of_other_scripts_is_kept(store):
    load(store, "Código;Nombre\n1;\u0645\u06cc\u200c\u0631\u0648\u0645", Contents.CLIENTS)
    assert events(store, ClientRegistered)[0].name == "\u0645\u06cc\u200c\u0631\u0648\u0645"


def test_a_row_with_two_unknown_references_names_both(store):
    header = "Referencia;Acreedor;Deudor;Principal;Moneda;Fecha apertura;Vencimiento"
    report = load(store, f"{header}\nX1;K8;K9;100,00;EUR;1/1/26;1/2/26", Contents.CASE_FILES)
    assert {one[:2] for one in said(report.bad)} == {(2, "Acreedor"), (2, "Deudor")}


# What a column is


@pytest.mark.parametrize(
    ("cells", "use"),
    [
        (("FV-101", "FV-102"), "number"),
        (("12345678Z", "87654321X"), "identification"),
        (("FV-101", "12345678Z", "FV-102"), "number"),
    ],
)
@pytest.mark.parametrize("contents", [Contents.RECEIVABLES, Contents.INVOICED_RECEIVABLES])
def test_a_column_of_documents_is_of_what_is_owed_or_of_who_owes_and_never_both(contents, cells, use):
    columns = columns_of(
        contents, ("Deudor", "Documento", "Fecha", "Vencimiento", "Importe"), {"Documento": list(cells)}
    )
    uses = [ours for part in columns.values() for ours, name in part.items() if name == "Documento"]
    assert uses == [use]


# Rates and currencies

INVOICE = "Nº Factura;Cliente;Fecha;Vencimiento;{columns}Total factura;Moneda"


def invoiced(store, columns, cells, total="121,00"):
    header = INVOICE.format(columns=columns)
    report = load(store, f"{header}\nA/1;Taller Uno;1/2/26;1/3/26;{cells}{total};EUR", Contents.INVOICED_RECEIVABLES)
    lines = [(line.unit_price, line.tax_rate) for one in events(store, InvoiceImported) for line in one.lines]
    return lines, [(one.column, str(one.why)) for one in report.warnings + report.bad]


@pytest.mark.parametrize(("cell", "doubt"), [("21", False), ("21 %", False), ("0,21", True), ("0.21", True)])
@pytest.mark.parametrize(("columns", "cells"), [("% IVA;", "{};"), ("Base;% IVA;", "100,00;{};")])
def test_a_rate_below_one_that_comes_to_the_total_as_a_percentage_is_one_and_that_is_said(
    store, columns, cells, cell, doubt
):
    lines, warnings = invoiced(store, columns, cells.format(cell))
    assert lines == [(100, 21)]
    assert warnings == ([("% IVA", "this was read as 21 %, which comes to the total")] if doubt else [])


def test_without_a_base_the_rate_stays_where_a_base_comes_to_the_total_to_the_cent(store):
    assert invoiced(store, "% IVA;% IRPF;", "21;15;", "106,00") == ([(100, 21)], [])


def test_a_rate_with_which_no_base_comes_to_the_total_is_left_away_with_a_word(store):
    lines, warnings = invoiced(store, "% IVA;", "21;", "100,00")
    assert lines == [(100, 0)]
    assert warnings == [("% IVA", "no base comes to 100.00 EUR with this: it is loaded without its tax")]


@pytest.mark.parametrize("written", ["€", "Euros", "EUR.", "euro", "eur", "EUR"])
def test_a_column_of_currencies_has_their_names_and_signs(store, written):
    report = load(store, f"Deudor;Factura;Fecha;Vencimiento;Importe;Moneda\nAna;1;1/2/26;1/3/26;10,00;{written}")
    assert not report.bad
    assert events(store, CaseFileOpened)[0].currency == "EUR"


def test_a_sign_of_several_currencies_is_refused_with_their_names(store):
    rows = ["1;Ana;1/2/26;1/3/26;10,00;$", "2;Ana;1/2/26;1/3/26;10,00;US$", "3;Ana;1/2/26;1/3/26;10,00;leuros"]
    report = load(store, "\n".join(["Factura;Deudor;Fecha;Vencimiento;Importe;Moneda", *rows]))
    assert report.case_files == 1
    found = said(report.bad)
    assert found[0][:2] == (2, "Moneda")
    assert found[0][2].startswith("this may be USD / MXN / COP")
    assert found[1][0] == 4
    assert found[1][2].startswith("This is no ISO 4217 currency code")


# Which comes first, the day or the month

LOANS = "Nº préstamo;Deudor;Vencimiento;Importe;Moneda"


def loans(*rows):
    """Each its day due, and its amount where that is another."""
    whole = [row if ";" in row else f"{row};100,00" for row in rows]
    return "\n".join([LOANS, *(f"D-{n};Deudor {n} Pérez;{row};EUR" for n, row in enumerate(whole, start=1))])


def due(store):
    return [str(one.schedule[0].due_on) for one in events(store, CaseFileOpened)]


ONLY = "only with the month first is this a day, 2026-03-14: say which comes first"


def test_one_day_that_may_be_mistyped_proves_nothing_and_leaves_open_what_the_others_mean(store):
    report = load(store, loans("02/03/2026", "03/14/2026", "04/03/2026"))
    assert due(store) == []
    assert said(report.bad) == [
        (2, "Vencimiento", "this may mean 2026-02-03 / 2026-03-02"),
        (3, "Vencimiento", ONLY),
        (4, "Vencimiento", "this may mean 2026-03-04 / 2026-04-03"),
    ]


def test_one_mistyped_day_beside_one_that_is_clear_turns_no_other_and_is_refused_with_what_it_would_be(store):
    report = load(store, loans("02/03/2026", "03/14/2026", "24/03/2026"))
    assert due(store) == ["2026-03-02", "2026-03-24"]
    assert said(report.bad) == [
        (
            3,
            "Vencimiento",
            "days are read with the day first here, so this is none: with the month first it would be 2026-03-14",
        )
    ]


def test_several_that_agree_prove_the_month_to_come_first_and_that_is_said_with_what_it_made_of_the_others(store):
    report = load(store, loans("02/03/2026", "03/14/2026", "04/05/2026", "04/15/2026"))
    assert due(store) == ["2026-02-03", "2026-03-14", "2026-04-05", "2026-04-15"]
    assert not report.bad
    assert said(report.warnings) == [(3, "Vencimiento", Why(PROVEN, count=2, like="02/03/2026", day=date(2026, 2, 3)))]


def test_where_a_row_that_is_left_out_would_have_proven_it_days_that_may_be_read_either_way_are_refused(store):
    report = load(store, loans("02/03/2026", "03/14/2026;mucho", "2026-04-15"))
    assert due(store) == ["2026-04-15"]
    assert said(report.bad) == [
        (2, "Vencimiento", "this may mean 2026-02-03 / 2026-03-02"),
        (3, "Importe", "this is no amount with the decimal mark “,”"),
        (3, "Vencimiento", ONLY),
    ]


def test_cells_that_contradict_each_other_prove_the_rule_of_the_house(store):
    report = load(store, loans("02/03/2026", "13/02/2026", "03/14/2026", "04/15/2026"))
    assert due(store) == ["2026-03-02", "2026-02-13"]
    assert [found.line for found in report.bad] == [4, 5]


# Payments

PAID = "Expediente;Deudor;NIF;Vencimiento;Importe;Moneda;Fecha de cobro;Cobrado;Forma de pago"
ONE, TWO, THREE = (
    "E-1;Pedro Uno;55555555K;31/01/2026;1.500,00;EUR;" + paid
    for paid in ("15/02/2026;500,00;transferencia", "20/02/2026;250,50;efectivo", "20/02/2026;250,50;tarjeta")
)


def paid(store):
    return [(str(one.received_on), one.amount.amount) for one in events(store, PaymentRecorded)]


def test_rows_that_differ_in_nothing_but_what_was_paid_are_payments_of_one_debt(store):
    report = load(store, f"{PAID}\n{ONE}\n{TWO}\n{THREE}")
    assert (report.bad, report.clients, report.case_files, report.payments) == ([], 1, 1, 3)
    assert paid(store) == [
        ("2026-02-15", Decimal("500.00")),
        ("2026-02-20", Decimal("250.50")),
        ("2026-02-20", Decimal("250.50")),
    ]


@pytest.mark.parametrize("later", [[ONE, TWO], [TWO, ONE], [TWO]])
@pytest.mark.parametrize("before", [[ONE], [ONE, TWO], [TWO, ONE]])
def test_the_next_file_means_the_same_payments_whichever_of_them_it_tells_in_whatever_order(store, before, later):
    if before == [ONE] and later == [TWO]:
        return  # the one payment of a debt became another: that is for whoever imports to look at
    load(store, "\n".join([PAID, *before]))
    assert not load(store, "\n".join([PAID, *later])).bad
    assert len(paid(store)) == len({*before, *later})


def test_a_payment_that_was_mended_since_is_pointed_out_and_not_taken_for_another(store):
    load(store, f"{PAID}\n{ONE}")
    mended = ONE.replace("500,00;tr", "510,00;tr")
    assert load(store, f"{PAID}\n{mended}").bad_rows == 1
    assert len(paid(store)) == 1


def test_two_payments_of_one_debt_day_and_amount_are_two_and_the_second_is_pointed_out(store):
    load(store, f"{PAID}\nE-1;Pedro Uno;55555555K;31/01/2026;1.500,00;EUR;;;")
    row = "E-1;20/02/2026;150,50;Bizum;EUR"
    report = load(
        store, f"Expediente;Fecha de cobro;Importe cobrado;Forma de pago;Moneda\n{row}\n{row}", Contents.PAYMENTS
    )
    assert report.payments == 2
    assert said(report.warnings) == [(3, "Importe cobrado", Why(PAID_ALIKE, line=2))]


@pytest.mark.parametrize("before", [[ONE], [ONE, TWO], [TWO, ONE]])
def test_a_payment_that_came_with_its_debt_is_known_in_a_file_of_payments(store, before):
    load(store, "\n".join([PAID, *before]))
    there = paid(store)
    rows = "E-1;15/02/2026;500,00;EUR\nE-1;01/03/2026;10,00;EUR"
    report = load(store, f"Expediente;Fecha de cobro;Importe cobrado;Moneda\n{rows}", Contents.PAYMENTS)
    assert (report.bad, report.payments) == ([], 1)
    assert paid(store) == [*there, ("2026-03-01", Decimal("10.00"))]


def test_a_row_that_says_all_again_counts_once_and_is_pointed_out(store):
    report = load(store, f"{PAID}\n{ONE}\n{ONE}")
    assert report.payments == 1
    assert said(report.warnings) == [(3, "", Why(REPEATED, line=2))]
