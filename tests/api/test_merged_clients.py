"""Whatever is asked about a client who was merged into another gives what it gives of the other, and the reverse."""

import pytest
from carriers import client_with, issued_invoice, set_up_mail
from office import opening, payment

TODAY, MONTH = "2026-03-16", "2026-03"
WHO = {"client_id", "debtor_id", "creditor_id"}
LINES = [{"description": "Gestión", "unit_price": "100", "tax_rate": "21"}]


@pytest.fixture
def merged(office):
    """Two accounts of one person, something of every kind on each: the absorbed one's id and the kept one's."""
    set_up_mail(office, 9)  # where nobody listens
    both = [client_with(office) for _ in range(2)]
    for number, client in enumerate(both):
        debtor = office.client(f"Deudora {number}")
        file = office.ana.does("/api/case-files", opening(f"EXP-{number}", client))
        owed = office.ana.does("/api/case-files", opening(f"SUYO-{number}", debtor) | {"creditor_id": client})
        for one in (file, owed):
            paid = office.carl.does(f"/api/case-files/{one}/payments", payment("10.00")) if one == file else None
            paid = paid or office.dora.does(f"/api/case-files/{one}/payments", payment("10.00"))
            office.ana.does(f"/api/case-files/{one}/payments/{paid}/approval")
        invoice = issued_invoice(office, client)
        on_it = office.carl.does(f"/api/invoices/{invoice}/payments", payment("150.00", overpayment=True))
        office.ana.does(f"/api/invoices/{invoice}/payments/{on_it}/approval")
        office.carl.does(f"/api/invoices/{invoice}/sending", {"channel": "email"})
        office.carl.does("/api/estimates", {"client_id": client, "lines": LINES})
        office.carl.does("/api/tasks", {"title": f"Llamar {number}", "day": TODAY, "client_id": client})
    absorbed, kept = both
    office.ana.does(f"/api/clients/{absorbed}/merging", {"into": kept, "reason": "el mismo"})
    return absorbed, kept


def questions(office):
    """Every one that takes a client: its path and the parameter's name, from the document of the API."""
    for path, methods in office.http.app.openapi()["paths"].items():
        for one in methods.get("get", {}).get("parameters", []):
            if one["name"] in WHO:
                yield path, one["name"]


def asked(office, path, name, client):
    filled = path.replace("{client_id}", client).replace("{day}", TODAY).replace("{month}", MONTH)
    answer = office.emil.get(filled, **({} if "{client_id}" in path else {name: client}))
    assert answer.status_code in {200, 404}, (path, answer.text)
    return answer


def test_each_question_about_a_merged_client_is_answered_as_about_the_kept_one(office, merged):
    absorbed, kept = merged
    walked, empty = set(), set()
    for path, name in questions(office):
        by_absorbed, by_kept = (asked(office, path, name, client) for client in (absorbed, kept))
        if by_kept.headers["Content-Type"] == "application/json":
            assert by_absorbed.json() == by_kept.json(), path
            found = by_kept.json()
            if not (found["items"] if isinstance(found, dict) and "items" in found else found):
                empty.add((path, name))
        else:
            assert (by_absorbed.status_code, by_absorbed.headers["Content-Type"]) == (
                by_kept.status_code,
                by_kept.headers["Content-Type"],
            ), path
        walked.add((path, name))
    assert len(walked) >= 18
    assert empty <= {("/api/clients/{client_id}/likely-duplicates", "client_id")}
