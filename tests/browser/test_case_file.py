"""The page of a case file, and what is done on it."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from office import business_day, euros, payment
from playwright.sync_api import expect

from api.case_files.pages import FORMS

TODAY = business_day(datetime.now(UTC))
LATER = (TODAY + timedelta(days=10)).isoformat()


@pytest.fixture
def opened(office, unique):
    """A case file of Carl's of 1,000 euros: its address."""

    def case_file(**more):
        return f"/case-files/{office.case_file(unique('EXP'), **more)}"

    return case_file


def history(page):
    return page.get_by_role("listitem").filter(has=page.locator("strong"))


def toast(page, text):
    expect(page.get_by_role("status")).to_contain_text(text)


def choose_more(page, name):
    page.locator("main").get_by_text("Más", exact=True).click()
    page.get_by_role("link", name=name).click()


@pytest.mark.on_both_databases
def test_a_call_its_next_action_and_a_promise_are_noted_in_one_step(browse, opened, keep):
    page = browse("carl")
    page.goto(opened())
    page.get_by_role("link", name="Anotar gestión").click()
    page.get_by_label("Promete pagar").check()
    page.get_by_label("Teléfono").first.fill("600 100 200")
    page.get_by_role("textbox", name=re.compile("^Nota")).fill("Cobra el día diez")
    page.get_by_label("Próxima gestión").fill("Comprobar el ingreso")
    page.get_by_role("button", name="En una semana").first.click()
    page.get_by_role("button", name=re.compile("Todo: 1.000,00")).click()
    page.get_by_label("Prometida para").fill(LATER)
    keep(page, "case-file-action")
    page.get_by_role("button", name="Anotar la gestión").click()
    toast(page, "Gestión y promesa anotadas")
    expect(history(page).nth(0)).to_contain_text("Promesa de pago de 1.000,00")
    expect(history(page).nth(1)).to_contain_text("Llamada: Promete pagar")
    expect(history(page).nth(1)).to_contain_text("Cobra el día diez")
    expect(page.get_by_role("table", name="Promesas")).to_contain_text("Prometida")
    expect(page.locator(".figures")).to_contain_text("Comprobar el ingreso")
    assert page.get_by_role("link", name="600 100 200").get_attribute("href") == "tel:+34600100200"


def test_what_was_refused_is_shown_at_its_field_and_nothing_typed_is_lost(browse, opened):
    page = browse("carl", java_script_enabled=False)
    page.goto(f"{opened()}?do=action")
    page.get_by_label("Contactado").check()
    page.get_by_role("textbox", name=re.compile("^Nota")).fill("Una nota larga")
    page.get_by_label("Próxima gestión").fill("Visitar")
    page.get_by_role("button", name="Anotar la gestión").click()
    expect(page.get_by_label("Para el día")).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_role("textbox", name=re.compile("^Nota"))).to_have_value("Una nota larga")
    expect(page.get_by_label("Contactado")).to_be_checked()
    page.get_by_label("Para el día").fill(LATER)
    page.get_by_role("button", name="Anotar la gestión").click()
    expect(history(page).first).to_contain_text("Una nota larga")


def test_a_debtor_is_located_and_the_new_phone_and_address_stand_with_the_debtor(browse, opened):
    page = browse("carl")
    page.goto(f"{opened()}?do=action")
    page.get_by_label("Deudor localizado").check()
    page.get_by_label("Teléfono nuevo").fill("+34 911 222 333")
    page.get_by_label("Dirección nueva").fill("Calle Mayor 1")
    page.get_by_label("Fuente").fill("Vecinos")
    page.get_by_role("button", name="Anotar la gestión").click()
    people = page.get_by_role("table", name="Personas")
    expect(people.get_by_role("link", name="911 22 23 33")).to_have_attribute("href", "tel:+34911222333")
    expect(people).to_contain_text("Calle Mayor 1")


