"""Every refusal is problem+json with a title that a person understands and the field or the rule named."""

from dataclasses import fields

import pytest
from fastapi.testclient import TestClient
from office import NOW, euros, opening, payment

from api.app import BODY_AT_MOST, create_app
from api.http.dependencies import Service
from api.http.read_models import BEING_REBUILT, ReadModelsNotReady

NOBODY = "00000000-0000-0000-0000-000000000001"


def check(answer, status, type_, title, **members):
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    told = answer.json()
    assert (told["status"], told["type"], told["title"]) == (status, type_, title)
    assert told["instance"] == answer.request.url.path
    assert members.items() <= told.items()
    return told


def test_a_route_that_does_not_exist_is_404(shared_office):
    check(
        shared_office.ana.get("/api/nothing"),
        404,
        "about:blank",
        "There is no such thing, or it is not yours to see",
    )


def test_a_path_with_a_slash_too_many_is_404_and_no_redirect(shared_office):
    assert shared_office.ana.get("/api/clients/").status_code == 404


def test_a_method_that_a_route_lacks_is_405_and_names_those_it_has(shared_office):
    answer = shared_office.http.delete("/api/clients", headers={"Accept-Language": "en"})
    check(answer, 405, "about:blank", "This cannot be done here")
    assert "POST" in answer.headers["Allow"]


def test_a_body_that_is_too_large_is_413_whether_it_says_so_or_not(shared_office):
    headers = {"Content-Type": "application/json", "Accept-Language": "en"}
    large = b'"' + b"x" * BODY_AT_MOST + b'"'
    for body in (large, iter([large[:1000], large[1000:]])):
        answer = shared_office.http.post(
            "/api/clients", content=body, headers=headers | {"Authorization": f"Bearer {shared_office.tokens['ana']}"}
        )
        check(answer, 413, "about:blank", "The request is too large")


def test_a_body_of_the_wrong_shape_is_422_and_names_each_field(shared_office):
    body = {"reference": "EXP-1", "debtor_id": "x", "principal": {"amount": 55.94, "currency": "EUR"}, "sum": 1}
    answer = shared_office.ana.post("/api/case-files", body)
    told = check(answer, 422, "/problems/malformed", "Something in the request is not right", field="debtor_id")
    assert [error["field"] for error in told["errors"]] == ["debtor_id", "opened_on", "principal/amount", "sum"]


@pytest.mark.parametrize(
    "body", [b"{", b"[", b"\xff", b'{"name": "x", "\\ud800": 1}', b'{"name": "\\ud800"}', b"[" * 9999]
)
def test_a_body_that_cannot_be_read_is_refused_without_failing(shared_office, body):
    headers = {"Authorization": f"Bearer {shared_office.tokens['ana']}", "Content-Type": "application/json"}
    answer = shared_office.http.post("/api/clients", content=body, headers=headers)
    assert answer.status_code in {400, 422}
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_a_body_that_does_not_say_it_is_json_is_refused(shared_office):
    headers = {"Authorization": f"Bearer {shared_office.tokens['ana']}", "Content-Type": "text/plain"}
    assert shared_office.http.post("/api/clients", content=b'{"name": "x"}', headers=headers).status_code == 422


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer no-such-token"}, {"Authorization": "Basic eDp5"}])
def test_whoever_is_not_logged_in_gets_401(shared_office, headers):
    answer = shared_office.http.get("/api/clients", headers={"Accept-Language": "en", **headers})
    check(answer, 401, "about:blank", "Log in first")
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_what_this_person_may_not_is_403_and_names_the_rule(shared_office):
    answer = shared_office.emil.post("/api/clients", {"name": "Deudora S.L."})
    check(answer, 403, "/problems/role-required", "Your role does not allow this", roles=["auditor"])


def test_what_nobody_may_as_things_stand_is_409_and_names_the_rule(shared_office):
    debtor = shared_office.client(reference="D-1")
    answer = shared_office.ana.post("/api/clients", {"name": "Otra", "reference": "D-1"})
    check(answer, 409, "/problems/already-claimed", "This value is in use already", holder=debtor)


def test_amounts_in_a_refusal_are_text_as_everywhere(shared_office):
    at = f"/api/case-files/{shared_office.case_file('EXP-2', '1000.10')}"
    paid = shared_office.carl.does(f"{at}/payments", payment("2000.00"))
    answer = shared_office.ana.post(f"{at}/payments/{paid}/approval")
    title = "This payment is more than what is owed: it can be approved as an overpayment"
    check(answer, 409, "/problems/payment-exceeds-debt", title, amount=euros("2000.00"), owed=euros("1000.10"))


