"""Lists of case files and clients, and the audit, taken along with their filters; and what they are sorted by."""

import re
from datetime import datetime
from io import BytesIO

import pytest
from carriers import ISSUER, client_with, issued_invoice
from office import NOW, command, euros, opening, payment
from openpyxl import load_workbook

from application import business
from infrastructure.wiring import credentials


def downloaded(office, path, who="ana"):
    answer = office.http.get(path, headers=office.browser(who))
    assert answer.status_code == 200, answer.text
    return answer


def rows(office, path, who="ana"):
    return [line.split(";") for line in downloaded(office, path, who).content.decode("utf-8-sig").splitlines()]


def opened(office, reference, principal, due_on, **more):
    items = [{"number": reference, "issued_on": "2026-01-10", "due_on": due_on, "amount": euros(principal)}]
    debtor = office.client(f"Deudora de {reference}")
    office.ana.does(f"/api/clients/{debtor}/assignment", {"collector": "carl", "from": "2026-01-01"})
    told = {"reference": reference, "debtor_id": debtor, "opened_on": "2026-01-10", "items": items}
    return office.ana.does("/api/case-files", told | more), debtor


@pytest.fixture
def files(office):
    """Three, of which one is paid in part and another's debt is not due yet."""
    known = {
        "A": opened(office, "A", "300.00", "2026-02-14"),
        "B": opened(office, "B", "100.00", "2026-03-06"),
        "C": opened(office, "C", "200.00", "2026-04-01"),
    }
    paid = office.carl.does(f"/api/case-files/{known['B'][0]}/payments", payment("40.00", reference="TR-77"))
    office.ana.does(f"/api/case-files/{known['B'][0]}/payments/{paid}/approval")
    return known


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("principal", "BCA"),
        ("-principal", "ACB"),
        ("collected", None),
        ("-collected", "B"),
        ("outstanding", "BCA"),
        ("days_in_arrears", "CBA"),
        ("-days_in_arrears", "ABC"),
        ("next_action_on", None),
        ("last_action_on", None),
    ],
)
@pytest.mark.usefixtures("files")
def test_case_files_are_sorted_by_every_figure_page_by_page(office, sort, order):
    seen, cursor = "", None
    while True:
        page = office.carl.sees("/api/escritorio/case-files", sort=sort, limit=1, cursor=cursor)
        seen += "".join(one["reference"] for one in page["items"])
        if (cursor := page["next"]) is None:
            break
    assert sorted(seen) == ["A", "B", "C"]
    assert seen.startswith(order or "")


def test_days_in_arrears_are_those_of_the_oldest_that_is_not_paid(office, files):
    page = office.carl.sees("/api/escritorio/case-files", sort="reference")
    assert [one["days_in_arrears"] for one in page["items"]] == [30, 10, 0]
    rest = office.carl.does(f"/api/case-files/{files['B'][0]}/payments", payment("60.00"))
    office.ana.does(f"/api/case-files/{files['B'][0]}/payments/{rest}/approval")
    page = office.carl.sees("/api/escritorio/case-files", sort="reference")
    assert [one["days_in_arrears"] for one in page["items"]] == [30, 0, 0]


@pytest.mark.usefixtures("files")
def test_the_case_files_that_a_list_shows_are_taken_along_with_its_filters_and_order(office):
    head, *lines = rows(office, "/escritorio/case-files.csv?sort=-days_in_arrears")
    assert [line[0] for line in lines] == ["A", "B", "C"]
    assert [line[head.index("Días de retraso")] for line in lines] == ["30", "10", "0"]
    assert [line[head.index("Pendiente")] for line in lines] == ["300,00", "60,00", "200,00"]
    assert [line[0] for line in rows(office, "/escritorio/case-files.csv?text=deudora+b")[1:]] == ["B"]
    assert rows(office, "/escritorio/case-files.csv", "cora")[1:] == []
    assert downloaded(office, "/escritorio/case-files.xlsx").content.startswith(b"PK")


def test_of_what_was_paid_too_much_nothing_is_outstanding_in_a_file_and_it_is_told_as_credit(office, files):
    paid = office.carl.does(f"/api/case-files/{files['B'][0]}/payments", payment("140.08"))
    office.ana.does(f"/api/case-files/{files['B'][0]}/payments/{paid}/approval", {"overpayment": True})
    office.carl.does(f"/api/case-files/{files['A'][0]}/payments", payment("25.00"))
    head, *lines = rows(office, "/escritorio/case-files.csv?sort=reference")
    assert [line[head.index("Pendiente")] for line in lines] == ["300,00", "0,00", "200,00"]
    assert [line[head.index("Saldo a favor")] for line in lines] == ["0,00", "80,08", "0,00"]
    assert [line[head.index("Sin aprobar")] for line in lines] == ["25,00", "0,00", "0,00"]


