"""Portfolios over HTTP: read, reassigned many at once with preview and undo, planned, and worked by substitutes."""

import re
from datetime import timedelta

import pytest
from carriers import ISSUER, client_with, issued_invoice
from office import NOW, euros, give_passwords, opening, payment

from infrastructure.wiring import credentials


@pytest.fixture
def zones(office):
    """Three clients of Norte in carl's portfolio and one of Sur in cora's, each owing 100 euros: their ids by name."""
    clients = {}
    for name, zone, collector in (
        ("A", "Norte", "carl"),
        ("B", "Norte", "carl"),
        ("C", "Norte", "carl"),
        ("D", "Sur", "cora"),
    ):
        clients[name] = office.client(name, zone=zone, address={"street": "Mayor 1", "city": f"Villa {zone}"})
        office.ana.does(f"/api/clients/{clients[name]}/assignment", {"collector": collector, "from": "2026-01-01"})
        clients[f"file {name}"] = office.ana.does("/api/case-files", opening(f"EXP-{name}", clients[name], "100.00"))
    return clients


def names(office, collector, **asked):
    return [line["name"] for line in office.ana.sees(f"/api/portfolios/{collector}", **asked)["items"]]


def test_a_portfolio_is_read_filtered_sorted_and_totalled(office, zones):
    paid = office.carl.does(f"/api/case-files/{zones['file A']}/payments", payment("30.00"))
    office.ana.does(f"/api/case-files/{zones['file A']}/payments/{paid}/approval")
    closed = f"/api/case-files/{zones['file B']}/closing"
    office.ana.does(closed, {"reason": "uncollectible"})
    office.carl.does(
        f"/api/case-files/{zones['file C']}/actions",
        {"channel": "call", "outcome": "contacted", "next_action": "Llamar", "next_action_on": "2026-03-20"},
    )
    for phone, told in (
        ("600 111 222", {}),
        ("600 333 444", {"whose": "su hija", "preferred": True}),
        ("600 555 666", {"state": "wrong"}),
    ):
        office.carl.does(f"/api/clients/{zones['A']}/contacts", {"medium": "phone", "value": phone, **told})
    lines = {line["name"]: line for line in office.carl.sees("/api/portfolios/carl")["items"]}
    assert [(name, line["standing"]) for name, line in lines.items()] == [
        ("A", "active"),
        ("B", "passive"),
        ("C", "active"),
    ]
    assert (lines["A"]["owed"], lines["A"]["collected"]) == ([euros("70.00")], [euros("30.00")])
    assert (lines["B"]["owed"], lines["C"]["next_action"], lines["C"]["next_action_on"]) == ([], "Llamar", "2026-03-20")
    assert lines["A"]["phones"] == [
        {"value": "+34600333444", "whose": "su hija"},
        {"value": "+34600111222", "whose": None},
    ]
    assert (lines["A"]["address"], lines["A"]["city"], lines["A"]["zone"]) == (
        "Mayor 1, Villa Norte",
        "Villa Norte",
        "Norte",
    )
    assert names(office, "carl", city="Villa Sur") == []
    assert lines["C"]["last_action_on"] == "2026-03-16"
    assert names(office, "carl", status="passive") == ["B"]
    assert names(office, "carl", text="exp") == []
    assert names(office, "carl", sort="-owed", limit=2) == ["C", "A"]
    cursor = office.ana.sees("/api/portfolios/carl", sort="-owed", limit=2)["next"]
    assert names(office, "carl", sort="-owed", limit=2, cursor=cursor) == ["B"]
    totals = office.ana.sees("/api/portfolios/carl/totals")
    assert (totals["all"]["clients"], totals["all"]["owed"]) == (3, [euros("170.00")])
    assert [(zone["zone"], zone["active"], zone["passive"]) for zone in totals["by_zone"]] == [("Norte", 2, 1)]
    whose = {one["collector"]: one for one in office.ana.sees("/api/portfolios")}
    assert (whose["carl"]["clients"], whose["carl"]["owed"], whose["cora"]["open_case_files"]) == (
        3,
        [euros("170.00")],
        1,
    )
    assert whose["dora"]["clients"] == 0


