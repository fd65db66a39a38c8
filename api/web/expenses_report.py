"""The expenses report: what counts in a month, for whom, and the closing of the month."""

from collections.abc import Callable
from datetime import date, timedelta
from urllib.parse import urlencode

from fastapi import APIRouter, Response

from api.documents import SheetKind
from api.expenses import note_of
from api.shapes import Month, Search, first_of
from api.web.escritorio import desk
from api.web.expenses import may_decide
from api.web.expenses_sheet import expenses_file
from api.web.forms import FieldMissing, Form, NotADay
from api.web.visit import Page, Visit, new_id
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
def show_expenses_report(visit: Page, month: Month | None = None, collector: Search = None, do: str = "") -> Response:
    """Of one person or of all; a collector's own. `do` asks before a month is closed or reopened."""
    first = first_of(month) if month else visit.today.replace(day=1)
    return _report(visit, first, collector, do=do)


def _report(visit: Visit, month: date, collector: str | None, *, do: str, sent: Form | None = None) -> Response:
    whose = collector if visit.viewer.sees_all else visit.viewer.name
    with visit.snapshot() as db:
        everybody = expenses_report(db, visit.viewer, month, None)
        report = expenses_report(db, visit.viewer, month, whose) if whose else everybody
        shown = desk(visit, db, "expenses-report")
    own = next((one for one in report.by_collector if one.collector == whose), None)
    offered = _offered(visit, month, own)
    lines = report.lines[:LINES_SHOWN]

    def address(month: date, collector: str | None = whose, kind: SheetKind | None = None) -> str:
        named, at = {"month": f"{month:%Y-%m}", "collector": collector}, f"{HERE}.{kind}" if kind else HERE
        return f"{at}?{urlencode({name: value for name, value in named.items() if value})}"

    return visit.page(
        "expenses_report.html",
        **shown,
        sent=sent,
        report=report,
        lines=[(line, note_of(visit.store, visit.viewer, line)) for line in lines],
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


def _offered(visit: Visit, month: date, own: MonthOfCollector | None) -> str:
    """What may be done with the month as things stand: `closing`, `reopening` or nothing."""
    if own is None or not may_decide(visit, own.collector):
        return ""
    if own.last_closed and own.settled_by:
        return "reopening"
    return "closing" if own.count and not own.closed and next_month(month) <= visit.today else ""


@router.get(".{kind}")
def download_expenses_report(visit: Page, kind: SheetKind, month: Month, collector: Search = None) -> Response:
    with visit.snapshot() as db:
        report = expenses_report(db, visit.viewer, first_of(month), collector)
    return expenses_file(visit.service, visit.viewer, report, kind, language=visit.language)


@router.post("/closing")
def close_month(visit: Page) -> Response:
    def close(command: Command, collector: str, month: date) -> Outcome:
        settlement_id = new_id(command, "settlement")
        return expenses.settle_month(
            visit.store, command, settlement_id=settlement_id, collector=collector, month=month
        )

    return _change(visit, close, visit._("Month closed"))


@router.post("/reopening")
def reopen_month(visit: Page) -> Response:
    def reopen(command: Command, collector: str, month: date) -> Outcome:
        reason = visit.form.text("reason")
        return expenses.reopen_month(visit.store, command, collector=collector, month=month, reason=reason)

    return _change(visit, reopen, visit._("Month reopened"))


def _change(visit: Visit, change: Callable[[Command, str, date], Outcome], said: str) -> Response:
    collector, month = visit.form.text("collector"), _month(visit.form)
    here = f"{HERE}?{urlencode({'month': f'{month:%Y-%m}', 'collector': collector})}"
    try:
        outcome = change(visit.command(), collector, month)
    except Invalid as refusal:
        return _report(visit, month, collector, do=visit.form.name, sent=visit.form.refused(refusal))
    except Refusal as refusal:
        return visit.refused(refusal, here)
    return visit.done(outcome, here, said)


def _month(form: Form) -> date:
    text = form.optional_text("month")
    if text is None:
        raise FieldMissing(field="month")
    try:
        return first_of(text)
    except ValueError:
        raise NotADay(field="month") from None
