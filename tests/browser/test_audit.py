"""The trail of payments, and the chain of the log."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from eventually import eventually
from office import business_day, euros
from playwright.sync_api import expect

TODAY = business_day(datetime.now(UTC))


@pytest.fixture
def paid(office, unique):
    """A case file with a payment that was recorded, approved and returned."""
    reference = unique("AUD")
    file = office.case_file(reference)
    body = {"amount": euros("120.50"), "received_on": str(TODAY - timedelta(days=2)), "method": "transfer"}
    payment = office.carl.does(f"/api/case-files/{file}/payments", body)
    office.ana.does(f"/api/case-files/{file}/payments/{payment}/approval")
    returned = {"returned_on": str(TODAY - timedelta(days=1)), "reason": "sin <b>fondos</b>"}
    office.ana.does(f"/api/case-files/{file}/payments/{payment}/return", returned)
    shows = lambda: len(office.ana.sees("/api/audit/payments", case_file_id=file)["items"]) == 3  # noqa: E731
    eventually(shows)
    return reference


def lines(page):
    return page.get_by_role("row").filter(has=page.get_by_role("cell"))


@pytest.mark.on_both_databases
def test_who_did_what_when_and_why_is_told(browse, paid):
    page = browse("emil")
    page.goto(f"/audit?case_file={paid}")
    expect(lines(page)).to_have_count(3)
    expect(lines(page).nth(0)).to_contain_text("ana")
    expect(lines(page).nth(0)).to_contain_text("Aprobado → después Devuelto")
    expect(lines(page).nth(0)).to_contain_text("sin <b>fondos</b>")
    expect(lines(page).nth(1)).to_contain_text("Aprobado")
    expect(lines(page).nth(2)).to_contain_text("carl")
    expect(lines(page).nth(2)).to_contain_text("120,50 €")


def test_filters_live_in_the_address_and_back_works(browse, paid):
    page = browse("ana")
    page.goto("/audit")
    page.get_by_label("Expediente", exact=True).fill(paid)
    page.get_by_label("Persona", exact=True).fill("carl")
    page.get_by_role("button", name="Filtrar").click()
    expect(lines(page)).to_have_count(1)
    expect(page).to_have_url(re.compile(rf"case_file={paid}.*person=carl"))
    page.get_by_role("link", name="Registrado").click()
    expect(lines(page)).to_have_count(3)
    expect(page.get_by_text("Solo un cobro")).to_be_visible()
    page.go_back()
    expect(lines(page)).to_have_count(1)
    expect(page.get_by_label("Persona", exact=True)).to_have_value("carl")
    page.get_by_role("link", name="Quitar filtros").click()
    expect(page.get_by_label("Persona", exact=True)).to_have_value("")


def test_days_narrow_it_and_a_day_that_is_none_is_said_at_its_field(browse, paid):
    page = browse("ana")
    page.goto(f"/audit?case_file={paid}&to={TODAY - timedelta(days=2)}")
    expect(page.get_by_text("No hay nada que cumpla estos filtros.")).to_be_visible()
    page.goto(f"/audit?case_file={paid}&from={datetime.now(UTC).date() - timedelta(days=1)}")
    expect(lines(page)).to_have_count(3)
    page.goto("/audit?from=ayer&person=%3Cscript%3E")
    expect(page.get_by_label("Desde")).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("Persona", exact=True)).to_have_value("<script>")


@pytest.mark.on_both_databases
def test_the_whole_chain_is_checked_on_request(browse, office):
    page = browse("emil")
    page.goto("/audit/chain")
    page.get_by_role("button", name="Comprobar toda la cadena").click()
    expect(page.get_by_text("nada se ha cambiado, quitado ni movido")).to_be_visible()
    expect(page.get_by_text(office.store.events.head()[1].hex()).first).to_be_visible()
    checked = office.store.events.head()[0]
    office.client("Alguien S.L.")
    page.goto("/audit")
    expect(page.get_by_text(f"Cadena íntegra hasta la posición {checked}, ")).to_be_visible()
    expect(page.get_by_text(f"Ahora en la posición {office.store.events.head()[0]}")).to_be_visible()


def test_a_collector_may_not_see_it(browse):
    page = browse("carl")
    for path in ("/audit", "/audit/chain"):
        assert page.goto(path).status == 403
    expect(page.get_by_role("link", name="Auditoría")).to_have_count(0)


def test_it_works_without_javascript(browse, paid):
    page = browse("emil", java_script_enabled=False)
    page.goto("/audit")
    page.get_by_label("Expediente", exact=True).fill(paid)
    page.get_by_role("button", name="Filtrar").click()
    expect(lines(page)).to_have_count(3)
    page.get_by_role("link", name="Cadena del registro").click()
    page.get_by_role("button", name="Comprobar toda la cadena").click()
    expect(page.get_by_text("nada se ha cambiado, quitado ni movido")).to_be_visible()
