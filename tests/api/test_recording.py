"""What is said before money or a promise is recorded, and what who recorded it may still take back."""

import pytest
from carriers import ISSUER, client_with, issued_invoice
from office import euros, payment

TWICE, MORE, PROMISED = "recorded_already", "more_than_outstanding", "promise_above_debt"


def doubts(answer):
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/doubtful")
    return answer.json()["doubts"]


def test_whoever_asks_first_is_told_what_is_doubtful_and_nothing_is_recorded(office):
    at = f"/api/case-files/{office.case_file(principal='100.00')}"
    office.carl.does(f"{at}/payments", payment("60.00", ask_first=True))
    head = office.store.events.head()
    assert doubts(office.carl.post(f"{at}/payments", payment("60.00", ask_first=True))) == [MORE, TWICE]
    assert doubts(office.carl.post(f"{at}/payments", payment("40.01", ask_first=True))) == [MORE]
    promise = {"amount": euros("100.01"), "due_on": "2026-03-20", "ask_first": True}
    assert doubts(office.carl.post(f"{at}/promises", promise)) == [PROMISED]
    action = {"channel": "call", "outcome": "promise", "promise": promise}
    assert doubts(office.carl.post(f"{at}/actions", action)) == [PROMISED]
    assert office.store.events.head() == head
    office.carl.does(f"{at}/payments", payment("60.00"))  # whoever does not ask is not stopped
    office.carl.does(f"{at}/promises", promise | {"ask_first": False})


@pytest.mark.parametrize("kind", ["costs", "interest"])
def test_whoever_asks_first_is_told_when_more_is_charged_than_the_whole_principal(office, kind):
    at = f"/api/case-files/{office.case_file(principal='100.00')}/{kind}"
    office.ana.does(at, {"amount": euros("60.00"), "ask_first": True})
    more = {"amount": euros("40.01"), "ask_first": True}
    assert doubts(office.ana.post(at, more)) == ["charged_above_principal"]
    office.ana.does(at, more | {"ask_first": False})


def test_whoever_asks_first_is_told_that_an_assignment_moves_what_was_collected_in_past_months(office):
    at = f"/api/case-files/{(file := office.case_file())}"
    paid = office.carl.does(f"{at}/payments", payment("60.00", received_on="2026-02-10"))
    assigned = {"collector": "cora", "from": "2026-02-01", "ask_first": True}
    office.ana.does(f"{at}/assignment", assigned | {"from": "2026-03-01"})
    office.ana.does(f"{at}/assignment", assigned)  # what waits counts for nobody yet
    office.bea.does(f"{at}/payments/{paid}/approval")
    back = assigned | {"collector": "carl"}
    assert doubts(office.ana.post(f"{at}/assignment", back)) == ["moves_collections"]
    office.ana.does(f"{at}/assignment", back | {"from": "2026-02-11"})
    for path, ticked, form, to in (
        (f"/case-files/{file}/assignment", {}, "assignment", "carl"),
        ("/escritorio/case-files/ticked/assignment", {"case_file": file}, "ticked", "bea"),
    ):
        typed = {"collector": to, "from": "2026-02-02", "form_name": form, **ticked}
        asked = office.http.post(path, data=typed, headers=office.browser("ana"))
        assert asked.status_code == 422
        assert "Lo cobrado en meses anteriores contará para otro gestor" in asked.text
        assert 'name="sure" value="yes"' in asked.text
        sent = office.http.post(path, data={**typed, "sure": "yes"}, headers=office.browser("ana"))
        assert sent.status_code == 200, sent.text


def test_whoever_asks_first_is_not_told_of_an_assignment_that_moves_nothing_collected_in_past_months(office):
    at = f"/api/case-files/{(file := office.case_file())}"
    client = office.ana.sees(at)["line"]["debtor_id"]
    for collector, day in (("carl", "2026-01-01"), ("bea", "2026-02-05")):
        office.ana.does(f"/api/clients/{client}/assignment", {"collector": collector, "from": day})
    paid = office.ana.does(f"{at}/payments", payment("60.00", received_on="2026-02-10"))
    office.bea.does(f"{at}/payments/{paid}/approval")
    office.ana.sees(at)
    own = {"collector": "bea", "from": "2026-02-06", "ask_first": True}
    for assigned in (own, own, own | {"collector": "cora", "from": "2026-03-01"}, own):  # as its debtor's, then its own
        office.ana.does(f"{at}/assignment", assigned)
    typed = {"case_file": file, "collector": "bea", "from": "2026-02-06", "form_name": "ticked"}
    sent = office.http.post("/escritorio/case-files/ticked/assignment", data=typed, headers=office.browser("ana"))
    assert (sent.status_code, "Ya estaba así" in sent.text) == (200, True), sent.text
    office.ana.does(f"{at}/assignment", own | {"collector": "cora", "from": "2026-02-11"})  # after the day it came
    assert doubts(office.ana.post(f"{at}/assignment", own | {"collector": "cora"})) == ["moves_collections"]


