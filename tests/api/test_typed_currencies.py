"""An amount is typed in the currency of what it is for; in another it is refused, and both are named."""

from uuid import uuid4

import pytest

DAY = "2026-03-16"
LINE = {"description": "Gestión", "quantity": "1", "tax_rate": "21", "withholding": "0", "treatment": "S1"}
TERMS = {"due_days": "30", "language": "es", "currency": "EUR"}

ON_A_CASE_FILE = {
    "payment": ("payments", "amount", {"received_on": DAY, "method": "transfer"}),
    "promise": ("promises", "amount", {"due_on": DAY}),
    "promise within an action": (
        "actions",
        "amount",
        {"done_on": DAY, "channel": "call", "outcome": "promise", "due_on": DAY},
    ),
    "cost": ("costs", "amount", {"charged_on": DAY}),
    "interest": ("interest", "amount", {"from": "2026-02-01", "to": DAY}),
    "adjustment": (
        "adjustments",
        "amount",
        {"kind": "waiver", "part": "principal", "adjusted_on": DAY, "reason": "Acuerdo"},
    ),
    "item": ("items", "amount", {"number": "F-2", "issued_on": DAY, "due_on": DAY}),
    "plan": ("plan", "amount", {"due_on": DAY}),
}
FORMS = {
    "payments": "payment",
    "promises": "promise",
    "actions": "action",
    "costs": "cost",
    "interest": "interest",
    "adjustments": "adjustment",
    "items": "items",
    "plan": "plan",
    "expenses": "expense",
    "charge-limit": "charge-limit",
}
"""What the form at the end of each address is called."""


def send(office, name, path, **fields):
    sent = {"key": uuid4().hex, "form_name": FORMS.get(path.rpartition("/")[2], ""), **fields}
    answer = office.http.post(path, data=sent, headers=office.browser(name), follow_redirects=False)
    office.seen.position, _ = office.store.events.head()
    return answer


def check_refused(answer, written):
    assert answer.status_code == 422
    assert f"Aquí dice «{written}», y la moneda es EUR" in answer.text


@pytest.mark.parametrize("typed", ["10 USD", "USD 10", "50 £", "$100,00", "100 dólares"])
@pytest.mark.parametrize("form", ON_A_CASE_FILE)
def test_a_case_file_takes_no_amount_in_another_currency(shared_office, form, typed):
    address, amount, fields = ON_A_CASE_FILE[form]
    at = f"/case-files/{shared_office.case_file(f'EXP-{uuid4().hex[:8]}')}"
    answer = send(shared_office, "carl", f"{at}/{address}", **{amount: typed}, **fields)
    check_refused(answer, typed.strip("0123456789, "))


@pytest.mark.parametrize("typed", ["10 EUR", "€10,00", "10 €", "eur 10", "10 euros"])
def test_the_sign_or_code_of_the_debt_may_stand_on_either_side(shared_office, typed):
    case_file = shared_office.case_file(f"EXP-{uuid4().hex[:8]}")
    paid = send(
        shared_office, "carl", f"/case-files/{case_file}/payments", amount=typed, received_on=DAY, method="transfer"
    )
    assert paid.status_code == 303
    [payment] = shared_office.carl.sees(f"/api/case-files/{case_file}")["payments"]
    assert payment["amount"] == {"amount": "10.00", "currency": "EUR"}


def test_a_dollar_sign_is_what_the_debt_is_in(shared_office):
    owed = {"amount": "1000.00", "currency": "MXN"}
    opened = {"reference": "EXP-MX", "opened_on": DAY, "debtor_id": shared_office.client(), "principal": owed}
    case_file = shared_office.ana.does("/api/case-files", opened | {"due_on": DAY})
    paid = {"received_on": DAY, "method": "transfer"}
    assert send(shared_office, "ana", f"/case-files/{case_file}/payments", amount="$10", **paid).status_code == 303
    answer = send(shared_office, "ana", f"/case-files/{case_file}/payments", amount="10 €", **paid)
    assert "Aquí dice «€», y la moneda es MXN" in answer.text


def test_nor_does_anything_else_that_has_an_amount(shared_office):
    office, client = shared_office, shared_office.client("Clienta")
    expense = {"kind": "fuel", "spent_on": DAY, "borne_by": "us"}
    check_refused(send(office, "carl", "/expenses", amount="12 GBP", **expense), "GBP")
    check_refused(send(office, "dora", "/settings/charge-limit", limit="100 USD", currency="EUR"), "USD")
    new = {"form_name": "case-file", "reference": "EXP-9", "opened_on": DAY, "currency": "EUR", "due_on": DAY}
    new |= {"debtor": "new", "debtor_name": "Deudora Nueva", "creditor": ""}
    check_refused(send(office, "carl", "/case-files/new", amount="100 $", **new), "$")
    invoice = {"form_name": "document", "client": client, "unit_price": "100 $", **LINE, **TERMS}
    check_refused(send(office, "ana", "/invoices/new", **invoice), "$")
    office.case_file("EXP-R")
    [debtor] = [one["id"] for one in office.carl.sees("/api/clients")["items"] if one["name"] == "Deudora de EXP-R"]
    receipt = {"form_name": "receipt", "client": debtor, "currency": "EUR", "received_on": DAY, "method": "transfer"}
    check_refused(send(office, "carl", "/receipts/new", amount="10 USD", **receipt), "USD")


def test_a_quantity_or_a_rate_has_no_currency(shared_office):
    client = shared_office.client("Clienta")
    for field in ("quantity", "tax_rate"):
        line = LINE | {"unit_price": "10 €", field: "2 €"}
        answer = send(shared_office, "ana", "/invoices/new", form_name="document", client=client, **line, **TERMS)
        assert answer.status_code == 422
        assert "Esto no es un número" in answer.text
