"""The calendar of payments: a month as a grid, a day as a list, and what became of what was expected that day."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response
from sqlalchemy import Connection

from api.desk.views import desk
from api.http.catalogues import marked as _
from api.http.labels import OUTCOMES
from api.http.shapes import Day, Month, first_of
from api.pages.context import Page, PageContext, new_id
from api.pages.forms import Form
from api.pages.list_address import link
from api.pages.months import weeks
from api.payments.inputs import PaymentBody
from api.tasks.views import reached_of_day
from application import activity, payments
from domain.case_file import CaseFile
from domain.case_file.activity import Channel, Direction, NewAction
from domain.case_file.activity import Outcome as Result
from domain.days import next_month
from domain.errors import NotFound, Refusal
from domain.personal import NAME
from projections.days import next_working_day
from projections.desk.calendar import DayList, Entry, day_list, entries_by_day, find_expected
from projections.desk.case_files import CaseFileLine, Filters, find_case_file, list_case_files
from projections.tasks.lists import Filters as TaskFilters
from projections.tasks.lists import counts_by_day, tasks_of_day

router = APIRouter(prefix="/escritorio/calendar")

A_DAY, IN_LIST = 3, 100


STATES = {
    "expected": _("Expected"),
    "missed": _("Missed"),
    "awaiting_approval": _("Awaiting approval"),
    "paid": _("Paid"),
    "paid_late": _("Paid late"),
    "cleared": _("Nothing outstanding any more"),
    "replaced": _("Replaced by a plan"),
}
REASONS: Mapping[Result, str] = {
    Result.OBSERVATION: _("The money has not come in"),
    Result.CONTACTED: _("Asks for more time"),
    **{one: OUTCOMES[one] for one in (Result.NO_ANSWER, Result.REFUSES, Result.DISPUTES, Result.CLAIMS_PAID)},
    Result.UNLOCATABLE: OUTCOMES[Result.UNLOCATABLE],
}
"""Why what was expected has not come: the outcome of the action that says so."""


@dataclass(frozen=True)
class Asked:
    """The part of the calendar that is shown, as its address says it. `collected` and `missed` name an open form."""

    month: date
    day: date | None = None
    case_file_id: UUID | None = None
    collected: str = ""
    missed: str = ""

    def address(self, **changed: Any) -> str:
        asked = replace(replace(self, collected="", missed=""), **changed)
        return link(
            "/escritorio/calendar",
            month=f"{asked.month:%Y-%m}",
            day=asked.day,
            case_file_id=asked.case_file_id,
            collected=asked.collected,
            missed=asked.missed,
        )

    def list_of(self, day: date) -> str:
        return f"{self.address(day=day)}#day"


# The page


@router.get("")
def show_calendar(
    context: Page,
    *,
    month: Month | None = None,
    day: Day | None = None,
    case_file_id: UUID | None = None,
    reference: Annotated[str, Query(max_length=NAME)] = "",
    collected: Annotated[str, Query(max_length=100)] = "",
    missed: Annotated[str, Query(max_length=100)] = "",
) -> Response:
    """Of all one's case files or one; `reference` finds that one."""
    shown = first_of(month) if month else (day or context.today).replace(day=1)
    return _show(context, Asked(shown, day, case_file_id, collected, missed), reference=reference.strip())


