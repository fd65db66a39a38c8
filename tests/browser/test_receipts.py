"""Money that came once and pays several of a client's invoices and case files."""

import pytest
from carriers import ISSUER, client_with, issued_invoice
from office import euros
from playwright.sync_api import expect


@pytest.fixture
def client(office, unique):
    office.dora.does("/api/issuer/identity", ISSUER)
    return client_with(office, unique("Deudora"))


def paid(office, invoice):
    """What was recorded as received on it, whether approved yet or not."""
    return [one["amount"]["amount"] for one in office.ana.sees(f"/api/invoices/{invoice}")["detail"]["payments"]]


@pytest.mark.on_both_databases
def test_an_amount_alone_pays_the_invoices_due_first_and_what_is_over_is_credit(office, browse, client, keep):
    later, sooner = issued_invoice(office, client, due_days=30), issued_invoice(office, client, due_days=10)
    page = browse("carl")
    page.goto(f"/clients/{client}?tab=invoices")
    page.get_by_role("link", name="Nuevo recibo").click()
    expect(page.get_by_role("row")).to_have_count(3)
    keep(page, "new-receipt")
    page.get_by_role("textbox", name="Importe").fill("150,00")
    page.get_by_role("button", name="Registrar el recibo").click()
    expect(page.get_by_text("Recibo registrado")).to_be_visible()
    assert (paid(office, sooner), paid(office, later)) == (["121.00"], ["29.00"])

    page.get_by_role("link", name="Nuevo recibo").click()
    page.get_by_role("textbox", name="Importe").fill("100,00")
    page.get_by_role("button", name="Registrar el recibo").click()
    page.get_by_role("button", name="Registrar como pago en exceso").click()
    expect(page.get_by_text("Recibo registrado")).to_be_visible()
    assert paid(office, later) == ["29.00", "100.00"]


def test_it_is_shared_out_by_hand_over_invoices_and_case_files_and_is_refused_where_it_does_not_add_up(
    office, browse, client, unique, violations, keep
):
    invoice = issued_invoice(office, client)
    reference = unique("EXP")
    case_file = office.ana.does(
        "/api/case-files",
        {
            "reference": reference,
            "debtor_id": client,
            "principal": euros("80.00"),
            "opened_on": "2026-01-10",
            "due_on": "2026-02-10",
        },
    )
    number = office.ana.sees(f"/api/invoices/{invoice}")["detail"]["line"]["number"]
    page = browse("carl")
    page.goto(f"/receipts/new?client={client}")
    page.get_by_label("Importe").fill("200")
    page.get_by_label(f"Del recibo, para {number}").fill("121")
    page.get_by_label(f"Del recibo, para {reference}").fill("90")
    page.get_by_role("button", name="Registrar el recibo").click()
    expect(page.get_by_text("Lo repartido abajo no suma este importe")).to_be_visible()
    for wrong, why in (("noventa", "Esto no es un importe"), ("0", "mayor que cero")):
        page.get_by_label("Importe").fill("")
        page.get_by_label(f"Del recibo, para {reference}").fill(wrong)
        page.get_by_role("button", name="Registrar el recibo").click()
        expect(page.get_by_role("row").filter(has_text=reference).locator(".error")).to_contain_text(why)
    keep(page, "new-receipt-refused")
    assert violations(page) == []
    assert paid(office, invoice) == []

    page.get_by_label("Importe").fill("201")
    page.get_by_label(f"Del recibo, para {reference}").fill("80")
    page.get_by_role("button", name="Registrar el recibo").click()
    expect(page.get_by_text("Recibo registrado")).to_be_visible()
    assert paid(office, invoice) == ["121.00"]
    assert office.ana.sees(f"/api/case-files/{case_file}")["payments"][0]["amount"] == euros("80.00")


def test_ticked_invoices_are_paid_by_one_receipt_if_they_are_one_clients(office, browse, client, unique):
    first, second = (issued_invoice(office, client) for _ in range(2))
    other = issued_invoice(office, client_with(office, unique("Otra")))
    numbers = {
        one: office.ana.sees(f"/api/invoices/{one}")["detail"]["line"]["number"] for one in (first, second, other)
    }
    page = browse("carl")
    page.goto("/invoices?sort=-number")

    def tick(*invoices):
        for one in invoices:
            page.get_by_role("checkbox", name=numbers[one]).check()
        page.get_by_role("button", name="Un recibo por las marcadas").click()

    tick(first, other)
    expect(page.get_by_text("Estas facturas son de varios clientes")).to_be_visible()
    page.goto("/invoices?sort=-number")
    tick(first, second)
    expect(page.get_by_role("row")).to_have_count(3)
    expect(page.get_by_role("link", name=numbers[second])).to_be_visible()


def test_what_is_ticked_and_cannot_be_paid_is_said(office, browse, client):
    draft = office.carl.does(
        "/api/invoices",
        {"client_id": client, "lines": [{"description": "Gestión", "unit_price": "1", "tax_rate": "0"}]},
    )
    page = browse("carl")
    page.goto("/invoices")
    page.get_by_role("button", name="Un recibo por las marcadas").click()
    expect(page.get_by_text("Marque antes las facturas")).to_be_visible()
    page.goto(f"/receipts/new?invoice={draft}")
    expect(page.get_by_text("De lo marcado no queda nada por pagar.")).to_be_visible()


def test_money_that_waits_for_a_decision_is_not_left_to_pay_and_a_merged_clients_invoice_leads_to_whom_it_is_now(
    office, browse, client, unique
):
    """And what is wrong with the receipt as a whole is shown there."""
    invoice = issued_invoice(office, client)
    today = str(office.today)
    paid = {"amount": euros("100.00"), "received_on": today, "method": "cash"}
    office.carl.does(f"/api/invoices/{invoice}/payments", paid)
    kept = client_with(office, unique("Conservada"))
    office.ana.does(f"/api/clients/{client}/merging", {"into": kept, "reason": "La misma"})
    page = browse("carl")
    page.goto(f"/invoices/{invoice}?do=payment")
    page.get_by_role("link", name="Paga varias facturas o expedientes").click()
    row = page.get_by_role("row").last
    expect(row).to_contain_text("21,00 €")
    expect(row).to_contain_text("Sin aprobar")
    row.get_by_role("textbox").fill("21")
    page.get_by_label("Nota").fill("4111 1111 1111 1111")
    page.get_by_role("button", name="Registrar el recibo").click()
    expect(page.locator("#receipt-note-error")).to_be_visible()
    expect(row.locator(".error")).to_have_count(0)
