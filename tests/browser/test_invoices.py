"""Invoices in the browser: written, issued, sent, paid, taken into collection."""

import re

import pytest
from office import euros
from playwright.sync_api import expect


@pytest.fixture(scope="module", autouse=True)
def issuer(office):
    office.dora.does(
        "/api/issuer/identity",
        {
            "name": "Recobros del Levante",
            "tax_id": "A39000013",
            "street": "Calle Mayor 1",
            "postcode": "46001",
            "city": "València",
            "country": "ES",
        },
    )


@pytest.fixture
def client(office, unique):
    """Somebody whom an invoice of any amount may be issued to; the id and the name."""
    name = unique("Talleres Hernández")
    identification = {"kind": "cif", "number": next(COMPANIES)}
    address = {"street": "Avenida del Puerto 3", "postcode": "46021", "city": "València"}
    return office.client(name, kind="company", identification=identification, address=address), name


COMPANIES = iter(["B12345674", "A58818501", "B65410011", "A28015865", "B83028084", "A08001851", "A28000727"])


def write(page, number, description, quantity, price, rate):
    for what, value in (
        ("Descripción", description),
        ("Cantidad", quantity),
        ("Precio unitario", price),
        ("IVA", rate),
    ):
        page.get_by_label(f"{what}, línea {number}", exact=True).fill(value)


def do(page, name):
    """Opens a form of the page and sends it with the button of the same name, after what is filled in between."""
    page.get_by_role("navigation", name="Trabajar en esta factura").get_by_role("link", name=name).click()


@pytest.mark.on_both_databases
def test_written_with_three_rates_issued_sent_paid_in_part_and_returned(browse, client, keep):
    _, name = client
    page = browse("ana")
    page.goto("/invoices/new")
    page.get_by_label("Buscar al cliente").fill(name)
    page.get_by_text(name).click()
    write(page, 1, "Gestión de cobro", "2", "100,50", "21")
    write(page, 2, "Manual impreso", "3", "20", "4")
    page.get_by_role("button", name="Añadir una línea").click()
    write(page, 3, "Transporte", "1", "45,5", "10")
    totals = page.get_by_role("region", name="Totales")
    expect(totals).to_contain_text("IVA al 21 %")
    expect(totals).to_contain_text("355,66 €")
    keep(page, "invoice-new")
    page.get_by_role("button", name="Guardar borrador").last.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Borrador de factura")
    do(page, "Emitir la factura")
    page.get_by_role("button", name="Emitir la factura").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("^F20"))
    expect(page.get_by_text("Emitida sin enviar")).to_be_visible()

    do(page, "Enviar")
    page.get_by_label("Cómo se envió").select_option("post")
    page.get_by_role("button", name="Marcar como enviada").click()
    expect(page.get_by_text("Pendiente de pago", exact=True)).to_be_visible()

    do(page, "Registrar cobro")
    page.get_by_label("Importe").fill("177,83")
    page.get_by_role("button", name="Registrar el cobro").click()
    payments = page.get_by_role("table", name="Cobros")
    expect(payments).to_contain_text("Sin aprobar")
    expect(page.locator(".figures")).to_contain_text("177,83 €")

    other = browse("bea")
    other.goto(f"/invoices?text={name}")
    expect(other.get_by_role("table", name="Facturas")).to_contain_text("177,83 € sin aprobar")
    other.goto(page.url)
    decide(other, "Aprobar")
    expect(other.get_by_text("Pagada en parte", exact=True)).to_be_visible()
    other.get_by_role("status").get_by_role("button", name="Deshacer").click()
    expect(other.get_by_text("Pagada en parte", exact=True)).to_have_count(0)
    decide(other, "Aprobar")
    expect(other.get_by_text("Pagada en parte", exact=True)).to_be_visible()
    keep(other, "invoice-partial")
    decide(other, "Registrar devolución")
    other.get_by_label("Motivo").fill("Devuelto por el banco")
    other.get_by_role("button", name="Registrar la devolución").click()
    expect(other.get_by_text("Pendiente de pago", exact=True)).to_be_visible()
    expect(other.get_by_role("list").last).to_contain_text("devuelto el")


