"""The tax of an invoice in a foreign currency, told in the issuer's own too."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from issued import DRAFTED, ISSUED_ON, ISSUER, LINE, RECIPIENT, issuing
from scenario import euros, given

from domain.days import DayOutOfRange
from domain.exchange import (
    OWN_CURRENCY,
    TOLD_SINCE,
    ConvertedTax,
    ExchangeRate,
    ExchangeRateMissing,
    ExchangeRateNotAllowed,
    ExchangeRateNotNeeded,
    TaxCurrencyNotKnown,
    check_told,
    checked_rate,
    is_foreign,
)
from domain.invoice import Invoice
from domain.invoice.issuing import Kind, Recipient, RecipientNotIdentified
from domain.money import MINOR_DIGITS, Money
from domain.personal import TextNotAllowed

RATE = ExchangeRate(Decimal("0.9205"), ISSUED_ON, "Banco de España")
DOLLARS = replace(DRAFTED, currency="USD", lines=(replace(LINE, quantity=Decimal(50)),))
UNKNOWN = Recipient("Alguien")


def test_an_invoice_in_dollars_tells_its_tax_in_euros_with_the_rate_its_day_and_its_source():
    [issued] = issuing(rate=RATE)(given(Invoice(), DOLLARS).state)
    assert (issued.gross, issued.converted) == (
        Money.of(6050, "USD"),
        ConvertedTax(RATE, (euros("966.53"),), euros("966.53")),
    )
    given(Invoice(), DOLLARS).when(issuing()).then_refused(ExchangeRateMissing, field="exchange_rate", currency="EUR")


def test_the_currency_is_that_of_the_issuers_country_in_the_union_and_refused_elsewhere():
    [czech] = issuing(rate=RATE, issuer=replace(ISSUER, country="CZ"))(given(Invoice(), DOLLARS).state)
    assert czech.converted.tax.currency == "CZK"
    colombian = replace(ISSUER, country="CO")
    given(Invoice(), DOLLARS).when(issuing(rate=RATE, issuer=colombian)).then_refused(
        TaxCurrencyNotKnown, field="currency", country="CO"
    )
    [own] = issuing(issuer=colombian)(given(Invoice(), replace(DOLLARS, currency="COP")).state)
    assert own.converted is None
    assert {OWN_CURRENCY[country] for country in TOLD_SINCE} <= set(MINOR_DIGITS)
    assert not is_foreign("USD", "ZZ")


def test_what_bears_no_tax_needs_no_rate():
    untaxed = replace(DOLLARS, lines=(replace(LINE, tax_rate=Decimal(0)),))
    [issued] = issuing()(given(Invoice(), untaxed).state)
    assert issued.converted is None


def test_the_limit_of_400_euros_holds_for_what_it_is_worth_in_euros():
    given(Invoice(), DOLLARS).when(issuing(UNKNOWN, rate=RATE)).then_refused(RecipientNotIdentified, field="client_id")
    given(Invoice(), DOLLARS).when(issuing(UNKNOWN)).then_refused(
        ExchangeRateMissing, field="exchange_rate", currency="EUR"
    )
    yen = replace(DOLLARS, currency="JPY", lines=(replace(LINE, quantity=Decimal(1), unit_price=Decimal(900_000)),))
    rate = replace(RATE, rate=Decimal("0.0061"))
    given(Invoice(), yen).when(issuing(UNKNOWN, rate=rate)).then_refused(RecipientNotIdentified)
    small = replace(yen, lines=(replace(LINE, quantity=Decimal(1), unit_price=Decimal(54_192)),))  # 400.00 euros
    [issued] = issuing(UNKNOWN, rate=rate)(given(Invoice(), small).state)
    assert issued.kind is Kind.SIMPLIFIED


@pytest.mark.parametrize(
    ("wrong", "refusal", "field"),
    [
        ({"rate": Decimal(0)}, ExchangeRateNotAllowed, "exchange_rate/rate"),
        ({"rate": Decimal("NaN")}, ExchangeRateNotAllowed, "exchange_rate/rate"),
        ({"rate": Decimal("1E-13")}, ExchangeRateNotAllowed, "exchange_rate/rate"),
        ({"rate": Decimal(10**12)}, ExchangeRateNotAllowed, "exchange_rate/rate"),
        ({"rate": Decimal(-1)}, ExchangeRateNotAllowed, "exchange_rate/rate"),
        ({"rate": Decimal(10**8)}, ExchangeRateNotAllowed, "exchange_rate/rate"),
        ({"on": ISSUED_ON + timedelta(days=1)}, DayOutOfRange, "exchange_rate/on"),
        ({"source": " "}, TextNotAllowed, "exchange_rate/source"),
        ({"source": "x" * 201}, TextNotAllowed, "exchange_rate/source"),
    ],
)
def test_a_rate_is_above_zero_was_in_force_and_names_who_published_it(wrong, refusal, field):
    given(Invoice(), DOLLARS).when(issuing(rate=replace(RATE, **wrong))).then_refused(refusal, field=field)


def test_a_rate_for_ones_own_currency_is_refused_rather_than_dropped():
    given(Invoice(), DRAFTED).when(issuing(RECIPIENT, rate=RATE)).then_refused(
        ExchangeRateNotNeeded, field="exchange_rate"
    )


def test_a_rate_is_kept_as_it_was_told_and_tidied():
    [issued] = issuing(rate=replace(RATE, rate=Decimal("0.92050"), source=" Banco  de España "))(
        given(Invoice(), DOLLARS).state
    )
    assert issued.converted.exchange_rate == RATE
    assert str(issued.converted.exchange_rate.rate) == "0.9205"


@pytest.mark.parametrize(
    ("rate", "amount", "worth"),
    [
        ("0.5", "0.01", "0.01"),
        ("0.000000000001", "9999999999.99", "0.01"),
        ("999999999999", "0.01", "9999999999.99"),
        ("1", "9999999999.99", "9999999999.99"),
    ],
)
def test_what_money_is_worth_is_rounded_half_up_and_has_at_most_twelve_digits(rate, amount, worth):
    told = replace(RATE, rate=Decimal(rate))
    assert checked_rate(told, at_most=ISSUED_ON) == told
    assert told.of(Money.of(amount, "USD"), "EUR") == euros(worth)
    if told.of(Money.of(amount, "USD"), "EUR") == euros("9999999999.99"):
        with pytest.raises(ExchangeRateNotAllowed) as refused:
            replace(told, rate=told.rate + 1).of(Money.of(amount, "USD"), "EUR")
        assert refused.value.details == {"field": "exchange_rate/rate"}


def test_the_tax_is_told_in_a_country_s_currency_from_the_day_on_from_which_its_law_says_so():
    for country, since in TOLD_SINCE.items():
        check_told(country, since)
        with pytest.raises(TaxCurrencyNotKnown):
            check_told(country, since - timedelta(days=1))


def test_the_rate_is_that_of_the_day_of_what_is_invoiced():
    earlier = replace(DOLLARS, operated_on=date(2026, 2, 20))
    given(Invoice(), earlier).when(issuing(rate=RATE)).then_refused(DayOutOfRange, field="exchange_rate/on")
    [issued] = issuing(rate=replace(RATE, on=date(2026, 2, 19)))(given(Invoice(), earlier).state)
    assert issued.operated_on == date(2026, 2, 20)
