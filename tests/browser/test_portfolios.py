"""Portfolios in the browser: read, reassigned with a preview and given back, planned, substituted, printed."""

import re
from datetime import timedelta

import pytest
from office import give_passwords, opening, payment
from playwright.sync_api import expect


@pytest.fixture
def zone(office, unique):
    """A zone of its own with three clients in carl's portfolio, who is to call one of them: its name."""
    name = unique("Zona")
    for number in range(3):
        client = office.client(f"{name} cliente {number}", zone=name, address={"street": "Mayor 1", "city": "Ría"})
        office.ana.does(f"/api/clients/{client}/assignment", {"collector": "carl", "from": "2026-01-01"})
        office.ana.does("/api/case-files", opening(f"{name}-{number}", client, "100.00"))
    today = str(office.today)
    office.carl.does(
        "/api/tasks", {"client_id": client, "kind": "call", "title": "Preguntar por el pago", "day": today}
    )
    return name


def rows(page, zone):
    return page.get_by_role("table", name="Clientes").get_by_role("row").filter(has_text=zone)


@pytest.mark.on_both_databases
def test_money_that_waits_is_told_in_the_portfolio_on_the_clients_page_and_in_the_totals(office, browse, unique):
    zone = unique("Zona")
    client = office.client(f"{zone} cliente", zone=zone)
    office.ana.does(f"/api/clients/{client}/assignment", {"collector": "cora", "from": "2026-01-01"})
    file = office.ana.does("/api/case-files", opening(unique("ESPERA"), client, "100.00"))
    office.cora.does(f"/api/case-files/{file}/payments", payment("37.50"))
    page = browse("ana")
    for address, table in (
        (f"/portfolios/cora?zone={zone}", "Clientes"),
        (f"/portfolios/cora?zone={zone}", "Totales por zona"),
        ("/portfolios", "Carteras"),
        (f"/clients/{client}?tab=case-files", "Debe"),
    ):
        page.goto(address)
        expect(page.get_by_role("table", name=table)).to_contain_text("37,50 € sin aprobar")


@pytest.mark.on_both_databases
def test_a_supervisor_reassigns_a_zone_after_a_preview_and_takes_it_back_with_one_click(office, browse, zone, keep):
    give_passwords(office, "cora")  # whom nobody is offered before
    page = browse("ana")
    page.goto("/portfolios")
    page.get_by_role("link", name="carl", exact=True).click()
    page.get_by_label("Zona", exact=True).select_option(zone)
    expect(page).to_have_url(re.compile(zone))  # the answer is there, which would come back over the next page
    expect(rows(page, zone)).to_have_count(3)
    expect(page.get_by_role("table", name="Totales por zona")).to_contain_text("300,00 €")
    page.get_by_role("link", name="Reasignar clientes").click()
    page.get_by_role("combobox", name="A", exact=True).select_option("cora")
    page.get_by_role("button", name="Vista previa").click()
    expect(page.get_by_text("3 clientes")).to_be_visible()
    keep(page, "reassignment")
    page.get_by_role("button", name="Reasignar", exact=True).click()
    expect(page.get_by_role("heading", name="Cartera de cora")).to_be_visible()
    expect(rows(page, zone)).to_have_count(3)
    page.get_by_role("button", name="Deshacer").click()
    expect(page.get_by_text("Deshecho")).to_be_visible()
    page.goto(f"/portfolios/carl?zone={zone}")
    expect(rows(page, zone)).to_have_count(3)
    expect(rows(page, zone).get_by_role("link", name="Preguntar por el pago")).to_be_visible()
    keep(page, "portfolio")


def test_ticked_clients_are_planned_for_a_day_to_come_and_the_plan_is_cancelled(office, browse, zone, violations):
    give_passwords(office, "cora")
    page = browse("ana")
    page.goto(f"/portfolios/carl?zone={zone}")
    for box in rows(page, zone).get_by_role("checkbox").all()[:2]:
        box.check()
    page.get_by_role("button", name="Reasignar").click()
    page.get_by_role("combobox", name="A", exact=True).select_option("cora")
    page.get_by_label("Desde").fill(str(office.today + timedelta(days=9)))
    page.get_by_role("button", name="Vista previa").click()
    planned = page.get_by_role("button", name="Dejarlo previsto")
    expect(planned).to_be_visible()
    assert violations(page) == []
    planned.click()
    plan = page.get_by_role("table", name="Asignaciones previstas").get_by_role("row").filter(has_text=zone)
    expect(plan).to_contain_text("y 1 más")
    plan.get_by_role("link").click()
    expect(page.get_by_text("previsto: cora")).to_be_visible()
    page.go_back()
    plan.get_by_role("button").click()
    expect(page.get_by_text("Anulado lo previsto")).to_be_visible()
    expect(plan).to_have_count(0)


def test_a_substitute_is_appointed_and_ended_and_what_cannot_be_is_said_at_its_field(office, browse, zone):
    give_passwords(office, "carl", "cora")
    page = browse("ana")
    page.goto("/portfolios")
    tomorrow = str(office.today + timedelta(days=1))
    for collector, substitute in (("carl", "carl"), ("carl", "cora")):
        page.get_by_label("Clientes de").select_option(collector)
        page.get_by_label("Quién los gestiona").select_option(substitute)
        page.get_by_label("Hasta").fill(tomorrow)
        page.get_by_role("button", name="Nombrar").click()
        if collector == substitute:
            expect(page.get_by_text("Nadie se sustituye a sí mismo")).to_be_visible()
    expect(page.get_by_text("cora sustituye a carl")).to_be_visible()
    coras = browse("cora")
    coras.goto(f"/portfolios/carl?zone={zone}")
    expect(rows(coras, zone)).to_have_count(3)
    page.get_by_role("button", name="Terminar la sustitución de cora").click()
    expect(page.get_by_text("La sustitución ha terminado")).to_be_visible()
    coras.reload()
    expect(coras.get_by_role("table", name="Clientes")).to_have_count(0)


def test_the_reports_of_a_portfolio_are_downloaded_with_its_filters(browse, zone):
    page = browse("ana")
    page.goto(f"/portfolios/carl?zone={zone}")
    kept = {}
    for kind in ("PDF", "Excel", "CSV"):
        with page.expect_download() as download:
            page.get_by_role("link", name=kind).click()
        kept[kind] = download.value.path().read_bytes()
        assert download.value.suggested_filename.startswith("cartera-carl.")
    assert (kept["PDF"][:5], kept["Excel"][:2]) == (b"%PDF-", b"PK")
    lines = kept["CSV"].decode("utf-8-sig").splitlines()
    assert len(lines) == 4
    assert all(zone in line and "100,00" in line for line in lines[1:])
    assert "Llamada telefónica: Preguntar por el pago" in lines[3]
