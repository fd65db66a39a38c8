"""What takes the place of a template's placeholders: amounts and days as the client's language writes them."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Protocol

from application.correspondence import load_correspondence
from application.streams import Streams
from domain.business import BUSINESS, Business
from domain.client import Client
from domain.correspondence.templates import Placeholder, Template, TemplateKind
from domain.errors import NotFound
from domain.estimate import Estimate
from domain.invoice import Invoice
from domain.issuer import ISSUER, Issuer
from domain.money import Money
from domain.sending import Language


class Formats(Protocol):
    def money(self, amount: Money, /) -> str: ...

    def day(self, day: date, /) -> str: ...


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
) -> Template:
    """The business's own text of that kind, filled in."""
    usual = {
        Placeholder.NAME: name_of(client),
        Placeholder.BUSINESS: sender_of(log),
        Placeholder.TODAY: formats(language).day(today),
    }
    return load_correspondence(log).template(kind, language).filled(language, {**usual, **values})


def name_of(client: Client) -> str:
    if client.details is None:
        raise NotFound
    return client.details.name


def sender_of(log: Streams) -> str:
    """Who invoices, where that is said; else the business as it calls itself."""
    issuer = log.load_or_new(Issuer(), ISSUER)
    return issuer.identity.name if issuer.identity else log.load_or_new(Business(), BUSINESS).name


def of_invoice(invoice: Invoice, formats: Formats, *, today: date) -> Mapping[Placeholder, str]:
    return {
        Placeholder.NUMBER: invoice.number,
        Placeholder.ISSUED_ON: formats.day(invoice.issued_on),
        Placeholder.DUE_ON: formats.day(invoice.due_on),
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
        Placeholder.DUE_ON: formats.day(expires_on),
        Placeholder.LINK: link or "",
    }