def test_what_does_not_exist_is_404_wherever_it_is_named(shared_office):
    ana, case_file = shared_office.ana, shared_office.case_file()
    assert ana.get(f"/api/clients/{NOBODY}").status_code == 404
    assert ana.get(f"/api/case-files/{NOBODY}").status_code == 404
    assert ana.get(f"/api/case-files/{NOBODY}/history").status_code == 404
    assert ana.get("/api/case-files/by-reference/EXP-0").status_code == 404
    assert ana.post("/api/case-files", opening("EXP-9", NOBODY)).status_code == 404
    missing = ana.post(f"/api/case-files/{case_file}/payments/{NOBODY}/approval")
    check(missing, 404, "/problems/payment-not-found", "There is no such payment here", payment_id=NOBODY)


def test_titles_are_in_the_language_of_who_asks_and_say_which(shared_office):
    for asked, spoken, title in (
        ("es-CO", "es", "Antes hay que iniciar sesión"),
        ("en-GB,es;q=0.5", "en", "Log in first"),
        ("de", "es", "Antes hay que iniciar sesión"),
    ):
        answer = shared_office.http.get("/api/clients", headers={"Accept-Language": asked})
        assert (answer.json()["title"], answer.headers["Content-Language"]) == (title, spoken)
        assert answer.headers["Vary"] == "Accept-Language"


def test_answers_are_kept_by_no_cache_and_taken_for_nothing_else(shared_office):
    for path in ("/api/clients", "/api/nothing", "/health/live"):
        answer = shared_office.ana.get(path)
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "Access-Control-Allow-Origin" not in answer.headers


class DatabaseAway(Exception):
    pass


class Failing:
    """Every part of a service whose every part fails, as it does when its database is away."""

    def __init__(self, error):
        self._error = error

    def __getattr__(self, name):
        raise self._error


def failing(error):
    part = Failing(error)
    working = {
        "clock": lambda: NOW,
        "fingerprint": lambda *_: b"",
        "wake": lambda: None,
        "pace": None,
    }
    service = Service(**dict.fromkeys((field.name for field in fields(Service)), part) | working)
    app = create_app(service, toasts_key=bytes, devices_key=bytes, unavailable=[DatabaseAway])
    return TestClient(app, headers={"Authorization": "Bearer x"})


@pytest.mark.parametrize(
    ("error", "details"),
    [
        (DatabaseAway("at 10.0.0.7"), {"en": None, "es": None}),
        (
            ReadModelsNotReady(BEING_REBUILT, done=7, head=9),
            {"en": "Being rebuilt: 7 of 9 events.", "es": "Los listados se están reconstruyendo: 7 de 9 eventos."},
        ),
    ],
)
def test_what_is_away_just_now_is_503_and_says_when_to_try_again(error, details):
    titles = {
        "en": "Not available just now: try again shortly",
        "es": "No disponible en este momento: inténtelo de nuevo enseguida",
    }
    for language, detail in details.items():
        answer = failing(error).get("/api/clients", headers={"Accept-Language": language})
        told = check(answer, 503, "about:blank", titles[language])
        assert answer.headers["Retry-After"] == "1"
        assert told.get("detail") == detail


def test_a_failure_of_our_own_is_500_and_neither_answer_nor_log_quotes_it(logged):
    answer = failing(ValueError("Núria Ñíguez")).get(
        "/api/case-files/by-reference/EXP-NURIA", headers={"Accept-Language": "en"}
    )
    check(answer, 500, "about:blank", "Something went wrong here: it was noted, nothing was half done")
    assert answer.headers["Cache-Control"] == "no-store"
    told = logged()
    assert "ValueError" in told
    assert "/api/case-files/by-reference/{reference}" in told
    assert "api/http/dependencies.py:" in told
    assert "Ñíguez" not in answer.text + told
    assert "NURIA" not in told


@pytest.mark.parametrize(
    ("body", "field", "detail"),
    [
        ({}, "name", "hace falta"),
        ({"name": 7}, "name", "tiene que ser un texto"),
        ({"name": "Ana", "kind": "robot"}, "kind", "tiene que ser uno de estos: person, company"),
        ({"name": "Ana", "colour": "blue"}, "colour", "aquí no hay ningún campo así"),
    ],
)
def test_what_is_wrong_with_a_field_is_said_in_the_language_of_whoever_asks(shared_office, body, field, detail):
    answer = shared_office.ana.post("/api/clients", body, **{"Accept-Language": "es"})
    [told] = [error for error in answer.json()["errors"] if error["field"] == field]
    assert told["detail"].startswith(detail)
