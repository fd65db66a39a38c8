"""A client's payments over HTTP: those of its case files, and those of its invoices."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from api.clients.payment_listing import PaymentList
from api.http.dependencies import Question
from api.http.problems import documented
from api.http.routes import OneThreadRoute
from projections.desk import client_payments
from projections.desk.money import DeskPayment
from projections.invoices import payments as invoice_payments
from projections.invoices.payments import InvoicePayment
from projections.pages import Page

router = APIRouter(
    prefix="/api/clients/{client_id}",
    tags=["payments"],
    responses=documented(401, 403, 404, 422, 503),
    route_class=OneThreadRoute,
)


Asked = Annotated[PaymentList, Query()]


@router.get("/payments")
def list_client_payments(client_id: UUID, question: Question, asked: Asked) -> Page[DeskPayment]:
    """Over all case files: a debtor's own, a creditor's as they were collected for it."""
    with question.snapshot("escritorio") as db:
        return client_payments.list_client_payments(
            db, question.viewer, client_id, asked.filters(), asked.sort, asked.cursor, asked.limit
        )


@router.get("/invoice-payments")
def list_client_invoice_payments(client_id: UUID, question: Question, asked: Asked) -> Page[InvoicePayment]:
    with question.snapshot("invoice_status") as db:
        return invoice_payments.client_invoice_payments(
            db, question.viewer, client_id, asked.filters(), asked.sort, asked.cursor, asked.limit
        )
