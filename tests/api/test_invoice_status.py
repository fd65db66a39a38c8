"""What is shown of invoices and estimates over HTTP: figures, lists, one alone; and who sees whose."""

import re
from uuid import uuid4

import pytest
from office import euros, payment

IDENTITY = {
    "name": "Recobros del Sur S.L.",
    "tax_id": "B41234568",
    "street": "Calle Sierpes 1",
    "postcode": "41004",
    "city": "Sevilla",
    "country": "ES",
}
LINES = [
    {"description": "Gestión de febrero", "quantity": "2", "unit_price": "50", "tax_rate": "21"},
    {"description": "Burofax", "unit_price": "10", "tax_rate": "10", "discount": "50"},
]
WHOLE = "126.50"
"""100 and 21 of tax, 5 and 0.50."""


@pytest.fixture
def seller(office):
    """An office that may invoice, and its client in Carl's portfolio."""
    office.dora.does("/api/issuer/identity", IDENTITY)
    return office


def client_of(office, collector="carl", name="Deudora S.L."):
    client = office.client(name)
    office.ana.does(f"/api/clients/{client}/assignment", {"collector": collector, "from": "2026-01-01"})
    return client


def issued(office, client, issued_on="2026-03-01", due_days=10, lines=LINES):
    invoice = office.ana.does("/api/invoices", {"client_id": client, "lines": lines, "due_days": due_days})
    office.ana.does(f"/api/invoices/{invoice}/issue", {"issued_on": issued_on, "earlier_day_confirmed": True})
    return invoice


def page(office, path, who="ana"):
    answer = office.http.get(path, headers=office.browser(who))
    assert answer.status_code == 200, answer.text
    return answer.text


def blocks(person, **asked):
    """Count and amount in euros of each block that has any."""
    shown = person.sees("/api/invoice-status", **asked)
    names = ("draft", "issued", "overdue_unsent", "pending", "partial", "in_collection", "paid", "overdue", "total")
    found = {name: [(one["count"], one["amount"]["amount"]) for one in shown[name]["sums"]] for name in names}
    return {name: sums[0] for name, sums in found.items() if sums and sums[0][0]}


def test_an_invoice_from_draft_to_paid_and_returned_is_where_it_belongs_on_each_day(seller):
    client = client_of(seller)
    invoice = seller.carl.does("/api/invoices", {"client_id": client, "lines": LINES, "due_days": 5})
    assert blocks(seller.carl, client_id=client) == {"draft": (1, WHOLE), "total": (1, WHOLE)}
    seller.carl.does(f"/api/invoices/{invoice}/issue", {"issued_on": "2026-03-02"})
    assert blocks(seller.carl)["overdue_unsent"] == (1, WHOLE)
    seller.carl.does(f"/api/invoices/{invoice}/sent", {"channel": "post", "sent_on": "2026-03-03"})
    half = seller.carl.does(f"/api/invoices/{invoice}/payments", payment("100.00") | {"received_on": "2026-03-10"})
    assert blocks(seller.carl) == {"pending": (1, WHOLE), "overdue": (1, WHOLE), "total": (1, WHOLE)}
    [waiting] = seller.ana.sees("/api/unapproved-invoice-payments")["items"]
    assert (waiting["id"], waiting["invoice_id"], waiting["client"]) == (half, invoice, "Deudora S.L.")
    [line] = seller.carl.sees("/api/invoices")["items"]
    assert (line["paid"], line["waiting"]) == (euros("0.00"), euros("100.00"))
    seller.bea.does(f"/api/invoices/{invoice}/payments/{half}/approval")
    [line] = seller.carl.sees("/api/invoices")["items"]
    assert (line["paid"], line["waiting"]) == (euros("100.00"), euros("0.00"))
    partly = {"pending": (1, "26.50"), "overdue": (1, "26.50"), "partial": (1, "100.00"), "total": (1, WHOLE)}
    assert blocks(seller.ana) == partly
    assert blocks(seller.ana, year="2026") == partly
    assert blocks(seller.ana, year="2025") == {}
    rest = seller.carl.does(f"/api/invoices/{invoice}/payments", payment("26.50") | {"received_on": "2026-03-12"})
    seller.bea.does(f"/api/invoices/{invoice}/payments/{rest}/approval")
    assert blocks(seller.ana) == {"paid": (1, WHOLE), "total": (1, WHOLE)}
    assert blocks(seller.ana, as_of="2026-03-11") == partly
    assert blocks(seller.ana, as_of="2026-03-07") == {"pending": (1, WHOLE), "total": (1, WHOLE)}
    assert blocks(seller.ana, as_of="2026-03-02")["issued"] == (1, WHOLE)
    assert blocks(seller.ana, as_of="2026-03-01") == {}
    returned = {"returned_on": "2026-03-14", "reason": "Sin fondos"}
    seller.ana.does(f"/api/invoices/{invoice}/payments/{rest}/return", returned)
    assert blocks(seller.ana) == partly
    assert blocks(seller.ana, as_of="2026-03-13") == {"paid": (1, WHOLE), "total": (1, WHOLE)}
    payments = seller.carl.sees(f"/api/clients/{client}/invoice-payments")["items"]
    assert [(one["id"], one["state"]) for one in payments] == [(rest, "returned"), (half, "approved")]


