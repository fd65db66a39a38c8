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


WEEKLY = {"every": "weekly", "weekdays": ["TH"]}


def days_of(office, month):
    return [
        (one["day"], line["title"], line["coming"])
        for one in office.carl.sees(f"/api/tasks/months/{month}")["days"]
        for line in one["items"]
    ]


def test_a_task_that_repeats_is_planned_again_once_it_is_done_and_shows_what_is_coming(office):
    made = office.carl.does("/api/tasks", task("Revisar", starts_at="09:00", repeats=WEEKLY | {"count": 4}))
    assert days_of(office, "2026-03") == [("2026-03-19", "Revisar", False), ("2026-03-26", "Revisar", True)]
    before = office.store.events.head()[0]
    office.carl.does(f"/api/tasks/{made}/completion", {"result": "Sin novedad"}, key="once")
    office.carl.does(f"/api/tasks/{made}/completion", {"result": "Sin novedad"}, key="once")
    assert [one.name for one in office.store.events.since(before, 9)] == ["TaskCompleted", "TaskPlanned"]
    done = office.carl.sees(f"/api/tasks/{made}")
    following = office.carl.sees(f"/api/tasks/{done['next_id']}")
    assert (done["repeats"], following["day"], following["repeats"]["count"]) == (None, "2026-03-26", 3)
    assert (following["starts_at"][:5], following["copy_of"]) == ("09:00", made)
    assert [(day, at) for day, _, at in days_of(office, "2026-03")] == [("2026-03-19", False), ("2026-03-26", False)]
    assert [(day, at) for day, _, at in days_of(office, "2026-04")][:1] == [("2026-04-02", True)]
    calendar = office.carl.sees("/api/escritorio/calendar", month="2026-03")["days"]
    assert [one["day"][-2:] for one in calendar if one["tasks"]] == ["19", "26"]


def test_a_step_taken_back_does_not_make_two_series_of_one(office):
    made = office.carl.does("/api/tasks", task(repeats={"every": "daily"}))
    office.carl.does(f"/api/tasks/{made}/unattended")
    office.carl.does(f"/api/tasks/{made}/reopening")
    office.carl.does(f"/api/tasks/{made}/completion")
    assert [one["day"] for one in office.carl.sees("/api/tasks")["items"]] == [TODAY, TOMORROW]


def test_a_series_is_changed_and_ended_by_editing_the_task_that_is_next(office):
    made = office.carl.does("/api/tasks", task(repeats={"every": "daily", "until": "2026-03-20"}))
    office.carl.does(f"/api/tasks/{made}/edit", task("Otra cosa", repeats={"every": "daily", "interval": 2}))
    assert [day for day, _, _ in days_of(office, "2026-03")][:3] == ["2026-03-16", "2026-03-18", "2026-03-20"]
    office.carl.does(f"/api/tasks/{made}/edit", task("Otra cosa"))
    office.carl.does(f"/api/tasks/{made}/completion")
    assert [one["day"] for one in office.carl.sees("/api/tasks")["items"]] == [TODAY]


def test_what_was_missed_of_a_series_is_over(office):
    office.clock.now = NOW - timedelta(days=4)
    made = office.carl.does("/api/tasks", task(day="2026-03-12", repeats={"every": "daily", "count": 9}))
    office.clock.now = NOW
    office.carl.does(f"/api/tasks/{made}/completion")
    following = office.carl.sees(f"/api/tasks/{office.carl.sees(f'/api/tasks/{made}')['next_id']}")
    assert (following["day"], following["repeats"]["count"]) == (TODAY, 5)


@pytest.mark.parametrize(
    "repeats", [{"every": "daily", "count": 2, "until": "2026-04-01"}, {"every": "daily", "until": YESTERDAY}]
)
def test_a_rule_that_cannot_be_is_refused(sqlite_office, repeats):
    refused = sqlite_office.carl.post("/api/tasks", task(repeats=repeats))
    assert (refused.status_code, refused.json()["field"]) == (422, "repeats")


def test_a_time_that_the_clocks_skip_is_refused_and_a_series_keeps_its_time_across_it(office):
    refused = office.carl.post("/api/tasks", task(day="2026-03-29", starts_at="02:30"))
    assert (refused.status_code, refused.json()["field"]) == (422, "starts_at")
    office.carl.does("/api/tasks", task(day="2026-03-28", starts_at="02:30", repeats={"every": "daily"}))
    coming = office.carl.sees("/api/tasks/months/2026-03")["days"][1:]
    assert [one["items"][0]["starts_at"][:5] for one in coming] == ["02:30"] * 3


def test_a_task_shows_its_client_s_phone_and_case_file_and_is_found_by_them(office):
    file = office.case_file("EXP-1", collector="carl")
    debtor = office.carl.sees(f"/api/case-files/{file}")["line"]["debtor_id"]
    office.ana.does(f"/api/clients/{debtor}/contacts", {"medium": "phone", "value": "699 123 456"})
    made = office.carl.does("/api/tasks", task("Visitar", kind="visit", client_id=debtor))
    office.carl.does("/api/tasks", task("Llamar al banco"))
    for shown in (
        office.carl.sees(f"/api/tasks/{made}"),
        office.carl.sees("/api/tasks")["items"][0 if office.carl.sees("/api/tasks")["items"][0]["id"] == made else 1],
    ):
        assert ([one["reference"] for one in shown["case_files"]], shown["phones"]) == (["EXP-1"], ["+34699123456"])
    for typed in ("visitár", "deudora exp", "699 123", "DEUDORA visitar"):
        assert titles(office.carl.sees("/api/tasks", text=typed)) == ["Visitar"]


def test_an_occurrence_at_a_time_that_its_day_does_not_have_says_when_it_is(office):
    daily = {"title": "Ronda", "day": "2026-03-28", "starts_at": "02:30", "repeats": {"every": "daily"}}
    first = office.carl.does("/api/tasks", daily)
    office.carl.does(f"/api/tasks/{first}/completion")
    [following] = [one for one in office.carl.sees("/api/tasks")["items"] if one["day"] == "2026-03-29"]
    page = office.http.get(f"/tasks/{following['id']}", headers=office.browser("carl")).text
    assert "esa hora no existe: es a las 03:30" in page
    assert "esa hora no existe" not in office.http.get(f"/tasks/{first}", headers=office.browser("carl")).text
