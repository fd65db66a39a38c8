"""The search box: by key from anywhere, as one types, and as a page."""

import re
from contextlib import suppress

import pytest
from eventually import eventually
from playwright.sync_api import Error, expect


@pytest.mark.on_both_databases
def test_slash_finds_people_as_one_types_without_their_accents(office, browse, unique):
    reference = unique("EXP")
    office.case_file(reference, collector="carl")
    page = browse("carl")
    page.goto("/escritorio")
    page.keyboard.press("/")
    page.keyboard.type(f"deudóra {reference[4:]}")
    page.locator("#found").get_by_role("link", name=reference).first.click()
    expect(page).to_have_url(re.compile(r"/case-files/[0-9a-f-]{36}$"))


def test_an_exact_reference_is_gone_to_at_once_and_a_beginning_lists(office, browse, unique):
    begins = unique("EXP")
    for number in range(2):
        office.case_file(f"{begins}-{number}")
    page = browse("ana")
    page.goto("/escritorio")
    page.keyboard.press("Control+k")
    page.keyboard.type(f"{begins}-1".lower())
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/case-files/[0-9a-f-]{36}$"))
    page.goto(f"/search?text={begins}")
    expect(page.get_by_role("row").filter(has_text=f"{begins}-")).not_to_have_count(0)
    expect(page.get_by_role("heading", name="Expedientes")).to_be_visible()


def test_a_short_number_or_a_phone_leads_to_that_client(office, browse, unique):
    reference = unique("EXP")
    case_file = office.case_file(reference, collector="cora")
    debtor = office.ana.sees(f"/api/case-files/{case_file}")["line"]["debtor_id"]
    number = office.ana.sees(f"/api/clients/{debtor}")["line"]["number"]
    office.ana.does(f"/api/clients/{debtor}/contacts", {"medium": "phone", "value": "699 000 111"})
    page = browse("ana")
    for text in (number.lower(), "699 00 01 11"):
        page.goto(f"/search?text={text}")
        expect(page).to_have_url(re.compile(f"/clients/{debtor}$"))
    page = browse("carl")
    page.goto("/search?text=699000111")
    expect(page.get_by_role("heading", name="En otra cartera")).to_be_visible()
    assert office.ana.sees("/api/search", text=number)["clients"]["items"][0]["number"] == number


def test_another_s_exact_reference_shows_debtor_and_holder_and_takes_a_call(office, browse, unique):
    reference = unique("EXP")
    office.case_file(reference, collector="cora")
    page = browse("carl", java_script_enabled=False)
    page.goto(f"/search?text={reference}")
    expect(page.get_by_role("heading", name="En otra cartera")).to_be_visible()
    expect(page.get_by_text(f"Deudora de {reference} · cora")).to_be_visible()
    page.locator("main").get_by_role("link").first.click()
    expect(page.get_by_role("heading", name=reference)).to_be_visible()


def test_hostile_text_is_only_text(browse):
    page = browse("ana")
    page.goto("/search?text=%3Cscript%3Ealert(1)%3C/script%3E%25%00'")
    expect(page.get_by_text("No se ha encontrado nada con «<script>alert(1)</script>%'».")).to_be_visible()


@pytest.mark.parametrize("look", [{}, {"color_scheme": "dark"}, {"viewport": {"width": 390, "height": 844}}])
def test_what_is_found_is_for_everybody(office, browse, unique, keep, violations, look):
    begins = unique("EXP")
    for number in range(2):
        office.case_file(f"{begins}-{number}")
    page = browse("ana", **look)
    page.goto(f"/search?text={begins}")
    page.keyboard.press("/")
    found = page.locator("#found").get_by_role("link").first

    def shows():
        """Whoever types again asks again, where the first answer was that it is too early."""
        page.keyboard.press("Control+a")
        page.keyboard.type("deudora")
        with suppress(Error):
            found.wait_for(timeout=5_000)
        return found.is_visible()

    eventually(shows)
    assert violations(page) == []
    keep(page, f"search-{'-'.join(look) or 'light'}")
