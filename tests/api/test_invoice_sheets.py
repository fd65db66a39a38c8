"""The lists of invoices and estimates as files: what the page's filters choose, in its order, safe to open."""

from io import BytesIO

import pytest
from openpyxl import load_workbook

LINES = [{"description": "Gestión", "unit_price": "1000.50", "tax_rate": "21"}]


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


def test_a_collector_takes_the_own_ones_along_and_filters_hold(billed):
    book = load_workbook(BytesIO(taken_along(billed, "carl", "/invoices.xlsx").content))
    assert [row[1] for row in book.active.iter_rows(min_row=2, values_only=True)] == ["=1+1"]
    assert len(taken_along(billed, "ana", "/invoices.csv?text=otra").text.splitlines()) == 2


def test_estimates_are_taken_along_too(billed):
    text = taken_along(billed, "ana", "/estimates.csv?sort=number").content.decode("utf-8-sig")
    assert [row.split(";")[0] for row in text.splitlines()[1:]] == ["P2026-0001", "P2026-0002"]
