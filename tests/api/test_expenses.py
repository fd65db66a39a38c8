"""Expenses over HTTP: from the claim to the settled month, and what becomes of the cost on the case file."""

import csv
from io import BytesIO, StringIO

import pytest
from office import PDF, euros, payment, upload
from openpyxl import load_workbook
from PIL import Image


def picture(width=30, height=20, kind="PNG"):
    written = BytesIO()
    Image.new("RGB", (width, height), "red").save(written, kind)
    return written.getvalue()


def expense(amount="42.10", **more):
    return {"kind": "fuel", "amount": euros(amount), "spent_on": "2026-02-20", **more}


def claim(person, amount="42.10", **more):
    return person.does("/api/expenses", expense(amount, **more))


def report(person, month="2026-02", collector="carl"):
    return person.sees("/api/escritorio/expenses-report", month=month, collector=collector)


def costs(office, case_file):
    """Owed of costs, and outstanding."""
    shown = office.ana.sees(f"/api/case-files/{case_file}")
    [owed] = [part["owed"]["amount"] for part in shown["debt"] if part["part"] == "costs"]
    return owed, shown["line"]["outstanding"]["amount"]


def test_from_the_claim_to_the_settled_month_and_what_comes_late(office):
    one, late = claim(office.carl), claim(office.carl, "7.90", kind="calls")
    rejected = claim(office.carl, "1.00")
    office.ana.does(f"/api/expenses/{one}/approval")
    office.ana.does(f"/api/expenses/{rejected}/rejection", {"reason": "Sin tique"})
    open_month = report(office.ana)
    assert [(line["id"], line["state"]) for line in open_month["lines"]] == [(one, "approved")]
    assert open_month["by_kind"] == [{"kind": "fuel", "count": 1, "totals": [euros("42.10")]}]
    assert open_month["by_collector"][0] | {"by_kind": []} == {
        "collector": "carl",
        "count": 1,
        "totals": [euros("42.10")],
        "by_kind": [],
        "waiting": 1,
        "closed": False,
        "last_closed": False,
        "settled_by": None,
        "settled_at": None,
    }
    settlement = {"collector": "carl", "month": "2026-02"}
    made = office.ana.does("/api/expenses/settlements", settlement, key="close")
    assert office.ana.does("/api/expenses/settlements", settlement, key="close") == made
    office.ana.does(f"/api/expenses/{late}/approval")
    assert [(line["id"], line["settled_in"]) for line in report(office.ana)["lines"]] == [(one, "2026-02")]
    assert report(office.ana)["by_collector"][0]["settled_by"] == "ana"
    assert [line["id"] for line in report(office.ana, "2026-03")["lines"]] == [late]
    assert office.ana.post("/api/expenses/settlements", settlement).json()["type"] == "/problems/month-closed-already"
    undone = office.bea.post(f"/api/expenses/{one}/reopening", {"reason": "undo"})
    assert (undone.status_code, undone.json()["type"]) == (409, "/problems/expense-month-closed")

    office.bea.does("/api/expenses/settlements/reopening", settlement | {"reason": "Faltaba uno"})
    assert {line["id"] for line in report(office.ana)["lines"]} == {one, late}
    office.bea.does(f"/api/expenses/{one}/reopening", {"reason": "No era suyo"})
    assert [line["id"] for line in report(office.ana)["lines"]] == [late]
    told = office.carl.sees(f"/api/expenses/{one}")
    assert [change["what"] for change in told["history"]] == [
        "ExpenseClaimed",
        "ExpenseApproved",
        "ExpenseSettled",
        "ExpenseUnsettled",
        "ExpenseReopened",
    ]


