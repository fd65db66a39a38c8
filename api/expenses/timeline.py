"""What happened to an expense, in the reader's words: every event of its history has a sentence."""

from collections.abc import Iterator, Sequence
from typing import assert_never
from uuid import UUID

from api.pages.context import PageContext
from api.pages.timeline import Entry, told_reason
from application.expenses import is_told_to
from domain import expense
from domain.errors import Refusal
from domain.events import Recorded
from domain.expense import ExpenseAlreadyDecided, ExpenseMonthClosed, ExpenseNotDecided


def decided_meanwhile(context: PageContext, refusal: Refusal, expense_id: UUID) -> str:
    """What was last done to it, by whom and when, where that is why a decision was refused; else nothing."""
    if not isinstance(refusal, ExpenseAlreadyDecided | ExpenseNotDecided | ExpenseMonthClosed):
        return ""
    last = next(entries(context, context.store.history(expense_id)))
    text = ". ".join([last.text, *last.more])
    return context._(
        "%(what)s (%(who)s, %(at)s)", what=text, who=context.person(last.actor), at=context.formats.moment(last.at)
    )


def entries(context: PageContext, history: Sequence[Recorded]) -> Iterator[Entry]:
    """The latest first. Why it was done is about the debtor: see `is_told_to`."""
    shown = all(
        is_told_to(context.store, context.viewer, recorded.event)
        for recorded in history
        if isinstance(recorded.event, expense.ExpenseClaimed)
    )
    for recorded in reversed(history):
        event = recorded.event
        assert isinstance(event, expense.Event)  # noqa: S101 - what an expense's history holds
        more = [told_reason(context, recorded.reason)] if recorded.reason and shown else []
        if isinstance(event, expense.ExpenseApproved) and not event.second_review:
            more.append(context._("Without a second review"))
        yield Entry(recorded.recorded_at, recorded.actor, _sentence(context, event), more)


def _sentence(context: PageContext, event: expense.Event) -> str:  # noqa: PLR0911 - a sentence an event
    _ = context._
    match event:
        case expense.ExpenseClaimed():
            return _("Expense claimed: %(amount)s", amount=context.formats.money(event.amount))
        case expense.ExpenseAttached():
            return _("File attached")
        case expense.ExpenseApproved():
            return _("Expense approved")
        case expense.ExpenseRejected():
            return _("Expense rejected")
        case expense.ExpenseReopened():
            return _("Decision undone")
        case expense.ExpenseWithdrawn():
            return _("Expense withdrawn")
        case expense.ExpenseSettled():
            return _("Settled with %(month)s", month=context.formats.of_month(event.month))
        case expense.ExpenseUnsettled():
            return _("Its month was reopened")
        case _:
            assert_never(event)
