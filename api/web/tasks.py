"""Tasks by day and by month: one's own, the team's, a client's; and one task, with all that can be done with it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Annotated, Any, Literal
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Query, Response
from sqlalchemy import Connection

from api.catalogues import marked as _
from api.shapes import Day
from api.tasks import ShownTask, reached_of_day, with_reach
from api.web.forms import Form
from api.web.labels import TASK_STATES
from api.web.months import weeks
from api.web.toasts import Undo
from api.web.visit import Page, Visit, new_id
from application import tasks
from application.streams import Command, EventStore, Outcome
from application.tasks import Logged
from domain.case_file.work import Channel, Direction, NewAction
from domain.case_file.work import Outcome as Result
from domain.days import check_day, exists, next_month, shown_at
from domain.errors import NotFound, Refusal
from domain.personal import NAME
from domain.repeating import WEEK, Frequency, Repeats
from domain.task import Kind, State
from projections.clients.listing import known_by
from projections.escritorio.case_files import Filters as CaseFileFilters
from projections.escritorio.case_files import list_case_files
from projections.escritorio.clients import named
from projections.escritorio.search import owing_by
from projections.tasks.lists import Filters, TaskLine, find_task, list_tasks, tasks_of_day, tasks_of_month

router = APIRouter(prefix="/tasks")

IN_A_CELL, IN_A_DAY, CASE_FILES, FOUND = 3, 200, 50, 50
ALL = "all"

HAPPENED = {
    "TaskPlanned": _("Planned"),
    "TaskEdited": _("Edited"),
    "TaskStarted": _("Started"),
    "TaskCompleted": _("Completed"),
    "TaskMarkedUnattended": _("Marked as unattended"),
    "TaskReopened": _("Taken up again"),
}
FREQUENCIES = {
    Frequency.DAILY: _("Every day"),
    Frequency.WEEKLY: _("Every week"),
    Frequency.MONTHLY: _("Every month"),
}
USUAL_CHANNEL = {
    Kind.CALL: Channel.CALL,
    Kind.VISIT: Channel.VISIT,
    Kind.MEETING: Channel.IN_PERSON,
    Kind.TASK: Channel.INTERNAL,
}


@dataclass(frozen=True)
class Asked:
    """The part of the calendar of tasks that is shown, as its address says it.

    `who` is a user's name, `ALL` for whatever the reader may see, or empty: the reader's own, of a client everybody's.
    It may be a tab of the client's page.
    """

    view: Literal["day", "month"]
    day: date
    who: str = ""
    client_id: UUID | None = None
    in_tab: bool = False

    def address(self, **changed: Any) -> str:
        asked = replace(self, **changed)
        if asked.in_tab:
            return f"/clients/{asked.client_id}?tab=tasks&view={asked.view}&day={asked.day}"
        said = {"view": asked.view, "day": asked.day, "who": asked.who, "client_id": asked.client_id}
        return "/tasks?" + urlencode({name: value for name, value in said.items() if value})

    def list_of(self, day: date) -> str:
        return self.address(view="day", day=day)

    def new(self, day: date) -> str:
        said = {"day": day, "client_id": self.client_id}
        return "/tasks/new?" + urlencode({name: value for name, value in said.items() if value})

    def assignee(self, own: str) -> str | None:
        if self.who == ALL or (self.client_id and not self.who):
            return None
        return self.who or own


# Days and months


@router.get("")
def show_tasks(
    visit: Page,
    *,
    view: Literal["day", "month"] = "day",
    day: Day | None = None,
    who: Annotated[str, Query(max_length=NAME)] = "",
    client_id: UUID | None = None,
    text: Annotated[str, Query(max_length=NAME)] = "",
) -> Response:
    typed = (Form({"text": [text]}).optional_text("text") or "")[:NAME]
    asked = Asked(view, day or visit.today, who, client_id)
    with visit.snapshot() as db:
        client = named(db, visit.viewer, [client_id]).get(client_id) if client_id else None
        if client_id and client is None:
            raise NotFound(id=client_id)
        shown = shown_tasks(visit, db, asked)
        found = _found(visit, db, asked, typed) if typed else None
    people: Sequence[str] = visit.service.credentials.names() if visit.viewer.sees_all else ()
    return visit.page("tasks.html", **shown, client=client, people=people, text=typed, found=found)


def _found(visit: Visit, db: Connection, asked: Asked, typed: str) -> Sequence[ShownTask]:
    """The latest first, of whoever's tasks are looked at."""
    filters = Filters(
        asked.client_id,
        asked.assignee(visit.viewer.name),
        text=typed,
        known=known_by(typed),
        owing=owing_by(visit.viewer, typed),
    )
    return with_reach(
        db, visit.viewer, list_tasks(db, visit.viewer, visit.today, filters, "-begins", None, FOUND).items
    )


