"""Users and settings, as an administrator changes them."""

import pytest
from playwright.sync_api import expect

PASSWORD = "una contraseña larga"  # noqa: S105 - of a test


@pytest.fixture
def lucia(browse, unique):
    """A new user, added on the page."""
    name, page = unique("lucia").lower(), browse("dora")
    page.goto("/users")
    page.get_by_label("Nombre de usuario").fill(name)
    page.locator("[name=roles][value=collector]").check()
    page.get_by_role("button", name="Añadir").click()
    follow(browse(None), link_on(page))
    return name


def link_on(page):
    """Which is handed over."""
    shown = page.get_by_label("El enlace: entréguelo ahora")
    expect(shown).to_be_visible()
    return shown.input_value()


def follow(page, link, password=PASSWORD):
    page.goto(link)
    page.locator("[name=password]").fill(password)
    page.locator("[name=password_again]").fill(password)
    page.get_by_role("button", name="Poner contraseña").click()
    expect(page.get_by_role("button", name="Entrar")).to_be_visible()


def log_in(page, name, password=PASSWORD):
    page.goto("/log-in")
    page.get_by_label("Usuario").fill(name)
    page.get_by_label("Contraseña").fill(password)
    page.get_by_role("button", name="Entrar").click()


def row(page, name):
    return page.get_by_role("row").filter(has=page.get_by_role("link", name=name, exact=True))


@pytest.mark.on_both_databases
def test_a_user_is_added_and_logs_in(browse, lucia):
    page = browse("dora")
    page.goto("/users")
    expect(row(page, lucia)).to_contain_text("gestor")
    theirs = browse(None)
    log_in(theirs, lucia)
    expect(theirs.get_by_role("heading", name="Hoy")).to_be_visible()


def test_what_was_typed_is_kept_where_a_user_is_refused(browse):
    page = browse("dora")
    page.goto("/users")
    page.get_by_label("Nombre de usuario").fill("Doña Lucía")
    page.locator("[name=roles][value=auditor]").check()
    page.get_by_role("button", name="Añadir").click()
    expect(page.get_by_label("Nombre de usuario")).to_have_value("Doña Lucía")
    expect(page.get_by_label("Nombre de usuario")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("[name=roles][value=auditor]")).to_be_checked()


def test_disabling_is_one_click_and_undone_by_another(browse, lucia):
    page, theirs = browse("dora"), browse(None)
    log_in(theirs, lucia)
    expect(theirs.get_by_role("heading", name="Hoy")).to_be_visible()
    page.goto("/users")
    page.get_by_role("button", name=f"Desactivar a {lucia}").click()
    expect(row(page, lucia)).to_contain_text("Desactivado")
    theirs.goto("/escritorio")
    expect(theirs.get_by_label("Contraseña")).to_be_visible()
    page.get_by_role("button", name="Deshacer").click()
    expect(row(page, lucia)).to_contain_text("Activo")
    theirs.goto("/escritorio")
    expect(theirs.get_by_label("Contraseña")).to_be_visible()  # what let in before stays dead
    log_in(theirs, lucia)
    expect(theirs.get_by_role("heading", name="Hoy")).to_be_visible()


def test_roles_are_changed_and_changed_back(browse, lucia):
    page = browse("dora")
    page.goto(f"/users/{lucia}")
    page.locator("[name=roles][value=supervisor]").check()
    page.locator("[name=roles][value=collector]").uncheck()
    page.locator("form[action$='/roles']").get_by_role("button", name="Guardar").click()
    expect(row(page, lucia)).to_contain_text("supervisor")
    page.get_by_role("button", name="Deshacer").click()
    expect(row(page, lucia)).to_contain_text("gestor")


def test_a_password_that_is_reset_is_dead_and_the_user_sets_another_by_a_link_that_works_once(browse, lucia):
    page = browse("dora")
    page.goto(f"/users/{lucia}")
    page.get_by_role("button", name="Restablecer la contraseña").click()
    link = link_on(page)
    expect(page.get_by_text("Aún no tiene")).to_be_visible()
    page.reload()
    expect(page.get_by_label("El enlace: entréguelo ahora")).to_have_count(0)
    theirs = browse(None)
    log_in(theirs, lucia)
    expect(theirs.get_by_text("El nombre o la contraseña no son correctos")).to_be_visible()
    follow(theirs, link, "otra contraseña larga")
    expect(theirs.get_by_text("Su contraseña está guardada")).to_be_visible()
    expect(theirs.get_by_label("Usuario")).to_have_value(lucia)
    expect(theirs.get_by_label("Contraseña")).to_be_focused()
    log_in(theirs, lucia, "otra contraseña larga")
    expect(theirs.get_by_role("heading", name="Hoy")).to_be_visible()
    theirs.goto(link)
    expect(theirs.get_by_text("Este enlace ha caducado")).to_be_visible()


