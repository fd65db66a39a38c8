"""What holds for every page: who may see it, how heavy it is, that nothing runs in it that is not ours, and that people
can use it by keyboard, with a screen reader, on a phone, in the dark and without JavaScript.

A page that is not in the table fails a test, so whoever adds one decides who sees it.
"""

import gzip
import re
from urllib.parse import quote

import pytest
from office import euros, payment
from playwright.sync_api import expect

from api.routers import PAGES as ROUTERS
from domain.people import Role
from infrastructure.wiring import credentials

COLLECTOR, SUPERVISOR, ADMINISTRATOR, AUDITOR = Role
PEOPLE = {COLLECTOR: "carl", SUPERVISOR: "ana", ADMINISTRATOR: "dora", AUDITOR: "emil"}
EVERYONE = set(Role)

WORKS = {COLLECTOR, SUPERVISOR, ADMINISTRATOR}

PAGES = {
    "/escritorio": EVERYONE,
    "/escritorio/case-files": EVERYONE,
    "/escritorio/unapproved-payments": EVERYONE,
    "/escritorio/calendar": EVERYONE,
    "/escritorio/collections-report": EVERYONE,
    "/escritorio/expenses-report": EVERYONE,
    "/expenses": EVERYONE,
    "/expenses/new": WORKS,
    "/expenses/{expense_id}": EVERYONE,
    "/case-files/{case_file_id}": EVERYONE,
    "/case-files/{case_file_id}?do=action": EVERYONE,
    "/case-files/by-reference/{reference}": EVERYONE,
    "/case-files/new": WORKS,
    "/tasks": EVERYONE,
    "/tasks?view=month&who=all": EVERYONE,
    "/tasks/{task_id}": EVERYONE,
    "/tasks/new": WORKS,
    "/tasks/{task_id}/edit": WORKS,
    "/clients": EVERYONE,
    "/clients/new": WORKS,
    "/clients/{client_id}": EVERYONE,
    "/clients/{client_id}?tab=history&do=correction": EVERYONE,
    "/clients/{client_id}?tab=tasks": EVERYONE,
    "/clients/{client_id}/transactions": EVERYONE,
    "/clients/{client_id}/registered": EVERYONE,
    "/clients/{client_id}/standing": EVERYONE,
    "/clients/{client_id}/merging/{other_id}": {SUPERVISOR, ADMINISTRATOR},
    "/clients/{client_id}?tab=invoices": EVERYONE,
    "/clients/{client_id}?tab=estimates": EVERYONE,
    "/clients/{client_id}/invoice-payments": EVERYONE,
    "/invoices": EVERYONE,
    "/invoices/new": WORKS,
    "/receipts/new?client={client_id}": WORKS,
    "/invoices/payments": EVERYONE,
    "/invoices/{invoice_id}": EVERYONE,
    "/invoices/{invoice_id}?do=payment": EVERYONE,
    "/invoices/{draft_id}/edit": WORKS,
    "/invoices/{invoice_id}/credit-note": {SUPERVISOR, ADMINISTRATOR},
    "/estimates": EVERYONE,
    "/estimates/new": WORKS,
    "/estimates/{estimate_id}": EVERYONE,
    "/estimates/{estimate_id}/edit": WORKS,
    "/case-files/from-invoices?invoice={invoice_id}": WORKS,
    "/receivables": EVERYONE,
    "/credits": EVERYONE,
    "/messages": EVERYONE,
    "/messages/{message_id}": EVERYONE,
    "/invoices/{invoice_id}/sending": WORKS,
    "/invoices/{overdue_id}/reminder": WORKS,
    "/estimates/{estimate_id}/sending": WORKS,
    "/search?text=acreedora": EVERYONE,
    "/portfolios": EVERYONE,
    "/portfolios/carl": EVERYONE,
    "/portfolios/of-clients/{client_id}": EVERYONE,
    "/reassignment?collector=carl&to=cora&from=2030-01-01": {SUPERVISOR, ADMINISTRATOR},
    "/reports": EVERYONE,
    "/import": {SUPERVISOR, ADMINISTRATOR},
    "/audit": {SUPERVISOR, ADMINISTRATOR, AUDITOR},
    "/audit/access": {ADMINISTRATOR, AUDITOR},
    "/audit/chain": {SUPERVISOR, ADMINISTRATOR, AUDITOR},
    "/first-steps": {ADMINISTRATOR},
    "/users": {ADMINISTRATOR},
    "/users/carl": {ADMINISTRATOR},
    "/settings": {ADMINISTRATOR},
    "/settings/invoicing": {ADMINISTRATOR},
    "/settings/mail": {ADMINISTRATOR},
    "/settings/mail/texts/demand/es": {ADMINISTRATOR},
    "/account": EVERYONE,
    "/account/second-factor": EVERYONE,
}
"""Each page with an example of its address, and who may see it."""

