"""An invoice in a foreign currency also tells its tax in the currency of the issuer's country.

Spain: RD 1619/2012, art. 12.1, at the rate of LIVA art. 79.Once (Bank of Spain's selling rate in force when the tax
falls due). European Union: Directive 2006/112, art. 230 (as of Directive 2010/45), at the rate of its art. 91. Of other
countries no rule was verified: there a taxed invoice in a foreign currency is refused. The rate is told by who issues.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, localcontext

from domain.days import check_day
from domain.errors import Conflict, Invalid
from domain.lines import EXACT, plain
from domain.money import MAX_MINOR, MINOR_DIGITS, Money, total
from domain.personal import NAME, text

_BY_CURRENCY = """
AED AE|AFN AF|ALL AL|AMD AM|AOA AO|ARS AR|AUD AU CC CX HM KI NF NR TV|AWG AW|AZN AZ|BAM BA|BBD BB|BDT BD|BHD BH|BIF BI
BMD BM|BND BN|BOB BO|BRL BR|BSD BS|BTN BT|BWP BW|BYN BY|BZD BZ|CAD CA|CDF CD|CHF CH LI|CLP CL|CNY CN|COP CO|CRC CR
CUP CU|CVE CV|CZK CZ|DJF DJ|DKK DK FO GL|DOP DO|DZD DZ|EGP EG|ERN ER|ETB ET|FJD FJ|FKP FK|GBP GB GG IM JE|GEL GE|GHS GH
EUR AD AT AX BE BG BL CY DE EE ES FI FR GF GP GR HR IE IT LT LU LV MC ME MF MQ MT NL PM PT RE SI SK SM TF VA XK YT
GIP GI|GMD GM|GNF GN|GTQ GT|GYD GY|HKD HK|HNL HN|HTG HT|HUF HU|IDR ID|ILS IL PS|INR IN|IQD IQ|IRR IR|ISK IS|JMD JM
JOD JO|JPY JP|KES KE|KGS KG|KHR KH|KMF KM|KPW KP|KRW KR|KWD KW|KYD KY|KZT KZ|LAK LA|LBP LB|LKR LK|LRD LR|LSL LS|LYD LY
MAD EH MA|MDL MD|MGA MG|MKD MK|MMK MM|MNT MN|MOP MO|MRU MR|MUR MU|MVR MV|MWK MW|MXN MX|MYR MY|MZN MZ|NAD NA|NGN NG
NIO NI|NOK BV NO SJ|NPR NP|NZD CK NU NZ PN TK|OMR OM|PEN PE|PGK PG|PHP PH|PKR PK|PLN PL|PYG PY|QAR QA|RON RO|RSD RS
RUB RU|RWF RW|SAR SA|SBD SB|SCR SC|SDG SD|SEK SE|SGD SG|SHP SH|SLE SL|SOS SO|SRD SR|SSP SS|STN ST|SYP SY|SZL SZ|THB TH
TJS TJ|TMT TM|TND TN|TOP TO|TRY TR|TTD TT|TWD TW|TZS TZ|UAH UA|UGX UG|USD AS BQ EC FM GU IO MH MP PA PR PW SV TC TL UM
USD US VG VI ZW|UYU UY|UZS UZ|VES VE|VND VN|VUV VU|WST WS|XAF CF CG CM GA GQ TD|XCD AG AI DM GD KN LC MS VC
XOF BF BJ CI GW ML NE SN TG|XPF NC PF WF|YER YE|ZAR ZA|ZMW ZM
"""

OWN_CURRENCY: Mapping[str, str] = {
    country: currency
    for currency, *countries in (entry.split() for entry in _BY_CURRENCY.replace("\n", "|").split("|") if entry)
    for country in countries
}
"""ISO 4217: what is legal tender in a country (ISO 3166) today."""

TOLD_SINCE: Mapping[str, date] = {
    **dict.fromkeys(
        (
            *("AT", "BE", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HU", "IE"),
            *("IT", "LU", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK"),
        ),
        date(2013, 1, 1),
    ),
    # Since when their currency is the euro; before, it was one that is gone.
    "LV": date(2014, 1, 1),
    "LT": date(2015, 1, 1),
    "HR": date(2023, 1, 1),
    "BG": date(2026, 1, 1),
}
"""From which day on the tax is to be told in the country's own currency: both laws apply from 2013 on."""

LARGEST, DECIMALS = Decimal(10**12), 12


class ExchangeRateMissing(Conflict):
    title = "An invoice in a foreign currency also tells its tax in the issuer's: give the exchange rate"


class ExchangeRateNotNeeded(Invalid):
    title = "This needs no exchange rate: it is in the issuer's own currency, or its rate is known already"


class ExchangeRateNotAllowed(Invalid):
    title = "An exchange rate is above zero, of at most 12 digits and 12 decimals"


class TaxCurrencyNotKnown(Conflict):
    title = (
        "How the tax of an invoice in a foreign currency is told in this country is not known here: issue it in its own"
    )


@dataclass(frozen=True, slots=True)
class ExchangeRate:
    """What one unit of the invoice's currency is worth in the issuer's: on which day, and who published it."""

    rate: Decimal
    on: date
    source: str

    def of(self, amount: Money, currency: str) -> Money:
        """Rounded half up."""
        with localcontext(EXACT):
            minor = (amount.amount * self.rate).scaleb(MINOR_DIGITS[currency]).quantize(Decimal(1))
        if abs(minor) >= MAX_MINOR:
            raise ExchangeRateNotAllowed(field="exchange_rate/rate")
        return Money.of_minor(int(minor), currency)


@dataclass(frozen=True, slots=True)
class ConvertedTax:
    """The tax in the issuer's own currency: of each rate, in the order of the document's, and in all."""

    exchange_rate: ExchangeRate
    taxes: tuple[Money, ...]
    tax: Money


def checked_rate(stated: ExchangeRate, *, at_most: date) -> ExchangeRate:
    """`at_most` is the day on which the tax falls due: a rate of a later day was not in force then."""
    rate = stated.rate
    if not rate.is_finite() or not 0 < rate < LARGEST or rate != round(rate, DECIMALS):
        raise ExchangeRateNotAllowed(field="exchange_rate/rate")
    check_day(stated.on, "exchange_rate/on", at_most=at_most)
    return ExchangeRate(plain(rate), stated.on, text(stated.source, "exchange_rate/source", at_most=NAME))


def is_foreign(currency: str, country: str) -> bool:
    """To a country whose own one is not known here, none is."""
    return OWN_CURRENCY.get(country, currency) != currency


def check_told(country: str, on: date) -> None:
    if on < TOLD_SINCE.get(country, date.max):
        raise TaxCurrencyNotKnown(field="currency", country=country)


def converted(rate: ExchangeRate, taxes: Iterable[Money], country: str) -> ConvertedTax:
    own = OWN_CURRENCY[country]
    each = tuple(rate.of(tax, own) for tax in taxes)
    return ConvertedTax(rate, each, total(each, own))
