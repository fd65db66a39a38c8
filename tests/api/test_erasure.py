"""An erased client: nothing personal can be read anywhere, and every figure is as it was."""

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import psycopg
from carriers import client_with, estimate_of, mail_server, message, set_up_mail, state
from eventually import eventually
from office import PDF, euros, payment, upload
from sqlalchemy import select

from infrastructure.read_models.served import PROJECTIONS, go_back, rebuild
from projections.clients.tables import clients as client_details

NAME, PHONE, NOTE = "Quintín Zarzalejos", "655 123 987", "vive con su hermana en Cuacos"
EMAIL, STREET, TITLE, RESULT = "quintin@cerezo.example", "Calle del Cerezo 3", "Visita al Cerezo", "estaba la hermana"
"""Words that nothing else holds."""

SECRETS = (NAME, PHONE, "655123987", NOTE, EMAIL, STREET, TITLE, RESULT, "zarzalejos", "Cuacos", "Cerezo", "cerezo")
"""What nobody may find anywhere; where a text is kept folded, as it is folded."""


@dataclass
class Told:
    """The ids of all there is of one person: `task` waits, `done` is completed."""

    debtor: str
    case_file: str
    task: str
    done: str
    expense: str


def told_of(office):
    """A closed case file of somebody of whom there is all that there can be, and a stranger's."""
    office.case_file("EXP-1")
    debtor = office.client(
        NAME,
        zone="Cuacos de Yuste",
        notes=NOTE,
        address={"street": f"{STREET}, Cuacos", "city": "Cuacos"},
        contacts=[{"medium": "phone", "value": PHONE, "whose": RESULT}, {"medium": "email", "value": EMAIL}],
    )
    office.ana.does(f"/api/clients/{debtor}/assignment", {"collector": "carl", "from": "2026-01-01"})
    opened = {"debtor_id": debtor, "opened_on": "2026-01-10", "due_on": "2026-02-10", "principal": euros("300.00")}
    own = office.ana.does("/api/case-files", {"reference": "EXP-2", **opened})
    at = f"/api/case-files/{own}"
    said = {"phone": PHONE, "note": NOTE, "next_action": f"Llamar a {NAME}", "next_action_on": "2026-04-01"}
    office.carl.does(f"{at}/actions", {"channel": "call", "outcome": "contacted", **said})
    paid = office.carl.does(f"{at}/payments", payment("300.00", payer=NAME, note=NOTE))
    office.ana.does(f"{at}/payments/{paid}/rejection", {"reason": NOTE})
    office.ana.does(f"{at}/payments/{paid}/reopening", {"reason": "undo"})
    office.ana.does(f"{at}/payments/{paid}/approval")
    expense = {"kind": "fuel", "amount": euros("42.10"), "spent_on": "2026-02-20", "borne_by": "debtor"}
    spent = office.carl.does("/api/expenses", expense | {"case_file_id": own, "note": NOTE})
    assert upload(office.carl, spent, PDF).is_success
    office.ana.does(f"/api/expenses/{spent}/rejection", {"reason": NOTE})
    office.carl.does(f"{at}/closing", {"reason": "paid", "note": NOTE})
    planned = {"client_id": debtor, "title": TITLE, "notes": NOTE, "day": "2026-03-20"}
    task = office.carl.does("/api/tasks", planned)
    office.carl.does(f"/api/tasks/{task}/completion", {"result": RESULT})
    return Told(debtor, own, office.carl.does("/api/tasks", planned | {"notes": None}), task, spent)


def figures(office):
    shown = [office.dora.sees("/api/escritorio/case-files", state=state)["items"] for state in ("open", "closed")]
    amounts = [(line["reference"], line["collected"], line["outstanding"]) for lines in shown for line in lines]
    return amounts, office.dora.sees("/api/escritorio/summary"), office.emil.sees("/api/audit/payments")["items"]


def without_reasons(figures):
    amounts, summary, changes = figures
    return amounts, summary, [{**change, "reason": None} for change in changes]


def bytes_of(file):
    """What SQLite keeps beside a database goes with its last connection."""
    try:
        return file.read_bytes()
    except FileNotFoundError:
        return b""


def holding(store, *texts):
    """The files of the store in which any of these can be read."""
    if store.folder is not None:
        files = [file for file in store.folder.rglob("*") if file.is_file()]
    else:
        with psycopg.connect(store.address, autocommit=True) as db:
            db.execute("CHECKPOINT")
            [(data,)] = db.execute("SHOW data_directory").fetchall()
            found = db.execute(
                "SELECT %s || '/base/' || oid FROM pg_database WHERE datname = current_database()", (data,)
            ).fetchall()
        files = [file for (folder,) in found for file in Path(folder).iterdir() if file.is_file()]
    contents = {file: bytes_of(file) for file in files}
    return sorted({file.name for file, content in contents.items() for text in texts if text.encode() in content})


