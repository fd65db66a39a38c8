"""Clients blocked and merged, as tasks, portfolios, expenses and calendars show them; and who stands in for whom."""

from io import BytesIO

import pytest
from office import PDF, euros, opening, payment, upload
from openpyxl import load_workbook

NAME, PHONE, PLACE, SAID = "Quintín Zarzalejos", "655123987", "Calle del Cerezo 3", "vive con su hermana en Cuacos"
ZONE, CITY = "La Vera", "Cuacos de Yuste"

SECRETS = (NAME, "Zarzalejos", PHONE, "655 12 39 87", PLACE, SAID, CITY)
TODAY, TOMORROW = "2026-03-16", "2026-03-17"


def held(office, name, collector="carl", **more):
    client = office.client(name, **more)
    office.ana.does(f"/api/clients/{client}/assignment", {"collector": collector, "from": "2026-01-01"})
    return client


@pytest.fixture
def blocked(office):
    """A client of carl's of whom there is something everywhere, blocked: ids by what they are of."""
    phones = [{"medium": "phone", "value": PHONE, "whose": SAID}]
    client = held(office, NAME, zone=ZONE, address={"street": PLACE, "city": CITY}, contacts=phones)
    file = office.ana.does("/api/case-files", opening("EXP-1", client))
    action = {"channel": "call", "outcome": "contacted", "note": SAID}
    office.carl.does(f"/api/case-files/{file}/actions", action | {"next_action": SAID, "next_action_on": TOMORROW})
    told = {"title": f"Llamar a {NAME}", "notes": SAID, "day": TODAY, "client_id": client}
    task = office.carl.does("/api/tasks", told)
    done = office.carl.does("/api/tasks", told)
    office.carl.does(f"/api/tasks/{done}/completion", {"result": SAID})
    spent = {"kind": "fuel", "amount": euros("42.10"), "spent_on": "2026-02-20", "case_file_id": file, "note": SAID}
    expense = office.carl.does("/api/expenses", spent)
    assert upload(office.carl, expense, PDF).is_success
    office.ana.does(f"/api/expenses/{expense}/rejection", {"reason": SAID})
    approved = office.carl.does("/api/expenses", spent)
    office.ana.does(f"/api/expenses/{approved}/approval")
    feed = office.carl.post("/api/calendar-address").json()["address"]
    office.ana.does(f"/api/clients/{client}/blocking", {"reason": "lo pide"})
    return {"client": client, "file": file, "task": task, "done": done, "expense": expense, "feed": feed}


def page(office, name, path):
    """As a browser shows it."""
    answer = office.http.get(path, headers=office.browser(name), follow_redirects=False)
    assert answer.status_code == 200, (path, answer.status_code)
    return answer


def cells(answer):
    book = load_workbook(BytesIO(answer.content))
    return " ".join(str(cell.value) for sheet in book for row in sheet.rows for cell in row)


def test_of_a_blocked_client_only_an_auditor_reads_anything(office, blocked):
    answers = [
        "/api/tasks",
        f"/api/tasks?client_id={blocked['client']}",
        f"/api/tasks/days/{TODAY}",
        "/api/tasks/months/2026-03",
        f"/api/tasks/{blocked['task']}",
        f"/api/tasks/{blocked['done']}",
        "/api/portfolios/carl",
        f"/api/expenses/{blocked['expense']}",
    ]
    pages = [
        f"/tasks?day={TODAY}",
        f"/tasks/{blocked['task']}",
        f"/tasks/{blocked['done']}",
        "/escritorio",
        "/escritorio/calendar?day=2026-03-16",
        "/portfolios/carl",
        "/portfolios/carl/report.csv",
        f"/portfolios/of-clients/{blocked['client']}",
        f"/expenses/{blocked['expense']}",
        "/expenses?state=all",
        "/escritorio/expenses-report?month=2026-02",
        "/escritorio/expenses-report.csv?month=2026-02",
        f"/tasks/new?client_id={blocked['client']}",
    ]
    for path in answers:
        for person in (office.carl, office.ana, office.dora):
            shown = person.get(path).text
            assert not [one for one in SECRETS if one in shown], path
        assert any(one in office.emil.get(path).text for one in SECRETS), path
    for path in pages:
        for name in ("carl", "ana"):
            shown = page(office, name, path).text
            assert not [one for one in SECRETS if one in shown], path
    for person, reads in ((office.carl, False), (office.ana, False), (office.emil, True)):
        assert (SAID in person.get("/api/escritorio/expenses-report.csv", month="2026-02").text) is reads
    book = "/portfolios/carl/report.xlsx"
    assert NAME not in cells(page(office, "ana", book))
    assert NAME in cells(page(office, "emil", book))
    assert NAME in page(office, "emil", "/portfolios/carl/report.csv").text
    assert not [one for one in SECRETS if one in office.http.get(blocked["feed"]).text.replace("\r\n ", "")]
    attachment = f"/api/expenses/{blocked['expense']}/attachment"
    assert office.ana.get(attachment).json()["type"] == "/problems/client-hidden"
    assert office.emil.get(attachment).content == PDF


