"""Expenses in the browser: claimed with a receipt, decided on, and the month that is closed."""

import re
from datetime import timedelta
from io import BytesIO

import pytest
from office import euros
from PIL import Image
from playwright.sync_api import expect


def picture():
    written = BytesIO()
    Image.new("RGB", (300, 200), "white").save(written, "PNG")
    return {"name": "tique.png", "mimeType": "image/png", "buffer": written.getvalue()}


@pytest.fixture
def last_month(office):
    """A day of it."""
    return (office.today.replace(day=1) - timedelta(days=1)).replace(day=10)


@pytest.fixture
def told(office, unique):
    """Claims expenses: the notes by which they are found."""

    def claim(*amounts, by="carl", **more):
        notes = []
        for amount in amounts:
            notes.append(unique("GASTO"))
            body = {"kind": "receipt", "amount": euros(amount), "note": notes[-1], **more}
            ids[notes[-1]] = getattr(office, by).does("/api/expenses", body)
        return notes

    ids = {}
    claim.ids = ids
    return claim


def row(page, note):
    return page.get_by_role("row").filter(has_text=note)


def state(office, expense):
    return office.ana.sees(f"/api/expenses/{expense}")["line"]["state"]


@pytest.mark.on_both_databases
def test_claimed_with_a_receipt_approved_at_a_click_undone_and_settled_with_its_month(browse, unique, last_month, keep):
    note, collector = unique("GASTO"), browse("cora")
    collector.goto("/expenses")
    collector.get_by_role("link", name="Nuevo gasto").first.click()
    collector.get_by_label("Importe").fill("42,10")
    collector.get_by_label("Día").fill(last_month.isoformat())
    collector.get_by_label("Justificante").set_input_files(picture())
    collector.get_by_label("Nota").fill(note)
    collector.get_by_role("button", name="Apuntar el gasto").click()
    expect(row(collector, note)).to_contain_text("42,10 €")
    with collector.expect_download() as download:
        row(collector, note).get_by_role("link", name=re.compile("Justificante")).click()
    assert re.fullmatch(r"gasto-.*-cora\.jpg", download.value.suggested_filename)

    page = browse("ana")
    page.goto("/expenses")
    row(page, note).get_by_role("button", name="Aprobar").click()
    expect(row(page, note)).to_have_count(0)
    page.get_by_role("status").get_by_role("button", name="Deshacer").click()
    row(page, note).get_by_role("button", name="Aprobar").click()
    expect(row(page, note)).to_have_count(0)

    page.goto(f"/escritorio/expenses-report?month={last_month:%Y-%m}&collector=cora")
    expect(row(page, note)).to_contain_text("42,10 €")
    totals = page.get_by_role("table", name="Totales por tipo")
    expect(totals.get_by_role("row", name="Gasolina")).to_contain_text("42,10 €")
    page.get_by_role("link", name="Cerrar el mes…").click()
    asked = page.get_by_role("region", name=re.compile("^Cerrar"))
    expect(asked).to_contain_text("Se liquida 1 gasto: 42,10 €")
    asked.get_by_role("button", name="Cerrar el mes").click()
    expect(page.get_by_text("cerrado por ana").first).to_be_visible()
    keep(page, "expenses-report-closed")
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    assert download.value.suggested_filename == f"parte-de-gastos-{last_month:%Y-%m}.csv"
    heading, *lines = download.value.path().read_text("utf-8-sig").splitlines()
    assert heading.startswith("Día;Gasto;Nota;Expediente;")
    assert [line.endswith(f"{last_month:%Y-%m};42,10;EUR") for line in lines if note in line] == [True]

    page.get_by_role("link", name="Reabrir el mes…").click()
    page.get_by_label("Motivo").fill("Falta un tique")
    page.get_by_role("button", name="Reabrir el mes").click()
    expect(page.get_by_text("abierto").first).to_be_visible()
    collector.goto("/expenses")
    row(collector, note).get_by_role("link", name="Gasolina").click()
    expect(collector.get_by_role("main").get_by_role("list")).to_contain_text("Se reabrió su mes")


