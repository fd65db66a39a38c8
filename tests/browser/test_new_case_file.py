"""A new case file: people found or registered in the same step, with and without JavaScript."""

import re

import pytest
from playwright.sync_api import expect

NEW = "/case-files/new"


def owed(page, amount="1.234,50"):
    page.get_by_label("Importe 1").fill(amount)
    page.get_by_label("Vence 1").fill("2026-02-01")


def opened(page):
    """Its id, once its page is shown."""
    expect(page).to_have_url(re.compile(r"/case-files/[0-9a-f-]{36}$"))
    return page.url.rpartition("/")[2]


def test_a_collector_opens_one_on_a_debtor_found_while_typing(office, browse, unique):
    name, creditor, reference = unique("Núñez"), unique("Acreedora"), unique("EXP")
    debtor = office.client(f"Pepe {name}")
    office.ana.does(f"/api/clients/{debtor}/assignment", {"collector": "carl", "from": "2026-01-01"})
    office.client(creditor)
    page = browse("carl")
    page.goto(NEW)
    page.locator("#debtor-text").fill(name.replace("ú", "u").replace("ñ", "n"))
    page.get_by_label(f"Pepe {name}").check()
    page.locator("#creditor-text").fill(creditor)
    page.get_by_label(creditor).check()
    page.get_by_label("Referencia", exact=True).fill(reference)
    owed(page)
    page.get_by_role("button", name="Abrir el expediente").click()
    line = office.carl.sees(f"/api/case-files/{opened(page)}")["line"]
    assert (line["debtor"], line["client"], line["reference"]) == (f"Pepe {name}", creditor, reference)
    assert line["principal"] == {"amount": "1234.50", "currency": "EUR"}


@pytest.mark.on_both_databases
def test_a_debtor_nobody_knows_is_registered_along_and_held_by_whoever_opens(office, browse, unique):
    name = unique("<i>Nueva</i>")
    page = browse("cora")
    page.goto(NEW)
    page.get_by_label("Un deudor nuevo").check()
    page.get_by_label("Nombre").first.fill(name)
    page.get_by_label("Persona o empresa").first.select_option("company")
    page.get_by_role("button", name="Abrir el expediente").click()
    for empty in ("Importe 1", "Vence 1"):
        expect(page.get_by_label(empty)).to_have_attribute("aria-invalid", "true")
    assert office.ana.sees("/api/clients", text=name)["items"] == []
    expect(page.get_by_label("Nombre").first).to_have_value(name)
    owed(page)
    page.get_by_role("button", name="Abrir el expediente").click()
    line = office.cora.sees(f"/api/case-files/{opened(page)}")["line"]
    assert (line["debtor"], line["collector"], line["client"]) == (name, "cora", None)
    expect(page.get_by_text("Expediente abierto", exact=True)).to_be_visible()


def test_without_javascript_searching_and_more_lines_lose_nothing_typed(office, browse, unique):
    name, reference = unique("Deudora"), unique("EXP")
    office.client(name)
    page = browse("ana", java_script_enabled=False)
    page.goto(NEW)
    page.get_by_label("Referencia", exact=True).fill(reference)
    owed(page, "10")
    page.locator("#debtor-text").fill(name)
    page.get_by_role("button", name="Buscar", exact=True).first.click()
    expect(page.get_by_label(name)).to_be_checked()
    page.get_by_role("button", name="Más líneas").click()
    page.get_by_label("Importe 3").fill("20,5")
    page.get_by_label("Vence 3").fill("2026-03-01")
    page.get_by_label("Número 3").fill("F-3")
    page.get_by_role("button", name="Abrir el expediente").click()
    line = office.ana.sees(f"/api/case-files/{opened(page)}")["line"]
    assert (line["reference"], line["principal"]["amount"]) == (reference, "30.50")


def test_what_is_wrong_is_told_at_its_place_and_nothing_is_made(office, browse, unique):
    taken, name = unique("EXP"), unique("Nadie")
    office.case_file(taken)
    page = browse("ana")
    page.goto(NEW)
    page.get_by_label("Un deudor nuevo").check()
    page.get_by_label("Nombre").first.fill(name)
    page.get_by_label("Referencia", exact=True).fill(taken)
    owed(page, "mil")
    page.get_by_role("button", name="Abrir el expediente").click()
    expect(page.get_by_text("Esto no es un importe")).to_be_visible()
    owed(page)
    page.get_by_role("button", name="Abrir el expediente").click()
    expect(page.locator("#case-file-reference-error")).to_have_text(
        f"Este valor ya está en uso: {taken}, Deudora de {taken}"
    )
    assert office.ana.sees("/api/clients", text=name)["items"] == []
    page.locator("#case-file-reference").fill(unique("EXP"))
    page.get_by_role("button", name="Abrir el expediente").click()
    opened(page)


def test_the_next_free_reference_is_suggested(browse):
    page = browse("ana")
    page.goto(NEW)
    assert re.fullmatch(r"EXP-20\d\d-\d{4}", page.get_by_label("Referencia", exact=True).input_value())


def test_an_auditor_opens_none(browse):
    page = browse("emil")
    assert page.goto(NEW).status == 403


@pytest.mark.parametrize("look", [{}, {"color_scheme": "dark"}, {"viewport": {"width": 390, "height": 844}}])
def test_the_form_is_for_everybody(office, browse, unique, keep, violations, look):
    office.client(name := unique("Deudora"))
    page = browse("ana", **look)
    page.goto(NEW)
    page.locator("#debtor-text").fill(name)
    expect(page.get_by_label(name)).to_be_visible()
    page.get_by_label("Un acreedor nuevo").check()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    keep(page, f"new-case-file-{'-'.join(look) or 'light'}")
