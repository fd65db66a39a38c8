"""Blocked clients are shown to auditors alone (GDPR, art. 18): API and pages refuse, and keep back, the same."""

import re

import pytest
from kinds import NAME, SAID, addresses, all_routes, one_of_each, read


@pytest.fixture
def blocked(office):
    """What there is of a blocked client of carl's: ids, by the names that addresses have for them."""
    ids = one_of_each(office)
    office.ana.does(f"/api/clients/{ids['client_id']}/blocking", {"reason": SAID})
    office.ana.get("/api/clients")  # the read models know it
    return ids


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


def test_an_auditor_alone_finds_who_is_blocked(office):
    client = office.client("Escondida Ñíguez", contacts=[{"medium": "phone", "value": "612 345 678"}])
    office.client("A la vista")
    office.ana.does(f"/api/clients/{client}/assignment", {"collector": "carl", "from": "2026-01-01"})
    office.ana.does(f"/api/clients/{client}/blocking", {"reason": SAID})
    for asked in ({"text": "niguez"}, {"text": "345678"}, {"blocked": True}):
        [line] = office.emil.sees("/api/clients", **asked)["items"]
        assert (line["id"], line["name"], line["standing"]) == (client, "Escondida Ñíguez", "blocked")
        for other in (office.carl, office.ana, office.dora):
            assert other.sees("/api/clients", **asked)["items"] == []
    for text in ("Escondida", "345678"):
        assert [one["id"] for one in office.emil.sees("/api/search", text=text)["known"]] == [client]
        assert office.ana.sees("/api/search", text=text)["known"] == []
    page = office.http.get("/clients?verified=blocked", headers=office.browser("emil")).text
    assert "Escondida" in page
    everybody = office.http.get("/clients", headers=office.browser("emil")).text
    hers, others = (
        re.search(rf"<tr data-row>(?:(?!</tr>).)*{name}.*?</tr>", everybody, re.DOTALL)
        for name in ("Escondida", "A la vista")
    )
    assert ("Bloqueado" in hers[0], "Bloqueado" in others[0]) == (True, False)
    assert "verified=blocked" not in office.http.get("/clients", headers=office.browser("ana")).text
