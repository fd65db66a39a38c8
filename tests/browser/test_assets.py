"""What one page alone needs of styles and scripts comes along, also where the page is come to by a link."""

import pytest
from office import payment
from playwright.sync_api import expect

PAGES = [
    ("/tasks", "Nueva tarea", ".dot", "width", "0px"),
    ("/invoices", "Nueva factura", ".lines textarea", "field-sizing", "fixed"),
]
"""Where the link is, what it says, and a property that would have that value without the page's own sheet."""


@pytest.mark.parametrize(("start", "link", "selector", "name", "without"), PAGES)
def test_a_page_that_a_link_brings_has_its_own_styles(browse, start, link, selector, name, without):
    page = browse("ana")
    page.goto(start)
    page.get_by_role("link", name=link).first.click()
    part = page.locator(selector).first
    expect(part).to_be_attached()
    expect(part).not_to_have_css(name, without)


def test_a_page_that_a_link_brings_has_its_own_script(office, browse, unique):
    case_file = office.case_file(unique("EXP"))
    office.carl.does(f"/api/case-files/{case_file}/payments", payment("10.00"))
    page = browse("ana")
    page.goto("/escritorio")
    with page.expect_response(lambda answer: "recobro.beside" in answer.url):
        page.get_by_role("link", name="Cobros", exact=True).first.click()
