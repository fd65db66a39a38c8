"""What is not there, is another's, or is of another kind, is one answer: nobody learns which ids there are."""

from itertools import pairwise
from uuid import uuid4

import pytest
from kinds import NAME, SAID, addresses, all_routes, of_person, one_of_each, read

ASKED = ("GET", "POST")

ANYBODYS = {
    "/api/case-files/{case_file_id}/actions",
    "/case-files/{case_file_id}/actions",
}
"""Where what is another's may be worked on: an incoming call is logged by whoever takes it."""


@pytest.fixture(scope="module")
def ids(shared_office):
    made = one_of_each(shared_office)
    shared_office.ana.get("/api/clients")
    return made


def answered(office, who, method, address):
    if method == "GET":
        return read(office, who, address)
    how = of_person(office, who, address)
    told = {"json": {}} if address.startswith("/api/") else {"data": {"key": str(uuid4())}}
    return office.http.post(address, headers=how, follow_redirects=False, **told)


@pytest.mark.parametrize("method", ASKED)
def test_others_things_are_answered_as_what_is_not_there(shared_office, ids, method):
    """By everything that has an id in its address; the forms and bodies are empty."""
    office, before = shared_office, shared_office.store.events.head()
    nobodys = {name: str(uuid4()) for name in ids}
    routes, differ = all_routes(office.http.app), {}
    for path, address in addresses(routes, ids, method):
        theirs, none = (answered(office, "cora", method, one) for one in (address, path.format(**nobodys)))
        assert theirs.status_code < 500, path
        assert not any(said in theirs.text for said in (NAME, SAID)), path
        if theirs.status_code != none.status_code and path not in ANYBODYS:
            differ[path] = theirs.status_code, none.status_code
    assert not differ
    assert office.store.events.head() == before


@pytest.mark.parametrize("method", ASKED)
@pytest.mark.parametrize("who", ["ana", "cora"])
def test_an_id_of_another_kind_is_answered_as_one_that_is_not_there(shared_office, ids, who, method):
    office, before = shared_office, shared_office.store.events.head()
    others = {name: ids[other] for name, other in pairwise([*ids, "client_id"])}
    nobodys = {name: str(uuid4()) for name in ids}
    differ = {}
    for path, address in addresses(all_routes(office.http.app), others, method):
        other, none = (answered(office, who, method, one) for one in (address, path.format(**nobodys)))
        if other.status_code != none.status_code:
            differ[path] = other.status_code, none.status_code
    assert not differ
    assert office.store.events.head() == before


def test_a_client_of_another_portfolio_is_named_as_nobodys_party_or_successor(office):
    theirs = office.client("Bea Diez", collector="cora")
    own = office.case_file()
    for path, body in (
        ("parties", {"client_id": theirs, "role": "guarantor"}),
        ("actions", {"channel": "internal", "outcome": "registry_entry", "successor_id": theirs}),
    ):
        refused = office.carl.post(f"/api/case-files/{own}/{path}", body)
        assert (refused.status_code, refused.json()["type"]) == (404, "/problems/not-found"), path
    assert "Bea Diez" not in office.carl.get(f"/api/case-files/{own}").text


def test_a_collector_names_as_creditor_a_creditor_or_whom_nobody_holds(office):
    debtor = office.client("Deudora", collector="carl")

    def opened(reference, creditor):
        told = {"reference": reference, "debtor_id": debtor, "creditor_id": creditor, "principal": {"amount": "1.00"}}
        told["principal"]["currency"] = "EUR"
        return office.carl.post("/api/case-files", told | {"opened_on": "2026-01-10", "due_on": "2026-02-10"})

    theirs = office.client("Bea Diez", collector="cora")
    refused = opened("EXP-1", theirs)
    assert (refused.status_code, refused.json()["type"]) == (404, "/problems/not-found")
    assert opened("EXP-2", office.client("Banco Sol", collector="cora", roles=["creditor"])).status_code == 201
    assert opened("EXP-3", office.client("Banco Mar", collector=None)).status_code == 201


def test_a_new_invoice_tells_nothing_of_a_client_of_another_portfolio(office):
    theirs = office.client("Bea Diez", payment_days=77)
    office.ana.does(f"/api/clients/{theirs}/assignment", {"collector": "cora", "from": "2026-01-01"})

    def shown(who, client):
        answer = office.http.get(f"/invoices/new?client={client}", headers=office.browser(who))
        return answer.status_code, "Bea Diez" in answer.text, 'value="77"' in answer.text

    assert shown("ana", theirs) == (200, True, True)
    assert shown("carl", theirs) == shown("carl", uuid4()) == (200, False, False)