PUBLIC = {"/", "/log-in", "/forgotten-password", "/new-password/{token}"}

FILES = {
    "/import/{upload_id}/left-out.csv",
    "/import/{upload_id}/debts.csv",
    "/import/templates/{contents}.{kind}",
    "/escritorio/collections-report.csv",
    "/escritorio/expenses-report.{kind}",
    "/escritorio/case-files.{kind}",
    "/portfolios/{collector}/report.{kind}",
    "/expenses/{expense_id}/attachment",
    "/clients.{kind}",
    "/clients/{client_id}/image",
    "/clients/{client_id}/statement",
    "/clients/{client_id}/transactions.{kind}",
    "/clients/{client_id}/invoice-payments.{kind}",
    "/settings/invoicing/logo",
    "/invoices.{kind}",
    "/receivables.{kind}",
    "/invoices/issued.{kind}",
    "/invoices/{invoice_id}/pdf",
    "/invoices/{invoice_id}/credit-notes/{credit_note_id}/pdf",
    "/estimates.{kind}",
    "/estimates/{estimate_id}/pdf",
    "/messages/{message_id}/letter",
    "/messages/{message_id}/enclosed",
    "/e/{token}/pdf",
    "/credits.{kind}",
    "/audit.{kind}",
    "/static/{name}",
}
"""Spreadsheets, papers, pictures, and what pages load: no pages."""

LEAD_ON = {
    "/account/tokens",
    "/account/calendar",
    "/account/second-factor/confirmation",
    "/account/second-factor/recovery-codes",
    "/log-in/code",
    "/queue/next",
    "/users/{name}/link",
}
"""Addresses of forms, which asked for as pages lead to another page."""

ELSEWHERE = {
    "/import/{upload_id}": "test_import.py",
    "/case-files/{case_file_id}/notice": "test_messages.py",
    "/e/{token}": "test_public_estimate.py",
}
"""Pages of what there is only after something was done, and what looks at them in the same way, axe included."""

HEAVIEST, HEAVIEST_AFTERWARDS = 30 * 1024, 9 * 1024
"""Bytes of a page as it travels: with all that it loads but the font, and where browsers have kept that already."""

HOSTILE = """<script>document.title='ran'</script>"><img src=x onerror="document.title='ran'"> {{ 7*7 }} 'ñ\u202e"""

ISSUER = {
    "name": f"Cobros {HOSTILE}"[:100],
    "tax_id": "A39000013",
    "street": HOSTILE,
    "postcode": "46001",
    "city": "València",
    "country": "ES",
    "iban": "ES9121000418450200051332",
}

TOO_WIDE = """document.documentElement.scrollWidth <= innerWidth ? [] : [...document.querySelectorAll("body *")]
    .filter((one) => one.getBoundingClientRect().right > innerWidth + 1 && !one.closest(".tabs, .table"))
    .map((one) => `${one.tagName}.${one.className} in ${one.parentElement.tagName}.${one.parentElement.className}`)"""
"""What sticks out of a window that has to be scrolled sideways."""

SMALL = {"width": 1280, "height": 800}
"""What many screens in offices have."""