def test_a_promise_is_undone_from_its_toast_and_another_is_cancelled_with_a_reason(browse, opened):
    page = browse("carl")
    page.goto(opened())
    for _ in range(2):
        page.get_by_role("link", name="Anotar promesa").click()
        page.get_by_label("Importe prometido").fill("50")
        page.get_by_label("Prometida para").fill(LATER)
        page.get_by_role("button", name="Anotar la promesa").click()
        toast(page, "Promesa anotada")
    page.get_by_role("button", name="Deshacer").click()
    toast(page, "Deshecho")
    promises = page.get_by_role("table", name="Promesas")
    expect(promises.get_by_text("Anulada")).to_have_count(1)
    promises.get_by_label(re.compile("Qué hacer con la promesa")).click()
    promises.get_by_role("link", name="Anular la promesa").click()
    page.get_by_role("button", name="El deudor se echa atrás").click()
    page.get_by_role("button", name="Anular la promesa").click()
    expect(promises.get_by_text("Anulada")).to_have_count(2)
    expect(history(page).first).to_contain_text("El deudor se echa atrás")


def test_a_plan_is_divided_to_the_cent_agreed_and_undone(browse, opened):
    page = browse("carl")
    page.goto(opened())
    choose_more(page, "Acordar plan de pagos")
    page.get_by_label("Cuotas").fill("3")
    page.get_by_label("Primera cuota").fill("2027-01-31")
    page.get_by_role("button", name="Dividir").click()
    expect(page.get_by_label("Importe 3")).to_have_value("333,34")
    expect(page.get_by_label("Vence 2")).to_have_value("2027-02-28")
    page.get_by_label("Importe 3").fill("333,35")
    page.get_by_role("button", name="Acordar el plan").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label("Importe 3").fill("333,34")
    page.get_by_role("button", name="Acordar el plan").click()
    toast(page, "Plan de pagos acordado")
    expect(page.get_by_role("heading", name="Plan de pagos")).to_be_visible()
    page.get_by_role("button", name="Deshacer").click()
    expect(page.get_by_role("heading", name="Vencimientos")).to_be_visible()


def test_the_debt_grows_and_shrinks_each_with_its_words(browse, opened):
    page = browse("ana")
    page.goto(opened())
    choose_more(page, "Cargar un gasto")
    page.get_by_label("Importe").fill("38,50")
    page.get_by_label("Concepto").fill("Burofax")
    page.get_by_role("button", name="Cargar", exact=True).click()
    toast(page, "Gasto cargado")
    choose_more(page, "Añadir partidas")
    page.get_by_label("Número 1").fill("F-2")
    page.get_by_label("Emitida 1").fill("2026-01-01")
    page.get_by_label("Vence 1").fill("2026-02-01")
    page.get_by_label("Importe 1").fill("cien")
    page.get_by_role("button", name="Añadir partidas").click()
    expect(page.get_by_label("Importe 1")).to_have_attribute("aria-invalid", "true")
    page.get_by_label("Importe 1").fill("100")
    page.get_by_role("button", name="Añadir partidas").click()
    expect(page.get_by_role("table", name="Partidas de la deuda")).to_contain_text("F-2")
    choose_more(page, "Ajustar la deuda")
    page.get_by_label("Importe que se descuenta").fill("138,50")
    page.get_by_label("Motivo").fill("Quita acordada")
    page.get_by_role("button", name="Ajustar la deuda").click()
    expect(page.locator(".figures")).to_contain_text(re.compile(r"Pendiente\s*1.000,00"))
    expect(history(page).first).to_contain_text("Quita acordada")


