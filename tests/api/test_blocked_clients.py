"""Blocked clients are shown to auditors alone (GDPR, art. 18): API and pages refuse, and keep back, the same."""

import pytest
from carriers import client_with, issued_invoice, set_up_mail
from office import opening, payment

from api.web.app import PAGES

NAME, SAID = "Quintín Zarzalejos", "vive con su hermana en Cuacos"
LINES = [{"description": SAID, "unit_price": "100", "tax_rate": "21"}]


@pytest.fixture
def blocked(office):
    """What there is of a blocked client of carl's: ids, by the names that addresses have for them."""
    set_up_mail(office, 9)  # where nobody listens
    client = client_with(office, NAME)
    file = office.ana.does("/api/case-files", opening("EXP-1", client))
    office.carl.does(f"/api/case-files/{file}/actions", {"channel": "call", "outcome": "contacted", "note": SAID})
    paid = office.carl.does(f"/api/case-files/{file}/payments", payment("10.00", note=SAID))
    expense = {"kind": "fuel", "amount": payment()["amount"], "case_file_id": file, "note": SAID}
    invoice = issued_invoice(office, client)
    ids = {
        "client_id": client,
        "case_file_id": file,
        "payment_id": paid,
        "expense_id": office.carl.does("/api/expenses", expense),
        "invoice_id": invoice,
        "credit_note_id": office.ana.does(
            f"/api/invoices/{invoice}/credit-note", {"lines": [LINES[0] | {"unit_price": "1"}], "reason": SAID}
        ),
        "estimate_id": office.carl.does("/api/estimates", {"client_id": client, "lines": LINES, "note": SAID}),
        "task_id": office.carl.does("/api/tasks", {"title": SAID, "day": "2026-03-16", "client_id": client}),
        "message_id": office.carl.does(f"/api/invoices/{invoice}/sending", {"channel": "post"}),
    }
    office.ana.does(f"/api/clients/{client}/blocking", {"reason": SAID})
    office.ana.get("/api/clients")  # the read models know it
    return ids


def addresses(routes, ids):
    """Of all that is read at an address with an id of one of these, and of nothing else."""
    for route in routes:
        names = set(getattr(route, "param_convertors", ()))
        if "GET" in (getattr(route, "methods", None) or ()) and names and names <= set(ids):
            path = route.path
            yield path, path.format(**ids)


def all_routes(app):
    return [*app.routes, *(route for module in PAGES for route in module.router.routes)]


def read(office, name, address):
    bearer = {"Authorization": f"Bearer {office.tokens[name]}"}
    how = bearer if address.startswith("/api/") else office.browser(name)
    return office.http.get(address, headers=how, follow_redirects=True)


def test_of_a_blocked_client_pages_and_api_show_nothing_but_to_an_auditor(office, blocked):
    told = {}
    for path, address in addresses(all_routes(office.http.app), blocked):
        for who in ("carl", "ana", "dora", "emil"):
            answer = read(office, who, address)
            told[path, who] = answer.status_code
            assert answer.status_code < 500, (path, answer.status_code)
            if who != "emil":
                assert NAME not in answer.text, (path, who)
                assert SAID not in answer.text, (path, who)
    for one in ONE_RULE:
        for who, status in {"carl": 403, "ana": 403, "dora": 403, "emil": 200}.items():
            assert (told[f"/api/{one}", who], told[f"/{one}", who]) == (status, status), (one, who)


ONE_RULE = [
    "case-files/{case_file_id}",
    "invoices/{invoice_id}",
    "invoices/{invoice_id}/pdf",
    "estimates/{estimate_id}",
    "estimates/{estimate_id}/pdf",
    "messages/{message_id}/letter",
]
"""What is read of one of these at an address of the API and at one of the pages."""
