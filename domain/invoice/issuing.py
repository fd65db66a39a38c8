"""An invoice from draft to issued, its credit notes, and how an imported one comes in.

What is issued carries everything a VERI*FACTU record needs (RD 1007/2023, Orden HAC/1177/2024): who issued it to whom,
its number and day, its kind, what it is for, the base and tax by rate, and what it corrects. From then on nothing of it
changes: a credit note corrects it.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from domain.days import check_day
from domain.errors import Conflict, Invalid
from domain.exchange import (
    OWN_CURRENCY,
    ConvertedTax,
    ExchangeRate,
    ExchangeRateMissing,
    ExchangeRateNotNeeded,
    check_told,
    checked_rate,
    converted,
    is_foreign,
)
from domain.issuer import DAYS_AT_MOST, Identity
from domain.lines import Content, Line, NewLine, TaxTotal, Totals, Withheld, checked_lines, summed_up, totals
from domain.money import Money
from domain.personal import About, Personal, optional_long_text
from domain.printable import check_printable
from domain.sending import Language


class Kind(StrEnum):
    """List L2 of Orden HAC/1177/2024: a full invoice, or a simplified one to whom is not identified."""

    FULL = "F1"
    SIMPLIFIED = "F2"


class Correction(StrEnum):
    """Why a credit note corrects: list L2 of Orden HAC/1177/2024, by the article of the VAT law (LIVA)."""

    ART_80_ONE_TWO_SIX = "R1"
    ART_80_THREE = "R2"
    ART_80_FOUR = "R3"
    OTHER = "R4"
    SIMPLIFIED = "R5"


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whom it is issued to, as the account had it that day."""

    name: str
    tax_id: str | None = None
    street: str | None = None
    postcode: str | None = None
    city: str | None = None
    country: str | None = None


# What can happen


@dataclass(frozen=True, slots=True)
class InvoiceDrafted:
    """`estimate_id` is the estimate that was accepted, where it came of one."""

    client_id: UUID
    currency: str
    lines: tuple[Line, ...]
    due_days: int
    language: Language
    drafted_on: date
    operated_on: date | None = None
    estimate_id: UUID | None = None
    descriptions: Annotated[tuple[str, ...] | None, About()] = None
    note: Annotated[str | None, About()] = None


@dataclass(frozen=True, slots=True)
class InvoiceDraftChanged:
    """All of it, as it is from now on."""

    currency: str
    lines: tuple[Line, ...]
    due_days: int
    language: Language
    operated_on: date | None = None
    descriptions: Annotated[tuple[str, ...] | None, About()] = None
    note: Annotated[str | None, About()] = None


@dataclass(frozen=True, slots=True)
class InvoiceDraftDeleted:
    pass


@dataclass(frozen=True, slots=True)
class InvoiceIssued:
    """`operated_on` is the day of what is invoiced; `gross` is with tax, `payable` less what is withheld.

    `converted` is the tax in the issuer's own currency, where the invoice is in another.
    """

    number: str
    series: str
    kind: Kind
    client_id: UUID
    issued_on: date
    operated_on: date
    due_on: date
    currency: str
    issuer: Identity
    lines: tuple[Line, ...]
    taxes: tuple[TaxTotal, ...]
    withheld: tuple[Withheld, ...]
    gross: Money
    payable: Money
    language: Language
    recipient: Annotated[Recipient | None, About()] = None
    descriptions: Annotated[tuple[str, ...] | None, About()] = None
    note: Annotated[str | None, About()] = None
    converted: ConvertedTax | None = None


@dataclass(frozen=True, slots=True)
class InvoiceImported:
    """Issued elsewhere, with the number it had there: our own series passes over that."""

    number: str
    client_id: UUID
    issued_on: date
    due_on: date
    currency: str
    lines: tuple[Line, ...]
    payable: Money
    descriptions: Annotated[tuple[str, ...] | None, About()] = None


@dataclass(frozen=True, slots=True)
class CreditNoteIssued:
    """Takes off what its lines add up to. Its series is its own, its currency and recipient the invoice's."""

    credit_note_id: UUID
    number: str
    series: str
    correction: Correction
    issued_on: date
    issuer: Identity
    lines: tuple[Line, ...]
    taxes: tuple[TaxTotal, ...]
    withheld: tuple[Withheld, ...]
    gross: Money
    payable: Money
    reason: Personal
    recipient: Annotated[Recipient | None, About()] = None
    descriptions: Annotated[tuple[str, ...] | None, About()] = None
    converted: ConvertedTax | None = None


@dataclass(frozen=True, slots=True)
class InvoiceVoided:
    voided_on: date
    reason: Personal


Event = (
    InvoiceDrafted
    | InvoiceDraftChanged
    | InvoiceDraftDeleted
    | InvoiceIssued
    | InvoiceImported
    | CreditNoteIssued
    | InvoiceVoided
)


# What is refused


class InvoiceExists(Conflict):
    title = "This invoice is there already"


class InvoiceNotDraft(Conflict):
    title = "Only a draft can be changed: what is issued is corrected by a credit note"


class InvoiceNotIssued(Conflict):
    title = "This takes an issued invoice"


class InvoiceIsVoid(Conflict):
    title = "This invoice is void"


class VoidNotAllowed(Conflict):
    title = "Only drafts and imported invoices that nothing was paid on are voided: correct this by a credit note"


class RecipientNotIdentified(Conflict):
    """RD 1619/2012, art. 4.1: up to 400 euros, tax included, a simplified invoice needs no recipient."""

    title = "An invoice of more than 400 EUR needs the client's identification and address"