def test_money_that_waits_for_approval_stands_beside_what_was_collected_until_it_is_decided_on(office, zones):
    at = f"/api/case-files/{zones['file A']}/payments"

    def waiting():
        """Of the client, in all of the portfolio, side by side."""
        [line] = [one for one in office.carl.sees("/api/portfolios/carl")["items"] if one["name"] == "A"]
        [whole] = [one for one in office.ana.sees("/api/portfolios") if one["collector"] == "carl"]
        return [one["waiting"] for one in (line, office.ana.sees("/api/portfolios/carl/totals")["all"], whole)]

    paid, other = (office.carl.does(at, payment(amount)) for amount in ("30.00", "5.00"))
    assert waiting() == [[euros("35.00")]] * 3
    office.carl.does(f"{at}/{other}/withdrawal", {"reason": "dos veces"})
    office.ana.does(f"{at}/{paid}/approval")
    assert waiting() == [[]] * 3
    office.bea.does(f"{at}/{paid}/reopening", {"reason": "no era suyo"})
    assert waiting() == [[euros("30.00")]] * 3
    office.ana.does(f"{at}/{paid}/rejection", {"reason": "no llegó"})
    assert waiting() == [[]] * 3
    assert office.ana.sees("/api/portfolios/carl/totals")["all"]["owed"] == [euros("300.00")]


def test_what_comes_next_is_an_action_or_a_task_that_waits(office, zones):
    def next_of(name="A"):
        [line] = [one for one in office.carl.sees("/api/portfolios/carl")["items"] if one["name"] == name]
        return line["next_action_on"], line["next_action"], line["next_kind"]

    action = {"channel": "call", "outcome": "contacted", "next_action": "Llamar", "next_action_on": "2026-03-20"}
    told = {"client_id": zones["A"], "kind": "meeting", "title": "Verse"}
    first = office.carl.does("/api/tasks", told | {"day": "2026-03-18"})
    assert next_of() == ("2026-03-18", "Verse", "meeting")
    assert names(office, "carl", sort="next_action_on")[0] == "A"
    office.carl.does(f"/api/case-files/{zones['file A']}/actions", action)
    second = office.carl.does("/api/tasks", told | {"title": "Después", "day": "2026-03-21"})
    office.carl.does(f"/api/tasks/{first}/start")
    days_go_by(office, 3)  # the meeting's day has gone by, and it is in progress
    assert next_of() == ("2026-03-18", "Verse", "meeting")
    office.carl.does(f"/api/tasks/{first}/unattended")
    assert next_of() == ("2026-03-20", "Llamar", "action")
    office.carl.does(f"/api/tasks/{second}/edit", {"kind": "call", "title": "Antes", "day": "2026-03-19"})
    assert next_of() == ("2026-03-19", "Antes", "call")
    office.carl.does(f"/api/tasks/{second}/completion", {})
    office.carl.does(f"/api/case-files/{zones['file A']}/closing", {"reason": "uncollectible"})
    assert next_of() == (None, None, None)
    office.carl.does(f"/api/tasks/{second}/reopening")
    assert next_of() == ("2026-03-19", "Antes", "call")


def test_others_portfolios_are_404_to_a_collector_and_the_past_is_for_supervisors(office, zones):
    assert office.carl.get("/api/portfolios/cora").status_code == 404
    assert [one["collector"] for one in office.carl.sees("/api/portfolios")] == ["carl"]
    assert office.carl.get("/api/portfolios/carl", as_of="2026-02-01").status_code == 403
    assert office.ana.get("/api/portfolios/carl", as_of="2026-02-01", sort="owed").status_code == 422
    assert office.cora.get(f"/api/clients/{zones['A']}/holdings").status_code == 404


def test_a_case_file_assigned_by_itself_is_worked_in_the_other_portfolio(office, zones):
    office.ana.does(f"/api/case-files/{zones['file A']}/assignment", {"collector": "cora", "from": "2026-03-01"})
    whose = {one["collector"]: one for one in office.ana.sees("/api/portfolios")}
    assert (whose["carl"]["owed"], whose["carl"]["open_case_files"]) == ([euros("200.00")], 2)
    assert (whose["cora"]["owed"], whose["cora"]["by_themselves"], whose["cora"]["clients"]) == (
        [euros("200.00")],
        1,
        1,
    )
    assert {line["name"]: line["owed"] for line in office.ana.sees("/api/portfolios/carl")["items"]}["A"] == []


