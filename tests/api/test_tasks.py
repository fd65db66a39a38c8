"""Tasks over HTTP: whose they are, what they become, and how days and months list them."""

from datetime import timedelta

import pytest
from office import NOW

TODAY, TOMORROW, YESTERDAY = "2026-03-16", "2026-03-17", "2026-03-15"


def task(title="Llamar", **more):
    return {"title": title, "day": TODAY, **more}


def client_of(office, collector, name="Deudora S.L."):
    client = office.client(name)
    office.ana.does(f"/api/clients/{client}/assignment", {"collector": collector, "from": "2026-01-01"})
    return client


def titles(found):
    return [one["title"] for one in found["items"]]


def test_a_task_is_planned_for_a_client_and_shows_its_name(office):
    client = client_of(office, "carl")
    told = task(kind="call", client_id=client, starts_at="10:30", minutes=15, notes="Tras las 10", address="Mayor 1")
    made = office.carl.does("/api/tasks", told)
    shown = office.carl.sees(f"/api/tasks/{made}")
    expected = told | {"client": "Deudora S.L.", "assignee": "carl", "state": "open", "colour": "blue", "copy_of": None}
    assert {name: shown[name][:5] if name == "starts_at" else shown[name] for name in expected} == expected


def test_a_collector_works_the_own_clients_tasks_and_those_given_to_them(office):
    mine, others = client_of(office, "carl", "Mía"), client_of(office, "cora", "Ajena")
    assert office.carl.post("/api/tasks", task(client_id=others)).status_code == 404
    for_cora = office.carl.does("/api/tasks", task("De mi cliente", client_id=mine, assignee="cora"))
    given = office.ana.does("/api/tasks", task("Encargada", client_id=others, assignee="carl"))
    hidden = office.ana.does("/api/tasks", task("De otra", client_id=others, assignee="cora"))
    assert titles(office.carl.sees("/api/tasks")) == titles(office.carl.sees("/api/tasks", from_=TODAY, to=TODAY))
    assert set(titles(office.carl.sees("/api/tasks"))) == {"De mi cliente", "Encargada"}
    assert set(titles(office.cora.sees("/api/tasks"))) == {"De mi cliente", "Encargada", "De otra"}
    assert len(titles(office.emil.sees("/api/tasks"))) == 3
    for path in (f"/api/tasks/{for_cora}/start", f"/api/tasks/{given}/start"):
        office.carl.does(path)
    for step in ("start", "completion", "unattended", "reopening"):
        assert office.carl.post(f"/api/tasks/{hidden}/{step}").status_code == 404
    assert office.carl.get(f"/api/tasks/{hidden}").status_code == 404
    office.ana.does(f"/api/clients/{others}/assignment", {"collector": "carl", "from": TODAY})
    assert office.carl.sees(f"/api/tasks/{hidden}")["title"] == "De otra"
    office.carl.does(f"/api/tasks/{hidden}/start")


def test_who_is_given_a_task_must_be_there(office):
    refused = office.carl.post("/api/tasks", task(assignee="nobody"))
    assert (refused.status_code, refused.json()["field"]) == (422, "assignee")


def test_tasks_are_listed_in_progress_first_then_open_unattended_and_completed(office):
    steps = {"hecha": ["completion"], "sin atender": ["unattended"], "abierta": [], "en curso": ["start"]}
    for title, taken in steps.items():
        made = office.carl.does("/api/tasks", task(title))
        for step in taken:
            office.carl.does(f"/api/tasks/{made}/{step}")
    office.carl.does("/api/tasks", task("abierta, más tarde", starts_at="18:00"))
    shown = office.carl.sees(f"/api/tasks/days/{TODAY}")
    assert titles(shown) == ["en curso", "abierta", "abierta, más tarde", "sin atender", "hecha"]
    assert [one["state"] for one in shown["items"]] == ["in_progress", "open", "open", "unattended", "completed"]
    [day] = office.carl.sees("/api/tasks/months/2026-03")["days"]
    assert (day["day"], day["count"], titles(day)) == (TODAY, 5, titles(shown)[:3])
    assert titles(office.carl.sees("/api/tasks", state="unattended")) == ["sin atender"]
    calendar = office.carl.sees("/api/escritorio/calendar", month="2026-03")["days"]
    assert [one["day"] for one in calendar if one["tasks"]] == [TODAY]


