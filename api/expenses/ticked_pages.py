"""Several expenses decided on at once: each a command of its own, with its own result, and all undone together."""

from collections.abc import Callable

from fastapi import APIRouter, Response

from api.expenses.pages import HERE
from api.expenses.timeline import decided_meanwhile
from api.pages.context import Page, PageContext, new_id
from api.pages.decided import decided_on_each, decided_page
from api.pages.timeline import UNDO
from application import expenses
from application.streams import Command, Outcome
from domain.errors import Invalid, Refusal
from projections.expenses.lists import ExpenseLine, some_expenses

router = APIRouter(prefix=HERE)


class NoExpenseChosen(Invalid):
    title = "Tick the expenses first"


@router.post("/approval")
def approve_expenses(context: Page) -> Response:
    def approve(expense: ExpenseLine, command: Command) -> Outcome:
        return expenses.approve_expense(context.store, command, expense.id)

    return _decide_on_each(context, approve, context._("Expense approved"))


@router.post("/rejection")
def reject_expenses(context: Page) -> Response:
    reason = context.form.optional_text("reason")

    def reject(expense: ExpenseLine, command: Command) -> Outcome:
        return expenses.reject_expense(context.store, command, expense.id, reason=reason)

    return _decide_on_each(context, reject, context._("Expense rejected"))


@router.post("/reopening")
def undo_decisions(context: Page) -> Response:
    def reopen(expense: ExpenseLine, command: Command) -> Outcome:
        adjustment_id = new_id(command, "adjustment")
        return expenses.reopen_expense(context.store, command, expense.id, adjustment_id=adjustment_id, reason=UNDO)

    return _decide_on_each(context, reopen, context._("Undone"), undoes=True)


def _decide_on_each(
    context: PageContext, decide: Callable[[ExpenseLine, Command], Outcome], said: str, *, undoes: bool = False
) -> Response:
    with context.snapshot() as db:
        chosen = some_expenses(db, context.viewer, context.form.ids("expense"))
    if not chosen:
        return context.refused(NoExpenseChosen(field="expense"), context.back(HERE))

    def meanwhile(refusal: Refusal, expense: ExpenseLine) -> str:
        return decided_meanwhile(context, refusal, expense.id)

    results = decided_on_each(context, [(one.id, one) for one in chosen], decide, said, meanwhile)
    return decided_page(context, "decided_expenses.html", results, undoes=undoes, back=context.back(HERE), home=HERE)
