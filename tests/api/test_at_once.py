"""Many people at the same case file at the same time: whatever each was answered, the sums hold."""

from concurrent.futures import ThreadPoolExecutor

from office import euros, payment


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


def test_a_reference_claimed_at_the_same_time_is_given_to_one(office):
    debtors = [office.client(f"Deudora {n}") for n in range(8)]

    def open_one(debtor):
        body = {"reference": "EXP-1", "debtor_id": debtor, "principal": euros("1.00")}
        days = {"opened_on": "2026-01-10", "due_on": "2026-02-10"}
        return office.ana.post("/api/case-files", body | days).status_code

    with ThreadPoolExecutor(8) as at_once:
        statuses = sorted(at_once.map(open_one, debtors))
    assert statuses == [201] + [409] * 7
