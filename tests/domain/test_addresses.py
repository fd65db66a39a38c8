"""Postcodes; phones and e-mail addresses are tested as contacts, countries as a business's."""

import pytest

from domain.addresses import PostcodeNotValid, postcode


@pytest.mark.parametrize(
    ("written", "country", "kept"),
    [
        ("28013", "ES", "28013"),
        (" 28 013 ", "ES", "28013"),
        ("8001", "ES", "08001"),
        ("8 001", "ES", "08001"),
        ("52080", "ES", "52080"),
        ("110 111", "CO", "110 111"),
        ("SW1A 1AA", "GB", "SW1A 1AA"),
    ],
)
def test_a_postcode_of_spain_has_five_digits_and_that_of_another_country_is_as_it_is_written(written, country, kept):
    assert postcode(written, country) == kept


@pytest.mark.parametrize("written", ["53001", "00123", "280130", "2801A", ""])
def test_a_postcode_of_spain_is_of_a_province(written):
    with pytest.raises(PostcodeNotValid) as refused:
        postcode(written, "ES")
    assert refused.value.details == {"field": "postcode"}
