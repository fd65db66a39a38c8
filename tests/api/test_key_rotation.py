"""The master key is rotated by another process while people work: nobody notices."""

from contextlib import closing

from logged import command
from office import give_passwords

from api.pages.toasts import signed_with
from api.users.devices import DEVICE
from application.access import note
from domain.access import LoggedIn
from infrastructure.keys.rotation import rotate
from infrastructure.stores import open_store
from infrastructure.wiring import credentials

LINES = [{"description": "Asesoría", "unit_price": "100", "tax_rate": "21"}]


def rotated(office):
    with open_store(office.store.address, office.store.keyring.file) as store, closing(credentials(store)) as logins:
        rotate(store, logins.engine, command(), lambda _: None)


def test_log_ins_links_references_and_repeated_commands_outlive_a_rotation(office):
    known = {"name": "Núria Ñíguez", "reference": "N-1"}
    client = office.ana.does("/api/clients", known, key="once")
    told = {"client_id": client, "lines": LINES, "valid_days": 10}
    estimate = office.ana.does("/api/estimates", told)
    office.ana.does(f"/api/estimates/{estimate}/sent", {})
    link = office.ana.post(f"/api/estimates/{estimate}/link").json()["address"].removeprefix("http://testserver")
    for _ in range(2):
        rotated(office)
        assert "Núria Ñíguez" in office.ana.get(f"/api/clients/{client}").text
        assert office.ana.does("/api/clients", known, key="once") == client
        assert office.ana.post("/api/clients", {**known, "name": "Otra"}, key="once").status_code == 422
        refused = office.ana.post("/api/clients", {"name": "Otra", "reference": "N-1"})
        assert (refused.status_code, refused.json()["holder"]) == (409, client)
        browser = {"Sec-Fetch-Site": "same-origin", "Accept-Language": "es"}
        assert "Núria Ñíguez" in office.http.get(link, headers=browser).text
        assert not office.ana.post(f"/api/estimates/{estimate}/link").json()["address"].endswith(link)


def test_the_list_of_log_ins_names_users_also_from_before_a_rotation(office):
    give_passwords(office, "carl", "dora")
    for _ in range(2):
        note(office.store.events, LoggedIn(who(office, "carl"), "", device_known=True), at=office.clock.now)
        rotated(office)
        office.store.keyring.renew()
    page = office.http.get("/audit/access", headers=office.browser("dora")).text
    assert page.count("<span>carl</span>") == 2


def test_what_was_signed_for_browsers_with_the_former_key_is_nothing_any_more_without_a_new_start(office):
    """Nor is anything signed with it from then on."""
    give_passwords(office, "carl")
    former = signed_with(office.store.keyring.subkeys("devices")[0], "device")
    known = logged_in(office)
    assert former.loads(known)["users"] == [who(office, "carl")]
    assert former.loads(logged_in(office, known))["id"] == former.loads(known)["id"]
    rotated(office)
    office.store.keyring.renew()
    anew = logged_in(office, known)
    valid, told = former.loads_unsafe(anew)
    assert not valid
    assert told["id"] != former.loads(known)["id"]


def logged_in(office, known=""):
    """The cookie by which that browser is known."""
    told = {"username": "carl", "password": "una contraseña larga"}
    headers = {"Sec-Fetch-Site": "same-origin", "Cookie": f"{DEVICE}={known}"}
    answer = office.http.post("/log-in", data=told, headers=headers, follow_redirects=False)
    assert answer.status_code == 303
    return answer.cookies[DEVICE]


def who(office, name):
    return office.http.app.state.service.attempts.who(name)
