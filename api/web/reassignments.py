"""Clients change hands: chosen, looked at in a preview, moved all at once, and given back by one click.

The preview is a page of its own address. What it showed goes along with the form: other clients are not moved by it.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Response

from api.portfolio_reading import NOBODY
from api.portfolios import chosen_clients
from api.web.forms import FieldMissing, Form
from api.web.toasts import Undo
from api.web.visit import Page, Visit
from application import assignments
from domain.errors import NotFound, Refusal
from domain.people import Role
from projections.portfolio.clients import places
from projections.portfolio.holdings import plans_of
from projections.portfolio.people import side_by_side
from projections.portfolio.reassigning import Preview, Selection, moved_by, names, preview, whom

router = APIRouter()

NAMED_AT_MOST = 10
"""How many clients a preview names."""


@dataclass(frozen=True)
class Asked:
    """Whom, to whom and from when, as the form tells it. `to` is empty before somebody is chosen."""

    selection: Selection
    to: str
    from_on: date


@router.get("/reassignment")
def show_reassignment(visit: Page) -> Response:
    """The form, and what would come of it once it tells enough."""
    query = visit.request.query_params
    usual = {"from": [visit.today.isoformat()]}
    form = Form(usual | {name: query.getlist(name) for name in query} | {"form_name": ["reassign"]})
    try:
        return _shown(visit, form, _read(form) if form.value("to") else None)
    except Refusal as refusal:
        return _shown(visit, form.refused(refusal), None)


@router.post("/reassignment")
def reassign_clients(visit: Page) -> Response:
    try:
        asked = _read(visit.form)
        outcome = assignments.reassign_clients(
            visit.store,
            visit.command(),
            lambda: chosen_clients(visit.service, asked.selection, visit.form.value("selection") or None),
            collector=None if asked.to == NOBODY else asked.to,
            from_on=asked.from_on,
        )
    except Refusal as refusal:
        form = visit.form.refused(refusal)
        asked_again = None
        with suppress(Refusal):
            asked_again = _read(visit.form)
        return _shown(visit, form, asked_again)
    is_planned = asked.from_on > visit.today
    undo = Undo(f"/reassignments/{outcome.id}/undo")
    said = visit._("Planned for its day") if is_planned else visit._("Reassigned")
    to = "/portfolios#plans" if is_planned else f"/portfolios/{quote(asked.to)}"
    return visit.done(outcome, to, said, undo=undo)


@router.post("/reassignments/{reassignment_id}/undo")
def undo_reassignment(visit: Page, reassignment_id: UUID) -> Response:
    """A toast where all was taken back; else a page that names those which were not."""
    visit.viewer.require(Role.SUPERVISOR, Role.ADMINISTRATOR)
    with visit.service.caught_up() as db:
        moved = moved_by(db, reassignment_id)
        known = names(db, moved)
    if not moved:
        raise NotFound(id=reassignment_id)
    outcome, results = assignments.undo_assignments(visit.store, visit.command(), moved, done_by=reassignment_id)
    left = [(known.get(one.client_id, ""), visit.said(one.refused), one.client_id) for one in results if one.refused]
    back = visit.back("/portfolios")
    if not left:
        return visit.done(outcome, back, visit._("Undone"))
    response = visit.page("reassignment_undone.html", done=len(results) - len(left), left=left, back=back)
    visit.shows(response, outcome.position)
    response.headers["HX-Push-Url"] = "false"
    return response


@router.post("/reassignments/{reassignment_id}/cancellation")
def cancel_reassignment(visit: Page, reassignment_id: UUID) -> Response:
    """What waits of it for its day."""
    visit.viewer.require(Role.SUPERVISOR, Role.ADMINISTRATOR)
    with visit.service.caught_up() as db:
        plans = plans_of(db, reassignment_id)
    try:
        if not plans:
            raise NotFound(id=reassignment_id)
        command = visit.command()
        outcome = assignments.cancel_assignments(visit.store, command, plans)
    except Refusal as refusal:
        return visit.refused(refusal, "/portfolios")
    return visit.done(outcome, "/portfolios", visit._("Plan cancelled"), undo=Undo(f"/reassignments/{command.id}/undo"))


@router.post("/portfolios/of-clients/{client_id}/assignment-plans/{plan_id}/cancellation")
def cancel_assignment(visit: Page, client_id: UUID, plan_id: UUID) -> Response:
    here = f"/portfolios/of-clients/{client_id}"
    command = visit.command()
    try:
        outcome = assignments.cancel_assignments(visit.store, command, [(client_id, plan_id)])
    except Refusal as refusal:
        return visit.refused(refusal, here)
    undo = Undo(f"/reassignments/{command.id}/undo")
    return visit.done(outcome, visit.back(here), visit._("Plan cancelled"), undo=undo)


def _read(form: Form) -> Asked:
    ids: dict[UUID, None] = {}
    for text in form.many("client"):
        with suppress(ValueError):  # what is no id is left out
            ids[UUID(text)] = None
    collector, zone, city = (form.optional_text(name) for name in ("collector", "zone", "city"))
    if not ids and not (collector or zone or city):
        raise FieldMissing(field="collector")
    selection = Selection([*ids]) if ids else Selection(None, "" if collector == NOBODY else collector, zone, city)
    return Asked(selection, form.text("to"), form.day("from"))


def _shown(visit: Visit, form: Form, asked: Asked | None) -> Response:
    visit.viewer.require(Role.SUPERVISOR, Role.ADMINISTRATOR)
    seen: Preview | None = None
    some: Sequence[str] = ()
    ticked = form.many("client")[: assignments.LIMIT]
    with visit.snapshot() as db:
        people = [one.collector for one in side_by_side(db, visit.viewer, visit.today) if one.collector and one.enabled]
        zones, cities = places(db, None)
        if asked is not None:
            to = None if asked.to == NOBODY else asked.to
            seen = preview(db, asked.selection, to, asked.from_on, visit.today)
            ids, _mark = whom(db, asked.selection)
            some = sorted(names(db, ids[:NAMED_AT_MOST]).values())
    return visit.page(
        "reassignment.html",
        form=form,
        asked=asked,
        seen=seen,
        some=some,
        ticked=ticked,
        people=people,
        zones=zones,
        cities=cities,
        nobody=NOBODY,
        limit=assignments.LIMIT,
        sent=form,
    )
