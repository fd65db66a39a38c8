"""What every paper has: who sends it, to whom, the words and formats of its language, and how it becomes a PDF."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal

from api.http.catalogues import filled
from api.http.countries import in_an_address
from api.http.dependencies import Service
from api.http.documents import Documents
from api.http.formats import Formats, formats
from api.http.words import Words, words
from application.files import Files
from application.issuer import logo_of
from application.streams import EventStore
from domain.business import BUSINESS, Business
from domain.exchange import TOLD_SINCE
from domain.invoice.issuing import Recipient
from domain.issuer import ISSUER, Identity, Issuer
from domain.money import MINOR_DIGITS, Money
from domain.personal import ERASED
from domain.sending import Language

TAX_IDS = {"ES": "NIF", "CO": "NIT", "MX": "RFC", "AR": "CUIT", "CL": "RUT", "PE": "RUC", "EC": "RUC", "UY": "RUT"}
"""What a tax identification is called where it is from; elsewhere just that."""

VAT_PREFIXES = {*TOLD_SINCE, "EL", "XI"} - {"GR"}
"""Of the member states and Northern Ireland, which a VAT number begins with: Directive 2006/112, art. 215."""

ALL_DIGITS = 6
"""Decimals that a quantity or a price may have."""


@dataclass(frozen=True, slots=True)
class Paper:
    """A PDF, and what a file with it is called."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Speech:
    """The words and formats of a paper: of its language, as the country of who sends it has them."""

    language: Language
    country: str
    words: Words
    formats: Formats

    def _(self, message: str, **values: object) -> str:
        return filled(self.words.gettext(message), values)

    def day(self, day: date) -> str:
        return self.formats.spelled_day(day)

    def short_day(self, day: date) -> str:
        """In figures, for a column."""
        return format_date(day, "dd/MM/y", self._locale)

    def money(self, amount: Money) -> str:
        return self.formats.money(amount)

    def amount(self, amount: Money) -> str:
        """Without its currency, which the head of its column has."""
        digits = "0" * MINOR_DIGITS[amount.currency]
        return format_decimal(amount.amount, f"#,##0.{digits}" if digits else "#,##0", self._locale)

    def exact(self, number: Decimal, currency: str | None = None) -> str:
        """With the decimals it has; a price has at least those of its currency."""
        least = MINOR_DIGITS[currency] if currency else 0
        return format_decimal(number, f"#,##0.{'0' * least}{'#' * (ALL_DIGITS - least)}", self._locale)

    def percent(self, rate: Decimal) -> str:
        blank = "" if self.language is Language.ENGLISH else "\N{NO-BREAK SPACE}"
        return f"{self.exact(rate)}{blank}%"

    @property
    def _locale(self) -> Locale:
        return self.formats.locale


def speech(language: Language, country: str) -> Speech:
    business = Business(country=country)
    return Speech(language, country, words(language, business), formats(language, business))


@dataclass(frozen=True)
class Press:
    """Where papers come from: the log, the issuer's logo, and what sets them."""

    store: EventStore
    files: Files
    documents: Documents

    @property
    def issuer(self) -> Issuer:
        return self.store.load(Issuer(), ISSUER)[0]

    @property
    def business(self) -> Business:
        return self.store.load(Business(), BUSINESS)[0]

    def speech(self, language: Language, sender: Identity | None) -> Speech:
        return speech(language, sender.country if sender else self.business.country)

    def printed(
        self,
        template: str,
        name: str,
        says: Speech,
        said: Mapping[str, Any],
        *,
        title: str,
        sender: Identity | None,
        recipient: Recipient | None,
    ) -> Paper:
        """Until somebody says who issues, the business's name stands for it: on drafts and estimates."""
        logo = logo_of(self.store, self.files)
        sender_name = sender.name if sender else self.business.name
        common = {
            "title": title,
            "language": says.language,
            "sender": sender_name,
            "sender_lines": _sender_lines(says, sender) if sender else [],
            "logo": [*logo] if logo else None,
            "logo_alt": says._("Logo of %(name)s", name=sender_name),
            "recipient": recipient.name if recipient else ERASED,
            "recipient_lines": _recipient_lines(says, recipient) if recipient else [],
            "footer": (sender.footer if sender else None) or "",
            "of": says._("of"),
        }
        return Paper(f"{file_name(name)}.pdf", self.documents.pdf(template, {**common, **said}))


def _sender_lines(says: Speech, sender: Identity) -> Sequence[str]:
    return [
        _tax_id(says, sender.tax_id, sender.country),
        sender.street,
        f"{sender.postcode} {sender.city}",
        *filter(None, (sender.phone and says.formats.phone(sender.phone), sender.email)),
    ]


def _recipient_lines(says: Speech, recipient: Recipient) -> Sequence[str]:
    place = " ".join(filter(None, (recipient.postcode, recipient.city)))
    tax_id = _tax_id(says, recipient.tax_id, recipient.country or says.country) if recipient.tax_id else None
    code = recipient.country
    abroad = in_an_address(code, says.country) if code not in (None, says.country) else None
    return [*filter(None, (*(recipient.street or "").splitlines(), place, abroad, tax_id))]


def _tax_id(says: Speech, number: str, country: str) -> str:
    prefix = number[:2]
    of_eu = prefix in VAT_PREFIXES and prefix != says.country
    called = says._("VAT no.") if of_eu else TAX_IDS.get(country) or says._("Tax ID")
    return f"{called}: {number}"


def file_name(text: str) -> str:
    """Letters, digits, dots and hyphens: what every system takes in the name of a file."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return "-".join("".join(one if one.isalnum() or one in ".-" else " " for one in plain).split())[:80] or "paper"


def press_of(service: Service) -> Press:
    return Press(service.store, service.files, service.documents)