def test_no_administrator_locks_themselves_out(browse):
    page = browse("dora")
    page.goto("/users")
    expect(page.get_by_role("button", name="Desactivar a dora")).to_have_count(0)
    page.goto("/users/dora")
    page.locator("[name=roles][value=administrator]").uncheck()
    page.locator("[name=roles][value=supervisor]").check()
    page.locator("form[action$='/roles']").get_by_role("button", name="Guardar").click()
    expect(page.get_by_text("puede hacerlo otro administrador")).to_be_visible()
    expect(page.locator("[name=roles][value=supervisor]")).to_be_checked()


@pytest.mark.parametrize("path", ["/users", "/users/carl", "/settings"])
def test_others_are_told_that_this_is_not_theirs(office, path):
    for name in ("carl", "ana", "emil"):
        answer = office.http.get(path, headers=office.browser(name))
        assert (name, answer.status_code) == (name, 403)


@pytest.mark.on_both_databases
def test_settings_are_saved_and_shown(browse):
    page = browse("dora")
    page.goto("/settings")
    page.get_by_label("Nombre", exact=True).fill("Recobros <b>del</b> Sur")
    page.get_by_label("País").fill("colombia")
    page.get_by_label("Zona horaria").fill("America/Bogota")
    page.get_by_role("button", name="Guardar").first.click()
    expect(page.locator(".firm span").last).to_have_text("Recobros <b>del</b> Sur")
    expect(page.get_by_label("País")).to_have_value("Colombia")
    page.get_by_label("País").fill("es")
    page.get_by_label("Zona horaria").fill("Europe/Nowhere")
    page.get_by_role("button", name="Guardar").first.click()
    expect(page.get_by_label("Zona horaria")).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("País")).to_have_value("es")
    page.get_by_label("Zona horaria").fill("Europe/Madrid")
    page.get_by_role("button", name="Guardar").first.click()
    expect(page.get_by_text("Ajustes guardados")).to_be_visible()


def test_countries_that_speak_spanish_are_offered_any_is_taken_by_its_name_and_what_is_none_is_refused(browse):
    page = browse("dora")
    page.goto("/settings/invoicing")
    country = page.get_by_label("País")
    offered = page.locator("datalist#countries option").evaluate_all("all => all.map(one => one.value)")
    assert (offered[0], len(offered)) == ("Argentina", 21)
    assert country.get_attribute("list") == "countries"
    for name, text in (("tax_id", "DE136695976"), ("street", "Allee 1"), ("postcode", "10115"), ("city", "Berlín")):
        page.locator(f"#identity-{name}").fill(text)
    country.fill("Alemaña")
    page.locator("form[action$='/identity']").get_by_role("button", name="Guardar").click()
    expect(page.locator("#identity-country-error")).to_have_text(
        "Ese país no existe: escriba su nombre o su código de dos letras"
    )
    expect(country).to_have_value("Alemaña")
    country.fill(" ALEMANIA")
    page.locator("form[action$='/identity']").get_by_role("button", name="Guardar").click()
    expect(page.get_by_text("Ajustes guardados")).to_be_visible()
    expect(country).to_have_value("Alemania")


def test_four_eyes_are_switched_off_with_a_reason_only(browse):
    page = browse("dora")
    page.goto("/settings")
    page.get_by_label("Por qué se desactiva").fill("   ")
    page.get_by_role("button", name="Desactivar los cuatro ojos").click()
    expect(page.get_by_label("Por qué se desactiva")).to_have_attribute("aria-invalid", "true")
    page.get_by_label("Por qué se desactiva").fill("decide una sola persona")
    page.get_by_role("button", name="Desactivar los cuatro ojos").click()
    expect(page.get_by_text("Está desactivado")).to_be_visible()
    page.get_by_role("button", name="Activar los cuatro ojos").click()
    expect(page.get_by_text("Quien registró un cobro no puede aprobarlo")).to_be_visible()
    expect(page.get_by_label("Por qué se desactiva")).to_be_visible()


def test_deadlines_out_of_range_are_refused_at_their_field(browse):
    page = browse("dora")
    page.goto("/settings")
    page.get_by_label("Días de gracia").fill("31")
    page.get_by_role("button", name="Guardar").nth(1).click()
    expect(page.get_by_label("Días de gracia")).to_have_attribute("aria-invalid", "true")
    page.get_by_label("Días de gracia").fill("3")
    page.get_by_label("Días hasta").fill("45")
    page.get_by_role("button", name="Guardar").nth(1).click()
    expect(page.get_by_text("Ajustes guardados")).to_be_visible()
    expect(page.get_by_label("Días hasta")).to_have_value("45")


def test_users_and_settings_work_without_javascript(browse, unique):
    page, name = browse("dora", java_script_enabled=False), unique("luis").lower()
    page.goto("/users")
    page.get_by_label("Nombre de usuario").fill(name)
    page.locator("[name=roles][value=auditor]").check()
    page.get_by_role("button", name="Añadir").click()
    assert "/new-password/" in link_on(page)
    page.goto("/users")
    expect(row(page, name)).to_contain_text("Invitado")
    page.get_by_role("button", name=f"Desactivar a {name}").click()
    expect(row(page, name)).to_contain_text("Desactivado")
