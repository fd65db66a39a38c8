"""Estimates in the browser: written for a client, sent, accepted, invoiced; a new version; figures of the year."""

import re

from playwright.sync_api import expect


def write(page, description, price):
    page.get_by_label("Descripción, línea 1", exact=True).fill(description)
    page.get_by_label("Precio unitario, línea 1", exact=True).fill(price)


def test_written_from_the_client_sent_revised_accepted_and_made_an_invoice_draft(office, browse, unique, keep):
    client = office.client(unique("Reformas"))
    page = browse("ana")
    page.goto(f"/clients/{client}?tab=estimates")
    page.get_by_text("ACCIONES").click()
    page.get_by_role("link", name="Nuevo presupuesto").first.click()
    write(page, "Reforma del local", "1.000,00")
    page.get_by_label("Dto., línea 1", exact=True).fill("10")
    expect(page.get_by_role("region", name="Totales")).to_contain_text("1.089,00 €")
    page.get_by_role("button", name="Guardar borrador").last.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("^P20"))
    page.get_by_role("link", name="Enviar").click()
    page.get_by_role("button", name="Marcar como enviada").click()
    expect(page.get_by_text("Sin respuesta", exact=True)).to_be_visible()

    page.get_by_role("button", name="Nueva versión").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Cambiar el borrador")
    write(page, "Reforma del local y el aseo", "1200")
    page.get_by_role("button", name="Guardar borrador").last.click()
    expect(page.get_by_text("Sustituye a")).to_be_visible()
    page.get_by_role("link", name="Enviar").click()
    page.get_by_role("button", name="Marcar como enviada").click()
    page.get_by_role("link", name="El cliente acepta").click()
    page.get_by_label("Quién lo dice").fill("Marta Ruiz, gerente")
    keep(page, "estimate-acceptance")
    page.get_by_role("button", name="El cliente acepta").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Borrador de factura")
    expect(page.get_by_text("De un presupuesto aceptado")).to_be_visible()

    page.goto("/estimates")
    expect(page.locator(".blocks .accepted")).to_contain_text("1.306,80 €")
    accepted = page.get_by_role("row").filter(has_text="Reformas").filter(has_text="Aceptado")
    accepted.get_by_role("link").first.click()
    expect(page.get_by_text("Marta Ruiz, gerente").first).to_be_visible()
    keep(page, "estimate-accepted")
    page.get_by_role("button", name="Copiar").click()
    expect(page.get_by_text("Borrador", exact=True)).to_be_visible()
    page.get_by_role("button", name="Eliminar el borrador").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Presupuestos")


def test_whose_figures_are_of_this_year_says_so_in_the_account_once(office, browse):
    page = browse("bea")
    chosen = page.get_by_role("navigation", name="Periodo").locator("[aria-current]")
    page.goto("/estimates")
    expect(chosen).to_have_text("Todo")
    page.goto("/account")
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.get_by_role("button", name="Este año").click()
    for address in ("/estimates", "/invoices"):
        page.goto(address)
        expect(chosen).to_have_text("Este año")
    assert office.bea.sees("/api/invoice-status")["year"] == office.today.year
    assert office.bea.sees("/api/estimate-status", year="all")["year"] is None
    page.get_by_role("link", name="Todo", exact=True).click()
    expect(chosen).to_have_text("Todo")
