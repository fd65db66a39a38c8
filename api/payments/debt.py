"""The debt that an address names, for what is done with case files and invoices alike: their payments and refunds."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from fastapi import Response

from api.case_files import pages as case_files
from api.invoices import pages as invoices
from api.invoices.views import load_seen
from api.pages.context import PageContext
from api.pages.forms import Form
from application import either_debt
from domain.case_file import CaseFile
from domain.invoice import Invoice


@dataclass(frozen=True, slots=True)
class Debt:
    kind: either_debt.Debt
    id: UUID

    @property
    def page(self) -> str:
        return f"/invoices/{self.id}" if self.kind is Invoice else f"/case-files/{self.id}"

    def currency(self, context: PageContext) -> str:
        if self.kind is Invoice:
            return load_seen(context, self.id).currency
        return case_files.currency_of(context, self.id)


def page_with_form(context: PageContext, of: Debt, sent: Form, *, about: UUID | None = None) -> Response:
    """The debt's page with the form that was refused."""
    page = invoices.page_with_form if of.kind is Invoice else case_files.page_with_form
    return page(context, of.id, sent, about=about)


def of_case_file(case_file_id: UUID) -> Debt:
    return Debt(CaseFile, case_file_id)


def of_invoice(invoice_id: UUID) -> Debt:
    return Debt(Invoice, invoice_id)


ADDRESSES: Sequence[tuple[str, Callable[..., Debt]]] = (
    ("/case-files/{case_file_id}", of_case_file),
    ("/invoices/{invoice_id}", of_invoice),
)
"""Where debts are, and who reads which one that is."""
