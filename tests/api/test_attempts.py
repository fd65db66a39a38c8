"""Guessing passwords: it gets slower and slower, keeps nobody out of the own browser, and shows in the log."""

import re
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta

import pytest
from eventually import eventually
from html_page import read
from office import NOW, command, give_passwords

from api.http.attempts import ADDRESS, NAME, PAIR, TOLD, Limit
from api.users.devices import DEVICE
from application.access import latest_access, note
from application.business import add_user
from domain.access import LoggedIn, LogInsFailed
from domain.people import Role
from infrastructure.access.attempts import TOLD_APART, StoredAttempts
from infrastructure.wiring import credentials

PASSWORD, WRONG = "correct horse battery", "wrong horse battery"
FROM_HERE = {"Sec-Fetch-Site": "same-origin", "Accept-Language": "es"}


@pytest.fixture
def carl(office):
    logins = credentials(office.store)
    logins.set_password("carl", PASSWORD)
    office.tokens["carl"] = logins.issue("carl", now=NOW)
    logins.close()
    return office


def over_the_api(office, password, name="carl"):
    return office.http.post("/api/token", data={"username": name, "password": password})


def in_a_browser(office, password, name="carl", device=""):
    """The answer, and the cookie by which the browser is known from then on."""
    answer = office.http.post(
        "/log-in",
        data={"username": name, "password": password, "form_name": "log-in"},
        headers={**FROM_HERE, "Cookie": f"{DEVICE}={device}"},
        follow_redirects=False,
    )
    set_ = [one for one in answer.headers.get_list("set-cookie") if one.startswith(DEVICE)]
    return answer.status_code, (set_[0].partition("=")[2].partition(";")[0] if set_ else device)


def told(office):
    return [recorded.event for recorded in latest_access(office.store.events, None, 100)]


def rows(office, path):
    """The texts of a table's cells, as dora sees it."""
    page = office.http.get(path, headers=office.browser("dora")).text
    found = re.findall(r"<tr data-row>(.*?)</tr>", page, re.DOTALL)
    return [
        [" ".join(re.sub(r"<[^>]*>", "", cell).split()) for cell in re.findall(r"<td.*?</td>", row, re.DOTALL)]
        for row in found
    ]


def told_of_failures(office):
    """Once their five minutes are over, and it was told."""
    office.clock.now += timedelta(minutes=6)
    eventually(lambda: any(isinstance(one, LogInsFailed) for one in told(office)))
    return [one for one in told(office) if isinstance(one, LogInsFailed)]


def test_after_ten_wrong_passwords_one_may_be_tried_each_half_minute(carl):
    for _ in range(PAIR.at_once):
        assert over_the_api(carl, WRONG).status_code == 401
    waits = over_the_api(carl, PASSWORD)
    assert (waits.status_code, waits.headers["Retry-After"]) == (429, "30")
    carl.clock.now = NOW + timedelta(seconds=30)
    assert over_the_api(carl, WRONG).status_code == 401
    assert over_the_api(carl, PASSWORD).status_code == 429
    carl.clock.now = NOW + timedelta(seconds=60)
    assert over_the_api(carl, PASSWORD).status_code == 200
    assert over_the_api(carl, WRONG).status_code == 401  # and it begins anew


def test_whoever_tries_a_name_from_everywhere_keeps_its_user_out_of_no_browser_that_was_logged_in_before(carl):
    status, device = in_a_browser(carl, PASSWORD)
    assert status == 303
    attempts = attempts_of(carl)
    while not attempts.take(NAME, "name", "carl", now=NOW):
        pass
    assert in_a_browser(carl, PASSWORD)[0] == 422  # another browser waits
    assert in_a_browser(carl, PASSWORD, device=device)[0] == 303
    assert in_a_browser(carl, PASSWORD, device=device[:-2])[0] == 422  # nor does a forged one pass


def test_a_known_browser_is_no_way_to_guess_on_and_none_for_another_user(carl):
    _, device = in_a_browser(carl, PASSWORD)
    statuses = [in_a_browser(carl, WRONG, device=device)[0] for _ in range(11)]
    assert statuses == [422] * 11
    assert in_a_browser(carl, PASSWORD, device=device)[0] == 422
    carl.clock.now = NOW + timedelta(seconds=31)
    assert in_a_browser(carl, PASSWORD, device=device)[0] == 303
    attempts = attempts_of(carl)
    while not attempts.take(NAME, "name", "cora", now=carl.clock.now):
        pass
    assert (
        "Demasiados intentos"
        in carl.http.post(
            "/log-in",
            data={"username": "cora", "password": WRONG, "form_name": "log-in"},
            headers={**FROM_HERE, "Cookie": f"{DEVICE}={device}"},
        ).text
    )


def attempts_of(office):
    return office.http.app.state.service.attempts


