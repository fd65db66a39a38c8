"""Amounts, days and moments as the reader's language and the business's country write them."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache, lru_cache

import phonenumbers
from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_datetime, format_time, get_day_names
from babel.numbers import format_currency, format_decimal, format_percent, get_decimal_symbol

from api.http.countries import in_an_address
from application.imports.cells import Unreadable, amount
from domain.addresses import PhoneNotValid, phone
from domain.business import Business
from domain.money import MINOR_DIGITS, Money

CURRENCIES = {
    "ES": "EUR", "CO": "COP", "MX": "MXN", "AR": "ARS", "CL": "CLP", "PE": "PEN", "UY": "UYU", "BO": "BOB", "PY": "PYG",
    "EC": "USD", "PA": "USD", "SV": "USD", "CR": "CRC", "GT": "GTQ", "HN": "HNL", "NI": "NIO", "DO": "DOP", "US": "USD",
    "GB": "GBP",
}  # fmt: skip
"""What a new debt is in unless it says otherwise."""


@dataclass(frozen=True)
class Formats:
    locale: Locale
    business: Business

    @property
    def currency(self) -> str:
        return CURRENCIES.get(self.business.country, "EUR")

    @property
    def decimal_mark(self) -> str:
        return get_decimal_symbol(self.locale)

    def money(self, amount: Money) -> str:
        return _money(amount, self.locale)

    def price(self, value: Decimal, currency: str) -> str:
        """With the decimals of its currency at least, and all that it has: 10,00 €, 0,0125 €."""
        text = format_currency(value, currency, locale=self.locale, decimal_quantization=False)
        return _LETTER_BY_FIGURE.sub("\N{NO-BREAK SPACE}", text)

    def typed(self, amount: Money) -> str:
        """As a field shows an amount to be changed: without its currency."""
        return format_decimal(amount.amount, "0.00##", self.locale)

    def decimal(self, value: Decimal) -> str:
        """All of it, such as a quantity."""
        return format_decimal(value, "#,##0.##################", self.locale)

    def exact(self, value: Decimal) -> str:
        """With the decimals that it has, noughts too: 1.234,00 is not to be taken for 1,234."""
        return format_decimal(value, f"#,##0.{'0' * -int(value.as_tuple().exponent)}", self.locale)

    def percent(self, rate: Decimal) -> str:
        return format_percent(rate / 100, locale=self.locale, decimal_quantization=False)

    def typed_decimal(self, value: Decimal) -> str:
        """As a field shows it to be changed."""
        return format_decimal(value, "0.##################", self.locale)

    def number(self, number: int) -> str:
        return format_decimal(number, locale=self.locale)

    def day(self, day: date) -> str:
        return _day(day, self.locale)

    def spelled_day(self, day: date) -> str:
        """With the name of its month in full, as letters have it."""
        return format_date(day, "long", self.locale)

    def country(self, code: str) -> str:
        return in_an_address(code, self.business.country)

    def short_day(self, day: date) -> str:
        return format_date(day, "d MMM", self.locale)

    def long_day(self, day: date) -> str:
        return format_date(day, "full", self.locale)

    def phone(self, value: str) -> str:
        """E.164 as people write it: one of the business's country without the country's code."""
        return _phone(value, self.business.country)

    def dialled(self, value: str) -> str:
        """As a device dials it; empty where it is no number that anybody has."""
        return _dialled(value, self.business.country)

    def month(self, day: date) -> str:
        """Its name and year, as a heading."""
        text = self.of_month(day)
        return text[:1].upper() + text[1:]

    def of_month(self, day: date) -> str:
        """Its name and year, within a sentence."""
        return format_date(day, "LLLL y", self.locale)

    def weekdays(self) -> list[str]:
        """From Monday on, abbreviated."""
        names = get_day_names("abbreviated", locale=self.locale)
        return [names[day] for day in range(7)]

    def moment(self, at: datetime) -> str:
        """Day and time in the business time zone."""
        return format_datetime(at, "d MMM y, HH:mm", self.business.zone, self.locale)

    def clock(self, at: datetime) -> str:
        return format_time(at, "HH:mm", self.business.zone, self.locale)


@cache
def formats(language: str, business: Business) -> Formats:
    """Days and marks of a country go with its language; English is written as in Britain, but in the United States."""
    if language == "en" and business.country != "US":
        return Formats(Locale.parse("en_GB"), business)
    for name in (f"{language}_{business.country}", "es_ES"):
        try:
            return Formats(Locale.parse(name), business)
        except UnknownLocaleError:
            continue
    raise LookupError(language)


_LETTER_BY_FIGURE = re.compile(r"(?<=[^\W\d_])(?=\d)")
"""Where CLDR sets a currency of letters apart from its amount, and Babel does not: in Colombia, EUR 12,50."""


@lru_cache(maxsize=16_384)
def _money(amount: Money, locale: Locale) -> str:
    """Remembered: writing an amount takes longer than all else of its row, and pages repeat them."""
    text = format_currency(amount.amount, amount.currency, locale=locale)
    return _LETTER_BY_FIGURE.sub("\N{NO-BREAK SPACE}", text)


@lru_cache(maxsize=4096)
def _phone(value: str, country: str) -> str:
    try:
        number = phonenumbers.parse(value)
    except phonenumbers.NumberParseException:  # kept as a file had it
        return value
    own = phonenumbers.country_code_for_region(country) == number.country_code
    form = phonenumbers.PhoneNumberFormat.NATIONAL if own else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(number, form)


@lru_cache(maxsize=4096)
def _dialled(value: str, country: str) -> str:
    try:
        return phone(value, country)
    except PhoneNotValid:
        return ""


@lru_cache(maxsize=4096)
def _day(day: date, locale: Locale) -> str:
    return format_date(day, "medium", locale)


def as_amount(text: str, mark: str) -> Decimal | None:
    """What the text reads as a number, with this decimal mark or, where it can mean nothing else, the other.

    A currency's sign or code may stand on either side; in which currency is not asked.
    """
    number = "".join(one for one in text if unicodedata.category(one) != "Sc").strip()
    for code in (number[:3], number[-3:]):
        if code.upper() in MINOR_DIGITS:
            number = number.replace(code, "", 1).strip()
            break
    for reading in (mark, None):
        try:
            return amount(number, reading)
        except Unreadable:
            continue
    return None
