"""What a list's address filters by is either done or refused: never ignored in silence."""

import re

import pytest

UNKNOWN = [
    "/escritorio/case-files?stage=zzz",
    "/escritorio/case-files?state=zzz",
    "/escritorio/case-files?flag=zzz",
    "/escritorio/case-files?import=zzz",
    "/escritorio/case-files.csv?stage=zzz",
    "/clients?role=zzz",
    "/clients?kind=zzz",
    "/clients?verified=zzz",
    "/clients?import=zzz",
    "/clients.csv?role=zzz",
    "/invoices?block=zzz",
    "/invoices?year=zzz",
    "/invoices?import=zzz",
    "/estimates?block=zzz",
    "/estimates?year=zzz",
    "/portfolios/carl?status=zzz",
    "/messages?state=zzz",
    "/expenses?state=zzz",
    "/clients/{client}/transactions?state=zzz",
    "/clients/{client}/transactions?since=zzz",
    "/clients/{client}/invoice-payments?until=zzz",
]


@pytest.mark.parametrize("address", UNKNOWN)
def test_a_list_refuses_a_filter_that_it_does_not_know(shared_office, address):
    client = shared_office.client("Deudora") if "{client}" in address else ""
    answer = shared_office.http.get(address.format(client=client), headers=shared_office.browser("ana"))
    assert answer.status_code == 422
    assert f"Esta lista no tiene un filtro así: {address.split('?')[1]}" in answer.text
    assert f'<a href="{answer.request.url.path}">' in answer.text


@pytest.mark.parametrize("address", sorted({one.split("?")[0] for one in UNKNOWN}))
def test_a_list_refuses_an_order_that_it_does_not_know(shared_office, address):
    client = shared_office.client("Deudora") if "{client}" in address else ""
    path = f"{address.format(client=client)}?sort=zzz"
    answer = shared_office.http.get(path, headers=shared_office.browser("ana"))
    assert answer.status_code == 422
    assert "Esta lista no se puede ordenar así" in answer.text


def test_a_page_filters_by_what_its_json_filters_by(sqlite_office):
    for reference in ("EXP-1", "EXP-10"):
        sqlite_office.case_file(reference)
    page = sqlite_office.http.get("/escritorio/case-files?reference=EXP-1", headers=sqlite_office.browser("ana")).text
    assert ">EXP-1</a>" in page
    assert ">EXP-10</a>" not in page
    assert '<a class="chip" aria-current="true" href="/escritorio/case-files">EXP-1 ' in page


@pytest.mark.parametrize("address", [one for one in UNKNOWN if ".csv" not in one and "{client}" not in one])
def test_a_list_without_filters_is_shown(shared_office, address):
    path = address.split("?")[0]
    assert shared_office.http.get(path, headers=shared_office.browser("ana")).status_code == 200


@pytest.mark.parametrize(
    ("address", "title"),
    [
        ("/escritorio/case-files?stage=legal&text=S.L.", "Expedientes"),
        ("/escritorio/unapproved-payments", "Cobros sin aprobar"),
        ("/clients?text=S.L.", "Clientes"),
        ("/invoices?text=S.L.", "Facturas"),
    ],
)
def test_a_printed_list_says_what_it_is_by_which_filters_and_who_printed_it_when(shared_office, address, title):
    page = shared_office.http.get(address, headers=shared_office.browser("ana")).text
    assert re.search(r'<p class="paper"><strong>.*</strong> · impreso el 16 mar 2026 por ana</p>', page)
    assert re.search(rf'<p class="paper title">{title}</p>|<h1>{title}</h1>', page)
    if "text=" in address:
        assert re.search(r'<a class="chip" aria-current="true" [^>]*>S.L. ', page)


def test_an_address_that_asks_for_what_is_no_day_says_what_it_is(office):
    client = office.client("Ferretería Núñez")
    for path in (f"/clients/{client}/statement?from=abc", "/receivables?as_of=abc", "/tasks/new?day=2026-02-30"):
        answer = office.http.get(path, headers=office.browser("ana"))
        assert answer.status_code == 422
        assert f"Aquí no se puede pedir eso: {path.partition('?')[2]}" in answer.text
    assert office.http.get("/clients/none-such", headers=office.browser("ana")).status_code == 404


def test_a_statement_of_some_days_is_asked_for_on_the_client_s_page(office):
    client = office.client("Ferretería Núñez")
    lines = [{"description": "Gestión", "unit_price": "100", "tax_rate": "21"}]
    office.ana.does("/api/invoices", {"client_id": client, "lines": lines})
    page = office.http.get(f"/clients/{client}?tab=invoices", headers=office.browser("ana")).text
    form = page.partition(f'action="/clients/{client}/statement"')[2].partition("</form>")[0]
    assert 'name="from" value="2026-01-01"' in form
    assert 'name="to" value="2026-03-16"' in form
    told = office.http.get(f"/clients/{client}/statement?from=2026-02-01&to=2026-01-01", headers=office.browser("ana"))
    assert told.status_code == 422
    form = told.text.partition(f'action="/clients/{client}/statement"')[2].partition("</form>")[0]
    assert 'value="2026-02-01"' in form
    assert "No puede terminar antes de empezar" in form
