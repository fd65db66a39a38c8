"""Clients over HTTP: registered whole, worked on by whoever holds them, found by whoever takes a call."""

from office import opening

NIF = {"kind": "nif", "number": "12.345.678-z"}
FULL = {
    "name": "Núria Peña",
    "kind": "person",
    "identification": NIF,
    "address": {"street": "Calle Mayor 1", "postcode": "36001", "city": "Vigo"},
    "zone": "Norte",
    "roles": ["debtor"],
    "payment_days": 30,
    "contacts": [
        {"medium": "phone", "value": "600 12 31 23", "state": "do_not_call"},
        {"medium": "email", "value": "nuria@ejemplo.es", "preferred": True},
    ],
    "accounts": [{"number": "ES9121000418450200051332"}],
}


def test_a_collector_registers_a_client_whole_and_holds_it(office):
    client = office.carl.does("/api/clients", FULL)
    known = office.carl.sees(f"/api/clients/{client}")
    assert (known["line"]["identification"], known["line"]["collector"]) == ("12345678Z", "carl")
    assert (known["street"], known["payment_days"], known["registered_by"]) == ("Calle Mayor 1", 30, "carl")
    assert [one["value"] for one in known["contacts"]] == ["nuria@ejemplo.es", "+34600123123"]
    history = office.carl.sees(f"/api/clients/{client}/history")["items"]
    assert [one["name"] for one in history] == [
        "ClientRegistered",
        "ClientAssignedToCollector",
        "ContactAdded",
        "ContactAdded",
        "AccountAdded",
    ]
    [line] = office.ana.sees("/api/clients", text="600123123", zone="Norte", city="vigo")["items"]
    assert line["id"] == client


def test_others_clients_are_not_there_but_their_exact_phone_or_identification_tells_who_holds_them(office):
    client = office.carl.does("/api/clients", FULL)
    for path in ("", "/history"):
        assert office.cora.get(f"/api/clients/{client}{path}").status_code == 404
    correction = {"name": "Otra", "reason": "Porque sí"}
    assert office.cora.post(f"/api/clients/{client}/correction", correction).status_code == 404
    for text in ("+34600123123", "600 123 123", "12345678Z"):
        [elsewhere] = office.cora.sees("/api/search", text=text)["known_elsewhere"]
        assert (elsewhere["name"], elsewhere["collector"]) == ("Núria Peña", "carl")
        assert [one["id"] for one in office.carl.sees("/api/search", text=text)["known"]] == [client]
    assert office.cora.sees("/api/search", text="60012312")["known_elsewhere"] == []


def test_the_same_identification_twice_is_refused_at_its_field(office):
    client = office.ana.does("/api/clients", FULL)
    answer = office.ana.post("/api/clients", {"name": "Otra", "identification": NIF})
    assert (answer.status_code, answer.json()["field"], answer.json()["holder"]) == (409, "identification", client)
    told = FULL | {"identification": None, "contacts": [{"medium": "phone", "value": "12"}]}
    answer = office.ana.post("/api/clients", told)
    assert (answer.status_code, answer.json()["field"]) == (422, "phone")


def test_nothing_is_sent_to_a_phone_whose_owner_does_not_want_it(office):
    client = office.carl.does("/api/clients", FULL)
    file = office.carl.does("/api/case-files", opening("EXP-1", client))
    sent = {"channel": "sms", "outcome": "sent", "phone": "600123123"}
    answer = office.carl.post(f"/api/case-files/{file}/actions", sent)
    assert (answer.status_code, answer.json()["field"]) == (409, "phone")
    office.carl.does(f"/api/case-files/{file}/actions", sent | {"phone": "600123124"})
    office.carl.does(f"/api/case-files/{file}/actions", sent | {"channel": "call", "outcome": "contacted"})