def _show(context: PageContext, asked: Asked, *, reference: str = "", sent: Form | None = None) -> Response:
    with context.snapshot() as db:
        only = _only(db, context, asked.case_file_id, reference)
        asked = replace(asked, case_file_id=only.id if only else None)
        by_day = entries_by_day(db, context.viewer, context.as_of, asked.month, asked.case_file_id, A_DAY)
        listed: DayList | None = None
        if asked.day is not None:
            listed = day_list(db, context.viewer, context.as_of, asked.day, asked.case_file_id, IN_LIST)
        # Tasks are of clients: those of a day are none of a single case file's.
        task_counts = (
            counts_by_day(db, context.viewer, context.today, asked.month) if only is None else dict[date, int]()
        )
        tasks = (
            reached_of_day(
                db, context.viewer, tasks_of_day(db, context.viewer, context.today, asked.day, TaskFilters(), IN_LIST)
            )
            if asked.day is not None and only is None
            else None
        )
        shown = desk(context, db, "calendar")
    return context.page(
        "calendar.html",
        **shown,
        asked=asked,
        weeks=weeks(context, asked.month, by_day),
        list_address=asked.list_of,
        weekdays=context.formats.weekdays(),
        listed=listed,
        tasks=tasks,
        task_counts=task_counts,
        only=only,
        not_found=reference if reference and only is None else "",
        before=(asked.month - timedelta(days=1)).replace(day=1),
        after=next_month(asked.month),
        states=STATES,
        reasons={reason.value: context._(text) for reason, text in REASONS.items()},
        next_action_on=next_working_day(context.today, context.business.country),
        sent=sent,
    )


def _only(db: Connection, context: PageContext, case_file_id: UUID | None, reference: str) -> CaseFileLine | None:
    if reference:
        exactly = Filters(state="all", reference=reference)
        found = list_case_files(db, context.viewer, context.as_of, exactly, "reference", None, 1).items
        return next(iter(found), None)
    return find_case_file(db, context.viewer, context.as_of, case_file_id) if case_file_id else None


# What became of what was expected


@router.post("/payments")
def record_payment(context: Page) -> Response:
    """It came: recorded with the amount and day as they were, on which a supervisor decides."""
    asked = _asked(context)
    entry = _expected(context, asked, context.form.value("entry"))
    command = context.command()
    try:
        body = context.form.read(PaymentBody, entry.amount.currency)
        outcome = payments.record_payment(
            context.store,
            command,
            CaseFile,
            entry.debt_id,
            payment_id=new_id(command, "payment"),
            payment=body.payment(),
            ask_first=body.ask_first,
        )
    except Refusal as refusal:
        return _show(context, replace(asked, collected=entry.key), sent=context.form.refused(refusal))
    return context.done(outcome, asked.address(), context._("Payment recorded: a supervisor decides on it"))


@router.post("/actions")
def log_action(context: Page) -> Response:
    """It did not come: why, and what is done next."""
    asked = _asked(context)
    entry = _expected(context, asked, context.form.value("entry"))
    command = context.command()
    try:
        outcome = activity.log_action(
            context.store,
            command,
            entry.debt_id,
            action_id=new_id(command, "action"),
            action=_not_paid(context.form, context.today, context),
            ask_first=context.form.asks_first,
        )
    except Refusal as refusal:
        return _show(context, replace(asked, missed=entry.key), sent=context.form.refused(refusal))
    return context.done(outcome, asked.address(), context._("Action logged"))


def _not_paid(form: Form, today: date, context: PageContext) -> NewAction:
    """The reason is noted where the outcome alone does not say it."""
    result = form.choice("outcome", Result)
    reason = REASONS.get(result, "")
    why = context._(reason) if reason != OUTCOMES[result] else None
    next_on = form.optional_day("next_action_on")
    return NewAction(
        today,
        Channel.INTERNAL if result is Result.OBSERVATION else Channel.CALL,
        Direction.OUTGOING,
        result,
        note=" ".join(filter(None, (why, form.optional_text("note")))) or None,
        next_action=form.text("next_action") if next_on else None,
        next_action_on=next_on,
        keeps_next_action=True,
    )


def _asked(context: PageContext) -> Asked:
    """The part of the calendar that the form was sent from."""
    day = context.form.day("day")
    return Asked(day.replace(day=1), day, context.form.optional_id("case_file_id"))


def _expected(context: PageContext, asked: Asked, key: str) -> Entry:
    assert asked.day is not None  # noqa: S101 - `_asked` has read it
    with context.snapshot() as db:
        found = find_expected(db, context.viewer, context.as_of, asked.day, key)
    if found is None:
        raise NotFound(field="entry")
    return found