def test_a_receipt_tells_all_that_is_doubtful_about_its_parts(office):
    first, second = office.case_file("EXP-1", "100.00"), office.case_file("EXP-2", "100.00")
    office.carl.does(f"/api/case-files/{first}/payments", payment("10.00"))
    parts = [
        {"case_file_id": first, "amount": euros("10.00")},
        {"case_file_id": second, "amount": euros("100.01")},
    ]
    receipt = {"received_on": "2026-03-16", "method": "cash", "payments": parts}
    assert doubts(office.carl.post("/api/receipts", receipt | {"ask_first": True})) == [MORE, TWICE]
    assert office.carl.post("/api/receipts", receipt).status_code == 201


def test_the_document_says_of_each_body_what_is_asked_first_and_what_goes_again(office):
    schemas = office.http.get("/api/openapi.json").json()["components"]["schemas"]
    for option, bodies in (("ask_first", "InvoicePaymentBody ReceiptBody ClientReceiptBody"), ("again", "NoticeBody")):
        having = {name: one for name, one in schemas.items() if option in one.get("properties", {})}
        assert {*bodies.split()} <= having.keys()
        for name, one in having.items():
            told = "description" in one["properties"][option] or f"`{option}`" in one.get("description", "")
            assert told, name


def test_a_payment_is_withdrawn_by_whoever_recorded_it_counts_nowhere_and_frees_its_reference(office):
    case_file = office.case_file(principal="100.00")
    at = f"/api/case-files/{case_file}"
    paid = office.carl.does(f"{at}/payments", payment("60.00", reference="T-1"))
    [line] = office.carl.sees("/api/escritorio/case-files")["items"]
    assert (line["waiting"], "unapproved_payment" in line["flags"]) == (euros("60.00"), True)
    assert office.ana.post(f"{at}/payments/{paid}/withdrawal", {"reason": "x"}).status_code == 403
    office.carl.does(f"{at}/payments/{paid}/withdrawal", {"reason": "Importe equivocado"})
    [line] = office.carl.sees("/api/escritorio/case-files")["items"]
    assert (line["waiting"], "unapproved_payment" in line["flags"]) == (euros("0.00"), False)
    assert office.carl.sees("/api/escritorio/today")["unapproved"]["count"] == 0
    assert [one["state"] for one in office.carl.sees(at)["payments"]] == ["withdrawn"]
    assert office.ana.post(f"{at}/payments/{paid}/approval").json()["type"] == "/problems/payment-is-withdrawn"
    trail = office.emil.sees("/api/audit/payments", payment_id=paid)["items"]
    told = {"before": "unapproved", "after": "withdrawn", "reason": "Importe equivocado"}
    assert trail[0].items() >= {"what": "PaymentWithdrawn", "actor": "carl", **told}.items()
    office.carl.does(f"{at}/payments", payment("50.00", reference="T-1"))


def test_who_approves_chooses_an_overpayment_which_leaves_credit(office):
    at = f"/api/case-files/{office.case_file(principal='100.00')}"
    paid = office.carl.does(f"{at}/payments", payment("130.00"))
    assert office.ana.post(f"{at}/payments/{paid}/approval").json()["type"] == "/problems/payment-exceeds-debt"
    office.ana.does(f"{at}/payments/{paid}/approval", {"overpayment": True})
    assert office.ana.sees(at)["credit"] == euros("30.00")


def test_whoever_took_the_money_is_somebody_who_is_known_here(office):
    office.dora.does("/api/issuer/identity", ISSUER)
    invoice = issued_invoice(office, client_with(office))
    for at in (f"/api/case-files/{office.case_file()}", f"/api/invoices/{invoice}"):
        for stranger in ("Ana Ruiz", "pepito"):
            answer = office.carl.post(f"{at}/payments", payment("50.00", collected_by=stranger))
            assert (answer.status_code, answer.json()["field"]) == (422, "collected_by")


@pytest.mark.parametrize("taken_by", ["ana", "Ana"])
def test_whoever_took_the_money_does_not_approve_it(office, taken_by):
    at = f"/api/case-files/{office.case_file()}"
    paid = office.carl.does(f"{at}/payments", payment("50.00", collected_by=taken_by))
    assert office.ana.post(f"{at}/payments/{paid}/approval").status_code == 403
    office.bea.does(f"{at}/payments/{paid}/approval")
