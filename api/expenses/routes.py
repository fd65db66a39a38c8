"""Expenses over HTTP: claimed by one person, decided on by another, settled month by month."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response

from api.expenses.inputs import Approval, ExpenseBody, MonthOf, MonthReopening
from api.expenses.listing import ExpenseList
from api.http.dependencies import Content, Done, NewCommand, Question
from api.http.documents import BINARY
from api.http.problems import documented
from api.http.routes import OneThreadRoute
from api.http.shapes import Why, first_of
from application import expenses
from application.attachments import Attachment
from domain.errors import NotFound
from domain.expense import ExpenseClaimed, MediaType
from domain.personal import BLOCKED
from projections.expenses.lists import ExpenseLine, find_expense_line, list_expenses
from projections.pages import Page

router = APIRouter(
    prefix="/api/expenses",
    tags=["expenses"],
    responses=documented(401, 403, 404, 409, 422, 503),
    route_class=OneThreadRoute,
)

A_FILE: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "A PDF, or a picture (JPEG, PNG or WebP), as it is: up to 10 MB.",
        "content": {"application/octet-stream": BINARY},
    }
}


@dataclass(frozen=True, slots=True)
class ExpenseChange:
    """What happened to it: the event's name, and why."""

    what: str
    at: datetime
    actor: str
    reason: str | None
    position: int


@dataclass(frozen=True, slots=True)
class ExpenseDetail:
    """Neither note nor reasons of a debtor who is blocked, to whoever is no auditor."""

    line: ExpenseLine
    note: str | None
    history: Sequence[ExpenseChange]


# Months: before the paths of one expense, that might be taken for them


@router.post("/settlements", status_code=201)
def settle_month(body: MonthOf, new: NewCommand) -> Done:
    """Close a person's month, once it is over: settles what is approved and not settled yet, up to its end."""
    return new.done(
        expenses.settle_month(
            new.store,
            new.command,
            settlement_id=new.new_id("settlement"),
            collector=body.collector,
            month=first_of(body.month),
        )
    )


@router.post("/settlements/reopening")
def reopen_month(body: MonthReopening, new: NewCommand) -> Done:
    """The last one that was closed."""
    return new.done(
        expenses.reopen_month(
            new.store, new.command, collector=body.collector, month=first_of(body.month), reason=body.reason
        )
    )


# Expenses


@router.get("")
def show_expenses(question: Question, asked: Annotated[ExpenseList, Query()]) -> Page[ExpenseLine]:
    """One's own; everybody's for who sees all."""
    with question.snapshot("expenses") as db:
        return list_expenses(db, question.viewer, asked.filters(), asked.sort, asked.cursor, asked.limit)


@router.post("", status_code=201)
def claim_expense(body: ExpenseBody, new: NewCommand) -> Done:
    return new.done(
        expenses.claim_expense(
            new.store,
            new.command,
            new.new_id("expense"),
            files=new.service.files,
            expense=body.expense(new.today),
        )
    )


@router.get("/{expense_id}")
def show_expense(expense_id: UUID, question: Question) -> ExpenseDetail:
    with question.snapshot("expenses") as db:
        line = find_expense_line(db, question.viewer, expense_id)
    if line is None:
        raise NotFound(id=expense_id)
    history = question.service.store.history(expense_id)
    [claimed] = [recorded.event for recorded in history if isinstance(recorded.event, ExpenseClaimed)]
    seen = expenses.is_told_to(question.service.store, question.viewer, claimed)
    return ExpenseDetail(
        line,
        claimed.note if seen else BLOCKED,
        [
            ExpenseChange(one.name, one.recorded_at, one.actor, one.reason if seen else None, one.position)
            for one in history
        ],
    )


@router.post("/{expense_id}/approval")
def approve_expense(expense_id: UUID, new: NewCommand, body: Approval | None = None) -> Done:
    """It counts in the month of its day, or in the first open one; what the debtor bears becomes a cost."""
    despite = body.despite if body else None
    return new.done(expenses.approve_expense(new.store, new.command, expense_id, despite=despite))


@router.post("/{expense_id}/rejection")
def reject_expense(expense_id: UUID, body: Why, new: NewCommand) -> Done:
    return new.done(expenses.reject_expense(new.store, new.command, expense_id, reason=body.reason))


@router.post("/{expense_id}/reopening")
def reopen_expense(expense_id: UUID, body: Why, new: NewCommand) -> Done:
    """Undo the decision, until the month is closed; the cost on the case file is taken back."""
    return new.done(
        expenses.reopen_expense(
            new.store, new.command, expense_id, adjustment_id=new.new_id("adjustment"), reason=body.reason
        )
    )


@router.post("/{expense_id}/withdrawal")
def withdraw_expense(expense_id: UUID, new: NewCommand) -> Done:
    return new.done(expenses.withdraw_expense(new.store, new.command, expense_id))


@router.post("/{expense_id}/attachment", openapi_extra=A_FILE, responses=documented(413))
def attach(expense_id: UUID, content: Content, new: NewCommand) -> Done:
    """The body is the file. In place of what was attached before."""
    service = new.service
    return new.done(
        expenses.attach(new.store, new.command, expense_id, files=service.files, images=service.images, content=content)
    )


@router.get(
    "/{expense_id}/attachment",
    response_class=Response,
    responses={200: {"description": "The file", "content": {media_type.value: BINARY for media_type in MediaType}}},
)
def show_attachment(expense_id: UUID, question: Question) -> Response:
    service = question.service
    return served(expenses.read_attachment(service.store, service.files, question.viewer, expense_id), str(expense_id))


EXTENSIONS = {MediaType.PDF: "pdf", MediaType.JPEG: "jpg"}


def served(attachment: Attachment, name: str) -> Response:
    """To be kept by whoever asks, never shown as a page of ours: what lies in a PDF came from outside."""
    extension = EXTENSIONS[attachment.media_type]
    return Response(
        attachment.content,
        media_type=attachment.media_type.value,
        headers={
            "Content-Disposition": f'attachment; filename="{name}.{extension}"',
            "Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
            "X-Content-Type-Options": "nosniff",
        },
    )
