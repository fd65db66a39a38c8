"""Who has forgotten the password: a link by mail sets a new one, and tells nobody who works here."""

import re
from contextlib import closing
from datetime import timedelta

import pytest
from carriers import mail_server, set_up_mail
from eventually import eventually
from office import NOW, command, serving
from originals import copied_folder

from application import business
from infrastructure.keys.rotation import rotate
from infrastructure.stores import open_store
from infrastructure.wiring import credentials

OLD, NEW = "correct horse battery", "another horse altogether"
FROM_HERE = {"Sec-Fetch-Site": "same-origin", "Accept-Language": "es"}


@pytest.fixture
def forgetful(office):
    """An office in which Carl has a password and an address."""
    logins = credentials(office.store)
    logins.set_password("carl", OLD)
    logins.close()
    business.describe_user(
        office.store.events, command(), name="carl", full_name="Carlos Prieto", email="carl@agencia.es"
    )
    return office


def ask(office, name):
    return office.http.post("/forgotten-password", data={"username": name, "form_name": "forgotten"}, headers=FROM_HERE)


def link_in(mail):
    [path] = re.findall(r"http://testserver(/new-password/\S+)", mail.get_content())
    return path


def set_new(office, path, password=NEW, again=None):
    return office.http.post(
        path,
        data={"password": password, "password_again": again or password, "form_name": "new-password"},
        headers=FROM_HERE,
        follow_redirects=False,
    )


def gets_in(office, password):
    return office.http.post("/api/token", data={"username": "carl", "password": password}).status_code == 200


def mailed(office, box, name):
    before = len(box.taken)
    assert ask(office, name).status_code == 200
    eventually(lambda: len(box.taken) > before)
    return box.mails[-1]


@pytest.mark.parametrize("told", ["carl", "Carl@agencia.es"])
def test_a_link_by_mail_sets_a_new_password_once(forgetful, told):
    with mail_server() as (port, box):
        set_up_mail(forgetful, port)
        mail = mailed(forgetful, box, told)
        assert mail["To"] == "carl@agencia.es"
        path = link_in(mail)
        assert set_new(forgetful, path).status_code == 303
        assert gets_in(forgetful, NEW)
        assert not gets_in(forgetful, OLD)
        assert set_new(forgetful, path, "a third one altogether").status_code == 404
        assert gets_in(forgetful, NEW)


def test_a_link_lives_for_an_hour(forgetful):
    with mail_server() as (port, box):
        set_up_mail(forgetful, port)
        path = link_in(mailed(forgetful, box, "carl"))
        forgetful.clock.now = NOW + timedelta(hours=1)
        dead = forgetful.http.get(path, headers=FROM_HERE)
        assert (dead.status_code, 'href="/forgotten-password"' in dead.text) == (404, True)
        assert set_new(forgetful, path).status_code == 404
        assert gets_in(forgetful, OLD)


def test_whatever_is_wrong_with_a_new_password_leaves_the_link_alive(forgetful):
    with mail_server() as (port, box):
        set_up_mail(forgetful, port)
        path = link_in(mailed(forgetful, box, "carl"))
        assert set_new(forgetful, path, "short").status_code == 422
        assert set_new(forgetful, path, NEW, "not the same").status_code == 422
        assert set_new(forgetful, path).status_code == 303


def test_a_second_link_kills_the_first(forgetful):
    with mail_server() as (port, box):
        set_up_mail(forgetful, port)
        first = link_in(mailed(forgetful, box, "carl"))
        second = link_in(mailed(forgetful, box, "carl"))
        assert set_new(forgetful, first).status_code == 404
        assert set_new(forgetful, second).status_code == 303


def test_nobody_learns_from_the_answer_who_works_here(forgetful):
    """Cora has no address, and of Zoe nobody has heard: all are answered the same."""
    with mail_server() as (port, box):
        set_up_mail(forgetful, port)
        answers = {ask(forgetful, name).text.replace(name, "") for name in ("cora", "zoe", "carl")}
        assert len(answers) == 1
        eventually(lambda: len(box.taken) == 1)


def test_a_disabled_user_is_sent_no_link_and_an_old_one_is_dead(forgetful):
    with mail_server() as (port, box):
        set_up_mail(forgetful, port)
        path = link_in(mailed(forgetful, box, "carl"))
        business.disable_user(forgetful.store.events, command(), name="carl")
        assert ask(forgetful, "carl").status_code == 200
        assert set_new(forgetful, path).status_code == 404
        assert len(box.taken) == 1


def test_asking_again_and_again_is_refused(forgetful):
    with mail_server() as (port, _):
        set_up_mail(forgetful, port)
        statuses = [ask(forgetful, "carl").status_code for _ in range(11)]
    assert statuses == [200] * 10 + [422]


def test_without_mail_the_page_says_whom_to_ask(forgetful):
    page = forgetful.http.get("/forgotten-password", headers=FROM_HERE)
    assert "administra los usuarios" in page.text
    assert '<form method="post" action="/forgotten-password"' not in page.text


