"""A task to be planned or edited: whom it is for, what is to be done, by whom and when."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from fastapi import APIRouter, Response

from api.http.shapes import Day, Note
from api.pages.context import Page, PageContext, new_id
from api.pages.forms import FieldMissing, Form
from api.pages.refusals import shown_again_by
from api.tasks.inputs import NewTask, RepeatsBody, TaskBody
from api.tasks.listing import ALL, Asked
from api.tasks.pages import FREQUENCIES, known_task
from application import tasks
from domain.client import Client
from domain.errors import NotFound, Refusal
from domain.people import WORKS
from domain.repeating import Frequency, Repeats, Weekday
from domain.task import Colour, Kind, Task
from projections.clients.listing import known_by
from projections.desk.clients import ClientLine, named
from projections.desk.search import ClientHit, find_clients, own
from projections.tasks.lists import TaskLine

router = APIRouter(prefix="/tasks")

SHOWN = 8


@router.get("/new")
def show_new_task(
    context: Page, *, day: Day | None = None, client_id: UUID | None = None, notes: Note = ""
) -> Response:
    """For a client that is given, or one that is searched for, or none."""
    context.viewer.require(*WORKS)
    usual = {
        "day": f"{max(day or context.today, context.today)}",
        "kind": Kind.TASK.value,
        "colour": Colour.BLUE.value,
        "assignee": context.viewer.name,
        "client_id": str(client_id or ""),
        "notes": notes,
    }
    return _new(context, Form({name: [value] for name, value in usual.items()} | {"form_name": ["task"]}))


def _new(context: PageContext, sent: Form) -> Response:
    form = sent
    searched = form.optional_text("client_text")
    try:
        chosen_id = form.optional_id("client_id")
    except Refusal:
        chosen_id = None
    with context.snapshot() as db:
        chosen = named(db, context.viewer, [chosen_id]).get(chosen_id) if chosen_id else None
        if chosen_id and chosen is None:
            raise NotFound(id=chosen_id)
        found = find_clients(db, searched, SHOWN, own(context.viewer), known_by(searched)).items if searched else []
    others = [one for one in found if one.id != chosen_id]
    if chosen_id and form.value("address_of") != str(chosen_id) and not form.optional_text("address"):
        client, _ = context.store.load(Client(), chosen_id)
        address = tasks.address_of(client) if client.restrictions.seen(context.viewer) else None
        shown = {"address": [address or ""], "address_of": [str(chosen_id)]}
        form = replace(form, fields={**form.fields, **shown})
    return _page(context, form, "/tasks/new", chosen=chosen, others=others, searched=searched)


@router.post("/new")
@shown_again_by(_new)
def plan_task(context: Page) -> Response:
    form = context.form
    if form.ticked("search"):
        return _new(context, form)
    command = context.command()
    if not form.many("client_id"):  # several were found, and none of them was chosen
        raise FieldMissing(field="client_id")
    body = form.read(NewTask, repeats=_repeats(form))
    details, client_id = body.details(context.viewer.name), body.client_id
    if details.address is None and form.value("address_of") == str(client_id):
        details = replace(details, address="")  # the client's was shown, and taken out
    outcome = tasks.plan_task(context.store, command, new_id(command, "task"), client_id=client_id, details=details)
    own = details.assignee == context.viewer.name
    shown = (
        Asked("day", details.begins, "", client_id, in_tab=True)
        if client_id
        else Asked("day", details.begins, "" if own else ALL)
    )
    return context.done(outcome, shown.address(), context._("Task planned"))


@router.get("/{task_id}/edit")
def show_edit(task_id: UUID, context: Page) -> Response:
    context.viewer.require(*WORKS)
    _, version = context.store.load(Task(), task_id)
    task = known_task(context, task_id)
    said = {
        "seen": str(version),
        "kind": task.kind.value,
        "title": task.title,
        "assignee": task.assignee,
        "day": task.day.isoformat(),
        "starts_at": f"{task.starts_at:%H:%M}" if task.starts_at else "",
        "minutes": str(task.minutes or ""),
        "notes": task.notes or "",
        "address": task.address or "",
        "colour": task.colour.value,
    }
    form = Form({name: [value] for name, value in said.items()} | _as_typed(task.repeats) | {"form_name": ["task"]})
    return _page(context, form, f"/tasks/{task_id}/edit", task=task, least=min(task.day, context.today))


@router.post("/{task_id}/edit")
def edit_task(task_id: UUID, context: Page) -> Response:
    task = known_task(context, task_id)
    try:
        form = context.form
        details = form.read(TaskBody, repeats=_repeats(form)).details(context.viewer.name)
        outcome = tasks.edit_task(context.store, context.command(), task_id, details=details, seen=form.seen)
    except Refusal as refusal:
        least = min(task.day, context.today)
        return _page(context, context.form.refused(refusal), f"/tasks/{task_id}/edit", task=task, least=least)
    return context.done(outcome, context.back(f"/tasks/{task_id}"), context._("Task changed"))


def _repeats(form: Form) -> RepeatsBody | None:
    every = form.optional_text("repeats")
    return form.read(RepeatsBody, every=form.choice("repeats", Frequency)) if every else None


def _as_typed(repeats: Repeats | None) -> dict[str, list[str]]:
    if repeats is None:
        return {}
    said = {"interval": repeats.interval, "until": repeats.until, "count": repeats.count}
    return {
        "repeats": [repeats.every.value],
        "weekdays": [one.value for one in repeats.weekdays],
        **{name: [str(value or "")] for name, value in said.items()},
    }


def _page(
    context: PageContext,
    form: Form,
    path: str,
    *,
    task: TaskLine | None = None,
    least: date | None = None,
    chosen: ClientLine | None = None,
    others: Sequence[ClientHit] = (),
    searched: str | None = None,
) -> Response:
    """`least` is the first day that may be chosen."""
    names = {*context.may_hold(), context.viewer.name, *([task.assignee] if task else [])}
    return context.page(
        "task_form.html",
        sent=form,
        path=path,
        task=task,
        least=least or context.today,
        people=context.people_named(names),
        chosen=chosen,
        others=others,
        searched=searched,
        frequencies={one.value: context._(text) for one, text in FREQUENCIES.items()},
        weekdays=[*zip([one.value for one in Weekday], context.formats.weekdays(), strict=True)],
    )
