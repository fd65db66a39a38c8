"""Two people at one thing: whoever comes second is told that it changed, and neither overwrites it nor issues it."""

import re
from html import unescape

import pytest

DESCRIPTION = re.compile(r'<textarea name="description"[^>]*>(.*?)</textarea>')


def line(price, description="Servicio"):
    return {"description": description, "unit_price": price, "tax_rate": "21"}


@pytest.fixture
def seller(office):
    identity = {
        "name": "Recobros del Sur S.L.",
        "tax_id": "B41234568",
        "street": "Calle Sierpes 1",
        "postcode": "41004",
        "city": "Sevilla",
        "country": "ES",
    }
    office.dora.does("/api/issuer/identity", identity)
    return office


class Page:
    """A form as somebody's browser has it open: sent with the hidden fields that it came with."""

    def __init__(self, office, name, address):
        self._office, self._headers = office, office.browser(name)
        self.text = self._get(address)

    def _get(self, address):
        answer = self._office.http.get(address, headers=self._headers)
        assert answer.status_code == 200, answer.text
        return answer.text

    @property
    def hidden(self):
        [seen] = re.findall(r'name="seen" value="(\d+)"', self.text)
        [key] = re.findall(r'name="key" value="([^"]+)"[^<]*(?:<[^<]*){0,3}name="form_name"', self.text)[-1:] or ["k"]
        return {"seen": seen, "key": key}

    def send(self, address, fields):
        answer = self._office.http.post(
            address, data={**self.hidden, **fields}, headers=self._headers, follow_redirects=False
        )
        self.text = answer.text
        if answer.status_code == 303:
            self._office.seen.position, _ = self._office.store.events.head()
        return answer.status_code


DOCUMENT = {
    "form_name": "document",
    "currency": "EUR",
    "due_days": "30",
    "valid_days": "30",
    "language": "es",
    "quantity": "1",
    "tax_rate": "21",
    "discount": "0",
    "withholding": "0",
    "treatment": "S1",
    "save": "draft",
}


def written(description, price):
    return {**DOCUMENT, "description": description, "unit_price": price}


@pytest.mark.parametrize("kind", ["invoices", "estimates"])
def test_the_second_who_saves_a_draft_is_told_keeps_what_was_typed_and_may_then_save_it(seller, kind):
    client = seller.ana.does("/api/clients", {"name": "Ferretería Núñez S.A."})
    draft = seller.ana.does(f"/api/{kind}", {"client_id": client, "lines": [line("100")]})
    at = f"/{kind}/{draft}/edit"
    first, second = Page(seller, "ana", at), Page(seller, "bea", at)
    assert first.send(at, written("De Ana", "200")) == 303

    assert second.send(at, written("De Bea", "300")) == 422
    assert "Alguien lo cambió después" in second.text
    assert [*map(unescape, DESCRIPTION.findall(second.text))][:1] == ["De Bea"]
    assert [one["description"] for one in seller.ana.sees(f"/api/{kind}/{draft}")["lines"]] == ["De Ana"]

    assert second.send(at, written("De Bea", "300")) == 303
    assert [one["description"] for one in seller.ana.sees(f"/api/{kind}/{draft}")["lines"]] == ["De Bea"]


@pytest.mark.parametrize("kind", ["invoices", "estimates"])
def test_what_is_typed_into_a_draft_that_somebody_deleted_is_kept_and_may_become_a_new_one(seller, kind):
    client = seller.ana.does("/api/clients", {"name": "Ferretería Núñez S.A."})
    draft = seller.ana.does(f"/api/{kind}", {"client_id": client, "lines": [line("100")]})
    page = Page(seller, "ana", f"/{kind}/{draft}/edit")
    seller.bea.does(f"/api/{kind}/{draft}/deletion")
    assert page.send(f"/{kind}/{draft}/edit", written("De Ana", "200")) == 422
    assert "alguien borró este borrador" in page.text
    assert [*map(unescape, DESCRIPTION.findall(page.text))][:1] == ["De Ana"]
    assert f'action="/{kind}/new"' in page.text
    assert re.search(rf'value="{client}"[^>]*checked', page.text)


