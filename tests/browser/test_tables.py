"""Tables with what offices have in them: read whole on a small screen, without a word that is broken."""

from datetime import timedelta

import pytest
from office import euros, payment
from playwright.sync_api import expect

SMALL = {"width": 1280, "height": 800}
"""What many screens in offices have."""

LISTS = (
    "/escritorio",
    "/escritorio/case-files",
    "/escritorio/unapproved-payments",
    "/escritorio/collections-report",
    "/escritorio/expenses-report",
    "/expenses",
    "/clients",
    "/invoices",
    "/invoices/payments",
    "/estimates",
    "/receivables",
    "/messages",
    "/portfolios",
    "/portfolios/carl",
    "/reports",
    "/audit",
)

BROKEN = """() => {
    const broken = [];
    for (const cell of document.querySelectorAll("td, th, caption, h1, h2, .blocks strong")) {
        const texts = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
        for (let text; (text = texts.nextNode()); ) {
            const around = text.parentElement;
            if (!around.checkVisibility() || around.closest(".hidden, select, textarea")) continue;
            for (const {0: word, index} of text.data.matchAll(/[\\p{L}\\p{N}]+/gu)) {
                const range = document.createRange();
                range.setStart(text, index);
                range.setEnd(text, index + word.length);
                if (new Set([...range.getClientRects()].map((one) => Math.round(one.top))).size > 1) broken.push(word);
            }
        }
    }
    return broken;
}"""
"""Words of a table, a heading or a figure that go on in the next line."""

OVERFLOWING = """() => [...document.querySelectorAll("table")].filter((table) => {
    const place = table.closest(".table") || table.parentElement;
    return table.checkVisibility() && place.scrollWidth > place.clientWidth + 1;
}).map((table) => table.caption?.innerText || table.className)"""
"""Tables of which a part can't be seen without scrolling sideways."""


UNTOLD = """() => {
    const untold = [];
    for (const cell of document.querySelectorAll(".who, .what")) {
        if (!cell.checkVisibility() || cell.scrollWidth <= cell.clientWidth) continue;
        const told = [cell, ...cell.querySelectorAll("[title]")].map((one) => one.title).join("\\n");
        const edge = cell.getBoundingClientRect().right - parseFloat(getComputedStyle(cell).paddingRight);
        const texts = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
        for (let text; (text = texts.nextNode()); ) {
            const range = document.createRange();
            range.selectNodeContents(text);
            const said = text.data.trim();
            if (range.getBoundingClientRect().right > edge + 1 && !told.includes(said)) untold.push(said);
        }
    }
    return untold;
}"""
"""Texts of which a cell that ends in an ellipsis shows a part, and that no `title` in it tells whole."""


@pytest.fixture(scope="module")
def lists(office):
    """Something in each, with names and words as long as they come."""
    creditor = office.ana.does("/api/clients", {"name": "Suministros Industriales Valdoria, S.A.", "kind": "company"})
    today, later = str(office.today), str(office.today + timedelta(days=9))
    case_file = office.case_file("EXP-2026-0365", "12345.67", creditor_id=creditor)
    at = f"/api/case-files/{case_file}"
    debtor = office.carl.sees(at)["line"]["debtor_id"]
    told = {"name": "Construcciones y Rehabilitaciones Santamaría Bustamante, S.L.", "zone": "Villafranca"}
    told |= {"address": {"street": "Avenida de la Constitución, 127, 3.º izquierda", "city": "Villafranca del Bierzo"}}
    office.carl.does(f"/api/clients/{debtor}/correction", {**told, "reason": "Estaba mal escrito"})
    office.carl.does(f"/api/clients/{debtor}/contacts", {"medium": "phone", "value": "600123123"})
    action = {"channel": "call", "outcome": "contacted", "note": "Discute intereses y comisiones"}
    office.carl.does(f"{at}/actions", {**action, "next_action": "Comprobar transferencia", "next_action_on": today})
    amounts = ("1234.56", "2345.67", "345.60", "1456.70")
    returned, rejected, *_ = (
        office.carl.does(f"{at}/payments", payment(amount, method="transfer", received_on=today, note="Por ventanilla"))
        for amount in amounts
    )
    office.ana.does(f"{at}/payments/{returned}/approval")
    office.ana.does(f"{at}/payments/{returned}/return", {"reason": "Devuelto por el banco", "returned_on": today})
    office.ana.does(f"{at}/payments/{rejected}/rejection", {"reason": "No figura en el extracto bancario"})
    spent = {"kind": "fuel", "amount": euros("145.00"), "note": "Desplazamiento", "case_file_id": case_file}
    office.ana.does(f"/api/expenses/{office.carl.does('/api/expenses', {**spent, 'borne_by': 'debtor'})}/approval")
    office.carl.does("/api/expenses", {**spent, "borne_by": "creditor"})
    of_us = {"name": "Recobros del Levante, S.L.", "tax_id": "A39000013", "street": "Calle de la Paz, 12"}
    office.dora.does("/api/issuer/identity", {**of_us, "postcode": "46003", "city": "Valencia", "country": "ES"})
    lines = [{"description": "Asesoramiento", "quantity": "1", "unit_price": "123.4", "tax_rate": "21"}]
    invoice = office.carl.does("/api/invoices", {"client_id": debtor, "lines": lines, "due_days": 0})
    office.carl.does(f"/api/invoices/{invoice}/issue", {})
    office.carl.does(f"/api/invoices/{invoice}/sending", {"channel": "post"})
    paid = {"amount": euros("49.31"), "received_on": today, "method": "transfer", "note": "Transferencia"}
    office.carl.does(f"/api/invoices/{invoice}/payments", paid)
    office.carl.does("/api/estimates", {"client_id": debtor, "lines": lines})
    given = {"collector": "cora", "from": later}
    office.ana.does(f"/api/clients/{debtor}/assignment", given)
    return invoice


@pytest.mark.parametrize("path", LISTS)
def test_on_a_small_screen_no_word_is_broken_and_no_table_has_to_be_scrolled(look, lists, keep, path):  # noqa: ARG001
    page = look("ana", viewport=SMALL)
    page.goto(path)
    keep(page, f"lists{path.replace('/', '-')}")
    expect(page.locator("h1")).to_be_visible()
    assert page.evaluate(BROKEN) == []
    assert page.evaluate(OVERFLOWING) == []
    assert page.evaluate(UNTOLD) == []


def test_a_price_has_the_decimals_of_its_currency_and_all_it_was_given(look, lists):
    page = look("ana", viewport=SMALL)
    page.goto(f"/invoices/{lists}")
    expect(page.get_by_role("row", name="Asesoramiento")).to_contain_text("123,40 €")
