"""What whoever issues an invoice or a credit note says of it in a form: the day, and the exchange rate it may take."""

from datetime import date

from api.pages.forms import Form
from domain.exchange import OWN_CURRENCY, ExchangeRate, is_foreign
from domain.invoice import Invoice
from domain.invoice.issuing import Issuance
from domain.issuer import Issuer


def read_issuance(form: Form, day: date | None = None) -> Issuance:
    """On a `day` that the form does not ask for."""
    return Issuance(
        day or form.day("issued_on"),
        read_rate(form),
        form.ticked("earlier_day_confirmed"),
        form.ticked("later_operation_confirmed"),
    )


def read_rate(form: Form) -> ExchangeRate | None:
    rate = form.optional_decimal("rate")
    return None if rate is None else ExchangeRate(rate, form.day("on"), form.text("source"))


def asked_currency(invoice: Invoice, issuer: Issuer) -> str | None:
    """The issuer's own, where the form asks for a rate to it: once the invoice has one, it keeps it."""
    return own_currency(invoice.currency, issuer) if invoice.converted is None else None


def own_currency(currency: str, issuer: Issuer) -> str | None:
    """The issuer's, where that is another."""
    country = issuer.identity.country if issuer.identity else ""
    return OWN_CURRENCY[country] if is_foreign(currency, country) else None
