"""One form is one append: what is refused changes nothing, not even for a client whom the form would register."""

import re
from uuid import uuid4

import pytest
from office import euros, payment

from api.pages.toasts import TOAST
from domain.case_file.progress import CaseFileOpened


class Browser:
    def __init__(self, office, name):
        self._office, self._name = office, name

    def send(self, path, **fields):
        """The answer, and how many events and commands came of it."""
        events = self._office.store.events
        before, _ = events.head()
        fields = {"key": uuid4().hex, **fields}
        answer = self._office.http.post(
            path, data=fields, headers=self._office.browser(self._name), follow_redirects=False
        )
        written = events.since(before, 100)
        return answer.status_code, len(written), len({one.command_id for one in written})

    def reads(self, path, **fields):
        known = self._office.browser(self._name)
        return self._office.http.post(path, data={"key": uuid4().hex, **fields}, headers=known).text


@pytest.fixture
def carl(office):
    return Browser(office, "carl")


def test_a_party_is_registered_with_the_case_file_s_change_or_not_at_all(office, carl):
    at = f"/case-files/{office.case_file()}"
    assert carl.send(f"{at}/parties", name="Avalista Nueva", role="none-such")[:2] == (422, 0)
    assert carl.send(f"{at}/parties", name="A" * 300, role="guarantor")[:2] == (422, 0)
    status, events, commands = carl.send(f"{at}/parties", name="Avalista Nueva", role="guarantor")
    assert (status, commands) == (303, 1)
    assert events > 1
    office.ana.does(f"/api{at}/closing", {"reason": "withdrawn"})
    assert carl.send(f"{at}/parties", name="Otra Avalista", role="guarantor")[1] == 0


def test_a_successor_is_registered_with_the_entry_or_not_at_all(office, carl):
    at = f"/case-files/{office.case_file()}"
    assert carl.send(f"{at}/registry-entries", name="Sucesora S.L.", note="N" * 5000)[:2] == (422, 0)
    status, events, commands = carl.send(f"{at}/registry-entries", name="Sucesora S.L.")
    assert (status, commands) == (303, 1)
    assert events > 1


def new_case_file(**changed):
    return {
        "form_name": "case-file",
        "reference": "EXP-9",
        "opened_on": "2026-03-01",
        "currency": "EUR",
        "debtor": "new",
        "debtor_name": "Deudora Nueva",
        "creditor": "new",
        "creditor_name": "Acreedora Nueva",
        "amount": "100,00",
        "due_on": "2026-03-01",
        **changed,
    }


@pytest.mark.parametrize(
    "wrong",
    [
        {"reference": "EXP-1"},
        {"opened_on": "2030-01-01"},
        {"currency": "XXX"},
        {"amount": ""},
        {"debtor_reference": "R-1", "creditor_reference": "R-1"},
        {"debtor_name": "A" * 300},
    ],
    ids=str,
)
def test_a_case_file_is_opened_with_its_new_clients_or_nothing_is(office, carl, wrong):
    office.case_file("EXP-1")
    assert carl.send("/case-files/new", **new_case_file(**wrong))[1] == 0
    status, events, commands = carl.send("/case-files/new", **new_case_file())
    assert (status, commands) == (303, 1)
    assert events > 3


def test_what_was_due_before_its_case_file_was_opened_was_issued_no_later(office, carl):
    """The day of issue is known to nobody: none is made up after the day it was due."""
    assert carl.send("/case-files/new", **new_case_file(due_on="2026-01-15"))[0] == 303
    [opened] = [one.event for one in office.store.events.since(0, 1_000) if isinstance(one.event, CaseFileOpened)]
    assert [(str(one.issued_on), str(one.due_on)) for one in opened.items] == [("2026-01-15", "2026-01-15")]


def test_an_invoice_that_cannot_be_issued_is_not_drafted_either(office):
    ana, client = Browser(office, "ana"), office.client()
    form = {
        "form_name": "document",
        "client": client,
        "description": "Gestión",
        "quantity": "1",
        "unit_price": "10,00",
        "tax_rate": "21",
        "withholding": "0",
        "treatment": "S1",
        "due_days": "30",
        "language": "es",
        "currency": "EUR",
        "issue": "yes",
    }
    assert ana.send("/invoices/new", **form)[1] == 0
    identity = {"name": "Cobros", "tax_id": "A39000013", "street": "Calle", "postcode": "46001", "city": "València"}
    office.dora.does("/api/issuer/identity", {**identity, "country": "ES"})
    status, events, commands = ana.send("/invoices/new", **form)
    assert (status, commands) == (303, 1)
    assert events > 2