def test_who_has_an_unpaid_invoice_is_active_and_who_had_one_is_passive_on_any_day(office):
    """A creditor whom we invoice is held by somebody or listed as nobody's, like everyone who owes."""
    office.dora.does("/api/issuer/identity", ISSUER)
    client = client_with(office)
    office.ana.does("/api/case-files", opening("EXP-1", client_with(office, "Otra"), "1.00") | {"creditor_id": client})
    invoice = issued_invoice(office, client, issued_on="2026-03-02")
    lines = {line["name"]: line["standing"] for line in office.ana.sees("/api/portfolios/carl")["items"]}
    assert lines["Deudora S.L."] == "active"
    paid = {"amount": euros("121.00"), "received_on": "2026-03-10", "method": "cash"}
    payment_id = office.carl.does(f"/api/invoices/{invoice}/payments", paid)
    office.bea.does(f"/api/invoices/{invoice}/payments/{payment_id}/approval")
    for day, standing in (
        ("2026-03-01", "new"),
        ("2026-03-02", "active"),
        ("2026-03-09", "active"),
        ("2026-03-10", "passive"),
        (None, "passive"),
    ):
        assert "Deudora S.L." in names(office, "carl", as_of=day, status=standing), day
        shown = {line["name"]: line["standing"] for line in office.ana.sees("/api/portfolios/carl", as_of=day)["items"]}
        assert (day, shown["Deudora S.L."]) == (day, standing)
    totals = office.ana.sees("/api/portfolios/carl/totals", as_of="2026-03-09")["all"]
    assert (totals["active"], totals["passive"]) == (2, 0)


def test_a_portfolio_as_of_a_day_says_what_had_come_by_then_and_still_waits(office, zones):
    at = f"/api/case-files/{zones['file A']}/payments"
    early, late = (
        office.carl.does(at, payment(amount, received_on=day))
        for amount, day in (("30.00", "2026-03-01"), ("5.00", "2026-03-10"))
    )

    def on(day):
        [line] = [one for one in office.ana.sees("/api/portfolios/carl", as_of=day)["items"] if one["name"] == "A"]
        totals = office.ana.sees("/api/portfolios/carl/totals", as_of=day)["all"]
        assert (line["waiting"], line["collected"]) == (totals["waiting"], totals["collected"])
        return line["waiting"], line["collected"]

    assert [on(day) for day in ("2026-02-28", "2026-03-09", "2026-03-15")] == [
        ([], []), ([euros("30.00")], []), ([euros("35.00")], []),
    ]  # fmt: skip
    office.ana.does(f"{at}/{early}/approval")
    office.ana.does(f"{at}/{late}/rejection", {"reason": "no llegó"})
    assert on("2026-03-09") == ([], [euros("30.00")])
    page = office.http.get("/portfolios/carl?as_of=2026-03-09", headers=office.browser("ana")).text
    assert "Según lo que se sabe hoy" in page


def test_a_portfolio_as_of_a_day_has_whom_was_held_then_and_what_they_owed_then(office, zones):
    file = zones["file A"]
    paid = office.carl.does(f"/api/case-files/{file}/payments", payment("30.00", received_on="2026-02-10"))
    office.ana.does(f"/api/case-files/{file}/payments/{paid}/approval")
    office.ana.does(f"/api/clients/{zones['A']}/assignment", {"collector": "cora", "from": "2026-03-01"})
    assert names(office, "carl") == ["B", "C"]
    assert names(office, "carl", as_of="2026-02-28") == ["A", "B", "C"]
    assert names(office, "carl", as_of="2025-12-31") == []
    owed = {
        day: office.ana.sees("/api/portfolios/carl", as_of=day)["items"][0]["owed"]
        for day in ("2026-02-09", "2026-02-10")
    }
    assert owed == {"2026-02-09": [euros("100.00")], "2026-02-10": [euros("70.00")]}
    assert names(office, "carl", as_of="2026-01-09", status="new") == ["A", "B", "C"]
    totals = office.ana.sees("/api/portfolios/carl/totals", as_of="2026-02-10")["all"]
    assert (totals["clients"], totals["active"], totals["owed"]) == (3, 3, [euros("270.00")])
    held = office.ana.sees(f"/api/clients/{zones['A']}/holdings")["holdings"]
    assert [(one["collector"], one["from_on"], one["until_on"]) for one in held] == [
        ("cora", "2026-03-01", None),
        ("carl", "2026-01-01", "2026-02-28"),
    ]


