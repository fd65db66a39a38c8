"""Tasks: planned for a client, worked with a click and undone, seen by day and by month, and in a calendar program."""

import re
from datetime import UTC, datetime, timedelta

import icalendar
import pytest
from office import business_day
from playwright.sync_api import expect

TODAY = business_day(datetime.now(UTC))
SOON = TODAY + timedelta(days=40)


@pytest.fixture
def client_of(office, unique):
    """A client in a collector's portfolio, who lives somewhere: id and name."""

    def registered(collector="carl"):
        name = unique("Deudora")
        client = office.client(name, address={"street": "Calle Mayor 1", "postcode": "28013", "city": "Madrid"})
        office.ana.does(f"/api/clients/{client}/assignment", {"collector": collector, "from": "2026-01-01"})
        return client, name

    return registered


def row(page, title):
    return page.get_by_role("row").filter(has=page.get_by_role("link", name=title, exact=True))


def entry(page, title):
    return page.locator(".month a.entry").filter(has_text=title)


def toast(page):
    return page.get_by_role("status").filter(has=page.locator(".toast"))


@pytest.mark.on_both_databases
def test_a_task_is_planned_for_a_client_worked_and_each_click_undone(office, browse, client_of, unique):
    client, name = client_of()
    title = unique("Llamar")
    page = browse("carl")
    page.goto(f"/clients/{client}")
    page.get_by_text("ACCIONES").click()
    page.get_by_role("link", name="Nueva tarea").click()
    expect(page.get_by_label("Dirección")).to_have_value("Calle Mayor 1, 28013 Madrid")
    page.get_by_role("radio", name="Llamada telefónica").check()
    page.get_by_label("Título").fill(title)
    page.get_by_label("Minutos").fill("15")
    page.get_by_role("button", name="Guardar").click()
    expect(page.get_by_text("La duración necesita la hora")).to_be_visible()
    expect(page.get_by_label("Título")).to_have_value(title)
    page.get_by_label("Empieza a las").fill("10:30")
    page.get_by_role("button", name="Guardar").click()
    expect(page.get_by_role("heading", name=name)).to_be_visible()
    expect(row(page, title)).to_contain_text("Calle Mayor 1, 28013 Madrid")
    expect(row(page, title).get_by_role("img", name="Llamada telefónica")).to_be_visible()
    for click, state in (("Empezar", "En curso"), ("Completar", "Completada")):
        row(page, title).get_by_label(re.compile("^Qué hacer")).click()
        row(page, title).get_by_role("button", name=click, exact=True).click()
        expect(row(page, title)).to_contain_text(state)
    for state in ("En curso", "Abierta"):
        if state == "Abierta":
            row(page, title).get_by_label(re.compile("^Qué hacer")).click()
            row(page, title).get_by_role("button", name="Marcar como no atendida").click()
            expect(row(page, title)).to_contain_text("Sin atender")
            state = "En curso"  # noqa: PLW2901 - what it was before
        page.get_by_role("button", name="Deshacer").click()
        expect(row(page, title)).to_contain_text(state)
    [planned] = office.carl.sees("/api/tasks", client_id=client)["items"]
    assert (planned["starts_at"][:5], planned["minutes"], planned["state"]) == ("10:30", 15, "in_progress")


def test_what_came_of_a_task_is_noted_on_the_case_file_and_the_task_is_copied(office, browse, unique):
    reference, title = unique("EXP"), unique("Visita")
    case_file = office.case_file(reference)
    debtor = office.carl.sees(f"/api/case-files/{case_file}")["line"]["debtor_id"]
    made = office.carl.does("/api/tasks", {"title": title, "day": f"{TODAY}", "client_id": debtor, "kind": "meeting"})
    page = browse("carl")
    page.goto(f"/tasks/{made}")
    page.get_by_text("Completar y anotar qué ha pasado").click()
    page.get_by_label(re.compile("^Qué ha pasado")).fill("Paga el viernes")
    page.get_by_label(re.compile("^Anotarlo en el expediente")).select_option(reference)
    page.get_by_label(re.compile("^Próxima gestión")).fill("Mirar el banco")
    page.locator("#completion").get_by_role("button", name="Completar").click()
    expect(page.get_by_text("Una próxima gestión")).to_be_visible()
    expect(page.get_by_label(re.compile("^Qué ha pasado"))).to_have_value("Paga el viernes")
    page.get_by_label(re.compile("^Para el día")).fill(f"{SOON}")
    page.locator("#completion").get_by_role("button", name="Completar").click()
    expect(toast(page)).to_contain_text("anotada en el expediente")
    expect(page.get_by_role("link", name=reference, exact=True).last).to_be_visible()
    logged = office.carl.sees(f"/api/case-files/{case_file}/history")["items"][-1]["data"]
    assert (logged["channel"], logged["note"], logged["next_action"]) == (
        "in_person",
        "Paga el viernes",
        "Mirar el banco",
    )
    page.locator("#copy summary").click()
    page.locator("#copy").get_by_label("Día").fill(f"{SOON}")
    page.locator("#copy").get_by_role("button", name="Copiar").click()
    expect(page.get_by_role("link", name="una tarea anterior")).to_have_attribute("href", f"/tasks/{made}")
    page.get_by_role("link", name="Editar").click()
    page.get_by_label("Título").fill(f"{title} otra vez")
    page.get_by_role("button", name="Guardar").click()
    expect(page.get_by_role("heading", name=f"{title} otra vez")).to_be_visible()


