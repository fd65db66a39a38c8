"""One's own account: the password, the language, tokens for programs, logging out everywhere."""

from datetime import UTC, datetime

import pytest
from office import command
from playwright.sync_api import expect

from api.pages.context import SESSION
from application.business import add_user
from domain.people import Role
from infrastructure.wiring import credentials

PASSWORD, ANOTHER = "una contraseña larga", "otra contraseña aún más larga"


@pytest.fixture
def lucia(office, unique):
    """She has a password, and is known to no other test."""
    name = unique("lucia").lower()
    add_user(office.store.events, command(datetime.now(UTC)), name=name, roles=[Role.COLLECTOR])
    logins = credentials(office.store)
    logins.set_password(name, PASSWORD)
    logins.close()
    return name


@pytest.fixture
def logged_in(browse, lucia):
    def logged_in(**asked):
        page = browse(None, **asked)
        page.goto("/log-in?to=/account")
        page.get_by_label("Usuario").fill(lucia)
        page.get_by_label("Contraseña").fill(PASSWORD)
        page.get_by_role("button", name="Entrar").click()
        expect(page.get_by_role("heading", name="Mi cuenta")).to_be_visible()
        return page

    return logged_in


def change(page, old, new, again=None):
    page.get_by_label("Contraseña actual").fill(old)
    page.locator("[name=new_password]").fill(new)
    page.get_by_label("Nueva contraseña, otra vez").fill(new if again is None else again)
    page.get_by_role("button", name="Cambiar la contraseña").click()


@pytest.mark.on_both_databases
def test_a_new_password_keeps_this_browser_and_logs_others_out(logged_in):
    page, other = logged_in(), logged_in()
    change(page, PASSWORD, ANOTHER)
    expect(page.get_by_text("Contraseña cambiada")).to_be_visible()
    other.goto("/account")
    expect(other.get_by_role("button", name="Entrar")).to_be_visible()


def test_the_old_password_must_be_known_and_the_new_one_typed_twice_alike(logged_in):
    page = logged_in()
    change(page, "no es esta", ANOTHER)
    expect(page.get_by_text("Esta no es su contraseña")).to_be_visible()
    expect(page.get_by_label("Contraseña actual")).to_have_attribute("aria-invalid", "true")
    change(page, PASSWORD, ANOTHER, again="otra cosa")
    expect(page.get_by_text("Las dos no coinciden")).to_be_visible()
    change(page, PASSWORD, "corta")
    expect(page.locator("[name=new_password]")).to_have_attribute("aria-invalid", "true")


def test_guessing_the_password_is_limited_as_logging_in_is(office, lucia):
    logins = credentials(office.store)
    session = logins.issue(lucia, now=datetime.now(UTC))
    logins.close()
    answers = [
        office.http.post(
            "/account/password",
            data={
                "form_name": "password",
                "old_password": "no es esta",
                "new_password": ANOTHER,
                "new_password_again": ANOTHER,
            },
            headers={"Sec-Fetch-Site": "same-origin", "Cookie": f"{SESSION}={session}"},
        )
        for _ in range(11)
    ]
    assert {answer.status_code for answer in answers} == {422}
    assert ["Demasiados intentos" in answer.text for answer in answers] == [False] * 10 + [True]


@pytest.mark.on_both_databases
def test_a_program_gets_in_with_a_token_until_it_is_revoked(office, logged_in):
    page = logged_in()
    page.locator("[name=label]").fill("<i>contabilidad</i>")
    page.get_by_role("button", name="Crear clave").click()
    shown = page.get_by_label("La nueva clave")
    expect(shown).to_be_visible()
    program = {"Authorization": f"Bearer {shown.input_value()}"}
    assert office.http.get("/api/clients", headers=program).status_code == 200
    page.goto("/account")
    expect(page.get_by_role("row").filter(has_text="<i>contabilidad</i>")).to_be_visible()
    expect(shown).to_have_count(0)
    page.get_by_role("button", name="Revocar <i>contabilidad</i>").click()
    expect(page.get_by_text("Clave revocada")).to_be_visible()
    assert office.http.get("/api/clients", headers=program).status_code == 401


def test_logging_out_everywhere_ends_every_session_and_no_token(office, logged_in):
    page, other = logged_in(), logged_in()
    page.locator("[name=label]").fill("contabilidad")
    page.get_by_role("button", name="Crear clave").click()
    program = {"Authorization": f"Bearer {page.get_by_label('La nueva clave').input_value()}"}
    page.get_by_role("button", name="Cerrar todas las sesiones").click()
    expect(page.get_by_role("button", name="Entrar")).to_be_visible()
    other.goto("/account")
    expect(other.get_by_role("button", name="Entrar")).to_be_visible()
    assert office.http.get("/api/clients", headers=program).status_code == 200


def test_the_language_is_chosen_for_this_browser(browse):
    page = browse("carl")
    page.goto("/account")
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", name="My account")).to_be_visible()
    page.get_by_role("button", name="Español").click()
    expect(page.get_by_role("heading", name="Mi cuenta")).to_be_visible()


def test_all_of_it_works_without_javascript(logged_in):
    page = logged_in(java_script_enabled=False)
    page.locator("[name=label]").fill("nóminas")
    page.get_by_role("button", name="Crear clave").click()
    expect(page.get_by_label("La nueva clave")).to_be_visible()
    page.get_by_role("button", name="Revocar nóminas").click()
    expect(page.get_by_text("No hay ninguna.")).to_be_visible()
    change(page, PASSWORD, ANOTHER)
    expect(page.get_by_text("Contraseña cambiada")).to_be_visible()


def test_the_own_sessions_are_listed_and_another_is_ended(logged_in):
    other, page = logged_in(), logged_in()
    mine = page.get_by_role("row").filter(has_text="Chrome, Linux")
    expect(mine).to_have_count(2)
    expect(mine.filter(has_text="Esta")).to_have_count(1)
    page.get_by_role("button", name="Terminar la sesión de Chrome, Linux").click()
    expect(page.get_by_text("Sesión terminada")).to_be_visible()
    expect(mine).to_have_count(1)
    other.goto("/escritorio")
    expect(other.get_by_label("Contraseña")).to_be_visible()
