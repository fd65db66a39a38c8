"""Clients in the browser: registered in the steps people know, found, corrected, verified, and called with care."""

import re

import pytest
from office import opening, payment
from playwright.sync_api import expect
from stdnum.es import dni

NEW = "/clients/new"


@pytest.fixture(scope="session")
def nif(unique):
    """A valid one that no other test has."""

    def valid():
        number = f"{int(unique('x').rpartition('-')[2]) + 50_000_000:08}"
        return f"{number}{dni.calc_check_digit(number)}"

    return valid


def press(page, name):
    page.get_by_role("button", name=name, exact=True).click()


@pytest.mark.on_both_databases
def test_a_client_is_filled_in_checked_saved_and_shown_with_its_number(office, browse, unique, nif, keep):
    name, number = unique("Núria Peña"), nif()
    page = browse("carl")
    page.goto("/clients")
    page.get_by_role("link", name="Nuevo cliente").first.click()
    page.get_by_label("Nombre", exact=True).fill(name)
    page.locator("#client-identification").fill("12345678A")
    page.get_by_label("Deudor").check()
    page.get_by_label("Dirección postal").fill("Calle Mayor 1")
    page.get_by_role("textbox", name="Ciudad").fill("Vigo")
    page.get_by_label("Teléfono 1", exact=True).fill("600 12 31 23")
    page.get_by_label("Estado: Teléfono 1").select_option("No contactar")
    page.get_by_label("Teléfono 2", exact=True).fill("12")
    page.get_by_label("Correo electrónico 1", exact=True).fill("nuria@ejemplo.es")
    press(page, "Comprobar")
    expect(page.locator("#client-identification-error")).to_contain_text("No es un número de ese tipo")
    page.locator("#client-identification").fill(number.lower())
    press(page, "Comprobar")
    expect(page.locator("#phone-wrong")).to_contain_text("No es un número de teléfono")
    expect(page.get_by_label("Teléfono 2", exact=True)).to_have_value("12")
    page.get_by_label("Teléfono 2", exact=True).fill("912 345 678")
    page.get_by_label("Preferido: Teléfono 2").check()
    press(page, "Comprobar")
    expect(page.get_by_role("heading", name="Compruebe el nuevo cliente")).to_be_visible()
    expect(page.locator("dl")).to_contain_text(number)
    keep(page, "clients-new-check")
    press(page, "Corregir")
    page.get_by_label("Zona").fill("Norte")
    press(page, "Comprobar")
    press(page, "Guardar")
    expect(page.get_by_role("heading", name=name)).to_be_visible()
    expect(page.locator("dl")).to_contain_text(re.compile(r"C-\d{5}"))
    keep(page, "clients-registered")
    page.get_by_role("link", name="Ver el cliente").click()
    client = re.search(r"/clients/([0-9a-f-]{36})", page.url)[1]
    known = office.carl.sees(f"/api/clients/{client}")
    assert [(one["value"], one["state"], one["preferred"]) for one in known["contacts"]] == [
        ("+34912345678", "valid", True),
        ("nuria@ejemplo.es", "valid", False),
        ("+34600123123", "do_not_call", False),
    ]
    assert (known["line"]["identification"], known["line"]["zone"], known["line"]["collector"]) == (
        number,
        "Norte",
        "carl",
    )


def test_save_and_new_goes_on_with_the_next_and_the_same_identification_is_refused(browse, unique, nif):
    name, number = unique("Primera"), nif()
    page = browse("ana")
    page.goto(NEW)
    page.get_by_label("Nombre", exact=True).fill(name)
    page.locator("#client-identification").fill(number)
    press(page, "Comprobar")
    press(page, "Guardar y nuevo")
    expect(page.get_by_role("status").first).to_contain_text(re.compile(rf"{name}.*C-\d{{5}}"))
    expect(page.get_by_label("Nombre", exact=True)).to_have_value("")
    page.get_by_label("Nombre", exact=True).fill(unique("Segunda"))
    page.locator("#client-identification").fill(number)
    press(page, "Comprobar")
    expect(page.locator("#client-identification-error")).to_contain_text(
        f"Otro cliente ya tiene esta identificación: {name} (C-"
    )


def test_without_javascript_there_are_more_rows_and_nothing_typed_is_lost(office, browse, unique):
    name = unique("Sin guion")
    page = browse("ana", java_script_enabled=False)
    page.goto(NEW)
    page.get_by_label("Nombre", exact=True).fill(name)
    page.get_by_label("Teléfono 2", exact=True).fill("600123123")
    press(page, "Más teléfonos")
    page.get_by_label("Teléfono 5", exact=True).fill("600123125")
    page.get_by_label("De quién: Teléfono 5").fill("Su hermana")
    press(page, "Comprobar")
    press(page, "Guardar")
    [line] = office.ana.sees("/api/clients", text=name)["items"]
    assert line["phones"] == ["+34600123123", "+34600123125"]
    assert office.ana.sees(f"/api/clients/{line['id']}")["contacts"][1]["whose"] == "Su hermana"


