"""The calendar of payments: what each day expects and brought in, and what became of it."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from office import business_day, euros, payment
from playwright.sync_api import expect

TODAY = business_day(datetime.now(UTC))
DUE = TODAY + timedelta(days=40)
HERE = f"/escritorio/calendar?month={DUE:%Y-%m}&day={DUE}"


@pytest.fixture
def promised(office, unique):
    """A case file on which so much is promised by a day to come: its reference and path."""

    def promise(amount, due_on=DUE, collector="carl"):
        reference = unique("CAL")
        path = f"/api/case-files/{office.case_file(reference, collector=collector)}"
        office.ana.does(f"{path}/promises", {"amount": euros(amount), "due_on": f"{due_on}"})
        return reference, path

    return promise


def row(page, reference):
    return page.get_by_role("row").filter(has=page.get_by_role("link", name=reference, exact=True))


def cell(page, day):
    return page.get_by_role("cell").filter(has=page.locator(f'a.number[href*="day={day}"]'))


@pytest.mark.on_both_databases
def test_a_day_names_what_is_expected_and_opens_its_list(browse, promised):
    reference, _ = promised("981.25")
    page = browse("carl")
    page.goto(f"/escritorio/calendar?month={DUE:%Y-%m}")
    expect(cell(page, DUE)).to_contain_text("981,25 €")
    expect(cell(page, DUE)).to_contain_text(f"Deudora de {reference}")
    cell(page, DUE).click()
    expect(page).to_have_url(re.compile(f"day={DUE}"))
    expect(row(page, reference)).to_contain_text("Promesa")
    page.go_back()
    expect(row(page, reference)).to_have_count(0)


@pytest.mark.on_both_databases
def test_what_came_is_recorded_in_place_with_its_amount_filled_in(office, browse, promised):
    reference, path = promised("1250.50")
    page = browse("carl")
    page.goto(HERE)
    row(page, reference).get_by_label(re.compile("^Qué ha pasado")).click()
    row(page, reference).get_by_role("link", name="Cobrado", exact=True).click()
    expect(page.get_by_label("Importe")).to_have_value("1250,50")
    page.get_by_label("Importe").fill("mucho")
    page.get_by_label("Forma de pago").select_option("Efectivo")
    page.get_by_role("button", name="Registrar el cobro").click()
    expect(page.get_by_text("Esto no es un importe")).to_be_visible()
    expect(page.get_by_label("Importe")).to_have_value("mucho")
    expect(page.get_by_label("Forma de pago")).to_have_value("cash")
    page.get_by_label("Importe").fill("1.250,50")
    page.get_by_role("button", name="Registrar el cobro").click()
    page.get_by_role("button", name="Registrar como pago en exceso").click()
    expect(page.get_by_role("status")).to_contain_text("Cobro registrado")
    expect(row(page, reference)).to_contain_text("Por aprobar")
    [recorded] = office.carl.sees(path)["payments"]
    assert (recorded["amount"], recorded["method"], recorded["state"]) == (euros("1250.50"), "cash", "unapproved")


def test_what_did_not_come_is_logged_with_its_reason_and_what_is_next(office, browse, promised):
    reference, path = promised("30.00")
    page = browse("carl")
    page.goto(HERE)
    row(page, reference).get_by_label(re.compile("^Qué ha pasado")).click()
    row(page, reference).get_by_role("link", name="No cobrado", exact=True).click()
    page.get_by_label("Motivo").select_option("Pide más plazo")
    page.get_by_label(re.compile("^Próxima gestión")).fill("Volver a llamar el lunes")
    page.get_by_role("button", name="Anotar la gestión").click()
    expect(page.get_by_role("status")).to_contain_text("Gestión anotada")
    logged = office.carl.sees(f"{path}/history")["items"][-1]["data"]
    assert (logged["outcome"], logged["note"], logged["next_action"]) == (
        "contacted",
        "Pide más plazo",
        "Volver a llamar el lunes",
    )
    page.goto(f"/escritorio/calendar?day={logged['done_on']}")
    expect(row(page, reference)).to_contain_text("Contactado")


def test_one_case_file_is_shown_alone_and_another_s_is_not_there(browse, promised):
    mine, _ = promised("10.00")
    other, _ = promised("20.00", collector="cora")
    page = browse("carl")
    page.goto(HERE)
    expect(row(page, other)).to_have_count(0)
    page.get_by_placeholder("Solo el expediente").fill(other)
    page.get_by_role("button", name="Ver", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("No hay ningún expediente")
    page.get_by_placeholder("Solo el expediente").fill(mine)
    page.get_by_role("button", name="Ver", exact=True).click()
    expect(page.get_by_role("link", name=re.compile(f"^{mine} ·"))).to_be_visible()
    expect(page).not_to_have_url(re.compile(other))
    page.goto(f"{page.url}&day={DUE}")
    expect(row(page, mine)).to_be_visible()
    page.get_by_role("link", name=re.compile(f"^{mine} ·")).click()
    expect(page.get_by_placeholder("Solo el expediente")).to_be_visible()


def test_months_go_by_arrow_holidays_are_named_and_today_is_marked(browse):
    page = browse("carl")
    page.goto("/escritorio/calendar?month=2026-12")
    expect(page.get_by_role("cell").filter(has_text="Natividad del Señor")).to_contain_text("25")
    page.get_by_role("link", name="Enero 2027").click()
    expect(page.get_by_role("heading", name="Enero 2027")).to_be_visible()
    page.get_by_role("link", name="Hoy", exact=True).last.click()
    expect(page.locator("[aria-current=date]")).to_be_visible()


def test_who_only_looks_is_offered_nothing(browse, promised):
    reference, _ = promised("10.00")
    page = browse("emil")
    page.goto(HERE)
    expect(row(page, reference)).to_be_visible()
    expect(page.get_by_label(re.compile("^Qué ha pasado"))).to_have_count(0)


def test_what_came_in_is_listed_on_its_day(office, browse, promised):
    reference, path = promised("10.00")
    day = TODAY - timedelta(days=3)
    paid = office.carl.does(f"{path}/payments", payment("66.60", received_on=f"{day}"))
    office.ana.does(f"{path}/payments/{paid}/approval")
    page = browse("carl", java_script_enabled=False)
    page.goto(f"/escritorio/calendar?day={day}")
    expect(row(page, reference)).to_contain_text("66,60 €")


def test_on_a_phone_the_grid_fits_and_the_list_is_below(browse, promised):
    reference, _ = promised("10.00")
    page = browse("carl", viewport={"width": 390, "height": 844})
    page.goto(HERE)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert row(page, reference).bounding_box()["y"] > cell(page, DUE).bounding_box()["y"]