def test_a_blocked_client_is_not_found_by_where_it_lives_and_is_itself_again_once_unblocked(office, blocked):
    def listed(person, **asked):
        return [line["name"] for line in person.sees("/api/portfolios/carl", **asked)["items"]]

    assert (listed(office.ana), listed(office.emil)) == (["[bloqueado]"], [NAME])
    for asked in ({"zone": ZONE}, {"city": CITY}):
        assert (listed(office.ana, **asked), listed(office.emil, **asked)) == ([], [NAME])
    assert listed(office.ana, text="Zarzalejos") == []
    office.dora.does(f"/api/clients/{blocked['client']}/unblocking", {"reason": "ya no"})
    [line] = office.carl.sees("/api/portfolios/carl", text="Zarzalejos")["items"]
    assert (line["name"], line["zone"], line["next_action"]) == (NAME, ZONE, f"Llamar a {NAME}")
    assert office.carl.sees(f"/api/tasks/{blocked['task']}")["notes"] == SAID


def test_nothing_is_done_with_a_blocked_clients_tasks_and_expenses(office, blocked):
    told = {"title": "Llamar", "day": TOMORROW}
    task = f"/api/tasks/{blocked['task']}"
    for path, body in (
        ("/api/tasks", told | {"client_id": blocked["client"]}),
        (f"{task}/edit", told),
        (f"{task}/copy", {"day": TOMORROW}),
        (f"{task}/start", None),
        (f"{task}/completion", {"result": "x"}),
        ("/api/expenses", {"kind": "fuel", "amount": euros("5.00"), "case_file_id": blocked["file"]}),
    ):
        assert office.ana.post(path, body).json()["type"] == "/problems/client-is-blocked", path


def test_the_tasks_of_merged_clients_are_the_survivors(office):
    first, second, third = (held(office, name) for name in ("Uno", "Dos", "Tres"))
    for client in (first, second, third):
        office.carl.does("/api/tasks", {"title": f"De {client}", "day": TOMORROW, "client_id": client})

    def tasks_of(client):
        return {one["title"] for one in office.carl.sees("/api/tasks", client_id=client)["items"]}

    office.ana.does(f"/api/clients/{first}/merging", {"into": second, "reason": "el mismo"})
    office.ana.does(f"/api/clients/{second}/merging", {"into": third, "reason": "el mismo"})
    everyones = {f"De {client}" for client in (first, second, third)}
    assert [tasks_of(client) for client in (first, second, third)] == [everyones] * 3
    [absorbed] = [one for one in office.carl.sees("/api/tasks")["items"] if one["client_id"] == first]
    office.carl.does(f"/api/tasks/{absorbed['id']}/edit", {"title": "Sigue", "day": TOMORROW})
    copied = office.carl.post(f"/api/tasks/{absorbed['id']}/copy", {"day": TOMORROW})
    assert copied.json()["type"] == "/problems/client-is-merged"
    office.ana.does(f"/api/clients/{second}/unmerging", {"reason": "undo"})
    assert tasks_of(third) == {f"De {third}"}
    assert tasks_of(second) == {"Sigue", f"De {second}"}


def test_a_whole_portfolio_changes_hands_with_merged_clients_together_and_without_the_erased(office):
    absorbed, survivor, gone = (held(office, name) for name in ("Uno", "Dos", "Tres"))
    file = office.ana.does("/api/case-files", opening("EXP-1", absorbed))
    office.ana.does(f"/api/clients/{absorbed}/merging", {"into": survivor, "reason": "el mismo"})
    office.dora.does(f"/api/clients/{gone}/erasure", {"ground": "asked_for"})
    assert [line["id"] for line in office.ana.sees("/api/portfolios/carl")["items"]] == [survivor]
    everybody = {"collector": "carl", "to": "cora", "from": TODAY}
    moved = office.ana.does("/api/portfolios/reassignments", everybody)
    assert office.ana.sees("/api/portfolios/carl")["items"] == []
    assert office.ana.sees(f"/api/clients/{gone}/holdings")["holdings"][0]["collector"] == "carl"
    assert office.cora.sees(f"/api/case-files/{file}")["line"]["collector"] == "cora"
    assert office.carl.get(f"/api/case-files/{file}").status_code == 404
    office.ana.does(f"/api/portfolios/reassignments/{moved}/undo")
    assert office.carl.sees(f"/api/case-files/{file}")["line"]["collector"] == "carl"
    office.ana.does(f"/api/clients/{survivor}/assignment", {"collector": "cora", "from": TODAY})
    assert office.cora.sees(f"/api/case-files/{file}")["line"]["collector"] == "cora"