def test_erasing_a_client_leaves_nothing_to_be_read_and_every_figure(office):
    store = office.store
    rebuild(store)  # so that a generation is kept from before
    told = told_of(office)
    debtor, own = told.debtor, told.case_file
    assert PDF in attached(office, told.expense).content
    before = figures(office)
    assert office.carl.sees("/api/search", text="zarzalejos")["clients"]["items"]
    assert all(holding(store, text) for text in (NAME, TITLE, STREET))
    office.dora.does(f"/api/clients/{debtor}/erasure", {"ground": "asked_for"})
    assert without_reasons(figures(office)) == without_reasons(before)
    eventually(lambda: holding(store, *SECRETS) == [])
    shown = office.ana.sees(f"/api/clients/{debtor}")
    line = shown["line"]
    assert (line["name"], line["zone"], line["standing"]) == ("[suprimido]", "[suprimido]", "erased")
    assert (line["phones"], shown["notes"], shown["street"]) == (["[suprimido]"], "[suprimido]", None)
    assert office.ana.sees("/api/search", text="zarzalejos")["clients"]["items"] == []
    line = office.ana.sees(f"/api/case-files/{own}")["line"]
    assert (line["debtor"], line["next_action"]) == ("[suprimido]", "[suprimido]")
    history = office.ana.sees(f"/api/case-files/{own}/history")["items"]
    assert {entry["data"].get("note") for entry in history} <= {None, "[suprimido]"}
    for task, result in ((told.task, None), (told.done, "[suprimido]")):
        line = office.ana.sees(f"/api/tasks/{task}")
        assert {line["title"], line["client"], line["address"]} == {"[suprimido]"}
        assert line["result"] == result
    spent = office.ana.sees(f"/api/expenses/{told.expense}")
    assert (spent["note"], spent["history"][-1]["reason"]) == ("[suprimido]", "[suprimido]")
    assert attached(office, told.expense).status_code == 404
    assert debtor not in {one["id"] for one in office.carl.sees("/api/portfolios/carl")["items"]}
    then = office.ana.sees("/api/portfolios/carl", as_of="2026-03-15")["items"]
    [line] = [one for one in then if one["id"] == debtor]
    assert (line["name"], line["zone"], line["city"]) == ("[suprimido]", None, None)
    assert (line["phones"], line["address"]) == ([{"value": "[suprimido]", "whose": "[suprimido]"}], None)
    live = served(store)
    rebuild(store)
    assert served(store) == live
    assert store.events.verify().position
    go_back(store)
    assert served(store) == live


def test_what_is_told_of_an_erased_client_is_refused_for_it_could_not_be_kept(sqlite_office):
    office = sqlite_office
    told = told_of(office)
    office.dora.does(f"/api/clients/{told.debtor}/erasure", {"ground": "asked_for"})
    said = {"title": TITLE, "day": "2026-03-20"}
    task = f"/api/tasks/{told.task}"
    for path, body in (
        ("/api/tasks", said | {"client_id": told.debtor}),
        (f"{task}/edit", said),
        (f"{task}/copy", {"day": "2026-03-21"}),
        (f"{task}/completion", {"result": RESULT}),
        ("/api/expenses", {"kind": "fuel", "amount": euros("5.00"), "case_file_id": told.case_file, "note": NOTE}),
    ):
        assert office.ana.post(path, body).json()["type"] == "/problems/client-is-erased", path
    office.carl.does(f"{task}/start")
    office.carl.does(f"{task}/completion")
    assert attached(office, told.expense).status_code == 404
    assert office.store.keys.to_read([UUID(told.debtor)]) == {}


# What waits to be sent


def estimate_to_erase(office):
    """Of somebody of whom all is told in one place or another."""
    debtor = client_with(office, NAME, email=EMAIL, phone=PHONE)
    return debtor, estimate_of(office, debtor)


def send(office, estimate, channel):
    return office.carl.does(f"/api/estimates/{estimate}/sending", {"channel": channel})


def events(office, stream):
    return [one.name for one in office.store.events.history(UUID(stream))]


def told(office, message_id):
    line = message(office, message_id)["line"]
    return line["state"], line["why"]


def test_what_waits_for_an_erased_client_is_not_sent_says_why_and_leaves_nothing(office):
    """Letters too; and also while sending is suspended, or until it is tried again: it is not kept so long."""
    with mail_server() as (port, box):
        set_up_mail(office, port)
        debtor, estimate = estimate_to_erase(office)
        box.does = "refuse for now"
        again = send(office, estimate, "email")
        eventually(lambda: message(office, again)["line"]["why"] == "not_now")
        office.dora.does("/api/correspondence/suspension", {})
        other = estimate_of(office, debtor)
        waiting = [again, send(office, other, "email"), send(office, other, "post")]
        assert {state(office, one) for one in waiting} == {"queued"}
        assert holding(office.store, NAME)
        office.dora.does(f"/api/clients/{debtor}/erasure", {"ground": "asked_for"})
        eventually(lambda: [told(office, one) for one in waiting] == [("cancelled", "client")] * 3)
        assert office.ana.post(f"/api/messages/{waiting[-1]}/printing").status_code == 409
        for one in waiting:
            assert office.ana.post(f"/api/messages/{one}/retry").is_client_error
            words = message(office, one)["told"]
            assert {words["to"], words["name"], words["subject"], words["body"]} == {"[suprimido]"}
        office.dora.does("/api/correspondence/resumption", {})
        stranger = send(office, estimate_of(office, client_with(office, "Otra S.L.", email="otra@otra.es")), "email")
        eventually(lambda: message(office, stranger)["line"]["why"] == "not_now")  # so the outbox was looked at
        assert box.tries == 2
    eventually(lambda: holding(office.store, *SECRETS) == [])