# Links that leave the house


def test_links_begin_with_the_address_that_is_set_whatever_host_a_request_names(office):
    answer = office.carl.post("/api/calendar-address", None, Host="evil.example")
    assert answer.json()["address"].startswith("http://testserver/calendar/")


def test_without_a_public_address_no_link_is_made(office_folder, master_key_file, tmp_path):
    with (
        copied_folder(office_folder, master_key_file, tmp_path / "data") as store,
        serving(store, office_folder.tokens, public_url=None) as office,
    ):
        answer = office.carl.post("/api/calendar-address")
        assert answer.status_code == 409
        assert "RECOBRO_PUBLIC_URL" in answer.json()["title"]
        page = office.http.get("/forgotten-password", headers=FROM_HERE)
        assert "administra los usuarios" in page.text


def test_no_two_users_have_one_address_so_a_link_is_never_for_another(forgetful):
    def describe(name, address):
        return forgetful.http.post(
            f"/users/{name}/description",
            data={"email": address, "form_name": "description"},
            headers=forgetful.browser("dora"),
            follow_redirects=False,
        )

    refused = describe("ana", "CARL@agencia.es")
    assert "Otro usuario tiene este correo" in refused.text
    assert describe("carl", "carl@otra.es").status_code == 303
    assert describe("ana", "carl@agencia.es").status_code == 303


# Links that an administrator makes


def invited(office, name="nora", **fields):
    """The answer to adding somebody."""
    told = {"name": name, "roles": "collector", "form_name": "add", **fields}
    return office.http.post("/users", data=told, headers=office.browser("dora"), follow_redirects=False)


def shown_link(answer):
    return re.search(r'value="http://testserver(/new-password/[^"]+)"', answer.text)[1]


def gets_in_as(office, name, password):
    return office.http.post("/api/token", data={"username": name, "password": password}).status_code == 200


def test_who_is_added_sets_the_own_password_by_a_link_that_is_shown_once_and_works_once(office):
    path = shown_link(invited(office))
    assert not gets_in_as(office, "nora", "")
    page = office.http.get("/users", headers=office.browser("dora")).text
    assert "Invitado" in page
    assert path not in page + office.http.get("/users/nora", headers=office.browser("dora")).text
    assert set_new(office, path).status_code == 303
    assert gets_in_as(office, "nora", NEW)
    assert set_new(office, path, "a third one altogether").status_code == 404
    assert "Invitado" not in office.http.get("/users", headers=office.browser("dora")).text


def test_an_invitation_outlives_a_rotation_of_the_master_key(office):
    path = shown_link(invited(office))
    with (
        open_store(office.store.address, office.store.keyring.file) as store,
        closing(credentials(store)) as logins,
    ):
        rotate(store, logins.engine, command(), lambda _: None)
    assert set_new(office, path).status_code == 303
    assert gets_in_as(office, "nora", NEW)


def test_an_invitation_goes_by_mail_where_mail_is_set_up_and_is_then_shown_to_nobody(office):
    with mail_server() as (port, box):
        set_up_mail(office, port)
        answer = invited(office, email="nora@agencia.es")
        assert (answer.status_code, answer.headers["location"]) == (303, "/users/nora")
        [mail] = [one for one in box.mails if one["To"] == "nora@agencia.es"]
        assert set_new(office, link_in(mail)).status_code == 303
        box.does = "refuse"
        assert shown_link(invited(office, "noa", email="noa@agencia.es"))


def test_an_invitation_lives_for_three_days_and_a_new_one_kills_it(office):
    first = shown_link(invited(office))
    again = office.http.post("/users/nora/link", data={"form_name": "link"}, headers=office.browser("dora"))
    assert set_new(office, first).status_code == 404
    office.clock.now = NOW + timedelta(hours=71)
    assert office.http.get(shown_link(again), headers=FROM_HERE).status_code == 200
    office.clock.now = NOW + timedelta(hours=72)
    assert set_new(office, shown_link(again)).status_code == 404


def test_a_password_that_is_reset_lets_in_no_more_nor_does_what_it_let_in(forgetful):
    office = forgetful
    token = office.http.post("/api/token", data={"username": "carl", "password": OLD}).json()["access_token"]
    for name in ("ana", "carl", "emil"):
        assert office.http.post("/users/carl/link", headers=office.browser(name)).status_code in {401, 403}
    assert office.http.post("/users/carl/link", headers=office.browser("dora")).status_code == 200
    assert office.http.get("/api/business", headers={"Authorization": f"Bearer {token}"}).status_code == 401
    assert not gets_in(office, OLD)


def test_a_link_is_shown_also_where_no_public_address_is_set(office_folder, master_key_file, tmp_path):
    with (
        copied_folder(office_folder, master_key_file, tmp_path / "data") as store,
        serving(store, office_folder.tokens, public_url=None) as office,
    ):
        assert set_new(office, shown_link(invited(office))).status_code == 303
