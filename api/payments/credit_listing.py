"""The list of credits: what it is asked for over HTTP and on its page, and its columns in a file."""

from typing import Annotated

from api.http.catalogues import marked as _
from api.http.shapes import Body, Cursor, Limit, sorted_by
from api.pages.sheets import Columns
from domain.money import total
from projections.credits import SORTS, CreditLine


class CreditList(Body):
    """A hyphen before `sort`: the largest, or the last by name, first."""

    sort: Annotated[str, sorted_by(SORTS)] = "-credit"
    cursor: Cursor = None
    limit: Limit = 50


COLUMNS: Columns[CreditLine] = {
    _("Client"): lambda one, _: one.client,
    _("Case file or invoice"): lambda one, _: one.reference,
    _("Collector"): lambda one, context: one.collector and context.person(one.collector),
    _("Since"): lambda one, _: one.since,
    _("Credit"): lambda one, _: one.credit.amount,
    _("Refunds that wait"): lambda one, _: total((refund.amount for refund in one.refunds), one.credit.currency).amount,
    _("Currency"): lambda one, _: one.credit.currency,
}
