"""Money that came once, for several case files or invoices, is recorded in one step, as a payment on each."""

import re

import pytest
from office import euros, payment

from domain.payments import PaymentRecorded


def receipt(*parts, **more):
    return {
        "received_on": "2026-03-16",
        "method": "transfer",
        "payer": "La hermana de ambos",
        "payments": [{"case_file_id": case_file, "amount": euros(amount)} for case_file, amount in parts],
        **more,
    }


def test_a_receipt_is_a_payment_on_each_case_file_joined_by_its_id_at_successive_positions(office):
    one, other = office.case_file("EXP-1"), office.case_file("EXP-2")
    head, _ = office.store.events.head()
    answer = office.carl.post("/api/receipts", receipt((one, "100.00"), (other, "250.50"))).json()

    recorded = office.store.events.since(head, 10)
    assert [(str(at.stream), at.event.amount.minor, at.position) for at in recorded] == [
        (one, 100_00, head + 1),
        (other, 250_50, head + 2),
    ]
    assert {str(at.event.receipt_id) for at in recorded} == {answer["id"]}
    assert len({at.command_id for at in recorded}) == 1
    assert [str(at.event.payment_id) for at in recorded] == answer["payment_ids"]
    assert answer["position"] == head + 2


def test_each_payment_of_a_receipt_is_decided_on_by_itself(office):
    one, other = office.case_file("EXP-1"), office.case_file("EXP-2")
    first, second = office.carl.post("/api/receipts", receipt((one, "1.00"), (other, "2.00"))).json()["payment_ids"]
    office.ana.does(f"/api/case-files/{one}/payments/{first}/approval")
    office.ana.does(f"/api/case-files/{other}/payments/{second}/rejection", {"reason": "No consta"})
    shown = {case_file: office.carl.sees(f"/api/case-files/{case_file}") for case_file in (one, other)}
    assert [shown[case_file]["payments"][0]["state"] for case_file in (one, other)] == ["approved", "rejected"]


@pytest.mark.parametrize(("collector", "status"), [("cora", 404), ("carl", 409)], ids=["another's", "closed"])
def test_where_one_payment_is_refused_none_is_recorded_and_the_refusal_names_the_case_file(office, collector, status):
    one, other = office.case_file("EXP-1"), office.case_file("EXP-2", collector=collector)
    office.ana.does(f"/api/case-files/{other}/closing", {"reason": "uncollectible"})
    head = office.store.events.head()
    refused = office.carl.post("/api/receipts", receipt((one, "1.00"), (other, "2.00")))
    assert (refused.status_code, refused.json()["case_file_id"]) == (status, other)
    assert office.store.events.head() == head


def test_a_reference_serves_one_payment_of_all_that_a_receipt_pays(office):
    one, other = office.case_file("EXP-1"), office.case_file("EXP-2")
    body = receipt((one, "1.00"), (other, "2.00"))
    for part in body["payments"]:
        part["reference"] = "TRF-1"
    head = office.store.events.head()
    assert office.carl.post("/api/receipts", body).status_code == 409
    assert office.store.events.head() == head


def test_a_case_file_is_named_once(office):
    one = office.case_file()
    refused = office.carl.post("/api/receipts", receipt((one, "1.00"), (one, "2.00")))
    assert (refused.status_code, refused.json()["field"]) == (422, "payments")


def test_the_same_receipt_sent_again_is_recorded_once(office):
    parts = (office.case_file("EXP-1"), "1.00"), (office.case_file("EXP-2"), "2.00")
    first, again = (office.carl.post("/api/receipts", receipt(*parts), key="r-1") for _ in range(2))
    assert first.json() == again.json()
    recorded = [at for at in office.store.events.since(0, 1000) if isinstance(at.event, PaymentRecorded)]
    assert len(recorded) == 2


def invoice(office, client, price, day):
    """Issued and due on that day, in March."""
    line = {"description": "Gestión", "unit_price": price, "tax_rate": "0"}
    made = office.carl.does("/api/invoices", {"client_id": client, "lines": [line], "due_days": 0})
    office.carl.does(f"/api/invoices/{made}/issue", {"issued_on": f"2026-03-{day:02}"})
    return made


@pytest.fixture
def invoicing(office):
    office.dora.does(
        "/api/issuer/identity",
        {
            "name": "Recobros del Sur S.L.",
            "tax_id": "B41234568",
            "street": "Calle Sierpes 1",
            "postcode": "41004",
            "city": "Sevilla",
            "country": "ES",
        },
    )
    return office


def recorded_after(office, head):
    found = (at for at in office.store.events.since(head, 100) if isinstance(at.event, PaymentRecorded))
    return [(str(at.stream), str(at.event.amount.amount), at.event.overpayment) for at in found]