def test_a_substitute_sees_the_clients_and_works_the_tasks_of_the_other_for_those_days(office):
    client = held(office, "Deudora", "cora")
    task = office.cora.does("/api/tasks", {"title": "Llamar", "day": TODAY, "client_id": client})
    planned = {"title": "Visitar", "day": TODAY, "client_id": client}
    assert office.carl.get(f"/api/tasks/{task}").status_code == 404
    assert office.carl.post("/api/tasks", planned).status_code == 404
    days = {"collector": "cora", "substitute": "carl", "from": TODAY, "until": TOMORROW}
    appointed = office.ana.does("/api/substitutions", days)
    office.carl.does(f"/api/tasks/{task}/start")
    visit = office.carl.does("/api/tasks", planned)
    office.carl.does(f"/api/tasks/{visit}/completion", {"result": "no estaba"})
    assert {one["title"] for one in office.carl.sees("/api/tasks")["items"]} == {"Llamar", "Visitar"}
    assert office.carl.sees(f"/api/clients/{client}")["line"]["name"] == "Deudora"
    assert "Visitar" in page(office, "carl", f"/clients/{client}?tab=tasks").text
    office.ana.does(f"/api/substitutions/{appointed}/end")
    assert office.carl.post(f"/api/tasks/{task}/completion").status_code == 404
    assert office.carl.get(f"/api/clients/{client}").status_code == 404


def test_the_history_of_whoever_was_kept_tells_who_was_merged_into_it_and_that_it_was_undone(office):
    kept, other, further = (held(office, name) for name in ("Uno", "Dos", "Tres"))
    for client in (other, further):
        office.ana.does(f"/api/clients/{client}/merging", {"into": kept, "reason": f"es el mismo que {client}"})
    office.ana.does(f"/api/clients/{other}/unmerging", {"reason": "undo"})
    history = office.carl.sees(f"/api/clients/{kept}/history")["items"]
    assert [(one["name"], one["stream"], one["reason"]) for one in history[2:]] == [
        ("ClientMerged", other, f"es el mismo que {other}"),
        ("ClientMerged", further, f"es el mismo que {further}"),
        ("ClientUnmerged", other, "undo"),
    ]
    first = office.carl.sees(f"/api/clients/{kept}/history", limit=3)
    rest = office.carl.sees(f"/api/clients/{kept}/history", limit=3, cursor=first["next"])
    assert (first["items"] + rest["items"], rest["next"]) == (history, None)
    told = page(office, "carl", f"/clients/{kept}?tab=history").text
    for said in ("C-00002 Dos se fusionó con este cliente", "C-00003 Tres se fusionó con este cliente"):
        assert said in told
    assert "C-00002 Dos ya no está fusionado con este cliente" in told
    assert "deshecho" in told
    assert office.store.events.head()[0] == max(one["position"] for one in history)  # nothing is written twice


def test_a_merge_undone_tells_nothing_of_a_client_who_is_blocked_or_held_by_another_since(office):
    kept, other = held(office, "Uno"), held(office, NAME)
    office.ana.does(f"/api/clients/{other}/merging", {"into": kept, "reason": SAID})
    office.ana.does(f"/api/clients/{other}/unmerging", {"reason": SAID})
    office.ana.does(f"/api/clients/{other}/assignment", {"collector": "cora", "from": TODAY})
    office.carl.sees(f"/api/clients/{kept}/history")
    told = page(office, "carl", f"/clients/{kept}?tab=history").text
    assert "C-00002 se fusionó con este cliente" in told
    assert NAME not in told
    office.ana.does(f"/api/clients/{other}/blocking", {"reason": "lo pide"})
    for person, seen in ((office.ana, False), (office.emil, True)):
        assert (SAID in person.get(f"/api/clients/{kept}/history").text) is seen
    assert SAID not in page(office, "ana", f"/clients/{kept}?tab=history").text


