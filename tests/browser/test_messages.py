"""An administrator sets mail up, somebody sends an invoice, and the outbox tells what became of it."""

import pytest
from carriers import client_with, estimate_of, issued_invoice, mail_server, put_right, set_up_mail
from eventually import eventually
from office import opening, payment
from playwright.sync_api import expect


@pytest.fixture
def mail():
    with mail_server() as (port, box):
        box.port = port
        yield box


@pytest.mark.on_both_databases
def test_from_the_mail_settings_to_a_message_that_was_refused_and_is_sent_again(
    office, browse, mail, keep, violations, unique
):
    set_up_mail(office, mail.port)
    name = unique("Deudora")
    client = client_with(office, name, email=f"{name}@deudora.es".lower())
    invoice = issued_invoice(office, client)

    dora = browse("dora")
    dora.goto("/settings/mail")
    dora.get_by_label("Enviar un correo de prueba a").fill("yo@agencia.es")
    dora.get_by_role("button", name="Enviar una prueba").click()
    expect(dora.get_by_text("Se aceptó")).to_be_visible()
    assert len(mail.taken) == 1
    dora.get_by_role("link", name="Factura, Español").click()
    dora.get_by_label("Asunto").fill("Su factura {numro}")
    dora.get_by_role("button", name="Guardar").click()
    expect(dora.get_by_text("{numro}", exact=False).last).to_be_visible()
    dora.get_by_label("Asunto").fill("Su factura {numero}")
    dora.get_by_role("button", name="Guardar").click()
    expect(dora.get_by_text("Texto guardado")).to_be_visible()
    keep(dora, "mail-settings")
    assert violations(dora) == []

    mail.does = "refuse"
    carl = browse("carl")
    carl.goto(f"/invoices/{invoice}/sending")
    expect(carl.get_by_label("Asunto")).to_have_value("Su factura F2026-0001")
    keep(carl, "sending")
    assert violations(carl) == []
    carl.get_by_role("button", name="Enviar", exact=True).click()
    expect(carl.get_by_role("heading", name="Historial")).to_be_visible()
    eventually(lambda: carl.reload() and carl.get_by_role("button", name="Enviar de nuevo").count())
    expect(carl.get_by_text("550 5.1.1").first).to_be_visible()
    keep(carl, "message")
    assert violations(carl) == []
    mail.does = "accept"
    put_right(office, client)
    carl.get_by_role("button", name="Enviar de nuevo").click()
    eventually(lambda: len(mail.taken) == 2)
    assert mail.mails[-1]["Subject"] == "Su factura F2026-0001"
    carl.goto("/messages")
    sent = carl.get_by_role("row").filter(has_text=name).filter(has_text="Enviado")
    eventually(lambda: carl.reload() and sent.count())
    keep(carl, "messages")
    assert violations(carl) == []


def test_a_supervisor_sends_what_is_held_back_and_says_why(office, browse, violations, mail, unique):
    set_up_mail(office, mail.port)
    name = unique("Deudora")
    client = client_with(office, name, email=f"{name}@deudora.es".lower())
    case_file = office.ana.does("/api/case-files", opening(unique("EXP"), client, "100.00"))
    office.carl.does(f"/api/case-files/{case_file}/payments", payment("100.00"))
    collector = browse("carl")
    collector.goto(f"/case-files/{case_file}/notice")
    expect(collector.get_by_role("status")).to_contain_text("Retenido")
    page = browse("ana")
    page.goto(f"/case-files/{case_file}/notice")
    assert violations(page) == []
    page.get_by_label("Por qué se envía de todos modos").fill("El cheque no tiene fondos")
    page.get_by_role("button", name="Enviar").click()
    expect(page.get_by_text("El cheque no tiene fondos")).to_be_visible()


def test_what_is_ticked_in_the_lists_is_sent_at_once_and_an_invoice_tells_of_its_messages(
    office, browse, mail, violations, keep, unique
):
    set_up_mail(office, mail.port)
    name = unique("Deudora")
    address = f"{name}@deudora.es".lower()
    client = client_with(office, name, email=address)

    def taken():
        """Those to this client: what another test left waiting may be tried again meanwhile."""
        return [one for one in mail.taken if address.encode() in one]

    invoice = issued_invoice(office, client)
    estimates = [estimate_of(office, client) for _ in range(2)]
    case_file = office.ana.does("/api/case-files", opening(unique("EXP"), client))
    carl = browse("carl")

    carl.goto(f"/estimates?text={name}")
    carl.get_by_role("checkbox", name="Marcar todo").check()
    keep(carl, "estimates-ticked")
    assert violations(carl) == []
    carl.get_by_role("button", name="Enviar lo marcado").click()
    expect(carl.get_by_text("2 mensajes en camino")).to_be_visible()
    for one in estimates:
        eventually(lambda one=one: office.carl.sees(f"/api/estimates/{one}")["line"]["status"] == "outstanding")
    assert len(taken()) == 2

    for _ in range(21):
        estimate_of(office, client)
    carl.goto(f"/estimates?block=draft&text={name}")
    carl.get_by_label("Todo lo filtrado, en todas las páginas").check()
    carl.get_by_role("button", name="Enviar lo marcado").click()
    expect(carl.get_by_text("21 mensajes en camino")).to_be_visible()
    eventually(lambda: len(taken()) == 23)

    carl.goto(f"/escritorio/case-files?text={name}")
    carl.get_by_role("checkbox", name="Marcar todo").check()
    carl.get_by_text("Enviar un aviso…").click()
    carl.get_by_label("Cómo se envía").last.select_option("post")
    keep(carl, "case-files-notice")
    assert violations(carl) == []
    carl.get_by_role("button", name="Enviar", exact=True).click()
    expect(carl.get_by_text("1 carta para imprimir")).to_be_visible()
    assert [one["channel"] for one in office.ana.sees("/api/messages", matter_id=case_file)["items"]] == ["post"]

    carl.goto(f"/invoices?text={name}")
    carl.get_by_role("checkbox", name="Marcar todo").check()
    carl.get_by_label("Cómo se envía").select_option("post")
    carl.get_by_role("button", name="Enviar lo marcado").click()
    carl.goto(f"/invoices/{invoice}")
    carl.get_by_role("link", name="Documento · Correo postal").click()
    expect(carl.get_by_role("heading", name="Historial")).to_be_visible()