def test_of_a_draft_that_somebody_issued_it_is_said_that_it_is_one_no_more(seller):
    client = seller.ana.does("/api/clients", {"name": "Ferretería Núñez S.A."})
    draft = seller.ana.does("/api/invoices", {"client_id": client, "lines": [line("100")]})
    page = Page(seller, "ana", f"/invoices/{draft}/edit")
    seller.bea.does(f"/api/invoices/{draft}/issue", {})
    assert page.send(f"/invoices/{draft}/edit", written("De Ana", "200")) == 422
    assert "Solo se cambia un borrador" in page.text
    assert "sustituye a aquello" not in page.text


def test_a_draft_that_changed_after_the_page_was_opened_is_not_issued_but_shown_anew(seller):
    client = seller.ana.does("/api/clients", {"name": "Ferretería Núñez S.A."})
    draft = seller.ana.does("/api/invoices", {"client_id": client, "lines": [line("100")]})
    at = f"/invoices/{draft}"
    page = Page(seller, "ana", f"{at}?do=issue")
    seller.bea.does(f"/api/invoices/{draft}/edit", {"lines": [line("150", "Cambiado por Bea")]})

    issue = {"form_name": "issue", "issued_on": "2026-03-16"}
    assert page.send(f"{at}/issue", issue) == 422
    assert "Alguien lo cambió después" in page.text
    assert "Cambiado por Bea" in page.text
    assert seller.ana.sees(f"/api/invoices/{draft}")["detail"]["line"]["status"] == "draft"

    assert page.send(f"{at}/issue", issue) == 303
    assert seller.ana.sees(f"/api/invoices/{draft}")["detail"]["line"]["outstanding"]["amount"] == "181.50"


def test_over_http_the_version_that_was_read_is_what_is_changed_issued_or_nothing(seller):
    client = seller.ana.does("/api/clients", {"name": "Ferretería Núñez S.A."})
    for kind in ("invoices", "estimates"):
        draft = seller.ana.does(f"/api/{kind}", {"client_id": client, "lines": [line("100")]})
        at, read = f"/api/{kind}/{draft}", seller.ana.sees(f"/api/{kind}/{draft}")["version"]
        seller.ana.does(f"{at}/edit", {"lines": [line("110")], "seen": read})
        answer = seller.bea.post(f"{at}/edit", {"lines": [line("120")], "seen": read})
        assert (answer.status_code, answer.json()["version"]) == (409, read + 1)
        if kind == "invoices":
            assert seller.bea.post(f"{at}/issue", {"seen": read}).status_code == 409
            seller.bea.does(f"{at}/issue", {"seen": read + 1})


def test_an_estimate_that_changed_after_the_page_was_opened_is_not_marked_as_sent(seller):
    client = seller.ana.does("/api/clients", {"name": "Ferretería Núñez S.A."})
    draft = seller.ana.does("/api/estimates", {"client_id": client, "lines": [line("100")]})
    at = f"/estimates/{draft}"
    page = Page(seller, "ana", f"{at}?do=sending")
    seller.bea.does(f"/api/estimates/{draft}/edit", {"lines": [line("150")]})
    sending = {"form_name": "sending", "channel": "marked", "sent_on": "2026-03-16"}
    assert page.send(f"{at}/sent", sending) == 422
    assert page.send(f"{at}/sent", sending) == 303


def test_a_task_that_changed_meanwhile_is_not_overwritten(office):
    task = office.ana.does("/api/tasks", {"title": "Llamar", "day": "2026-03-20"})
    at = f"/tasks/{task}/edit"
    page = Page(office, "ana", at)
    office.ana.does(f"/api{at}", {"title": "Llamar a las diez", "day": "2026-03-20"})
    typed = {"form_name": "task", "kind": "task", "title": "Escribir", "assignee": "ana", "colour": "blue"}
    assert page.send(at, {**typed, "day": "2026-03-20"}) == 422
    assert 'value="Escribir"' in page.text
    assert page.send(at, {**typed, "day": "2026-03-20"}) == 303


def test_details_of_a_client_that_changed_meanwhile_are_not_overwritten(office):
    client = office.ana.does("/api/clients", {"name": "Ferretería Núñez S.A."})
    page = Page(office, "ana", f"/clients/{client}?do=correction")
    office.bea.does(f"/api/clients/{client}/correction", {"name": "Ferretería Núñez e Hijos S.A.", "reason": "x"})
    typed = {"form_name": "correction", "name": "Ferretería Nuñez", "kind": "company", "reason": "Errata"}
    assert page.send(f"/clients/{client}/correction", typed) == 422
    assert 'value="Ferretería Nuñez"' in page.text
    assert page.send(f"/clients/{client}/correction", typed) == 303
