"""A collector's morning: from one in the queue to the next, by keys; and whom to leave for later."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

TALL, SMALL = "3000.00", "1000.00"


@pytest.fixture
def morning(office, unique):
    """Two case files in Carl's queue, the one of which more is to be expected first."""
    files = {}
    for principal in (TALL, SMALL):
        reference = unique("COLA")
        files[principal] = reference, office.case_file(reference, principal)
    yield files[TALL], files[SMALL]
    until = str(office.today + timedelta(days=30))
    for _, case_file in files.values():  # who comes next has a queue of their own
        office.carl.does(f"/api/case-files/{case_file}/skip", {"until": until})


def line(page, reference):
    return page.locator(".queue tbody tr").filter(has_text=reference)


@pytest.mark.on_both_databases
def test_an_unanswered_call_is_noted_by_two_keys_and_enter_and_the_next_is_there(browse, morning):
    (first, _), (second, _) = morning
    page = browse("carl")
    page.goto("/escritorio")
    expect(line(page, first)).to_contain_text("Nuevo")
    page.keyboard.press("e")
    expect(page.get_by_role("heading", level=1)).to_have_text(first)
    page.keyboard.press("1")
    expect(page.get_by_role("radio", name="No contesta")).to_be_checked()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(second)
    page.goto("/escritorio")
    expect(line(page, first)).to_have_count(0)
    expect(line(page, second)).to_be_visible()
    expect(page.get_by_label("Marcha del día")).to_contain_text("1 de ")


def test_who_is_skipped_leaves_the_queue_and_the_row_after_it_is_at_hand(browse, morning):
    (first, case_file), (second, _) = morning
    page = browse("carl")
    page.goto("/escritorio")
    line(page, first).get_by_label("Saltar a").click()
    line(page, first).get_by_role("button", name="En una semana").click()
    expect(page.get_by_role("status")).to_contain_text("Saltado hasta el")
    expect(line(page, first)).to_have_count(0)
    expect(line(page, second)).to_be_visible()
    page.goto(f"/case-files/{case_file}")
    expect(page.locator(".timeline")).to_contain_text("Saltado en la cola hasta el")


def test_a_promise_is_noted_without_leaving_the_queue(office, browse, morning):
    (_, case_file), (second, _) = morning
    page = browse("carl")
    page.goto("/escritorio")
    page.get_by_role("link", name="Empezar la cola").click()
    page.locator("label.chip", has_text="Promete pagar").click()
    page.get_by_label("Importe prometido").fill("50")
    page.get_by_label("Prometida para").fill(str(office.today + timedelta(days=7)))
    page.get_by_role("button", name="Guardar y siguiente").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(second)
    [promise] = office.carl.sees(f"/api/case-files/{case_file}")["promises"]
    assert promise["amount"]["amount"] == "50.00"


def test_the_queue_is_narrowed_by_why_and_put_into_another_order(browse, morning):
    (first, _), (second, _) = morning
    page = browse("carl")
    page.goto("/escritorio")
    page.get_by_role("navigation", name="Motivo").get_by_role("link", name="Nuevo").click()
    expect(line(page, first)).to_be_visible()
    page.get_by_role("navigation", name="Orden").get_by_role("link", name="Ruta").click()
    expect(line(page, second)).to_be_visible()
    expect(page.get_by_role("navigation", name="Orden").locator("[aria-current]")).to_have_text("Ruta")
    page.goto("/escritorio?reason=to_close")
    expect(page.get_by_text("No hay nadie en la cola por ese motivo.")).to_be_visible()
    page.get_by_role("link", name="Ver toda la cola").click()
    expect(line(page, first)).to_be_visible()