def test_a_zone_is_previewed_reassigned_in_one_append_and_given_back(office, zones):
    creditor = office.client("Acreedora de Norte", zone="Norte")
    office.ana.does("/api/case-files", opening("EXP-Z", zones["D"]) | {"creditor_id": creditor})
    assert None not in {one["collector"] for one in office.ana.sees("/api/portfolios")}  # creditors need no holder
    asked = {"zone": "Norte", "to": "cora", "from": "2026-03-16"}
    before = office.store.events.head()
    preview = office.ana.post("/api/portfolios/reassignments/preview", asked).json()
    assert (preview["clients"], preview["case_files"], preview["owed"], preview["planned"]) == (
        3,
        3,
        [euros("300.00")],
        False,
    )
    assert [(one["collector"], one["clients"]) for one in preview["by_holder"]] == [("carl", 3)]
    assert office.store.events.head() == before
    done = office.ana.does("/api/portfolios/reassignments", asked | {"selection": preview["selection"]}, key="z")
    assert done == office.ana.does(
        "/api/portfolios/reassignments", asked | {"selection": preview["selection"]}, key="z"
    )
    assert (names(office, "carl"), names(office, "cora")) == ([], ["A", "B", "C", "D"])
    assert office.store.events.head()[0] == before[0] + 3
    office.ana.does(f"/api/clients/{zones['B']}/assignment", {"collector": "bea", "from": "2026-03-16"})
    undo = office.ana.post(f"/api/portfolios/reassignments/{done}/undo", key="u")
    assert (undo.json()["undone"], undo.json()["left"]) == (
        2,
        [{"client_id": zones["B"], "why": "Somebody changed this since, so it is not undone"}],
    )
    assert office.ana.post(f"/api/portfolios/reassignments/{done}/undo", key="u").json()["undone"] == 2
    assert (names(office, "carl"), names(office, "cora"), names(office, "bea")) == (["A", "C"], ["D"], ["B"])


@pytest.mark.usefixtures("zones")
def test_what_was_undone_already_says_so_in_the_readers_language(office):
    done = office.ana.does("/api/portfolios/reassignments", {"zone": "Norte", "to": "cora", "from": "2026-03-16"})
    office.ana.sees("/api/portfolios")
    assert office.ana.post(f"/api/portfolios/reassignments/{done}/undo").json()["undone"] == 3
    again = office.ana.post(f"/api/portfolios/reassignments/{done}/undo", **{"Accept-Language": "es"}).json()
    assert (again["undone"], {one["why"] for one in again["left"]}) == (0, {"Esto ya se había deshecho"})


def test_a_reassignment_from_a_day_in_the_past_says_whose_time_it_takes_and_who_keeps_them_today(office):
    client = office.client("Deudora S.L.")
    for collector, day in (("carl", "2026-01-01"), ("cora", "2026-03-10")):
        office.ana.does(f"/api/clients/{client}/assignment", {"collector": collector, "from": day})
    asked = {"clients": [client], "to": "bea", "from": "2026-02-01"}
    office.ana.sees("/api/portfolios")
    seen = office.ana.post("/api/portfolios/reassignments/preview", asked).json()
    assert (seen["held_then"], seen["stay_with"], seen["moves_collections"], seen["unchanged"]) == (
        [{"collector": "carl", "clients": 1}],
        [{"collector": "cora", "clients": 1}],
        True,
        0,
    )
    already = office.ana.post("/api/portfolios/reassignments/preview", asked | {"to": "carl"}).json()
    assert (already["moves_collections"], already["unchanged"], already["collections"]) == (False, 1, [])
    today = office.ana.post("/api/portfolios/reassignments/preview", asked | {"from": "2026-03-16"}).json()
    assert (today["held_then"], today["stay_with"], today["moves_collections"]) == (seen["stay_with"], [], False)
    sent, ana = {"client": client, "to": "bea", "from": "2026-02-01"}, office.browser("ana")
    page = office.http.get("/reassignment", params=sent, headers=ana).text
    assert "Gestor el 1 feb 2026: carl. Lo cobrado desde entonces pasa a contar para bea" in page
    assert "también en meses pasados. Una asignación posterior sigue en vigor: gestor hoy: cora." in page
    assert "<strong>1 cliente</strong> (1 sigue hoy con su gestor, por una asignación posterior)" in page
    form = {"selection": seen["selection"], "form_name": "reassign"}
    done = office.http.post("/reassignment", data=sent | form, headers=ana, follow_redirects=False)
    assert done.status_code == 303, done.text
    assert office.ana.sees(f"/api/clients/{client}/holdings")["holdings"][0]["collector"] == "cora"


