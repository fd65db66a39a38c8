"""Several expenses decided on at once: each a command of its own, with its own result, and all undone together."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from fastapi import APIRouter, Response

from api.web.expense_history import decided_meanwhile
from api.web.expenses import HERE
from api.web.timeline import UNDO
from api.web.visit import Page, Visit, new_id
from application import expenses
from application.streams import Command, Outcome
from domain.errors import Invalid, Refusal
from projections.expenses.lists import ExpenseLine, some_expenses

router = APIRouter(prefix=HERE)


class NoExpenseChosen(Invalid):
    title = "Tick the expenses first"


@dataclass(frozen=True)
class Decided:
    expense: ExpenseLine
    said: str
    refused: bool


@router.post("/approval")
def approve_expenses(visit: Page) -> Response:
    def approve(expense_id: UUID, command: Command) -> Outcome:
        return expenses.approve_expense(visit.store, command, expense_id)

    return _decide_on_each(visit, approve, visit._("Expense approved"))


@router.post("/rejection")
def reject_expenses(visit: Page) -> Response:
    reason = visit.form.optional_text("reason")

    def reject(expense_id: UUID, command: Command) -> Outcome:
        return expenses.reject_expense(visit.store, command, expense_id, reason=reason)

    return _decide_on_each(visit, reject, visit._("Expense rejected"))


@router.post("/reopening")
def undo_decisions(visit: Page) -> Response:
    def reopen(expense_id: UUID, command: Command) -> Outcome:
        adjustment_id = new_id(command, "adjustment")
        return expenses.reopen_expense(visit.store, command, expense_id, adjustment_id=adjustment_id, reason=UNDO)

    return _decide_on_each(visit, reopen, visit._("Undone"), undoes=True)


def _decide_on_each(
    visit: Visit, decide: Callable[[UUID, Command], Outcome], said: str, *, undoes: bool = False
) -> Response:
    with visit.snapshot() as db:
        chosen = some_expenses(db, visit.viewer, _chosen(visit))
    if not chosen:
        return visit.refused(NoExpenseChosen(field="expense"), visit.back(HERE))
    results: list[Decided] = []
    reached = 0
    for expense in chosen:
        try:
            outcome = decide(expense.id, visit.command(str(expense.id)))
        except Refusal as refusal:
            who = decided_meanwhile(visit, refusal, expense.id)
            results.append(Decided(expense, ". ".join(filter(None, (visit._(refusal.title), who))), refused=True))
        else:
            reached = max(reached, outcome.position)
            results.append(Decided(expense, said, refused=False))
    response = visit.page("decided_expenses.html", results=results, undoes=undoes, back=visit.back(HERE), home=HERE)
    visit.shows(response, reached)
    response.headers["HX-Push-Url"] = "false"  # it answers a form: there is no page of this address to come back to
    return response


def _chosen(visit: Visit) -> Sequence[UUID]:
    """What is no id is left out."""
    found: list[UUID] = []
    for text in visit.form.many("expense"):
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found