def in_tab(visit: Visit, client_id: UUID) -> Asked:
    """As the address of the client's page says it; a client has few tasks, so its month comes first."""
    query = visit.request.query_params
    day = Form({"day": query.getlist("day")}).optional_day("day")
    return Asked("day" if query.get("view") == "day" else "month", day or visit.today, "", client_id, in_tab=True)


def shown_tasks(visit: Visit, db: Connection, asked: Asked) -> dict[str, Any]:
    """What `shown_tasks.html` shows: the day's list, or the month's grid."""
    check_day(asked.day, "day")
    month, filters = asked.day.replace(day=1), Filters(asked.client_id, asked.assignee(visit.viewer.name))
    if asked.view == "day":
        return {
            "asked": asked,
            "title": visit.formats.long_day(asked.day),
            "steps": (asked.day - timedelta(days=1), asked.day + timedelta(days=1)),
            "listed": reached_of_day(
                db, visit.viewer, tasks_of_day(db, visit.viewer, visit.today, asked.day, filters, IN_A_DAY)
            ),
        }
    by_day = tasks_of_month(db, visit.viewer, visit.today, month, filters, IN_A_CELL)
    return {
        "asked": asked,
        "title": visit.formats.month(month),
        "steps": ((month - timedelta(days=1)).replace(day=1), next_month(month)),
        "weeks": weeks(visit, month, by_day),
        "weekdays": visit.formats.weekdays(),
    }


# One task


@router.get("/{task_id}")
def show_task(task_id: UUID, visit: Page, do: Literal["", "completion", "copy"] = "") -> Response:
    return _task(visit, task_id, do=do)


def _task(visit: Visit, task_id: UUID, *, do: str = "", sent: Form | None = None) -> Response:
    """`do` names the form that is open."""
    with visit.snapshot() as db:
        task = find_task(db, visit.viewer, visit.today, task_id)
        if task is None:
            raise NotFound(id=task_id)
        client = named(db, visit.viewer, [task.client_id]).get(task.client_id) if task.client_id else None
        [shown] = with_reach(db, visit.viewer, [task])
        case_files = (
            list_case_files(
                db,
                visit.viewer,
                visit.as_of,
                CaseFileFilters(state="all", debtor_id=task.client_id),
                "reference",
                None,
                CASE_FILES,
            ).items
            if task.client_id
            else []
        )
    return visit.page(
        "task.html",
        task=shown,
        moved=_moved(visit, task),
        repeating=told_repeats(visit, task.repeats),
        client=client,
        case_files=[one for one in case_files if one.state == "open"],
        logged_on=next((one for one in case_files if one.id == task.case_file_id), None),
        history=[(visit._(HAPPENED[one.name]), one) for one in visit.store.history(task_id)],
        usual_channel=USUAL_CHANNEL[task.kind],
        do=do,
        sent=sent,
    )


def _moved(visit: Visit, task: TaskLine) -> str:
    """At what time it is, where its own is one that the clocks are put forward over on its day; else empty."""
    zone = visit.business.zone
    if task.starts_at is None or exists(task.day, task.starts_at, zone):
        return ""
    return f"{shown_at(task.day, task.starts_at, zone):%H:%M}"


def told_repeats(visit: Visit, repeats: Repeats | None) -> str:
    """In one sentence; empty where it does not."""
    if repeats is None:
        return ""
    texts = {
        Frequency.DAILY: visit.words.ngettext("Every day", "Every %(num)s days", repeats.interval),
        Frequency.WEEKLY: visit.words.ngettext("Every week", "Every %(num)s weeks", repeats.interval),
        Frequency.MONTHLY: visit.words.ngettext("Every month", "Every %(num)s months", repeats.interval),
    }
    said = [texts[repeats.every] % {"num": repeats.interval}]
    if repeats.weekdays:
        names = visit.formats.weekdays()
        said.append(", ".join(names[WEEK.index(one)] for one in repeats.weekdays))
    if repeats.until is not None:
        said.append(visit._("until %(day)s", day=visit.formats.day(repeats.until)))
    if repeats.count is not None:
        text = visit.words.ngettext("%(num)s time left", "%(num)s times left", repeats.count)
        said.append(text % {"num": repeats.count})
    return ", ".join(said)


