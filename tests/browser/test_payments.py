"""Payments recorded and decided on in a case file's page."""

import re

import pytest
from office import give_passwords, payment
from playwright.sync_api import expect


@pytest.fixture
def address(office, unique):
    return f"/case-files/{office.case_file(unique('EXP'))}"


def decide(page, name):
    page.get_by_label(re.compile("Decidir sobre el cobro")).first.click()
    page.get_by_text(name, exact=True).first.click()


def state(page):
    return page.get_by_role("table", name="Cobros").locator(".badge").first


def test_a_collector_records_a_payment_and_is_offered_no_decision(browse, address):
    page = browse("carl", java_script_enabled=False)
    page.goto(f"{address}?do=payment")
    page.get_by_label("Importe").fill("1.000.000")
    page.get_by_label("Pagador").fill("Su hermana")
    page.get_by_label("Recibido").fill("2026-03-16")
    page.get_by_label("Importe").fill("cien")
    page.get_by_role("button", name="Registrar el cobro").click()
    expect(page.get_by_label("Importe")).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("Pagador")).to_have_value("Su hermana")
    page.get_by_label("Importe").fill("100,50")
    page.get_by_role("button", name="Registrar el cobro").click()
    expect(page.get_by_role("status")).to_contain_text("Cobro registrado")
    expect(page.get_by_role("table", name="Cobros")).to_contain_text("Su hermana")
    expect(state(page)).to_have_text("Sin aprobar")
    expect(page.get_by_role("button", name="Aprobar")).to_have_count(0)


def held_back(page, address):
    """What the page asks for there, until somebody lets it go on."""
    held = []
    page.route(re.compile(address), lambda route: held.append(route))  # noqa: PLW0108 - playwright marks its handlers
    return held


def test_a_payment_is_sent_once_however_often_its_button_is_clicked(browse, address):
    page = browse("carl")
    page.goto(f"{address}?do=payment")
    page.get_by_label("Importe").fill("100,50")
    held = held_back(page, "/payments$")
    with page.expect_request(re.compile("/payments$")):
        page.get_by_role("button", name="Registrar el cobro").click()
    page.get_by_role("button", name="Registrar el cobro").click()
    [once] = held
    once.continue_()
    expect(page.get_by_role("status")).to_contain_text("Cobro registrado")


def test_a_form_behind_a_page_that_comes_late_is_sent_though_another_page_is_asked_for(browse, office, address):
    page = browse("carl")
    page.goto(f"{address}?do=payment")
    page.get_by_label("Importe").fill("100,50")
    held = held_back(page, "/clients$")
    with page.expect_request(re.compile("/clients$")):
        page.get_by_role("link", name="Clientes", exact=True).click()
    page.get_by_role("button", name="Registrar el cobro").click()
    page.get_by_role("link", name="Tareas", exact=True).click()
    [late] = held
    late.continue_()
    expect(page).to_have_url(re.compile("/tasks"))
    [recorded] = office.carl.sees(f"/api{address}")["payments"]
    assert recorded["amount"]["amount"] == "100.50"


@pytest.mark.on_both_databases
def test_a_payment_is_approved_in_one_click_undone_rejected_and_reopened(browse, office, address):
    office.carl.does(f"/api{address}/payments", payment())
    page = browse("ana")
    page.goto(address)
    decide(page, "Aprobar")
    expect(state(page)).to_have_text("Aprobado")
    page.get_by_role("button", name="Deshacer").click()
    expect(state(page)).to_have_text("Sin aprobar")
    decide(page, "Está duplicado")
    expect(state(page)).to_have_text("Rechazado")
    expect(page.get_by_role("table", name="Cobros")).to_contain_text("Está duplicado")
    decide(page, "Reabrir el cobro")
    page.get_by_label("Motivo").fill("Decidido por error")
    page.get_by_role("button", name="Reabrir", exact=True).click()
    expect(state(page)).to_have_text("Sin aprobar")
    expect(page.locator("#history")).to_contain_text("deshecho")


def test_a_payment_is_returned_and_its_collection_moved(browse, office, address):
    paid = office.carl.does(f"/api{address}/payments", payment())
    office.ana.does(f"/api{address}/payments/{paid}/approval")
    give_passwords(office, "cora")
    page = browse("bea")
    page.goto(address)
    decide(page, "Atribuir el cobro a otro gestor")
    page.get_by_label("Cuenta para").select_option("cora")
    page.get_by_label("Motivo").fill("Lo consiguió Cora")
    page.get_by_role("button", name="Atribuir el cobro a otro gestor").click()
    expect(page.get_by_role("table", name="Cobros")).to_contain_text("Cuenta para cora")
    page = browse("ana")  # whoever attributed it decides on it no more
    page.goto(address)
    decide(page, "Registrar devolución")
    page.get_by_role("button", name="Recibo devuelto por el banco").click()
    page.get_by_role("button", name="Registrar la devolución").click()
    expect(state(page)).to_have_text("Devuelto")


def test_whoever_comes_second_is_told_who_decided_when_and_why(browse, office, address):
    office.carl.does(f"/api{address}/payments", payment())
    first, second = browse("ana"), browse("bea")
    for page in (first, second):
        page.goto(address)
    decide(first, "Está duplicado")
    expect(state(first)).to_have_text("Rechazado")
    decide(second, "Aprobar")
    said = second.get_by_role("status")
    expect(said).to_contain_text("Ya se decidió sobre este cobro")
    expect(said).to_contain_text(re.compile(r"Lo rechazó ana el .*: Está duplicado"))
    expect(state(second)).to_have_text("Rechazado")


def test_whoever_recorded_a_payment_is_not_asked_to_decide_on_it(browse, office, address):
    office.ana.does(f"/api{address}/payments", payment())
    page = browse("ana")
    page.goto(address)
    page.get_by_label(re.compile("Decidir sobre el cobro")).click()
    expect(page.get_by_role("button", name="Aprobar")).to_have_count(0)
    expect(page.get_by_role("link", name="Atribuir el cobro a otro gestor")).to_be_visible()
