"""The collections report: read, filtered, printed and downloaded."""

import csv
import io

import pytest
from office import payment
from playwright.sync_api import expect

from api.reports.collections_pages import LINES


@pytest.fixture
def collected(office, unique):
    """An approved payment of a month: the reference of its case file."""

    def collect(amount, received_on, *, collector="carl", name=None):
        reference = unique(name or "PARTE")
        case_file = office.case_file(reference, "5000.00", collector)
        path = f"/api/case-files/{case_file}/payments"
        paid = office.ana.does(path, payment(amount, received_on=received_on))
        office.bea.does(f"{path}/{paid}/approval")
        return reference, f"{path}/{paid}"

    return collect


def row(page, text):
    return page.get_by_role("row").filter(has_text=text)


@pytest.mark.on_both_databases
def test_a_supervisor_reads_all_and_each_collector_s_with_totals(office, browse, collected):
    carls, _ = collected("1234.50", "2026-04-02")
    coras, returned = collected("100.00", "2026-04-03", collector="cora")
    office.bea.does(f"{returned}/return", {"returned_on": "2026-04-20", "reason": "sin fondos"})
    page = browse("ana")
    page.goto("/escritorio/collections-report?month=2026-04")
    expect(row(page, carls)).to_contain_text("1.234,50 €")
    expect(row(page, coras).filter(has_text="Devuelto")).to_contain_text("-100,00 €")
    totals = page.get_by_role("table", name="Totales")
    expect(totals.get_by_role("row", name="En total")).to_contain_text("1.234,50 €")
    page.get_by_label("Gestor").select_option("cora")
    expect(row(page, coras)).to_have_count(2)
    expect(row(page, carls)).to_have_count(0)
    expect(totals.get_by_role("row", name="En total")).to_contain_text("0,00 €")
    page.go_back()
    expect(row(page, carls)).to_be_visible()


def test_a_collector_reads_the_own_one_only_and_goes_through_the_months(browse, collected):
    mine, _ = collected("10.00", "2026-05-02")
    others, _ = collected("20.00", "2026-05-02", collector="cora")
    page = browse("carl")
    page.goto("/escritorio/collections-report?month=2026-05&collector=cora")
    expect(row(page, others)).to_have_count(0)
    page.goto("/escritorio/collections-report?month=2026-06")
    expect(page.get_by_text("No se cobró nada")).to_be_visible()
    page.get_by_role("link", name="Mayo 2026").click()
    expect(row(page, mine)).to_be_visible()
    expect(page.get_by_label("Gestor", exact=True)).to_have_count(0)


def test_what_nobody_held_is_a_line_that_supervisors_see(browse, collected):
    nobodys, _ = collected("10.00", "2026-07-02", collector=None)
    page = browse("ana")
    page.goto("/escritorio/collections-report?month=2026-07")
    expect(row(page, nobodys)).to_contain_text("sin gestor")
    page = browse("carl")
    page.goto("/escritorio/collections-report?month=2026-07")
    expect(row(page, nobodys)).to_have_count(0)


def test_the_download_has_the_country_s_decimal_mark_and_no_formula(browse, collected):
    collected("1234.50", "2026-08-02", name="=1+1")
    page = browse("ana")
    page.goto("/escritorio/collections-report?month=2026-08")
    with page.expect_download() as download:
        page.get_by_role("link", name="Descargar").click()
    assert download.value.suggested_filename == "parte-de-cobros-2026-08.csv"
    text = download.value.path().read_text("utf-8-sig")
    heading, line = csv.reader(io.StringIO(text), delimiter=";")
    assert heading[:4] == ["Día", "Expediente", "Factura", "Deudor"]
    assert line[1].startswith("'=1+1")
    assert line[4:] == ["carl", "Transferencia", "Pagado a nosotros", "1234,50", "EUR", ""]


def test_a_long_month_is_light_on_the_screen_and_whole_for_paper(office, browse, unique):
    path = f"/api/case-files/{office.case_file(unique('PARTE'), '5000.00')}/payments"
    for _ in range(LINES + 1):
        paid = office.ana.does(path, payment("1.00", received_on="2026-10-02"))
        office.bea.does(f"{path}/{paid}/approval")
    page = browse("ana")
    page.goto("/escritorio/collections-report?month=2026-10")
    expect(page.locator("tr[data-row]")).to_have_count(LINES)
    expect(page.get_by_role("table", name="Totales").get_by_role("row", name="En total")).to_contain_text("41,00 €")
    lines = page.get_by_role("table", name="Parte de cobros").locator("tbody tr:visible")
    expect(lines).to_have_count(LINES)
    page.emulate_media(media="print")
    expect(lines).to_have_count(LINES + 1)
    page.emulate_media(media="screen")
    page.get_by_role("link", name="Verlas todas").click()
    expect(page.locator("tr[data-row]")).to_have_count(LINES + 1)
    expect(page.get_by_role("button", name="Imprimir")).to_be_visible()
    page.go_back()
    expect(page.locator("tr[data-row]")).to_have_count(LINES)


def test_on_paper_it_says_whose_it_is_and_has_room_to_sign(browse, collected, keep):
    collected("10.00", "2026-09-02")
    page = browse("ana")
    page.goto("/escritorio/collections-report?month=2026-09&collector=carl")
    signature = page.get_by_text("El supervisor", exact=True)
    expect(signature).to_be_hidden()
    page.emulate_media(media="print")
    expect(signature).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text("Parte de cobros Septiembre 2026")
    expect(page.locator(".paper").first).to_contain_text("por ana")
    expect(page.locator("div.paper").first).to_have_text("carl")
    expect(page.locator("div.paper").first).to_be_visible()
    expect(page.get_by_role("navigation").first).to_be_hidden()
    keep(page, "collections-report-on-paper")
