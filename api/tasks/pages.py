"""Tasks by day and by month: one's own, the team's, a client's; and one task, with all that can be done with it."""

from collections.abc import Callable, Sequence
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Response

from api.http.catalogues import marked as _
from api.http.labels import TASK_STATES
from api.http.shapes import Day
from api.pages.context import Page, PageContext, new_id
from api.pages.forms import Form
from api.pages.refusals import sent_back_to, shown_again_by
from api.pages.toasts import Undo
from api.tasks.inputs import ActionBody, Completion, Copy, Reopening
from api.tasks.listing import CASE_FILES, Asked, found_tasks, shown_tasks
from api.tasks.views import with_reach
from application import tasks
from application.streams import Command, EventStore, Outcome
from domain.case_file.activity import Channel
from domain.days import exists, shown_at
from domain.errors import NotFound
from domain.personal import NAME
from domain.repeating import WEEK, Frequency, Repeats
from domain.task import Kind, State
from projections.desk.case_files import Filters as CaseFileFilters
from projections.desk.case_files import list_case_files
from projections.desk.clients import named
from projections.tasks.lists import TaskLine, find_task

router = APIRouter(prefix="/tasks")


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


# Days and months


@router.get("")
def show_tasks(
    context: Page,
    *,
    view: Literal["day", "month"] = "day",
    day: Day | None = None,
    who: Annotated[str, Query(max_length=NAME)] = "",
    client_id: UUID | None = None,
    text: Annotated[str, Query(max_length=NAME)] = "",
) -> Response:
    typed = (Form({"text": [text]}).optional_text("text") or "")[:NAME]
    asked = Asked(view, day or context.today, who, client_id)
    with context.snapshot() as db:
        client = named(db, context.viewer, [client_id]).get(client_id) if client_id else None
        if client_id and client is None:
            raise NotFound(id=client_id)
        shown = shown_tasks(context, db, asked)
        found = found_tasks(context, db, asked, typed) if typed else None
    people: Sequence[str] = context.service.credentials.names() if context.viewer.sees_all else ()
    return context.page("tasks.html", **shown, client=client, people=people, text=typed, found=found)


# One task


@router.get("/{task_id}")
def show_task(task_id: UUID, context: Page, do: Literal["", "completion", "copy"] = "") -> Response:
    return _task(context, task_id, do=do)


def _task(context: PageContext, task_id: UUID, *, do: str = "", sent: Form | None = None) -> Response:
    """`do` names the form that is open."""
    with context.snapshot() as db:
        task = find_task(db, context.viewer, context.today, task_id)
        if task is None:
            raise NotFound(id=task_id)
        client = named(db, context.viewer, [task.client_id]).get(task.client_id) if task.client_id else None
        [shown] = with_reach(db, context.viewer, [task])
        case_files = (
            list_case_files(
                db,
                context.viewer,
                context.as_of,
                CaseFileFilters(state="all", debtor_id=task.client_id),
                "reference",
                None,
                CASE_FILES,
            ).items
            if task.client_id
            else []
        )
    return context.page(
        "task.html",
        task=shown,
        moved=_moved(context, task),
        repeating=told_repeats(context, task.repeats),
        client=client,
        case_files=[one for one in case_files if one.state == "open"],
        logged_on=next((one for one in case_files if one.id == task.case_file_id), None),
        history=[(context._(HAPPENED[one.name]), one) for one in context.store.history(task_id)],
        usual_channel=USUAL_CHANNEL[task.kind],
        do=do,
        sent=sent,
    )


def _moved(context: PageContext, task: TaskLine) -> str:
    """At what time it is, where its own is one that the clocks are put forward over on its day; else empty."""
    zone = context.business.zone
    if task.starts_at is None or exists(task.day, task.starts_at, zone):
        return ""
    return f"{shown_at(task.day, task.starts_at, zone):%H:%M}"


