"""What a list's address filters by is either done or refused: never ignored in silence."""

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


@pytest.mark.parametrize("address", [one for one in UNKNOWN if ".csv" not in one and "{client}" not in one])
def test_a_list_without_filters_is_shown(shared_office, address):
    path = address.split("?")[0]
    assert shared_office.http.get(path, headers=shared_office.browser("ana")).status_code == 200
