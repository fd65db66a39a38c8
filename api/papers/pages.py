"""Papers as pages: the PDF of an invoice, a credit note, an estimate. A client's statement is beside its form."""

from uuid import UUID

from fastapi import APIRouter, Response

from api.pages.context import Page
from api.papers.routes import credit_note_for, estimate_for, invoice_for, shown

router = APIRouter()


@router.get("/invoices/{invoice_id}/pdf")
def show_invoice_pdf(invoice_id: UUID, context: Page) -> Response:
    return shown(invoice_for(context.service, context.viewer, context.today, invoice_id))


@router.get("/invoices/{invoice_id}/credit-notes/{credit_note_id}/pdf")
def show_credit_note_pdf(invoice_id: UUID, credit_note_id: UUID, context: Page) -> Response:
    return shown(credit_note_for(context.service, context.viewer, context.today, invoice_id, credit_note_id))


@router.get("/estimates/{estimate_id}/pdf")
def show_estimate_pdf(estimate_id: UUID, context: Page) -> Response:
    return shown(estimate_for(context.service, context.viewer, context.today, estimate_id))
