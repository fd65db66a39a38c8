"""Queries: read after what one wrote, page by page, and only what is one's own to see."""

import pytest
from fastapi.testclient import TestClient
from office import Clock, Person, Seen, add_people, euros, payment

from infrastructure.main import build
from infrastructure.read_models.served import rebuild

# Reading what one wrote


def test_whoever_reads_after_a_command_sees_what_it_did(office):
    for n in range(10):
        office.ana.does("/api/clients", {"name": f"Cliente {n}"})
        assert len(office.ana.sees("/api/clients")["items"]) == n + 1


def test_an_answer_says_from_which_position_of_the_log_it_is(office):
    office.client()
    answer = office.ana.get("/api/clients")
    assert int(answer.headers["Log-Position"]) >= office.seen.position


def test_a_position_that_the_log_does_not_have_is_refused(office):
    head, _ = office.store.events.head()
    office.seen.position = head + 1
    answer = office.ana.get("/api/clients")
    assert (answer.status_code, answer.json()["field"]) == (422, "Read-After")
    assert answer.json()["head"] == head


def test_read_models_that_do_not_come_up_to_the_position_are_503_after_a_while(store):
    tokens = add_people(store)
    rebuild(store)
    ana = Person(TestClient(build(store, clock=Clock())), tokens["ana"], Seen())  # nobody leads: it was not started
    ana.does("/api/clients", {"name": "Deudora S.L."})
    behind = ana.asks_once("/api/clients")
    assert (behind.status_code, behind.headers["Retry-After"]) == (503, "1")
    ana.seen.position = 0
    assert ana.sees("/api/clients")["items"] == []


# Page by page


@pytest.mark.parametrize("sort", ["debtor", "-debtor", "outstanding", "-outstanding", "opened_on", "-next_action_on"])
def test_pages_give_every_case_file_once_in_order(office, sort):
    names = ["Ñíguez", "Núñez", "nuñez", "Ávila", "Zamora", "~", "Avila"]
    for n, name in enumerate(names):
        debtor = office.client(name)
        body = {"reference": f"EXP-{n}", "debtor_id": debtor, "principal": euros(f"{n % 3 + 1}00.00")}
        office.ana.does("/api/case-files", body | {"opened_on": "2026-01-10", "due_on": "2026-02-10"})
    whole = office.ana.sees("/api/escritorio/case-files", sort=sort)
    assert whole["next"] is None
    paged, cursor = [], None
    while True:
        page = office.ana.sees("/api/escritorio/case-files", sort=sort, limit=2, cursor=cursor)
        paged += page["items"]
        if (cursor := page["next"]) is None:
            break
    assert paged == whole["items"]
    assert len(paged) == len(names)


def test_a_history_is_read_page_by_page_too(office):
    at = f"/api/case-files/{office.case_file()}"
    for stage in ("legal", "amicable", "pre_legal"):
        office.carl.does(f"{at}/stage", {"stage": stage})
    first = office.carl.sees(f"{at}/history", limit=3)
    rest = office.carl.sees(f"{at}/history", limit=3, cursor=first["next"])
    assert [entry["version"] for entry in first["items"] + rest["items"]] == [1, 2, 3, 4]
    assert rest["next"] is None


@pytest.mark.parametrize("cursor", ["AAAA", "W10=", "WyJhIiwiYiJd", "x" * 1001])
def test_a_cursor_that_no_list_gave_out_is_refused(shared_office, cursor):
    for path in ("/api/escritorio/case-files", "/api/escritorio/unapproved-payments", "/api/clients"):
        answer = shared_office.ana.get(path, cursor=cursor)
        assert (answer.status_code, answer.json()["field"]) == (422, "cursor")


@pytest.mark.parametrize(("name", "value"), [("limit", 0), ("limit", 201), ("sort", "debt"), ("colector", "carl")])
def test_a_list_takes_no_question_it_does_not_understand(shared_office, name, value):
    answer = shared_office.ana.get("/api/escritorio/case-files", **{name: value})
    assert (answer.status_code, answer.json()["field"]) == (422, name)


# What is one's own to see


def test_what_others_hold_is_not_there_for_a_collector(office):
    at = f"/api/case-files/{office.case_file('EXP-1', collector='carl')}"
    paid = office.carl.does(f"{at}/payments", payment())
    [own] = office.carl.sees("/api/escritorio/case-files")["items"]
    debtor = own["debtor_id"]

    assert office.cora.sees("/api/escritorio/case-files")["items"] == []
    assert office.cora.sees("/api/escritorio/unapproved-payments")["items"] == []
    assert office.cora.sees("/api/clients")["items"] == []
    assert office.cora.sees("/api/escritorio/summary")["case_files"] == 0
    for path in (at, f"{at}/history", f"/api/clients/{debtor}"):
        assert office.cora.get(path).status_code == 404
    for path, body in (
        ("payments", payment()),
        (f"payments/{paid}/approval", None),
        ("stage", {"stage": "legal"}),
        ("actions", {"channel": "call", "outcome": "contacted"}),
    ):
        assert office.cora.post(f"{at}/{path}", body).status_code == 404


def test_what_is_not_ones_own_is_refused_just_as_what_does_not_exist(office):
    case_file, nobodys = office.case_file(), "00000000-0000-0000-0000-000000000001"
    others = office.cora.post(f"/api/case-files/{case_file}/stage", {"stage": "legal"})
    none = office.cora.post(f"/api/case-files/{nobodys}/stage", {"stage": "legal"})
    assert others.text.replace(case_file, nobodys) == none.text


def test_whoever_has_the_exact_reference_learns_debtor_and_holder_and_may_log_an_incoming_call(office):
    case_file = office.case_file("EXP-1", collector="carl")
    held = office.cora.sees("/api/case-files/by-reference/EXP-1")
    assert held == {"id": case_file, "reference": "EXP-1", "debtor": "Deudora de EXP-1", "collector": "carl"}
    call = {"channel": "call", "direction": "incoming", "outcome": "claims_paid", "note": "Dice que pagó ayer"}
    office.cora.does(f"/api/case-files/{case_file}/actions", call)
    assert office.emil.post(f"/api/case-files/{case_file}/actions", call).status_code == 403
    assert office.cora.get("/api/case-files/by-reference/EXP").status_code == 404


def test_a_case_file_assigned_by_itself_leaves_its_debtors_collector(office):
    at = f"/api/case-files/{office.case_file(collector='carl')}"
    office.ana.does(f"{at}/assignment", {"collector": "cora", "from": "2026-03-01"})
    assert office.cora.sees(at)["line"]["collector"] == "cora"
    assert office.carl.get(at).status_code == 404
    office.ana.does(f"{at}/assignment", {"collector": None, "from": "2026-03-10"})
    assert office.carl.sees(at)["line"]["collector"] == "carl"
    assert office.cora.get(at).status_code == 404


def test_supervisors_administrators_and_auditors_see_all(office):
    at = f"/api/case-files/{office.case_file()}"
    for person in (office.ana, office.dora, office.emil):
        assert person.sees(at)["line"]["reference"] == "EXP-1"
