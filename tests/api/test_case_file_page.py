"""A case file's page and its forms: what stays to be done, what is decided on, what is not offered."""

import re

import pytest
from carriers import ISSUER, client_with, issued_invoice
from office import euros, opening, payment


def page(office, path, who="carl"):
    answer = office.http.get(path, headers=office.browser(who))
    assert answer.status_code == 200, answer.text
    return re.sub(r"\s+", " ", answer.text)


def send(office, path, who="carl", **typed):
    answer = office.http.post(path, data=typed, headers=office.browser(who), follow_redirects=False)
    assert answer.status_code in {200, 303}, answer.text
    office.seen.position, _ = office.store.events.head()


@pytest.fixture
def file(office):
    return office.ana.does("/api/case-files", opening("EXP-1", client_with(office)))


def next_action(office, file):
    return office.carl.sees(f"/api/case-files/{file}")["line"]["next_action"]


def test_a_next_action_that_is_due_stays_to_be_done_unless_the_tick_is_taken_away_or_another_takes_its_place(
    office, file
):
    call = {"channel": "call", "outcome": "contacted", "form_name": "action"}
    at = f"/case-files/{file}"
    planned = {"channel": "call", "outcome": "contacted", "next_action": "Llamar", "next_action_on": "2026-03-16"}
    office.carl.does(f"/api{at}/actions", planned)
    assert "Sigue por hacer, si no se anota otra: Llamar, 16 mar" in page(office, f"{at}?do=action")
    send(office, f"{at}/actions", **call, keeps_next_action="yes", key="1")
    assert next_action(office, file) == "Llamar"
    send(office, f"{at}/actions", **call, keeps_next_action="yes", next_action="Visitar", next_action_on="2026-03-16")
    assert next_action(office, file) == "Visitar"
    send(office, f"{at}/actions", **call, key="2")
    assert next_action(office, file) is None


@pytest.mark.parametrize(
    ("kind", "fits", "words"),
    [
        ("waiver", "settled_with_waiver", "Acuerdo con quita"),
        ("credit_note", "unfounded", "Improcedente"),
    ],
)
def test_what_nobody_paid_is_not_closed_as_paid_and_another_reason_is_offered(office, file, kind, fits, words):
    off = {"kind": kind, "part": "principal", "amount": {"amount": "-1000.00", "currency": "EUR"}, "reason": "Acuerdo"}
    office.ana.does(f"/api/case-files/{file}/adjustments", off)
    refused = office.carl.post(f"/api/case-files/{file}/closing", {"reason": "paid"})
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/nothing-collected")
    assert (refused.json()["field"], refused.json()["fits"]) == ("reason", fits)
    shown = page(office, f"/case-files/{file}?do=closing")
    assert f'<option value="{fits}" selected>{words}</option>' in shown
    assert '<option value="paid"' not in shown
    office.carl.does(f"/api/case-files/{file}/closing", {"reason": fits})


@pytest.mark.parametrize("where", ["case file", "task"])
def test_a_next_action_with_the_wrong_year_is_asked_about_before_it_is_saved(office, file, where):
    typed = {"channel": "call", "outcome": "contacted", "next_action": "Llamar", "next_action_on": "2027-03-20"}
    path, form = f"/case-files/{file}/actions", "action"
    if where == "task":
        debtor = office.carl.sees(f"/api/case-files/{file}")["line"]["debtor_id"]
        task = {"kind": "call", "title": "Llamar", "day": "2026-03-20", "client_id": debtor}
        path, form = f"/tasks/{office.carl.does('/api/tasks', task)}/completion", "completion"
        typed["case_file_id"] = file
    asked = office.http.post(path, data={**typed, "form_name": form}, headers=office.browser("carl"))
    assert asked.status_code == 422
    assert "La próxima gestión es para dentro de un año o más" in asked.text
    assert '<button name="sure" value="yes">' in asked.text
    assert next_action(office, file) is None
    send(office, path, **typed, form_name=form, sure="yes")
    assert next_action(office, file) == "Llamar"


def test_the_same_action_on_several_case_files_keeps_what_was_to_be_done_next_on_each(office, file):
    planned = {"channel": "call", "outcome": "contacted", "next_action": "Llamar", "next_action_on": "2026-03-16"}
    office.carl.does(f"/api/case-files/{file}/actions", planned)
    told = {"channel": "letter", "outcome": "sent", "case_file": file, "form_name": "ticked"}
    send(office, "/escritorio/case-files/ticked/actions", **told)
    assert next_action(office, file) == "Llamar"


