"""Bad payments, each refused for its own reason, with nothing written."""

import pytest
from office import euros, payment


@pytest.fixture(scope="module")
def case_file(shared_office):
    return shared_office.case_file()


@pytest.mark.parametrize(
    ("bad", "type_", "field"),
    [
        ({"amount": euros("0")}, "/problems/amount-not-allowed", "amount"),
        ({"amount": euros("0.00")}, "/problems/amount-not-allowed", "amount"),
        ({"amount": euros("-5.00")}, "/problems/amount-not-allowed", "amount"),
        ({"amount": euros("10.005")}, "/problems/amount-not-allowed", "amount"),
        ({"amount": euros("999999999999.99")}, "/problems/amount-not-allowed", "amount"),
        ({"amount": {"amount": "10.00", "currency": "USD"}}, "/problems/currency-mismatch", "currency"),
        ({"amount": {"amount": "10.00", "currency": "XXX"}}, "/problems/unknown-currency", "currency"),
        ({"received_on": "2026-03-17"}, "/problems/received-in-future", "received_on"),
        ({"received_on": "2026-01-09"}, "/problems/received-too-early", "received_on"),
        ({"received_on": "16/03/2026"}, "/problems/malformed", "received_on"),
        ({"received_on": "2026-02-30"}, "/problems/malformed", "received_on"),
        ({"received_on": 20260316}, "/problems/malformed", "received_on"),
        ({"amount": euros(10.0)}, "/problems/malformed", "amount/amount"),
        ({"amount": euros("1e3")}, "/problems/malformed", "amount/amount"),
        ({"amount": euros("NaN")}, "/problems/malformed", "amount/amount"),
        ({"amount": "10.00"}, "/problems/malformed", "amount"),
        ({"method": "barter"}, "/problems/malformed", "method"),
        ({"overpayment": "yes"}, "/problems/malformed", "overpayment"),
        ({"payer": "x" * 201}, "/problems/malformed", "payer"),
        ({"note": "bell \x07"}, "/problems/malformed", "note"),
        ({"note": "unassigned \u0378"}, "/problems/text-not-allowed", "note"),
        ({"approved": True}, "/problems/malformed", "approved"),
    ],
)
def test_a_payment_that_cannot_be_right_is_refused_and_names_its_field(shared_office, case_file, bad, type_, field):
    before = shared_office.store.events.head()
    answer = shared_office.carl.post(f"/api/case-files/{case_file}/payments", payment() | bad)
    assert answer.status_code == 422
    assert (answer.json()["type"], answer.json()["field"]) == (type_, field)
    assert shared_office.store.events.head() == before


def test_a_payment_before_the_case_file_was_opened_is_taken_where_it_was_paid_to_the_creditor(office):
    case_file = office.case_file()
    office.carl.does(f"/api/case-files/{case_file}/payments", payment(received_on="2026-01-09", paid_to="creditor"))


def test_a_payment_reference_is_taken_once_whatever_case_file_it_is_for(office):
    one, other = office.case_file("EXP-1"), office.case_file("EXP-2")
    office.carl.does(f"/api/case-files/{one}/payments", payment(reference="REC-1"))
    again = office.carl.post(f"/api/case-files/{other}/payments", payment(reference="REC-1"))
    assert (again.status_code, again.json()["type"]) == (409, "/problems/already-claimed")
    assert office.carl.sees(f"/api/case-files/{other}")["payments"] == []


def test_a_decision_on_a_payment_is_made_once(office):
    payments = f"/api/case-files/{office.case_file()}/payments"
    paid = office.carl.does(payments, payment())
    office.ana.does(f"{payments}/{paid}/approval")
    for path, body in (("approval", None), ("rejection", {"reason": "Tarde"})):
        answer = office.bea.post(f"{payments}/{paid}/{path}", body)
        assert (answer.status_code, answer.json()["type"]) == (409, "/problems/payment-already-decided")


def test_a_closed_case_file_takes_no_payment_and_none_closes_while_one_waits(office):
    at = f"/api/case-files/{office.case_file()}"
    paid = office.carl.does(f"{at}/payments", payment())
    waits = office.carl.post(f"{at}/closing", {"reason": "uncollectible"})
    assert (waits.status_code, waits.json()["type"]) == (409, "/problems/payments-waiting")
    office.ana.does(f"{at}/payments/{paid}/rejection", {"reason": "No consta"})
    office.carl.does(f"{at}/closing", {"reason": "uncollectible"})
    closed = office.carl.post(f"{at}/payments", payment())
    assert (closed.status_code, closed.json()["type"]) == (409, "/problems/case-file-is-closed")


def test_an_amount_in_another_currency_is_told_with_both_currencies(office):
    file = office.case_file()
    body = payment("10.00") | {"amount": {"amount": "10.00", "currency": "USD"}}
    answer = office.carl.post(f"/api/case-files/{file}/payments", body, **{"Accept-Language": "es"})
    assert answer.json()["title"] == "El importe está en USD y aquello a lo que corresponde, en EUR"