def test_an_invoice_is_shown_whole_with_its_working(seller):
    client = client_of(seller)
    invoice, other = issued(seller, client), issued(seller, client)
    seller.carl.does(f"/api/invoices/{invoice}/sent", {"sent_on": "2026-03-01"})
    paid = seller.carl.does(f"/api/invoices/{invoice}/payments", payment("130.00") | {"overpayment": True})
    seller.bea.does(f"/api/invoices/{invoice}/payments/{paid}/approval")
    assert seller.carl.sees(f"/api/clients/{client}/invoice-credit") == [euros("3.50")]
    seller.bea.does(f"/api/invoices/{invoice}/credit-moves", {"amount": euros("3.50"), "to": other, "reason": "Sobra"})
    note = {"lines": [LINES[1]], "reason": "No se envió"}
    seller.ana.does(f"/api/invoices/{invoice}/credit-note", note)
    shown = seller.carl.sees(f"/api/invoices/{invoice}")
    detail = shown["detail"]
    assert (detail["line"]["status"], detail["line"]["number"]) == ("paid", "F2026-0001")
    assert (detail["line"]["owed"], detail["line"]["credit"]) == (euros("121.00"), euros("5.50"))
    assert [(one["invoice"], one["amount"]) for one in detail["transfers"]] == [("F2026-0002", euros("-3.50"))]
    assert [(one["channel"], one["sent_on"]) for one in detail["sent"]] == [("marked", "2026-03-01")]
    assert [one["id"] for one in detail["payments"]] == [paid]
    assert [(one["description"], one["net"]) for one in shown["lines"]] == [
        ("Gestión de febrero", "100"),
        ("Burofax", "5"),
    ]
    taxes = {one["rate"]: (one["base"]["amount"], one["tax"]["amount"]) for one in shown["totals"]["taxes"]}
    assert (taxes, shown["totals"]["payable"]) == ({"21": ("100.00", "21.00"), "10": ("5.00", "0.50")}, euros(WHOLE))
    assert (shown["issuer"]["name"], shown["recipient"]["name"]) == (IDENTITY["name"], "Deudora S.L.")
    [credited] = shown["credit_notes"]
    assert (credited["note"]["number"], credited["reason"]) == ("R2026-0001", "No se envió")
    assert (credited["note"]["amount"], credited["totals"]["payable"]) == (euros("5.50"), euros("5.50"))
    [received] = seller.carl.sees(f"/api/invoices/{other}")["detail"]["transfers"]
    assert (received["invoice_id"], received["amount"]) == (invoice, euros("3.50"))
    history = seller.carl.sees(f"/api/invoices/{invoice}/history", limit=2)
    assert [one["name"] for one in history["items"]] == ["InvoiceDrafted", "InvoiceIssued"]


def test_figures_are_of_the_year_for_whoever_prefers_that(seller):
    client = client_of(seller)
    for day in ("2025-12-30", "2026-01-02"):
        issued(seller, client, day)
    estimate = seller.carl.does("/api/estimates", {"client_id": client, "lines": LINES})
    seller.carl.does(f"/api/estimates/{estimate}/sent", {})
    assert blocks(seller.carl)["total"] == blocks(seller.carl, year="all")["total"] == (2, "253.00")
    assert seller.carl.sees("/api/preferences") == {"period": "all"}
    seller.carl.does("/api/preferences/period", {"period": "year"})
    assert seller.carl.sees("/api/preferences") == {"period": "year"}
    assert blocks(seller.carl)["total"] == blocks(seller.carl, year="2026")["total"] == (1, WHOLE)
    assert blocks(seller.carl, as_of="2025-12-31")["total"] == (1, WHOLE)
    assert blocks(seller.carl, year="all")["total"] == blocks(seller.ana)["total"] == (2, "253.00")
    assert seller.carl.sees("/api/estimate-status")["outstanding"]["count"] == 1
    assert seller.carl.sees("/api/estimate-status", year="2025")["outstanding"]["count"] == 0


