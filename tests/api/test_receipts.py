"""Money that came once, for several case files, is recorded in one step, as a payment on each."""

import pytest
from office import euros

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
    assert (refused.status_code, refused.json()["field"]) == (422, "payments/case_file_id")


def test_the_same_receipt_sent_again_is_recorded_once(office):
    parts = (office.case_file("EXP-1"), "1.00"), (office.case_file("EXP-2"), "2.00")
    first, again = (office.carl.post("/api/receipts", receipt(*parts), key="r-1") for _ in range(2))
    assert first.json() == again.json()
    recorded = [at for at in office.store.events.since(0, 1000) if isinstance(at.event, PaymentRecorded)]
    assert len(recorded) == 2
