"""Card numbers are found in whatever people type, and other numbers are let be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.es import ccc, iban

from domain.cards import holds_card_number
from domain.errors import CardNumberNotKept
from domain.personal import long_text, optional_reference_text, optional_text, reference_text, text

CARDS = (
    "4111111111111111",
    "4222222222222",
    "5555 5555 5555 4444",
    "2223-0031-2200-3222",
    "3782 822463 10005",
    "3056 930902 5904",
    "6011 1111 1111 1117",
    "3530\u20131113\u20133330\u20130000",
    "6200 0000 0000 0005",
    "6304 9850 2809 0561 515",
)
"""The numbers that payment providers give for tests, and the ways people write them."""

OTHERS = (
    "ES91 2100 0418 4502 0005 1332",
    "ES9121000418450200051332",
    "2100 0418 45 0200051332",
    "+34 600 123 123 / 655 123 987",
    "600123123 655123987",
    "F-2026/000123 del 26-11-2026 por 1.234,56",
    "4111111111111112",
    "Factura 9400000000000012",
    "A4111111111111111",
    "900.123.456-7",
    "12345678-1234-4123-8123-123456789012",
)


@pytest.mark.parametrize("card", CARDS)
def test_a_card_number_is_found_wherever_it_stands(card):
    for said in (card, f"paga con {card}, caduca 11/28", f"({card})", f"en 2026 {card}", f"Tarjeta:\n{card}\n"):
        assert holds_card_number(said), said


@pytest.mark.parametrize("other", OTHERS)
def test_other_numbers_are_let_be(other):
    assert not holds_card_number(other)


@given(st.sampled_from(CARDS).map(lambda card: "".join(c for c in card if c.isdecimal())), st.data())
def test_blanks_and_hyphens_hide_no_card_number(digits, data):
    gaps = [data.draw(st.sampled_from(["", "", " ", "-", "\u00a0", " - "])) for _ in digits[1:]]
    assert holds_card_number(digits[0] + "".join(gap + digit for gap, digit in zip(gaps, digits[1:], strict=True)))


@given(st.integers(0, 10**8 - 1), st.integers(0, 10**10 - 1))
def test_a_spanish_account_is_never_taken_for_a_card(bank, number):
    digits = ccc.calc_check_digits(f"{bank:08}00{number:010}")
    account = f"{bank:08}{digits}{number:010}"
    for written in (ccc.to_iban(account), iban.format(ccc.to_iban(account))):
        assert not holds_card_number(written)


@pytest.mark.parametrize("take", [text, optional_text, long_text])
def test_no_text_takes_a_card_number(take):
    with pytest.raises(CardNumberNotKept) as refused:
        take("Visa 4111 1111 1111 1111", "note")
    assert refused.value.details == {"field": "note"}


def test_a_reference_may_have_as_many_digits_as_a_card_unless_it_is_printed_like_one():
    assert reference_text("4111111111111111") == optional_reference_text("4111111111111111") == "4111111111111111"
    with pytest.raises(CardNumberNotKept):
        reference_text("4111 1111 1111 1111")