@pytest.fixture(scope="module")
def names(office):
    """What the table's placeholders stand for: a case file with something of everything, hostile text in all of it."""
    creditor = office.ana.does("/api/clients", {"name": f"Acreedora {HOSTILE}", "kind": "company"})
    guarantor = office.ana.does("/api/clients", {"name": f"Avalista {HOSTILE}"})
    case_file = office.case_file(f"EXP {HOSTILE}"[:60], creditor_id=creditor)
    at = f"/api/case-files/{case_file}"
    office.carl.does(
        f"{at}/actions",
        {
            "channel": "call",
            "outcome": "promise",
            "note": HOSTILE,
            "next_action": HOSTILE[:60],
            "next_action_on": str(office.today),
            "promise": {"amount": euros("50.00"), "due_on": str(office.today)},
        },
    )
    office.ana.does(f"{at}/parties", {"client_id": guarantor, "role": "guarantor"})
    paid, refused, _ = (
        office.carl.does(f"{at}/payments", payment(amount, payer=HOSTILE[:60], note=HOSTILE, received_on=day))
        for amount, day in (("10.00", str(office.today)), ("20.00", "2026-03-01"), ("30.00", "2026-03-02"))
    )
    office.ana.does(f"{at}/payments/{paid}/approval")
    office.ana.does(f"{at}/payments/{refused}/rejection", {"reason": HOSTILE})
    debtor = office.carl.sees(at)["line"]["debtor_id"]
    task = office.carl.does(
        "/api/tasks",
        {
            "title": HOSTILE,
            "notes": HOSTILE,
            "address": HOSTILE,
            "client_id": debtor,
            "assignee": "ana",
            "day": str(office.today),
            "starts_at": "10:30",
            "minutes": 30,
        },
    )
    office.carl.does(
        f"/api/clients/{debtor}/correction",
        {
            "name": f"Deudora {HOSTILE}",
            "address": {"street": HOSTILE, "city": HOSTILE},
            "zone": HOSTILE,
            "notes": HOSTILE,
            "reason": HOSTILE,
        },
    )
    for medium, value, state in (
        ("phone", "600123123", "valid"),
        ("phone", "600123124", "do_not_call"),
        ("email", "d@deudora.es", "wrong"),
    ):
        told = {"medium": medium, "value": value, "state": state, "whose": HOSTILE, "hours": HOSTILE, "source": HOSTILE}
        office.carl.does(f"/api/clients/{debtor}/contacts", told)
    office.carl.does(f"/api/clients/{debtor}/accounts", {"number": "ES9121000418450200051332", "bank": HOSTILE})
    office.carl.does(f"/api/clients/{debtor}/credit-entries", {"source": HOSTILE, "note": HOSTILE})
    expense, decided = (
        office.carl.does("/api/expenses", {"kind": "fuel", "amount": euros("5.00"), "note": HOSTILE, **more})
        for more in ({}, {"case_file_id": case_file, "borne_by": "debtor"})
    )
    office.ana.does(f"/api/expenses/{decided}/approval")
    office.carl.does(f"{at}/dispute", {"claim": HOSTILE})
    lines = [
        {"description": HOSTILE, "quantity": "2", "unit_price": "40.00", "tax_rate": rate, "withholding": "15"}
        for rate in ("21", "10", "4")
    ]
    written = {"client_id": debtor, "lines": lines, "due_days": 0, "note": HOSTILE}
    office.dora.does("/api/issuer/identity", ISSUER)
    draft, invoice = (office.carl.does("/api/invoices", written) for _ in range(2))
    estimate = office.carl.does("/api/estimates", {"client_id": debtor, "lines": lines, "note": HOSTILE})
    today = str(office.today)
    overdue = office.carl.does("/api/invoices", written)
    office.carl.does(f"/api/invoices/{overdue}/issue", {"issued_on": "2026-02-02", "earlier_day_confirmed": True})
    at = f"/api/invoices/{invoice}"
    office.carl.does(f"{at}/issue", {})
    office.carl.does(f"{at}/sent", {"channel": "post"})
    office.carl.does(f"{at}/dispute", {"claim": HOSTILE})
    for amount in ("10.00", "20.00"):
        told = {"amount": euros(amount), "received_on": today, "method": "cash", "payer": HOSTILE[:60], "note": HOSTILE}
        paid = office.carl.does(f"{at}/payments", told)
    office.ana.does(f"{at}/payments/{paid}/approval")
    logins = credentials(office.store)
    token = logins.issue_for_new_password("carl", now=office.clock.now)
    logins.close()
    return {
        "token": token,
        "message_id": office.carl.does(f"/api/invoices/{invoice}/sending", {"channel": "post"}),
        "invoice_id": invoice,
        "overdue_id": overdue,
        "draft_id": draft,
        "estimate_id": estimate,
        "case_file_id": case_file,
        "client_id": debtor,
        "other_id": guarantor,
        "expense_id": expense,
        "task_id": task,
        "reference": quote(f"EXP {HOSTILE}"[:60], safe=""),
    }