def test_a_list_is_filtered_sorted_and_paged(seller):
    deudora, otra = client_of(seller), client_of(seller, "cora", "Ácida Otra")
    days = ["2025-12-30", "2026-01-10", "2026-02-10", "2026-03-10"]
    made = [issued(seller, deudora if place % 2 else otra, day) for place, day in enumerate(days)]
    seller.ana.does(f"/api/invoices/{made[0]}/sent", {"sent_on": "2026-01-01"})
    draft = seller.ana.does("/api/invoices", {"client_id": deudora, "lines": LINES})

    def listed(person=seller.ana, **asked):
        return [one["id"] for one in person.sees("/api/invoices", **asked)["items"]]

    def paged(**asked):
        found, cursor = [], None
        while True:
            page = seller.ana.sees("/api/invoices", limit=2, cursor=cursor, **asked)
            found += [one["id"] for one in page["items"]]
            if (cursor := page["next"]) is None:
                return found

    assert listed() == paged() == [draft, *reversed(made)]
    for sort in ("due_on", "-number", "outstanding", "client", "-client"):
        assert paged(sort=sort) == listed(sort=sort)
        assert len(paged(sort=sort)) == 5
    assert listed(sort="client")[:2] == [made[0], made[2]]
    assert listed(sort="number") == [draft, *made]
    assert listed(status="overdue") == [made[0]]
    assert listed(status="pending") == [*reversed(made)]
    assert listed(status="issued") == [made[3]]
    assert listed(status="draft") == [draft]
    assert listed(status="overdue_unsent", sort="dated_on") == made[1:3]
    assert listed(client_id=otra, sort="dated_on") == [made[0], made[2]]
    assert listed(text="acida otra", sort="dated_on") == [made[0], made[2]]
    assert listed(text="F2026-0002") == listed(number="F2026-0002") == [made[2]]
    assert listed(from_="2026-01-01", to="2026-02-28", sort="dated_on") == made[1:3]
    assert listed(currency="USD") == []
    assert listed(seller.carl, sort="dated_on") == [made[1], made[3], draft]
    assert listed(seller.ana, collector="cora", sort="dated_on") == [made[0], made[2]]
    refused = seller.ana.get("/api/invoices", from_="0001-01-01")
    assert (refused.status_code, refused.json()["field"]) == (422, "from")


def test_invoices_of_one_day_are_listed_in_the_order_of_their_numbers_on_every_page(seller):
    client = client_of(seller)
    made = [issued(seller, client) for _ in range(5)]
    first = seller.ana.sees("/api/invoices", sort="-dated_on", limit=3)
    rest = seller.ana.sees("/api/invoices", sort="-dated_on", limit=3, cursor=first["next"])
    assert [one["id"] for page in (first, rest) for one in page["items"]] == made[::-1]


def test_a_collector_sees_the_invoices_of_the_own_portfolio_and_whoever_stands_in_sees_them_too(seller):
    mine, others = client_of(seller), client_of(seller, "cora", "De Cora")
    invoice, hidden = issued(seller, mine), issued(seller, others)
    for path in (f"/api/invoices/{hidden}", f"/api/invoices/{hidden}/history"):
        assert seller.carl.get(path).status_code == 404
        assert seller.cora.get(path).status_code == 200
    assert seller.carl.get("/api/invoice-status", client_id=others).status_code == 404
    assert blocks(seller.carl)["total"] == blocks(seller.cora)["total"] == (1, WHOLE)
    assert blocks(seller.ana)["total"] == (2, "253.00")
    seller.ana.does(
        "/api/substitutions", {"collector": "cora", "substitute": "carl", "from": "2026-03-16", "until": "2026-03-20"}
    )
    assert blocks(seller.carl)["total"] == (2, "253.00")
    assert blocks(seller.carl, client_id=others)["total"] == (1, WHOLE)
    seller.ana.does(f"/api/clients/{mine}/assignment", {"collector": "cora", "from": "2026-03-16"})
    assert blocks(seller.cora)["total"] == (2, "253.00")
    assert seller.cora.get(f"/api/invoices/{invoice}").status_code == 200


