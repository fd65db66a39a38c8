"""The business as it invoices: who it is on paper, its logo, its series and its usual terms. One stream."""

from dataclasses import asdict, dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import Self, assert_never
from uuid import UUID

from stdnum import iban
from stdnum.co import nit
from stdnum.es import nif
from stdnum.exceptions import ValidationError

from domain.errors import Conflict, Invalid
from domain.lines import percentage
from domain.people import Actor, Role
from domain.personal import NAME, optional_long_text, optional_text, text
from domain.printable import check_printable
from domain.sending import Language
from domain.series import check_code

ISSUER = UUID("0b7f0a52-6f4e-4d53-8a3a-6b5d3c1d2e02")
"""The stream of the one issuer of a store."""

DAYS_AT_MOST = 365


@dataclass(frozen=True, slots=True)
class Identity:
    """As it stands on an invoice: RD 1619/2012, art. 6.1.c-e. `footer` is for the registry entry and the like.

    `account` is for countries that have no IBAN: bank, kind and number, as people there write it.
    """

    name: str
    tax_id: str
    street: str
    postcode: str
    city: str
    country: str
    email: str | None = None
    phone: str | None = None
    iban: str | None = None
    footer: str | None = None
    account: str | None = None

    @property
    def paid_into(self) -> str | None:
        """As people read it."""
        return iban.format(self.iban) if self.iban else self.account


# What can happen


@dataclass(frozen=True, slots=True)
class IssuerDescribed:
    identity: Identity


@dataclass(frozen=True, slots=True)
class LogoChanged:
    file_id: UUID
    sha256: str


@dataclass(frozen=True, slots=True)
class LogoRemoved:
    pass


class Numbered(StrEnum):
    """What has a series of its own."""

    INVOICES = "invoices"
    CREDIT_NOTES = "credit_notes"
    ESTIMATES = "estimates"


@dataclass(frozen=True, slots=True)
class SeriesChosen:
    """By their codes, which the year follows."""

    invoices: str
    credit_notes: str
    estimates: str

    def code_of(self, numbered: Numbered) -> str:
        match numbered:
            case Numbered.INVOICES:
                return self.invoices
            case Numbered.CREDIT_NOTES:
                return self.credit_notes
            case Numbered.ESTIMATES:
                return self.estimates


@dataclass(frozen=True, slots=True)
class TermsSet:
    """What a new invoice or estimate begins with: percentages, and days to pay or to answer."""

    due_days: int
    estimate_days: int
    tax_rate: Decimal
    withholding: Decimal
    language: Language


Event = IssuerDescribed | LogoChanged | LogoRemoved | SeriesChosen | TermsSet


# What is refused


class TaxIdNotValid(Invalid):
    title = "This is no tax identification of that country: a digit or letter of it is wrong"


class IssuerCountryUnknown(Invalid):
    title = "A country is its two-letter ISO 3166 code"


class IbanNotValid(Invalid):
    title = "This is no IBAN: a digit of it is wrong"


class SeriesAlike(Invalid):
    title = "Invoices, credit notes and estimates need a series each"


class TermOutOfRange(Invalid):
    title = "Days to pay or to answer are 0 to 365"


class IssuerNotDescribed(Conflict):
    title = "Who issues is not said yet: an administrator tells it under settings, invoicing"


# The issuer

USUAL_SERIES = SeriesChosen("F", "R", "P")
USUAL_TERMS = TermsSet(30, 30, Decimal(21), Decimal(0), Language.SPANISH)


@dataclass(frozen=True)
class Issuer:
    identity: Identity | None = None
    logo: UUID | None = None
    series: SeriesChosen = USUAL_SERIES
    terms: TermsSet = USUAL_TERMS

    @property
    def described(self) -> Identity:
        if self.identity is None:
            raise IssuerNotDescribed(field="issuer")
        return self.identity

    def describe(self, identity: Identity, *, by: Actor) -> list[Event]:
        by.require(Role.ADMINISTRATOR)
        if not (len(identity.country) == 2 and identity.country.isascii() and identity.country.isupper()):  # noqa: PLR2004
            raise IssuerCountryUnknown(field="country")
        described = IssuerDescribed(
            Identity(
                name=text(identity.name, "name", at_most=NAME),
                tax_id=_tax_id(identity.tax_id, identity.country),
                street=text(identity.street, "street"),
                postcode=text(identity.postcode, "postcode", at_most=NAME),
                city=text(identity.city, "city", at_most=NAME),
                country=identity.country,
                email=optional_text(identity.email, "email", at_most=NAME),
                phone=optional_text(identity.phone, "phone", at_most=NAME),
                iban=_iban(identity.iban),
                footer=optional_long_text(identity.footer, "footer"),
                account=optional_text(identity.account, "account", at_most=NAME),
            )
        )
        check_printable(asdict(described.identity))
        return [] if described.identity == self.identity else [described]

    def change_logo(self, file_id: UUID, sha256: str, *, by: Actor) -> list[Event]:
        by.require(Role.ADMINISTRATOR)
        return [LogoChanged(file_id, sha256)] if file_id != self.logo else []

    def remove_logo(self, *, by: Actor) -> list[Event]:
        by.require(Role.ADMINISTRATOR)
        return [LogoRemoved()] if self.logo is not None else []

    def choose_series(self, invoices: str, credit_notes: str, estimates: str, *, by: Actor) -> list[Event]:
        by.require(Role.ADMINISTRATOR)
        chosen = SeriesChosen(
            check_code(invoices, "invoices"),
            check_code(credit_notes, "credit_notes"),
            check_code(estimates, "estimates"),
        )
        if len({invoices, credit_notes, estimates}) < 3:  # noqa: PLR2004 - one for each of the three
            raise SeriesAlike(field="credit_notes")
        return [] if chosen == self.series else [chosen]

    def set_terms(self, terms: TermsSet, *, by: Actor) -> list[Event]:
        by.require(Role.ADMINISTRATOR)
        for field in ("due_days", "estimate_days"):
            if not 0 <= getattr(terms, field) <= DAYS_AT_MOST:
                raise TermOutOfRange(field=field, at_most=DAYS_AT_MOST)
        terms = replace(
            terms,
            tax_rate=percentage(terms.tax_rate, "tax_rate"),
            withholding=percentage(terms.withholding, "withholding"),
        )
        return [] if terms == self.terms else [terms]

    def evolve(self, event: Event) -> Self:
        match event:
            case IssuerDescribed():
                return replace(self, identity=event.identity)
            case LogoChanged():
                return replace(self, logo=event.file_id)
            case LogoRemoved():
                return replace(self, logo=None)
            case SeriesChosen():
                return replace(self, series=event)
            case TermsSet():
                return replace(self, terms=event)
            case _:
                assert_never(event)


def _tax_id(number: str, country: str) -> str:
    """Checked where the country's numbers check themselves: NIF in Spain, NIT in Colombia."""
    try:
        match country:
            case "ES":
                return nif.validate(number.replace(".", ""))
            case "CO":
                return nit.validate(number)
            case _:
                return text(number, "tax_id", at_most=NAME)
    except ValidationError:
        raise TaxIdNotValid(field="tax_id", country=country) from None


def _iban(number: str | None) -> str | None:
    try:
        return iban.validate(number) if number and number.strip() else None
    except ValidationError:
        raise IbanNotValid(field="iban") from None
