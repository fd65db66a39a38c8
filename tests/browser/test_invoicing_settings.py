"""How the business invoices, set in the browser."""

from office import picture
from playwright.sync_api import expect


def test_who_issues_in_which_series_on_which_terms_and_with_which_logo(office, browse, unique, keep):
    page = browse("dora")
    page.goto("/settings")
    page.get_by_role("link", name="Ajustes de facturación").click()
    who = page.get_by_role("region", name="Quién emite")
    who.get_by_label("Identificación fiscal").fill("A39000014")
    who.get_by_label("Dirección postal").fill("Calle Mayor 1")
    who.get_by_label("Código postal").fill("46001")
    who.get_by_label("Ciudad", exact=True).fill("València")
    who.get_by_role("button", name="Guardar").click()
    expect(page.get_by_label("Identificación fiscal")).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("Dirección postal")).to_have_value("Calle Mayor 1")
    page.get_by_label("Identificación fiscal").fill("A39000013")
    who.get_by_role("button", name="Guardar").click()
    expect(page.get_by_role("status")).to_contain_text("guardados")

    series = page.get_by_role("region", name="Series")
    series.get_by_role("textbox", name="Facturas").fill("fac")
    series.get_by_role("button", name="Guardar").click()
    expect(page.get_by_text(f"La siguiente es FAC{office.today.year}-0001")).to_be_visible()

    terms = page.get_by_role("region", name="Condiciones habituales")
    terms.get_by_label("Días para pagar").fill("45")
    terms.get_by_label("IVA, %").fill("10,5")
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        terms.get_by_role("button", name="Guardar").click()
    page.goto("/settings/invoicing")  # or the logo might be put into the form that is being swapped out
    expect(page.get_by_role("region", name="Condiciones habituales").get_by_label("IVA, %")).to_have_value("10,5")

    logo = {"name": "logo.png", "mimeType": "image/png", "buffer": picture(format_="PNG")}
    page.get_by_label("Una imagen").set_input_files(logo)
    page.get_by_role("button", name="Guardar el logotipo").click()
    expect(page.get_by_role("img", name="Logotipo")).to_be_visible()
    keep(page, "invoicing-settings")
    page.get_by_role("button", name="Quitar el logotipo").click()
    expect(page.get_by_role("img", name="Logotipo")).to_have_count(0)

    client = office.client(unique("Nueva"))
    page.goto(f"/invoices/new?client={client}")
    expect(page.get_by_label("Días para pagar")).to_have_value("45")
    expect(page.get_by_label("IVA, línea 1", exact=True)).to_have_value("10,5")