def test_planning_a_series_leads_to_its_first_day(office):
    fields = {"form_name": "task", "kind": "task", "title": "Ronda", "assignee": "carl", "day": "2026-11-30"}
    sent = fields | {"colour": "blue", "client_id": "", "repeats": "weekly", "weekdays": ["TU", "TH"]}
    answer = office.http.post("/tasks/new", data=sent, headers=office.browser("carl"), follow_redirects=False)
    assert answer.headers["location"] == "/tasks?view=day&day=2026-12-01"


def test_a_task_does_not_repeat_every_nought_days(office):
    fields = {"form_name": "task", "kind": "task", "title": "Llamar", "assignee": "carl", "day": "2026-12-01"}
    sent = fields | {"colour": "blue", "client_id": "", "repeats": "daily", "interval": "0", "key": uuid4().hex}
    answer = office.http.post("/tasks/new", data=sent, headers=office.browser("carl"), follow_redirects=False)
    assert answer.status_code == 422
    assert 'aria-describedby="task-interval-error"' in answer.text


def invalid(office, path, **fields):
    """The names of the fields that are said to be wrong."""
    sent = {"key": uuid4().hex, **fields}
    answer = office.http.post(path, data=sent, headers=office.browser("carl"), follow_redirects=False)
    assert answer.status_code == 422
    marked = [one for one in re.findall(r"<(?:input|select|textarea)[^>]*>", answer.text) if "aria-invalid" in one]
    said = re.findall(r'id="case-file-(\w+)-error"', answer.text)
    return {re.search(r' name="([^"]+)"', one)[1] for one in marked} | {*said}


@pytest.mark.parametrize(
    ("outcome", "more", "fields"),
    [
        ("promise", {}, {"amount", "due_on"}),
        ("promise", {"amount": "50,00"}, {"due_on"}),
        ("disputes", {}, {"claim"}),
    ],
)
def test_what_was_promised_or_is_disputed_is_said_with_it(sqlite_office, outcome, more, fields):
    told = {"form_name": "action", "channel": "call", "outcome": outcome, "amount": "", "due_on": "", "claim": ""}
    at = f"/case-files/{sqlite_office.case_file()}"
    assert invalid(sqlite_office, f"{at}/actions", **(told | more)) == fields


def test_an_empty_case_file_names_all_that_it_needs(sqlite_office):
    fields = dict.fromkeys(("debtor", "amount", "due_on", "number", "issued_on"), "")
    sent = fields | {"form_name": "case-file", "reference": "E", "opened_on": "2026-03-01", "currency": "EUR"}
    assert invalid(sqlite_office, "/case-files/new", **sent) == {"debtor", "amount", "due_on"}


def test_a_value_in_use_says_whose_it_is_within_one_s_rights(office):
    nif = {"identification": {"kind": "nif", "number": "12345678Z"}}
    office.client("Marta Ruiz", collector="carl", reference="R-1", **nif)
    office.case_file("EXP-1")
    form = {"form_name": "client", "name": "Otra", "identification_kind": "nif", "identification": "12345678Z"}
    for name, told in (("carl", True), ("ana", True), ("cora", False)):
        shown = Browser(office, name).reads("/clients/new", **form)
        assert ("Marta Ruiz" in shown) is told, name
    shown = Browser(office, "ana").reads("/case-files/new", **new_case_file(reference="EXP-1"))
    assert "Deudora de EXP-1" in shown