def ask(office, name, path):
    return office.http.get(path, headers=office.browser(name))


def routes():
    return {
        route.path
        for router in ROUTERS
        for route in router.routes
        if "GET" in route.methods and "fragment" not in route.path
    }


def test_every_page_is_in_the_table(office):  # noqa: ARG001 - it stands for all tests here
    shown = {path.partition("?")[0] for path in PAGES}
    declared = {
        path.replace("{reference}", "{reference:path}")
        .replace("{draft_id}", "{invoice_id}")
        .replace("{overdue_id}", "{invoice_id}")
        .replace("/users/carl", "/users/{name}")
        .replace("/portfolios/carl", "/portfolios/{collector}")
        .replace("/texts/demand/es", "/texts/{kind}/{language}")
        for path in shown
    }
    assert routes() == declared | PUBLIC | FILES | LEAD_ON | {*ELSEWHERE}


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_shown_to_whom_it_is_for_and_to_nobody_else(office, names, path):
    for role in EVERYONE:
        answer = ask(office, PEOPLE[role], path.format(**names))
        assert (role, answer.status_code) == (role, 200 if role in PAGES[path] else 403), answer.text
    nobody = office.http.get(path.format(**names))
    assert (nobody.status_code, nobody.headers["location"][:8]) == (303, "/log-in?")


@pytest.mark.parametrize("path", PAGES)
def test_a_whole_page_is_light(office, names, path):
    answer = ask(office, PEOPLE[min(PAGES[path] & {SUPERVISOR, ADMINISTRATOR})], path.format(**names))
    loaded = {*re.findall(r'(?:src|href)="(/static/[^"#]+)', answer.text)}
    assert len(loaded) >= 3
    texts = [answer.text, *(office.http.get(address).text for address in loaded)]
    page, *others = (len(gzip.compress(text.encode(), 6)) for text in texts)
    assert page < HEAVIEST_AFTERWARDS
    assert page + sum(others) < HEAVIEST


def picture(path):
    """The name of a page's picture."""
    return re.sub("[^a-z-]+", "-", path).strip("-")


def watched(page):
    """Whatever the page says to its console, and whatever in it fails or is forbidden."""
    said = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    return said


@pytest.mark.parametrize("path", [*PAGES, *sorted(PUBLIC - {"/"})])
def test_a_page_can_be_used_by_everyone_in_light_and_dark_and_nothing_in_it_runs_that_is_not_ours(
    look, names, violations, keep, path
):
    role = min(PAGES.get(path, {SUPERVISOR}) & {SUPERVISOR, ADMINISTRATOR})
    page = look(None if path in PUBLIC else PEOPLE[role])
    said = watched(page)
    page.goto(path.format(**names))
    expect(page.locator("h1")).to_have_count(1)
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map(one => one.id)")
    assert sorted(ids) == sorted(set(ids))
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert violations(page) == []
        keep(page, f"{picture(path) or 'first'}-{scheme}")
    assert page.title() != "ran"
    assert said == []


@pytest.mark.parametrize("path", PAGES)
def test_a_page_fits_a_phone(look, names, keep, path):
    role = min(PAGES[path] & {SUPERVISOR, ADMINISTRATOR})
    page = look(PEOPLE[role], viewport={"width": 390, "height": 844}, has_touch=True)
    page.goto(path.format(**names))
    keep(page, f"{picture(path)}-phone")
    assert page.evaluate(TOO_WIDE) == []