def test_of_a_blocked_client_the_figures_stay_and_an_auditor_alone_reads_the_documents(seller):
    client = client_of(seller)
    invoice = issued(seller, client)
    estimate = seller.carl.does("/api/estimates", {"client_id": client, "lines": LINES, "note": "Para Luz"})
    seller.ana.does(f"/api/clients/{client}/blocking", {"reason": "Lo pide"})
    assert blocks(seller.carl)["total"] == (1, WHOLE)
    assert [one["client"] for one in seller.carl.sees("/api/invoices")["items"]] == ["[bloqueado]"]
    for path in (f"/api/invoices/{invoice}", f"/api/estimates/{estimate}"):
        for asked in (path, f"{path}/history"):
            assert seller.carl.get(asked).status_code == 403
            assert seller.emil.get(asked).status_code == 200
    assert seller.emil.sees(f"/api/invoices/{invoice}")["lines"][0]["description"] == "Gestión de febrero"


def test_what_a_merged_client_is_invoiced_the_survivor_answers_for(seller):
    client, absorbed = client_of(seller), client_of(seller, name="Deudora, S.L.")
    issued(seller, client)
    invoice = issued(seller, absorbed)
    seller.ana.does(f"/api/clients/{absorbed}/merging", {"into": client, "reason": "La misma"})
    for one in (client, absorbed):
        assert blocks(seller.carl, client_id=one)["total"] == (2, "253.00")
        assert len(seller.carl.sees("/api/invoices", client_id=one)["items"]) == 2
    seller.ana.does(f"/api/clients/{absorbed}/unmerging", {"reason": "Otra"})
    assert [one["id"] for one in seller.carl.sees("/api/invoices", client_id=absorbed)["items"]] == [invoice]


def test_who_owes_since_when(seller):
    client, other = client_of(seller), client_of(seller, "cora", "De Cora")
    for whose, day in ((client, "2026-01-01"), (client, "2026-02-20"), (other, "2026-03-10")):
        invoice = issued(seller, whose, day, due_days=5)
        seller.ana.does(f"/api/invoices/{invoice}/sent", {"sent_on": day})
    owed = seller.ana.sees("/api/receivables")
    [aged] = owed["aged"]
    assert {name: amount["amount"] for name, amount in aged.items()} == {
        "current": "0.00",
        "days_1_to_30": "253.00",
        "days_31_to_60": "0.00",
        "days_61_to_90": WHOLE,
        "over_90_days": "0.00",
        "total": "379.50",
        "unsent": "0.00",
    }
    assert [(one["collector"], one["invoices"]) for one in owed["by_collector"]] == [("carl", 2), ("cora", 1)]
    assert [one["client_id"] for one in seller.ana.sees("/api/receivables/clients")["items"]] == [client, other]
    assert [one["client_id"] for one in seller.cora.sees("/api/receivables/clients")["items"]] == [other]
    before = seller.ana.sees("/api/receivables", as_of="2026-02-24")
    assert [one["days_31_to_60"]["amount"] for one in before["aged"]] == [WHOLE]


def test_what_was_issued_and_not_sent_is_owed_and_said_beside(seller):
    client = client_of(seller)
    sent, _ = issued(seller, client, due_days=90), issued(seller, client, due_days=10)
    issued(seller, client, due_days=90)
    seller.ana.does(f"/api/invoices/{sent}/sent", {"sent_on": "2026-03-01"})
    [aged] = seller.ana.sees("/api/receivables")["aged"]
    assert {name: aged[name]["amount"] for name in ("current", "days_1_to_30", "total", "unsent")} == {
        "current": "253.00",
        "days_1_to_30": WHOLE,
        "total": "379.50",
        "unsent": "253.00",
    }
    assert "De ello, sin enviar todavía: 253,00" in page(seller, "/receivables")
    assert "Emitida sin enviar: 1 · 126,50" in page(seller, "/invoices")


def test_an_invoice_is_found_by_the_number_of_its_credit_note(seller):
    client = client_of(seller)
    issued(seller, client)
    invoice = issued(seller, client)
    seller.ana.does(f"/api/invoices/{invoice}/credit-note", {"lines": [LINES[1]], "reason": "No se envió"})
    for text in ("R2026-0001", "r2026"):
        assert [one["id"] for one in seller.carl.sees("/api/invoices", text=text)["items"]] == [invoice]
        assert [one["id"] for one in seller.carl.sees("/api/search", text=text)["invoices"]] == [invoice]


