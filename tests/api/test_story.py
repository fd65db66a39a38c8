"""The day's work over HTTP, from a debt that comes in to the collections report."""

from carriers import ISSUER, issued_invoice
from office import command, euros, opening, payment

from application import business
from domain.people import Role


def test_a_payment_is_recorded_by_one_person_approved_by_another_and_shows_on_the_desk_and_in_the_audit(office):
    creditor = office.ana.does("/api/clients", {"name": "Acreedora S.A.", "kind": "company"})
    debtor = office.carl.does("/api/clients", {"name": "Núria Ñíguez", "kind": "person", "zone": "Norte"})
    case_file = office.carl.does("/api/case-files", opening("EXP-1", debtor) | {"creditor_id": creditor})
    at = f"/api/case-files/{case_file}"

    office.carl.does(
        f"{at}/actions",
        {
            "channel": "call",
            "outcome": "promise",
            "note": "Pagará el viernes",
            "promise": {"amount": euros("400.00"), "due_on": "2026-03-20"},
            "next_action": "Comprobar el ingreso",
            "next_action_on": "2026-03-20",
        },
    )
    [line] = office.carl.sees("/api/escritorio/case-files")["items"]
    assert line["flags"] == ["promise"]
    assert line["next_action_on"] == "2026-03-20"
    assert line["client"] == "Acreedora S.A."

    paid = office.carl.does(f"{at}/payments", payment("400.00", payer="Su hermana"))
    assert office.carl.sees("/api/escritorio/today")["unapproved"] == {"count": 1, "totals": [euros("400.00")]}
    own = office.carl.post(f"{at}/payments/{paid}/approval")
    assert own.status_code == 403

    office.ana.does(f"{at}/payments/{paid}/approval")
    [line] = office.carl.sees("/api/escritorio/case-files")["items"]
    assert (line["collected"], line["outstanding"]) == (euros("400.00"), euros("600.00"))
    [promise] = office.carl.sees(at)["promises"]
    assert promise["state"] == "kept"

    report = office.ana.sees("/api/escritorio/collections-report", month="2026-03")
    assert [(line["collector"], line["kind"]) for line in report["lines"]] == [("carl", "collected")]
    assert (report["month"], report["count"], report["totals"]) == ("2026-03", 1, [euros("400.00")])

    trail = office.emil.sees("/api/audit/payments", payment_id=paid)["items"]
    assert [(change["actor"], change["before"], change["after"]) for change in trail] == [
        ("ana", "unapproved", "approved"),
        ("carl", None, "unapproved"),
    ]


def test_whoever_recorded_a_payment_decides_on_nothing_of_it_even_as_a_supervisor(office):
    case_file = office.case_file()
    paid = office.ana.does(f"/api/case-files/{case_file}/payments", payment())
    refused = office.ana.post(f"/api/case-files/{case_file}/payments/{paid}/approval")
    assert refused.status_code == 403
    assert refused.json()["type"] == "/problems/four-eyes-required"
    assert office.ana.sees("/api/escritorio/unapproved-payments")["items"][0]["id"] == paid


def test_a_payment_goes_through_every_state_each_with_its_reason_in_the_audit(office):
    case_file = office.case_file()
    payments = f"/api/case-files/{case_file}/payments"
    paid = office.carl.does(payments, payment("250.00", reference="REC-1"))
    office.ana.does(f"{payments}/{paid}/rejection", {"reason": "No consta en el banco"})
    office.bea.does(f"{payments}/{paid}/reopening", {"reason": "Ya consta"})
    office.ana.does(f"{payments}/{paid}/approval")
    office.ana.does(f"{payments}/{paid}/return", {"returned_on": "2026-03-16", "reason": "Devuelto por el banco"})

    trail = office.emil.sees("/api/audit/payments", case_file_id=case_file)["items"]
    assert [(change["after"], change["reason"]) for change in reversed(trail)] == [
        ("unapproved", None),
        ("rejected", "No consta en el banco"),
        ("unapproved", "Ya consta"),
        ("approved", None),
        ("returned", "Devuelto por el banco"),
    ]
    lines = office.ana.sees("/api/escritorio/collections-report", month="2026-03")["lines"]
    assert [line["amount"]["amount"] for line in lines] == ["250.00", "-250.00"]


