"""Several expenses decided on at once: each a command of its own, with its own result, and all undone together."""

from collections.abc import Callable

from fastapi import APIRouter, Response

from api.web.decided import decided_on_each, decided_page
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


@router.post("/approval")
def approve_expenses(visit: Page) -> Response:
    def approve(expense: ExpenseLine, command: Command) -> Outcome:
        return expenses.approve_expense(visit.store, command, expense.id)

    return _decide_on_each(visit, approve, visit._("Expense approved"))


@router.post("/rejection")
def reject_expenses(visit: Page) -> Response:
    reason = visit.form.optional_text("reason")

    def reject(expense: ExpenseLine, command: Command) -> Outcome:
        return expenses.reject_expense(visit.store, command, expense.id, reason=reason)

    return _decide_on_each(visit, reject, visit._("Expense rejected"))


@router.post("/reopening")
def undo_decisions(visit: Page) -> Response:
    def reopen(expense: ExpenseLine, command: Command) -> Outcome:
        adjustment_id = new_id(command, "adjustment")
        return expenses.reopen_expense(visit.store, command, expense.id, adjustment_id=adjustment_id, reason=UNDO)

    return _decide_on_each(visit, reopen, visit._("Undone"), undoes=True)


def _decide_on_each(
    visit: Visit, decide: Callable[[ExpenseLine, Command], Outcome], said: str, *, undoes: bool = False
) -> Response:
    with visit.snapshot() as db:
        chosen = some_expenses(db, visit.viewer, visit.form.ids("expense"))
    if not chosen:
        return visit.refused(NoExpenseChosen(field="expense"), visit.back(HERE))

    def meanwhile(refusal: Refusal, expense: ExpenseLine) -> str:
        return decided_meanwhile(visit, refusal, expense.id)

    results = decided_on_each(visit, [(one.id, one) for one in chosen], decide, said, meanwhile)
    return decided_page(visit, "decided_expenses.html", results, undoes=undoes, back=visit.back(HERE), home=HERE)
