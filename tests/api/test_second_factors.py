"""The second factor: who has set one up gets in with the password and a code, and some must have one."""

from contextlib import closing
from datetime import timedelta

import pytest
from html_page import read
from office import NOW
from second_factor import Phone, codes_on, hidden, secret_on, with_phone

from api.http.attempts import CODE
from api.pages.context import SESSION
from api.users.devices import DEVICE
from application.access import latest_access
from domain.access import (
    CodeRefused,
    LoggedIn,
    LogInsFailed,
    PasswordSet,
    RecoveryCodesMade,
    RecoveryCodeUsed,
    SecondFactorRemoved,
    SecondFactorSetUp,
)
from infrastructure.wiring import credentials

PASSWORD, WRONG, OTHER = "correct horse battery", "wrong horse battery", "another horse battery"
FROM_HERE = {"Sec-Fetch-Site": "same-origin", "Accept-Language": "es"}
OWN = "/account/second-factor"


@pytest.fixture
def carl(office):
    """He has a password, and so has dora."""
    with closing(credentials(office.store)) as logins:
        for name in ("carl", "dora"):
            logins.set_password(name, PASSWORD)
            office.tokens[name] = logins.issue(name, now=NOW)
    return office


@pytest.fixture
def phone(carl):
    return with_phone(carl.store, "carl", NOW)


def wrong_for(phone, at=NOW):
    """Six digits that are none of these moments'."""
    shown = {phone.code(at, later=later) for later in (-1, 0, 1)}
    return next(code for code in ("000000", "000001", "000002", "000003") if code not in shown)


def post(office, path, cookies="", **fields):
    headers = {**FROM_HERE, "Cookie": cookies}
    return office.http.post(path, data=fields, headers=headers, follow_redirects=False)


def sends(office, name, path, **fields):
    """In that person's browser."""
    return office.http.post(path, data=fields, headers=office.browser(name), follow_redirects=False)


def password(office, name="carl", password=PASSWORD, **more):
    return post(office, "/log-in", username=name, password=password, form_name="log-in", **more)


def code(office, after, code_, **more):
    """Typed into the page that came after the password."""
    told = {"form_name": "code", "to": "/", "token": hidden(after.text, "token"), "code": code_, **more}
    return post(office, "/log-in/code", **told)


def session(answer):
    return any(one.startswith(SESSION) for one in answer.headers.get_list("set-cookie"))


def over_the_api(office, name="carl", **more):
    form = {"username": name, "password": PASSWORD, **more}
    return office.http.post("/api/token", data=form, headers={"Accept-Language": "en"})


def told(office, *, but=()):
    found = [recorded.event for recorded in latest_access(office.store.events, None, 100)][::-1]
    return [event for event in found if not isinstance(event, but)]


def who(office, name="carl"):
    return office.http.app.state.service.attempts.who(name)


def require(office, *roles):
    office.dora.does("/api/business/second-factor", {"roles": roles})


# Setting it up


def test_it_is_set_up_with_the_own_password_and_the_first_code_and_recovery_codes_are_shown_once(carl):
    with closing(credentials(carl.store)) as logins:
        elsewhere = logins.issue("carl", now=NOW)
    refused = sends(carl, "carl", OWN, form_name="begin", password=WRONG)
    assert (refused.status_code, "Esta no es su contraseña" in refused.text) == (422, True)
    shown = sends(carl, "carl", OWN, form_name="begin", password=PASSWORD).text
    phone, offer = Phone(secret_on(shown), []), hidden(shown, "offer")
    assert f"otpauth://totp/Recobro%3Acarl?secret={phone.secret}&amp;issuer=Recobro" in shown
    confirmation = {"form_name": "confirmation", "offer": offer}
    again = sends(carl, "carl", f"{OWN}/confirmation", **confirmation, code=wrong_for(phone))
    assert (again.status_code, secret_on(again.text)) == (422, phone.secret)
    assert session(password(carl))  # it is none yet
    codes = codes_on(sends(carl, "carl", f"{OWN}/confirmation", **confirmation, code=phone.code(NOW)).text)
    assert ([len(one) for one in codes], len({*codes})) == ([19] * 10, 10)
    assert carl.carl.get("/api/business").status_code == 200
    dead = carl.http.get("/api/business", headers={"Authorization": f"Bearer {elsewhere}"})
    assert dead.status_code == 401  # who got in with the password alone is out
    page = carl.http.get(OWN, headers=carl.browser("carl")).text
    assert (codes_on(page), "Quedan 10" in page) == ([], True)
    assert told(carl, but=(LoggedIn, PasswordSet)) == [SecondFactorSetUp(who(carl))]