def test_the_report_is_taken_along_as_a_spreadsheet_in_the_readers_language_without_a_formula(office):
    for person, note in ((office.carl, "=HYPERLINK(1)"), (office.cora, "Peaje")):
        office.ana.does(f"/api/expenses/{claim(person, '1042.10', note=note)}/approval")
    at, february = "/api/escritorio/expenses-report", {"month": "2026-02"}
    answer = office.ana.get(f"{at}.csv", **february)
    assert answer.headers["content-disposition"].endswith("expenses-report-2026-02.csv")
    heading, *lines = csv.reader(StringIO(answer.content.decode("utf-8-sig")), delimiter=",")
    assert (heading[0], heading[-2:]) == ("Day", ["Amount", "Currency"])
    assert [(line[2], line[5], line[6], line[8]) for line in lines] == [
        ("'=HYPERLINK(1)", "carl", "ana", "1042.10"),
        ("Peaje", "cora", "ana", "1042.10"),
    ]
    told = {"Authorization": f"Bearer {office.tokens['carl']}", "Accept-Language": "es"}
    spanish = office.http.get(f"{at}.csv", params=february, headers=told).content.decode("utf-8-sig")
    assert "Importe;Moneda" in spanish
    assert [line.endswith("1042,10;EUR") for line in spanish.splitlines()] == [False, True]  # the own alone
    book = load_workbook(BytesIO(office.ana.get(f"{at}.xlsx", collector="cora", **february).content)).active
    assert [[cell.value for cell in row][2:9:6] for row in book.iter_rows(min_row=2)] == [["Peaje", 1042.1]]
    assert office.ana.get(f"{at}.pdf", **february).status_code == 422


def test_what_the_debtor_bears_is_a_cost_until_the_approval_is_undone_and_leaves_credit_where_it_is_paid(office):
    case_file = office.case_file()
    bearing = {"case_file_id": case_file, "borne_by": "debtor", "kind": "burofax", "note": "Burofax\ncon acuse"}
    one = claim(office.carl, "38.50", **bearing)
    assert costs(office, case_file) == ("0.00", "1000.00")
    office.ana.does(f"/api/expenses/{one}/approval")
    assert costs(office, case_file) == ("38.50", "1038.50")
    at = f"/api/case-files/{case_file}/payments"
    office.bea.does(f"{at}/{office.carl.does(at, payment('1038.50'))}/approval")
    office.ana.does(f"/api/expenses/{one}/reopening", {"reason": "undo"})
    assert costs(office, case_file) == ("0.00", "0.00")
    assert office.ana.sees(f"/api/case-files/{case_file}")["credit"] == euros("38.50")
    history = office.ana.sees(f"/api/case-files/{case_file}/history")["items"]
    assert [item["data"]["cost_id"] for item in history if item["name"] == "CostCharged"] == [one]


def test_neither_decides_on_a_closed_case_file_nor_takes_back_what_was_waived_and_nothing_is_half_done(office):
    case_file = office.case_file()
    bearing = {"case_file_id": case_file, "borne_by": "debtor"}
    approved, waiting = claim(office.carl, "30.00", **bearing), claim(office.carl, "5.00", **bearing)
    office.ana.does(f"/api/expenses/{approved}/approval")
    waiver = {"kind": "waiver", "part": "costs", "amount": euros("-10.00"), "reason": "Acuerdo"}
    office.ana.does(f"/api/case-files/{case_file}/adjustments", waiver)
    before = office.store.events.head()
    undone = office.ana.post(f"/api/expenses/{approved}/reopening", {"reason": "undo"})
    assert (undone.status_code, undone.json()["type"]) == (409, "/problems/cost-taken-off-meanwhile")
    assert office.store.events.head() == before
    office.carl.does(f"/api/case-files/{case_file}/closing", {"reason": "uncollectible"})
    before = office.store.events.head()
    for path, body in ((f"{approved}/reopening", {"reason": "undo"}), (f"{waiting}/approval", None)):
        answer = office.ana.post(f"/api/expenses/{path}", body)
        assert (answer.status_code, answer.json()["type"]) == (409, "/problems/case-file-is-closed")
    assert office.store.events.head() == before


def test_who_bears_it_is_checked_with_the_claim(sqlite_office):
    office = sqlite_office
    own = office.case_file("EXP-1")
    for more, field, why in (
        ({"borne_by": "debtor"}, "case_file_id", "bearer-needs-case-file"),
        ({"borne_by": "creditor", "case_file_id": own}, "borne_by", "no-creditor"),
        ({"spent_on": "2026-03-17"}, "spent_on", "spent-in-future"),
        ({"amount": euros("0.00")}, "amount", "amount-not-allowed"),
    ):
        answer = office.carl.post("/api/expenses", expense() | more)
        assert (answer.status_code, answer.json()["field"]) == (422, field)
        assert answer.json()["type"] == f"/problems/{why}"
    others = office.cora.post("/api/expenses", expense(case_file_id=own))
    assert others.status_code == 404


