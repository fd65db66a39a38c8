"""Credit over HTTP: who is owed how much since when, paid back with four eyes, and what closing says of it."""

import pytest
from carriers import ISSUER, client_with, issued_invoice
from office import euros, payment


@pytest.fixture
def overpaid(office):
    """A case file of 100 on which 150 were paid."""
    case_file = office.case_file("EXP-1", "100.00")
    at = f"/api/case-files/{case_file}"
    paid = office.carl.does(f"{at}/payments", payment("150.00", overpayment=True))
    office.ana.does(f"{at}/payments/{paid}/approval")
    return case_file


def propose(person, case_file, amount="50.00"):
    body = {"amount": euros(amount), "reason": "Pagó dos veces"}
    return person.does(f"/api/case-files/{case_file}/refunds", body)


def test_a_refund_is_proposed_by_one_person_and_paid_out_by_another(office, overpaid):
    at = f"/api/case-files/{overpaid}"
    refund = propose(office.carl, overpaid, "30.00")
    detail = office.carl.sees(at)
    assert (detail["credit"], detail["free_credit"]) == (euros("50.00"), euros("20.00"))
    assert [(one["id"], one["amount"], one["proposed_by"], one["reason"]) for one in detail["refunds"]] == [
        (refund, euros("30.00"), "carl", "Pagó dos veces")
    ]
    more = office.ana.post(f"{at}/refunds", {"amount": euros("20.01"), "reason": "x"})
    assert (more.status_code, more.json()["credit"]) == (409, euros("20.00"))
    own = propose(office.ana, overpaid, "20.00")
    assert office.ana.post(f"{at}/refunds/{own}/approval").json()["type"] == "/problems/refund-needs-another"
    office.bea.does(f"{at}/refunds/{own}/rejection", {"reason": "Se aplica a otra deuda"})
    office.bea.does(f"{at}/refunds/{refund}/approval")
    detail = office.carl.sees(at)
    assert (detail["credit"], detail["free_credit"], detail["refunds"]) == (euros("20.00"), euros("20.00"), [])
    assert [one["name"] for one in office.carl.sees(f"{at}/history")["items"]][-2:] == ["RefundApproved", "CreditMoved"]


def test_whoever_proposed_a_refund_withdraws_it(office, overpaid):
    at = f"/api/case-files/{overpaid}/refunds"
    refund = propose(office.carl, overpaid)
    assert office.ana.post(f"{at}/{refund}/withdrawal", {"reason": "x"}).status_code == 403
    office.carl.does(f"{at}/{refund}/withdrawal", {"reason": "Se aplica a otra deuda"})
    assert office.carl.sees(f"/api/case-files/{overpaid}")["free_credit"] == euros("50.00")


def test_credits_are_listed_with_what_waits_the_largest_first(office, overpaid):
    refund = propose(office.carl, overpaid, "30.00")
    other = office.case_file("EXP-2", "100.00")
    paid = office.carl.does(f"/api/case-files/{other}/payments", payment("160.00", overpayment=True))
    office.ana.does(f"/api/case-files/{other}/payments/{paid}/approval")
    first, second = office.carl.sees("/api/credits")["items"]
    assert (first["id"], first["credit"], first["refunds"]) == (other, euros("60.00"), [])
    told = {"id": overpaid, "kind": "case_file", "reference": "EXP-1", "since": payment()["received_on"]}
    assert second.items() >= {**told, "credit": euros("50.00"), "free": euros("20.00")}.items()
    assert [one["id"] for one in second["refunds"]] == [refund]
    assert office.cora.sees("/api/credits")["items"] == []
    [page] = [office.emil.sees("/api/credits", sort="credit", limit=1)]
    assert [one["id"] for one in page["items"]] == [overpaid]
    rest = office.emil.sees("/api/credits", sort="credit", limit=1, cursor=page["next"])
    assert ([one["id"] for one in rest["items"]], rest["next"]) == ([other], None)


def test_a_case_file_with_credit_is_not_closed_as_paid_without_saying_what_becomes_of_it(office, overpaid):
    closing = f"/api/case-files/{overpaid}/closing"
    refused = office.carl.post(closing, {"reason": "paid"})
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/credit-left")
    assert office.carl.post(closing, {"reason": "paid", "keep_credit": True}).json()["field"] == "note"
    office.carl.does(closing, {"reason": "paid", "keep_credit": True, "note": "Vuelve a comprar en abril"})
    [listed] = office.carl.sees("/api/credits")["items"]
    assert (listed["closed"], listed["credit"]) == (True, euros("50.00"))
    refund = propose(office.carl, overpaid)
    office.ana.does(f"/api/case-files/{overpaid}/refunds/{refund}/approval")
    assert office.carl.sees("/api/credits")["items"] == []