def test_what_was_undone_does_not_stop_a_later_reassignment_from_a_day_before(office):
    client = office.client("Deudora S.L.")
    office.ana.does(f"/api/clients/{client}/assignment", {"collector": "carl", "from": "2026-01-01"})
    asked = {"clients": [client], "to": "cora", "from": "2026-03-01"}
    done = office.ana.does("/api/portfolios/reassignments", asked)
    office.ana.sees("/api/portfolios")
    assert office.ana.post(f"/api/portfolios/reassignments/{done}/undo").json()["undone"] == 1
    asked = {"clients": [client], "to": "bea", "from": "2026-02-01"}
    office.ana.sees("/api/portfolios")
    assert office.ana.post("/api/portfolios/reassignments/preview", asked).json()["stay_with"] == []
    office.ana.does("/api/portfolios/reassignments", asked)
    held = office.ana.sees(f"/api/clients/{client}/holdings")["holdings"]
    assert [(one["collector"], one["from_on"]) for one in held] == [("bea", "2026-02-01"), ("carl", "2026-01-01")]
    assert names(office, "bea") == ["Deudora S.L."]


def test_a_reassignment_of_whom_nobody_held_or_to_nobody_says_so(office):
    client = office.client("Deudora S.L.")
    office.ana.does(f"/api/clients/{client}/assignment", {"collector": "cora", "from": "2026-03-10"})
    office.ana.sees("/api/portfolios")
    for to, day, said in (
        ("bea", "2026-02-01", "Gestor el 1 feb 2026: sin gestor. Lo cobrado desde entonces pasa a contar para bea"),
        ("-", "2026-03-10", "Gestor el 10 mar 2026: cora. Lo cobrado desde entonces pasa a contar sin gestor"),
    ):
        sent = {"client": client, "to": to, "from": day}
        assert said in office.http.get("/reassignment", params=sent, headers=office.browser("ana")).text
    nothing = office.http.get(
        "/reassignment", params={**sent, "from": "2026-02-01"}, headers=office.browser("ana")
    ).text
    assert "Lo cobrado desde entonces" not in nothing


