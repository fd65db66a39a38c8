"""Papers as pages: the PDF of an invoice, a credit note, an estimate, and a client's statement."""

from uuid import UUID

from fastapi import APIRouter, Response

from api.printing import From, To, credit_note_for, estimate_for, invoice_for, shown, statement_for
from api.web.visit import Page
from domain.sending import Language

router = APIRouter()


@router.get("/invoices/{invoice_id}/pdf")
def show_invoice_pdf(invoice_id: UUID, visit: Page) -> Response:
    return shown(invoice_for(visit.service, visit.viewer, visit.today, invoice_id))


@router.get("/invoices/{invoice_id}/credit-notes/{credit_note_id}/pdf")
def show_credit_note_pdf(invoice_id: UUID, credit_note_id: UUID, visit: Page) -> Response:
    return shown(credit_note_for(visit.service, visit.viewer, visit.today, invoice_id, credit_note_id))


@router.get("/estimates/{estimate_id}/pdf")
def show_estimate_pdf(estimate_id: UUID, visit: Page) -> Response:
    return shown(estimate_for(visit.service, visit.viewer, visit.today, estimate_id))


@router.get("/clients/{client_id}/statement")
def show_statement(
    client_id: UUID, visit: Page, from_: From = None, to: To = None, language: Language | None = None
) -> Response:
    with visit.snapshot() as db:
        return shown(statement_for(visit.service, db, visit.viewer, visit.today, client_id, from_, to, language))