def test_a_task_whose_day_has_gone_by_untouched_is_unattended_without_an_event(office):
    office.clock.now = NOW - timedelta(days=1)
    untouched, begun = (office.carl.does("/api/tasks", task(title, day=YESTERDAY)) for title in ("una", "otra"))
    office.carl.does(f"/api/tasks/{begun}/start")
    head = office.store.events.head()
    assert office.carl.sees(f"/api/tasks/{untouched}")["state"] == "open"
    office.clock.now = NOW
    assert office.carl.sees(f"/api/tasks/{untouched}")["state"] == "unattended"
    assert office.carl.sees(f"/api/tasks/{begun}")["state"] == "in_progress"
    assert titles(office.carl.sees("/api/tasks", state="unattended")) == ["una"]
    assert titles(office.carl.sees("/api/tasks", state="open")) == []
    assert office.store.events.head() == head
    office.carl.does(f"/api/tasks/{untouched}/start")
    assert office.carl.sees(f"/api/tasks/{untouched}")["state"] == "in_progress"


def test_the_list_goes_on_page_by_page_in_either_direction(office):
    for hour in (9, 10, 11):
        office.carl.does("/api/tasks", task(f"a las {hour}", starts_at=f"{hour:02}:00"))
    seen, cursor = [], None
    while True:
        page = office.carl.sees("/api/tasks", limit=1, cursor=cursor, sort="-begins")
        seen += titles(page)
        if (cursor := page["next"]) is None:
            break
    assert seen == ["a las 11", "a las 10", "a las 9"]


def test_what_came_of_a_task_is_logged_on_a_case_file_of_its_client_or_nothing_is_done(office):
    file = office.case_file("EXP-1", collector="carl")
    other = office.case_file("EXP-2", collector="carl")
    debtor = office.carl.sees(f"/api/case-files/{file}")["line"]["debtor_id"]
    made = office.carl.does("/api/tasks", task(client_id=debtor, kind="call"))

    def completion(case_file_id, **more):
        action = {"case_file_id": case_file_id, "channel": "call", "outcome": "contacted", **more}
        return {"result": "Paga el viernes", "action": action}

    before = office.store.events.head()
    refused = office.carl.post(f"/api/tasks/{made}/completion", completion(other))
    assert (refused.status_code, refused.json()["field"]) == (422, "case_file_id")
    assert office.carl.post(f"/api/tasks/{made}/completion", completion(file, next_action="x")).status_code == 422
    assert office.store.events.head() == before
    office.carl.does(f"/api/tasks/{made}/completion", completion(file), key="once")
    office.carl.does(f"/api/tasks/{made}/completion", completion(file), key="once")
    last, action = office.store.events.since(before[0], 10)
    assert (last.name, action.name) == ("TaskCompleted", "ActionLogged")
    assert last.event.action_id == action.event.action_id
    assert action.event.note == "Paga el viernes"
    shown = office.carl.sees(f"/api/tasks/{made}")
    assert (shown["state"], shown["result"], shown["case_file_id"]) == ("completed", "Paga el viernes", file)


def test_a_copy_is_a_task_of_its_own_that_names_the_first(office):
    first = office.carl.does("/api/tasks", task(notes="Con la carpeta", starts_at="09:00", minutes=30))
    office.carl.does(f"/api/tasks/{first}/completion")
    copy = office.carl.does(f"/api/tasks/{first}/copy", {"day": TOMORROW})
    shown = office.carl.sees(f"/api/tasks/{copy}")
    told = ("copy_of", "day", "notes", "state", "minutes")
    assert [shown[name] for name in told] == [first, TOMORROW, "Con la carpeta", "open", 30]
    assert office.carl.post(f"/api/tasks/{first}/copy", {"day": YESTERDAY}).status_code == 422


def test_an_edited_task_moves_in_every_list(office):
    made = office.carl.does("/api/tasks", task())
    office.carl.does(
        f"/api/tasks/{made}/edit", {"title": "Visitar", "kind": "meeting", "day": TOMORROW, "assignee": "cora"}
    )
    assert titles(office.carl.sees("/api/tasks")) == []
    assert titles(office.cora.sees(f"/api/tasks/days/{TOMORROW}")) == ["Visitar"]


def test_steps_are_taken_back_and_a_second_undo_finds_nothing_to_undo(office):
    made = office.carl.does("/api/tasks", task())
    office.carl.does(f"/api/tasks/{made}/start")
    office.carl.does(f"/api/tasks/{made}/completion")
    moved_on = office.carl.post(f"/api/tasks/{made}/reopening", {"seen": "in_progress"})
    assert (moved_on.status_code, moved_on.json()["state"]) == (409, "completed")
    office.carl.does(f"/api/tasks/{made}/reopening", {"seen": "completed"})
    assert office.carl.sees(f"/api/tasks/{made}")["state"] == "in_progress"
    office.carl.does(f"/api/tasks/{made}/reopening")
    assert office.carl.post(f"/api/tasks/{made}/reopening").status_code == 409


@pytest.mark.parametrize("at", ["9:00", "24:00", "10:30:01", 9, ""])
def test_a_time_is_hours_and_minutes(sqlite_office, at):
    refused = sqlite_office.carl.post("/api/tasks", task(starts_at=at))
    assert (refused.status_code, refused.json()["field"]) == (422, "starts_at")