@pytest.mark.usefixtures("files")
def test_the_first_click_on_a_column_of_amounts_shows_the_most_first_and_the_second_turns_it_round(office):
    def leads_to(address, heading):
        page = office.http.get(address, headers=office.browser("ana")).text
        [link] = re.findall(rf'<a href="([^"]*)">{heading}[^<]*(?:<span|</a>)', page)
        return link.replace("&amp;", "&")

    first = leads_to("/escritorio/case-files", "Pendiente")
    assert first == "/escritorio/case-files?sort=-outstanding"
    assert leads_to(first, "Pendiente") == "/escritorio/case-files?sort=outstanding"
    assert leads_to("/escritorio/case-files", "Deudor") == "/escritorio/case-files?sort=debtor"
    assert leads_to("/clients", "Cobrado") == "/clients?sort=-collected"


def test_the_clients_that_a_list_shows_are_taken_along_with_what_they_owe(office, files):
    office.carl.does(f"/api/case-files/{files['B'][0]}/payments", payment("20.00"))
    head, *lines = rows(office, "/clients.csv?text=deudora")
    assert [line[2] for line in lines] == ["Deudora de A", "Deudora de B", "Deudora de C"]
    assert [line[head.index("Pendiente")] for line in lines] == ["300,00", "60,00", "200,00"]
    assert [line[head.index("Cobrado")] for line in lines] == ["0,00", "40,00", "0,00"]
    assert [line[head.index("Sin aprobar")] for line in lines] == ["0,00", "20,00", "0,00"]
    assert [line[head.index("Días de retraso")] for line in lines] == ["30", "10", "0"]
    assert downloaded(office, "/clients.xlsx").content.startswith(b"PK")


def test_days_in_arrears_are_those_of_the_oldest_debt_on_case_files_and_invoices(office):
    office.dora.does("/api/issuer/identity", ISSUER)
    both, only_invoiced = client_with(office, "Deudora y facturada S.L."), client_with(office, "Facturada S.L.")
    office.ana.does("/api/case-files", opening("EXP-9", both) | {"due_on": "2026-03-10"})
    for client, issued_on in ((both, "2026-02-20"), (only_invoiced, "2026-02-20"), (only_invoiced, "2026-03-10")):
        issued_invoice(office, client, due_days=0, issued_on=issued_on, by="ana")
    head, *lines = rows(office, "/clients.csv")
    days = {line[2]: line[head.index("Días de retraso")] for line in lines}
    assert (days["Deudora y facturada S.L."], days["Facturada S.L."]) == ("24", "24")


def test_phones_in_files_are_as_people_write_them(sqlite_office):
    debtor = sqlite_office.client("Deudora")
    for value in ("+34600005006", "600 005 007"):
        sqlite_office.ana.does(f"/api/clients/{debtor}/contacts", {"medium": "phone", "value": value})
    head, line = rows(sqlite_office, "/clients.csv")
    assert line[head.index("Teléfono")] == "600 00 50 06, 600 00 50 07"


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"debtor": "deudora b"}, 2),
        ({"debtor": "deudora c"}, 0),
        ({"amount": "40,00 €"}, 2),
        ({"amount": "40.01"}, 0),
        ({"reference": "tr-7"}, 2),
        ({"reference": "TR-8"}, 0),
        ({"reference": "TR-77", "amount": "40", "debtor": "B"}, 2),
    ],
)
@pytest.mark.usefixtures("files")
def test_the_audit_is_filtered_by_debtor_amount_and_the_payment_s_own_reference(office, filters, found):
    items = office.ana.sees("/api/audit/payments", **filters)["items"]
    assert len(items) == found
    assert {one["reference"] for one in items} <= {"TR-77"}
    query = "&".join(f"{name}={value}" for name, value in filters.items())
    assert len(rows(office, f"/audit.csv?{query}")[1:]) == found


@pytest.mark.usefixtures("files")
def test_moments_in_files_are_moments_by_the_clocks_of_the_business_so_that_they_sort(office):
    head, *lines = rows(office, "/audit.csv")
    assert {line[head.index("Cuándo (Europe/Madrid)")] for line in lines} == {"2026-03-16 10:30:00"}
    page = load_workbook(BytesIO(downloaded(office, "/audit.xlsx").content)).active
    heading, *cells = [row[0] for row in page.iter_rows()]
    assert heading.value == "Cuándo (Europe/Madrid)"
    assert {(cell.value, cell.is_date) for cell in cells} == {(datetime(2026, 3, 16, 10, 30), True)}  # noqa: DTZ001 - Excel has no zones


