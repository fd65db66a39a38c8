"""How often somebody who is logged in may ask."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import time_machine
from office import NOW, serving
from originals import copied_folder

from api.http.pace import AskedTooOften, Pace

AT_MOST = 6


@pytest.fixture
def office(tmp_path, office_folder, master_key_file):
    with (
        copied_folder(office_folder, master_key_file, tmp_path / "data") as store,
        serving(store, office_folder.tokens, pace=Pace(AT_MOST)) as served,
    ):
        yield served


def test_one_user_may_ask_so_often_a_minute_on_pages_and_by_programs_together_and_others_are_not_held_up(office):
    def asked(name, number):
        page = {"headers": office.browser(name), "follow_redirects": False}
        program = {"headers": {"Authorization": f"Bearer {office.tokens[name]}"}}
        return office.http.get("/tasks", **page) if number % 2 else office.http.get("/api/tasks", **program)

    answers = [asked("carl", number) for number in range(3 * AT_MOST)]  # which may begin one minute and end another
    refused = [one for one in answers if one.status_code == 429]
    assert len(refused) >= AT_MOST
    assert {one.headers["content-type"].partition(";")[0] for one in refused} == {
        "text/html",
        "application/problem+json",
    }
    assert all(1 <= int(one.headers["Retry-After"]) <= 60 for one in refused)
    assert all(one.is_success for one in answers if one not in refused)
    assert "Demasiados intentos" in next(one.text for one in refused if one.headers["content-type"] > "text")
    assert asked("ana", 0).is_success
    assert asked("ana", 1).is_success


def test_of_many_who_ask_at_once_each_is_counted():
    pace, users = Pace(100), [f"user-{number % 4}" for number in range(4 * 400)]

    def ask(user):
        try:
            pace.count(user)
        except AskedTooOften:
            return False
        return True

    with time_machine.travel(NOW, tick=False), ThreadPoolExecutor(16) as at_once:
        assert sum(at_once.map(ask, users)) == 4 * 100


def test_the_document_of_the_api_tells_of_it_wherever_it_may_be_answered(office):
    """Of each route, asked by who has asked too often; those that nobody logs in for go on as ever."""
    told = {
        (method.upper(), path): {*operation["responses"]}
        for path, methods in office.http.get("/api/openapi.json").json()["paths"].items()
        for method, operation in methods.items()
    }
    answers = {
        asked: office.http.request(
            asked[0],
            asked[1].replace("{", "").replace("}", ""),
            headers={"Authorization": f"Bearer {office.tokens['ana']}"},
        ).status_code
        for asked in [*told] * 2
    }
    too_often = {asked for asked, status in answers.items() if status == 429}
    assert len(too_often) > 200
    assert [asked for asked in too_often if "429" not in told[asked]] == []
    assert [asked for asked in too_often if "401" not in told[asked]] == []
