"""The list of clients says what each comes to on case files and invoices, and is sorted by it."""

import html
import re

from carriers import ISSUER, client_with, issued_invoice
from office import euros, opening, payment


def listed(person, **asked):
    items, cursor = [], None
    while True:
        page = person.sees("/api/clients", limit=1, cursor=cursor, **asked)
        items += page["items"]
        if (cursor := page["next"]) is None:
            return items


def amounts(line):
    return [[one["amount"] for one in line[name]] for name in ("outstanding", "collected", "waiting")]


def approved(office, debt, amount):
    paid = office.carl.does(f"{debt}/payments", payment(amount))
    office.ana.does(f"{debt}/payments/{paid}/approval")


def test_clients_are_listed_with_all_that_their_case_files_and_invoices_come_to(office):
    office.dora.does("/api/issuer/identity", ISSUER)
    client = client_with(office)
    file = f"/api/case-files/{office.ana.does('/api/case-files', opening('A', client, '300.00'))}"
    invoice = f"/api/invoices/{issued_invoice(office, client)}"
    approved(office, file, "50.00")
    approved(office, invoice, "21.00")
    office.carl.does(f"{file}/payments", payment("10.00"))
    office.carl.does(f"{invoice}/payments", payment("5.00"))
    [line] = listed(office.carl)
    assert amounts(line) == [["350.00"], ["71.00"], ["15.00"]]


def test_clients_are_sorted_by_what_is_outstanding_or_collected_page_by_page(office):
    for name, owed, paid in (("A", "100.00", "90.00"), ("B", "300.00", "20.00"), ("C", "200.00", "30.00")):
        client = client_with(office)
        file = office.ana.does("/api/case-files", opening(name, client, owed))
        approved(office, f"/api/case-files/{file}", paid)
    for person in (office.carl, office.ana):
        by = {sort: [one["outstanding"][0]["amount"] for one in listed(person, sort=sort)] for sort in (
            "outstanding", "-outstanding", "-collected")}  # fmt: skip
        assert by["outstanding"] == ["10.00", "170.00", "280.00"]
        assert by["-outstanding"] == ["280.00", "170.00", "10.00"]
        assert by["-collected"] == ["10.00", "170.00", "280.00"]


def test_what_a_merged_client_owes_and_paid_is_the_kept_ones_until_that_is_undone(office):
    absorbed, kept = client_with(office), client_with(office)
    for client, owed in ((absorbed, "100.00"), (kept, "40.00")):
        file = office.ana.does("/api/case-files", opening(f"EXP-{owed}", client, owed))
        approved(office, f"/api/case-files/{file}", "10.00")
    office.ana.does(f"/api/clients/{absorbed}/merging", {"into": kept, "reason": "el mismo"})
    [line] = listed(office.ana, sort="-outstanding")
    assert (line["id"], amounts(line)) == (kept, [["120.00"], ["20.00"], []])
    office.ana.does(f"/api/clients/{absorbed}/unmerging", {"reason": "era otro"})
    assert [(one["id"], amounts(one)[0]) for one in listed(office.ana, sort="outstanding")] == [
        (kept, ["30.00"]), (absorbed, ["90.00"]),
    ]  # fmt: skip


def test_what_an_invoice_in_collection_comes_to_is_counted_once(office):
    office.dora.does("/api/issuer/identity", ISSUER)
    client = client_with(office)
    invoice = issued_invoice(office, client)
    body = {"reference": "EXP-1", "invoice_ids": [invoice]}
    file = office.ana.does("/api/case-files/from-invoices", body)
    [line] = listed(office.carl)
    assert amounts(line) == [["121.00"], [], []]
    approved(office, f"/api/case-files/{file}", "21.00")
    [line] = listed(office.carl)
    assert amounts(line) == [["100.00"], ["21.00"], []]


def test_a_collector_is_not_told_what_others_collect_of_a_client(office):
    client = client_with(office)
    own = office.ana.does("/api/case-files", opening("OWN", client, "100.00"))
    other = office.ana.does("/api/case-files", opening("OTHER", client, "900.00"))
    office.ana.does(f"/api/case-files/{other}/assignment", {"collector": "cora", "from": str(office.today)})
    assert own
    assert [amounts(line)[0] for line in listed(office.carl)] == [["100.00"]]
    assert [amounts(line)[0] for line in listed(office.ana)] == [["1000.00"]]


def test_the_page_of_clients_shows_what_is_outstanding_collected_and_waits(office):
    client = client_with(office)
    file = f"/api/case-files/{office.ana.does('/api/case-files', opening('A', client, '300.00'))}"
    approved(office, file, "50.00")
    office.carl.does(f"{file}/payments", payment("10.00"))
    page = office.http.get("/clients?sort=-outstanding", headers=office.browser("carl")).text
    assert "250,00" in page
    assert "+ 10,00\xa0€ sin aprobar" in page.replace("&nbsp;", "\xa0")


def test_what_is_owed_again_on_a_closed_case_file_is_owed_wherever_its_client_is_listed(office):
    file, today = office.case_file(principal="100.00"), str(office.today)
    [debtor] = [one["id"] for one in office.carl.sees("/api/clients")["items"]]
    paid = {"amount": euros("100.00"), "received_on": today, "method": "transfer"}
    payment = office.carl.does(f"/api/case-files/{file}/payments", paid)
    office.ana.does(f"/api/case-files/{file}/payments/{payment}/approval")
    office.carl.does(f"/api/case-files/{file}/closing", {"reason": "paid"})
    office.ana.does(f"/api/case-files/{file}/payments/{payment}/return", {"reason": "sin fondos", "returned_on": today})
    assert office.carl.sees(f"/api/case-files/{file}")["line"]["outstanding"] == euros("100.00")
    [line] = office.carl.sees("/api/clients")["items"]
    assert line["outstanding"] == [euros("100.00")]
    for day in (None, today):
        [line] = office.ana.sees("/api/portfolios/carl", as_of=day)["items"]
        assert (line["standing"], line["owed"]) == ("active", [euros("100.00")])
        totals = office.ana.sees("/api/portfolios/carl/totals", as_of=day)["all"]
        assert totals["owed"] == [euros("100.00")]
    open_one = office.ana.does("/api/case-files", opening("EXP-2", debtor, "30.00"))
    [carls] = [one for one in office.ana.sees("/api/portfolios") if one["collector"] == "carl"]
    assert (carls["owed"], carls["owed_on_closed"]) == ([euros("130.00")], [euros("100.00")])
    assert (carls["open_case_files"], carls["closed_case_files"]) == (1, 1)
    ana = office.browser("ana")
    portfolios = office.http.get("/portfolios", headers=ana).text.replace("\xa0", " ")
    [link, told] = re.findall(r'<small><a href="(/escritorio/[^"]*)">\s*([^<]*)</a>', portfolios)[0]
    assert " ".join(told.split()) == "100,00 € de ello en 1 expediente cerrado"
    listed = office.http.get(html.unescape(link), headers=ana).text
    assert (file in listed, open_one in listed) == (True, False)
    office.ana.does(f"/api/case-files/{open_one}/closing", {"reason": "unfounded"})
    sheet = office.http.get("/clients.csv", headers=office.browser("carl")).text
    assert "100,00" in sheet
    office.ana.does(f"/api/case-files/{file}/reopening", {"reason": "devuelto"})
    [line] = office.carl.sees("/api/portfolios/carl")["items"]
    assert (line["id"], line["standing"], line["owed"]) == (debtor, "active", [euros("100.00")])
