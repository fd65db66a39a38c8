"""Lines and what they add up to: the parts of a document sum to its total, to the cent."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.lines import (
    Line,
    LinesMissing,
    NewLine,
    PriceNotAllowed,
    QuantityNotAllowed,
    RateNotAllowed,
    TooManyLines,
    TotalNotAllowed,
    Treatment,
    UntaxedRate,
    checked_lines,
    totals,
)
from domain.money import MINOR_DIGITS, UnknownCurrency
from domain.personal import TextNotAllowed

HOUR = NewLine("Horas de asesoría", Decimal("1.5"), Decimal("33.333333"), Decimal(21))


def decimals(most, places):
    return st.decimals(0, most, places=places, allow_nan=False, allow_infinity=False)


RATES = st.sampled_from([Decimal(0), Decimal(4), Decimal(10), Decimal(21), Decimal("5.2")])

LINES = st.builds(
    Line,
    quantity=decimals(1000, 3).map(lambda n: n + Decimal("0.001")),
    unit_price=decimals(10_000, 4),
    tax_rate=RATES,
    discount=decimals(100, 2),
    withholding=st.sampled_from([Decimal(0), Decimal(7), Decimal(15)]),
)


def half_up(exact, currency):
    minor = exact * 10 ** MINOR_DIGITS[currency]
    return int(minor + Fraction(1, 2))


@given(LINES, st.sampled_from(["EUR", "CLP", "KWD"]))
def test_what_is_shown_of_a_line_is_rounded_half_up_from_what_it_is_exactly(line, currency):
    exact = Fraction(line.quantity) * Fraction(line.unit_price) * (100 - Fraction(line.discount)) / 100
    assert line.net_in(currency).minor == half_up(exact, currency)


@given(st.lists(LINES, min_size=1, max_size=12), st.sampled_from(["EUR", "CLP", "KWD"]))
def test_the_parts_of_a_document_add_up_to_its_total_to_the_cent(lines, currency):
    try:
        told = totals(lines, currency)
    except TotalNotAllowed:
        return
    assert told.net.minor == sum(one.base.minor for one in told.taxes)
    assert told.tax.minor == sum(one.tax.minor for one in told.taxes)
    assert told.gross.minor == told.net.minor + told.tax.minor
    assert told.payable.minor == told.gross.minor - sum(one.amount.minor for one in told.withheld)


@given(st.lists(LINES, min_size=1, max_size=12))
def test_each_rate_is_rounded_once_half_up_from_the_exact_sum_of_its_lines(lines):
    try:
        told = totals(lines, "EUR")
    except TotalNotAllowed:
        return
    for one in told.taxes:
        exact = sum(
            Fraction(line.quantity) * Fraction(line.unit_price) * (100 - Fraction(line.discount)) / 100
            for line in lines
            if line.tax_rate == one.rate
        )
        assert one.base.minor == half_up(exact, "EUR")
        assert one.tax.minor == half_up(Fraction(one.base.amount) * Fraction(one.rate) / 100, "EUR")


@given(st.permutations([replace(HOUR, tax_rate=Decimal(rate)) for rate in (21, 10, 4, 21)]))
def test_the_order_of_lines_changes_no_total(lines):
    told = totals(checked_lines(lines).lines, "EUR")
    assert (told.net.minor, told.tax.minor, told.payable.minor) == (20000, 2800, 22800)


def test_a_rate_is_one_whichever_way_it_is_written():
    lines = [replace(HOUR, tax_rate=Decimal(told)) for told in ("21", "21.00", "2.1E+1")]
    [one] = totals(checked_lines(lines).lines, "EUR").taxes
    assert str(one.rate) == "21"


@pytest.mark.parametrize(
    ("wrong", "refusal", "field"),
    [
        ({"quantity": Decimal(0)}, QuantityNotAllowed, "lines/1/quantity"),
        ({"quantity": Decimal("NaN")}, QuantityNotAllowed, "lines/1/quantity"),
        ({"quantity": Decimal(10**12)}, QuantityNotAllowed, "lines/1/quantity"),
        ({"quantity": Decimal(-1)}, QuantityNotAllowed, "lines/1/quantity"),
        ({"unit_price": Decimal(-(10**12))}, PriceNotAllowed, "lines/1/unit_price"),
        ({"unit_price": Decimal("0.0000001")}, PriceNotAllowed, "lines/1/unit_price"),
        ({"tax_rate": Decimal("100.01")}, RateNotAllowed, "lines/1/tax_rate"),
        ({"discount": Decimal("0.001")}, RateNotAllowed, "lines/1/discount"),
        ({"withholding": Decimal("Infinity")}, RateNotAllowed, "lines/1/withholding"),
        ({"treatment": Treatment.EXEMPT_EXPORT}, UntaxedRate, "lines/1/tax_rate"),
        ({"description": " "}, TextNotAllowed, "lines/1/description"),
    ],
)
def test_what_is_wrong_is_refused_at_its_line_and_field(wrong, refusal, field):
    with pytest.raises(refusal) as caught:
        checked_lines([HOUR, replace(HOUR, **wrong)])
    assert caught.value.details["field"] == field


def test_a_price_may_be_below_zero_but_no_total():
    work, advance = (replace(HOUR, quantity=Decimal(1), unit_price=Decimal(price)) for price in (8500, -7500))
    told = totals(checked_lines([work, advance]).lines, "EUR")
    assert (told.net.minor, told.tax.minor, told.payable.minor) == (100000, 21000, 121000)
    paid_before = replace(advance, unit_price=Decimal(-8500))
    assert totals(checked_lines([work, paid_before]).lines, "EUR").payable.minor == 0
    kept_back = replace(work, withholding=Decimal(15))
    for lines in ([advance], [kept_back, replace(paid_before, unit_price=Decimal(-8400))]):
        with pytest.raises(TotalNotAllowed):
            totals(checked_lines(lines).lines, "EUR")


def test_a_description_keeps_its_lines():
    told = replace(HOUR, description="  Reforma  del baño\r\n\r\n- alicatado \n- fontanería\n ")
    assert checked_lines([told]).descriptions == ("Reforma del baño\n\n- alicatado\n- fontanería",)


def test_there_is_a_line_and_not_too_many_and_no_total_too_large():
    with pytest.raises(LinesMissing):
        checked_lines([])
    with pytest.raises(TooManyLines):
        checked_lines([HOUR] * 201)
    assert totals(checked_lines([replace(HOUR, unit_price=Decimal(0))]).lines, "EUR").payable.minor == 0
    with pytest.raises(TotalNotAllowed):
        totals(checked_lines([replace(HOUR, quantity=Decimal(10**11), unit_price=Decimal(10**11))]).lines, "EUR")
    with pytest.raises(UnknownCurrency):
        totals(checked_lines([HOUR]).lines, "XXX")
