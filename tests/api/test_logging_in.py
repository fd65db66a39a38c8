"""Names, passwords and tokens: who gets in, and for how long."""

from datetime import timedelta
from uuid import uuid4

import pytest
from office import NOW, command

from api.pages.context import SESSION, SPEAKS
from api.pages.toasts import TOAST
from api.users.devices import DEVICE
from application import business
from domain.people import Role
from infrastructure.wiring import credentials

PASSWORD = "correct horse battery"  # noqa: S105 - of invented people


def log_in(office, name, password=PASSWORD):
    form = {"username": name, "password": password}
    return office.http.post("/api/token", data=form, headers={"Accept-Language": "en"})


@pytest.fixture
def carl(office):
    """Carl's own office, in which he has a password."""
    logins = credentials(office.store)
    logins.set_password("carl", PASSWORD)
    office.tokens["carl"] = log_in(office, "carl").json()["access_token"]
    yield office
    logins.close()


def test_name_and_password_give_a_token_that_opens_what_the_user_may(carl):
    token = log_in(carl, "carl").json()
    assert set(token) == {"access_token", "token_type"}
    answer = carl.http.get("/api/clients", headers={"Authorization": f"Bearer {token['access_token']}"})
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("name", "password"),
    [("carl", "wrong horse battery"), ("nobody", PASSWORD), ("emil", PASSWORD), ("CARL", PASSWORD)],
)
def test_a_wrong_password_and_an_unknown_name_are_refused_alike(carl, name, password):
    answer = log_in(carl, name, password)
    assert answer.status_code == 401
    assert answer.json()["title"] == "The name or the password is not right"


@pytest.mark.parametrize("form", [{}, {"username": "carl"}, {"username": "a\x00b", "password": PASSWORD}])
def test_a_form_that_cannot_be_right_is_422(carl, form):
    assert carl.http.post("/api/token", data=form).status_code == 422


def test_a_token_ends_by_itself_after_its_hours(carl):
    for minutes in (*range(50, 12 * 60, 50), 12 * 60 - 1):
        carl.clock.now = NOW + timedelta(minutes=minutes)
        assert carl.carl.get("/api/clients").status_code == 200
    carl.clock.now = NOW + timedelta(hours=12)
    assert carl.carl.get("/api/clients").status_code == 401


def test_logging_out_ends_the_token_at_once(carl):
    assert carl.carl.post("/api/token/revocation").status_code == 204
    assert carl.carl.get("/api/clients").status_code == 401
    assert carl.carl.post("/api/token/revocation").status_code == 401


def test_a_disabled_users_token_is_dead_at_once_and_nobody_gets_in_as_them(carl):
    business.disable_user(carl.store.events, command(), name="carl")
    assert carl.carl.get("/api/clients").status_code == 401
    assert carl.carl.post("/api/clients", {"name": "Una"}).status_code == 401
    assert log_in(carl, "carl").status_code == 401


def test_changed_roles_count_from_the_next_request_on(carl):
    business.change_roles(carl.store.events, command(), name="carl", roles=[Role.AUDITOR])
    assert carl.carl.post("/api/clients", {"name": "Una"}).status_code == 403


def test_a_new_password_logs_out_whoever_is_in_with_the_one_before(carl):
    logins = credentials(carl.store)
    logins.set_password("carl", "another horse battery")
    logins.close()
    assert carl.carl.get("/api/clients").status_code == 401
    assert log_in(carl, "carl").status_code == 401
    assert log_in(carl, "carl", "another horse battery").status_code == 200


def test_neither_passwords_nor_tokens_are_kept_as_they_are(sqlite_office):
    folder, token = sqlite_office.store.folder, sqlite_office.tokens["carl"]
    logins = credentials(sqlite_office.store)
    logins.set_password("bea", PASSWORD)
    logins.close()
    kept = b"".join(file.read_bytes() for file in folder.iterdir() if file.is_file())
    assert b"$argon2id$" in kept
    assert PASSWORD.encode() not in kept
    assert token.encode() not in kept


