"""Searching over HTTP, as people type: in the box for everything, and in each list."""

import pytest
from office import payment

PHONE = {"medium": "phone", "value": "+34 699 123 456"}


def client_with(office, name, *contacts, collector="carl"):
    client = office.client(name)
    office.ana.does(f"/api/clients/{client}/assignment", {"collector": collector, "from": "2026-01-01"})
    for contact in contacts:
        office.ana.does(f"/api/clients/{client}/contacts", contact)
    return client


def references(page):
    return [one["reference"] for one in page["items"]]


@pytest.mark.parametrize("typed", ["123 4", "699123456", "34699", "0034 699 123", "456", "9-12", "(699) 123.456"])
def test_any_three_figures_of_a_phone_find_whose_it_is_in_every_list(office, typed):
    file = office.case_file("EXP-1", collector="carl")
    debtor = office.carl.sees(f"/api/case-files/{file}")["line"]["debtor_id"]
    office.ana.does(f"/api/clients/{debtor}/contacts", PHONE)
    office.case_file("EXP-2", collector="carl")
    assert [one["id"] for one in office.carl.sees("/api/search", text=typed)["known"]] == [debtor]
    assert [one["id"] for one in office.carl.sees("/api/clients", text=typed)["items"]] == [debtor]
    assert references(office.carl.sees("/api/escritorio/case-files", text=typed)) == ["EXP-1"]


def test_a_phone_that_is_removed_finds_nobody(office):
    client = client_with(office, "Deudora", PHONE)
    [contact] = office.ana.sees(f"/api/clients/{client}")["contacts"]
    office.ana.does(f"/api/clients/{client}/contacts/{contact['id']}/removal", {"reason": "ya no es suyo"})
    assert office.carl.sees("/api/search", text="699123")["known"] == []


def test_a_case_file_of_anothers_client_is_found_by_the_debtors_phone(office):
    file = office.case_file("EXP-1", collector="cora")
    debtor = office.ana.sees(f"/api/case-files/{file}")["line"]["debtor_id"]
    office.ana.does(f"/api/clients/{debtor}/contacts", PHONE)
    assert office.carl.sees("/api/search", text="699 123 456")["case_files"]["items"] == []
    office.ana.does(f"/api/case-files/{file}/assignment", {"collector": "carl", "from": "2026-03-16"})
    for typed in ("699 123 456", "123 456"):
        assert references(office.carl.sees("/api/search", text=typed)["case_files"]) == ["EXP-1"]


def test_a_task_is_planned_from_a_case_file_also_where_its_client_is_anothers(office):
    file = office.case_file("EXP-1", collector="cora")
    office.ana.does(f"/api/case-files/{file}/assignment", {"collector": "carl", "from": "2026-03-16"})
    carl, address = office.browser("carl"), "/tasks/new?notes=EXP-1"
    assert f'href="{address}"' in office.http.get(f"/case-files/{file}", headers=carl).text
    form = {"kind": "call", "title": "Llamar", "assignee": "carl", "day": "2026-03-20", "notes": "EXP-1"}
    assert "EXP-1</textarea>" in office.http.get(address, headers=carl).text
    more = {"colour": "blue", "client_id": "", "key": "t", "form_name": "task"}
    sent = office.http.post("/tasks/new", data=form | more, headers=carl, follow_redirects=False)
    assert sent.status_code == 303


@pytest.mark.parametrize("typed", ["ana.lopez", "lopez@", "despacho", "DESPACHO.es"])
def test_words_of_an_e_mail_find_whose_it_is(sqlite_office, typed):
    client = client_with(sqlite_office, "Deudora", {"medium": "email", "value": "ana.lopez@despacho.es"})
    assert [one["id"] for one in sqlite_office.carl.sees("/api/search", text=typed)["known"]] == [client]


@pytest.mark.parametrize("typed", ["1.234,56 €", "€ 1234.56", "1234,56 EUR", "eur 1,234.56", "1234.56\u00a0€"])
def test_an_amount_is_found_with_its_currency_on_either_side(office, typed):
    office.case_file("EXP-1", "1234.56", collector="carl")
    office.case_file("EXP-2", "1234.50", collector="carl")
    assert references(office.carl.sees("/api/search", text=typed)["case_files"]) == ["EXP-1"]
    assert references(office.carl.sees("/api/escritorio/case-files", text=typed)) == ["EXP-1"]


def test_part_of_another_s_phone_shows_nothing_and_the_very_phone_who_holds_it(office):
    client_with(office, "Ajena S.L.", PHONE, collector="cora")
    found = office.carl.sees("/api/search", text="699 123")
    assert (found["known"], found["known_elsewhere"]) == ([], [])
    found = office.carl.sees("/api/search", text="699 123 456")
    assert [(one["name"], one["collector"]) for one in found["known_elsewhere"]] == [("Ajena S.L.", "cora")]
    assert office.carl.sees("/api/search", text="123456")["known_elsewhere"] == []


def test_an_invoice_is_found_by_what_was_paid_of_it_and_by_a_credit_note_s_amount(office):
    address = {"street": "Sol 1", "postcode": "41004", "city": "Sevilla", "country": "ES"}
    office.dora.does("/api/issuer/identity", {"name": "Recobros", "tax_id": "B41234568", **address})
    client = client_with(office, "Deudora")
    line = {"description": "Gestión", "unit_price": "100", "tax_rate": "21"}
    invoice, other = (office.ana.does("/api/invoices", {"client_id": client, "lines": [line]}) for _ in range(2))
    for one in (invoice, other):
        office.ana.does(f"/api/invoices/{one}/issue", {})
    office.ana.does(f"/api/invoices/{invoice}/payments", payment("33.50"))
    part = {"lines": [{**line, "unit_price": "10"}], "reason": "Error"}
    office.ana.does(f"/api/invoices/{invoice}/credit-note", part)
    for typed, expected in (("33,50", [invoice]), ("12,10", [invoice]), ("121", [other, invoice]), ("13,31", [])):
        assert [one["id"] for one in office.carl.sees("/api/search", text=typed)["invoices"]] == expected
    assert office.cora.sees("/api/search", text="33,50")["invoices"] == []


LINES = [{"description": "Gestión", "unit_price": "100", "tax_rate": "21"}]


def test_an_estimate_is_found_by_its_number_and_by_its_client(office):
    client = client_with(office, "Ferretería Núñez", collector="carl")
    estimate = office.ana.does("/api/estimates", {"client_id": client, "lines": LINES})
    for typed in ("P2026-0001", "ferreteria nun"):
        assert [one["id"] for one in office.carl.sees("/api/search", text=typed)["estimates"]] == [estimate]
        assert office.cora.sees("/api/search", text=typed)["estimates"] == []
        page = office.http.get("/search/fragment", params={"text": typed}, headers=office.browser("carl")).text
        assert f'href="/estimates/{estimate}"' in page
    found = office.http.get("/search?text=p2026-0001", headers=office.browser("carl"), follow_redirects=False)
    assert found.headers["location"] == f"/estimates/{estimate}"
    listed = office.http.get("/search?text=ferreter", headers=office.browser("carl"), follow_redirects=False).text
    assert f'href="/estimates/{estimate}"' in listed