def test_a_case_file_opened_from_two_overdue_invoices_collects_and_both_are_paid(office, browse, client, keep):
    client_id, name = client
    overdue = [issued(office, client_id, amount, days=0) for amount in ("100.00", "50.00")]
    page = browse("ana")
    page.goto(f"/invoices?text={name}")
    expect(page.get_by_role("row").filter(has_text="Emitida sin enviar")).to_have_count(2)
    keep(page, "invoices")
    page.get_by_role("checkbox", name="Marcar todos").check()
    page.get_by_role("button", name="Abrir un expediente con las marcadas").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Expediente a partir de facturas")
    keep(page, "case-file-from-invoices")
    page.get_by_role("button", name="Abrir el expediente").click()
    expect(page.get_by_text("Hay una factura que nunca se envió al cliente.")).to_be_visible()
    page.get_by_role("button", name="Guardar de todos modos").click()
    items = page.get_by_role("table", name="Partidas de la deuda")
    expect(items.get_by_role("link")).to_have_count(2)
    case_file = page.url.rpartition("/")[2]
    told = {"amount": euros("150.00"), "received_on": str(office.today), "method": "transfer"}
    payment = office.dora.does(f"/api/case-files/{case_file}/payments", told)
    office.ana.does(f"/api/case-files/{case_file}/payments/{payment}/approval")
    for invoice in overdue:
        page.goto(f"/invoices/{invoice}")
        expect(page.get_by_text("Pagada", exact=True)).to_be_visible()
    page.goto(f"/clients/{client_id}?tab=invoices")
    expect(page.locator(".blocks .paid")).to_contain_text("150,00 €")
    keep(page, "client-invoices")


def test_what_is_wrong_is_told_at_its_field_and_nothing_typed_is_lost(browse, client):
    _, name = client
    page = browse("ana", java_script_enabled=False)
    page.goto("/invoices/new")
    write(page, 1, "Gestión", "1", "10", "21")
    write(page, 2, "Sobra", "1", "5", "21")
    page.get_by_role("button", name="Quitar la línea 2").click()
    page.get_by_role("button", name="Añadir una línea").click()
    write(page, 2, "Otra", "0", "abc", "21")
    page.get_by_role("button", name="Guardar borrador").last.click()
    expect(page.get_by_text("Falta este dato")).to_be_visible()
    page.get_by_label("Buscar al cliente").fill(name)
    page.get_by_role("button", name="Buscar", exact=True).last.click()
    page.get_by_role("radio", name=name).check()
    page.get_by_role("button", name="Guardar borrador").last.click()
    expect(page.get_by_label("Precio unitario, línea 2", exact=True)).to_have_attribute("aria-invalid", "true")
    page.get_by_label("Precio unitario, línea 2", exact=True).fill("3")
    page.get_by_role("button", name="Guardar borrador").last.click()
    expect(page.get_by_label("Cantidad, línea 2", exact=True)).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("Descripción, línea 2", exact=True)).to_have_value("Otra")
    page.get_by_label("Cantidad, línea 2", exact=True).fill("2,5")
    page.get_by_role("button", name="Guardar y emitir").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("^F20"))
    expect(page.get_by_role("table", name="Líneas")).to_contain_text("2,5")