def test_an_offer_that_is_another_s_or_too_old_is_begun_again(carl):
    shown = sends(carl, "dora", OWN, form_name="begin", password=PASSWORD).text
    phone = Phone(secret_on(shown), [])
    sent = {"form_name": "confirmation", "offer": hidden(shown, "offer"), "code": phone.code(NOW)}
    answer = sends(carl, "carl", f"{OWN}/confirmation", **sent)
    assert (answer.status_code, "empiece de nuevo" in answer.text) == (422, True)
    carl.clock.now = NOW + timedelta(minutes=31)
    assert sends(carl, "dora", f"{OWN}/confirmation", **sent).status_code == 422


def test_another_phone_takes_its_place_once_the_password_and_a_code_were_given(carl, phone):
    wanting = sends(carl, "carl", OWN, form_name="begin", password=PASSWORD)
    assert wanting.status_code == 422
    shown = sends(carl, "carl", OWN, form_name="begin", password=PASSWORD, code=phone.code(NOW)).text
    new = Phone(secret_on(shown), [])
    assert new.secret != phone.secret
    sends(carl, "carl", f"{OWN}/confirmation", offer=hidden(shown, "offer"), code=new.code(NOW))
    carl.clock.now = NOW + timedelta(minutes=1)
    assert not session(code(carl, password(carl), phone.code(carl.clock.now)))
    assert session(code(carl, password(carl), new.code(carl.clock.now)))


# Logging in


def test_the_password_leads_to_a_second_page_and_only_the_code_lets_in(carl, phone):
    after = password(carl, to="/clients?zone=Norte")
    assert (after.status_code, session(after)) == (200, False)
    token = hidden(after.text, "token")
    for used in ({"Authorization": f"Bearer {token}"}, {"Cookie": f"{SESSION}={token}"}):
        for path in ("/api/business", "/escritorio"):
            answer = carl.http.get(path, headers=used, follow_redirects=False)
            assert answer.status_code in {401, 303}
            assert answer.headers.get("location", "/log-in?").startswith("/log-in?")
    wrong = code(carl, after, wrong_for(phone))
    assert (wrong.status_code, session(wrong), "El código no es correcto" in wrong.text) == (422, False, True)
    let_in = code(carl, wrong, phone.code(NOW), to="/clients?zone=Norte")
    assert (let_in.status_code, session(let_in), let_in.headers["location"]) == (303, True, "/clients?zone=Norte")
    again = code(carl, after, phone.code(NOW, later=1))
    assert (session(again), "Ha tardado demasiado" in again.text) == (False, True)  # it is used up
    assert told(carl, but=PasswordSet) == [
        CodeRefused(who(carl), carl.http.app.state.service.attempts.where("127.0.0.1")),
        LoggedIn(who(carl), carl.http.app.state.service.attempts.where("127.0.0.1"), device_known=False),
    ]


def test_a_code_lets_in_once(carl, phone):
    pages = [password(carl) for _ in range(2)]
    assert [session(code(carl, page, phone.code(NOW))) for page in pages] == [True, False]


def test_a_recovery_code_lets_in_once_and_it_is_told_how_many_are_left(carl, phone):
    typed = " ".join(phone.recovery_codes[0][at : at + 4] for at in range(0, 16, 4))
    let_in = code(carl, password(carl), typed)
    assert session(let_in)
    cookies = "; ".join(one.partition(";")[0] for one in let_in.headers.get_list("set-cookie"))
    page = carl.http.get("/escritorio", headers={**FROM_HERE, "Cookie": cookies}).text
    assert "Ha gastado un código de recuperación: le quedan 9" in page
    assert not session(code(carl, password(carl), typed))
    assert RecoveryCodeUsed(who(carl), 9) in told(carl)


