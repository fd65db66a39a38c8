"""The lists of invoices and estimates as files: what the page's filters choose, in its order, safe to open."""

from io import BytesIO
from uuid import uuid4

import pytest
from office import payment
from openpyxl import load_workbook

LINES = [{"description": "Gestión", "unit_price": "1000.50", "tax_rate": "21"}]


CHEAP = [{"description": "Gestión", "unit_price": "100", "tax_rate": "21"}]
ADDRESS = {"street": "Calle Sierpes 1", "postcode": "41004", "city": "Sevilla", "country": "ES"}


def csv_of(office, path):
    return taken_along(office, "ana", path).content.decode("utf-8-sig").splitlines()


def taken_along(office, name, path):
    answer = office.http.get(path, headers=office.browser(name))
    assert answer.status_code == 200, answer.text
    return answer


@pytest.fixture
def billed(office):
    """A draft and an estimate of carl's client, whose name is a formula, and a draft of cora's."""
    for name, collector in (("=1+1", "carl"), ("Otra S.L.", "cora")):
        client = office.client(name, collector=collector)
        office.ana.does("/api/invoices", {"client_id": client, "lines": LINES})
        office.ana.does("/api/estimates", {"client_id": client, "lines": LINES})
    office.ana.sees("/api/invoices")
    return office


def test_invoices_are_taken_along_as_csv_with_no_cell_that_is_a_formula(billed):
    text = taken_along(billed, "ana", "/invoices.csv?sort=client").content.decode("utf-8-sig")
    head, *rows = text.splitlines()
    assert head.split(";")[:2] == ["Factura", "Cliente"]
    assert [row.split(";")[1] for row in rows] == ["'=1+1", "Otra S.L."]
    assert "1210,61" in rows[0]


def test_an_invoice_s_figures_are_those_of_its_page_and_a_draft_is_owed_by_nobody(office):
    office.dora.does("/api/issuer/identity", {"name": "Recobros", "tax_id": "B41234568", **ADDRESS})
    client = office.client("Deudora S.L.")
    draft, invoice = (office.ana.does("/api/invoices", {"client_id": client, "lines": CHEAP}) for _ in range(2))
    office.ana.does(f"/api/invoices/{invoice}/issue", {})
    paid = office.ana.does(f"/api/invoices/{invoice}/payments", payment("121.00"))
    office.bea.does(f"/api/invoices/{invoice}/payments/{paid}/approval")
    office.ana.does(f"/api/invoices/{invoice}/credit-note", {"reason": "Por error"})
    lines = {one["id"]: one for one in office.ana.sees("/api/invoices")["items"]}
    assert {name: lines[invoice][name]["amount"] for name in ("owed", "paid", "credit", "outstanding")} == {
        "owed": "0.00",
        "paid": "121.00",
        "credit": "121.00",
        "outstanding": "0.00",
    }
    assert lines[draft]["outstanding"]["amount"] == "0.00"
    head, *rows = [row.split(";") for row in csv_of(office, "/invoices.csv?sort=number")]
    names = ("Base imponible", "Cuota", "Total con impuestos", "A pagar", "Pagado", "Pendiente", "Saldo a favor")
    assert sorted([row[head.index(name)] for name in names] for row in rows) == [
        ["100,00", "21,00", "121,00", "0,00", "121,00", "0,00", "121,00"],
        ["100,00", "21,00", "121,00", "121,00", "0,00", "0,00", "0,00"],
    ]


def test_the_book_has_a_row_for_each_rate_of_each_document_that_was_issued(office):
    office.dora.does("/api/issuer/identity", {"name": "Recobros", "tax_id": "B41234568", **ADDRESS})
    known = {"identification": {"kind": "cif", "number": "A58818501"}, "address": ADDRESS}
    client = office.client("Ferretería S.A.", **known)
    office.ana.does(f"/api/clients/{client}/assignment", {"collector": "carl", "from": "2026-01-01"})
    lines = [*CHEAP, {"description": "Libro", "unit_price": "50", "tax_rate": "4"}]
    last_year, invoice = (office.ana.does("/api/invoices", {"client_id": client, "lines": lines}) for _ in range(2))
    office.ana.does(f"/api/invoices/{last_year}/issue", {"issued_on": "2025-12-31", "earlier_day_confirmed": True})
    office.ana.does(f"/api/invoices/{invoice}/issue", {})
    office.ana.does(f"/api/invoices/{last_year}/credit-note", {"lines": [CHEAP[0]], "reason": "Por error"})
    office.ana.does("/api/invoices", {"client_id": client, "lines": lines})
    head, *rows = [row.split(";") for row in csv_of(office, "/invoices/issued.csv?year=2026")]
    names = ("Número", "Rectifica", "Cliente", "Identificación", "Tipo", "Base imponible", "Cuota")
    whose = ["Ferretería S.A.", "A58818501"]
    assert [[row[head.index(name)] for name in names] for row in rows] == [
        ["F2026-0001", "", *whose, "21", "100,00", "21,00"],
        ["F2026-0001", "", *whose, "4", "50,00", "2,00"],
        ["R2026-0001", "F2025-0001", *whose, "21", "-100,00", "-21,00"],
        ["Total", "", "", "", "", "50,00", "2,00"],
    ]
    assert len(csv_of(office, "/invoices/issued.csv?year=all")) == 7
    assert [len(csv_of(office, f"/invoices/issued.csv?year=2025&quarter={one}")) for one in (1, 2, 3, 4)] == [
        1,
        1,
        1,
        4,
    ]
    assert len(taken_along(office, "cora", "/invoices/issued.csv?year=all").text.splitlines()) == 1
    assert taken_along(office, "carl", "/invoices/issued.xlsx").content.startswith(b"PK")