def test_many_processes_together_let_no_more_through_than_one(office):
    limit = Limit(7, timedelta(seconds=1))

    def tries(_):
        logins = credentials(office.store)
        with closing(logins):
            attempts = StoredAttempts(logins.engine, office.store.events, office.store.keyring)
            return sum(not attempts.take(limit, "name", "ana", now=NOW) for _ in range(5))

    with ThreadPoolExecutor(4) as at_once:
        assert sum(at_once.map(tries, range(4))) == limit.at_once


def test_who_got_in_is_told_at_once_and_by_no_name_or_address(carl):
    in_a_browser(carl, PASSWORD)
    [event] = told(carl)
    who = attempts_of(carl).who("carl")
    assert event == LoggedIn(who, attempts_of(carl).where("127.0.0.1"), device_known=False)
    [recorded] = latest_access(carl.store.events, None, 1)
    assert recorded.actor == "Log-in"
    [entry] = carl.store.log.entries(recorded.position - 1, 1)
    for clear in (b"carl", b"127.0.0.1"):
        assert clear not in entry.state


def test_what_failed_is_told_together_with_how_often_and_how_much_was_turned_away(carl):
    for _ in range(13):
        over_the_api(carl, WRONG)
    over_the_api(carl, WRONG, "nobody")
    often, once = told_of_failures(carl)[::-1]
    assert (often.who, often.times, often.turned_away) == (attempts_of(carl).who("carl"), 13, 3)
    assert (once.times, once.turned_away) == (1, 0)
    assert often.address == once.address
    assert often.until - often.since == timedelta(minutes=5)


def test_however_many_names_are_tried_few_events_come_of_it(carl):
    attempts = attempts_of(carl)
    for number in range(60):
        attempts.failed(f"nobody{number}", f"10.0.0.{number}", now=NOW)
    events = told_of_failures(carl)
    assert len(events) == TOLD_APART + 1
    [rest] = [one for one in events if one.who is None]
    assert (rest.pairs, rest.times) == (60 - TOLD_APART, 60 - TOLD_APART)
    assert sum(one.times for one in events) == 60


def test_failures_are_told_once_though_it_broke_off_before_they_were_forgotten(store):
    add_user(store.events, command(NOW), name="ana", roles=[Role.COLLECTOR])
    logins = credentials(store)
    attempts = StoredAttempts(logins.engine, store.events, store.keyring)
    for _ in range(2):
        attempts.failed("ana", "10.0.0.1", now=NOW)
        attempts.tell(NOW + timedelta(minutes=6))
    logins.close()
    assert len(latest_access(store.events, None, 10)) == 1


def test_an_office_that_logs_in_from_one_address_is_not_slowed_nor_told_of_without_end(carl):
    assert {over_the_api(carl, PASSWORD).status_code for _ in range(ADDRESS.at_once + 5)} == {200}
    assert len(told(carl)) == TOLD.at_once


def test_an_administrator_sees_by_their_users_who_got_in_who_failed_and_whose_password_was_set(carl):
    give_passwords(carl, "dora")
    _, device = in_a_browser(carl, PASSWORD)
    in_a_browser(carl, PASSWORD, device=device)
    over_the_api(carl, WRONG)
    over_the_api(carl, WRONG, "zacarias")
    sent = {"old_password": PASSWORD, "new_password": "otra que es larga", "new_password_again": "otra que es larga"}
    carl.http.post("/account/password", data={**sent, "form_name": "password"}, headers=carl.browser("carl"))
    told_of_failures(carl)
    failed, unknown, changed, again, first = [row[1:3] for row in rows(carl, "/audit/access")]
    assert sorted([failed, unknown]) == [
        ["carl", "Intentó entrar 1 vez sin lograrlo"],
        ["nadie que trabaje aquí", "Intentó entrar 1 vez sin lograrlo"],
    ]
    assert changed == ["carl", "Cambió la contraseña"]
    assert again == ["carl", "Entró"]
    assert first == ["carl", "Entró con un navegador o programa que no se conocía"]
    for name, status in (("emil", 200), ("ana", 403), ("carl", 403)):
        assert carl.http.get("/audit/access", headers=carl.browser(name)).status_code == status


def test_of_a_link_for_somebody_s_password_it_is_told_who_made_it_for_whom(carl):
    give_passwords(carl, "dora")
    for path, fields in (
        ("/users", {"name": "nuevo", "full_name": "Nuevo Dos", "roles": "collector"}),
        ("/users/carl/link", {}),
    ):
        assert carl.http.post(path, data=fields, headers=carl.browser("dora")).status_code == 200
    told = "dora le dio un enlace para poner su contraseña"
    assert [row[1:3] for row in rows(carl, "/audit/access")] == [["carl", told], ["Nuevo Dos", told]]


def test_the_list_of_log_ins_goes_on_page_by_page(carl):
    for number in range(45):
        note(carl.store.events, LoggedIn(f"{number:032}", "", device_known=True), at=NOW)
    give_passwords(carl, "dora")
    page = carl.http.get("/audit/access", headers=carl.browser("dora")).text
    [following] = [link for link in read(page).links if "cursor=" in link]
    assert (len(rows(carl, "/audit/access")), len(rows(carl, following))) == (40, 5)