def test_nothing_tells_who_has_a_second_factor_before_the_password_is_right(carl, phone):  # noqa: ARG001 - he has one
    shown = []
    for name in ("carl", "dora", "nobody"):
        page = password(carl, name, WRONG)
        shown.append((page.status_code, page.text.replace(name, ""), over_the_api(carl, "nobody").json()))
    assert shown[0] == shown[1] == shown[2]


def test_between_password_and_code_there_are_five_minutes_and_the_password_stays_the_same(carl, phone):
    after, late = password(carl), NOW + timedelta(minutes=5)
    carl.clock.now = late
    assert not session(code(carl, after, phone.code(late)))
    after = password(carl)
    with closing(credentials(carl.store)) as logins:
        logins.set_password("carl", OTHER)
    assert not session(code(carl, after, phone.code(late)))


def test_after_five_wrong_codes_one_may_be_tried_each_ten_minutes_however_often_the_password_is_given(carl, phone):
    for _ in range(CODE.at_once):
        answer = code(carl, password(carl), wrong_for(phone))
        assert "El código no es correcto" in answer.text
    waits = code(carl, password(carl), phone.code(NOW))
    assert (session(waits), "Demasiados intentos" in waits.text) == (False, True)
    assert over_the_api(carl, code=phone.code(NOW)).status_code == 429
    carl.clock.now = later = NOW + timedelta(minutes=10)
    assert "El código no es correcto" in code(carl, password(carl), wrong_for(phone, later)).text
    assert "Demasiados intentos" in code(carl, password(carl), phone.code(later)).text
    carl.clock.now = later = NOW + timedelta(minutes=20)
    assert session(code(carl, password(carl), phone.code(later)))
    assert "El código no es correcto" in code(carl, password(carl), wrong_for(phone, later)).text  # it begins anew


def test_with_a_new_password_codes_are_counted_anew(carl, phone):
    for _ in range(CODE.at_once + 1):
        refused = code(carl, password(carl), wrong_for(phone))
    assert "Demasiados intentos: pruebe de nuevo dentro de 10 min" in refused.text
    with closing(credentials(carl.store)) as logins:
        link = f"/new-password/{logins.issue_for_new_password('carl', now=NOW)}"
    assert post(carl, link, password=OTHER, password_again=OTHER).status_code == 303
    assert session(code(carl, password(carl, password=OTHER), phone.code(NOW)))


def test_whoever_knows_the_password_keeps_the_user_out_of_no_browser_that_was_logged_in_before(carl, phone):
    let_in = code(carl, password(carl), phone.code(NOW))
    [device] = [one.partition(";")[0] for one in let_in.headers.get_list("set-cookie") if one.startswith(DEVICE)]
    for _ in range(CODE.at_once + 1):
        refused = code(carl, password(carl), wrong_for(phone))
    assert "Demasiados intentos" in refused.text
    at_home = password(carl, cookies=device)
    assert (at_home.status_code, session(at_home)) == (200, False)  # it asks there too
    assert session(code(carl, at_home, phone.code(NOW, later=1), cookies=device))


def test_what_was_typed_before_the_session_had_ended_is_kept_past_the_code(carl, phone):
    after = password(carl, to="/clients", **{"kept.name": "Núria"})
    wrong = code(carl, after, wrong_for(phone), **{"kept.name": hidden(after.text, "kept.name")})
    let_in = code(carl, wrong, phone.code(NOW), to="/clients", **{"kept.name": hidden(wrong.text, "kept.name")})
    assert (session(let_in), hidden(let_in.text, "name")) == (True, "Núria")