def test_what_is_no_amount_is_refused(sqlite_office):
    refused = sqlite_office.ana.get("/api/audit/payments", amount="mucho")
    assert (refused.status_code, refused.json()["field"]) == (422, "amount")


@pytest.mark.parametrize(
    "asked", ["from=nonsense", "from=1600-01-01", "amount=x", "payment=1", "from=2026-03-02&to=2026-03-01"]
)
def test_a_filter_of_a_file_that_cannot_be_is_answered_as_on_its_page(office, asked):
    answers = [
        office.http.get(f"/audit{kind}?{asked}", headers=office.browser("ana")) for kind in ("", ".xlsx", ".csv")
    ]
    assert {(one.status_code, one.headers["content-type"]) for one in answers} == {(422, "text/html; charset=utf-8")}


@pytest.mark.parametrize(
    ("typed", "found"), [("EXP-2026-0365", 2), ("0365", 2), ("365", 2), ("exp 2026", 2), ("366", 0)]
)
def test_the_audit_is_filtered_by_the_end_of_a_reference(sqlite_office, typed, found):
    file = sqlite_office.case_file("EXP-2026-0365")
    paid = sqlite_office.carl.does(f"/api/case-files/{file}/payments", payment("50.00"))
    sqlite_office.ana.does(f"/api/case-files/{file}/payments/{paid}/approval")
    assert len(rows(sqlite_office, f"/audit.csv?case_file={typed}")[1:]) == found


def test_a_full_name_is_as_good_as_a_log_in(sqlite_office):
    office, logins = sqlite_office, credentials(sqlite_office.store)
    for name, called in (("ana", "Ana Belmonte"), ("cora", "Cora Vidal Peña")):
        business.describe_user(office.store.events, command(), name=name, full_name=called, email=None)
        logins.set_password(name, "correct horse battery staple")
    office.tokens["ana"] = logins.issue("ana", now=NOW)
    logins.close()
    file = office.case_file("EXP-1")
    paid = office.carl.does(f"/api/case-files/{file}/payments", payment("50.00"))
    approved = office.http.post(
        f"/case-files/{file}/payments/{paid}/approval", data={"key": "1"}, headers=office.browser("ana")
    )
    assert approved.is_success
    assert [
        len(rows(office, f"/audit.csv?person={one}")[1:]) for one in ("ana", "Ana Belmonte", "belmonte", "vidal")
    ] == [
        1,
        1,
        1,
        0,
    ]


def test_people_have_their_names_on_pages_and_in_files(office):
    business.describe_user(
        office.store.events, command(), name="carl", full_name="Carlos Prieto", email="carl@agencia.es"
    )
    file = office.case_file("EXP-1")
    paid = office.carl.does(f"/api/case-files/{file}/payments", payment("50.00"))
    office.ana.does(f"/api/case-files/{file}/payments/{paid}/approval")
    client = office.ana.does("/api/clients", {"name": "Ferretería Núñez", "collector": "carl"})
    lines = [{"description": "Gestión", "unit_price": "100", "tax_rate": "21"}]
    for kind in ("invoices", "estimates"):
        office.ana.does(f"/api/{kind}", {"client_id": client, "lines": lines})
    spent = {"kind": "fuel", "amount": euros("10.00"), "spent_on": "2026-03-02"}
    office.ana.does(f"/api/expenses/{office.carl.does('/api/expenses', spent)}/approval")
    named = "Carlos Prieto"
    files = ("case-files", "collections-report", "expenses-report")
    for path in (
        *(f"/escritorio/{file}.csv?month=2026-03" if "report" in file else f"/escritorio/{file}.csv" for file in files),
        *("/clients.csv", "/invoices.csv", "/estimates.csv"),
    ):
        assert any(named in row for row in rows(office, path)), path
    debtor = office.ana.sees(f"/api/case-files/{file}")["line"]["debtor_id"]
    for path in (f"/case-files/{file}", "/escritorio/collections-report?month=2026-03", f"/clients/{debtor}"):
        assert named in downloaded(office, path).text, path


def test_the_list_of_clients_tells_the_references_that_people_gave_and_no_others(office):
    office.client("Con Número", reference="ACR")
    office.client("Sin Número")
    header, *clients = rows(office, "/clients.csv")
    at = header.index("Referencia")
    assert {row[header.index("Nombre")]: row[at] for row in clients} == {"Con Número": "ACR", "Sin Número": ""}
