"""Lines and what they add up to: the parts of a document sum to its total, to the cent."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scenario import euros

from domain.lines import (
    Content,
    Line,
    LinesMissing,
    NewLine,
    PriceNotAllowed,
    QuantityNotAllowed,
    RateNotAllowed,
    TaxTotal,
    TooManyLines,
    TotalNotAllowed,
    Treatment,
    UntaxedRate,
    Withheld,
    checked_lines,
    totals,
)
from domain.money import MINOR_DIGITS, Money, UnknownCurrency
from domain.personal import ERASED, TextNotAllowed

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


@pytest.mark.parametrize(
    ("price", "tax_rate", "net", "tax"),
    [("0.125", 0, 13, 0), ("0.1249999999999999", 0, 12, 0), ("0.50", 1, 50, 1), ("0.49", 1, 49, 0)],
)
def test_half_a_cent_is_rounded_up(price, tax_rate, net, tax):
    line = Line(Decimal(1), Decimal(price), Decimal(tax_rate))
    told = totals([line], "EUR")
    assert (line.net_in("EUR").minor, told.net.minor, told.tax.minor) == (net, net, tax)


def test_lines_that_cancel_each_other_take_nothing_of_the_others():
    largest = Line(Decimal("99999999999.999999"), Decimal("99999999999.999999"), Decimal(0))
    half_a_cent = Line(Decimal(1), Decimal("0.005"), Decimal(0))
    cancelled = replace(largest, unit_price=-largest.unit_price)
    assert totals([largest, half_a_cent, cancelled], "EUR").net.minor == 1


@pytest.mark.parametrize(
    ("written", "kept"),
    [("100", "100"), ("1E+3", "1000"), ("20.00", "20"), ("0.10", "0.1"), ("123456789012.123450", "123456789012.12345")],
)
def test_a_number_is_kept_in_one_way_of_writing_it(written, kept):
    [line] = checked_lines([replace(HOUR, quantity=Decimal(written), unit_price=Decimal(written))]).lines
    assert (str(line.quantity), str(line.unit_price)) == (kept, kept)


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
        ({"unit_price": Decimal(10**12)}, PriceNotAllowed, "lines/1/unit_price"),
        ({"quantity": Decimal("0.0000001")}, QuantityNotAllowed, "lines/1/quantity"),
        ({"tax_rate": Decimal("100.01")}, RateNotAllowed, "lines/1/tax_rate"),
        ({"tax_rate": Decimal("-0.01")}, RateNotAllowed, "lines/1/tax_rate"),
        ({"tax_rate": Decimal("sNaN")}, RateNotAllowed, "lines/1/tax_rate"),
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


@pytest.mark.parametrize(
    "just_allowed",
    [
        {"quantity": Decimal("0.000001"), "unit_price": Decimal("-0.000001")},
        {"quantity": Decimal("999999999999.999999"), "unit_price": Decimal("-999999999999.999999")},
        {"tax_rate": Decimal(100), "discount": Decimal(100), "withholding": Decimal("0.01")},
        {"treatment": Treatment.EXEMPT_EXPORT, "tax_rate": Decimal(0)},
    ],
)
def test_what_is_just_allowed_is_kept_as_it_was_written(just_allowed):
    line = replace(HOUR, **just_allowed)
    assert checked_lines([line]).as_written == [line]


def test_a_line_whose_words_were_erased_still_says_its_numbers():
    [line] = checked_lines([HOUR]).lines
    assert Content((line,), ()).as_written == [replace(HOUR, description=ERASED)]


def test_a_document_tells_tax_by_rate_and_treatment_and_what_is_withheld_by_rate():
    taxed = Line(Decimal(2), Decimal(50), Decimal(21), withholding=Decimal(15))
    exempt = replace(taxed, tax_rate=Decimal(0), withholding=Decimal(0), treatment=Treatment.EXEMPT_ART_20)
    untaxed = replace(exempt, treatment=Treatment.TAXED)
    told = totals([taxed, exempt, untaxed, replace(taxed, quantity=Decimal(1))], "EUR")
    assert told.taxes == (
        TaxTotal(Decimal(21), Treatment.TAXED, euros(150), euros("31.50")),
        TaxTotal(Decimal(0), Treatment.EXEMPT_ART_20, euros(100), Money.zero("EUR")),
        TaxTotal(Decimal(0), Treatment.TAXED, euros(100), Money.zero("EUR")),
    )
    assert told.withheld == (Withheld(Decimal(15), euros(150), euros("22.50")),)
    assert (told.net, told.tax, told.gross, told.payable) == (euros(350), euros("31.50"), euros("381.50"), euros(359))


def test_a_total_has_at_most_twelve_digits_with_tax():
    largest = Line(Decimal(1), Decimal("9999999999.99"), Decimal(0))
    assert totals([largest], "EUR").gross.minor == 10**12 - 1
    cent = replace(largest, unit_price=Decimal("0.01"))
    for lines in (
        [largest, cent],
        [largest, replace(cent, treatment=Treatment.EXEMPT_ART_20)],
        [replace(largest, tax_rate=Decimal("0.01"))],
        [replace(largest, unit_price=Decimal(10**10))],
    ):
        with pytest.raises(TotalNotAllowed) as refused:
            totals(lines, "EUR")
        assert refused.value.details == {"field": "lines"}


def test_a_price_may_be_below_zero_but_no_total():
    work, advance = (replace(HOUR, quantity=Decimal(1), unit_price=Decimal(price)) for price in (8500, -7500))
    told = totals(checked_lines([work, advance]).lines, "EUR")
    assert (told.net.minor, told.tax.minor, told.payable.minor) == (100000, 21000, 121000)
    paid_before = replace(advance, unit_price=Decimal(-8500))
    assert totals(checked_lines([work, paid_before]).lines, "EUR").payable.minor == 0
    kept_back = replace(work, withholding=Decimal(15))
    for lines in ([advance], [kept_back, replace(paid_before, unit_price=Decimal(-8400))]):
        with pytest.raises(TotalNotAllowed) as refused:
            totals(checked_lines(lines).lines, "EUR")
        assert refused.value.details == {"field": "lines"}


def test_a_description_keeps_its_lines():
    told = replace(HOUR, description="  Reforma  del baño\r\n\r\n- alicatado \n- fontanería\n ")
    assert checked_lines([told]).descriptions == ("Reforma del baño\n\n- alicatado\n- fontanería",)


def test_there_is_a_line_and_not_too_many():
    with pytest.raises(LinesMissing) as refused:
        checked_lines([])
    assert refused.value.details == {"field": "lines"}
    assert len(checked_lines([HOUR] * 200).lines) == 200
    with pytest.raises(TooManyLines) as refused:
        checked_lines([HOUR] * 201)
    assert refused.value.details == {"field": "lines", "at_most": 200}


def test_a_document_may_come_to_nothing_in_a_currency_there_is():
    lines = checked_lines([replace(HOUR, unit_price=Decimal(0))]).lines
    assert totals(lines, "EUR").payable.minor == 0
    with pytest.raises(UnknownCurrency) as refused:
        totals(lines, "XXX")
    assert refused.value.details == {"field": "currency", "currency": "XXX"}


def test_only_a_taxed_line_has_a_rate_and_another_tells_its_treatment():
    with pytest.raises(UntaxedRate) as refused:
        checked_lines([replace(HOUR, treatment=Treatment.REVERSE_CHARGE)])
    assert refused.value.details == {"field": "lines/0/tax_rate", "treatment": Treatment.REVERSE_CHARGE}