def test_whoever_gets_in_begins_anew(carl):
    for _ in range(3):
        for _ in range(4):
            assert log_in(carl, "carl", "wrong horse battery").status_code == 401
        assert log_in(carl, "carl").status_code == 200


def test_who_is_enabled_again_is_not_logged_in_from_before_and_only_an_administrator_does_it(office):
    def post(who, what):
        return office.http.post(
            f"/users/carl/{what}", data={"key": uuid4().hex}, headers=office.browser(who), follow_redirects=False
        ).status_code

    def inside():
        return office.http.get(
            "/api/business", headers={"Authorization": f"Bearer {office.tokens['carl']}"}
        ).status_code

    assert post("dora", "disabling") == 303
    assert inside() == 401
    post("ana", "enabling")
    assert inside() == 401
    assert post("dora", "enabling") == 303
    assert inside() == 401


# In a browser


def in_browser(office, path, *, cookie="", **fields):
    headers = {"Sec-Fetch-Site": "same-origin", "Accept-Language": "es", "Cookie": cookie}
    return office.http.post(path, data=fields, headers=headers, follow_redirects=False)


def session_after(answer):
    assert answer.status_code == 303
    return f"{SESSION}={answer.cookies[SESSION]}"


def test_logging_in_anew_ends_the_session_that_the_browser_had(carl):
    first = session_after(in_browser(carl, "/log-in", username="carl", password=PASSWORD))
    second = session_after(in_browser(carl, "/log-in", cookie=first, username="carl", password=PASSWORD))
    pages = [carl.http.get("/account", headers={"Cookie": one}, follow_redirects=False) for one in (first, second)]
    assert [page.status_code for page in pages] == [303, 200]


@pytest.mark.parametrize("path", ["/log-out", "/account/log-out-everywhere"])
def test_logging_out_has_the_browser_forget_what_it_kept(carl, path):
    session = session_after(in_browser(carl, "/log-in", username="carl", password=PASSWORD))
    answer = in_browser(carl, path, cookie=session)
    assert (answer.status_code, answer.headers["Clear-Site-Data"]) == (303, '"cache", "storage"')
    assert carl.http.get("/account", headers={"Cookie": session}, follow_redirects=False).status_code == 303


def test_whoever_only_has_the_session_changes_no_address_to_which_a_link_for_a_password_goes(carl):
    session = session_after(in_browser(carl, "/log-in", username="carl", password=PASSWORD))

    def describe(**told):
        return in_browser(carl, "/account/description", cookie=session, form_name="description", **told).status_code

    assert describe(full_name="Carlos", email="carl@agencia.es") == 422
    assert describe(full_name="Carlos", email="carl@agencia.es", own_password=PASSWORD[:-1]) == 422
    assert describe(full_name="Carlos", email="carl@agencia.es", own_password=PASSWORD) == 303
    assert describe(full_name="Carlos Prieto", email="carl@agencia.es") == 303
    assert describe(full_name="Carlos Prieto", email="") == 422


def test_every_cookie_is_this_host_s_alone_encrypted_and_out_of_reach_of_scripts(carl):
    answers = [
        in_browser(carl, "/log-in", username="carl", password=PASSWORD),
        in_browser(carl, "/language", language="en", to="/"),
        carl.http.post(
            "/account/period", data={"period": "year"}, headers=carl.browser("carl"), follow_redirects=False
        ),
    ]
    cookies = [one for answer in answers for one in answer.headers.get_list("set-cookie")]
    named = {one.partition("=")[0] for one in cookies}
    assert named >= {SESSION, DEVICE, SPEAKS, TOAST}
    for one in cookies:
        assert one.startswith("__Host-")
        assert {"Secure", "HttpOnly", "SameSite=lax", "Path=/"} <= set(one.split("; "))
        assert "Domain" not in one