def test_a_portfolio_counts_a_merged_client_with_whoever_was_kept_until_it_is_undone(office):
    kept, other = held(office, "Uno", zone="Norte"), held(office, "Dos", zone="Sur")
    files = [office.ana.does("/api/case-files", opening(f"EXP-{one}", one, "100.00")) for one in (kept, other)]

    def listed(**asked):
        found = office.ana.sees("/api/portfolios/carl", **asked)["items"]
        totals = office.ana.sees("/api/portfolios/carl/totals", as_of=asked.get("as_of"))
        [carl] = [one for one in office.ana.sees("/api/portfolios") if one["collector"] == "carl"]
        assert len(found) == totals["all"]["clients"]
        if not asked:
            assert (carl["clients"], carl["owed"]) == (len(found), totals["all"]["owed"])
        return {line["name"]: line["owed"] for line in found}, [one["zone"] for one in totals["by_zone"]]

    both = ({"Uno": [euros("100.00")], "Dos": [euros("100.00")]}, ["Norte", "Sur"])
    assert listed() == both
    office.ana.does(f"/api/clients/{other}/merging", {"into": kept, "reason": "el mismo"})
    paid = office.carl.does(f"/api/case-files/{files[1]}/payments", payment("30.00"))
    office.ana.does(f"/api/case-files/{files[1]}/payments/{paid}/approval")
    as_one = ({"Uno": [euros("170.00")]}, ["Norte"])
    assert (listed(), listed(as_of="2026-03-16")) == (as_one, as_one)
    assert listed(as_of="2026-03-15") == ({"Uno": [euros("200.00")]}, ["Norte"])
    asked = {"clients": [other], "to": "cora", "from": TODAY}
    preview = office.ana.post("/api/portfolios/reassignments/preview", asked).json()
    assert (preview["clients"], preview["case_files"], preview["owed"]) == (1, 2, [euros("170.00")])
    office.ana.does("/api/case-files/" + files[0] + "/closing", {"reason": "uncollectible"})
    [line] = office.carl.sees("/api/portfolios/carl")["items"]
    assert (line["standing"], line["owed"]) == ("active", [euros("70.00")])
    office.ana.does(f"/api/clients/{other}/unmerging", {"reason": "undo"})
    assert listed() == ({"Uno": [], "Dos": [euros("70.00")]}, ["Norte", "Sur"])


def test_of_whom_a_merged_client_was_before_a_day_in_the_past_tells_by_what_was_held_then(office):
    kept, other = held(office, "Uno", "carl"), held(office, "Dos", "cora")
    for client, amount in ((kept, "100.00"), (other, "30.00")):
        office.ana.does("/api/case-files", opening(f"EXP-{client}", client, amount))
    office.ana.does(f"/api/clients/{other}/assignment", {"collector": "carl", "from": "2026-03-01"})
    office.ana.does(f"/api/clients/{other}/merging", {"into": kept, "reason": "el mismo"})
    for collector, day, owed in (
        ("carl", "2026-02-28", "100.00"),
        ("cora", "2026-02-28", "30.00"),
        ("carl", "2026-03-01", "130.00"),
    ):
        [line] = office.ana.sees(f"/api/portfolios/{collector}", as_of=day, status="active")["items"]
        assert (line["name"], line["owed"]) == ("Uno", [euros(owed)])
    assert office.ana.sees("/api/portfolios/cora", as_of="2026-03-01")["items"] == []
    assert office.ana.sees("/api/portfolios/-", as_of="2025-12-31", text="Uno")["items"] != []


def test_an_erased_client_is_listed_while_debts_are_left_and_its_zone_is_none(office):
    client = held(office, NAME, zone=ZONE)
    file = office.ana.does("/api/case-files", opening("EXP-1", client, "100.00"))
    office.ana.does(f"/api/case-files/{file}/closing", {"reason": "uncollectible"})
    office.dora.does(f"/api/clients/{client}/erasure", {"ground": "asked_for"})
    assert office.ana.sees("/api/portfolios/carl")["items"] == []
    assert office.ana.sees("/api/portfolios/carl/totals")["all"]["clients"] == 0
    [then] = office.ana.sees("/api/portfolios/carl", as_of="2026-03-15")["items"]
    assert (then["name"], then["owed"]) == ("[suprimido]", [euros("100.00")])
    office.ana.does(f"/api/case-files/{file}/reopening", {"reason": "sigue"})
    [line] = office.ana.sees("/api/portfolios/carl")["items"]
    assert (line["name"], line["zone"], line["owed"]) == ("[suprimido]", None, [euros("100.00")])
    [zone] = office.ana.sees("/api/portfolios/carl/totals")["by_zone"]
    assert (zone["zone"], zone["clients"]) == (None, 1)
    assert "<option>[suprimido]" not in page(office, "ana", "/portfolios/carl").text
