"""How a client stands, in the browser: its picture, a duplicate merged and the merge undone, blocked, erased."""

import re

import pytest
from office import picture
from playwright.sync_api import expect


@pytest.fixture
def named(unique):
    """A name that nobody else has."""
    return f"Quintín {unique('Zarza').replace('-', '').replace('1', 'uno').replace('2', 'dos')}"


def standing(client):
    return f"/clients/{client}/standing"


@pytest.mark.on_both_databases
def test_a_duplicate_is_compared_merged_and_the_merge_undone(browse, office, named, violations, keep):
    client, duplicate = office.client(named), office.client(named.upper(), zone="Sur")
    page = browse("ana")
    page.goto(standing(client))
    expect(page.get_by_text("nombre parecido")).to_be_visible()
    page.get_by_role("link", name="Comparar y fusionar").click()
    expect(page.get_by_role("heading", name="Comparar dos clientes")).to_be_visible()
    page.reload()  # what is looked at is the page, not the way to it
    assert violations(page) == []
    keep(page, "client-merging")
    page.get_by_role("button", name=re.compile(f"Conservar {named} ")).click()
    expect(page.get_by_role("status")).to_contain_text("Fusionados")
    expect(page.get_by_role("heading", name="Fusionados con este cliente")).to_be_visible()
    page.goto(f"/clients/{duplicate}/transactions")  # one of whom the other answers
    expect(page).to_have_url(re.compile(f"/clients/{client}$"))
    page.goto(standing(duplicate))
    expect(page).to_have_url(re.compile(standing(client)))
    page.get_by_role("button", name=re.compile("Deshacer la fusión")).click()
    expect(page.get_by_role("status")).to_contain_text("Vuelven a ser dos clientes")
    page.goto(standing(duplicate))
    expect(page).to_have_url(re.compile(standing(duplicate)))


def test_a_picture_is_sent_shown_and_removed_and_what_is_none_is_refused_at_its_field(browse, office, named):
    client = office.client(named)
    page = browse("ana", java_script_enabled=False)
    page.goto(standing(client))
    page.get_by_label("Una imagen").set_input_files({"name": "a.jpg", "mimeType": "image/jpeg", "buffer": b"no"})
    page.get_by_role("button", name="Guardar la imagen").click()
    expect(page.get_by_label("Una imagen")).to_have_attribute("aria-invalid", "true")
    content = {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": picture()}
    page.get_by_label("Una imagen").set_input_files(content)
    page.get_by_role("button", name="Guardar la imagen").click()
    expect(page.get_by_role("status")).to_contain_text("Imagen cambiada")
    shown = page.get_by_role("img", name=f"Imagen de {named}")
    assert shown.evaluate("image => image.naturalWidth") == 256
    page.get_by_role("button", name="Quitar la imagen").click()
    expect(shown).to_have_count(0)


def test_a_client_is_blocked_and_unblocked_kept_by_law_and_erased(browse, office, named, violations, keep):
    client = office.client(named)
    page = browse("dora")
    page.goto(standing(client))
    page.locator("#blocking-reason").fill("Lo pide el cliente")
    page.get_by_role("button", name="Bloquear").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("[bloqueado]")
    assert violations(page) == []
    page.get_by_role("button", name="Deshacer").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(named)
    page.get_by_label("Conservar hasta").fill("2030-01-01")
    page.get_by_role("button", name="Anotar la fecha").click()
    expect(page.get_by_text("hasta el 1 ene 2030")).to_be_visible()
    page.get_by_role("button", name="Suprimir para siempre").click()
    expect(page.get_by_text("Marque que esto no se puede deshacer")).to_be_visible()
    page.get_by_label("He visto que esto no se puede deshacer").check()
    page.get_by_role("button", name="Suprimir para siempre").click()
    expect(page.get_by_text(re.compile("denegada: una ley obliga"))).to_be_visible()
    assert violations(page) == []
    keep(page, "client-standing")
    page.get_by_label("Conservar hasta").fill("2026-01-01")
    page.get_by_role("button", name="Anotar la fecha").click()
    expect(page.get_by_text("hasta el 1 ene 2026")).to_be_visible()
    page.get_by_label("He visto que esto no se puede deshacer").check()
    page.get_by_role("button", name="Suprimir para siempre").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("[suprimido]")
    assert violations(page) == []


def test_of_one_who_is_blocked_the_payments_are_shown_to_an_auditor_alone(browse, office, named):
    client = office.client(named)
    page = browse("dora")
    page.goto(standing(client))
    page.locator("#blocking-reason").fill("Lo pide el cliente")
    page.get_by_role("button", name="Bloquear").click()
    expect(page.get_by_role("status")).to_contain_text("Bloqueado")
    page.goto(f"/clients/{client}/transactions")
    expect(page).to_have_url(re.compile(standing(client)))
    audits = browse("emil")
    audits.goto(f"/clients/{client}/transactions")
    expect(audits.get_by_role("heading", level=1)).to_contain_text(named)