def test_a_payment_is_offered_where_something_is_left_to_pay_and_else_as_an_overpayment(seller):
    invoice = issued(seller, client_of(seller))
    assert ">Registrar cobro</a>" in page(seller, f"/invoices/{invoice}")
    seller.ana.does(f"/api/invoices/{invoice}/credit-note", {"reason": "Se emitió por error"})
    shown = page(seller, f"/invoices/{invoice}?do=payment")
    assert ">Registrar cobro</a>" not in shown
    assert ">Registrar pago en exceso</a>" in shown
    assert '<input type="hidden" name="overpayment" value="yes">' in shown


def test_money_that_waits_is_told_where_it_waits_alone(seller):
    client = client_of(seller)
    one, other = issued(seller, client), issued(seller, client)
    for invoice, amount in ((one, WHOLE), (other, "26.50")):
        paid = seller.carl.does(f"/api/invoices/{invoice}/payments", payment(amount))
        if invoice == one:
            seller.bea.does(f"/api/invoices/{invoice}/payments/{paid}/approval")
    for path in ("/invoices", "/invoices?block=paid", f"/clients/{client}?tab=invoices", "/search?text=F2026-000"):
        waits = [] if "paid" in path else ["26,50"]
        assert re.findall(r"(?:\+|sin contar) ([\d,]+).€ sin aprobar", page(seller, path)) == waits, path


def test_money_that_waits_is_told_of_no_case_file_without_any(office):
    office.case_file("EXP-1")
    assert "€ sin aprobar" not in page(office, "/escritorio/case-files").replace("\xa0", " ")


def test_an_estimate_waits_until_it_is_answered_or_expires(seller):
    client = client_of(seller)
    seller.clock.now = seller.clock.now.replace(month=2)
    one, two, three = (
        seller.carl.does("/api/estimates", {"client_id": client, "lines": LINES, "valid_days": days})
        for days in (5, 60, 60)
    )
    for estimate in (one, two, three):
        seller.carl.does(f"/api/estimates/{estimate}/sent", {})
    seller.clock.now = seller.clock.now.replace(month=3)
    seller.carl.does(f"/api/estimates/{two}/acceptance", {"answered_by": "Luz", "note": "Adelante", "invoice": True})

    def counts(**asked):
        shown = seller.carl.sees("/api/estimate-status", **asked)
        return {name: shown[name]["count"] for name in ("outstanding", "accepted", "declined")}

    assert counts() == {"outstanding": 1, "accepted": 1, "declined": 0}
    assert counts(as_of="2026-02-16") == {"outstanding": 3, "accepted": 0, "declined": 0}
    assert counts(year="2025") == {"outstanding": 0, "accepted": 0, "declined": 0}
    listed = {name: seller.carl.sees("/api/estimates", status=name)["items"] for name in ("outstanding", "expired")}
    assert {name: [line["id"] for line in lines] for name, lines in listed.items()} == {
        "outstanding": [three],
        "expired": [one],
    }
    shown = seller.carl.sees(f"/api/estimates/{two}")
    assert (shown["line"]["status"], shown["answer"]["answered_by"]) == ("accepted", "Luz")
    assert seller.carl.sees(f"/api/invoices/{shown['line']['invoice_id']}")["detail"]["line"]["status"] == "draft"
    for sort in ("number", "-total", "client", "expires_on"):
        assert len(seller.carl.sees("/api/estimates", sort=sort)["items"]) == 3


def test_of_an_erased_client_the_numbers_stay_and_no_words_are_left_to_copy(seller):
    client, other = client_of(seller), client_of(seller, name="Otra S.L.")
    draft = {"client_id": client, "lines": LINES, "note": "Para Luz"}
    estimate, invoice = (seller.carl.does(f"/api/{kind}", draft) for kind in ("estimates", "invoices"))
    seller.ana.does(f"/api/clients/{client}/blocking", {"reason": "Lo pide"})
    copying = f"/api/estimates/{estimate}/copy"
    assert seller.carl.post(copying, {"client_id": other}).json()["type"] == "/problems/client-is-blocked"
    seller.dora.does(f"/api/clients/{client}/unblocking", {"reason": "Ya no"})
    seller.dora.does(f"/api/clients/{client}/erasure", {"ground": "asked_for"})
    assert seller.carl.post(copying, {"client_id": other}).json()["type"] == "/problems/client-is-erased"
    assert seller.carl.post(f"/api/estimates/{estimate}/version").json()["type"] == "/problems/client-is-erased"
    shown = seller.carl.sees(f"/api/estimates/{estimate}")
    assert (shown["line"]["client"], shown["totals"]["payable"]) == ("[suprimido]", euros(WHOLE))
    drafted = seller.carl.sees(f"/api/invoices/{invoice}")
    assert {line["description"] for line in drafted["lines"]} == {"[suprimido]"}
    assert blocks(seller.carl)["draft"] == (1, WHOLE)
    [listed] = seller.carl.sees("/api/invoices", text="suprimido")["items"]
    assert (listed["id"], listed["client"]) == (invoice, "[suprimido]")