def test_what_is_wrong_is_told_at_its_field_and_nothing_typed_is_lost(browse, unique):
    page = browse("carl")
    page.goto("/expenses/new")
    page.get_by_label("Importe").fill("12,00")
    page.get_by_label("Nota").fill("Aparcamiento en el juzgado")
    page.get_by_label("Justificante").set_input_files(
        {"name": "tique.pdf", "mimeType": "application/pdf", "buffer": b"<html>"}
    )
    page.get_by_role("button", name="Apuntar el gasto").click()
    expect(page.get_by_text("Adjunte un PDF o una imagen")).to_be_visible()
    expect(page.get_by_label("Nota")).to_have_value("Aparcamiento en el juzgado")
    page.get_by_label("A cargo de").select_option("debtor")
    page.get_by_role("button", name="Apuntar el gasto").click()
    expect(page.get_by_label(re.compile("^Expediente"))).to_have_attribute("aria-invalid", "true")
    page.get_by_label(re.compile("^Expediente")).fill(unique("NO-EXISTE"))
    page.get_by_role("button", name="Apuntar el gasto").click()
    expect(page.get_by_text("No hay ningún expediente con esta referencia")).to_be_visible()
    expect(page.get_by_label("Importe")).to_have_value("12,00")


def test_several_are_decided_on_at_once_each_with_its_result_and_by_key(office, browse, told):
    first, raced, keyed = told("10.00", "20.00", "30.00")
    page = browse("ana")
    page.goto("/expenses")
    for note in (first, raced):
        row(page, note).get_by_role("checkbox").check()
    office.bea.does(f"/api/expenses/{told.ids[raced]}/rejection", {"reason": "Duplicado"})
    page.get_by_role("button", name=re.compile("Aprobar los marcados")).click()
    expect(page.get_by_role("heading", name="Hecho en 1 de 2 gastos")).to_be_visible()
    expect(page.get_by_text("bea")).to_be_visible()
    page.get_by_role("button", name="Deshacer todo").click()
    expect(page.get_by_role("heading", name="Hecho en 1 de 1 gastos")).to_be_visible()
    assert state(office, told.ids[first]) == "unapproved"
    page.get_by_role("link", name="Seguir con los gastos").click()
    row(page, keyed).get_by_role("link").first.focus()
    page.keyboard.press("a")
    expect(row(page, keyed)).to_have_count(0)
    row(page, first).get_by_role("link").first.focus()
    page.keyboard.press("r")
    page.keyboard.press("Enter")
    expect(row(page, first)).to_have_count(0)
    assert [state(office, told.ids[one]) for one in (keyed, first)] == ["approved", "rejected"]


def test_a_case_file_offers_a_new_expense_and_says_what_a_cost_came_from(office, browse, unique):
    reference = unique("EXP")
    case_file = office.case_file(reference)
    page = browse("carl")
    page.goto(f"/case-files/{case_file}")
    page.locator("main").get_by_text("Más", exact=True).click()
    page.get_by_role("link", name="Nuevo gasto").click()
    expect(page.get_by_label(re.compile("^Expediente"))).to_have_value(reference)
    page.get_by_label("Tipo").select_option("burofax")
    page.get_by_label("Importe").fill("38,50")
    page.get_by_label("A cargo de").select_option("debtor")
    page.get_by_role("button", name="Apuntar el gasto").click()
    listed = page.get_by_role("table", name="Gastos")
    expect(listed).to_contain_text("Sin aprobar")
    [expense] = office.carl.sees("/api/expenses", case_file_id=case_file)["items"]
    office.ana.does(f"/api/expenses/{expense['id']}/approval")
    page.reload()
    expect(listed).to_contain_text("Aprobado")
    expect(page.get_by_text("De un gasto de carl")).to_be_visible()


def test_whoever_claimed_it_withdraws_it_and_does_not_decide_on_it(office, browse, told):
    [own] = told("10.00", by="bea")
    page = browse("bea")
    page.goto("/expenses")
    expect(row(page, own).get_by_role("button", name=re.compile("^Aprobar"))).to_have_count(0)
    row(page, own).get_by_role("button", name=re.compile("^Retirar")).click()
    expect(row(page, own)).to_have_count(0)
    assert state(office, told.ids[own]) == "withdrawn"
