"""The desk's list of case files: filtered, sorted, paged, and worked on several at once."""

import re

import pytest
from carriers import ISSUER, client_with, issued_invoice
from office import give_passwords, payment
from playwright.sync_api import expect

from api.case_files.list_page import SHOWN

LIST = "/escritorio/case-files"


def rows(page):
    return page.locator("tbody tr")


def some(office, unique, count=3, **more):
    """Case files whose references begin alike; how they begin."""
    begins = unique("EXP")
    for number in range(count):
        office.case_file(f"{begins}-{number}", **more)
    return begins


@pytest.mark.on_both_databases
def test_filters_sort_and_text_live_in_the_address_and_back_goes_back(office, browse, unique):
    begins = some(office, unique)
    page = browse("ana")
    page.goto(LIST)
    page.get_by_label("Referencia, deudor o acreedor").fill(begins)
    page.get_by_role("button", name="Filtrar").click()
    expect(page).to_have_url(re.compile(f"text={begins}"))
    expect(rows(page)).to_have_count(3)
    page.get_by_role("link", name="Judicial", exact=True).click()
    expect(page).to_have_url(re.compile("stage=legal"))
    expect(page.get_by_text("Ningún expediente cumple estos filtros.")).to_be_visible()
    page.go_back()
    expect(rows(page)).to_have_count(3)
    page.get_by_role("link", name="Expediente", exact=True).click()
    expect(page.locator("th[aria-sort=ascending]")).to_contain_text("Expediente")
    expect(rows(page).first).to_contain_text(f"{begins}-0")
    page.get_by_role("link", name="Expediente", exact=True).click()
    expect(page.locator("th[aria-sort=descending]")).to_contain_text("Expediente")
    expect(rows(page).first).to_contain_text(f"{begins}-2")


def test_a_list_that_comes_late_does_not_take_the_place_of_the_page_that_was_asked_for_since(office, browse, unique):
    begins = some(office, unique, 1)
    page = browse("ana")
    page.goto(f"{LIST}?text={begins}")
    held = []
    page.route(re.compile("stage=legal"), lambda route: held.append(route))  # noqa: PLW0108 - playwright marks its handlers
    with page.expect_request(re.compile("stage=legal")):
        page.get_by_role("link", name="Judicial", exact=True).click()
    page.get_by_role("link", name=f"{begins}-0").click()
    [late] = held
    late.continue_()
    expect(page).to_have_url(re.compile("/case-files/"))
    page.wait_for_load_state("networkidle")
    expect(page.get_by_role("heading", name=f"{begins}-0")).to_be_visible()


@pytest.mark.on_both_databases
def test_the_stage_of_several_is_changed_at_once_and_undone_at_once(office, browse, unique):
    begins = some(office, unique)
    page = browse("carl")
    page.goto(f"{LIST}?text={begins}&sort=reference")
    page.get_by_label(f"{begins}-0", exact=True).check()
    page.get_by_label(f"{begins}-2", exact=True).check()
    expect(page.get_by_text("Con los marcados (2)")).to_be_visible()
    page.locator("summary", has_text="Cambiar de fase").click()
    page.get_by_role("button", name="Cambiar de fase").click()
    expect(page.get_by_text("Falta este dato")).to_be_visible()
    expect(page.get_by_label(f"{begins}-2", exact=True)).to_be_checked()
    page.get_by_label("Fase").select_option("legal")
    page.get_by_role("button", name="Cambiar de fase").click()
    expect(page.get_by_text("Hecho en 2 de 2 expedientes")).to_be_visible()
    page.get_by_role("link", name="Seguir con los expedientes").click()
    expect(rows(page).filter(has_text="Judicial")).to_have_count(2)
    page.go_back()
    page.goto(f"{LIST}?text={begins}&sort=reference")
    page.get_by_label("Marcar todos").check()
    page.locator("summary", has_text="Cambiar de fase").click()
    page.get_by_label("Fase").select_option("legal")
    page.get_by_role("button", name="Cambiar de fase").click()
    expect(page.get_by_text("Ya estaba así")).to_have_count(2)
    page.get_by_role("button", name="Deshacer todo").click()
    expect(page.get_by_text("Hecho en 1 de 1 expedientes")).to_be_visible()
    page.get_by_role("link", name="Seguir con los expedientes").click()
    expect(rows(page).filter(has_text="Amistosa")).to_have_count(1)


def test_a_supervisor_assigns_several_and_takes_it_back(office, browse, unique):
    begins = some(office, unique, 2)
    give_passwords(office, "cora")
    page = browse("ana")
    page.goto(f"{LIST}?text={begins}")
    page.get_by_label("Marcar todos").check()
    page.locator("summary", has_text="Asignar").click()
    page.locator("#ticked-collector").select_option("cora")
    page.get_by_role("button", name="Asignar").click()
    expect(page.get_by_text("Hecho en 2 de 2 expedientes")).to_be_visible()
    assert len(office.cora.sees("/api/escritorio/case-files", text=begins)["items"]) == 2
    page.get_by_role("button", name="Deshacer todo").click()
    expect(page.get_by_text("Deshecho")).to_have_count(2)
    page.get_by_role("link", name="Seguir con los expedientes").click()
    expect(rows(page).filter(has_text="carl")).to_have_count(2)


