"""What runs the service sees no people: neither metrics nor logs name anyone, whatever they are asked."""

import pytest
from fastapi.testclient import TestClient
from office import OPERATIONS, Clock, add_people, opening, payment
from prometheus_client.parser import text_string_to_metric_families

from infrastructure.main import build
from infrastructure.read_models.served import PROJECTIONS, rebuild

NAME, REFERENCE, NOTE = "Ñíguez", "EXP-SECRETO", "Pagará su hermana"


def test_neither_metrics_nor_logs_name_anybody(store, capfd, caplog):
    tokens = add_people(store)
    rebuild(store)
    app = build(store, public_url="http://testserver/", clock=Clock())
    with TestClient(app, client=("127.0.0.1", 50000)) as http:
        http.headers["Authorization"] = f"Bearer {tokens['ana']}"
        debtor = http.post("/api/clients", json={"name": NAME}).json()["id"]
        case_file = http.post("/api/case-files", json=opening(REFERENCE, debtor)).json()["id"]
        http.post(f"/api/case-files/{case_file}/payments", json=payment(payer=NAME, note=NOTE))
        http.post(f"/api/case-files/{case_file}/payments", json=payment("-1", payer=NAME))
        http.get("/api/clients", params={"text": NAME})
        http.get(f"/api/case-files/by-reference/{REFERENCE}")
        http.get(f"/{NAME}")
        http.post("/api/token", data={"username": NAME, "password": NOTE})
        http.request(NAME.encode("ascii", "ignore").decode().upper(), "/api/clients")
        http.post("/api/tasks", json={"title": NOTE, "day": "2026-03-16", "client_id": debtor})
        secret_address = http.post("/api/calendar-address").json()["address"]
        http.get(secret_address)
        http.get(f"/api/users/{NAME}")
        http.post("/api/tasks", json={"title": NOTE, "day": "2026-03-16", "client_id": case_file})
        http.post("/users", data={"name": NAME}, headers={"Origin": f"https://{NAME.encode().hex()}.example"})
        metrics = http.get("/metrics").text
    written = metrics + "".join(capfd.readouterr()) + caplog.text
    for secret in (NAME, "NGUEZ", REFERENCE, NOTE, debtor, case_file, tokens["ana"], "ana", secret_address[-47:-4]):
        assert secret not in written


def test_metrics_count_requests_by_the_route_they_match(sqlite_office):
    sqlite_office.client()
    sqlite_office.ana.get("/api/nothing")
    sqlite_office.http.request("BREW", "/api/clients")
    families = {
        family.name: family for family in text_string_to_metric_families(sqlite_office.http.get("/metrics").text)
    }
    counted = {
        (sample.labels["method"], sample.labels["route"], sample.labels["status"]): sample.value
        for sample in families["recobro_requests"].samples
        if sample.name == "recobro_requests_total"
    }
    assert counted["POST", "/api/clients", "201"] == 1
    assert counted["GET", "unknown", "404"] == 1
    assert counted["other", "/api/clients", "405"] == 1
    [head] = families["recobro_log_head"].samples
    assert head.value == sqlite_office.seen.position


def test_the_service_is_alive_and_ready_once_its_read_models_are(sqlite_office):
    assert sqlite_office.http.get("/health/live").json() == {"status": "alive"}
    ready = sqlite_office.http.get("/health/ready")
    assert (ready.status_code, ready.json()["ready"]) == (200, True)
    assert set(ready.json()["read_models"]) == {projection.name for projection in PROJECTIONS}


@pytest.mark.parametrize(
    ("host", "headers", "told"),
    [
        ("127.0.0.1", {}, True),
        ("::1", {}, True),
        ("127.0.0.1", {"X-Forwarded-For": "192.0.2.7"}, False),
        ("127.0.0.1", {"Forwarded": "for=192.0.2.7"}, False),
        ("192.0.2.7", {}, False),
        ("elsewhere", {}, False),
        ("192.0.2.7", {"Authorization": f"Bearer {OPERATIONS}"}, True),
        ("192.0.2.7", {"Authorization": "Bearer another"}, False),
        ("127.0.0.1", {"X-Forwarded-For": "192.0.2.7", "Authorization": f"Bearer {OPERATIONS}"}, True),
    ],
)
def test_figures_of_the_service_are_told_on_its_own_machine_or_to_its_monitoring(shared_office, host, headers, told):
    """That it is alive and ready, everybody is told who balances load."""
    http = TestClient(shared_office.http.app, client=(host, 50000), headers=headers)
    ready = http.get("/health/ready")
    assert (ready.status_code, ready.json()["ready"]) == (200, True)
    assert ("head" in ready.json(), "read_models" in ready.json()) == (told, told)
    assert http.get("/metrics").status_code == (200 if told else 404)


def test_over_https_a_browser_is_told_to_come_over_nothing_else(shared_office):
    header = "Strict-Transport-Security"
    over = {
        scheme: TestClient(shared_office.http.app, base_url=f"{scheme}://testserver").get("/health/live").headers
        for scheme in ("http", "https")
    }
    assert header not in over["http"]
    assert over["https"][header] == "max-age=31536000; includeSubDomains"


def test_the_documentation_needs_nothing_from_elsewhere(shared_office):
    page = shared_office.http.get("/api/docs")
    assert page.status_code == 200
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert "POST /api/case-files/{case_file_id}/payments" in page.text
    assert "http://" not in page.text
    assert "https://" not in page.text
    assert "<script" not in page.text