def known_task(visit: Visit, task_id: UUID) -> TaskLine:
    with visit.snapshot() as db:
        task = find_task(db, visit.viewer, visit.today, task_id)
    if task is None:
        raise NotFound(id=task_id)
    return task


@router.post("/{task_id}/start")
def start_task(task_id: UUID, visit: Page) -> Response:
    return _step(visit, task_id, tasks.start_task, State.IN_PROGRESS)


@router.post("/{task_id}/unattended")
def mark_task_unattended(task_id: UUID, visit: Page) -> Response:
    return _step(visit, task_id, tasks.mark_task_unattended, State.UNATTENDED)


def _step(visit: Visit, task_id: UUID, take: Callable[[EventStore, Command, UUID], Outcome], into: State) -> Response:
    """One click, which can be undone."""
    try:
        outcome = take(visit.store, visit.command(), task_id)
    except Refusal as refusal:
        return visit.refused(refusal, visit.back(f"/tasks/{task_id}"))
    return _taken(visit, task_id, outcome, into)


def _taken(visit: Visit, task_id: UUID, outcome: Outcome, into: State) -> Response:
    said = visit._("Task: %(state)s", state=visit._(TASK_STATES[into]).lower())
    undo = Undo(f"/tasks/{task_id}/reopening", {"seen": into, "undo": "yes"})
    return visit.done(outcome, visit.back(f"/tasks/{task_id}"), said, undo=undo)


@router.post("/{task_id}/completion")
def complete_task(task_id: UUID, visit: Page) -> Response:
    """At one click; or with what came of it, which may be an action on a case file too, and that stays."""
    command = visit.command()
    try:
        logged = _logged(visit, command)
        result = visit.form.optional_text("result")
        outcome = tasks.complete_task(
            visit.store, command, task_id, result=result, logged=logged, ask_first=visit.form.asks_first
        )
    except Refusal as refusal:
        if visit.form.name != "completion":
            return visit.refused(refusal, visit.back(f"/tasks/{task_id}"))
        return _task(visit, task_id, do="completion", sent=visit.form.refused(refusal))
    if logged is None:
        return _taken(visit, task_id, outcome, State.COMPLETED)
    return visit.done(outcome, visit.back(f"/tasks/{task_id}"), visit._("Task completed, and noted on the case file"))


def _logged(visit: Visit, command: Command) -> Logged | None:
    form = visit.form
    case_file_id = form.optional_id("case_file_id")
    if case_file_id is None:
        return None
    action = NewAction(
        visit.today,
        form.choice("channel", Channel),
        form.optional_choice("direction", Direction) or Direction.OUTGOING,
        form.choice("outcome", Result),
        note=form.optional_text("result"),
        next_action=form.optional_text("next_action"),
        next_action_on=form.optional_day("next_action_on"),
        keeps_next_action=True,
    )
    return Logged(case_file_id, new_id(command, "action"), action)


@router.post("/{task_id}/reopening")
def reopen_task(task_id: UUID, visit: Page) -> Response:
    try:
        seen = visit.form.optional_choice("seen", State)
        outcome = tasks.reopen_task(visit.store, visit.command(), task_id, seen=seen)
    except Refusal as refusal:
        return visit.refused(refusal, visit.back(f"/tasks/{task_id}"))
    said = visit._("Undone") if visit.form.ticked("undo") else visit._("Task reopened")
    return visit.done(outcome, visit.back(f"/tasks/{task_id}"), said)


@router.post("/{task_id}/copy")
def copy_task(task_id: UUID, visit: Page) -> Response:
    command = visit.command()
    copy_id = new_id(command, "task")
    try:
        day = visit.form.day("day")
        outcome = tasks.copy_task(visit.store, command, task_id, copy_id=copy_id, day=day)
    except Refusal as refusal:
        return _task(visit, task_id, do="copy", sent=visit.form.refused(refusal))
    said = visit._("Copied to %(day)s", day=visit.formats.long_day(day))
    return visit.done(outcome, f"/tasks/{copy_id}", said)