def test_the_debt_grows_shrinks_is_planned_disputed_and_closed(office):
    at = f"/api/case-files/{office.case_file()}"
    cost = office.carl.does(f"{at}/costs", {"amount": euros("30.00"), "concept": "Burofax"})
    office.ana.does(f"{at}/proposals/{cost}/approval")
    office.ana.does(f"{at}/interest", {"amount": euros("20.00")})
    items = [
        {"number": "F-2", "issued_on": "2026-02-01", "due_on": "2026-03-01", "amount": euros("50.00")},
    ]
    office.ana.does(f"{at}/items", {"items": items})
    office.ana.does(f"{at}/adjustments", {"kind": "waiver", "amount": euros("-100.00"), "reason": "Quita pactada"})
    halves = [{"due_on": day, "amount": euros("500.00")} for day in ("2026-04-01", "2026-05-01")]
    office.carl.does(f"{at}/plan", {"instalments": halves})
    detail = office.carl.sees(at)
    assert detail["line"]["outstanding"] == euros("1000.00")
    assert "plan" in detail["line"]["flags"]
    office.carl.does(f"{at}/plan-end", {"reason": "No lo cumple"})
    office.carl.does(f"{at}/stage", {"stage": "pre_legal"})
    office.carl.does(f"{at}/dispute", {"claim": "Dice que no recibió el género"})
    office.carl.does(f"{at}/dispute-end", {"result": "Se aporta albarán"})
    promise = office.carl.does(f"{at}/promises", {"amount": euros("10.00"), "due_on": "2026-03-30"})
    office.carl.does(f"{at}/promises/{promise}/cancellation", {"reason": "Se confundió"})
    order = {"order": ["principal", "costs", "interest"], "reason": "Así lo pide el acreedor"}
    office.carl.does(f"{at}/allocation-order", order)
    office.carl.does(f"{at}/closing", {"reason": "uncollectible"})
    detail = office.carl.sees(at)
    assert (detail["line"]["state"], detail["closed_for"]) == ("closed", "uncollectible")
    office.ana.does(f"{at}/reopening", {"reason": "Ha aparecido"})

    history = office.carl.sees(f"{at}/history", limit=200)["items"]
    assert [entry["version"] for entry in history] == list(range(1, 18))
    assert history[-1]["name"] == "CaseFileReopened"


def test_what_was_paid_too_much_moves_to_another_case_file_both_at_once(office):
    one, other = office.case_file("EXP-1", "100.00"), office.case_file("EXP-2", "100.00")
    paid = office.carl.does(f"/api/case-files/{one}/payments", payment("150.00", overpayment=True))
    office.ana.does(f"/api/case-files/{one}/payments/{paid}/approval")
    assert office.ana.sees(f"/api/case-files/{one}")["credit"] == euros("50.00")
    moved = {"amount": euros("50.00"), "to": other, "reason": "Es del mismo deudor"}
    office.ana.does(f"/api/case-files/{one}/credit-moves", moved)
    assert office.ana.sees(f"/api/case-files/{one}")["credit"] == euros("0.00")
    assert office.ana.sees(f"/api/case-files/{other}")["line"]["outstanding"] == euros("50.00")


def test_others_are_added_to_the_debt_and_taken_off_it(office):
    at, guarantor = f"/api/case-files/{office.case_file()}", office.client("Avala S.A.")
    office.ana.does(f"{at}/parties", {"client_id": guarantor, "role": "guarantor"})
    assert [party["name"] for party in office.carl.sees(at)["parties"]] == ["Avala S.A."]
    office.carl.does(f"{at}/parties/{guarantor}/guarantor/removal")
    assert office.carl.sees(at)["parties"] == []