class OperatedAfterIssue(Conflict):
    """RD 1619/2012, art. 6.1.l: the day of what was done, or on which it was paid in advance, is not to come.

    It is only where the tax falls due as payment may be asked for (LIVA, art. 75.Uno.7), such as rents and supplies.
    """

    title = "The day of what is invoiced is after that of issue: confirm that it is rent, a supply or the like"


class DueDaysOutOfRange(Invalid):
    title = "Payment is due within 0 to 365 days"


# Drafts

SIMPLIFIED_UP_TO = Money.of(400, "EUR")
"""RD 1619/2012, art. 4.1, tax included."""


@dataclass(frozen=True, slots=True)
class NewInvoice:
    """A draft as somebody writes it. `operated_on`: the day of what is invoiced, where it is not that of its issue."""

    currency: str
    lines: Sequence[NewLine]
    due_days: int
    language: Language = Language.SPANISH
    operated_on: date | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Issuance:
    """What whoever issues an invoice or a credit note says of it.

    The exchange rate, where it is in a foreign currency; that the day is meant, where it is an earlier one than those
    who issue as they go along would give (see `Series.take`); and that what is invoiced may be of a later one.
    """

    issued_on: date
    exchange_rate: ExchangeRate | None = None
    earlier_day_confirmed: bool = False
    later_operation_confirmed: bool = False


def drafted(client_id: UUID, draft: NewInvoice, estimate_id: UUID | None, today: date) -> InvoiceDrafted:
    content, note = _checked(draft)
    return InvoiceDrafted(
        client_id=client_id,
        currency=draft.currency,
        lines=content.lines,
        due_days=draft.due_days,
        language=draft.language,
        drafted_on=today,
        operated_on=draft.operated_on,
        estimate_id=estimate_id,
        descriptions=content.descriptions,
        note=note,
    )


def draft_changed(draft: NewInvoice) -> InvoiceDraftChanged:
    content, note = _checked(draft)
    return InvoiceDraftChanged(
        currency=draft.currency,
        lines=content.lines,
        due_days=draft.due_days,
        language=draft.language,
        operated_on=draft.operated_on,
        descriptions=content.descriptions,
        note=note,
    )


def totals_of(issued: InvoiceIssued | CreditNoteIssued) -> Totals:
    """As they were issued: a credit note's are not what its lines alone would come to.

    A rate of its lines of which nothing was taken off, as where the invoice came to nothing, is told last.
    """
    nothing = Money.zero(issued.payable.currency)
    rates = dict.fromkeys((one.tax_rate, one.treatment) for one in issued.lines)
    for tax in issued.taxes:
        rates.pop((tax.rate, tax.treatment), None)
    without = (TaxTotal(rate, treatment, nothing, nothing) for rate, treatment in rates)
    return summed_up([*issued.taxes, *without], issued.withheld, issued.payable.currency)


def check_paper(
    issuer: Identity | None,
    recipient: Recipient,
    descriptions: Sequence[str],
    *,
    note: str | None = None,
    reason: str | None = None,
) -> None:
    """All that an invoice, a credit note or an estimate prints of what people typed. Raises `NotPrintable`."""
    check_printable(
        {
            **{f"lines/{number}/description": text for number, text in enumerate(descriptions)},
            "note": note,
            "reason": reason,
            **{f"recipient/{name}": text for name, text in asdict(recipient).items()},
            **({f"issuer/{name}": text for name, text in asdict(issuer).items()} if issuer else {}),
        }
    )


def kind_for(recipient: Recipient, issuer: Identity, gross: Money, rate: ExchangeRate | None) -> Kind:
    """The limit holds for what it is worth in euros."""
    if recipient.tax_id and recipient.street:
        return Kind.FULL
    if issuer.country != "ES":
        return Kind.SIMPLIFIED
    if gross.currency != SIMPLIFIED_UP_TO.currency:
        if rate is None:
            raise ExchangeRateMissing(field="exchange_rate", currency=SIMPLIFIED_UP_TO.currency)
        gross = rate.of(gross, SIMPLIFIED_UP_TO.currency)
    if gross > SIMPLIFIED_UP_TO:
        raise RecipientNotIdentified(field="client_id")
    return Kind.SIMPLIFIED


def rate_for(issuance: Issuance, currency: str, country: str, *, falls_due_on: date) -> ExchangeRate | None:
    """The rate that is told, checked. `falls_due_on` is the day of the tax: that of what is invoiced."""
    stated = issuance.exchange_rate
    if stated is None:
        return None
    if not is_foreign(currency, country):
        raise ExchangeRateNotNeeded(field="exchange_rate")
    return checked_rate(stated, at_most=min(falls_due_on, issuance.issued_on))


def in_own_currency(summed: Totals, rate: ExchangeRate | None, country: str, *, issued_on: date) -> ConvertedTax | None:
    """None where nothing has to be told: in the own currency, or without tax."""
    currency = summed.tax.currency
    if not is_foreign(currency, country):
        return None
    taxed = any(one.tax for one in summed.taxes)
    if taxed:
        check_told(country, issued_on)
    if rate is None:
        if taxed:
            raise ExchangeRateMissing(field="exchange_rate", currency=OWN_CURRENCY[country])
        return None
    return converted(rate, (one.tax for one in summed.taxes), country)


def _checked(draft: NewInvoice) -> tuple[Content, str | None]:
    """Of a draft, which already has to add up to something."""
    if not 0 <= draft.due_days <= DAYS_AT_MOST:
        raise DueDaysOutOfRange(field="due_days", at_most=DAYS_AT_MOST)
    if draft.operated_on is not None:
        check_day(draft.operated_on, "operated_on")
    content = checked_lines(draft.lines)
    totals(content.lines, draft.currency)
    return content, optional_long_text(draft.note, "note")