def test_a_collector_sees_the_own_ones_and_only_whoever_claimed_one_changes_it(sqlite_office):
    office = sqlite_office
    one = claim(office.carl)
    assert [line["id"] for line in office.carl.sees("/api/expenses")["items"]] == [one]
    assert office.cora.sees("/api/expenses")["items"] == []
    assert [line["id"] for line in office.emil.sees("/api/expenses", state="unapproved")["items"]] == [one]
    for path in (f"/api/expenses/{one}", f"/api/expenses/{one}/attachment"):
        assert office.cora.get(path).status_code == 404
    assert office.cora.post(f"/api/expenses/{one}/withdrawal").status_code == 404
    assert office.ana.post(f"/api/expenses/{one}/withdrawal").status_code == 403
    office.carl.does(f"/api/expenses/{one}/withdrawal")
    assert office.ana.post(f"/api/expenses/{one}/approval").status_code == 409
    own = claim(office.ana)
    assert office.ana.post(f"/api/expenses/{own}/approval").json()["type"] == "/problems/own-expense"
    office.dora.does("/api/business/four-eyes", {"required": False, "reason": "Una sola persona"})
    office.ana.does(f"/api/expenses/{own}/approval")
    assert office.ana.sees(f"/api/expenses/{own}")["line"]["second_review"] is False


@pytest.mark.parametrize(
    ("content", "media_type"),
    [(PDF, "application/pdf"), (picture(), "image/jpeg"), (picture(kind="WEBP"), "image/jpeg")],
)
def test_an_attachment_comes_back_as_a_file_to_keep_that_no_browser_runs(office, content, media_type):
    one = claim(office.carl)
    assert upload(office.carl, one, content, key="once").status_code == 200
    assert upload(office.carl, one, content, key="once").status_code == 200
    answer = office.ana.get(f"/api/expenses/{one}/attachment")
    assert answer.headers["content-type"] == media_type
    assert answer.headers["content-disposition"].startswith("attachment; filename=")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]
    if media_type == "application/pdf":
        assert answer.content == PDF
    else:
        assert Image.open(BytesIO(answer.content)).size == (30, 20)
    assert upload(office.carl, one, content + b"%%EOF", key="once").status_code == 422
    assert office.ana.sees(f"/api/expenses/{one}")["line"]["attachment"] == media_type


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "not-a-document"),
        (b"<script>alert(1)</script>", "not-a-document"),
        (b"%PDF-1.4 cut short", "not-a-document"),
        (picture()[:60], "not-a-document"),
        (picture(10_000, 6000), "too-many-pixels"),
        (PDF + b" " * 10 * 2**20, "attachment-too-large"),
    ],
    ids=["empty", "script", "pdf", "cut", "bomb", "large"],
)
def test_what_is_neither_document_nor_picture_is_refused_and_nothing_kept(sqlite_office, content, why):
    one = claim(sqlite_office.carl)
    answer = upload(sqlite_office.carl, one, content)
    assert (answer.status_code, answer.json()["type"], answer.json()["field"]) == (
        422,
        f"/problems/{why}",
        "attachment",
    )
    assert sqlite_office.carl.get(f"/api/expenses/{one}/attachment").status_code == 404


def test_what_the_debtor_bears_of_a_disputed_debt_is_approved_only_by_who_says_why(office):
    case_file = office.case_file()
    borne = claim(office.carl, borne_by="debtor", case_file_id=case_file)
    office.carl.does(f"/api/case-files/{case_file}/dispute", {"claim": "Ya pagó"})
    refused = office.ana.post(f"/api/expenses/{borne}/approval")
    assert (refused.status_code, refused.json()["field"]) == (409, "despite")
    office.ana.does(f"/api/expenses/{borne}/approval", {"despite": "Lo pidió el propio deudor"})
    assert costs(office, case_file)[0] == "42.10"
    more = expense(borne_by="debtor", case_file_id=case_file)
    assert office.carl.post("/api/expenses", more).json()["stopped_by"] == "dispute"
