"""The same request sent again under its idempotency key is carried out once, and answered as the first time."""

from concurrent.futures import ThreadPoolExecutor

from office import payment


def test_the_same_key_and_body_give_the_same_answer_and_change_nothing_more(office):
    payments = f"/api/case-files/{office.case_file()}/payments"
    first = office.carl.post(payments, payment(), key="k-1")
    head = office.store.events.head()
    again = office.carl.post(payments, payment(), key="k-1")
    assert (again.status_code, again.json()) == (first.status_code, first.json()) == (201, first.json())
    assert again.headers["Log-Position"] == first.headers["Log-Position"]
    assert office.store.events.head() == head


def test_the_answer_stays_the_first_one_whatever_came_after(office):
    payments = f"/api/case-files/{office.case_file()}/payments"
    first = office.carl.post(payments, payment(), key="k-1")
    office.ana.does(f"{payments}/{first.json()['id']}/approval")
    assert office.carl.post(payments, payment(), key="k-1").json() == first.json()


def test_another_body_or_route_under_a_used_key_is_refused(office):
    payments = f"/api/case-files/{office.case_file()}/payments"
    office.carl.does(payments, payment("10.00"), key="k-1")
    other_body = office.carl.post(payments, payment("20.00"), key="k-1")
    other_route = office.carl.post("/api/clients", {"name": "Otra"}, key="k-1")
    for answer in (other_body, other_route):
        assert answer.status_code == 422
        assert answer.json()["type"] == "/problems/idempotency-key-reused"


def test_two_people_may_use_the_same_key(office):
    office.carl.does("/api/clients", {"name": "Una"}, key="k-1")
    office.ana.does("/api/clients", {"name": "Otra"}, key="k-1")


def test_a_refusal_is_decided_again(office):
    payments = f"/api/case-files/{office.case_file()}/payments"
    paid = office.ana.does(payments, payment())
    assert office.ana.post(f"{payments}/{paid}/approval", key="k-1").status_code == 403
    office.dora.does("/api/business/four-eyes", {"required": False, "reason": "Solo decide una persona"})
    assert office.ana.post(f"{payments}/{paid}/approval", key="k-1").status_code == 200


def test_a_key_that_is_none_is_refused(sqlite_office):
    for key in ("", "with space", "ñ".encode(), "x" * 201):
        answer = sqlite_office.ana.post("/api/clients", {"name": "Una"}, **{"Idempotency-Key": key})
        assert (answer.status_code, answer.json()["field"]) == (422, "Idempotency-Key")


def test_duplicates_at_the_same_time_are_carried_out_once_and_all_get_the_one_answer(office):
    payments = f"/api/case-files/{office.case_file()}/payments"
    with ThreadPoolExecutor(8) as at_once:
        for n in range(5):
            sent = [at_once.submit(office.carl.post, payments, payment(), key=f"k-{n}") for _ in range(8)]
            answers = [(answer.status_code, answer.text) for answer in (one.result() for one in sent)]
            assert len(set(answers)) == 1, answers
            assert answers[0][0] == 201
    assert len(office.carl.sees(payments.removesuffix("/payments"))["payments"]) == 5