@pytest.mark.on_both_databases
def test_what_a_collector_charges_or_gives_up_is_proposed_and_a_supervisor_decides_on_it(browse, office, unique, keep):
    reference = unique("PROPONE")
    address = f"/case-files/{office.case_file(reference)}"
    page = browse("carl")
    page.goto(address)
    choose_more(page, "Cargar un gasto")
    expect(page.get_by_text("Se propone: la deuda cambia cuando lo apruebe un supervisor.")).to_be_visible()
    page.get_by_label("Importe").fill("38,50")
    page.get_by_label("Concepto").fill("Burofax")
    page.get_by_role("button", name="Cargar", exact=True).click()
    toast(page, "Propuesto: lo decide un supervisor, nunca quien lo propone")
    choose_more(page, "Ajustar la deuda")
    page.get_by_label("Importe que se descuenta").fill("100")
    page.get_by_label("Motivo").fill("Quita acordada")
    page.get_by_role("button", name="Ajustar la deuda").click()
    toast(page, "Propuesto: lo decide un supervisor, nunca quien lo propone")
    expect(page.locator(".figures")).to_contain_text(re.compile(r"Pendiente\s*1.000,00"))
    supervisor = browse("ana")
    supervisor.goto("/escritorio")
    waiting = supervisor.locator(".card").filter(has_text="Cambios de deuda propuestos")
    waiting.get_by_role("link", name=reference).first.click()
    proposed = supervisor.get_by_role("table", name="Cambios de la deuda propuestos")
    keep(supervisor, "case-file-proposals")
    charge, waiver = (proposed.get_by_role("row").filter(has_text=said) for said in ("Burofax", "Quita acordada"))
    charge.get_by_label("Decidir sobre la propuesta").click()
    charge.get_by_role("button", name="Aprobar").click()
    toast(supervisor, "Propuesta aprobada: la deuda ha cambiado")
    expect(supervisor.locator(".figures")).to_contain_text(re.compile(r"Pendiente\s*1.038,50"))
    waiver.get_by_label("Decidir sobre la propuesta").click()
    waiver.get_by_role("link", name="Rechazar la propuesta").click()
    supervisor.get_by_label("Motivo").fill("El acreedor no quiere")
    supervisor.get_by_role("button", name="Rechazar", exact=True).click()
    toast(supervisor, "Propuesta rechazada")
    expect(waiver).to_contain_text("El acreedor no quiere")
    expect(history(supervisor).nth(2)).to_contain_text("Propuesta de 38,50")


def test_a_proposal_holds_up_the_closing_until_who_made_it_withdraws_it(browse, opened):
    address = opened()
    page = browse("carl")
    page.goto(f"{address}?do=interest")
    page.get_by_label("Importe").fill("5")
    page.get_by_role("button", name="Cargar", exact=True).click()
    page.goto(f"{address}?do=closing")
    page.get_by_label("Motivo").select_option("uncollectible")
    page.get_by_role("button", name="Cerrar el expediente").click()
    expect(page.get_by_text("Un cambio propuesto de la deuda espera todavía una decisión")).to_be_visible()
    row = page.get_by_role("table", name="Cambios de la deuda propuestos").get_by_role("row").nth(1)
    row.get_by_label("Decidir sobre la propuesta").click()
    row.get_by_role("button", name="Retirar").click()
    toast(page, "Propuesta retirada")
    page.goto(f"{address}?do=closing")
    page.get_by_label("Motivo").select_option("uncollectible")
    page.get_by_role("button", name="Cerrar el expediente").click()
    expect(page.locator(".heading").get_by_text("Cerrado: Incobrable")).to_be_visible()


def test_a_stage_is_changed_by_one_click_and_back_by_undo(browse, opened):
    page = browse("carl")
    page.goto(opened())
    choose_more(page, "Cambiar de fase")
    page.get_by_role("button", name="Judicial", exact=True).click()
    expect(page.locator(".heading").first).to_contain_text("Judicial")
    page.get_by_role("button", name="Deshacer").click()
    expect(page.locator(".heading").first).to_contain_text("Amistosa")