def test_the_credit_of_an_invoice_is_paid_back_by_the_same_rule(office):
    office.dora.does("/api/issuer/identity", ISSUER)
    invoice = issued_invoice(office, client_with(office))
    at = f"/api/invoices/{invoice}"
    paid = office.carl.does(f"{at}/payments", payment("171.00", overpayment=True))
    office.ana.does(f"{at}/payments/{paid}/approval")
    body = {"amount": euros("30.00"), "reason": "Pagó dos veces"}
    refund = office.carl.does(f"{at}/refunds", body)
    [told] = office.carl.sees("/api/credits")["items"]
    assert (told["kind"], told["credit"], told["free"]) == ("invoice", euros("50.00"), euros("20.00"))
    assert [one["id"] for one in told["refunds"]] == [refund]
    assert office.ana.post(f"{at}/refunds", body).json()["credit"] == euros("20.00")
    assert office.carl.post(f"{at}/refunds/{refund}/approval").status_code == 403
    own = office.ana.does(f"{at}/refunds", body | {"amount": euros("5.00")})
    assert office.ana.post(f"{at}/refunds/{own}/approval").json()["type"] == "/problems/refund-needs-another"
    assert office.bea.post(f"{at}/refunds/{own}/withdrawal", {"reason": "x"}).status_code == 403
    office.bea.does(f"{at}/refunds/{own}/rejection", {"reason": "Se aplica a otra deuda"})
    office.bea.does(f"{at}/refunds/{refund}/approval")
    [told] = office.carl.sees("/api/credits")["items"]
    assert (told["credit"], told["free"], told["refunds"]) == (euros("20.00"), euros("20.00"), [])
    names = [one["name"] for one in office.carl.sees(f"{at}/history")["items"]]
    assert names[-2:] == ["RefundApproved", "InvoiceCreditRefunded"]
    office.bea.does(f"{at}/payments/{paid}/return", {"returned_on": str(office.today), "reason": "sin fondos"})
    [line] = office.carl.sees("/api/invoices")["items"]
    assert {name: line[name]["amount"] for name in ("owed", "paid_back", "paid", "outstanding", "credit")} == {
        "owed": "121.00",
        "paid_back": "30.00",
        "paid": "0.00",
        "outstanding": "151.00",
        "credit": "0.00",
    }


def test_what_bounces_after_it_was_paid_back_is_outstanding_in_all_figures_alike(office):
    office.dora.does("/api/issuer/identity", ISSUER)
    invoice = issued_invoice(office, client_with(office))
    at = f"/api/invoices/{invoice}"
    paid = office.carl.does(f"{at}/payments", payment("171.00", overpayment=True))
    office.ana.does(f"{at}/payments/{paid}/approval")
    refund = office.carl.does(f"{at}/refunds", {"amount": euros("30.00"), "reason": "Pagó dos veces"})
    office.ana.does(f"{at}/refunds/{refund}/approval")
    office.bea.does(f"{at}/payments/{paid}/return", {"returned_on": str(office.today), "reason": "sin fondos"})
    [line] = office.bea.sees("/api/invoices?status=issued")["items"]
    tiles, aged = office.bea.sees("/api/invoice-status"), office.bea.sees("/api/receivables")["aged"]
    assert line["outstanding"] == euros("151.00")
    assert [one["amount"] for one in tiles["issued"]["sums"]] == [euros("151.00")]
    assert [one["total"] for one in aged] == [euros("151.00")]


@pytest.mark.usefixtures("overpaid")
def test_what_is_outstanding_is_never_below_nothing_and_sums_up_to_the_summary_with_credit_apart(office):
    office.case_file("EXP-2", "100.00")
    lines = office.carl.sees("/api/escritorio/case-files", state="all")["items"]
    assert {one["reference"]: (one["outstanding"], one["credit"]) for one in lines} == {
        "EXP-1": (euros("0.00"), euros("50.00")),
        "EXP-2": (euros("100.00"), euros("0.00")),
    }
    [totals] = office.carl.sees("/api/escritorio/summary")["totals"]
    assert (totals["outstanding"], totals["credit"]) == (euros("100.00"), euros("50.00"))
    found = office.carl.sees("/api/search", text="EXP-1")["case_files"]["items"][0]
    assert (found["outstanding"], found["credit"]) == (euros("0.00"), euros("50.00"))


def test_a_refund_whose_credit_is_gone_stays_listed_until_it_is_rejected(office, overpaid):
    office.dora.does("/api/issuer/identity", ISSUER)
    invoice = issued_invoice(office, client_with(office))
    told = office.carl.does(f"/api/invoices/{invoice}/payments", payment("171.00", overpayment=True))
    office.ana.does(f"/api/invoices/{invoice}/payments/{told}/approval")
    paid = office.carl.sees(f"/api/case-files/{overpaid}")["payments"][0]["id"]
    for at, on in ((f"/api/invoices/{invoice}", told), (f"/api/case-files/{overpaid}", paid)):
        refund = office.carl.does(f"{at}/refunds", {"amount": euros("30.00"), "reason": "Pagó dos veces"})
        office.bea.does(f"{at}/payments/{on}/reopening", {"reason": "Era de otro"})
        [listed] = [one for one in office.ana.sees("/api/credits")["items"] if one["id"] in at]
        assert (listed["credit"], listed["free"], listed["since"]) == (euros("0.00"), euros("0.00"), None)
        assert [one["id"] for one in listed["refunds"]] == [refund]
        refused = office.ana.post(f"{at}/refunds/{refund}/approval")
        assert (refused.status_code, refused.json()["type"]) == (409, "/problems/credit-gone")
        page = office.http.get("/credits", headers=office.browser("ana")).text
        assert f"/refunds/{refund}/approval" in page
        office.ana.does(f"{at}/refunds/{refund}/rejection", {"reason": "Ya no hay saldo"})
        assert all(one["id"] not in at for one in office.ana.sees("/api/credits")["items"])