@pytest.mark.parametrize("path", PAGES)
def test_whatever_a_page_lists_is_printed(look, names, path):
    page = look(PEOPLE[min(PAGES[path] & {SUPERVISOR, ADMINISTRATOR})], viewport=SMALL)
    page.goto(path.format(**names))
    rows = (
        "[...document.querySelectorAll('tbody th')].filter((one) => one.checkVisibility()).map((one) => one.innerText)"
    )
    shown = page.evaluate(rows)
    page.emulate_media(media="print")
    printed = page.evaluate(rows)
    page.emulate_media(media="screen")
    assert printed == shown


@pytest.mark.parametrize("path", PAGES)
def test_a_page_works_without_javascript(look, names, path):
    role = min(PAGES[path] & {SUPERVISOR, ADMINISTRATOR})
    page = look(PEOPLE[role], java_script_enabled=False)
    page.goto(path.format(**names))
    expect(page.locator("h1")).to_be_visible()
    expect(page.get_by_role("navigation", name="Menú principal")).to_be_visible()


def test_the_whole_menu_of_whoever_has_most_of_it_fits_a_small_screen(look):
    page = look(PEOPLE[ADMINISTRATOR], viewport=SMALL)
    page.goto("/escritorio")
    menu = page.get_by_role("navigation", name="Menú principal")
    assert menu.get_by_role("link").count() > 12
    expect(menu.get_by_role("link", name="Hoy")).to_have_attribute("aria-current", "page")
    assert menu.evaluate("(one) => one.scrollHeight <= one.clientHeight")


@pytest.mark.parametrize("scripts", [True, False])
def test_the_menu_stays_folded_until_it_is_unfolded(look, scripts):
    page = look(PEOPLE[ADMINISTRATOR], viewport=SMALL, java_script_enabled=scripts)
    page.goto("/clients")
    menu = page.get_by_role("navigation", name="Menú principal")
    menu.get_by_role("button", name="Plegar").click()
    expect(menu).to_have_css("width", "56px")
    menu.get_by_role("link", name="Expedientes").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Expedientes")
    expect(menu).to_have_css("width", "56px")
    menu.get_by_role("button", name="Desplegar").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Expedientes")
    expect(menu).to_have_css("width", "216px")


@pytest.mark.usefixtures("names")  # with a case file in the list
def test_rows_are_as_dense_as_the_person_wants(look):
    page = look(PEOPLE[SUPERVISOR], viewport=SMALL)
    page.goto("/escritorio/case-files")
    row = page.locator("tbody tr").first
    wide = row.bounding_box()["height"]
    menu = page.get_by_role("navigation", name="Menú principal")
    menu.locator("summary").click()
    menu.get_by_role("button", name="Filas compactas").click()
    expect(page.locator("body")).to_have_class(re.compile("compact"))
    assert row.bounding_box()["height"] < wide
    menu.locator("summary").click()
    expect(menu.get_by_role("button", name="Filas amplias")).to_be_visible()


@pytest.mark.parametrize("scripts", [True, False])
def test_on_a_phone_five_stand_at_the_foot_and_the_rest_opens_from_there(look, scripts):
    page = look(PEOPLE[ADMINISTRATOR], viewport={"width": 390, "height": 844}, java_script_enabled=scripts)
    page.goto("/escritorio")
    foot = page.get_by_role("navigation", name="Lo más usado")
    expect(foot.get_by_role("link")).to_have_text(["Hoy", "Expedientes", "Clientes", "Cobros", "Más"])
    menu = page.get_by_role("navigation", name="Menú principal")
    expect(menu).to_be_hidden()
    foot.get_by_role("link", name="Más").click()
    menu.get_by_role("link", name="Cerrar").click()
    expect(menu).to_be_hidden()
    foot.get_by_role("link", name="Más").click()
    menu.get_by_role("link", name="Gastos").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Gastos")
    expect(menu).to_be_hidden()