def test_a_reassignment_from_a_past_day_says_what_collected_money_it_moves_as_the_reports_have_it_after(office):
    client = office.client("Deudora S.L.")
    for collector, day in (("carl", "2026-01-01"), ("cora", "2026-02-10")):
        office.ana.does(f"/api/clients/{client}/assignment", {"collector": collector, "from": day})
    free = office.ana.does("/api/case-files", opening("EXP-1", client))
    own = office.ana.does("/api/case-files", opening("EXP-2", client))
    office.ana.does(f"/api/case-files/{own}/assignment", {"collector": "carl", "from": "2026-01-10"})

    def paid(file, amount, day):
        told = office.ana.does(f"/api/case-files/{file}/payments", payment(amount, received_on=day))
        office.bea.does(f"/api/case-files/{file}/payments/{told}/approval")
        return told

    for amount, day in (("10.00", "2026-01-15"), ("20.00", "2026-01-25"), ("5.00", "2026-02-03")):
        last = paid(free, amount, day)
    paid(free, "40.00", "2026-02-12")  # later it was cora's, who keeps it
    paid(own, "80.00", "2026-02-03")
    office.bea.does(f"/api/case-files/{free}/payments/{last}/return", {"returned_on": "2026-03-02", "reason": "x"})
    moved = paid(free, "7.00", "2026-02-04")
    office.bea.does(
        f"/api/case-files/{free}/payments/{moved}/collection-move", {"collector": "cora", "reason": "Ella lo cobró"}
    )
    asked = {"clients": [client], "to": "bea", "from": "2026-01-20"}
    office.ana.sees("/api/portfolios")
    seen = office.ana.post("/api/portfolios/reassignments/preview", asked).json()["collections"]
    assert seen == [
        {"month": "2026-01", "collector": "carl", "totals": [euros("20.00")]},
        {"month": "2026-02", "collector": "carl", "totals": [euros("5.00")]},
        {"month": "2026-03", "collector": "carl", "totals": [euros("-5.00")]},
    ]
    sent = {"client": client, "to": "bea", "from": "2026-01-20"}
    page = office.http.get("/reassignment", params=sent, headers=office.browser("ana")).text.replace("\xa0", " ")
    table = page[page.index("Cobros que pasan a contar para bea") :]
    assert re.findall(r"-?[0-9]+,[0-9]{2} €", table[: table.index("</table>")]) == [
        "20,00 €",
        "5,00 €",
        "-5,00 €",
        "20,00 €",
    ]
    office.ana.does("/api/portfolios/reassignments", asked)

    def counts_for(collector, month):
        report = "/api/escritorio/collections-report"
        return office.ana.sees(report, month=month, collector=collector)["totals"]

    assert [counts_for("bea", one["month"]) for one in seen] == [one["totals"] for one in seen]
    assert counts_for("carl", "2026-01") == [euros("10.00")]


def test_a_reassignment_that_would_move_nobody_is_refused_for_there_would_be_nothing_to_undo(office, zones):
    asked = {"clients": [zones["A"], zones["B"]], "to": "cora", "from": "2026-04-01"}
    office.ana.does("/api/portfolios/reassignments", asked)
    office.ana.sees("/api/portfolios")
    again = office.ana.post("/api/portfolios/reassignments", asked)
    assert (again.status_code, again.json()["type"]) == (409, "/problems/nobody-moves")


def test_a_reassignment_of_others_than_were_previewed_is_refused_and_moves_nobody(office, zones):
    asked = {"collector": "carl", "to": "cora", "from": "2026-03-16"}
    seen = office.ana.post("/api/portfolios/reassignments/preview", asked).json()["selection"]
    office.ana.does(f"/api/clients/{zones['D']}/assignment", {"collector": "carl", "from": "2026-03-16"})
    office.ana.sees("/api/portfolios")
    answer = office.ana.post("/api/portfolios/reassignments", asked | {"selection": seen})
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/selection-changed")
    assert len(names(office, "carl")) == 4


@pytest.mark.parametrize(
    ("said", "status", "type_"),
    [
        ({"to": "nadie", "zone": "Norte"}, 422, "no-such-user"),
        ({"to": "cora", "zone": "Oeste"}, 422, "nobody-chosen"),
        ({"to": "cora", "zone": "Norte", "city": "Villa Sur"}, 422, "nobody-chosen"),
        ({"to": "cora"}, 422, "selection-unclear"),
        (
            {"to": "cora", "zone": "Norte", "clients": ["00000000-0000-0000-0000-000000000001"]},
            422,
            "selection-unclear",
        ),
        ({"to": "cora", "clients": ["00000000-0000-0000-0000-000000000001"]}, 422, "nobody-chosen"),
        ({"to": "cora", "zone": "Norte", "from": "3000-01-01"}, 422, "day-out-of-range"),
    ],
)
@pytest.mark.usefixtures("zones")
def test_a_reassignment_that_cannot_be_is_refused_whole(office, said, status, type_):
    before = office.store.events.head()
    office.ana.sees("/api/portfolios")
    answer = office.ana.post("/api/portfolios/reassignments", {"from": "2026-03-16", **said})
    assert (answer.status_code, answer.json()["type"]) == (status, f"/problems/{type_}")
    assert office.store.events.head() == before