def test_a_month_shows_each_task_and_the_empty_space_of_a_day_its_list(office, browse, client_of, unique):
    client, name = client_of()
    title = unique("Reunión")
    told = {"title": title, "day": f"{SOON}", "kind": "meeting", "colour": "violet", "client_id": client}
    made = office.carl.does("/api/tasks", told)
    page = browse("carl")
    page.goto("/tasks?view=day")
    page.get_by_role("link", name="Mes", exact=True).click()
    expect(page.locator("[aria-current=date]")).to_be_visible()
    page.goto(f"/tasks?view=month&day={SOON}")
    expect(entry(page, title)).to_contain_text(f"{name} · Calle Mayor 1, 28013 Madrid")
    expect(entry(page, title)).to_contain_text("Abierta")
    page.locator(".month td").filter(has_text=title).click(position={"x": 60, "y": 8})
    expect(row(page, title)).to_be_visible()
    page.get_by_role("link", name=title).click()
    expect(page).to_have_url(re.compile(f"/tasks/{made}$"))
    page.goto("/tasks?view=month&day=2026-12-20")
    expect(page.get_by_role("cell").filter(has_text="Natividad del Señor")).to_contain_text("25")
    page.get_by_role("link", name="Enero 2027").click()
    expect(page.get_by_role("heading", name="Enero 2027")).to_be_visible()
    page.goto(f"/clients/{client}")
    page.get_by_role("link", name="Tareas", exact=True).last.click()
    expect(page.get_by_role("link", name="Mes", exact=True)).to_have_attribute("aria-current", "true")
    page.goto(f"/clients/{client}?tab=tasks&day={SOON}")
    expect(entry(page, title)).to_be_visible()
    page.goto(f"/tasks?client_id={client}&day={SOON}")
    expect(row(page, title)).to_be_visible()
    page.goto(f"/escritorio/calendar?month={SOON:%Y-%m}&day={SOON}")
    expect(row(page, title)).to_be_visible()


def test_ones_own_tasks_are_on_the_desk_and_another_s_only_with_the_team_s(office, browse, client_of, unique):
    client, name = client_of()
    mine, given = unique("Mía"), unique("De Cora")
    office.carl.does("/api/tasks", {"title": mine, "day": f"{TODAY}"})
    office.carl.does("/api/tasks", {"title": given, "day": f"{TODAY}", "assignee": "cora", "client_id": client})
    page = browse("carl", java_script_enabled=False)
    page.goto("/escritorio")
    expect(row(page, mine)).to_be_visible()
    page.goto("/tasks")
    expect(row(page, given)).to_have_count(0)
    page.get_by_role("link", name="Las del equipo").click()
    expect(row(page, given)).to_contain_text("cora")
    page.get_by_role("link", name="Nueva tarea").click()
    page.get_by_label("Título").fill("Con cliente")
    page.get_by_label("Buscar al cliente").fill(name)
    page.get_by_role("button", name="Buscar", exact=True).click()
    expect(page.get_by_label("Título")).to_have_value("Con cliente")
    page.get_by_role("radio", name=name).check()  # its number may stand in others' names too
    page.get_by_role("button", name="Guardar").click()
    expect(row(page, "Con cliente")).to_contain_text("Calle Mayor 1, 28013 Madrid")


def test_who_only_looks_is_offered_nothing(office, browse, unique):
    title = unique("Ajena")
    made = office.carl.does("/api/tasks", {"title": title, "day": f"{TODAY}"})
    page = browse("emil")
    page.goto("/tasks?who=all")
    expect(row(page, title)).to_be_visible()
    expect(page.get_by_role("link", name="Nueva tarea")).to_have_count(0)
    page.goto(f"/tasks/{made}")
    expect(page.get_by_role("button", name="Completar")).to_have_count(0)


def test_a_calendar_program_reads_at_the_address_until_it_is_revoked(office, browse, unique):
    title = unique("Suscrita")
    office.carl.does("/api/tasks", {"title": title, "day": f"{TODAY}"})
    page = browse("carl")
    page.goto("/account")
    page.get_by_role("button", name="Crear una dirección").click()
    address = page.get_by_label(re.compile("^La nueva dirección")).input_value()
    calendar = icalendar.Calendar.from_ical(office.http.get(address).content)
    assert title in {str(one["summary"]) for one in calendar.walk("VEVENT")}
    page.get_by_role("button", name="Revocar la dirección").click()
    expect(toast(page)).to_contain_text("Dirección revocada")
    assert office.http.get(address).status_code == 404
