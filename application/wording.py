"""What takes the place of a template's placeholders: amounts and days as the client's language writes them."""

from collections.abc import Callable, Collection, Mapping
from datetime import date
from typing import Protocol
from uuid import UUID

from application.correspondence import load_correspondence
from application.streams import Streams
from domain.business import BUSINESS, Business
from domain.case_file import CaseFile
from domain.case_file.debt import Part
from domain.client import Client
from domain.correspondence.templates import Placeholder, Template, TemplateKind
from domain.errors import NotFound
from domain.estimate import Estimate
from domain.invoice import Invoice
from domain.issuer import ISSUER, Identity, Issuer
from domain.money import Money
from domain.payment_reference import payment_reference, printed
from domain.sending import Language


class Formats(Protocol):
    def money(self, amount: Money, /) -> str: ...

    def spelled_day(self, day: date, /) -> str: ...

    def country(self, code: str, /) -> str:
        """As it is written below an address."""
        ...

    def phone(self, value: str, /) -> str: ...


FormatsIn = Callable[[Language], Formats]


def written(
    log: Streams,
    kind: TemplateKind,
    language: Language,
    client: Client,
    values: Mapping[Placeholder, str],
    *,
    today: date,
    formats: FormatsIn,
    nothing: Collection[Placeholder] = (),
) -> Template:
    """The business's own text of that kind, filled in. Raises `AccountNotSet` and the like where it can't be.

    `nothing` are the amounts that are zero: a line that tells of nothing else is left out.
    """
    usual: dict[Placeholder, str] = {
        Placeholder.NAME: name_of(client),
        Placeholder.BUSINESS: sender_of(log),
        Placeholder.TODAY: formats(language).spelled_day(today),
        **of_issuer(log.load_or_new(Issuer(), ISSUER).identity, formats(language)),
    }
    template = load_correspondence(log).template(kind, language)
    template.check_can_say(kind, language, {**usual, **values})
    return template.filled(language, {**usual, **values}, nothing)


def name_of(client: Client) -> str:
    if client.details is None:
        raise NotFound
    return client.details.name


def abroad_of(log: Streams, client: Client, formats: Formats) -> str | None:
    """The last line of the address of one who is in another country than who sends it."""
    issuer = log.load_or_new(Issuer(), ISSUER).identity
    own = issuer.country if issuer else log.load_or_new(Business(), BUSINESS).country
    code = client.details.address.country if client.details else None
    return formats.country(code) if code is not None and code != own else None


def sender_of(log: Streams) -> str:
    """Who invoices, where that is said; else the business as it calls itself."""
    issuer = log.load_or_new(Issuer(), ISSUER)
    return issuer.identity.name if issuer.identity else log.load_or_new(Business(), BUSINESS).name


def of_issuer(issuer: Identity | None, formats: Formats) -> Mapping[Placeholder, str]:
    """Where one pays, and who holds the data: as far as it is said."""
    if issuer is None:
        return {}
    values = {
        Placeholder.ACCOUNT: issuer.paid_into,
        Placeholder.CONTROLLER: f"{issuer.name}, {issuer.tax_id}, {issuer.street}, {issuer.postcode} {issuer.city}",
        Placeholder.CONTACT: ", ".join(filter(None, (issuer.email, issuer.phone and formats.phone(issuer.phone)))),
    }
    return {placeholder: value for placeholder, value in values.items() if value}


def of_debt(case_file_id: UUID, case_file: CaseFile, formats: Formats) -> Mapping[Placeholder, str]:
    """By its parts, net of what was adjusted, and the credit that is owed again: they add up to the total."""
    debt, nothing = case_file.debt, Money.zero(case_file.debt.currency)
    principal, costs, interest = (
        formats.money(debt.charged.get(part, nothing)) for part in (Part.PRINCIPAL, Part.COSTS, Part.INTEREST)
    )
    return {
        Placeholder.REFERENCE: case_file.reference,
        Placeholder.PAYMENT_REFERENCE: printed(payment_reference(case_file_id)),
        Placeholder.PRINCIPAL: principal,
        Placeholder.COSTS: costs,
        Placeholder.INTEREST: interest,
        Placeholder.OWED_AGAIN: formats.money(case_file.paid_back),
        Placeholder.TOTAL: formats.money(debt.owed + case_file.paid_back),
        Placeholder.PAID: formats.money(debt.owed + case_file.paid_back - case_file.outstanding),
        Placeholder.OUTSTANDING: formats.money(case_file.outstanding),
    }


def zero_in(case_file: CaseFile) -> Collection[Placeholder]:
    """Of costs, interest, credit owed again and payments those that there are none of."""
    debt, nothing = case_file.debt, Money.zero(case_file.debt.currency)
    amounts = {
        Placeholder.COSTS: debt.charged.get(Part.COSTS, nothing),
        Placeholder.INTEREST: debt.charged.get(Part.INTEREST, nothing),
        Placeholder.OWED_AGAIN: case_file.paid_back,
        Placeholder.PAID: debt.owed + case_file.paid_back - case_file.outstanding,
    }
    return [placeholder for placeholder, amount in amounts.items() if not amount]


def of_invoice(invoice_id: UUID, invoice: Invoice, formats: Formats, *, today: date) -> Mapping[Placeholder, str]:
    return {
        Placeholder.PAYMENT_REFERENCE: printed(payment_reference(invoice_id)),
        Placeholder.NUMBER: invoice.number,
        Placeholder.ISSUED_ON: formats.spelled_day(invoice.issued_on),
        Placeholder.DUE_ON: formats.spelled_day(invoice.due_on),
        Placeholder.DAYS_OVERDUE: str(max((today - invoice.due_on).days, 0)),
        Placeholder.AMOUNT: formats.money(invoice.owed),
        Placeholder.OUTSTANDING: formats.money(invoice.outstanding),
    }


def of_estimate(
    estimate: Estimate, formats: Formats, link: str | None, *, expires_on: date
) -> Mapping[Placeholder, str]:
    return {
        Placeholder.NUMBER: estimate.number,
        Placeholder.AMOUNT: formats.money(estimate.total),
        Placeholder.DUE_ON: formats.spelled_day(expires_on),
        Placeholder.LINK: link or "",
    }