def test_a_series_goes_on_after_the_last_number_that_another_program_gave(office):
    office.dora.does("/api/issuer/identity", IDENTITY)
    office.dora.does("/api/issuer/series/continuation", {"numbered": "invoices", "after": 45})
    first = issued(office, client_of(office))
    assert office.ana.sees(f"/api/invoices/{first}")["detail"]["line"]["number"] == "F2026-0046"
    begun = office.dora.post("/api/issuer/series/continuation", {"numbered": "invoices", "after": 60})
    assert (begun.status_code, begun.json()["field"]) == (409, "after")


def test_an_invoice_that_was_credited_whole_reads_rectified_and_not_paid(seller):
    client = client_of(seller)
    invoice = issued(seller, client)
    seller.ana.does(f"/api/invoices/{invoice}/credit-note", {"reason": "Se emitió por error"})
    assert seller.carl.sees(f"/api/invoices/{invoice}")["detail"]["line"]["status"] == "rectified"
    shown = seller.carl.sees("/api/invoice-status")
    assert {name: shown[name]["count"] for name in ("paid", "draft", "rectified", "total")} == {
        "paid": 0,
        "draft": 0,
        "rectified": 1,
        "total": 1,
    }
    assert [one["id"] for one in seller.carl.sees("/api/invoices", status="rectified")["items"]] == [invoice]
    assert seller.carl.sees("/api/invoices", status="paid")["items"] == []


def test_a_part_payment_does_not_hide_that_an_overdue_invoice_was_never_sent(seller):
    client = client_of(seller)
    invoice = issued(seller, client, due_days=10)
    half = seller.carl.does(f"/api/invoices/{invoice}/payments", payment("100.00"))
    seller.ana.does(f"/api/invoices/{invoice}/payments/{half}/approval")
    [line] = seller.carl.sees("/api/invoices", status="overdue_unsent")["items"]
    assert (line["id"], line["status"], line["outstanding"]) == (invoice, "overdue_unsent", euros("26.50"))
    assert [one["id"] for one in seller.carl.sees("/api/invoices", status="partial")["items"]] == [invoice]
    assert seller.carl.sees("/api/invoices", status="overdue")["items"] == []
    found = blocks(seller.carl)
    assert (found["overdue_unsent"], found["partial"]) == ((1, "26.50"), (1, "100.00"))
    assert "overdue" not in found
    [aged] = seller.carl.sees("/api/receivables")["aged"]
    assert aged["unsent"] == euros("26.50")
    seller.carl.does(f"/api/invoices/{invoice}/sent", {})
    [line] = seller.carl.sees("/api/invoices", status="overdue")["items"]
    assert line["status"] == "overdue"


def test_an_issued_invoice_that_is_overdue_and_was_never_sent_is_no_draft(seller):
    client = client_of(seller)
    invoice = issued(seller, client, due_days=10)
    [line] = seller.carl.sees("/api/invoices", status="overdue_unsent")["items"]
    assert (line["id"], line["status"], line["days_overdue"]) == (invoice, "overdue_unsent", 5)
    assert seller.carl.sees("/api/invoices", status="draft")["items"] == []
    shown = seller.carl.sees("/api/invoice-status")
    assert [shown[name]["count"] for name in ("draft", "issued", "overdue", "overdue_unsent", "total")] == [
        0,
        0,
        0,
        1,
        1,
    ]
    assert blocks(seller.carl, as_of="2026-03-11") == dict.fromkeys(("issued", "pending", "total"), (1, WHOLE))
    seller.carl.does(f"/api/invoices/{invoice}/sent", {"channel": "post", "sent_on": "2026-03-16"})
    assert blocks(seller.carl) == dict.fromkeys(("pending", "overdue", "total"), (1, WHOLE))


def test_an_invoice_that_a_case_file_took_without_its_being_sent_is_among_those_in_collection_alone(seller):
    client = client_of(seller)
    taken, left = issued(seller, client), issued(seller, client)
    seller.ana.does("/api/case-files/from-invoices", {"reference": "EXP-1", "invoice_ids": [taken]})
    assert blocks(seller.carl) == {
        "pending": (2, "253.00"),
        "in_collection": (1, WHOLE),
        "overdue_unsent": (1, WHOLE),
        "total": (2, "253.00"),
    }
    for status, found in {"in_collection": [taken], "overdue_unsent": [left], "issued": [], "draft": []}.items():
        assert [one["id"] for one in seller.carl.sees("/api/invoices", status=status)["items"]] == found


