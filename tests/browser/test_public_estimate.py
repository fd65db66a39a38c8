"""What the client of an estimate does with its link: reads it, takes the PDF along, answers it once."""

import re
from uuid import UUID

import pdf_text
import pytest
from playwright.sync_api import expect

LINES = [
    {
        "description": "Asesoría sobre impagados",
        "quantity": "3",
        "unit_price": "150",
        "tax_rate": "21",
        "discount": "5",
    },
    {"description": "Manual de reclamación " + "muy largo " * 12, "unit_price": "20", "tax_rate": "4"},
    {"description": "Formación", "unit_price": "100", "treatment": "E1", "withholding": "15"},
]
VIEWS = (
    ("desk", {}),
    ("dark", {"color_scheme": "dark"}),
    ("phone", {"viewport": {"width": 390, "height": 844}}),
)


@pytest.fixture
def sent(office, unique):
    """Sends an estimate: its number, and the path of its link."""

    def send(**more):
        client = office.ana.does("/api/clients", {"name": unique("Clienta")})
        estimate = office.ana.does("/api/estimates", {"client_id": client, "lines": LINES, **more})
        office.ana.does(f"/api/estimates/{estimate}/sent", {})
        answer = office.ana.post(f"/api/estimates/{estimate}/link").json()
        return estimate, re.sub(r"^https?://[^/]+", "", answer["address"])

    return send


@pytest.mark.on_both_databases
def test_whoever_has_the_link_accepts_and_the_draft_of_the_invoice_is_there(office, browse, sent, keep):
    estimate, path = sent(note="A su disposición para cualquier duda.")
    page = browse(None)
    page.goto(path)
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile(r"Presupuesto P\d{4}-\d{4}"))
    expect(page.get_by_role("row").filter(has_text="Asesoría sobre impagados")).to_contain_text("427,50")
    expect(page.get_by_role("navigation")).to_have_count(0)
    keep(page, "public-estimate")
    page.get_by_label("Su nombre").first.fill("Núria Ñíguez")
    page.get_by_label("¿Algo que añadir?").fill("Empiecen el lunes")
    page.get_by_role("button", name=re.compile("Aceptar por")).click()
    expect(page.get_by_text("Respondió Núria Ñíguez")).to_be_visible()
    expect(page.get_by_text("Empiecen el lunes")).to_be_visible()
    expect(page.get_by_role("button")).to_have_count(0)
    keep(page, "public-estimate-accepted")
    invoiced = office.store.events.history(UUID(estimate))[-1].event
    draft = office.ana.get(f"/api/invoices/{invoiced.invoice_id}/pdf")
    assert "BORRADOR" in pdf_text.text(draft.content)


def test_another_window_that_answers_later_is_told_what_was_answered(browse, sent):
    _, path = sent()
    first, second = browse(None), browse(None)
    for page in (first, second):
        page.goto(path)
    first.get_by_text("Prefiero rechazarlo").click()
    first.get_by_label(re.compile("El motivo")).fill("Demasiado caro")
    first.get_by_role("button", name="Rechazar el presupuesto").click()
    expect(first.get_by_text("Demasiado caro")).to_be_visible()
    second.get_by_label("Su nombre").first.fill("Otra persona")
    second.get_by_role("button", name=re.compile("Aceptar por")).click()
    expect(second.get_by_role("alert")).to_be_visible()
    expect(second.get_by_text("Demasiado caro")).to_be_visible()
    expect(second.get_by_text("Otra persona")).to_have_count(0)


def test_it_works_without_javascript(browse, sent):
    _, path = sent(language="en")
    page = browse(None, java_script_enabled=False)
    page.goto(path)
    page.get_by_label("Your name").first.fill("Nora")
    page.get_by_role("button", name=re.compile("Accept for")).click()
    expect(page.get_by_text("Answered by Nora")).to_be_visible()


def test_everybody_can_use_it(browse, sent, violations, keep):
    _, path = sent()
    for name, view in VIEWS:
        page = browse(None, **view)
        for at, shown in ((path, "public-estimate"), ("/e/none", "public-estimate-gone")):
            page.goto(at)
            page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true })")
            assert violations(page) == []
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
            keep(page, f"{shown}-{name}")
