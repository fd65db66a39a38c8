"""The pages of a store in which nothing has happened yet: they say what to do next."""

import pytest

PAGES = [
    "/escritorio",
    "/escritorio/case-files",
    "/escritorio/unapproved-payments",
    "/escritorio/calendar",
    "/escritorio/collections-report",
    "/escritorio/expenses-report",
    "/expenses",
    "/expenses/new",
    "/case-files/new",
    "/search?text=nadie",
    "/portfolios",
    "/portfolios/-",
    "/portfolios/dora",
    "/reassignment",
    "/reports",
    "/import",
    "/audit",
    "/audit/chain",
    "/users",
    "/settings",
    "/account",
    "/tasks",
    "/tasks?view=month",
    "/tasks/new",
]


@pytest.mark.parametrize("path", PAGES)
def test_a_page_with_nothing_to_show_is_shown(shared_office, path):
    answer = shared_office.http.get(path, headers=shared_office.browser("dora"))
    assert (answer.status_code, answer.text.count("<h1")) == (200, 1)


def test_an_address_that_is_none_is_a_page_that_says_so_and_an_api_answer_below_api(shared_office):
    page = shared_office.http.get("/nowhere")
    assert (page.status_code, page.headers["content-type"]) == (404, "text/html; charset=utf-8")
    answer = shared_office.http.get("/api/nowhere")
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