def test_what_invoices_are_pending_is_what_the_aged_receivables_come_to(seller):
    client = client_of(seller)
    issued(seller, client)
    issued(seller, client, due_days=60)
    seller.ana.does("/api/invoices", {"client_id": client, "lines": LINES})
    [aged] = seller.ana.sees("/api/receivables")["aged"]
    assert blocks(seller.ana)["pending"] == (2, aged["total"]["amount"])
    assert blocks(seller.ana)["draft"] == (1, WHOLE)


def test_the_figures_above_the_list_are_of_what_the_filters_choose(seller):
    invoice, _other = (issued(seller, client_of(seller, who, name)) for who, name in (("carl", "Uno"), ("cora", "Dos")))
    number = seller.ana.sees(f"/api/invoices/{invoice}")["detail"]["line"]["number"]

    def pending(filters=""):
        [card] = re.findall(r'<div class="card pending".*?</div>', page(seller, f"/invoices?{filters}"), re.DOTALL)
        return re.search(r"<strong>(.*?)</strong>", card)[1].replace("\xa0", " ")

    assert pending() == "253,00 €"
    assert pending("text=uno") == pending("collector=carl") == pending(f"text={number}") == "126,50 €"
    assert pending("collector=carl&text=dos") == pending(f"import={uuid4()}") == "0,00 €"


def test_what_is_paid_on_an_invoice_is_in_the_month_s_report_and_in_the_calendar(seller):
    client = client_of(seller)
    invoice = issued(seller, client)
    at = f"/api/invoices/{invoice}/payments"
    paid = seller.carl.does(at, payment("100.00") | {"received_on": "2026-03-10"})
    month = {"month": "2026-03"}
    assert seller.carl.sees("/api/escritorio/collections-report", **month)["lines"] == []
    seller.bea.does(f"{at}/{paid}/approval")
    report = seller.carl.sees("/api/escritorio/collections-report", **month)
    [line] = report["lines"]
    assert (line["invoice_id"], line["payment_id"], line["case_file_id"]) == (invoice, paid, None)
    assert (line["debtor"], line["collector"], line["kind"]) == ("Deudora S.L.", "carl", "collected")
    assert line["invoice"] == seller.carl.sees(f"/api/invoices/{invoice}")["detail"]["line"]["number"]
    assert report["totals"] == [euros("100.00")]
    days = seller.carl.sees("/api/escritorio/calendar", **month)["days"]
    assert [(one["day"], one["collected"]) for one in days if one["collected"]] == [("2026-03-10", [euros("100.00")])]
    assert seller.cora.sees("/api/escritorio/collections-report", **month)["lines"] == []
    seller.bea.does(f"{at}/{paid}/return", {"returned_on": "2026-03-12", "reason": "sin fondos"})
    report = seller.ana.sees("/api/escritorio/collections-report", collector="carl", **month)
    assert [(one["day"], one["kind"], one["amount"]) for one in report["lines"]] == [
        ("2026-03-10", "collected", euros("100.00")),
        ("2026-03-12", "returned", euros("-100.00")),
    ]
    assert report["totals"] == [euros("0.00")]


def test_an_invoice_credited_whole_stays_rectified_when_what_was_paid_back_for_it_bounces(seller):
    invoice = issued(seller, client_of(seller))
    at = f"/api/invoices/{invoice}"
    paid = seller.carl.does(f"{at}/payments", payment(WHOLE))
    seller.bea.does(f"{at}/payments/{paid}/approval")
    seller.ana.does(f"{at}/credit-note", {"reason": "Se emitió por error"})
    refund = seller.carl.does(f"{at}/refunds", {"amount": euros("45.00"), "reason": "Lo pide"})
    shown = page(seller, f"/invoices/{invoice}").replace("\xa0", " ")
    assert "81,50 € libre, 45,00 € reservado para una devolución" in shown
    assert [shown.count(words) for words in ("A pagar según se emitió", "A pagar tras descontar")] == [1, 2]
    seller.bea.does(f"{at}/refunds/{refund}/approval")
    seller.ana.does(f"{at}/payments/{paid}/return", {"returned_on": "2026-03-16", "reason": "Sin fondos"})
    line = seller.carl.sees(at)["detail"]["line"]
    assert (line["status"], line["outstanding"]) == ("rectified", euros("45.00"))
    assert (line["owed"], line["paid"], line["paid_back"]) == (euros("0.00"), euros("0.00"), euros("45.00"))
    shown = page(seller, f"/invoices/{invoice}").replace("\xa0", " ")
    assert re.search(r"Devuelto y de nuevo pendiente</dt><dd>45,00 €", shown)
    assert "<dt>Pagado</dt>" not in shown
    assert blocks(seller.carl)["pending"] == (1, "45.00")