def test_the_book_has_a_row_for_the_credit_note_of_an_invoice_that_came_to_nothing(office):
    office.dora.does("/api/issuer/identity", {"name": "Recobros", "tax_id": "B41234568", **ADDRESS})
    client = office.client("Ferretería S.A.", identification={"kind": "cif", "number": "A58818501"}, address=ADDRESS)
    lines = [*CHEAP, {**CHEAP[0], "unit_price": "-100"}]
    invoice = office.ana.does("/api/invoices", {"client_id": client, "lines": lines})
    office.ana.does(f"/api/invoices/{invoice}/issue", {})
    office.ana.does(f"/api/invoices/{invoice}/credit-note", {"reason": "Por error"})
    head, *rows = [row.split(";") for row in csv_of(office, "/invoices/issued.csv?year=2026")]
    names = ("Número", "Rectifica", "Tipo", "Base imponible", "Cuota")
    assert [[row[head.index(name)] for name in names] for row in rows] == [
        ["F2026-0001", "", "21", "0,00", "0,00"],
        ["R2026-0001", "F2026-0001", "21", "0,00", "0,00"],
        ["Total", "", "", "0,00", "0,00"],
    ]


def test_the_book_tells_in_our_own_currency_what_was_issued_in_another_and_says_where_no_rate_is_known(office):
    office.dora.does("/api/issuer/identity", {"name": "Recobros", "tax_id": "B41234568", **ADDRESS})
    client = office.client("Ferretería S.A.", identification={"kind": "cif", "number": "A58818501"}, address=ADDRESS)
    rate = {"exchange_rate": {"rate": "0.5", "on": "2026-03-13", "source": "Banco de España"}}
    exempt = {"description": "Curso", "unit_price": "10", "treatment": "E1"}
    for currency, line, told in (("USD", CHEAP[0], rate), ("USD", exempt, {}), ("EUR", CHEAP[0], {})):
        invoice = office.ana.does("/api/invoices", {"client_id": client, "lines": [line], "currency": currency})
        office.ana.does(f"/api/invoices/{invoice}/issue", told)
    head, *rows = [row.split(";") for row in csv_of(office, "/invoices/issued.csv?year=2026")]
    names = ("Número", "Total con impuestos", "Moneda", "Base imponible (EUR)", "Cuota (EUR)")
    assert [[row[head.index(name)] for name in names] for row in rows] == [
        ["F2026-0001", "121,00", "USD", "50,00", "10,50"],
        ["F2026-0002", "10,00", "USD", "sin tipo de cambio", "sin tipo de cambio"],
        ["F2026-0003", "121,00", "EUR", "100,00", "21,00"],
        ["Total", "121,00", "EUR", "100,00", "21,00"],
        ["Total", "131,00", "USD", "50,00", "10,50"],
        ["Total", "", "", "150,00", "31,50"],
    ]
    assert [("sin 1 documento" in ";".join(row)) for row in rows] == [False] * 4 + [True] * 2


def test_aged_receivables_are_taken_along_a_row_for_each_client_and_currency(office):
    office.dora.does("/api/issuer/identity", {"name": "Recobros", "tax_id": "B41234568", **ADDRESS})
    client = office.client("Ferretería S.A.", identification={"kind": "cif", "number": "A58818501"}, address=ADDRESS)
    for currency in ("EUR", "USD"):
        rate = {"exchange_rate": {"rate": "0.5", "on": "2026-03-13", "source": "Banco de España"}}
        invoice = office.ana.does("/api/invoices", {"client_id": client, "lines": CHEAP, "currency": currency})
        office.ana.does(f"/api/invoices/{invoice}/issue", rate if currency == "USD" else {})
    assert office.ana.sees("/api/invoices")["items"]
    head, *rows = [row.split(";") for row in csv_of(office, "/receivables.csv")]
    names = ("Cliente", "Total", "Moneda")
    told = sorted([row[head.index(name)] for name in names] for row in rows)
    assert told == [["Ferretería S.A.", "121,00", "EUR"], ["Ferretería S.A.", "121,00", "USD"]]


def test_a_collector_takes_the_own_ones_along_and_filters_hold(billed):
    book = load_workbook(BytesIO(taken_along(billed, "carl", "/invoices.xlsx").content))
    assert [row[1] for row in book.active.iter_rows(min_row=2, values_only=True)] == ["=1+1"]
    assert len(taken_along(billed, "ana", "/invoices.csv?text=otra").text.splitlines()) == 2


def test_estimates_are_taken_along_too(billed):
    text = taken_along(billed, "ana", "/estimates.csv?sort=number").content.decode("utf-8-sig")
    assert [row.split(";")[0] for row in text.splitlines()[1:]] == ["P2026-0001", "P2026-0002"]


def test_a_rate_that_is_none_of_spain_is_asked_about_on_the_page_before_it_is_issued(office):
    office.dora.does("/api/issuer/identity", {"name": "Recobros", "tax_id": "B41234568", **ADDRESS})
    client = office.client("Deudora S.L.")
    invoice = office.ana.does("/api/invoices", {"client_id": client, "lines": [{**CHEAP[0], "tax_rate": "19"}]})
    assert "Ley 37/1992" in taken_along(office, "ana", f"/invoices/{invoice}?do=issue").text
    for confirmed, status in ({}, 422), ({"taxes_confirmed": "yes"}, 303):
        form = {"key": str(uuid4()), "form_name": "issue", "issued_on": "2026-03-16", **confirmed}
        answer = office.http.post(
            f"/invoices/{invoice}/issue", data=form, headers=office.browser("ana"), follow_redirects=False
        )
        assert answer.status_code == status, answer.text
