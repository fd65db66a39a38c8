"""What identifies and describes a client: name, identification, address, what it is to us, when it pays.

What a person types wrongly is refused at its field. What a file brings wrong is kept as it stood there, not `valid`,
and is no claim on anything; it stays as it is until somebody types another.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import Annotated

from stdnum.co import nit
from stdnum.es import nif
from stdnum.eu import vat
from stdnum.exceptions import ValidationError

from domain.addresses import country_code
from domain.errors import Invalid
from domain.personal import LINE, NAME, About, Personal, optional_lines_text, optional_long_text, optional_text, text

PAYMENT_DAYS_AT_MOST = 365


class Kind(StrEnum):
    PERSON = "person"
    COMPANY = "company"


class ClientRole(StrEnum):
    """What a client is said to be to us; that it owes, or is owed, its case files tell besides."""

    CREDITOR = "creditor"
    DEBTOR = "debtor"


class IdentificationKind(StrEnum):
    NIF = "nif"
    NIE = "nie"
    CIF = "cif"
    NIT = "nit"
    CEDULA = "cedula"
    VAT = "vat"
    FOREIGN = "foreign"
    CODE = "code"


SPANISH = frozenset({IdentificationKind.NIF, IdentificationKind.NIE, IdentificationKind.CIF})


@dataclass(frozen=True, slots=True)
class Identification:
    """`number` is without blanks and dots where it is `valid`, else as a file had it."""

    kind: IdentificationKind
    number: str
    valid: bool = True

    @property
    def claimed(self) -> str:
        """What only one client may have."""
        return f"{self.kind} {self.number}"


@dataclass(frozen=True, slots=True)
class Address:
    """`street` may have several lines. `country` is ISO 3166; where it is None, the business's own. Not `valid`: a file
    had a postcode that is none."""

    street: str | None = None
    postcode: str | None = None
    district: str | None = None
    city: str | None = None
    valid: bool = True
    country: str | None = None

    @property
    def line(self) -> str | None:
        """As it is written on one line, where there is any of it."""
        town = " ".join(filter(None, (self.postcode, self.city)))
        street = ", ".join((self.street or "").splitlines())
        return ", ".join(filter(None, (street, self.district, town)))[:LINE] or None


@dataclass(frozen=True, slots=True)
class Details:
    """`payment_days` is within how many days the client is to pay what it is invoiced."""

    name: str
    kind: Kind | None = None
    identification: Identification | None = None
    address: Address = Address()
    zone: str | None = None
    notes: str | None = None
    roles: tuple[ClientRole, ...] = ()
    payment_days: int | None = None

    def checked(self, known: "Details | None" = None, *, as_told: bool = False) -> "Details":
        """Tidied, or refused at its field. `as_told`: what a file brings wrong is kept if it can be."""
        if self.payment_days is not None and not 0 <= self.payment_days <= PAYMENT_DAYS_AT_MOST:
            raise PaymentDaysOutOfRange(field="payment_days", at_most=PAYMENT_DAYS_AT_MOST)
        return Details(
            name=text(self.name, "name", at_most=NAME),
            kind=self.kind,
            identification=_identification(
                self.identification, known.identification if known else None, as_told=as_told
            ),
            address=_address(self.address, known.address if known else None, as_told=as_told),
            zone=optional_text(self.zone, "zone", at_most=NAME),
            notes=optional_long_text(self.notes, "notes"),
            roles=tuple(sorted(set(self.roles))),
            payment_days=self.payment_days,
        )

    def differing(self, other: "Details") -> tuple[str, ...]:
        """The names of the fields in which they differ."""
        return tuple(field.name for field in fields(self) if getattr(self, field.name) != getattr(other, field.name))


CHECKED = frozenset({"name", "kind", "identification", "address"})
"""What whoever verifies a client has looked at: changed later, it is to be looked at again."""


# What can happen


@dataclass(frozen=True, slots=True)
class ClientCorrected:
    """All details as they are from now on; `changed` names those that were others before."""

    changed: tuple[str, ...]
    name: Personal
    kind: Kind | None
    identification: Annotated[Identification | None, About()]
    address: Annotated[Address | None, About()]
    zone: Annotated[str | None, About()]
    notes: Annotated[str | None, About()]
    roles: tuple[ClientRole, ...]
    payment_days: int | None
    reason: Personal


@dataclass(frozen=True, slots=True)
class ClientVerified:
    """Somebody has checked who this is and how it is reached."""


@dataclass(frozen=True, slots=True)
class ClientVerificationWithdrawn:
    reason: Personal


Event = ClientCorrected | ClientVerified | ClientVerificationWithdrawn


# What is refused


class IdentificationNotValid(Invalid):
    title = "This is no number of that kind: a digit or letter of it is wrong"


class PaymentDaysOutOfRange(Invalid):
    title = "Payment is due within 0 to 365 days"


# Identification


def identify(kind: IdentificationKind, number: str) -> Identification:
    """Checked and tidied. Raises `IdentificationNotValid`.

    A Spanish number tells itself whether it is a person's, a foreigner's or a company's (Orden EHA/451/2008 and RD
    1065/2007 call all of them NIF), so its kind follows from it. NIT: check digit of DIAN, Decreto 2460/2013. VAT: with
    its member state's prefix, by that one's rule (Directive 2006/112, art. 214 to 216); Spain's is the NIF. FOREIGN is
    a document of another country, of which nothing is known but its letters and digits.
    """
    try:
        match kind:
            case IdentificationKind.NIF | IdentificationKind.NIE | IdentificationKind.CIF:
                known = nif.validate(number.replace(".", ""))
                return Identification(_spanish(known), known)
            case IdentificationKind.NIT:
                return Identification(kind, nit.validate(number))
            case IdentificationKind.VAT:
                known = vat.validate(number)
                if known.startswith("ES"):
                    return identify(IdentificationKind.NIF, known)
                return Identification(kind, known)
            case IdentificationKind.FOREIGN:
                return Identification(kind, _document(number))
            case IdentificationKind.CEDULA | IdentificationKind.CODE:
                return Identification(kind, _digits(number, 20 if kind is IdentificationKind.CODE else 10))
    except ValidationError:
        raise IdentificationNotValid(field="identification", kind=kind) from None


def recognised(number: str) -> Identification:
    """Of a file that does not say of which kind it is; not `valid` where it can be none of them."""
    for kind in (IdentificationKind.NIF, IdentificationKind.VAT, IdentificationKind.CODE):
        try:
            return identify(kind, number)
        except IdentificationNotValid:
            continue
    return Identification(IdentificationKind.NIT if "-" in number else IdentificationKind.NIF, number, valid=False)


def _identification(
    new: Identification | None, known: Identification | None, *, as_told: bool
) -> Identification | None:
    if new is None or (known and (new.kind, new.number) == (known.kind, known.number)):
        return known if new else None
    try:
        return identify(new.kind, new.number)
    except IdentificationNotValid:
        if not as_told:
            raise
        return replace(new, number=text(new.number, "identification", at_most=NAME), valid=False)


def _address(new: Address, known: Address | None, *, as_told: bool) -> Address:
    street = optional_lines_text(new.street, "street")
    postcode, district, city = (optional_text(getattr(new, part), part) for part in ("postcode", "district", "city"))
    country = country_code(new.country) if new.country else None
    tidy = Address(street, postcode, district, city, valid=new.valid if as_told else True, country=country)
    return known if known is not None and replace(known, valid=True) == tidy else tidy


def _spanish(number: str) -> IdentificationKind:
    if number[0] in "XYZ":
        return IdentificationKind.NIE
    return IdentificationKind.NIF if number[0].isdigit() or number[0] in "KLM" else IdentificationKind.CIF


def _digits(number: str, at_most: int) -> str:
    tidy = re.sub(r"[\s.]", "", number)
    if not re.fullmatch(rf"[0-9]{{1,{at_most}}}", tidy):
        raise IdentificationNotValid(field="identification")
    return text(tidy, "identification")


def _document(number: str) -> str:
    tidy = re.sub(r"\s", "", number).upper()
    if not re.fullmatch(r"(?=.*[0-9])[0-9A-Z./-]{4,20}", tidy):
        raise IdentificationNotValid(field="identification", kind=IdentificationKind.FOREIGN)
    return tidy


def correction(details: Details, changed: Sequence[str], reason: str) -> ClientCorrected:
    return ClientCorrected(
        changed=tuple(changed),
        name=details.name,
        kind=details.kind,
        identification=details.identification,
        address=details.address,
        zone=details.zone,
        notes=details.notes,
        roles=details.roles,
        payment_days=details.payment_days,
        reason=reason,
    )
