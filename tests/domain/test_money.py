"""Money is exact, in one currency, of at most 12 digits."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.money import (
    MAX_MINOR,
    MINOR_DIGITS,
    AmountNotAllowed,
    CurrencyMismatch,
    LimitBelowZero,
    Money,
    UnknownCurrency,
    check_above_zero,
    total,
)

CURRENCIES = st.sampled_from(sorted(MINOR_DIGITS))
MINORS = st.integers(-MAX_MINOR + 1, MAX_MINOR - 1)


@given(MINORS, CURRENCIES)
def test_minor_units_are_the_same_money(minor, currency):
    money = Money.of_minor(minor, currency)
    assert money.minor == minor
    assert Money(Decimal(str(money.amount)), currency) == money


@given(st.integers(1, MAX_MINOR - 1), CURRENCIES)
def test_what_it_reads_as_is_taken_back_as_the_same_money(minor, currency):
    money = Money.of_minor(minor, currency)
    amount, code = str(money).split()
    assert Money.of(amount, code) == money
    assert str(Money.of(amount, code)) == str(money)


@given(st.decimals(allow_nan=True, allow_infinity=True) | st.decimals(0, 10**13, places=3), CURRENCIES)
def test_an_amount_is_taken_exactly_or_not_at_all(amount, currency):
    try:
        money = Money.of(amount, currency)
    except AmountNotAllowed:
        return
    assert money.amount == amount
    assert 0 < money.minor < MAX_MINOR
    assert Money.of_minor(money.minor, currency) == money


@pytest.mark.parametrize(
    "amount",
    [
        "0",
        "-1",
        "0.001",
        "10000000000.00",
        "1e20",
        "NaN",
        "sNaN",
        "Infinity",
        "-Infinity",
        "",
        "a lot",
        "1,50",
        "1.50000000000000000000000000000000000001",
        "1e-9999999",
    ],
)
def test_an_amount_that_is_no_euros_is_refused(amount):
    with pytest.raises(AmountNotAllowed) as refused:
        Money.of(amount, "EUR", field="principal")
    assert refused.value.details["field"] == "principal"


@pytest.mark.parametrize(
    ("amount", "currency", "written"),
    [
        ("9999999999.99", "EUR", "9999999999.99 EUR"),
        ("1.5", "EUR", "1.50 EUR"),
        ("1e3", "CLP", "1000 CLP"),
        ("0.001", "KWD", "0.001 KWD"),
    ],
)
def test_each_currency_has_its_own_decimals(amount, currency, written):
    assert str(Money.of(amount, currency)) == written


def test_pesos_have_no_cents_where_their_currency_has_none():
    with pytest.raises(AmountNotAllowed) as refused:
        Money.of("10.50", "CLP")
    assert refused.value.details == {"field": "amount", "decimals": 0}


@pytest.mark.parametrize("currency", ["", "eur", "EURO", "XXX"])
def test_an_unknown_currency_is_refused(currency):
    with pytest.raises(UnknownCurrency) as refused:
        Money.of(1, currency)
    assert refused.value.details == {"field": "currency", "currency": currency}


def test_a_signed_amount_may_be_below_zero_but_is_never_nothing():
    assert Money.signed(Decimal("-1.5"), "EUR") == -Money.of("1.50", "EUR")
    assert Money.signed(Decimal("-9999999999.99"), "EUR").minor == 1 - MAX_MINOR
    for amount in ("0", "NaN", "-Infinity", "-10000000000", "-1e12"):
        for told, field in (({}, "amount"), ({"field": "correction"}, "correction")):
            with pytest.raises(AmountNotAllowed) as refused:
                Money.signed(Decimal(amount), "EUR", **told)
            assert refused.value.details["field"] == field


@pytest.mark.parametrize("amount", ["0", "-0.01"])
def test_what_is_to_be_paid_is_above_zero(amount):
    check_above_zero(Money(Decimal("0.01"), "EUR"))
    for told, field in (({}, "amount"), ({"field": "paid"}, "paid")):
        with pytest.raises(AmountNotAllowed) as refused:
            check_above_zero(Money(Decimal(amount), "EUR"), **told)
        assert refused.value.details == {"field": field}


def test_a_limit_may_be_nothing_but_not_less():
    assert Money.limit(Decimal(100), "EUR") == Money.of(100, "EUR")
    assert Money.limit(Decimal(0), "CLP") == Money.zero("CLP")
    for refusal, amount in ((LimitBelowZero, "-0.01"), (AmountNotAllowed, "0.001")):
        with pytest.raises(refusal) as refused:
            Money.limit(Decimal(amount), "EUR", field="alone_up_to")
        assert refused.value.details["field"] == "alone_up_to"
    with pytest.raises(LimitBelowZero) as refused:
        Money.limit(Decimal(-1), "EUR")
    assert refused.value.details == {"field": "limit"}
    for amount in (Decimal(0), Decimal(1)):
        with pytest.raises(UnknownCurrency):
            Money.limit(amount, "eur")


@pytest.mark.parametrize(
    "together", [Money.__add__, Money.__sub__, Money.__lt__, Money.__le__, lambda a, b: total([a, b], "EUR")]
)
def test_two_currencies_never_meet(together):
    with pytest.raises(CurrencyMismatch) as refused:
        together(Money.of(1, "EUR"), Money.of(1, "USD"))
    assert refused.value.details == {"currency": "USD", "expected": "EUR"}


@given(st.lists(MINORS), CURRENCIES)
def test_a_sum_of_money_is_the_sum_of_its_minor_units(minors, currency):
    assert total((Money.of_minor(minor, currency) for minor in minors), currency).minor == sum(minors)


@given(MINORS, MINORS, CURRENCIES)
def test_money_is_ordered_and_subtracted_as_its_minor_units_are(a, b, currency):
    one, other = Money.of_minor(a, currency), Money.of_minor(b, currency)
    assert (one < other, one <= other, one == other, bool(one)) == (a < b, a <= b, a == b, a != 0)
    assert (one - other).minor == a - b == (one + -other).minor
