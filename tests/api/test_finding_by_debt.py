"""Clients, tasks and invoices are found by what people have before them: a reference's end, an item, an amount."""

import pytest
from carriers import ISSUER, client_with, issued_invoice
from office import euros


@pytest.fixture
def debtor(office):
    client = client_with(office)
    item = {"number": "FRA-7781", "issued_on": "2026-01-10", "due_on": "2026-02-10", "amount": euros("1234.50")}
    told = {"reference": "EXP-2026-0365", "debtor_id": client, "opened_on": "2026-01-10", "items": [item]}
    office.ana.does("/api/case-files", told)
    office.client("Otra")
    return client


@pytest.mark.parametrize("text", ["0365", "exp-2026-0365", "FRA-7781", "7781", "1234.50"])
def test_a_client_is_found_by_its_debts_references_items_and_amounts(office, debtor, text):
    for person in (office.carl, office.ana):
        assert [one["id"] for one in person.sees("/api/clients", text=text)["items"]] == [debtor]
    assert office.cora.sees("/api/clients", text=text)["items"] == []


def test_a_clients_debts_are_looked_for_as_amounts_are_written_here(office, debtor):
    page = office.http.get("/clients?text=1.234,50", headers=office.browser("carl")).text
    assert f"/clients/{debtor}" in page


def test_the_kept_client_is_found_by_what_a_merged_one_owes(office, debtor):
    kept = client_with(office)
    office.ana.does(f"/api/clients/{debtor}/merging", {"into": kept, "reason": "el mismo"})
    assert [one["id"] for one in office.ana.sees("/api/clients", text="0365")["items"]] == [kept]


@pytest.mark.parametrize("text", ["0365", "EXP-2026-0365", "7781"])
def test_a_task_is_found_by_the_case_file_of_its_client(office, debtor, text):
    task = office.carl.does("/api/tasks", {"title": "Llamar", "day": str(office.today), "client_id": debtor})
    office.carl.does("/api/tasks", {"title": "Otra cosa", "day": str(office.today)})
    assert [one["id"] for one in office.carl.sees("/api/tasks", text=text)["items"]] == [task]


def test_an_invoice_is_found_by_its_amount_and_by_how_its_payment_reference_begins(office):
    office.dora.does("/api/issuer/identity", ISSUER)
    invoice = issued_invoice(office, client_with(office))
    [line] = office.carl.sees("/api/invoices")["items"]
    reference = line["payment_reference"]
    for text in ("121.00", reference, reference[:9].lower(), f"{reference[:4]} {reference[4:8]} {reference[8:12]}"):
        assert [one["id"] for one in office.carl.sees("/api/search", text=text)["invoices"]] == [invoice], text
    gone_to = office.http.get(f"/search?text={reference}", headers=office.browser("carl"), follow_redirects=False)
    assert gone_to.headers["Location"] == f"/invoices/{invoice}"


@pytest.mark.parametrize("phone", ["699 555 444", "69955544"], ids=["a phone", "a digit too few"])
def test_where_a_debtor_was_located_is_found_and_shown_as_any_contact_of_the_client(office, debtor, phone):
    [file] = [one["id"] for one in office.carl.sees("/api/escritorio/case-files")["items"]]
    located = {"source": "la vecina", "phone": phone, "address": "Calle Mayor 1"}
    office.carl.does(f"/api/case-files/{file}/actions", {"channel": "visit", "outcome": "located", "located": located})
    for text in ("955", "69955", phone):  # short ones may be part of others' ids, too, by which these are known
        assert debtor in [one["id"] for one in office.carl.sees("/api/search", text=text)["known"]], text
        assert debtor in [one["id"] for one in office.carl.sees("/api/clients", text=text)["items"]], text
        assert file in [one["id"] for one in office.carl.sees("/api/escritorio/case-files", text=text)["items"]], text
        assert debtor not in [one["id"] for one in office.cora.sees("/api/clients", text=text)["items"]], text
    [contact] = [one for one in office.carl.sees(f"/api/clients/{debtor}")["contacts"] if one["source"] == "la vecina"]
    assert contact["state"] == "unverified"
    page = office.http.get(f"/clients/{debtor}", headers=office.browser("carl")).text
    assert ("Calle Mayor 1" in page, "tel:+34699555444" in page, "tel:69955544" in page) == (
        True,
        len(phone) > 9,
        False,
    )
    assert office.http.get(f"/clients/{debtor}", headers=office.browser("cora")).status_code == 404


@pytest.mark.parametrize("text", ["001038", "1038"])
def test_the_debtor_of_a_new_case_file_is_found_by_part_of_a_client_reference(office, text):
    client = office.client("Deudora con número", reference="CLI-001038")
    page = office.http.get(
        f"/case-files/new/clients/fragment?who=debtor&debtor_text={text}", headers=office.browser("ana")
    ).text
    assert client in page
