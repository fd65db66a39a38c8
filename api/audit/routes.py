"""The audit trail over HTTP."""

from decimal import Decimal
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field

from api.http.dependencies import Question
from api.http.formats import as_amount
from api.http.problems import documented
from api.http.routes import OneThreadRoute
from api.http.shapes import Body, Cursor, Day, Limit, Search
from domain.days import check_days
from domain.errors import Invalid
from domain.people import Role
from projections.audit import Filters, PaymentChange, list_payment_changes
from projections.desk.clients import found_by_name
from projections.pages import Page


class NoAmount(Invalid):
    title = "This is no amount"


router = APIRouter(
    prefix="/api/audit", tags=["audit"], responses=documented(401, 403, 422, 503), route_class=OneThreadRoute
)


class PaymentAudit(Body):
    """`debtor` is words of the name, the reference or the short number; `reference` how the payment's own begins."""

    case_file_id: UUID | None = None
    invoice_id: UUID | None = None
    payment_id: UUID | None = None
    actor: Search = None
    debtor: Search = None
    amount: Search = None
    reference: Search = None
    from_: Annotated[Day | None, Field(alias="from")] = None
    to: Day | None = None
    cursor: Cursor = None
    limit: Limit = 50

    def filters(self) -> Filters:
        check_days(self.from_, self.to)
        return Filters(
            debt_id=self.case_file_id or self.invoice_id,
            payment_id=self.payment_id,
            actor=self.actor,
            from_day=self.from_,
            to_day=self.to,
            debtors=found_by_name(self.debtor) if self.debtor else None,
            amount=read_amount(self.amount, "."),
            reference=self.reference,
        )


@router.get("/payments")
def audit_payments(question: Question, asked: Annotated[PaymentAudit, Query()]) -> Page[PaymentChange]:
    """Every change of every payment: who, when, what, from which state to which, why; the latest first."""
    question.require(Role.SUPERVISOR, Role.ADMINISTRATOR, Role.AUDITOR)
    with question.snapshot(*(("payment_audit", "escritorio") if asked.debtor else ("payment_audit",))) as db:
        zone = question.service.business().zone
        return list_payment_changes(db, zone, asked.filters(), asked.cursor, asked.limit)


def read_amount(typed: str | None, mark: str) -> Decimal | None:
    """What was typed as an amount; refused where it is none."""
    if typed is None:
        return None
    if (amount := as_amount(typed, mark)) is None:
        raise NoAmount(field="amount")
    return amount