def test_whoever_recorded_a_payment_withdraws_it_though_the_client_changed_hands(office):
    file = office.case_file()
    at, listed = f"/api/case-files/{file}", "/escritorio/unapproved-payments"
    first, second = (office.carl.does(f"{at}/payments", payment(amount)) for amount in ("10.00", "20.00"))
    debtor = office.ana.sees(at)["line"]["debtor_id"]
    office.ana.does(f"{at}/actions", {"channel": "call", "outcome": "contacted", "note": "Lo de cora"})
    office.ana.does(f"/api/clients/{debtor}/assignment", {"collector": "cora", "from": "2026-03-16"})
    assert [one["id"] for one in office.carl.sees(f"/api{listed}")["items"]] == [first, second]
    page = office.http.get(listed, headers=office.browser("carl")).text
    assert f'href="/case-files/{file}"' not in page
    assert "Lo de cora" not in page
    where = f"/case-files/{file}/payments/{first}/withdrawal"
    assert where in page
    form = {"reason": "Fue un error", "back": listed, "key": "w"}
    sent = office.http.post(where, data=form, headers=office.browser("carl"), follow_redirects=False)
    assert (sent.status_code, sent.headers["Location"]) == (303, listed)
    office.ana.does(f"{at}/payments/{second}/rejection", {"reason": "No consta en el banco"})
    assert office.carl.sees(f"/api{listed}")["items"] == []
    told = office.http.get(listed, headers=office.browser("carl")).text
    assert "No consta en el banco" in told
    assert f'href="/case-files/{file}"' not in told
    assert office.carl.get(at).status_code == 404


def test_what_was_collected_of_what_others_hold_by_now_is_no_link_in_the_report(office):
    file = office.case_file()
    paid = office.carl.does(f"/api/case-files/{file}/payments", payment("10.00", received_on="2026-03-15"))
    office.ana.does(f"/api/case-files/{file}/payments/{paid}/approval")

    def report():
        return office.http.get("/escritorio/collections-report?month=2026-03", headers=office.browser("carl")).text

    assert f'href="/case-files/{file}"' in report()
    debtor = office.ana.sees(f"/api/case-files/{file}")["line"]["debtor_id"]
    office.ana.does(f"/api/clients/{debtor}/assignment", {"collector": "cora", "from": "2026-03-16"})
    assert "EXP-1" in report()
    assert f'href="/case-files/{file}"' not in report()


def test_whoever_recorded_a_payment_of_an_invoice_withdraws_it_though_the_client_changed_hands(office):
    office.dora.does("/api/issuer/identity", ISSUER)
    client = office.client("Clienta S.L.")
    office.ana.does(f"/api/clients/{client}/assignment", {"collector": "carl", "from": "2026-01-01"})
    invoice = issued_invoice(office, client, issued_on="2026-03-01")
    at, listed = f"/api/invoices/{invoice}/payments", "/invoices/payments"
    first, second = (office.carl.does(at, payment(amount)) for amount in ("10.00", "20.00"))
    office.ana.does(f"/api/clients/{client}/assignment", {"collector": "cora", "from": "2026-03-16"})
    assert [one["id"] for one in office.carl.sees("/api/unapproved-invoice-payments")["items"]] == [first, second]
    assert office.cora.sees("/api/unapproved-invoice-payments")["items"] != []
    page = office.http.get(listed, headers=office.browser("carl")).text
    assert f'href="/invoices/{invoice}"' not in page
    where = f"/invoices/{invoice}/payments/{first}/withdrawal"
    assert where in page
    assert where not in office.http.get(listed, headers=office.browser("cora")).text
    form = {"reason": "Fue un error", "back": listed, "key": "w"}
    sent = office.http.post(where, data=form, headers=office.browser("carl"), follow_redirects=False)
    assert (sent.status_code, sent.headers["Location"]) == (303, listed)
    office.carl.does(f"{at}/{second}/withdrawal", {"reason": "Fue un error"})
    assert office.carl.sees("/api/unapproved-invoice-payments")["items"] == []
    assert office.carl.get(f"/api/invoices/{invoice}").status_code == 404