def test_a_party_is_found_and_added_and_somebody_new_is_registered(browse, office, opened, unique):
    name = unique("Fiadora")
    office.ana.does("/api/clients", {"name": name})
    page = browse("ana", java_script_enabled=False)
    page.goto(f"{opened()}?do=party")
    page.get_by_label("Buscar persona o empresa").fill(name)
    page.get_by_role("button", name="Buscar").last.click()
    page.get_by_label(name).first.check()
    page.get_by_label("Calidad").select_option("guarantor")
    page.get_by_role("button", name="Añadir").click()
    people = page.get_by_role("table", name="Personas")
    expect(people).to_contain_text(name)
    page.goto(f"{page.url.partition('?')[0]}?do=registry-entry&find=Sucesora%20Nueva%20S.L.")
    page.get_by_label("Alguien nuevo").check()
    page.get_by_role("button", name="Anotar", exact=True).click()
    expect(people).to_contain_text("Sucesora Nueva S.L.")
    expect(history(page).nth(1)).to_contain_text("Sucesora: Sucesora Nueva S.L.")


def test_a_dispute_stops_promises_until_it_ends(browse, opened):
    page = browse("carl")
    page.goto(opened())
    choose_more(page, "Abrir disputa")
    page.get_by_role("button", name="No reconoce la deuda").click()
    page.get_by_role("button", name="Abrir la disputa").click()
    expect(page.locator(".notice").first).to_contain_text("No reconoce la deuda")
    choose_more(page, "Cerrar la disputa")
    page.get_by_label("Cómo terminó").fill("La deuda se mantiene")
    page.get_by_role("button", name="Cerrar la disputa").click()
    expect(page.get_by_text("En disputa desde")).to_have_count(0)


def test_a_closed_case_file_takes_its_reopening_alone(browse, office, opened):
    address = opened()
    paid = office.carl.does(f"/api{address}/payments", payment())
    office.ana.does(f"/api{address}/payments/{paid}/approval")
    page = browse("ana")
    page.goto(f"{address}?do=closing")
    page.get_by_label("Motivo").select_option("paid")
    page.get_by_role("button", name="Cerrar el expediente").click()
    expect(page.get_by_label("Motivo")).to_have_attribute("aria-invalid", "true")
    page.get_by_label("Motivo").select_option("uncollectible")
    page.get_by_role("button", name="Cerrar el expediente").click()
    expect(page.locator(".heading").get_by_text("Cerrado: Incobrable")).to_be_visible()
    expect(page.get_by_role("link", name="Anotar gestión")).to_have_count(0)
    page.get_by_label(re.compile("Decidir sobre el cobro")).click()
    expect(page.get_by_role("link", name="Registrar devolución")).to_be_visible()
    expect(page.get_by_role("link", name="Reabrir el cobro")).to_have_count(0)
    page.get_by_role("link", name="Reabrir el expediente").click()
    page.get_by_role("button", name="Cerrado por error").click()
    page.get_by_role("button", name="Reabrir el expediente").click()
    expect(page.get_by_role("link", name="Anotar gestión")).to_be_visible()


def test_what_others_did_meanwhile_is_told_where_it_is_why_something_is_refused(browse, office, opened):
    address = opened()
    page = browse("ana")
    page.goto(f"{address}?do=closing")
    page.get_by_label("Nota").last.fill("Sin bienes")
    office.carl.does(f"/api{address}/payments", payment("5.00"))
    page.get_by_role("button", name="Cerrar el expediente").click()
    expect(page.get_by_role("alert")).to_contain_text("Queda algún cobro sin aprobar")
    expect(page.get_by_text(re.compile("Lo último que ha pasado: Cobro de 5,00.*carl"))).to_be_visible()
    expect(page.get_by_label("Nota").last).to_have_value("Sin bienes")


def test_an_auditor_reads_all_and_is_offered_nothing(browse, opened):
    page = browse("emil")
    address = opened()
    for form in ("", "?do=action", "?do=payment", "?do=stage"):
        page.goto(address + form)
        expect(page.get_by_role("heading", name="Historial")).to_be_visible()
        assert page.locator("main .page form").count() == 0


