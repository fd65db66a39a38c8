"""Lists of a client's payments: what they are asked for over HTTP and on their page, and their columns in a file."""

from typing import Annotated, TypeVar

from pydantic import Field

from api.http.catalogues import marked as _
from api.http.labels import METHODS, PAYMENT_STATES
from api.http.shapes import Body, Cursor, Day, From, Limit, sorted_by
from api.pages.sheets import Columns
from domain.days import check_days
from domain.payments import State
from projections.desk.money import DeskPayment
from projections.invoices.payments import InvoicePayment
from projections.payment_lists import SORTS, Filters


class PaymentList(Body):
    """`from` and `to`: the day it was received, both included. A hyphen before `sort`: the last or largest first."""

    state: State | None = None
    from_: From = None
    to: Day | None = None
    sort: Annotated[str, sorted_by(SORTS)] = "-received_on"
    cursor: Cursor = None
    limit: Limit = 50

    def filters(self) -> Filters:
        check_days(self.from_, self.to)
        return Filters(self.state, self.from_, self.to)


class PaymentPage(PaymentList):
    from_: Annotated[Day | None, Field(alias="since")] = None
    to: Annotated[Day | None, Field(alias="until")] = None


T = TypeVar("T", bound=DeskPayment | InvoicePayment)


def _columns(of_its_debt: Columns[T]) -> Columns[T]:
    return {
        _("Received on"): lambda one, _: one.received_on,
        _("Amount"): lambda one, _: one.amount.amount,
        _("Currency"): lambda one, _: one.amount.currency,
        _("Method"): lambda one, context: context._(METHODS[one.method]),
        _("State"): lambda one, context: context._(PAYMENT_STATES[one.state]),
        _("Its own reference"): lambda one, _: one.reference,
        _("Recorded by"): lambda one, context: context.person(one.recorded_by),
        **of_its_debt,
    }


ON_CASE_FILES: Columns[DeskPayment] = _columns(
    {_("Case file"): lambda one, _: one.case_file, _("Debtor"): lambda one, _: one.debtor}
)
ON_INVOICES: Columns[InvoicePayment] = _columns(
    {_("Invoice"): lambda one, _: one.invoice, _("Client"): lambda one, _: one.client}
)