def test_with_a_wrong_number_the_phone_is_marked_in_the_account_of_whom_it_was_to_reach(office, file):
    at, debtor = f"/case-files/{file}", office.carl.sees(f"/api/case-files/{file}")["line"]["debtor_id"]
    office.carl.does(f"/api/clients/{debtor}/contacts", {"medium": "phone", "value": "+34612345678"})
    assert '<option value="612 34 56 78">' in page(office, f"{at}?do=action")

    def state():
        [known] = [
            one for one in office.carl.sees(f"/api/clients/{debtor}")["contacts"] if one["value"] == "+34612345678"
        ]
        return known["state"]

    call = {"channel": "call", "phone": "612 345 678", "marks_wrong": "yes", "form_name": "action"}
    send(office, f"{at}/actions", **call, outcome="no_answer", key="1")
    assert state() == "valid"
    send(office, f"{at}/actions", **call, outcome="wrong_number", key="2")
    assert state() == "wrong"


def test_a_waiver_is_approved_at_one_click_though_the_case_file_is_disputed_and_a_charge_only_with_a_reason(
    office, file
):
    at = f"/case-files/{file}"
    office.carl.does(f"/api{at}/dispute", {"claim": "No la reconoce"})
    waiver = {"kind": "waiver", "amount": euros("-10.00"), "reason": "Acuerdo"}
    proposed = office.carl.does(f"/api{at}/adjustments", waiver)
    assert f'action="{at}/proposals/{proposed}/approval"' in page(office, at, "ana")
    send(office, f"{at}/proposals/{proposed}/approval", "ana", form_name="proposal-approval")
    assert office.ana.sees(f"/api{at}")["line"]["outstanding"] == euros("990.00")


def test_what_falls_due_without_a_plan_is_called_no_instalment(office):
    items = [
        {"number": number, "issued_on": "2026-01-05", "due_on": f"2026-03-{day}", "amount": euros("400.00")}
        for number, day in (("A", 25), ("B", 27))
    ]
    body = {"reference": "EXP-1", "debtor_id": client_with(office), "opened_on": "2026-01-10", "items": items}
    at = f"/case-files/{office.ana.does('/api/case-files', body)}"
    due = "/escritorio/calendar?month=2026-03&day=2026-03-25"
    assert "Vence el 25 mar 2026: 400,00" in page(office, f"{at}?do=payment")
    assert "<span>Vencimiento <span" in page(office, due)
    assert "Cuota" not in page(office, f"{at}?do=payment") + page(office, due)
    plan = [{"due_on": f"2026-03-{day}", "amount": euros("400.00")} for day in (25, 30)]
    office.carl.does(f"/api{at}/plan", {"instalments": plan})
    assert "Cuota: 400,00" in page(office, f"{at}?do=payment")
    assert "<span>Cuota <span" in page(office, due)


def test_what_is_decided_on_is_told_beside_the_form_that_decides(office, file):
    at = f"/case-files/{file}"
    cost = office.carl.does(f"/api{at}/costs", {"amount": euros("38.50"), "concept": "Burofax"})
    office.carl.does(f"/api{at}/dispute", {"claim": "No la reconoce"})
    for do in ("proposal-approval", "proposal-rejection"):
        shown = page(office, f"{at}?do={do}&about={cost}", "ana")
        panel = shown[shown.index('id="do"') : shown.index("</section>", shown.index('id="do"'))]
        assert re.search(r"38,50.*Burofax.*lo propone carl", panel)
    send(office, f"{at}/proposals/{cost}/approval", "ana", despite="Lo pide el juez", form_name="proposal-approval")
    assert "Lo pide el juez" in page(office, at, "ana")


def test_a_notice_that_could_only_be_refused_is_not_offered(office, file):
    office.dora.does("/api/issuer/identity", ISSUER)
    at = f"/case-files/{file}"
    shown = page(office, f"{at}/notice?channel=post")
    assert f"{at}/notice?channel=post&amp;template=promise_reminder" not in shown
    assert "No hay promesa ni cuota que recordar" in shown
    office.carl.does(f"/api{at}/promises", {"amount": euros("50.00"), "due_on": "2026-03-20"})
    assert f"{at}/notice?channel=post&amp;template=promise_reminder" in page(office, f"{at}/notice?channel=post")
    office.carl.does(f"/api{at}/dispute", {"claim": "No la reconoce"})
    assert f'href="{at}/notice"' not in page(office, at)
    assert f'href="{at}/notice"' in page(office, at, "ana")


