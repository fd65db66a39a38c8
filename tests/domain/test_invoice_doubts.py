"""Taxes that are likely a mistake are asked about, and no others."""

from dataclasses import replace
from decimal import Decimal

import pytest
from issued import ISSUER, LINE, RECIPIENT

from domain.invoice.doubts import Doubt, doubts
from domain.lines import Treatment


@pytest.mark.parametrize(
    ("rate", "country", "postcode", "expected"),
    [
        *((rate, "ES", "28013", []) for rate in ("21", "10", "4", "0")),
        *((rate, "ES", "28013", [Doubt.RATE]) for rate in ("19", "5", "7.5", "20")),
        ("19", "DE", "10115", []),
        ("7", "ES", "35001", []),
    ],
)
def test_a_rate_that_is_none_of_spain_is_asked_about_where_the_tax_is_spanish(rate, country, postcode, expected):
    issuer = replace(ISSUER, country=country, postcode=postcode)
    assert doubts([replace(LINE, tax_rate=Decimal(rate), treatment=Treatment.TAXED)], issuer, RECIPIENT) == expected


@pytest.mark.parametrize(("country", "expected"), [(None, True), ("ES", True), ("DE", False)])
def test_a_supply_within_the_union_is_asked_about_where_the_client_is_at_home(country, expected):
    line = replace(LINE, tax_rate=Decimal(0), treatment=Treatment.EXEMPT_INTRA_COMMUNITY)
    issuer, recipient = replace(ISSUER, country="ES"), replace(RECIPIENT, country=country)
    assert doubts([line], issuer, recipient) == ([Doubt.WITHIN_THE_UNION] if expected else [])