def test_over_the_api_the_code_is_sent_with_the_password(carl, phone):
    for sent, title in (
        ({}, "A code of the second factor is needed too"),
        ({"code": wrong_for(phone)}, "The code is not right, or was used already"),
        ({"code": phone.code(NOW), "password": WRONG}, "The name or the password is not right"),
    ):
        answer = over_the_api(carl, **sent)
        assert (answer.status_code, answer.json()["title"]) == (401, title)
    token = over_the_api(carl, code=phone.code(NOW)).json()["access_token"]
    assert carl.http.get("/api/business", headers={"Authorization": f"Bearer {token}"}).is_success
    assert over_the_api(carl, code=phone.code(NOW)).status_code == 401
    assert over_the_api(carl, code=phone.recovery_codes[0]).is_success


def test_a_link_for_a_new_password_takes_no_second_factor_away_nor_makes_a_browser_known(carl, phone):
    with closing(credentials(carl.store)) as logins:
        link = f"/new-password/{logins.issue_for_new_password('carl', now=NOW)}"
    saved = post(carl, link, password=OTHER, password_again=OTHER)
    assert saved.status_code == 303
    assert not any(one.startswith(DEVICE) for one in saved.headers.get_list("set-cookie"))
    after = password(carl, password=OTHER)
    assert not session(after)
    assert session(code(carl, after, phone.code(NOW)))


def test_nobody_gets_in_between_as_a_user_who_was_disabled(carl, phone):
    after = password(carl)
    sends(carl, "dora", "/users/carl/disabling")
    assert not session(code(carl, after, phone.code(NOW)))


# New recovery codes, and turning it off


def test_new_recovery_codes_ask_for_a_code_and_those_before_are_dead(carl, phone):
    assert sends(carl, "carl", f"{OWN}/recovery-codes", code=wrong_for(phone)).status_code == 422
    made = sends(carl, "carl", f"{OWN}/recovery-codes", code=phone.code(NOW))
    new = codes_on(made.text)
    assert (len(new), RecoveryCodesMade(who(carl)) in told(carl)) == (10, True)
    assert not session(code(carl, password(carl), phone.recovery_codes[0]))
    assert session(code(carl, password(carl), new[0]))


def test_it_is_switched_off_with_the_password_and_a_code(carl, phone):
    for sent in ({"password": WRONG, "code": phone.code(NOW)}, {"password": PASSWORD, "code": wrong_for(phone)}):
        assert sends(carl, "carl", f"{OWN}/removal", **sent).status_code == 422
        assert not session(password(carl))
    off = sends(carl, "carl", f"{OWN}/removal", password=PASSWORD, code=phone.code(NOW))
    assert (off.status_code, session(password(carl))) == (303, True)
    assert SecondFactorRemoved(who(carl)) in told(carl)


def test_it_is_not_switched_off_by_whom_the_firm_requires_it_of(carl, phone):
    require(carl, "collector")
    refused = sends(carl, "carl", f"{OWN}/removal", form_name="removal", password=PASSWORD, code=phone.code(NOW))
    assert (refused.status_code, f"{OWN}/removal" in refused.text) == (422, False)
    assert not session(password(carl))


# An administrator takes it away


def test_an_administrator_takes_away_that_of_who_lost_the_phone_and_not_the_own(carl, phone):
    own = with_phone(carl.store, "dora", NOW)
    assert sends(carl, "ana", "/users/carl/second-factor/removal").status_code == 403
    assert not session(password(carl))
    for name in ("carl", "dora"):
        assert sends(carl, "dora", f"/users/{name}/second-factor/removal").status_code == 303
    assert carl.carl.get("/api/business").status_code == 401  # whoever was in is out
    assert session(password(carl))
    assert session(code(carl, password(carl, "dora"), own.code(NOW)))
    removed = [one for one in told(carl) if isinstance(one, SecondFactorRemoved)]
    assert removed == [SecondFactorRemoved(who(carl))]
    assert phone.secret


