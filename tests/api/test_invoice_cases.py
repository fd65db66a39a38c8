"""Invoices as people really have them: in dollars, credited line by line, with an advance, dated back."""

import re
from uuid import uuid4

import pytest
from office import euros

ISSUER = {
    "name": "Recobros del Sur S.L.",
    "tax_id": "B41234568",
    "street": "Calle Sierpes 1",
    "postcode": "41004",
    "city": "Sevilla",
    "country": "ES",
}
CLIENT = {
    "name": "Ferretería Núñez S.A.",
    "identification": {"kind": "cif", "number": "A58818501"},
    "address": {"street": "Avenida de la Luz 3", "postcode": "41001", "city": "Sevilla"},
}
RATE = {"rate": "0.9205", "on": "2026-03-16", "source": "Banco de España"}


@pytest.fixture
def seller(office):
    office.dora.does("/api/issuer/identity", ISSUER)
    return office


def line(price, tax_rate="21", description="Servicio", **more):
    return {"description": description, "unit_price": price, "tax_rate": tax_rate, **more}


def drafted(office, *lines, client=CLIENT, **more):
    client_id = office.ana.does("/api/clients", client)
    return office.ana.does("/api/invoices", {"client_id": client_id, "lines": lines, **more})


def issued(office, *lines, **more):
    invoice = drafted(office, *lines, **more)
    office.ana.does(f"/api/invoices/{invoice}/issue", {})
    return invoice


def credit(office, invoice, *lines, **more):
    body = {"reason": "De más", **({"lines": lines} if lines else {}), **more}
    return office.ana.post(f"/api/invoices/{invoice}/credit-note", body)


def refused(answer, field, status=409):
    assert (answer.status_code, answer.json()["field"]) == (status, field), answer.text
    return answer.json()


def shown(office, invoice):
    return office.ana.sees(f"/api/invoices/{invoice}")


def left_of(office, invoice):
    return shown(office, invoice)["detail"]["line"]["outstanding"]["amount"]


def test_the_lines_that_the_form_of_a_credit_note_offers_are_credited_as_they_stand(seller):
    whole = line("0.333", "10", quantity="7", discount="33.33")
    invoice = issued(seller, whole)
    assert credit(seller, invoice, {**whole, "quantity": "2"}).is_success
    at, ana = f"/invoices/{invoice}/credit-note", seller.browser("ana")
    form = seller.http.get(at, headers=ana).text
    assert "Queda de la factura: 1,23" in form.replace("\xa0", " ")
    names = ("quantity", "unit_price", "discount", "tax_rate", "withholding", "key")
    fields = {name: re.findall(rf'name="{name}"[^>]*? value="([^"]*)"', form)[:1] for name in names}
    fields |= {
        "description": re.findall(r'<textarea name="description"[^>]*>(.*?)</textarea>', form)[:1],
        "treatment": "S1",
    }
    told = {"currency": "EUR", "issued_on": "2026-03-16", "correction": "R4", "reason": "De más", "save": "lines"}
    assert seller.http.post(at, data={**fields, **told}, headers=ana, follow_redirects=False).status_code == 303
    seller.seen.position, _ = seller.store.events.head()
    assert left_of(seller, invoice) == "0.00"


def test_an_invoice_is_due_when_its_client_pays_or_else_when_anybody_does(seller):
    own = seller.ana.does("/api/clients", {**CLIENT, "payment_days": 15})
    other = seller.ana.does("/api/clients", {"name": "Otra S.L."})
    for client, days in ((own, 15), (other, 30)):
        invoice = seller.ana.does("/api/invoices", {"client_id": client, "lines": [line("10")]})
        assert shown(seller, invoice)["due_days"] == days
        form = seller.http.get(f"/invoices/new?client={client}", headers=seller.browser("ana")).text
        assert re.search(rf'name="due_days" value="{days}"', form)
    estimate = seller.ana.does("/api/estimates", {"client_id": own, "lines": [line("10")]})
    seller.ana.does(f"/api/estimates/{estimate}/sent", {"channel": "post"})
    seller.ana.does(f"/api/estimates/{estimate}/acceptance", {})
    seller.ana.does(f"/api/estimates/{estimate}/invoice", {})
    [drafted] = [one for one in seller.ana.sees("/api/invoices", client_id=own)["items"] if one["estimate_id"]]
    assert shown(seller, drafted["id"])["due_days"] == 15


