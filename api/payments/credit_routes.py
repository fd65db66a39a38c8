"""What is owed back over HTTP: credit on case files and invoices, with the refunds that wait for approval."""

from typing import Annotated

from fastapi import APIRouter, Query

from api.http.dependencies import Question
from api.http.problems import documented
from api.http.routes import OneThreadRoute
from api.payments.credit_listing import CreditList
from projections.credits import CreditLine
from projections.credits import list_credits as listed
from projections.pages import Page

router = APIRouter(
    prefix="/api/credits", tags=["payments"], responses=documented(401, 422, 503), route_class=OneThreadRoute
)


@router.get("")
def list_credits(question: Question, asked: Annotated[CreditList, Query()]) -> Page[CreditLine]:
    """Of case files and of invoices together."""
    with question.snapshot("escritorio", "invoice_status") as db:
        return listed(db, question.viewer, asked.sort, asked.cursor, asked.limit)