def test_what_is_being_handed_over_when_its_client_is_erased_leaves_nothing_either(sqlite_office):
    """Nor what the mail server says of the address."""
    office = sqlite_office
    with mail_server() as (port, box):
        set_up_mail(office, port)
        debtor, estimate = estimate_to_erase(office)
        box.does = "be slow"
        sent = send(office, estimate, "email")
        eventually(lambda: state(office, sent) == "handed_over" and box.taken)
        office.dora.does(f"/api/clients/{debtor}/erasure", {"ground": "asked_for"})
        box.go_on.set()
        eventually(lambda: state(office, sent) == "accepted")
        assert message(office, sent)["history"][-1]["answer"] == "[suprimido]"
    eventually(lambda: holding(office.store, *SECRETS) == [])


def test_what_is_told_of_a_file_that_was_loaded_goes_with_whom_it_quotes(sqlite_office):
    """Rows that were left out are kept for a day to be put right, and may be about the same person."""
    office = sqlite_office
    rows = f"reference;name\nQ-1;{NAME}\nQ-1;Otra {NAME}\n"
    sent = {"file": ("clientes.csv", rows.encode())}
    browser = {"headers": office.browser("dora"), "follow_redirects": False}
    address = office.http.post("/import", data={"contents": "clients"}, files=sent, **browser).headers["Location"]
    shown(office, address, "2. Qué es cada columna")
    columns = {f"columns.clients.{one}": one for one in ("reference", "name")}
    office.http.post(f"{address}/columns", data=columns, **browser)
    shown(office, address, "3. Qué se cargaría")
    office.http.post(f"{address}/load", data={"leave_out_bad": "yes"}, **browser)
    shown(office, address, "4. Cargado")
    left_out = f"{address}/left-out.csv"
    assert f"Otra {NAME}" in office.http.get(left_out, **browser).text
    assert holding(office.store, f"Otra {NAME}") == []  # it is sealed
    [line] = office.dora.sees("/api/clients", text=NAME)["items"]
    office.dora.does(f"/api/clients/{line['id']}/erasure", {"ground": "asked_for"})
    eventually(lambda: holding(office.store, NAME) == [])
    for gone in (address, left_out):
        assert office.http.get(gone, **browser).status_code == 404


def shown(office, address, step):
    """The page of the import, once it has come so far."""
    headers = office.browser("dora")
    return eventually(lambda: (page := office.http.get(address, headers=headers).text) and step in page and page)


def test_the_link_of_an_estimate_tells_nothing_of_who_is_erased(sqlite_office):
    office = sqlite_office
    debtor, estimate = estimate_to_erase(office)
    office.carl.does(f"/api/estimates/{estimate}/sent", {})
    link = office.carl.post(f"/api/estimates/{estimate}/link").json()["address"]
    assert NAME in office.http.get(link).text
    office.dora.does(f"/api/clients/{debtor}/erasure", {"ground": "asked_for"})
    assert not [text for text in SECRETS if text in office.http.get(link).text]


def attached(office, expense):
    return office.ana.get(f"/api/expenses/{expense}/attachment")


def served(store):
    """All rows of the current generation."""
    tables = [table for projection in PROJECTIONS for table in projection.tables]
    with closing(store.generations.open(store.generations.current())) as generation, generation.reading.connect() as db:
        return {table.name: sorted(map(tuple, db.execute(select(table))), key=repr) for table in tables}


def test_a_long_read_holds_up_neither_the_leader_nor_what_is_done_after_it(postgres_office):
    """The traces go once it has ended."""
    office, store = postgres_office, postgres_office.store
    debtor = office.client(NAME)
    office.ana.sees(f"/api/clients/{debtor}")
    with closing(store.generations.open(store.generations.current())) as generation:
        with generation.reading.connect() as reading:
            assert reading.execute(select(client_details.c.name)).all()
            office.dora.does(f"/api/clients/{debtor}/erasure", {"ground": "asked_for"})
            eventually(lambda: waits_for_a_reader(store))
            other = office.client("Otra Persona")
            assert office.ana.sees(f"/api/clients/{other}")["line"]["name"] == "Otra Persona"
        eventually(lambda: holding(store, NAME) == [])


def waits_for_a_reader(store):
    with psycopg.connect(store.address) as db:
        query = "SELECT 1 FROM pg_stat_activity WHERE query LIKE 'VACUUM%' AND wait_event_type = 'Lock'"
        return db.execute(query).fetchone() is not None