def test_who_asks_first_is_told_that_a_case_file_takes_what_is_not_due_or_was_never_sent(seller):
    client = client_of(seller)
    late, early = issued(seller, client), issued(seller, client, due_days=60)
    seller.ana.does(f"/api/invoices/{late}/sent", {"channel": "post", "sent_on": "2026-03-16"})

    def opened(*invoices):
        body = {"reference": f"EXP-{len(invoices)}", "invoice_ids": invoices, "ask_first": True}
        return seller.ana.post("/api/case-files/from-invoices", body)

    doubtful = opened(late, early)
    assert (doubtful.status_code, doubtful.json()["doubts"]) == (409, ["never_sent", "not_due_yet"])
    assert opened(late).is_success
    form = {"key": str(uuid4()), "form": "case-file", "invoice": early, "reference": "B", "opened_on": "2026-03-16"}
    for more, status, words in (({}, 422, "Hay una factura que aún no ha vencido."), ({"sure": "yes"}, 303, "")):
        answer = seller.http.post(
            "/case-files/from-invoices", data={**form, **more}, headers=seller.browser("ana"), follow_redirects=False
        )
        assert answer.status_code == status, answer.text
        assert words in answer.text


def test_a_disputed_invoice_goes_into_collection_once_the_dispute_has_ended(seller):
    invoice = issued(seller, client_of(seller))
    seller.carl.does(f"/api/invoices/{invoice}/dispute", {"claim": "No lo recibió"})
    body = {"reference": "EXP-1", "invoice_ids": [invoice]}
    refused = seller.ana.post("/api/case-files/from-invoices", body)
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/disputed-invoice")
    form = {"key": str(uuid4()), "form": "case-file", "invoice": invoice, "reference": "A", "opened_on": "2026-03-16"}
    answer = seller.http.post("/case-files/from-invoices", data=form, headers=seller.browser("ana"))
    assert re.search(r"La factura F2026-\d+ está en disputa", answer.text), answer.text
    seller.carl.does(f"/api/invoices/{invoice}/dispute-end", {"result": "Sí lo recibió"})
    seller.ana.does("/api/case-files/from-invoices", body)


def test_a_line_that_is_not_taxed_says_so_where_others_have_a_rate(seller):
    line = {"description": "Suplido", "unit_price": "10", "treatment": "N1"}
    invoice = issued(seller, client_of(seller), lines=[line])
    shown = page(seller, f"/invoices/{invoice}").replace("\xa0", " ")
    assert re.search(r'data-label="[^"]*IVA[^"]*">No sujeta<', shown), shown
    assert "0 %" not in shown


def test_what_is_overdue_in_one_currency_is_told_without_nothing_in_others(seller):
    client = client_of(seller)
    invoice = issued(seller, client)
    seller.ana.does(f"/api/invoices/{invoice}/sent", {"channel": "post", "sent_on": "2026-03-01"})
    seller.ana.does("/api/invoices", {"client_id": client, "lines": LINES, "currency": "USD"})
    told = page(seller, "/escritorio").replace("\xa0", " ")
    [row] = re.findall("<tr data-row>.*?</tr>", told, re.DOTALL)
    assert "<b>Facturas vencidas</b>" in row
    assert "126,50 €<" in row
    assert "0,00 US$" not in told


def test_a_business_that_invoices_is_offered_invoices_first(office):
    chosen = r'value="([a-z_-]+)" required checked'
    assert re.search(chosen, page(office, "/import"))[1] == "receivables"
    business = {"name": "Taller Ejemplo", "kind": "service_business", "country": "ES", "time_zone": "Europe/Madrid"}
    office.dora.does("/api/business/description", business)
    client = office.client()
    assert re.search(chosen, page(office, "/import"))[1] == "invoiced-receivables"
    registered = page(office, f"/clients/{client}/registered")
    [first, *_] = re.findall(r'<a class="button primary"\s+href="(.*?)">', registered)
    assert first == f"/invoices/new?client={client}", registered
