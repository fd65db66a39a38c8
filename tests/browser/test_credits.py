"""What is owed back on pages: proposed on the case file, seen in the list, approved by another, kept on purpose."""

import re

import pytest
from carriers import ISSUER, client_with, issued_invoice
from office import payment
from playwright.sync_api import expect


@pytest.fixture
def overpaid(office, unique):
    """A case file of 100 on which 150 were paid: its reference and its address."""
    reference = unique("SALDO")
    address = f"/case-files/{office.case_file(reference, '100.00')}"
    paid = office.carl.does(f"/api{address}/payments", payment("150.00", overpayment=True))
    office.ana.does(f"/api{address}/payments/{paid}/approval")
    return reference, address


def row(page, reference):
    return page.get_by_role("row").filter(has=page.get_by_role("link", name=reference, exact=True))


@pytest.mark.on_both_databases
def test_what_a_collector_proposes_to_pay_back_a_supervisor_approves_in_the_list(browse, overpaid, keep):
    reference, address = overpaid
    page = browse("carl")
    page.goto("/clients")
    page.get_by_role("link", name="Saldos a favor").click()
    row(page, reference).get_by_role("link", name="Proponer devolución de saldo").click()
    page.get_by_label("Motivo").fill("Pagó dos veces")
    page.get_by_role("button", name="Proponer la devolución").click()
    expect(page.get_by_role("status")).to_contain_text("Devolución propuesta")
    expect(page.get_by_role("table", name="Devoluciones de saldo sin aprobar")).to_contain_text("Pagó dos veces")
    keep(page, "case-file-refund")
    supervisor = browse("ana")
    supervisor.goto("/escritorio")
    supervisor.get_by_role("link", name=re.compile("devoluci(ón|ones) de saldo")).click()
    keep(supervisor, "credits")
    row(supervisor, reference).get_by_label(re.compile("Decidir sobre la devolución")).click()
    row(supervisor, reference).get_by_role("button", name="Aprobar la devolución").click()
    expect(supervisor.get_by_role("status")).to_contain_text("Devolución aprobada")
    expect(row(supervisor, reference)).to_have_count(0)
    supervisor.goto("/escritorio/case-files?state=all")
    supervisor.get_by_role("link", name="Saldos a favor").click()
    expect(supervisor).to_have_url(re.compile("/credits"))
    page.goto(address)
    expect(page.locator("#history")).to_contain_text("devuelto al pagador")


@pytest.mark.on_both_databases
def test_the_credit_of_an_invoice_is_proposed_on_its_page_and_approved_in_the_list(office, browse, unique):
    office.dora.does("/api/issuer/identity", ISSUER)
    invoice = issued_invoice(office, client_with(office, unique("Clienta")))
    address = f"/invoices/{invoice}"
    number = office.ana.sees(f"/api{address}")["detail"]["line"]["number"]
    paid = office.carl.does(f"/api{address}/payments", payment("171.00", overpayment=True))
    office.bea.does(f"/api{address}/payments/{paid}/approval")
    page = browse("carl")
    page.goto("/credits")
    row(page, number).get_by_role("link", name="Proponer devolución de saldo").click()
    page.get_by_label("Motivo").fill("Pagó dos veces")
    page.get_by_role("button", name="Proponer la devolución").click()
    expect(page.get_by_role("table", name="Devoluciones de saldo sin aprobar")).to_contain_text("50,00")
    supervisor = browse("ana")
    supervisor.goto("/credits")
    row(supervisor, number).get_by_label(re.compile("Decidir sobre la devolución")).click()
    row(supervisor, number).get_by_role("button", name="Aprobar la devolución").click()
    expect(supervisor.get_by_role("status")).to_contain_text("Devolución aprobada")
    expect(row(supervisor, number)).to_have_count(0)
    page.goto(address)
    expect(page.locator("#history")).to_contain_text("devuelto al pagador")


def test_closing_asks_what_becomes_of_the_credit_and_keeps_it_with_a_note(browse, overpaid):
    _, address = overpaid
    page = browse("carl")
    page.goto(f"{address}?do=closing")
    page.get_by_role("button", name="Cerrar el expediente").click()
    expect(page.get_by_role("checkbox", name=re.compile("Tiene saldo a favor"))).to_be_visible()
    page.get_by_label("Se conserva como saldo a favor").check()
    page.get_by_label("Nota").fill("Vuelve a comprar en abril")
    page.get_by_role("button", name="Cerrar el expediente").click()
    expect(page.locator(".heading").get_by_text("Cerrado: Pagado")).to_be_visible()
    expect(page.locator("#history")).to_contain_text("Saldo a favor que se conserva: 50,00")
