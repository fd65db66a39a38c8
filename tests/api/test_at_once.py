"""Many people at the same case file at the same time: whatever each was answered, the sums hold."""

from concurrent.futures import ThreadPoolExecutor

from carriers import ISSUER, client_with
from office import euros, opening, payment

from domain.invoice.issuing import InvoiceIssued
from domain.series import NumberTaken


def test_payments_recorded_at_the_same_time_are_all_there_once(office):
    at = f"/api/case-files/{office.case_file()}"
    with ThreadPoolExecutor(8) as at_once:
        answers = list(at_once.map(lambda n: office.carl.post(f"{at}/payments", payment(f"{n}.00")), range(1, 31)))
    assert {answer.status_code for answer in answers} == {201}
    positions = [answer.json()["position"] for answer in answers]
    assert len(set(positions)) == 30
    amounts = [one["amount"]["amount"] for one in office.carl.sees(at)["payments"]]
    assert sorted(amounts) == sorted(f"{n}.00" for n in range(1, 31))


def test_approvals_at_the_same_time_never_pass_what_is_owed(office):
    at = f"/api/case-files/{office.case_file(principal='1000.00')}"
    paid = [office.carl.does(f"{at}/payments", payment("150.00")) for _ in range(10)]

    def approve(payment_id):
        return office.ana.post(f"{at}/payments/{payment_id}/approval").status_code

    with ThreadPoolExecutor(8) as at_once:
        statuses = list(at_once.map(approve, paid))
    assert (statuses.count(200), statuses.count(409)) == (6, 4)
    line = office.ana.sees(at)["line"]
    assert (line["collected"], line["outstanding"]) == (euros("900.00"), euros("100.00"))


def test_two_supervisors_deciding_at_the_same_time_make_one_decision(office):
    at = f"/api/case-files/{office.case_file()}"
    for _ in range(5):
        paid = office.carl.does(f"{at}/payments", payment("10.00"))
        with ThreadPoolExecutor(2) as at_once:
            approved = at_once.submit(office.ana.post, f"{at}/payments/{paid}/approval")
            rejected = at_once.submit(office.bea.post, f"{at}/payments/{paid}/rejection", {"reason": "No consta"})
        assert sorted([approved.result().status_code, rejected.result().status_code]) == [200, 409]
        trail = office.emil.sees("/api/audit/payments", payment_id=paid)["items"]
        assert len(trail) == 2


def test_a_letter_that_is_asked_for_many_times_at_once_is_written_once(office):
    office.dora.does("/api/issuer/identity", ISSUER)
    file = office.ana.does("/api/case-files", opening("EXP-1", client_with(office)))
    letter = {"channel": "post", "kind": "demand"}
    with ThreadPoolExecutor(8) as at_once:
        answers = list(at_once.map(lambda _: office.carl.post(f"/api/case-files/{file}/notices", letter), range(8)))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 7
    assert len(office.carl.sees("/api/messages", matter_id=file)["items"]) == 1


def test_a_reference_claimed_at_the_same_time_is_given_to_one(office):
    debtors = [office.client(f"Deudora {n}") for n in range(8)]

    def open_one(debtor):
        body = {"reference": "EXP-1", "debtor_id": debtor, "principal": euros("1.00")}
        days = {"opened_on": "2026-01-10", "due_on": "2026-02-10"}
        return office.ana.post("/api/case-files", body | days).status_code

    with ThreadPoolExecutor(8) as at_once:
        statuses = sorted(at_once.map(open_one, debtors))
    assert statuses == [201] + [409] * 7


def test_ten_issuers_at_once_leave_no_gap_and_take_no_number_twice(office):
    lines = [{"description": "Gestión", "unit_price": "100", "tax_rate": "21"}]
    identity = {
        "name": "Recobros del Sur S.L.",
        "tax_id": "B41234568",
        "street": "Calle Sierpes 1",
        "postcode": "41004",
        "city": "Sevilla",
        "country": "ES",
    }
    office.dora.does("/api/issuer/identity", identity)
    drafts = [
        office.ana.does("/api/invoices", {"client_id": office.client(f"Deudora {n}"), "lines": lines})
        for n in range(20)
    ]
    with ThreadPoolExecutor(10) as at_once:
        answers = list(at_once.map(lambda draft: office.ana.post(f"/api/invoices/{draft}/issue", {}), drafts))
    assert {answer.status_code for answer in answers} == {200}
    told = [recorded.event for recorded in office.store.events.since(0, 1000)]
    taken = [event for event in told if isinstance(event, NumberTaken)]
    assert [event.sequence for event in taken] == list(range(1, 21))
    assert [event.number for event in told if isinstance(event, InvoiceIssued)] == [event.number for event in taken]