def test_anothers_case_file_is_not_there_but_a_call_about_it_can_be_noted(browse, office, unique):
    reference = unique("EXP/7")
    address = f"/case-files/{office.case_file(reference)}"
    page = browse("cora")
    assert page.goto(address).status == 404
    page.goto(f"/case-files/by-reference/{reference}")
    expect(page.get_by_text("gestor: carl")).to_be_visible()
    page.get_by_label("Qué se dijo").fill("Llama para pagar")
    page.get_by_role("button", name="Anotar", exact=True).click()
    toast(page, "Llamada recibida anotada")
    page = browse("carl")
    page.goto(address)
    expect(history(page).first).to_contain_text("Llamada (entrante): Contactado")
    expect(history(page).first).to_contain_text("cora")


def test_a_long_history_is_paged_and_back_leads_back(browse, office, opened):
    address = opened()
    for number in range(25):
        office.carl.does(f"/api{address}/actions", {"channel": "call", "outcome": "no_answer", "note": f"Nº {number}."})
    page = browse("carl")
    page.goto(address)
    expect(history(page)).to_have_count(20)
    page.get_by_role("link", name="Anteriores").click()
    expect(history(page)).to_have_count(6)
    expect(history(page).last).to_contain_text("Expediente abierto")
    page.go_back()
    expect(history(page)).to_have_count(20)
    page.get_by_role("link", name="Todo el historial").first.click()
    expect(history(page)).to_have_count(26)


HOSTILE = """<script>alert(1)</script>"'><img src=x onerror=alert(2)>{{ 7*7 }} &amp;"""


def test_hostile_text_is_only_text(browse, office, opened):
    address = opened()
    at = f"/api{address}"
    text = HOSTILE
    located = {"source": text, "address": text, "phone": text[:100]}
    office.carl.does(f"{at}/actions", {"channel": "visit", "outcome": "located", "note": text, "located": located})
    office.carl.does(f"{at}/dispute", {"claim": text})
    office.carl.does(
        f"{at}/payments", payment("5.00", payer=text, note=text, reference=office.tokens["carl"][:9] + address)
    )
    guarantor = office.client(text)
    office.ana.does(f"{at}/parties", {"client_id": guarantor, "role": "guarantor"})
    page = browse("ana")
    page.on("dialog", lambda dialog: pytest.fail(dialog.message))
    for form in ("", "?do=action", "?do=stage"):
        page.goto(address + form)
        expect(page.locator("#history")).to_contain_text(text)
    assert page.locator("main img").count() == 0


def test_the_page_is_for_phones_too(browse, office, opened, keep):
    address = opened()
    office.carl.does(f"/api{address}/payments", payment("5.00", payer="Una hermana de nombre larguísimo"))
    office.carl.does(f"/api{address}/promises", {"amount": euros("5.00"), "due_on": LATER})
    page = browse("ana", viewport={"width": 360, "height": 740})
    for form in ("", "action", "payment", "plan", "items", "rejection"):
        page.goto(f"{address}?do={form}")
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, form
    page.goto(address)
    keep(page, "case-file-phone")


def test_on_paper_there_are_all_data_and_no_forms(browse, office, opened, keep):
    address = opened()
    office.carl.does(f"/api{address}/payments", payment("5.00"))
    page = browse("ana")
    page.goto(f"{address}?do=action")
    page.emulate_media(media="print")
    for hidden in ("Anotar gestión", "Más", "Imprimir"):
        expect(page.get_by_text(hidden, exact=True).first).to_be_hidden()
    for name in ("Personas", "Cobros", "Partidas de la deuda", "Historial"):
        expect(page.get_by_role("heading", name=name).last).to_be_visible()
    keep(page, "case-file-paper")


