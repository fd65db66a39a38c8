"""Setting up a second factor, and logging in by it, as people do."""

import gzip
import re
from datetime import UTC, datetime

import pytest
from office import command
from playwright.sync_api import expect
from second_factor import Phone

from application.business import add_user
from domain.people import Role
from infrastructure.wiring import credentials

HEAVIEST = 30 * 1024  # bytes, as for all pages
FITS = "document.documentElement.scrollWidth <= innerWidth"
PASSWORD = "una contraseña larga"  # noqa: S105 - of a test


@pytest.fixture
def lucia(office, unique):
    """She has a password, and is known to no other test."""
    name = unique("lucia").lower()
    add_user(office.store.events, command(datetime.now(UTC)), name=name, roles=[Role.COLLECTOR])
    logins = credentials(office.store)
    logins.set_password(name, PASSWORD)
    logins.close()
    return name


def log_in(page, name, to="/account/second-factor"):
    page.goto(f"/log-in?to={to}")
    page.get_by_label("Usuario").fill(name)
    page.get_by_label("Contraseña").fill(PASSWORD)
    page.get_by_role("button", name="Entrar").click()


def set_up(page, fresh=lambda _: None):
    page.get_by_label("Su contraseña").fill(PASSWORD)
    page.get_by_role("button", name="Configurarlo").click()
    expect(page.get_by_role("img", name="La clave de abajo como código QR")).to_be_visible()
    fresh("offer")
    phone = Phone(page.locator(".secret").inner_text().replace(" ", ""), [])
    page.get_by_label("Código").fill("12345")
    page.get_by_role("button", name="Activarlo").click()
    expect(page.get_by_text("El código no es correcto")).to_be_visible()
    page.get_by_label("Código").fill(phone.code(datetime.now(UTC), later=-1))
    page.get_by_role("button", name="Activarlo").click()
    expect(page.locator(".codes li")).to_have_count(10)
    phone.recovery_codes += page.locator(".codes li").all_inner_texts()
    fresh("codes")
    page.get_by_role("link", name="Los he guardado").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Hoy")
    return phone


def give(page, code):
    page.get_by_label("Código").fill(code)
    page.get_by_role("button", name="Entrar").click()


@pytest.mark.on_both_databases
def test_it_is_set_up_on_a_page_and_asked_for_at_the_next_log_in(browse, lucia, violations, keep):
    page = browse(None)

    def looked_at(name):
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            assert violations(page) == []
            keep(page, f"second-factor-{name}-{scheme}")

    log_in(page, lucia)
    phone = set_up(page, looked_at)
    page.goto("/account/second-factor")
    looked_at("on")
    page.context.clear_cookies()
    log_in(page, lucia, "/clients")
    field = page.get_by_label("Código")
    expect(field).to_be_focused()
    assert [field.get_attribute(name) for name in ("autocomplete", "inputmode")] == ["one-time-code", "numeric"]
    looked_at("log-in")
    give(page, "12345")
    expect(page.get_by_text("El código no es correcto")).to_be_visible()
    give(page, phone.code(datetime.now(UTC)))
    expect(page).to_have_url(re.compile("/clients$"))


def test_a_button_that_is_clicked_twice_sends_its_form_once_and_shows_the_codes(browse, lucia):
    page = browse(None)
    log_in(page, lucia)
    page.get_by_label("Su contraseña").fill(PASSWORD)
    page.get_by_role("button", name="Configurarlo").click()
    phone = Phone(page.locator(".secret").inner_text().replace(" ", ""), [])
    page.get_by_label("Código").fill(phone.code(datetime.now(UTC)))
    held = []
    page.route(re.compile("/confirmation$"), lambda route: held.append(route))  # noqa: PLW0108 - playwright marks its handlers
    with page.expect_request(re.compile("/confirmation$")):
        page.get_by_role("button", name="Activarlo").click()
    page.get_by_role("button", name="Activarlo").click()
    [once] = held
    once.continue_()
    expect(page.locator(".codes li")).to_have_count(10)


def test_all_of_it_works_without_javascript_on_a_phone_and_a_recovery_code_lets_in_too(browse, lucia):
    page = browse(None, java_script_enabled=False, viewport={"width": 390, "height": 844})
    fitting = []
    log_in(page, lucia)
    phone = set_up(page, lambda _: fitting.append(page.evaluate(FITS)))
    assert fitting == [True, True]
    page.context.clear_cookies()
    log_in(page, lucia)
    give(page, phone.recovery_codes[0])
    expect(page.get_by_text("Ha gastado un código de recuperación: le quedan 9")).to_be_visible()
    page.locator("#recovery-codes-code").fill(phone.recovery_codes[1])
    page.get_by_role("button", name="Crear otros").click()
    expect(page.locator(".codes li")).to_have_count(10)
    new = page.locator(".codes li").all_inner_texts()
    page.goto("/account/second-factor")
    page.locator("#removal-password").fill(PASSWORD)
    page.locator("#removal-code").fill(new[0])
    page.get_by_role("button", name="Desactivarlo").click()
    expect(page.get_by_text("basta la contraseña para entrar")).to_be_visible()


def test_the_page_with_the_qr_code_is_as_light_as_any(browse, lucia):
    page = browse(None)
    log_in(page, lucia)
    page.get_by_label("Su contraseña").fill(PASSWORD)
    with page.expect_response("**/account/second-factor") as shown:
        page.get_by_role("button", name="Configurarlo").click()
    expect(page.locator(".qr")).to_be_visible()
    addresses = {*re.findall(r'"(/static/[^"#]+)', shown.value.text())}
    loaded = [page.request.get(address).body() for address in addresses]
    assert sum(len(gzip.compress(one, 6)) for one in [shown.value.body(), *loaded]) < HEAVIEST
