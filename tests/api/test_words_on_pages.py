"""What pages say to people: in whole words, names and amounts, and with what may be chosen from."""

import re

from html_page import read
from office import command, euros, give_passwords, opening, payment

from application import business


def page(office, path, who="ana"):
    """As a browser has it once it shows what was done."""
    answer = office.http.get(path, headers=office.browser(who))
    assert answer.status_code == 200, (path, answer.text)
    return answer.text.replace("\xa0", " ")


def choices(html, name):
    return {one for form in read(html).forms for field in form.fields if field.name == name for one in field.options}


def test_an_email_address_is_not_offered_to_be_a_mobile(sqlite_office):
    told = [{"medium": "email", "value": "a@ejemplo.es"}, {"medium": "phone", "value": "600123123"}]
    client = sqlite_office.client(contacts=told)
    ids = {one["medium"]: one["id"] for one in sqlite_office.ana.sees(f"/api/clients/{client}")["contacts"]}
    for medium in ("email", "phone"):
        new = choices(page(sqlite_office, f"/clients/{client}?do={medium}"), "kind")
        correction = f"/clients/{client}?do=contact-correction&about={ids[medium]}"
        assert new == choices(page(sqlite_office, correction), "kind")
        assert new == choices(page(sqlite_office, "/clients/new"), f"{medium}_kind")
        assert ("mobile" in new, "work" in new) == (medium == "phone", True)


def figures(html):
    return dict(re.findall(r"<dt>([^<]+)</dt><dd[^>]*>([^<]+)</dd>", html))


def test_the_head_of_a_case_file_tells_every_figure_of_its_balance_and_nothing_below_zero(sqlite_office):
    office = sqlite_office
    debtor = office.client()
    office.ana.does(f"/api/clients/{debtor}/assignment", {"collector": "carl", "from": "2026-01-01"})
    one, other = (office.ana.does("/api/case-files", opening(name, debtor, "100.00")) for name in ("EXP-1", "EXP-2"))
    at = f"/api/case-files/{one}"
    paid = office.carl.does(f"{at}/payments", payment("190.00", overpayment=True))
    office.ana.does(f"{at}/payments/{paid}/approval")
    moved = {"amount": euros("30.00"), "to": other, "reason": "Pagó de más"}
    office.ana.does(f"{at}/credit-moves", moved)
    refund = office.carl.does(f"{at}/refunds", {"amount": euros("20.00"), "reason": "Pagó de más"})
    office.ana.does(f"{at}/refunds/{refund}/approval")
    assert (
        figures(page(office, f"/case-files/{one}")).items()
        >= {
            "Principal": "100,00 €",
            "Cobrado": "190,00 €",
            "Traspasado a otra deuda": "30,00 €",
            "Saldo devuelto": "20,00 €",
            "Pendiente": "0,00 €",
            "Saldo a favor": "40,00 €",
        }.items()
    )
    assert (
        figures(page(office, f"/case-files/{other}")).items()
        >= {
            "Cobrado": "0,00 €",
            "Recibido por traspaso": "30,00 €",
            "Pendiente": "70,00 €",
        }.items()
    )
    for path in ("/escritorio/case-files", f"/clients/{debtor}?tab=case-files"):
        shown = page(office, path)
        assert "a favor: 40,00 €" in shown, path
        assert "-40,00" not in shown, path


def test_what_stands_beside_a_name_is_told_apart_from_it(sqlite_office):
    shown = re.sub(r"<[^>]+>", "", page(sqlite_office, f"/case-files/{sqlite_office.case_file()}"))
    assert re.search(r"C-\d+ · abierto el", shown)


def test_a_form_that_is_open_hides_nothing_of_the_history(sqlite_office):
    at = f"/case-files/{sqlite_office.case_file()}"
    for note in ("una", "dos", "tres"):
        sqlite_office.carl.does(f"/api{at}/actions", {"channel": "call", "outcome": "no_answer", "note": note})
    told = page(sqlite_office, at).partition('id="history"')[2].count("<li>")
    assert told >= 4
    assert page(sqlite_office, f"{at}?do=action", "carl").partition('id="history"')[2].count("<li>") == told


def test_a_case_file_offers_a_task_for_its_debtor_that_names_it(sqlite_office):
    shown = page(sqlite_office, f"/case-files/{sqlite_office.case_file('EXP-1')}", "carl")
    [leads] = [one for one in read(shown).links if one.startswith("/tasks/new?client_id=")]
    fields = {one.name: one.value for form in read(page(sqlite_office, leads, "carl")).forms for one in form.fields}
    assert "EXP-1" in fields["notes"]


def test_people_are_chosen_and_shown_by_their_full_names(sqlite_office):
    office = sqlite_office
    for name, called in {"ana": "Ana Belmonte", "carl": "Carlos Prieto", "cora": "Cora Vila"}.items():
        business.describe_user(office.store.events, command(), name=name, full_name=called, email=None)
    give_passwords(office, "ana", "carl", "cora")
    case_file = office.case_file()
    paid = office.carl.does(f"/api/case-files/{case_file}/payments", payment())
    for path in (
        f"/case-files/{case_file}?do=assignment",
        f"/case-files/{case_file}?do=collection-move&about={paid}",
        "/escritorio/case-files",
        "/clients/new",
    ):
        shown = page(office, path)
        assert {"carl", "cora"} <= choices(shown, "collector"), path
        assert "Carlos Prieto</option>" in shown, path
        assert "<datalist" not in shown.partition('name="collector"')[2].partition("</select>")[0], path
    office.carl.does("/api/tasks", {"title": "Llamar", "assignee": "cora", "day": str(office.today)})
    days = {"from": str(office.today), "until": str(office.today)}
    office.ana.does("/api/substitutions", {"collector": "carl", "substitute": "cora", **days})
    for path in ("/portfolios", "/tasks?who=all"):
        texts = re.findall(r">([^<>]+)<", page(office, path))
        assert any("Cora Vila" in text for text in texts), path
        assert [text for text in texts if re.search(r"\b(carl|cora)\b", text)] == [], path


def test_what_is_more_than_is_owed_is_recorded_as_an_overpayment_in_one_way(sqlite_office):
    at = f"/case-files/{sqlite_office.case_file(principal='100.00')}"
    assert "overpayment" not in page(sqlite_office, f"{at}?do=payment", "carl")
    sent = {"amount": "150,00", "received_on": "2026-03-16", "method": "transfer", "form_name": "payment"}

    def send(**more):
        headers = sqlite_office.browser("carl")
        return sqlite_office.http.post(f"{at}/payments", data=sent | more, headers=headers, follow_redirects=False)

    asked = send()
    [(button, said)] = re.findall(r'<button name="sure" value="(\w+)">([^<]+)<', asked.text)
    assert (asked.status_code, button, said) == (422, "overpayment", "Registrar como pago en exceso")
    assert send(sure=button).status_code == 303
    [recorded] = [
        one for one in sqlite_office.carl.sees(f"/api{at}/history")["items"] if one["name"] == "PaymentRecorded"
    ]
    assert recorded["data"]["overpayment"] is True