def test_the_tax_of_an_invoice_in_dollars_is_told_in_euros_with_its_rate_or_it_is_refused(seller):
    invoice = drafted(seller, line("5000"), currency="USD")
    refused(seller.ana.post(f"/api/invoices/{invoice}/issue", {}), "exchange_rate")
    seller.ana.does(f"/api/invoices/{invoice}/issue", {"exchange_rate": RATE})
    told = shown(seller, invoice)["converted"]
    assert told == {"exchange_rate": RATE, "taxes": [euros("966.53")], "tax": euros("966.53")}
    seller.ana.does(f"/api/invoices/{invoice}/credit-note", {"reason": "De más", "lines": [line("1000")]})
    assert credit(seller, invoice).is_success
    notes = shown(seller, invoice)["credit_notes"]
    assert [one["converted"]["tax"]["amount"] for one in notes] == ["193.31", "773.22"]


@pytest.mark.parametrize(
    ("currency", "price", "rate"), [("USD", "5000", "0.9205"), ("JPY", "900000", "0.0061"), ("EUR", "331", None)]
)
def test_to_who_is_not_identified_no_more_is_issued_than_400_euros_are_worth(seller, currency, price, rate):
    invoice = drafted(seller, line(price), client={"name": "Alguien"}, currency=currency)
    told = {"exchange_rate": {**RATE, "rate": rate}} if rate else {}
    refused(seller.ana.post(f"/api/invoices/{invoice}/issue", told), "client_id")


FOUR = [line(price, "20") for price in ("68.33", "68.33", "57.50", "85.00")]


@pytest.mark.parametrize(
    ("lines", "order"),
    [
        (FOUR, (0, 2, 3, 1)),
        ([line("10.03")] * 3, (0, 1, 2)),
        ([line("10.02")] * 3, (0, 1, 2)),
    ],
)
def test_credited_line_by_line_an_invoice_comes_to_nothing(seller, lines, order):
    invoice = issued(seller, *lines)
    for place in order:
        answer = credit(seller, invoice, lines[place])
        assert answer.is_success, answer.text
    assert left_of(seller, invoice) == "0.00"
    refused(credit(seller, invoice), "lines")


def test_all_that_is_left_is_credited_in_one_step(seller):
    invoice = issued(seller, *FOUR)
    assert credit(seller, invoice, FOUR[2]).is_success
    assert credit(seller, invoice).is_success
    assert left_of(seller, invoice) == "0.00"
    rest = shown(seller, invoice)["credit_notes"][1]
    assert [one["unit_price"] for one in rest["lines"]] == ["68.33", "68.33", "85"]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        (line("150", "10"), "lines"),
        (line("10", withholding="15"), "lines/0/withholding"),
        (line("10", "4"), "lines/0/tax_rate"),
    ],
)
def test_a_rate_or_a_withholding_is_credited_no_further_than_it_was_invoiced(seller, wrong, field):
    invoice = issued(seller, line("100"), line("100", "10"))
    refused(credit(seller, invoice, wrong), field)
    assert left_of(seller, invoice) == "231.00"


def test_the_form_that_issues_in_the_same_step_asks_for_the_rate_to_euros(seller):
    client = seller.ana.does("/api/clients", CLIENT)
    seller.ana.sees("/api/clients")
    names = ("description", "quantity", "unit_price", "discount", "tax_rate", "withholding", "treatment")
    written = dict(zip(names, ("Servicio", "1", "5000", "", "21", "", "S1"), strict=True))
    terms = {"client": client, "currency": "USD", "due_days": "", "language": "es", "issue": "yes"}

    def sent(**more):
        body = {**written, **terms, "key": str(uuid4()), **more}
        return seller.http.post("/invoices/new", data=body, headers=seller.browser("ana"), follow_redirects=False)

    asks = sent()
    assert all(f'name="{name}"' in asks.text for name in ("rate", "on", "source"))
    assert 'name="rate"' not in sent(currency="EUR", client="").text
    done = sent(rate="0,9205", on="2026-03-16", source="Banco de España")
    assert done.status_code == 303, done.text
    seller.seen.position = seller.store.events.head()[0]
    [line] = seller.ana.sees("/api/invoices")["items"]
    assert (line["number"], shown(seller, line["id"])["converted"]["tax"]) == ("F2026-0001", euros("966.53"))


def test_an_advance_is_a_line_below_zero_and_the_total_is_not(seller):
    invoice = issued(seller, line("8500"), line("-7500", description="Anticipo, factura F2026-0001"))
    assert left_of(seller, invoice) == "1210.00"
    client = seller.ana.does("/api/clients", {"name": "Otra"})
    refused(seller.ana.post("/api/invoices", {"client_id": client, "lines": [line("-1")]}), "lines", 422)


def test_a_description_keeps_its_lines(seller):
    text = "Reforma del baño:\nalicatado\nfontanería"
    invoice = issued(seller, line("100", description=text))
    assert shown(seller, invoice)["lines"][0]["description"] == text
    client = seller.ana.does("/api/clients", {"name": "Otra"})
    estimate = seller.ana.does("/api/estimates", {"client_id": client, "lines": [line("1", description=text)]})
    assert seller.ana.sees(f"/api/estimates/{estimate}")["lines"][0]["description"] == text


