"""Logging in, out, and in again in the middle of a form."""

import re
from datetime import UTC, datetime

import pytest
from office import command
from playwright.sync_api import expect

from application.business import add_user
from domain.people import Role
from infrastructure.wiring import credentials

PASSWORD = "una contraseña larga"  # noqa: S105 - of a test


@pytest.fixture(scope="module")
def lucia(office):
    """She has a password: the others of the office came in without."""
    add_user(office.store.events, command(datetime.now(UTC)), name="lucia", roles=[Role.SUPERVISOR])
    logins = credentials(office.store)
    logins.set_password("lucia", PASSWORD)
    logins.close()
    return "lucia"


def log_in(page, name, password=PASSWORD):
    page.get_by_label("Usuario").fill(name)
    page.get_by_label("Contraseña").fill(password)
    page.get_by_role("button", name="Entrar").click()


@pytest.mark.on_both_databases
def test_whoever_logs_in_comes_to_the_page_that_was_asked_for(browse, lucia):
    page = browse(None)
    page.goto("/escritorio/case-files?stage=legal")
    log_in(page, lucia, "no es esta")
    expect(page.get_by_text("El nombre o la contraseña no son correctos")).to_be_visible()
    expect(page.get_by_label("Usuario")).to_have_value(lucia)
    log_in(page, lucia)
    expect(page).to_have_url(re.compile(r"/escritorio/case-files\?stage=legal$"))


def test_logging_in_leads_to_no_address_elsewhere(browse, lucia):
    page = browse(None)
    page.goto("/log-in?to=//example.org/escritorio")
    log_in(page, lucia)
    expect(page).to_have_url(re.compile(r"^http://127\.0\.0\.1:\d+/escritorio$"))


def test_the_session_cookie_is_secure_out_of_reach_of_scripts_and_not_sent_from_elsewhere(browse, lucia):
    page = browse(None)
    page.goto("/log-in")
    log_in(page, lucia)
    expect(page.get_by_role("heading", name="Hoy")).to_be_visible()
    [cookie] = [one for one in page.context.cookies() if one["name"].endswith("session")]
    assert (cookie["secure"], cookie["httpOnly"], cookie["sameSite"], cookie["path"]) == (True, True, "Lax", "/")


def test_after_logging_out_the_session_is_dead(browse, lucia):
    page = browse(None)
    page.goto("/log-in")
    log_in(page, lucia)
    expect(page.get_by_role("heading", name="Hoy")).to_be_visible()
    before = page.context.cookies()
    page.get_by_text(lucia).first.click()
    page.get_by_role("button", name="Salir").click()
    expect(page.get_by_label("Contraseña")).to_be_visible()
    page.context.add_cookies(before)
    page.goto("/escritorio")
    expect(page.get_by_label("Contraseña")).to_be_visible()


def test_a_form_that_is_sent_from_another_site_is_refused(office):
    for headers in ({}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://e.org"}):
        answer = office.http.post("/language", data={"language": "en", "to": "/"}, headers=headers)
        assert (headers, answer.status_code) == (headers, 403)
    assert office.http.post("/language", data={"to": "/"}, headers={"Sec-Fetch-Site": "same-origin"}).status_code == 303


def test_pages_speak_english_to_whoever_chooses_it(browse):
    page = browse(None)
    page.goto("/log-in")
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("button", name="Log in")).to_be_visible()
    assert page.locator("html").get_attribute("lang") == "en"


@pytest.mark.on_both_databases
def test_what_was_typed_outlives_the_session_and_is_sent_once_logged_in_again(browse, office, unique, lucia):
    page = browse(None)
    page.goto("/log-in")
    log_in(page, lucia)
    expect(page.get_by_role("heading", name="Hoy")).to_be_visible()
    page.goto(f"/case-files/{office.case_file(unique('EXP'))}?do=payment")
    page.get_by_label("Importe").fill("100,50")
    page.get_by_label("Pagador").fill('Su "hermana" <Núria>')
    page.context.clear_cookies()
    page.get_by_role("button", name="Registrar el cobro").click()
    expect(page.get_by_text("Lo que escribió se conserva")).to_be_visible()
    log_in(page, lucia)
    page.get_by_role("button", name="Enviar lo escrito").click()
    expect(page.get_by_role("table", name="Cobros")).to_contain_text('Su "hermana" <Núria>')
    expect(page.get_by_role("table", name="Cobros")).to_contain_text("100,50")


def test_the_same_without_javascript(browse, office, unique, lucia):
    page = browse(None, java_script_enabled=False)
    page.goto("/log-in")
    log_in(page, lucia)
    expect(page.get_by_role("heading", name="Hoy")).to_be_visible()
    page.goto(f"/case-files/{office.case_file(unique('EXP'))}?do=payment")
    page.get_by_label("Importe").fill("7,00")
    page.context.clear_cookies()
    page.get_by_role("button", name="Registrar el cobro").click()
    log_in(page, lucia)
    page.get_by_role("button", name="Enviar lo escrito").click()
    expect(page.get_by_role("table", name="Cobros")).to_contain_text("7,00")