def test_whoever_only_reads_is_given_no_clients_no_tasks_and_no_money_nor_offered_for_them(office, zones):
    client, file = f"/api/clients/{zones['A']}", f"/api/case-files/{zones['file A']}"
    paid = office.carl.does(f"{file}/payments", payment("30.00"))
    days = {"from": "2026-03-16", "until": "2026-03-20"}
    for path, said, field in (
        ("/api/portfolios/reassignments", {"zone": "Norte", "to": "emil", "from": "2026-03-16"}, "collector"),
        ("/api/clients", {"name": "Nueva S.L.", "collector": "emil"}, "collector"),
        (f"{client}/assignment", {"collector": "emil", "from": "2026-03-16"}, "collector"),
        (f"{file}/assignment", {"collector": "emil", "from": "2026-03-16"}, "collector"),
        (f"{file}/payments", payment("10.00") | {"collected_by": "emil"}, "collected_by"),
        (f"{file}/payments/{paid}/collection-move", {"collector": "emil", "reason": "fue él"}, "collector"),
        ("/api/tasks", {"title": "Llamar", "day": "2026-03-20", "assignee": "emil"}, "assignee"),
        ("/api/substitutions", {"collector": "carl", "substitute": "emil", **days}, "substitute"),
    ):
        answer = office.ana.post(path, said)
        assert (answer.status_code, answer.json()["type"]) == (422, "/problems/only-reads"), (path, answer.text)
        assert answer.json()["field"] == field
    give_passwords(office, "cora", "emil")
    page = file.removeprefix("/api")
    for path, name in (
        ("/reassignment", "to"),
        ("/portfolios", "substitute"),
        (f"{page}?do=assignment", "collector"),
        (f"{page}?do=payment", "collected_by"),
        (f"{page}?do=collection-move&about={paid}", "collector"),
        ("/tasks/new", "assignee"),
    ):
        text = office.http.get(path, headers=office.browser("ana")).text
        (options,) = re.findall(f'<select[^>]* name="{name}".*?</select>', text, re.DOTALL)
        assert ('value="cora"' in options, 'value="emil"' in options) == (True, False), path


def test_what_is_planned_waits_is_cancelled_or_comes_about_on_its_day(office, zones):
    planned = office.ana.does("/api/portfolios/reassignments", {"zone": "Norte", "to": "cora", "from": "2026-03-20"})
    other = office.ana.does("/api/portfolios/reassignments", {"zone": "Sur", "to": None, "from": "2026-03-19"})
    plans = office.ana.sees("/api/assignment-plans")
    assert [(one["id"], one["clients"], one["collector"]) for one in plans] == [(other, 1, None), (planned, 3, "cora")]
    office.ana.does(f"/api/portfolios/reassignments/{other}/cancellation")
    [plan] = office.ana.sees(f"/api/clients/{zones['C']}/holdings")["plans"]
    office.ana.does(f"/api/clients/{zones['C']}/assignment-plans/{plan['id']}/cancellation")
    assert names(office, "carl") == ["A", "B", "C"]
    again = office.ana.post(f"/api/clients/{zones['C']}/assignment-plans/{plan['id']}/cancellation")
    assert (again.status_code, again.json()["type"]) == (409, "/problems/plan-not-waiting")
    assert office.ana.post(f"/api/portfolios/reassignments/{other}/cancellation").status_code == 404


def test_a_substitute_sees_and_works_the_portfolio_for_those_days_and_does_not_earn(office, zones):
    file = f"/api/case-files/{zones['file D']}"
    assert office.carl.get(file).status_code == 404
    days = {"collector": "cora", "substitute": "carl", "from": "2026-03-16", "until": "2026-03-17"}
    appointed = office.ana.does("/api/substitutions", days)
    assert office.carl.sees(file)["line"]["reference"] == "EXP-D"
    office.ana.does(f"/api/substitutions/{appointed}/end")
    assert office.carl.get(file).status_code == 404
    assert office.carl.sees("/api/substitutions") == []
    office.ana.does("/api/substitutions", days)
    assert office.carl.sees(file)["line"]["reference"] == "EXP-D"
    assert names_of(office.carl.sees("/api/portfolios/cora")) == ["D"]
    assert names_of(office.carl.sees("/api/clients")) == ["A", "B", "C", "D"]
    assert [one["substitutes"] for one in office.ana.sees("/api/portfolios") if one["collector"] == "cora"] == [
        ["carl"]
    ]
    paid = office.carl.does(f"{file}/payments", payment("10.00"))
    office.ana.does(f"{file}/payments/{paid}/approval")
    report = office.ana.sees("/api/escritorio/collections-report", month="2026-03")
    assert [line["collector"] for line in report["lines"]] == ["cora"]
    assert office.carl.sees("/api/escritorio/collections-report", month="2026-03")["lines"] == []
    days_go_by(office, 2)
    assert office.carl.get(file).status_code == 404
    assert office.carl.post(f"{file}/payments", payment("1.00")).status_code == 404