def told_repeats(context: PageContext, repeats: Repeats | None) -> str:
    """In one sentence; empty where it does not."""
    if repeats is None:
        return ""
    texts = {
        Frequency.DAILY: context.words.ngettext("Every day", "Every %(num)s days", repeats.interval),
        Frequency.WEEKLY: context.words.ngettext("Every week", "Every %(num)s weeks", repeats.interval),
        Frequency.MONTHLY: context.words.ngettext("Every month", "Every %(num)s months", repeats.interval),
    }
    said = [texts[repeats.every] % {"num": repeats.interval}]
    if repeats.weekdays:
        names = context.formats.weekdays()
        said.append(", ".join(names[WEEK.index(one)] for one in repeats.weekdays))
    if repeats.until is not None:
        said.append(context._("until %(day)s", day=context.formats.day(repeats.until)))
    if repeats.count is not None:
        text = context.words.ngettext("%(num)s time left", "%(num)s times left", repeats.count)
        said.append(text % {"num": repeats.count})
    return ", ".join(said)


def known_task(context: PageContext, task_id: UUID) -> TaskLine:
    with context.snapshot() as db:
        task = find_task(db, context.viewer, context.today, task_id)
    if task is None:
        raise NotFound(id=task_id)
    return task


@router.post("/{task_id}/start")
def start_task(task_id: UUID, context: Page) -> Response:
    return _step(context, task_id, tasks.start_task, State.IN_PROGRESS)


@router.post("/{task_id}/unattended")
def mark_task_unattended(task_id: UUID, context: Page) -> Response:
    return _step(context, task_id, tasks.mark_task_unattended, State.UNATTENDED)


@sent_back_to("/tasks/{task_id}")
def _step(
    context: PageContext, task_id: UUID, take: Callable[[EventStore, Command, UUID], Outcome], into: State
) -> Response:
    """One click, which can be undone."""
    return _taken(context, task_id, take(context.store, context.command(), task_id), into)


def _taken(context: PageContext, task_id: UUID, outcome: Outcome, into: State) -> Response:
    said = context._("Task: %(state)s", state=context._(TASK_STATES[into]).lower())
    undo = Undo(f"/tasks/{task_id}/reopening", {"seen": into, "undo": "yes"})
    return context.done(outcome, context.back(f"/tasks/{task_id}"), said, undo=undo)


@router.post("/{task_id}/completion")
@shown_again_by(_task, to="/tasks/{task_id}", do="completion")
def complete_task(task_id: UUID, context: Page) -> Response:
    """At one click; or with what came of it, which may be an action on a case file too, and that stays."""
    command = context.command()
    form = context.form
    body = form.read(Completion, action=form.read(ActionBody) if form.optional_text("case_file_id") else None)
    logged = body.logged(new_id(command, "action"), context.today, keeps_next_action=True)
    outcome = tasks.complete_task(
        context.store, command, task_id, result=body.result, logged=logged, ask_first=form.asks_first
    )
    if logged is None:
        return _taken(context, task_id, outcome, State.COMPLETED)
    return context.done(
        outcome, context.back(f"/tasks/{task_id}"), context._("Task completed, and noted on the case file")
    )


@router.post("/{task_id}/reopening")
@sent_back_to("/tasks/{task_id}")
def reopen_task(task_id: UUID, context: Page) -> Response:
    seen = context.form.read(Reopening).seen
    outcome = tasks.reopen_task(context.store, context.command(), task_id, seen=seen)
    said = context._("Undone") if context.form.ticked("undo") else context._("Task reopened")
    return context.done(outcome, context.back(f"/tasks/{task_id}"), said)


@router.post("/{task_id}/copy")
@shown_again_by(_task, do="copy")
def copy_task(task_id: UUID, context: Page) -> Response:
    command = context.command()
    copy_id = new_id(command, "task")
    day = context.form.read(Copy).day
    outcome = tasks.copy_task(context.store, command, task_id, copy_id=copy_id, day=day)
    said = context._("Copied to %(day)s", day=context.formats.long_day(day))
    return context.done(outcome, f"/tasks/{copy_id}", said)
