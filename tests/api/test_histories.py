"""Histories and what waits, read from the log a page at a time, however long they are."""

import re
from threading import current_thread
from uuid import UUID

import pytest
from office import payment

from domain.case_file.activity import ActionLogged, PartyAdded
from domain.people import user_id
from infrastructure.log.engine import Log

PEOPLE = [(user_id(name),) for name in ("ana", "carl", "dora")]


@pytest.fixture
def asked(monkeypatch):
    """How many events each question to the log was answered with; not the projector's, nor how people are called."""
    answers: list[int] = []
    entries = Log._entries

    def counted(log, where, *parameters):
        found = entries(log, where, *parameters)
        if current_thread().name.startswith("AnyIO worker") and parameters[:1] not in PEOPLE:
            answers.append(len(found))
        return found

    monkeypatch.setattr(Log, "_entries", counted)
    return answers


def page(office, who, path):
    answer = office.http.get(path, headers=office.browser(who) | {"Accept-Language": "en"})
    assert answer.status_code == 200
    return answer.text


def act(office, file, number, **more):
    told = {"channel": "call", "outcome": "no_answer", "note": f"Llamada {number}"}
    office.carl.does(f"/api/case-files/{file}/actions", told | more)


def whole(office, path, limit):
    seen, cursor = [], 0
    while cursor is not None:
        page = office.carl.sees(path, limit=limit, cursor=cursor)
        seen += [one["position"] for one in page["items"]]
        cursor = page["next"]
    return seen


def test_a_history_goes_on_page_by_page_and_is_whole(office):
    file = office.case_file("EXP-1")
    for number in range(6):
        act(office, file, number)
    debtor = office.carl.sees(f"/api/case-files/{file}")["line"]["debtor_id"]
    for path in (f"/api/case-files/{file}/history", f"/api/clients/{debtor}/history"):
        at_once = [one["position"] for one in office.carl.sees(path, limit=200)["items"]]
        assert whole(office, path, 1) == whole(office, path, 3) == at_once == sorted(at_once)


def test_part_of_a_history_is_what_the_whole_of_it_has_there(office):
    file = office.case_file("EXP-1")
    for number in range(6):
        act(office, file, number)
    log = office.store.events
    stream = UUID(file)
    history = log.history(stream)
    assert log.part_of_history(stream, after=history[1].position, limit=2) == history[2:4]
    assert log.part_of_history(stream, before=6, limit=2) == history[3:5]
    assert log.part_of_history(stream, before=1, limit=2) == []
    assert log.part_of_history(stream, kinds=(ActionLogged, PartyAdded)) == history[1:]
    assert log.part_of_history(stream, kinds=(PartyAdded,)) == []
    assert log.at([history[4].position, history[0].position, 10**9]) == [history[0], history[4]]
    assert log.at([]) == []


def test_a_page_of_a_long_history_reads_no_more_of_it_than_it_shows(office, asked):
    file = office.case_file("EXP-1")
    for number in range(30):
        act(office, file, number)
    asked.clear()
    found = office.carl.sees(f"/api/case-files/{file}/history", limit=5)
    assert (len(found["items"]), max(asked)) == (5, 6)
    office.ana.sees("/api/clients")
    asked.clear()
    shown = page(office, "carl", f"/case-files/{file}")
    assert shown.count("<li><strong>") == 20
    assert "Llamada 29" in shown
    assert "Llamada 5" not in shown
    assert max(asked) == 20
    assert "Llamada 5" in page(office, "carl", f"/case-files/{file}?until=11")
    assert page(office, "carl", f"/case-files/{file}?history=all").count("<li><strong>") == 31


def test_later_events_of_a_payment_say_its_amount_though_its_recording_is_long_ago(office):
    file = office.case_file("EXP-1")
    told = office.carl.does(f"/api/case-files/{file}/payments", payment("12.34"))
    for number in range(30):
        act(office, file, number)
    office.ana.does(f"/api/case-files/{file}/payments/{told}/approval")
    office.ana.sees("/api/clients")
    assert re.search("Payment of [^<]*12.34[^<]* approved", page(office, "carl", f"/case-files/{file}"))


def test_a_contact_learned_long_ago_is_still_shown(office):
    file = office.case_file("EXP-1")
    act(office, file, 0, outcome="located", located={"source": "vecinos", "phone": "699 555 444"})
    for number in range(30):
        act(office, file, number)
    office.ana.sees("/api/clients")
    assert "699" in page(office, "carl", f"/case-files/{file}").partition('id="history"')[0]


@pytest.mark.parametrize("who", ["ana", "carl"])
def test_what_waits_asks_the_log_five_times_at_most_however_much_that_is(office, asked, who):
    for number in range(8):
        file = office.case_file(f"EXP-{number}")
        act(office, file, number)
        for _ in range(2):
            told = office.carl.does(f"/api/case-files/{file}/payments", payment())
        office.ana.does(f"/api/case-files/{file}/payments/{told}/rejection", {"reason": "no consta"})
    office.ana.sees("/api/clients")
    asked.clear()
    shown = page(office, who, "/escritorio/unapproved-payments")
    assert shown.count("EXP-") >= 8
    assert len(asked) <= 5
