"""All payments of a client, over its case files and over its invoices: filtered, sorted, paged, taken along."""

from io import BytesIO

import pytest
from carriers import ISSUER, client_with, issued_invoice
from office import euros, opening
from openpyxl import load_workbook

PAID = [("30.00", "2026-03-01"), ("20.00", "2026-03-03"), ("10.00", "2026-03-03"), ("40.00", "2026-03-12")]


@pytest.fixture(params=["payments", "invoice-payments"])
def paid(office, request):
    """The client's id, of which debts it is, and its payments as they were recorded; the second is approved."""
    office.dora.does("/api/issuer/identity", ISSUER)
    client = client_with(office)
    if request.param == "payments":
        debt = f"/api/case-files/{office.ana.does('/api/case-files', opening('EXP-1', client))}"
    else:
        debt = f"/api/invoices/{issued_invoice(office, client, issued_on='2026-03-01')}"
    made = [
        office.carl.does(
            f"{debt}/payments", {"amount": euros(amount), "received_on": day, "method": "transfer", "payer": "Ella"}
        )
        for amount, day in PAID
    ]
    office.ana.does(f"{debt}/payments/{made[1]}/approval")
    return client, request.param, made


def test_they_are_filtered_sorted_and_paged(office, paid):
    client, what, made = paid

    def listed(**asked):
        found, cursor = [], None
        while True:
            page = office.carl.sees(f"/api/clients/{client}/{what}", limit=3, cursor=cursor, **asked)
            found += [made.index(one["id"]) for one in page["items"]]
            if (cursor := page["next"]) is None:
                return found

    assert listed() == [3, 2, 1, 0]
    assert listed(sort="received_on") == [0, 1, 2, 3]
    assert listed(sort="-amount") == [3, 0, 1, 2]
    assert listed(state="approved") == [1]
    assert listed(from_="2026-03-02", to="2026-03-03") == [2, 1]
    for wrong in ({"sort": "method"}, {"state": "lost"}, {"to": "0001-01-01"}):
        assert office.carl.get(f"/api/clients/{client}/{what}", **wrong).status_code == 422
    assert office.cora.sees(f"/api/clients/{client}/{what}")["items"] == []


def test_they_are_taken_along_as_the_page_shows_them(office, paid):
    client, what, _ = paid
    page = f"/clients/{client}/{'transactions' if what == 'payments' else what}"

    def taken(kind, **asked):
        answer = office.http.get(f"{page}.{kind}", params=asked, headers=office.browser("carl"))
        assert answer.status_code == 200, answer.text
        return answer

    head, *rows = taken("csv", sort="amount", since="2026-03-03").content.decode("utf-8-sig").splitlines()
    assert head.split(";")[:3] == ["Recibido el", "Importe", "Moneda"]
    assert [row.split(";")[1] for row in rows] == ["10,00", "20,00", "40,00"]
    sheet = load_workbook(BytesIO(taken("xlsx", state="approved").content)).active
    assert [row[1] for row in sheet.iter_rows(min_row=2, values_only=True)] == [20]