def test_users_and_log_ins_show_who_has_one_and_what_became_of_it(carl, phone):
    with_phone(carl.store, "dora", NOW)
    code(carl, password(carl), wrong_for(phone))
    code(carl, password(carl), phone.recovery_codes[0])
    users = carl.http.get("/users", headers=carl.browser("dora")).text
    assert users.count("Segundo factor") == 2
    one = carl.http.get("/users/carl", headers=carl.browser("dora")).text
    assert "/users/carl/second-factor/removal" in [form.action for form in read(one).forms]
    sends(carl, "dora", "/users/carl/second-factor/removal")
    page = carl.http.get("/audit/access", headers=carl.browser("dora")).text
    for text in (
        "dora le quitó el segundo factor",
        "Usó un código de recuperación",
        "quedan 9",
        "Código erróneo tras la contraseña correcta",
    ):
        assert text in page


# Required by role


def test_who_must_have_one_sets_it_up_before_anything_else(carl):
    require(carl, "collector")
    assert session(password(carl))
    for path in ("/", "/escritorio", "/account", "/clients", "/search/fragment?text=a"):
        led = carl.http.get(path, headers=carl.browser("carl"), follow_redirects=False)
        if path != "/":
            assert (path, led.status_code, led.headers["location"]) == (path, 303, OWN)
    head = carl.store.events.head()
    done = sends(carl, "carl", "/account/description", form_name="description", full_name="Carlos")
    assert (done.status_code, done.headers["location"], carl.store.events.head()) == (303, OWN, head)
    refused = carl.carl.get("/api/business")
    assert (refused.status_code, "Set up a second factor" in refused.json()["title"]) == (401, True)
    token = over_the_api(carl).json()["access_token"]
    assert carl.http.get("/api/clients", headers={"Authorization": f"Bearer {token}"}).status_code == 401
    shown = sends(carl, "carl", OWN, form_name="begin", password=PASSWORD).text
    assert "/escritorio" not in read(shown).links
    phone = Phone(secret_on(shown), [])
    made = sends(carl, "carl", f"{OWN}/confirmation", offer=hidden(shown, "offer"), code=phone.code(NOW))
    assert len(codes_on(made.text)) == 10
    assert carl.http.get("/escritorio", headers=carl.browser("carl")).status_code == 200
    assert carl.carl.get("/api/business").is_success


def test_who_must_have_one_may_log_out_without(carl):
    require(carl, "collector")
    token = over_the_api(carl).json()["access_token"]
    for status in (204, 401):
        out = carl.http.post("/api/token/revocation", headers={"Authorization": f"Bearer {token}"})
        assert out.status_code == status
    gone = carl.http.get("/e/none", headers=carl.browser("carl"))
    assert gone.status_code == 404
    assert sends(carl, "carl", "/log-out").headers["location"] == "/log-in"
    assert carl.http.get(OWN, headers=carl.browser("carl"), follow_redirects=False).headers["location"] != OWN


def test_others_programs_and_calendars_go_on_as_before(carl):
    with closing(credentials(carl.store)) as logins:
        program = logins.issue_to_program("carl", "contabilidad", life=timedelta(days=30), now=NOW)
        calendar = logins.issue_to_calendar("carl", now=NOW)
    require(carl, "collector")
    assert carl.http.get("/api/clients", headers={"Authorization": f"Bearer {program}"}).status_code == 200
    assert carl.http.get(f"/calendar/{calendar}.ics").status_code == 200
    assert carl.bea.get("/api/clients").status_code == 200


def test_an_administrator_requires_it_on_a_page(carl):
    said = {"form_name": "second-factor", "roles": ["supervisor", "administrator"]}
    assert sends(carl, "dora", "/settings/second-factor", **said).status_code == 303
    assert carl.http.get("/settings", headers=carl.browser("dora"), follow_redirects=False).headers["location"] == OWN
    with_phone(carl.store, "dora", NOW)
    page = read(carl.http.get("/settings", headers=carl.browser("dora")).text)
    [form] = [form for form in page.forms if form.action == "/settings/second-factor"]
    ticked = [field.value for field in form.fields if field.name == "roles" and "checked" in field.told]
    assert ticked == ["supervisor", "administrator"]
    assert sends(carl, "dora", "/settings/second-factor", form_name="second-factor").status_code == 303
    assert carl.bea.get("/api/clients").status_code == 200
    assert not any(isinstance(event, LogInsFailed) for event in told(carl))