def test_where_a_refund_is_proposed_none_is_advised_and_its_credit_is_told_as_reserved(office, file):
    at = f"/case-files/{file}"
    paid = office.carl.does(f"/api{at}/payments", payment("1010.00"))
    office.ana.does(f"/api{at}/payments/{paid}/approval", {"overpayment": True})
    office.carl.does(f"/api{at}/refunds", {"amount": euros("10.00"), "reason": "Pagó de más"})
    shown = page(office, f"{at}?do=closing")
    assert "Ya hay propuesta una devolución" in shown
    assert re.search(r"<dt>Reservado para devoluciones</dt><dd>10,00", shown)


def schedule_of(office, file):
    """Day, amount, what of it is open; beside them what the page calls each that has nothing open."""
    detail = office.ana.sees(f"/api/case-files/{file}")
    shown = page(office, f"/case-files/{file}", "ana").partition("Vencimientos")[2].partition("</table>")[0]
    lines = [(one["due_on"], one["amount"]["amount"], one["open"]["amount"]) for one in detail["schedule"]]
    return lines, detail["in_arrears_since"], re.findall(r"Pagado|Saldado", shown)


def in_two(office, reference="EXP-DOS"):
    """A debt of 100 on each of two days."""
    due = ("2026-02-10", "2026-04-10")
    body = {
        "reference": reference,
        "debtor_id": office.client(),
        "opened_on": "2026-01-10",
        "items": [{"number": day, "issued_on": "2026-01-10", "due_on": day, "amount": euros("100.00")} for day in due],
    }
    return office.ana.does("/api/case-files", body)


def take_off(office, file, amount, kind="waiver"):
    body = {"kind": kind, "part": "principal", "amount": euros(amount), "reason": "Acuerdo"}
    office.ana.does(f"/api/case-files/{file}/adjustments", body)


def test_what_is_taken_off_the_principal_comes_off_the_oldest_instalment_and_costs_stay_off_the_schedule(office):
    file = in_two(office)
    office.ana.does(f"/api/case-files/{file}/costs", {"amount": euros("20.00"), "concept": "Burofax"})
    take_off(office, file, "-10.00")
    assert schedule_of(office, file) == (
        [(None, "20.00", "20.00"), ("2026-02-10", "100.00", "90.00"), ("2026-04-10", "100.00", "100.00")],
        "2026-02-10",
        [],
    )
    take_off(office, file, "10.00", "correction")
    assert schedule_of(office, file)[0][1:] == [
        ("2026-02-10", "100.00", "100.00"),
        ("2026-04-10", "100.00", "100.00"),
    ]
    take_off(office, file, "-100.00")
    assert schedule_of(office, file) == (
        [(None, "20.00", "20.00"), ("2026-02-10", "100.00", "0.00"), ("2026-04-10", "100.00", "100.00")],
        None,
        ["Saldado"],
    )


def test_what_is_taken_off_during_a_payment_plan_comes_off_the_plan_and_after_it_off_the_schedule(office):
    file = in_two(office)
    take_off(office, file, "-10.00")
    days = {"2026-03-20": "95.00", "2026-05-20": "95.00"}
    plan = [{"due_on": day, "amount": euros(amount)} for day, amount in days.items()]
    office.ana.does(f"/api/case-files/{file}/plan", {"instalments": plan})
    take_off(office, file, "-15.00")
    assert schedule_of(office, file)[0] == [("2026-03-20", "95.00", "80.00"), ("2026-05-20", "95.00", "95.00")]
    office.ana.does(f"/api/case-files/{file}/plan-end", {"reason": "No cumple"})
    assert schedule_of(office, file)[0] == [("2026-02-10", "100.00", "75.00"), ("2026-04-10", "100.00", "100.00")]


def test_a_credit_note_of_an_invoice_comes_off_that_invoice_s_day(office):
    office.dora.does("/api/issuer/identity", ISSUER)
    client = client_with(office)
    first, second = issued_invoice(office, client, due_days=10), issued_invoice(office, client, due_days=30)
    body = {"reference": "EXP-FAC", "invoice_ids": [first, second], "ask_first": False}
    file = office.carl.does("/api/case-files/from-invoices", body)
    office.ana.does(f"/api/invoices/{second}/credit-note", {"reason": "Se emitió por error"})
    assert [one[2] for one in schedule_of(office, file)[0]] == ["121.00", "0.00"]
