"""What every answer says to browsers, and what the log of the service tells of who tried what they may not."""

import pytest

from api.http.documents import named_file

EVERY = {
    "x-content-type-options": "nosniff",
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
}


@pytest.mark.parametrize(
    "path",
    ["/api/business", "/api/nothing", "/api/docs", "/api/openapi.json", "/health/live", "/metrics", "/log-in", "/nada"],
)
@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS", "TRACE"])
def test_no_answer_is_run_framed_sniffed_or_kept_anywhere(shared_office, path, method):
    headers = shared_office.http.request(method, path, headers=shared_office.browser("ana")).headers
    assert {name: headers.get(name) for name in EVERY} == EVERY
    policy = dict(one.strip().partition(" ")[::2] for one in headers["content-security-policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy.get("object-src", policy["default-src"]) == "'none'"
    assert (policy["base-uri"], policy["frame-ancestors"]) == ("'none'", "'none'")
    assert "access-control-allow-origin" not in headers


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/escritorio", "text/html; charset=utf-8"),
        ("/nada", "text/html; charset=utf-8"),
        ("/escritorio/case-files.csv", "text/csv; charset=utf-8"),
        ("/static/recobro.css", "text/css; charset=utf-8"),
        ("/static/recobro.js", "text/javascript; charset=utf-8"),
        ("/api/openapi.json", "application/json"),
        ("/api/nothing", "application/problem+json"),
        ("/metrics", "text/plain; version=1.0.0; charset=utf-8"),
    ],
)
def test_an_answer_says_what_it_is_and_how_its_letters_are_written(shared_office, path, kind):
    assert shared_office.http.get(path, headers=shared_office.browser("ana")).headers["Content-Type"] == kind


def test_the_name_of_a_file_ends_nothing_in_its_header():
    [(_, value)] = named_file('Núñez"; filename=a\r\nX-Forged: 1; /../%.pdf').items()
    assert value == (
        "attachment; filename*=UTF-8''N%C3%BA%C3%B1ez%22%3B%20filename%3Da%0D%0AX-Forged%3A%201%3B%20%2F..%2F%25.pdf"
    )


def test_nothing_answers_trace(shared_office):
    for path in ("/api/business", "/log-in"):
        answer = shared_office.http.request("TRACE", path, headers=shared_office.browser("ana"))
        assert answer.status_code in {403, 405}


@pytest.mark.parametrize("to", ["https://mala.example/", "//mala.example/", "/\\mala.example/", "javascript:alert(1)"])
def test_nobody_is_sent_on_to_another_site(shared_office, to):
    told = {"language": "en", "to": to}
    answer = shared_office.http.post(
        "/language", data=told, headers=shared_office.browser("ana"), follow_redirects=False
    )
    assert (answer.status_code, answer.headers["location"]) == (303, "/")


def test_who_asks_for_what_they_may_not_is_in_the_log_by_a_hash(sqlite_office, logged):
    office = sqlite_office
    others = office.case_file(collector="cora")
    office.carl.post("/api/correspondence/suspension", {})
    office.carl.get(f"/api/case-files/{others}")
    office.http.get(f"/case-files/{others}", headers=office.browser("carl"))
    office.http.post("/users", data={"name": "x"}, headers={"Origin": "https://mala.example"})
    written = logged()
    who = office.http.app.state.service.attempts.who("carl")
    told = ["not allowed", "not there, or another's", "a form of another site was refused"]
    assert [written.count(one) for one in told] == [1, 2, 1]
    assert written.count(who) == 3
    assert not [one for one in (others, "carl", office.tokens["carl"]) if one in written]