@pytest.mark.parametrize(("scheme", "forms"), [("light", FORMS), ("dark", ("action", "payment", "plan", "party"))])
def test_axe_finds_nothing(browse, office, opened, violations, keep, scheme, forms):
    address = opened()
    at = f"/api{address}"
    paid, approved = (office.carl.does(f"{at}/payments", payment(amount)) for amount in ("5.00", "6.00"))
    office.ana.does(f"{at}/payments/{approved}/approval")
    promised = office.carl.does(f"{at}/promises", {"amount": euros("5.00"), "due_on": LATER})
    charge = {"amount": euros("5.00"), "charged_on": TODAY.isoformat()}
    proposed = office.carl.does(f"{at}/costs", charge)
    page = browse("ana", color_scheme=scheme)
    more = dict.fromkeys(("return", "payment-reopening", "collection-move"), f"about={approved}")
    more |= dict.fromkeys(("proposal-approval", "proposal-rejection"), f"about={proposed}")
    more |= {"rejection": f"about={paid}", "cancellation": f"about={promised}", "plan": "count=3", "party": "find=de"}
    for one in ("", *(f"do={form}&{more.get(form, '')}" for form in forms)):
        page.goto(f"{address}?{one}")
        assert violations(page) == [], one
    page.goto(address)
    keep(page, f"case-file-{scheme}")


def test_a_payment_returned_after_the_closing_is_in_the_queue_and_leads_to_reopening_the_case_file(
    office, browse, unique
):
    reference = unique("EXP")
    address = f"/case-files/{office.case_file(reference)}"
    paid = office.carl.does(f"/api{address}/payments", payment("1000.00", received_on=TODAY.isoformat()))
    office.ana.does(f"/api{address}/payments/{paid}/approval")
    office.carl.does(f"/api{address}/closing", {"reason": "paid"})
    returned = {"returned_on": TODAY.isoformat(), "reason": "devuelto por el banco"}
    office.bea.does(f"/api{address}/payments/{paid}/return", returned)
    collector = browse("carl")
    collector.goto("/escritorio")
    collector.get_by_role("link", name="Devuelto tras el cierre").click()
    expect(collector.get_by_role("row").filter(has_text=reference)).to_contain_text("1.000,00")
    collector.goto(address)
    expect(collector.locator(".heading")).to_contain_text("Devuelto tras el cierre")
    expect(collector.locator(".notice")).to_contain_text("vuelven a estar pendientes 1.000,00")
    page = browse("bea")
    page.goto("/escritorio")
    page.get_by_role("link", name="Devuelto tras el cierre").click()
    page.get_by_role("row").filter(has_text=reference).get_by_role("link", name="Deudora").click()
    page.locator(".notice").get_by_role("link", name="Reabrir").click()
    page.get_by_label("Motivo").fill("Devuelto")
    page.get_by_role("button", name="Reabrir el expediente").click()
    toast(page, "Expediente reabierto")
    expect(page.locator(".heading")).not_to_contain_text("Devuelto tras el cierre")


def test_what_is_planned_later_stays_in_the_form_and_what_is_left_unplanned_is_said(browse, opened):
    page = browse("carl")
    page.goto(opened())
    for planned in ("Enviar carta", None):
        page.get_by_role("link", name="Anotar gestión").click()
        page.get_by_label("No contesta").check()
        if planned:
            page.get_by_label("Próxima gestión").fill(planned)
            page.get_by_role("button", name="En una semana").first.click()
        page.get_by_role("button", name="Anotar la gestión").click()
        toast(page, "Gestión anotada")
        expect(page.locator(".figures")).to_contain_text("Enviar carta")
    page.get_by_role("link", name="Anotar gestión").click()
    page.get_by_label("No contesta").check()
    page.get_by_label("Próxima gestión").fill("")
    page.get_by_label("Para el día").first.fill("")
    page.get_by_role("button", name="Anotar la gestión").click()
    toast(page, "Gestión anotada. No queda ninguna próxima gestión")
    expect(page.locator(".figures")).not_to_contain_text("Enviar carta")
