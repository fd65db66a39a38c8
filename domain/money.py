"""Money: an exact decimal amount in one ISO 4217 currency. Two currencies never add."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Self

from domain.errors import Invalid

MAX_MINOR = 10**12  # at most 12 digits, so that every sum of them fits a 64-bit column

_DECIMALS = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF",
    2: """AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC
    CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD
    KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO
    NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL
    THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VES WST XCD YER ZAR ZMW""",
    3: "BHD IQD JOD KWD LYD OMR TND",
}
MINOR_DIGITS = {code: digits for digits, codes in _DECIMALS.items() for code in codes.split()}
"""ISO 4217: how many decimals each currency's minor unit has."""

_MINOR_UNIT = {code: Decimal(1).scaleb(-digits) for code, digits in MINOR_DIGITS.items()}


class UnknownCurrency(Invalid):
    title = "This is no ISO 4217 currency code"


class AmountNotAllowed(Invalid):
    title = "An amount must be above zero, of at most 12 digits, with no more decimals than its currency has"


class LimitBelowZero(Invalid):
    title = "A limit cannot be below zero"


class CurrencyMismatch(Invalid):
    title = "The amount is in %(currency)s, and what it is for in %(expected)s"


@dataclass(frozen=True, slots=True)
class Money:
    amount: Decimal
    currency: str

    @classmethod
    def of(cls, amount: Decimal | int | str, currency: str, *, field: str = "amount") -> Self:
        """A positive amount as somebody gives it. Refused where it is not exact money; `field` is named then."""
        try:
            exact = Decimal(amount)
        except InvalidOperation:
            raise AmountNotAllowed(field=field) from None
        if exact.is_nan() or exact <= 0:
            raise AmountNotAllowed(field=field)
        return cls.signed(exact, currency, field=field)

    @classmethod
    def signed(cls, amount: Decimal, currency: str, *, field: str = "amount") -> Self:
        """The same, but it may be below zero too."""
        digits = MINOR_DIGITS[currency_code(currency)]
        if not amount.is_finite() or not 0 < abs(amount) < MAX_MINOR:
            raise AmountNotAllowed(field=field)
        exact = amount.quantize(Decimal(1).scaleb(-digits))
        if exact != amount or abs(exact.scaleb(digits)) >= MAX_MINOR:
            raise AmountNotAllowed(field=field, decimals=digits)
        return cls(exact, currency)

    @classmethod
    def limit(cls, amount: Decimal, currency: str, *, field: str = "limit") -> Self:
        """As `of`, but it may be nothing: a limit that lets nothing pass."""
        if amount < 0:
            raise LimitBelowZero(field=field)
        return cls.of(amount, currency, field=field) if amount else cls.zero(currency_code(currency))

    @classmethod
    def of_minor(cls, minor: int, currency: str) -> Self:
        return cls(minor * _MINOR_UNIT[currency], currency)

    @classmethod
    def zero(cls, currency: str) -> Self:
        return cls.of_minor(0, currency)

    @property
    def minor(self) -> int:
        """In the currency's minor units: how tables keep it."""
        return int(self.amount.scaleb(MINOR_DIGITS[self.currency]))

    def __add__(self, other: Self) -> Self:
        return type(self)(self.amount + self._same(other).amount, self.currency)

    def __sub__(self, other: Self) -> Self:
        return type(self)(self.amount - self._same(other).amount, self.currency)

    def __neg__(self) -> Self:
        return type(self)(-self.amount, self.currency)

    def __lt__(self, other: Self) -> bool:
        return self.amount < self._same(other).amount

    def __le__(self, other: Self) -> bool:
        return self.amount <= self._same(other).amount

    def __bool__(self) -> bool:
        return bool(self.amount)

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"

    def _same(self, other: Self) -> Self:
        if other.currency != self.currency:
            raise CurrencyMismatch(currency=other.currency, expected=self.currency)
        return other


def currency_code(currency: str) -> str:
    if currency not in MINOR_DIGITS:
        raise UnknownCurrency(field="currency", currency=currency)
    return currency


def check_above_zero(amount: Money, *, field: str = "amount") -> None:
    if amount.amount <= 0:
        raise AmountNotAllowed(field=field)


def total(amounts: Iterable[Money], currency: str) -> Money:
    return sum(amounts, Money.zero(currency))
