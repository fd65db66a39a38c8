"""Blocked clients are shown to auditors alone (GDPR, art. 18): API and pages refuse, and keep back, the same."""

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