def test_the_same_action_is_logged_on_all_that_are_ticked(office, browse, unique):
    begins = some(office, unique, 2)
    page = browse("carl", java_script_enabled=False)
    page.goto(f"{LIST}?text={begins}")
    for number in range(2):
        page.get_by_label(f"{begins}-{number}", exact=True).check()
    page.locator("summary", has_text="Anotar la misma gestión").click()
    page.get_by_role("textbox", name="Próxima gestión opcional", exact=True).fill("Ver si contesta")
    page.get_by_label("Día de la próxima gestión").fill("2099-01-15")
    page.get_by_role("button", name="Anotar en cada uno").click()
    expect(page.get_by_text("La próxima gestión es para dentro de un año o más")).to_be_visible()
    page.get_by_role("button", name="Guardar de todos modos").click()
    expect(page.get_by_text("Hecho en 2 de 2 expedientes")).to_be_visible()
    shown = office.carl.sees("/api/escritorio/case-files", text=begins)["items"]
    assert [(line["next_action"], line["next_action_on"]) for line in shown] == [("Ver si contesta", "2099-01-15")] * 2


def test_one_that_is_refused_is_told_beside_those_that_are_done(office, browse, unique):
    begins = unique("EXP")
    office.case_file(f"{begins}-0")
    closed = office.case_file(f"{begins}-1")
    page = browse("carl")
    page.goto(f"{LIST}?text={begins}")
    office.carl.does(f"/api/case-files/{closed}/closing", {"reason": "unfounded"})
    page.get_by_label("Marcar todos").check()
    page.locator("summary", has_text="Cambiar de fase").click()
    page.get_by_label("Fase").select_option("legal")
    page.get_by_role("button", name="Cambiar de fase").click()
    expect(page.get_by_text("Hecho en 1 de 2 expedientes")).to_be_visible()
    expect(rows(page).first).to_contain_text(f"{begins}-1")


def test_long_lists_page(office, browse, unique):
    begins = some(office, unique, SHOWN + 1)
    page = browse("carl")
    page.goto(f"{LIST}?text={begins}&sort=reference")
    expect(rows(page)).to_have_count(SHOWN)
    page.get_by_role("link", name="Página siguiente").click()
    expect(rows(page)).to_have_count(1)
    page.go_back()
    expect(rows(page)).to_have_count(SHOWN)


def test_an_auditor_ticks_nothing_and_a_collector_assigns_nothing(office, browse, unique):
    begins = some(office, unique, 1)
    page = browse("emil")
    page.goto(f"{LIST}?text={begins}")
    expect(rows(page)).to_have_count(1)
    expect(page.get_by_role("checkbox")).to_have_count(0)
    page = browse("carl")
    page.goto(f"{LIST}?text={begins}")
    expect(page.locator("summary", has_text="Asignar")).to_have_count(0)


@pytest.mark.parametrize("look", [{}, {"color_scheme": "dark"}, {"viewport": {"width": 390, "height": 844}}])
def test_the_list_is_for_everybody(office, browse, unique, keep, violations, look):
    begins = some(office, unique, 2)
    page = browse("ana", **look)
    page.goto(f"{LIST}?text={begins}")
    page.get_by_label("Marcar todos" if "viewport" not in look else f"{begins}-0", exact=True).check()
    page.locator("summary", has_text="Anotar la misma gestión").click()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    keep(page, f"case-files-{'-'.join(look) or 'light'}")


def test_the_day_leads_to_whoever_has_overdue_invoices_and_tells_of_their_payments_that_wait(office, browse, unique):
    office.dora.does("/api/issuer/identity", ISSUER)
    name = unique("Cliente")
    client = client_with(office, name)
    invoice = issued_invoice(office, client, issued_on="2026-01-02", due_days=10)
    office.carl.does(f"/api/invoices/{invoice}/payments", payment("21.00"))
    page = browse("ana")
    page.goto("/escritorio")
    card = page.locator("section").filter(has=page.get_by_role("heading", name="Sin aprobar"))
    expect(card.get_by_role("link", name=re.compile(r"cobros? de (una factura|facturas)"))).to_be_visible()
    expect(card.get_by_text("No hay cobros sin aprobar.")).to_have_count(0)
    page.get_by_role("link", name="Facturas vencidas").click()
    page.get_by_role("link", name=name).click()
    expect(page).to_have_url(re.compile(f"/clients/{client}.tab=invoices"))
    page.goto("/escritorio/unapproved-payments")
    expect(page.get_by_text("No hay cobros sin aprobar.")).to_have_count(0)
