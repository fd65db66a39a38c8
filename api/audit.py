"""The audit trail over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from api.dependencies import Question
from api.problems import documented
from api.routes import OneThreadRoute
from api.shapes import Cursor, Day, Limit, Search
from domain.days import check_day
from domain.people import Role
from projections.pages import Page
from projections.payment_audit import Filters, PaymentChange, list_payment_changes

router = APIRouter(
    prefix="/api/audit", tags=["audit"], responses=documented(401, 403, 422, 503), route_class=OneThreadRoute
)


@router.get("/payments")
def audit_payments(
    question: Question,
    *,
    case_file_id: UUID | None = None,
    invoice_id: UUID | None = None,
    payment_id: UUID | None = None,
    actor: Search = None,
    from_: Annotated[Day | None, Query(alias="from")] = None,
    to: Day | None = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[PaymentChange]:
    """Every change of every payment: who, when, what, from which state to which, why; the latest first."""
    question.require(Role.SUPERVISOR, Role.ADMINISTRATOR, Role.AUDITOR)
    for day, name in ((from_, "from"), (to, "to")):
        if day is not None:
            check_day(day, name)
    with question.snapshot("payment_audit") as db:
        debt_id = case_file_id or invoice_id
        filters = Filters(debt_id=debt_id, payment_id=payment_id, actor=actor, from_day=from_, to_day=to)
        return list_payment_changes(db, question.service.business().zone, filters, cursor, limit)