def test_nobody_stands_in_for_whoever_stands_in_for_them_on_the_same_days(office):
    days = {"collector": "cora", "substitute": "carl", "from": "2026-03-16", "until": "2026-03-20"}
    office.ana.does("/api/substitutions", days)
    back = {"collector": "carl", "substitute": "cora", "from": "2026-03-20", "until": "2026-03-25"}
    refused = office.ana.post("/api/substitutions", back)
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/substitutes-of-each-other")
    office.ana.does("/api/substitutions", back | {"from": "2026-03-21"})


def test_a_portfolio_tells_of_the_case_files_that_are_assigned_to_it_by_themselves(office, zones):
    office.ana.does(f"/api/case-files/{zones['file D']}/assignment", {"collector": "carl", "from": "2026-03-16"})
    page = office.http.get("/portfolios/carl", headers=office.browser("ana")).text
    assert "1 expediente de un deudor de otra cartera está asignado aquí aparte" in page
    owed = office.ana.sees(f"/api/case-files/{zones['file D']}")["line"]["outstanding"]["amount"]
    assert f"debido {owed.replace('.', ',')}" in page


@pytest.mark.usefixtures("zones")
def test_reassigning_to_who_has_them_already_is_not_offered(office):
    def offered(to):
        path = f"/reassignment?collector=cora&to={to}&from=2026-03-16"
        return (
            '<form method="post" action="/reassignment">' in office.http.get(path, headers=office.browser("ana")).text
        )

    assert (offered("cora"), offered("carl")) == (False, True)


def test_phones_that_nobody_confirmed_are_no_links_in_a_portfolio_or_on_a_task(office):
    debtor = office.client("Deudora")
    office.ana.does(f"/api/clients/{debtor}/assignment", {"collector": "carl", "from": "2026-01-01"})
    for value, state in (("+34612345678", "unverified"), ("+34911222333", "valid")):
        office.ana.does(f"/api/clients/{debtor}/contacts", {"medium": "phone", "value": value, "state": state})
    office.carl.does("/api/tasks", {"title": "Llamar", "kind": "call", "day": "2026-03-16", "client_id": debtor})
    for path in ("/portfolios/carl", "/escritorio", "/tasks"):
        page = office.http.get(path, headers=office.browser("carl")).text
        assert ("tel:+34612345678" in page, "612 34 56 78" in page, "tel:+34911222333" in page) == (False, True, True)


def days_go_by(office, days):
    """And carl logs in again."""
    office.clock.now = NOW + timedelta(days=days)
    logins = credentials(office.store)
    office.tokens["carl"] = logins.issue("carl", now=office.clock.now)
    logins.close()


def names_of(answer):
    return [line["name"] for line in answer["items"]]


@pytest.mark.parametrize("path", ["/portfolios/pepito", "/portfolios/pepito/report.csv"])
def test_there_is_no_portfolio_of_who_is_no_user(shared_office, path):
    assert shared_office.http.get(path, headers=shared_office.browser("ana")).status_code == 404
    assert shared_office.ana.get("/api/portfolios/pepito").status_code == 404


def test_a_portfolio_taken_along_calls_who_has_no_reference_by_the_short_number(office):
    for told in ({"name": "Sin Referencia"}, {"name": "Con Referencia", "reference": "CLI-7"}):
        client = office.ana.does("/api/clients", told)
        office.ana.does(f"/api/clients/{client}/assignment", {"collector": "carl", "from": "2026-01-01"})
    sheet = office.http.get("/portfolios/carl/report.csv", headers=office.browser("ana")).text
    numbers = {one["name"]: one["number"] for one in office.ana.sees("/api/clients")["items"]}
    called = {line.split(";")[1]: line.split(";")[0].lstrip("\ufeff") for line in sheet.splitlines()[1:]}
    assert called == {"Sin Referencia": numbers["Sin Referencia"], "Con Referencia": "CLI-7"}
