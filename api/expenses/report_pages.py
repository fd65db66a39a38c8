"""The expenses report: what counts in a month, for whom, and the closing of the month."""

from collections.abc import Callable
from datetime import date, timedelta

from fastapi import APIRouter, Response

from api.desk.views import desk
from api.expenses.pages import may_decide
from api.expenses.sheet import expenses_file
from api.expenses.views import note_of
from api.http.documents import SheetKind
from api.http.shapes import Month, Search, first_of
from api.pages.context import Page, PageContext, new_id
from api.pages.forms import FieldMissing, Form, NotADay
from api.pages.list_address import link
from application import expenses
from application.streams import Command, Outcome
from domain.days import next_month
from domain.errors import Invalid, Refusal
from projections.expenses.report import MonthOfCollector, expenses_report

router = APIRouter(prefix="/escritorio/expenses-report")

HERE = "/escritorio/expenses-report"
LINES_SHOWN = 300
"""On the page; the totals are of all of them."""


@router.get("")
def show_expenses_report(context: Page, month: Month | None = None, collector: Search = None, do: str = "") -> Response:
    """Of one person or of all; a collector's own. `do` asks before a month is closed or reopened."""
    first = first_of(month) if month else context.today.replace(day=1)
    return _report(context, first, collector, do=do)


def _report(context: PageContext, month: date, collector: str | None, *, do: str, sent: Form | None = None) -> Response:
    whose = collector if context.viewer.sees_all else context.viewer.name
    with context.snapshot() as db:
        everybody = expenses_report(db, context.viewer, month, None)
        report = expenses_report(db, context.viewer, month, whose) if whose else everybody
        shown = desk(context, db, "expenses-report")
    own = next((one for one in report.by_collector if one.collector == whose), None)
    offered = _offered(context, month, own)
    lines = report.lines[:LINES_SHOWN]

    def address(month: date, collector: str | None = whose, kind: SheetKind | None = None) -> str:
        return link(f"{HERE}.{kind}" if kind else HERE, month=f"{month:%Y-%m}", collector=collector)

    return context.page(
        "expenses_report.html",
        **shown,
        sent=sent,
        report=report,
        lines=[(line, note_of(context.store, context.viewer, line)) for line in lines],
        month=month,
        whose=whose or "",
        own=own,
        collectors=sorted({one.collector for one in everybody.by_collector} | ({whose} if whose else set())),
        offered=offered,
        do=do if do == offered else "",
        address=address,
        before=(month - timedelta(days=1)).replace(day=1),
        after=next_month(month),
    )


def _offered(context: PageContext, month: date, own: MonthOfCollector | None) -> str:
    """What may be done with the month as things stand: `closing`, `reopening` or nothing."""
    if own is None or not may_decide(context, own.collector):
        return ""
    if own.last_closed and own.settled_by:
        return "reopening"
    return "closing" if own.count and not own.closed and next_month(month) <= context.today else ""


@router.get(".{kind}")
def download_expenses_report(context: Page, kind: SheetKind, month: Month, collector: Search = None) -> Response:
    with context.snapshot() as db:
        report = expenses_report(db, context.viewer, first_of(month), collector)
    return expenses_file(context.service, context.viewer, report, kind, language=context.language)


@router.post("/closing")
def close_month(context: Page) -> Response:
    def close(command: Command, collector: str, month: date) -> Outcome:
        settlement_id = new_id(command, "settlement")
        return expenses.settle_month(
            context.store, command, settlement_id=settlement_id, collector=collector, month=month
        )

    return _change(context, close, context._("Month closed"))


@router.post("/reopening")
def reopen_month(context: Page) -> Response:
    def reopen(command: Command, collector: str, month: date) -> Outcome:
        reason = context.form.reason
        return expenses.reopen_month(context.store, command, collector=collector, month=month, reason=reason)

    return _change(context, reopen, context._("Month reopened"))


def _change(context: PageContext, change: Callable[[Command, str, date], Outcome], said: str) -> Response:
    collector, month = context.form.text("collector"), _month(context.form)
    here = link(HERE, month=f"{month:%Y-%m}", collector=collector)
    try:
        outcome = change(context.command(), collector, month)
    except Invalid as refusal:
        return _report(context, month, collector, do=context.form.name, sent=context.form.refused(refusal))
    except Refusal as refusal:
        return context.refused(refusal, here)
    return context.done(outcome, here, said)


def _month(form: Form) -> date:
    text = form.optional_text("month")
    if text is None:
        raise FieldMissing(field="month")
    try:
        return first_of(text)
    except ValueError:
        raise NotADay(field="month") from None