def test_a_receipt_pays_case_files_and_invoices_alike(invoicing):
    case_file = invoicing.case_file()
    client = invoicing.carl.does("/api/clients", {"name": "Paga S.L."})
    billed = invoice(invoicing, client, "50.00", 2)
    head, _ = invoicing.store.events.head()
    body = receipt((case_file, "10.00"))
    body["payments"].append({"invoice_id": billed, "amount": euros("20.00")})
    invoicing.carl.does("/api/receipts", body)
    assert recorded_after(invoicing, head) == [(case_file, "10.00", False), (billed, "20.00", False)]
    neither = receipt((case_file, "10.00"))
    neither["payments"][0]["invoice_id"] = billed
    assert invoicing.carl.post("/api/receipts", neither).status_code == 422


def test_what_a_client_pays_goes_on_what_is_due_first_and_what_is_over_is_credit(invoicing):
    client = invoicing.carl.does("/api/clients", {"name": "Paga S.L."})
    older, newer = invoice(invoicing, client, "50.00", 2), invoice(invoicing, client, "30.00", 9)
    at = f"/api/clients/{client}/receipts"
    paid = {"received_on": "2026-03-16", "method": "transfer"}
    head, _ = invoicing.store.events.head()
    invoicing.carl.does(at, {"amount": euros("60.00"), **paid})
    invoicing.carl.does(at, {"amount": euros("25.00"), **paid})
    assert recorded_after(invoicing, head) == [
        (older, "50.00", False),
        (newer, "10.00", False),
        (newer, "25.00", True),
    ]
    assert invoicing.carl.post(at, {"amount": euros("1.00"), **paid}).status_code == 409


def test_who_asks_first_is_told_that_a_receipt_is_far_more_than_is_left_to_pay(invoicing):
    client = invoicing.carl.does("/api/clients", {"name": "Paga S.L."})
    invoice(invoicing, client, "50.00", 2)
    receipt = {"amount": euros("9000.00"), "received_on": "2026-03-16", "method": "transfer", "ask_first": True}
    refused = invoicing.carl.post(f"/api/clients/{client}/receipts", receipt)
    assert (refused.status_code, refused.json()["doubts"]) == (409, ["more_than_outstanding"])


def shown(office, path):
    answer = office.http.get(path, headers=office.browser("carl"))
    assert answer.status_code == 200, answer.text
    return re.sub(r"\s+", " ", answer.text)


def owed(office, client, reference, amount="100.00", due_on="2026-02-10"):
    body = {"reference": reference, "debtor_id": client, "opened_on": "2026-01-10", "due_on": due_on}
    return office.ana.does("/api/case-files", {**body, "principal": euros(amount)})


def test_the_form_of_a_receipt_tells_case_files_by_their_due_day_less_what_waits_for_approval(office):
    client = office.client()
    office.ana.does(f"/api/clients/{client}/assignment", {"collector": "carl", "from": "2026-01-01"})
    owed(office, client, "EXP-LATER", due_on="2026-03-10")
    sooner = owed(office, client, "EXP-SOONER", due_on="2026-02-10")
    office.carl.does(f"/api/case-files/{sooner}/payments", payment("60.00"))
    rows = re.findall(r"<tr> <th scope=\"row\".*?</tr>", shown(office, f"/receipts/new?client={client}"))
    for row, *told in zip(rows, ("EXP-SOONER", "EXP-LATER"), ("10 feb", "10 mar"), ("40,00", "100,00"), strict=True):
        assert all(one in row for one in told), (told, row)


def test_where_payments_that_wait_cover_what_a_client_owes_the_form_of_a_receipt_says_so(office):
    client = office.client()
    office.ana.does(f"/api/clients/{client}/assignment", {"collector": "carl", "from": "2026-01-01"})
    said = "cubierto por pagos que esperan aprobación"
    assert "no tiene nada pendiente" in shown(office, f"/receipts/new?client={client}")
    file = owed(office, client, "EXP-1")
    assert said not in shown(office, f"/receipts/new?client={client}")
    office.carl.does(f"/api/case-files/{file}/payments", payment("100.00"))
    assert said in shown(office, f"/receipts/new?client={client}")


def test_a_receipt_is_begun_on_the_case_file_of_a_debtor_with_several_debts_and_on_its_client_s_tab(office):
    client = office.client()
    office.ana.does(f"/api/clients/{client}/assignment", {"collector": "carl", "from": "2026-01-01"})
    file, link = owed(office, client, "EXP-1"), f"/receipts/new?client={client}&amp;back="
    assert link in shown(office, f"/clients/{client}?tab=case-files")
    assert link not in shown(office, f"/case-files/{file}")
    owed(office, client, "EXP-2")
    assert link in shown(office, f"/case-files/{file}")