def test_a_firm_with_one_decider_may_switch_four_eyes_off_and_payments_so_approved_say_so(office):
    at = f"/api/case-files/{office.case_file()}"
    office.dora.does("/api/business/four-eyes", {"required": False, "reason": "Solo decide una persona"})
    paid = office.ana.does(f"{at}/payments", payment())
    office.ana.does(f"{at}/payments/{paid}/approval")
    office.dora.does("/api/business/four-eyes", {"required": True})
    assert [one["second_review"] for one in office.ana.sees(at)["payments"]] == [False]
    changed = office.emil.sees("/api/audit/payments")["items"]
    assert [(one["what"], one["second_review"]) for one in changed] == [
        ("PaymentApproved", False),
        ("PaymentRecorded", True),
    ]
    emil = office.browser("emil")
    assert office.http.get("/audit", headers=emil).text.count("Sin segunda revisión") == 1
    listed = office.http.get("/audit.csv", headers=emil).text.splitlines()
    assert ["sin segunda revisión" in line for line in listed] == [False, True, False]
    assert office.emil.sees("/api/business")["four_eyes"] is True


def test_a_collection_is_moved_to_the_collector_it_is_owed_to(office):
    at = f"/api/case-files/{office.case_file()}"
    paid = office.carl.does(f"{at}/payments", payment())
    office.ana.does(f"{at}/payments/{paid}/approval")
    office.ana.does(f"{at}/payments/{paid}/collection-move", {"collector": "cora", "reason": "La visita fue suya"})
    report = office.cora.sees("/api/escritorio/collections-report", month="2026-03")
    assert [line["collector"] for line in report["lines"]] == ["cora"]
    change = office.emil.sees("/api/audit/payments", payment_id=paid)["items"][0]
    assert (change["counted_for"], change["counts_for"]) == ("carl", "cora")


def test_no_supervisor_gets_round_four_eyes_by_counting_a_payment_as_somebodys(office):
    at = f"/api/case-files/{office.case_file()}"
    paid = f"{at}/payments/{office.carl.does(f'{at}/payments', payment())}"
    own = office.ana.post(f"{paid}/collection-move", {"collector": "ana", "reason": "La visita fue mía"})
    assert own.status_code == 403
    office.ana.does(f"{paid}/collection-move", {"collector": "cora", "reason": "La visita fue suya"})
    assert office.ana.post(f"{paid}/approval").status_code == 403
    assert who_is_offered_a_decision(office, at, paid) == ["bea"]
    business.change_roles(office.store.events, command(), name="cora", roles=[Role.COLLECTOR, Role.SUPERVISOR])
    assert who_is_offered_a_decision(office, at, paid) == ["bea"]  # neither who attributed it nor whom it counts for
    office.bea.does(f"{paid}/collection-move", {"collector": "carl", "reason": "Fue de Carl"})
    assert who_is_offered_a_decision(office, at, paid) == ["ana", "cora"]


def who_is_offered_a_decision(office, case_file, paid):
    """Of the supervisors, on the page of the case file and on that of all payments that wait."""
    offered, form = [], f"{paid.removeprefix('/api')}/approval"
    for name in ("ana", "bea", "cora"):
        pages = (case_file.removeprefix("/api"), "/escritorio/unapproved-payments")
        shown = [form in office.http.get(page, headers=office.browser(name)).text for page in pages]
        assert shown[0] == shown[1]
        offered += [name] if shown[0] else []
    return offered