def test_credited_in_part_with_money_moved_to_the_next_one_and_taken_back(office, browse, client, keep):
    client_id, _ = client
    first, second = (issued(office, client_id, amount) for amount in ("100.00", "80.00"))
    told = {"amount": euros("100.00"), "received_on": str(office.today), "method": "card"}
    office.dora.does(f"/api/invoices/{first}/payments", told)
    page = browse("ana")
    page.goto("/invoices/payments")
    page.get_by_role("row").filter(has_text="Talleres").filter(has_text="100,00 €").get_by_role("checkbox").check()
    keep(page, "invoice-payments")
    page.get_by_role("button", name=re.compile("Aprobar los marcados")).click()
    expect(page.get_by_text("Hecho en 1 de 1 cobros")).to_be_visible()
    assert office.ana.sees(f"/api/invoices/{first}")["detail"]["line"]["status"] == "paid"

    page.goto(f"/invoices/{first}")
    page.locator("main").get_by_text("Más", exact=True).click()
    page.get_by_role("link", name="Emitir una rectificativa").click()
    page.get_by_label("Precio unitario, línea 1", exact=True).fill("30")
    page.get_by_role("combobox", name="Motivo").fill("El precio era otro")
    expect(page.get_by_role("region", name="Totales")).to_contain_text("30,00 €")
    keep(page, "credit-note-new")
    page.get_by_role("button", name="Rectificar estas líneas").click()
    expect(page.get_by_role("table", name="Rectificativas")).to_contain_text("-30,00 €")

    page.locator("main").get_by_text("Más", exact=True).click()
    page.get_by_role("link", name="Pasar dinero a otra factura").click()
    expect(page.get_by_label("Importe")).to_have_value("30,00")
    page.get_by_label("A la factura").fill("NO-1")
    page.get_by_label("Motivo").fill("Pagó de más")
    page.get_by_role("button", name="Pasar el dinero").click()
    expect(page.get_by_text("No hay ninguna factura con este número")).to_be_visible()
    page.get_by_label("A la factura").fill(office.ana.sees(f"/api/invoices/{second}")["detail"]["line"]["number"])
    page.get_by_role("button", name="Pasar el dinero").click()
    page.get_by_role("status").get_by_role("button", name="Deshacer").click()
    expect(page.get_by_role("list").last).to_contain_text("Devueltos a su factura: 30,00 €")


def test_what_is_more_than_an_invoice_asks_for_is_approved_as_an_overpayment_in_the_list(office, browse, client):
    client_id, name = client
    invoice = issued(office, client_id, "100.00")
    told = {"amount": euros("150.00"), "received_on": str(office.today), "method": "card"}
    office.dora.does(f"/api/invoices/{invoice}/payments", told)
    page = browse("ana")
    page.goto("/invoices/payments")
    row = page.get_by_role("row").filter(has_text=name)
    row.get_by_role("button", name="como pago en exceso").click()
    expect(row).to_have_count(0)
    assert office.ana.sees(f"/api/invoices/{invoice}")["detail"]["line"]["credit"] == euros("50.00")


def issued(office, client, amount, days=30):
    """One line without tax; its id."""
    line = {"description": "Servicios", "unit_price": amount, "tax_rate": "0"}
    invoice = office.ana.does("/api/invoices", {"client_id": client, "lines": [line], "due_days": days})
    office.ana.does(f"/api/invoices/{invoice}/issue", {})
    return invoice


def decide(page, name):
    payments = page.get_by_role("table", name="Cobros")
    payments.get_by_label("Decidir sobre el cobro").first.click()
    payments.get_by_text(name, exact=True).click()


def test_a_series_goes_on_where_another_programs_ended(browse, keep, violations):
    page = browse("dora")
    page.goto("/settings/invoicing")
    page.get_by_text("Otro programa ya ha numerado").click()
    page.get_by_label("Último número").fill("45")
    page.locator("#continuation-numbered").select_option("estimates")
    page.get_by_role("button", name="Continuar desde ahí").click()
    expect(page.get_by_text(re.compile(r"La siguiente es P\d{4}-0046"))).to_be_visible()
    keep(page, "invoicing-settings")
    assert violations(page) == []


@pytest.mark.parametrize("address", ["/invoices/new", "/estimates/new"])
def test_an_empty_description_has_room_to_type_in_on_a_telephone(browse, address):
    page = browse("ana", viewport={"width": 390, "height": 844})
    page.goto(address)
    room = page.get_by_label("Descripción, línea 1", exact=True).bounding_box()["width"]
    assert room > 150
