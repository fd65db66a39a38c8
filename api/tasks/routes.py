"""Tasks over HTTP: planned, started, completed…; listed, by day and by month."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query

from api.http.dependencies import Done, NewCommand, Question
from api.http.problems import documented
from api.http.routes import OneThreadRoute
from api.http.shapes import Cursor, Day, Limit, Month, Search, first_of
from api.tasks.inputs import Completion, Copy, NewTask, Reopening, TaskBody
from api.tasks.views import DayOfTasks, ShownTask, reached_of_day, with_reach
from application import tasks
from domain.days import check_day
from domain.errors import NotFound
from domain.task import State
from projections.clients.listing import known_by
from projections.desk.search import owing_by
from projections.pages import Page
from projections.tasks.lists import Filters, find_task, tasks_of_day, tasks_of_month
from projections.tasks.lists import list_tasks as query_tasks

router = APIRouter(
    prefix="/api/tasks", tags=["tasks"], responses=documented(401, 403, 404, 422, 503), route_class=OneThreadRoute
)

IN_A_DAY, IN_A_CELL = 200, 3

SHOWN_BY = ("tasks", "clients", "escritorio")
"""The read models that a task is shown by."""


@dataclass(frozen=True, slots=True)
class MonthOfTasks:
    """The days that have any."""

    month: str
    days: Sequence[DayOfTasks]


# Commands


@router.post("", status_code=201, responses=documented(409))
def plan_task(body: NewTask, new: NewCommand) -> Done:
    details = body.details(new.command.actor.name)
    return new.done(
        tasks.plan_task(new.store, new.command, new.new_id("task"), client_id=body.client_id, details=details)
    )


@router.post("/{task_id}/start", responses=documented(409))
def start_task(task_id: UUID, new: NewCommand) -> Done:
    return new.done(tasks.start_task(new.store, new.command, task_id))


@router.post("/{task_id}/completion", responses=documented(409))
def complete_task(task_id: UUID, new: NewCommand, body: Completion | None = None) -> Done:
    """What came of it may be logged on a case file of the client: both are recorded, or neither."""
    completion = body or Completion()
    logged = completion.logged(new.new_id("action"), new.today)
    return new.done(tasks.complete_task(new.store, new.command, task_id, result=completion.result, logged=logged))


@router.post("/{task_id}/unattended", responses=documented(409))
def mark_task_unattended(task_id: UUID, new: NewCommand) -> Done:
    return new.done(tasks.mark_task_unattended(new.store, new.command, task_id))


@router.post("/{task_id}/reopening", responses=documented(409))
def reopen_task(task_id: UUID, new: NewCommand, body: Reopening | None = None) -> Done:
    """The last step is taken back: a completed task is again what it was before."""
    return new.done(tasks.reopen_task(new.store, new.command, task_id, seen=body.seen if body else None))


@router.post("/{task_id}/edit", responses=documented(409))
def edit_task(task_id: UUID, body: TaskBody, new: NewCommand) -> Done:
    """All of it anew: what is left out is left empty."""
    details = body.details(new.command.actor.name)
    return new.done(tasks.edit_task(new.store, new.command, task_id, details=details))


@router.post("/{task_id}/copy", status_code=201, responses=documented(409))
def copy_task(task_id: UUID, body: Copy, new: NewCommand) -> Done:
    """The same once more on another day, as a task of its own."""
    return new.done(tasks.copy_task(new.store, new.command, task_id, copy_id=new.new_id("task"), day=body.day))


# Questions


@router.get("")
def list_tasks(
    question: Question,
    *,
    client_id: UUID | None = None,
    assignee: Search = None,
    state: State | None = None,
    text: Search = None,
    from_: Annotated[Day | None, Query(alias="from")] = None,
    to: Day | None = None,
    sort: Literal["begins", "-begins"] = "begins",
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[ShownTask]:
    """`text` is words of the title or of the client's name, or part of its phone, e-mail, identification or case file.

    What is coming by the rule of a task that repeats is in the lists of its day and month.
    """
    for day, name in ((from_, "from"), (to, "to")):
        if day is not None:
            check_day(day, name)
    with question.snapshot(*SHOWN_BY) as db:
        filters = Filters(
            client_id,
            assignee,
            state,
            from_,
            to,
            text,
            *((known_by(text), owing_by(question.viewer, text)) if text else ()),
        )
        page = query_tasks(db, question.viewer, question.as_of().day, filters, sort, cursor, limit)
        return Page(with_reach(db, question.viewer, page.items), page.next)


@router.get("/days/{day}")
def show_day(day: Day, question: Question, *, client_id: UUID | None = None, assignee: Search = None) -> DayOfTasks:
    """In progress, open, unattended, completed; of each, the earliest first. At most 200."""
    check_day(day, "day")
    with question.snapshot(*SHOWN_BY) as db:
        filters = Filters(client_id, assignee)
        found = tasks_of_day(db, question.viewer, question.as_of().day, day, filters, IN_A_DAY)
        return reached_of_day(db, question.viewer, found)


@router.get("/months/{month}")
def show_month(
    month: Month, question: Question, *, client_id: UUID | None = None, assignee: Search = None
) -> MonthOfTasks:
    """Of each day how many there are, and the first three."""
    with question.snapshot(*SHOWN_BY) as db:
        filters = Filters(client_id, assignee)
        by_day = tasks_of_month(db, question.viewer, question.as_of().day, first_of(month), filters, IN_A_CELL)
        return MonthOfTasks(month, [reached_of_day(db, question.viewer, by_day[day]) for day in sorted(by_day)])


@router.get("/{task_id}")
def show_task(task_id: UUID, question: Question) -> ShownTask:
    with question.snapshot(*SHOWN_BY) as db:
        found = find_task(db, question.viewer, question.as_of().day, task_id)
        if found is None:
            raise NotFound(id=task_id)
        [shown] = with_reach(db, question.viewer, [found])
    return shown
