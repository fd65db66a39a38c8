"""A task to be planned or edited: whom it is for, what is to be done, by whom and when."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from fastapi import APIRouter, Response

from api.shapes import Day, Note
from api.web.forms import FieldMissing, Form
from api.web.tasks import ALL, FREQUENCIES, Asked, known_task
from api.web.visit import Page, Visit, new_id
from application import tasks
from domain.client import Client
from domain.errors import NotFound, Refusal
from domain.people import WORKS
from domain.repeating import Frequency, Repeats, Weekday
from domain.task import Colour, Details, Kind, Task
from projections.clients.listing import known_by
from projections.escritorio.clients import ClientLine, named
from projections.escritorio.search import ClientHit, find_clients, own
from projections.tasks.lists import TaskLine

router = APIRouter(prefix="/tasks")

SHOWN = 8


@router.get("/new")
def show_new_task(visit: Page, *, day: Day | None = None, client_id: UUID | None = None, notes: Note = "") -> Response:
    """For a client that is given, or one that is searched for, or none."""
    visit.viewer.require(*WORKS)
    usual = {
        "day": f"{max(day or visit.today, visit.today)}",
        "kind": Kind.TASK.value,
        "colour": Colour.BLUE.value,
        "assignee": visit.viewer.name,
        "client_id": str(client_id or ""),
        "notes": notes,
    }
    return _new(visit, Form({name: [value] for name, value in usual.items()} | {"form_name": ["task"]}))


@router.post("/new")
def plan_task(visit: Page) -> Response:
    form = visit.form
    if form.ticked("search"):
        return _new(visit, form)
    command = visit.command()
    try:
        if not form.many("client_id"):  # several were found, and none of them was chosen
            raise FieldMissing(field="client_id")
        details, client_id = _details(visit), form.optional_id("client_id")
        if details.address is None and form.value("address_of") == str(client_id):
            details = replace(details, address="")  # the client's was shown, and taken out
        outcome = tasks.plan_task(visit.store, command, new_id(command, "task"), client_id=client_id, details=details)
    except Refusal as refusal:
        return _new(visit, form.refused(refusal))
    own = details.assignee == visit.viewer.name
    shown = (
        Asked("day", details.begins, "", client_id, in_tab=True)
        if client_id
        else Asked("day", details.begins, "" if own else ALL)
    )
    return visit.done(outcome, shown.address(), visit._("Task planned"))


@router.get("/{task_id}/edit")
def show_edit(task_id: UUID, visit: Page) -> Response:
    visit.viewer.require(*WORKS)
    _, version = visit.store.load(Task(), task_id)
    task = known_task(visit, task_id)
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
    return _page(visit, form, f"/tasks/{task_id}/edit", task=task, least=min(task.day, visit.today))


@router.post("/{task_id}/edit")
def edit_task(task_id: UUID, visit: Page) -> Response:
    task = known_task(visit, task_id)
    try:
        outcome = tasks.edit_task(visit.store, visit.command(), task_id, details=_details(visit), seen=visit.form.seen)
    except Refusal as refusal:
        least = min(task.day, visit.today)
        return _page(visit, visit.form.refused(refusal), f"/tasks/{task_id}/edit", task=task, least=least)
    return visit.done(outcome, visit.back(f"/tasks/{task_id}"), visit._("Task changed"))


def _details(visit: Visit) -> Details:
    form = visit.form
    return Details(
        form.choice("kind", Kind),
        form.text("title"),
        form.text("assignee"),
        form.day("day"),
        form.optional_time("starts_at"),
        form.optional_number("minutes"),
        form.optional_text("notes"),
        form.optional_text("address"),
        form.choice("colour", Colour),
        _repeats(form),
    )


def _repeats(form: Form) -> Repeats | None:
    every = form.optional_choice("repeats", Frequency)
    if every is None:
        return None
    return Repeats(
        every,
        form.number("interval") if form.optional_text("interval") else 1,
        tuple(one for one in Weekday if one in form.many("weekdays")),
        until=form.optional_day("until"),
        count=form.optional_number("count"),
    )


def _as_typed(repeats: Repeats | None) -> dict[str, list[str]]:
    if repeats is None:
        return {}
    said = {"interval": repeats.interval, "until": repeats.until, "count": repeats.count}
    return {
        "repeats": [repeats.every.value],
        "weekdays": [one.value for one in repeats.weekdays],
        **{name: [str(value or "")] for name, value in said.items()},
    }


def _new(visit: Visit, form: Form) -> Response:
    searched = form.optional_text("client_text")
    try:
        chosen_id = form.optional_id("client_id")
    except Refusal:
        chosen_id = None
    with visit.snapshot() as db:
        chosen = named(db, visit.viewer, [chosen_id]).get(chosen_id) if chosen_id else None
        if chosen_id and chosen is None:
            raise NotFound(id=chosen_id)
        found = find_clients(db, searched, SHOWN, own(visit.viewer), known_by(searched)).items if searched else []
    others = [one for one in found if one.id != chosen_id]
    if chosen_id and form.value("address_of") != str(chosen_id) and not form.optional_text("address"):
        client, _ = visit.store.load(Client(), chosen_id)
        address = tasks.address_of(client) if client.standing.seen(visit.viewer) else None
        shown = {"address": [address or ""], "address_of": [str(chosen_id)]}
        form = replace(form, fields={**form.fields, **shown})
    return _page(visit, form, "/tasks/new", chosen=chosen, others=others, searched=searched)


def _page(
    visit: Visit,
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
    names = {*visit.service.credentials.names(), visit.viewer.name, *([task.assignee] if task else [])}
    return visit.page(
        "task_form.html",
        sent=form,
        path=path,
        task=task,
        least=least or visit.today,
        people=visit.people_named(names),
        chosen=chosen,
        others=others,
        searched=searched,
        frequencies={one.value: visit._(text) for one, text in FREQUENCIES.items()},
        weekdays=[*zip([one.value for one in Weekday], visit.formats.weekdays(), strict=True)],
    )
