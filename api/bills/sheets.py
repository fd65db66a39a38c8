"""The lists of invoices and of estimates as spreadsheets: all that the filters choose, in the order of the page."""

from collections.abc import Sequence

from fastapi import Response

from api.http.catalogues import marked as _
from api.http.documents import Sheet, SheetKind
from api.http.invoicing_labels import ESTIMATE_STATUSES, INVOICE_STATUSES
from api.pages.context import PageContext
from api.pages.sheets import downloaded_sheet
from projections.invoices.estimates import EstimateLine
from projections.invoices.listing import InvoiceLine

INVOICE_COLUMNS = (
    *(_("Invoice"), _("Client"), _("Collector"), _("Day"), _("Due on"), _("State")),
    *(_("Base"), _("Tax"), _("Total with tax"), _("Payable"), _("Paid"), _("Unpaid"), _("Credit")),
    *(_("Waiting for approval"), _("Currency")),
)
ESTIMATE_COLUMNS = (
    *(_("Estimate"), _("Client"), _("Collector"), _("Made on"), _("Valid until"), _("State"), _("Total")),
    _("Currency"),
)


def invoices_file(context: PageContext, lines: Sequence[InvoiceLine], kind: SheetKind) -> Response:
    rows = (
        (
            line.number,
            line.client,
            context.person(line.collector) if line.collector else None,
            line.dated_on,
            line.due_on,
            context._(INVOICE_STATUSES[line.status]),
            line.base.amount,
            line.tax.amount,
            (line.base + line.tax).amount,
            line.owed.amount,
            line.paid.amount,
            line.outstanding.amount,
            line.credit.amount,
            line.waiting.amount,
            line.owed.currency,
        )
        for line in lines
    )
    sheet = Sheet(context._("Invoices"), [context._(name) for name in INVOICE_COLUMNS], rows)
    return downloaded_sheet(context, sheet, kind)


def estimates_file(context: PageContext, lines: Sequence[EstimateLine], kind: SheetKind) -> Response:
    rows = (
        (
            line.number,
            line.client,
            context.person(line.collector) if line.collector else None,
            line.drafted_on,
            line.expires_on,
            context._(ESTIMATE_STATUSES[line.status]),
            line.total.amount,
            line.total.currency,
        )
        for line in lines
    )
    sheet = Sheet(context._("Estimates"), [context._(name) for name in ESTIMATE_COLUMNS], rows)
    return downloaded_sheet(context, sheet, kind)