@pytest.mark.on_both_databases
def test_a_client_is_found_corrected_and_verified_and_its_history_tells_it(
    office, browse, unique, nif, keep, violations
):
    name, number = unique("Ana Ruiz"), nif()
    phone = f"+34612{number[2:8]}"
    client = office.ana.does(
        "/api/clients",
        {
            "name": name,
            "kind": "person",
            "identification": {"kind": "nif", "number": number},
            "address": {"street": "Rúa Real 3", "city": "Lugo", "postcode": "27001"},
            "zone": unique("Zona"),
            "collector": "carl",
            "notes": "Llamar por la tarde",
            "contacts": [
                {"medium": "phone", "value": phone, "whose": "Su madre", "hours": "Tardes"},
                {"medium": "phone", "value": "+34911222333", "state": "do_not_call"},
                {"medium": "email", "value": "ana@ejemplo.es"},
            ],
            "accounts": [{"number": "ES9121000418450200051332", "bank": "Banco"}],
        },
    )
    file = office.carl.does("/api/case-files", opening(unique("EXP"), client))
    paid = office.carl.does(f"/api/case-files/{file}/payments", payment("40.00", received_on=str(office.today)))
    office.bea.does(f"/api/case-files/{file}/payments/{paid}/approval")
    page = browse("carl")
    page.goto("/clients")
    page.get_by_label("Nombre, teléfono, expediente, importe…").fill(number)
    page.locator("main").get_by_role("button", name="Filtrar").click()
    keep(page, "clients-list")
    page.get_by_role("link", name=name).click()
    expect(page.get_by_role("link", name=re.compile(r"^612"))).to_have_attribute("href", f"tel:{phone}")
    expect(page.locator("a[href='tel:+34911222333']")).to_be_hidden()
    page.get_by_text("911 22 23 33").first.click()
    expect(page.get_by_text("Ha pedido que no se le llame ahí.")).to_be_visible()
    expect(page.get_by_role("link", name="Ver en el mapa")).to_have_attribute("rel", "noreferrer")
    expect(page.get_by_role("row", name=re.compile("40,00")).first).to_be_visible()
    press(page, "Lo he comprobado")
    expect(page.locator("#toasts")).to_contain_text("Datos verificados")
    expect(page.locator("h1 + span")).to_contain_text("Verificado")
    keep(page, "client")
    assert violations(page) == []
    page.get_by_role("link", name="Corregir los datos").first.click()
    page.get_by_label("Nombre", exact=True).fill(f"{name} Gil")
    page.get_by_label("Motivo").fill("Lo dice el cliente")
    keep(page, "client-correction")
    press(page, "Guardar")
    expect(page.locator("#toasts")).to_contain_text("Datos corregidos")
    expect(page.locator("h1 + span")).not_to_contain_text("Verificado")
    page.get_by_role("link", name="Historial").click()
    expect(page.locator(".timeline")).to_contain_text(f"Nombre: {name} → {name} Gil")
    expect(page.locator(".timeline")).to_contain_text("Lo dice el cliente")
    keep(page, "client-history")
    page.get_by_role("link", name="Expedientes").last.click()
    expect(page.locator(".files")).to_contain_text("960,00")
    keep(page, "client-case-files")
    page.goto(f"/case-files/{file}")
    expect(page.locator(".people").get_by_role("link", name=f"{name} Gil")).to_have_attribute(
        "href", f"/clients/{client}"
    )
    expect(page.locator(".people")).to_contain_text(re.compile(r"C-\d{5}"))
    expect(page.locator(f".people a[href='tel:{phone}']")).to_be_visible()


def test_what_is_wrong_in_a_form_is_told_there_and_a_phone_is_corrected_and_removed(office, browse, unique):
    client = office.ana.does("/api/clients", {"name": unique("Eva Gil")})
    page = browse("ana")
    page.goto(f"/clients/{client}")
    page.get_by_text("ACCIONES").click()
    page.get_by_role("link", name="Teléfono nuevo").click()
    page.locator("#phone-value").fill("600")
    press(page, "Guardar")
    expect(page.locator("#phone-value-error")).to_contain_text("No es un número de teléfono")
    page.locator("#phone-value").fill("600 123 123")
    press(page, "Guardar")
    expect(page.locator("#toasts")).to_contain_text("Teléfono añadido")
    page.get_by_label("Qué hacer con +34600123123").click()
    page.get_by_role("link", name="Corregir", exact=True).click()
    page.get_by_label("Estado").select_option("Erróneo")
    page.get_by_label("Motivo").fill("Contesta otro")
    press(page, "Guardar")
    expect(page.locator("s", has_text="600 12 31 23")).to_be_visible()
    page.get_by_label("Qué hacer con +34600123123").click()
    page.get_by_role("link", name="Quitar").click()
    page.get_by_label("Motivo").fill("Es de otra persona")
    press(page, "Quitar un teléfono o correo")
    expect(page.get_by_text("Todavía no se conoce ningún teléfono.")).to_be_visible()
    for form, fields, said in (
        ("account", {"IBAN o cuenta local": "ES91 2100 0418 4502 0005 1332"}, "Cuenta añadida"),
        ("card", {"Últimas cuatro cifras": "4242", "Identificador del proveedor": "tok_1"}, "Tarjeta añadida"),
        ("credit-entry", {"Fuente": "Informe", "Puntuación": "720"}, "Anotación de crédito añadida"),
    ):
        page.goto(f"/clients/{client}?do={form}")
        for label, text in fields.items():
            page.get_by_label(label).fill(text)
        press(page, "Guardar")
        expect(page.locator("#toasts")).to_contain_text(said)
    known = office.ana.sees(f"/api/clients/{client}")
    assert [len(known[what]) for what in ("contacts", "accounts", "cards", "credit_entries")] == [0, 1, 1, 1]


def test_a_collector_may_look_at_a_creditor_but_not_change_it(office, browse, unique):
    creditor = office.client(unique("Acreedora"), roles=["creditor"])
    other = office.client(unique("Ajena"), collector="cora")
    page = browse("carl")
    page.goto(f"/clients/{creditor}")
    expect(page.get_by_text("ACCIONES")).to_have_count(0)
    assert page.goto(f"/clients/{other}").status == 404
    assert (
        office.carl.post(f"/api/clients/{creditor}/contacts", {"medium": "phone", "value": "600123123"}).status_code
        == 404
    )