def test_with_a_limit_of_nothing_what_a_supervisor_charges_is_proposed(office):
    """By the API and by the page alike."""
    at = f"/api/case-files/{office.case_file()}"
    for set_limit in (
        lambda: office.dora.does("/api/business/charge-limit", {"currency": "EUR", "limit": euros("0")}),
        lambda: Browser(office, "dora").send("/settings/charge-limit", currency="EUR", limit="0"),
    ):
        set_limit()
        assert office.ana.sees("/api/business")["charge_limits"] == [euros("0.00")]
        before = office.ana.sees(at)["line"]["outstanding"]
        office.ana.does(f"{at}/costs", {"amount": euros("0.01")})
        assert office.ana.sees(at)["line"]["outstanding"] == before
        office.dora.does("/api/business/charge-limit", {"currency": "EUR"})
    refused = office.dora.post("/api/business/charge-limit", {"currency": "ZZZ"})
    assert (refused.status_code, refused.json()["field"]) == (422, "currency")


def promise(office, at):
    return office.carl.does(f"/api{at}/promises", {"amount": euros("50.00"), "due_on": "2026-03-20"})


def proposal(office, at):
    return office.carl.does(f"/api{at}/costs", {"amount": euros("3.00")})


def refund(office, at):
    paid = office.carl.does(f"/api{at}/payments", payment("1100.00", overpayment=True))
    office.ana.does(f"/api{at}/payments/{paid}/approval")
    return office.carl.does(f"/api{at}/refunds", {"amount": euros("10.00"), "reason": "Pagó de más"})


ROWS = [
    (promise, "promises", "cancellation", "cancellation"),
    (proposal, "proposals", "rejection", "proposal-rejection"),
    (refund, "refunds", "rejection", "refund-rejection"),
]


@pytest.mark.parametrize(("make", "rows", "verb", "form"), ROWS, ids=[rows for _, rows, *_ in ROWS])
def test_a_refused_form_about_one_row_is_shown_again_at_that_row(sqlite_office, make, rows, verb, form):
    at = f"/case-files/{sqlite_office.case_file()}"
    path = f"{at}/{rows}/{make(sqlite_office, at)}/{verb}"
    shown = Browser(sqlite_office, "ana").reads(path, form_name=form, reason="")
    assert re.search(rf'<form method="post" action="{path}">.*?aria-invalid="true".*?</form>', shown, re.DOTALL)


@pytest.mark.parametrize(("make", "rows", "verb", "form"), ROWS[1:], ids=["proposals", "refunds"])
def test_a_refused_click_goes_back_and_says_why_where_its_form_is_shown_again(sqlite_office, make, rows, verb, form):
    at = f"/case-files/{sqlite_office.case_file()}"
    path, ana = f"{at}/{rows}/{make(sqlite_office, at)}/{verb}", sqlite_office.browser("ana")
    answer = sqlite_office.http.post(path, data={"key": uuid4().hex}, headers=ana, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, at)
    told = sqlite_office.http.get(at, headers=ana | {"Cookie": f"{ana['Cookie']}; {TOAST}={answer.cookies[TOAST]}"})
    assert "Falta este dato" in told.text
    assert Browser(sqlite_office, "ana").send(path, form_name=form)[:2] == (422, 0)


def test_all_that_is_wrong_with_a_form_is_said_each_at_its_field(sqlite_office):
    """What cannot be read, what is missing, what is too long, and what is none of those to choose from."""
    at = f"/case-files/{sqlite_office.case_file()}"
    told = {"form_name": "payment", "received_on": "el lunes", "method": "trueque", "payer": "P" * 300}
    fields = {"amount", "received_on", "method", "payer"}
    assert invalid(sqlite_office, f"{at}/payments", **told, amount="mil") == fields
    assert invalid(sqlite_office, f"{at}/payments", **told, amount="") == fields
    shown = Browser(sqlite_office, "carl").reads(f"{at}/payments", **told, amount="1.234,5678")
    for words in ("Como mucho 200 caracteres", "Elija una de las opciones", "Esto no es una fecha"):
        assert words in shown


def test_all_that_is_wrong_with_a_row_is_said_in_that_row(sqlite_office):
    rows = {"number": ["F-1", "F-2"], "issued_on": ["2026-01-02", "ayer"], "due_on": ["2026-02-02", ""]}
    at = f"/case-files/{sqlite_office.case_file()}"
    wrong = invalid(sqlite_office, f"{at}/items", form_name="items", **rows, amount=["10,00", "diez"])
    assert wrong == {"issued_on", "due_on", "amount"}
