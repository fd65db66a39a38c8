"""Whoever may be somebody we know already is shown, and merged; whatever was asked of the one, the other answers."""

import pytest
from office import opening

MOBILE = {"medium": "phone", "value": "600 123 123"}


def asked(person, name="Nadie Parecido", **told):
    return [
        (one["line"] and one["line"]["name"], one["collector"], one["by"])
        for one in person.sees("/api/likely-duplicates", name=name, **told)
    ]


@pytest.mark.parametrize("name", ["Garcia Perez Jose", "JOSÉ GARCÍA PÉREZ", "Jose Garcia Peres"])
def test_a_name_is_similar_whatever_the_accents_and_the_order(sqlite_office, name):
    sqlite_office.client("José García Pérez")
    assert asked(sqlite_office.ana, name) == [("José García Pérez", None, ["name"])]


@pytest.mark.parametrize("name", ["José Pérez Martín", "Josefa Gil", "García", "Talleres José"])
def test_other_names_are_not(sqlite_office, name):
    sqlite_office.client("José García Pérez")
    assert asked(sqlite_office.ana, name) == []


def test_the_same_identification_phone_email_or_account_tells_most(office):
    office.client(
        "Ana Ruiz",
        identification={"kind": "nif", "number": "12345678Z"},
        contacts=[MOBILE, {"medium": "email", "value": "ana@ruiz.es"}],
        accounts=[{"number": "ES9121000418450200051332"}],
    )
    told = {"phone": "+34 600123123", "email": "ANA@ruiz.es", "account": "ES91 2100 0418 4502 0005 1332"}
    [(name, _, by)] = asked(office.ana, "Ana Ruiz", identification="12.345.678-Z", **told)
    assert (name, sorted(by)) == ("Ana Ruiz", ["account", "email", "identification", "name", "phone"])
    assert asked(office.ana, phone="600123123") == [("Ana Ruiz", None, ["phone"])]


def test_of_anothers_client_only_whom_to_ask_is_told(office):
    office.client("Ana Ruiz", contacts=[MOBILE], collector="carl")
    assert asked(office.cora, "Ana Ruiz") == [(None, "carl", ["name"])]
    assert asked(office.carl, "Ana Ruiz") == [("Ana Ruiz", "carl", ["name"])]


def test_a_client_is_compared_with_the_others(sqlite_office):
    office = sqlite_office
    one, other = office.client("Ana Ruiz", contacts=[MOBILE]), office.client("Ruiz, Ana", contacts=[MOBILE])
    [found] = office.ana.sees(f"/api/clients/{one}/likely-duplicates")
    assert (found["line"]["id"], sorted(found["by"])) == (other, ["name", "phone"])


def test_whatever_is_asked_of_a_merged_client_the_survivor_answers(office):
    survivor = office.client("Ana Ruiz", collector="carl")
    absorbed = office.client("Anita Ruis", contacts=[MOBILE], collector="carl")
    file = office.ana.does("/api/case-files", opening("EXP-1", absorbed))
    paths = {
        "/api/clients": {},
        f"/api/clients/{survivor}": {},
        f"/api/clients/{absorbed}": {},
        "/api/search": {"text": "anita"},
        "/api/escritorio/case-files": {},
        f"/api/case-files/{file}": {},
    }
    before = {path: office.carl.sees(path, **query) for path, query in paths.items()}
    answer = office.ana.post(f"/api/clients/{absorbed}/merging", {"into": survivor, "reason": "la misma"})
    assert answer.json()["id"] == survivor
    assert [line["id"] for line in office.carl.sees("/api/clients")["items"]] == [survivor]
    assert office.carl.sees(f"/api/clients/{absorbed}")["line"]["id"] == survivor
    for text in ("anita", "C-00002", absorbed):
        assert [hit["id"] for hit in office.carl.sees("/api/search", text=text)["clients"]["items"]] == [survivor], text
    files = office.carl.sees("/api/escritorio/case-files", debtor_id=survivor)["items"]
    assert [line["id"] for line in files] == [file]
    [was] = office.ana.sees(f"/api/clients/{survivor}/standing")["absorbed"]
    assert (was["id"], was["name"]) == (absorbed, "Anita Ruis")
    assert office.ana.post("/api/case-files", opening("EXP-2", absorbed)).json()["type"] == "/problems/client-is-merged"
    office.ana.does(f"/api/clients/{absorbed}/unmerging", {"reason": "undo"})
    assert {path: office.carl.sees(path, **query) for path, query in paths.items()} == before


def test_two_who_are_one_are_erased_together_and_an_open_case_file_keeps_both(office):
    survivor, absorbed = office.client("Ana Ruiz"), office.client("Anita Ruis")
    file = office.ana.does("/api/case-files", opening("EXP-1", absorbed))
    office.ana.does(f"/api/clients/{absorbed}/merging", {"into": survivor, "reason": "la misma"})
    refused = office.dora.post(f"/api/clients/{survivor}/erasure", {"ground": "asked_for"}, key="once")
    assert (refused.status_code, refused.json()["obstacle"]) == (409, "open_case_files")
    again = office.dora.post(f"/api/clients/{survivor}/erasure", {"ground": "asked_for"}, key="once")
    assert (again.status_code, again.json()) == (409, refused.json())
    assert office.dora.sees(f"/api/clients/{survivor}/standing")["refused"]["obstacle"] == "open_case_files"
    office.ana.does(f"/api/case-files/{file}/closing", {"reason": "unfounded"})
    office.dora.does(f"/api/clients/{survivor}/erasure", {"ground": "asked_for"})
    assert [one["name"] for one in office.dora.sees(f"/api/clients/{survivor}/standing")["absorbed"]] == ["[suprimido]"]


def test_of_a_blocked_client_nobody_but_an_auditor_is_told(office):
    client = office.client("Ana Ruiz", contacts=[MOBILE], collector="carl", zone="Sur")
    file = office.ana.does("/api/case-files", opening("EXP-1", client))
    office.ana.does(f"/api/clients/{client}/blocking", {"reason": "lo pide"})
    for person in (office.carl, office.dora):
        shown = person.sees(f"/api/clients/{client}")
        assert (shown["line"]["name"], shown["line"]["phones"], shown["contacts"]) == ("[bloqueado]", [], [])
        assert person.sees("/api/search", text="ruiz")["clients"]["items"] == []
        assert person.sees("/api/search", text="600123123")["clients"]["items"] == []
        for path in (f"/api/clients/{client}/history", f"/api/case-files/{file}", f"/api/case-files/{file}/history"):
            assert person.get(path).json()["type"] == "/problems/client-hidden"
    assert office.emil.sees(f"/api/clients/{client}")["line"]["name"] == "Ana Ruiz"
    assert office.emil.sees(f"/api/clients/{client}/history")["items"]
    call = {"channel": "call", "outcome": "no_answer"}
    for path, body in ((f"/api/case-files/{file}/actions", call), (f"/api/clients/{client}/contacts", MOBILE)):
        assert office.carl.post(path, body).json()["type"] == "/problems/client-is-blocked"
    office.dora.does(f"/api/clients/{client}/unblocking", {"reason": "ya no"})
    assert office.carl.sees("/api/search", text="ruiz")["clients"]["items"]
