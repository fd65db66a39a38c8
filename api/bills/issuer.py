"""The business as it invoices."""

from api.pages.context import PageContext
from application.streams import Streams
from domain.issuer import ISSUER, Issuer


def issuer_of(context: PageContext) -> Issuer:
    return Streams(context.store).load_or_new(Issuer(), ISSUER)