@pytest.mark.parametrize("day", ["2025-12-30", "2025-06-30"])
def test_a_day_in_a_quarter_that_is_over_is_confirmed_first(seller, day):
    invoice = drafted(seller, line("100"))
    told = refused(seller.ana.post(f"/api/invoices/{invoice}/issue", {"issued_on": day}), "issued_on", 422)
    assert told["confirmed_by"] == "earlier_day_confirmed"
    seller.ana.does(f"/api/invoices/{invoice}/issue", {"issued_on": day, "earlier_day_confirmed": True})
    assert shown(seller, invoice)["detail"]["line"]["number"] == "F2025-0001"


def test_a_day_before_that_of_the_last_number_is_confirmed_first(seller):
    issued(seller, line("100"))
    invoice = drafted(seller, line("100"), client={"name": "Otra"})
    told = refused(seller.ana.post(f"/api/invoices/{invoice}/issue", {"issued_on": "2026-03-15"}), "issued_on", 422)
    assert told["last_on"] == "2026-03-16"
    seller.ana.does(f"/api/invoices/{invoice}/issue", {"issued_on": "2026-03-15", "earlier_day_confirmed": True})
    assert shown(seller, invoice)["detail"]["line"]["number"] == "F2026-0002"
    assert credit(seller, invoice, line("10")).is_success
    refused(credit(seller, invoice, issued_on="2026-03-15"), "issued_on", 422)
    assert credit(seller, invoice, issued_on="2026-03-15", earlier_day_confirmed=True).is_success


def test_no_credit_note_is_dated_before_the_invoice_that_it_corrects(seller):
    invoice = drafted(seller, line("100"))
    seller.ana.does(f"/api/invoices/{invoice}/issue", {"issued_on": "2026-03-10"})
    told = {"issued_on": "2026-03-09", "earlier_day_confirmed": True}
    assert refused(credit(seller, invoice, **told), "issued_on", 422)["at_least"] == "2026-03-10"
    assert credit(seller, invoice, issued_on="2026-03-10").is_success


def test_what_is_invoiced_is_of_a_later_day_than_that_of_issue_only_where_that_is_confirmed(seller):
    rent = drafted(seller, line("100"), operated_on="2026-03-31")
    told = refused(seller.ana.post(f"/api/invoices/{rent}/issue", {}), "issued_on", 409)
    assert told["confirmed_by"] == "later_operation_confirmed"
    at = f"/invoices/{rent}/issue"
    form = {"form_name": "issue", "issued_on": "2026-03-16"}
    page = seller.http.post(at, data=form, headers=seller.browser("ana")).text
    assert "La operación es del" in page
    assert 'name="later_operation_confirmed"' in page
    seller.ana.does(f"/api{at}", {"later_operation_confirmed": True})
    assert shown(seller, rent)["operated_on"] == "2026-03-31"


def test_it_is_confirmed_where_a_draft_is_saved_and_issued_too(seller):
    rent = drafted(seller, line("100"))
    typed = {
        "form_name": "document", "currency": "EUR", "due_days": "30", "language": "es", "operated_on": "2026-03-31",
        "description": "Alquiler", "quantity": "1", "unit_price": "100", "tax_rate": "21", "discount": "0",
        "withholding": "0", "treatment": "S1", "issue": "yes", "taxes_confirmed": "on",
    }  # fmt: skip
    at, how = f"/invoices/{rent}/edit", seller.browser("ana")
    refused_page = seller.http.post(at, data={"key": "1", **typed}, headers=how)
    assert refused_page.status_code == 422
    assert 'name="later_operation_confirmed"' in refused_page.text
    confirmed = {"key": "2", **typed, "later_operation_confirmed": "on"}
    assert seller.http.post(at, data=confirmed, headers=how, follow_redirects=False).status_code == 303
    assert shown(seller, rent)["operated_on"] == "2026-03-31"


def test_a_line_without_a_rate_has_the_usual_one_unless_it_is_not_taxed(seller):
    seller.dora.does("/api/issuer/terms", {"due_days": 30, "estimate_days": 30, "tax_rate": "10"})
    client = seller.ana.does("/api/clients", CLIENT)
    bare = {"description": "Servicio", "unit_price": "100"}
    exempt, untaxed = {**bare, "treatment": "E1"}, {**bare, "tax_rate": "0"}
    for kind in ("invoices", "estimates"):
        made = seller.ana.does(f"/api/{kind}", {"client_id": client, "lines": [bare, exempt, untaxed]})
        told = seller.ana.sees(f"/api/{kind}/{made}")["lines"]
        assert [one["tax_rate"] for one in told] == ["10", "0", "0"]
