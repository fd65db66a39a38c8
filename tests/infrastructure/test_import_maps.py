"""Import maps that are kept, on both databases."""

import pytest

from application.imports.maps import Contents
from infrastructure.imports.maps import StoredMaps
from infrastructure.wiring import credentials

TOLD = {"clients": {"columns": {"reference": "Código"}, "constants": {}, "values": {"kind": {"Física": "person"}}}}


@pytest.fixture
def maps(store):
    logins = credentials(store)
    yield StoredMaps(logins.engine)
    logins.close()


def test_a_map_is_kept_under_its_name_for_its_kind_of_file(maps):
    maps.keep(Contents.CLIENTS, "Contaplus", TOLD)
    maps.keep(Contents.CLIENTS, "A3", {})
    assert maps.all(Contents.CLIENTS) == {"A3": {}, "Contaplus": TOLD}
    assert list(maps.all(Contents.CLIENTS)) == ["A3", "Contaplus"]
    assert maps.all(Contents.PAYMENTS) == {}


def test_the_last_of_a_name_counts_and_what_is_removed_is_offered_no_more(maps):
    maps.keep(Contents.CLIENTS, "Contaplus", {})
    maps.keep(Contents.CLIENTS, "Contaplus", TOLD)
    maps.keep(Contents.PAYMENTS, "Contaplus", {})
    maps.remove(Contents.CLIENTS, "A3")
    assert maps.all(Contents.CLIENTS) == {"Contaplus": TOLD}
    maps.remove(Contents.CLIENTS, "Contaplus")
    assert (maps.all(Contents.CLIENTS), maps.all(Contents.PAYMENTS)) == ({}, {"Contaplus": {}})
