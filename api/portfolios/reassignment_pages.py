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

from api.http.shapes import first_of
from api.pages.context import Page, PageContext
from api.pages.forms import FieldMissing, Form
from api.pages.refusals import sent_back_to
from api.pages.toasts import Undo
from api.portfolios.routes import chosen_clients
from api.portfolios.views import NOBODY, preview_of_reassignment
from application import assignments
from domain.errors import NotFound, Refusal
from domain.money import total
from domain.people import Role
from projections.portfolios.clients import places
from projections.portfolios.holdings import plans_of
from projections.portfolios.people import side_by_side
from projections.portfolios.reassigning import Preview, Selection, moved_by, names, stay_with, whom

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
def show_reassignment(context: Page) -> Response:
    """The form, and what would come of it once it tells enough."""
    query = context.request.query_params
    usual = {"from": [context.today.isoformat()]}
    form = Form(usual | {name: query.getlist(name) for name in query} | {"form_name": ["reassign"]})
    try:
        return _shown(context, form, _read(form) if form.value("to") else None)
    except Refusal as refusal:
        return _shown(context, form.refused(refusal), None)


@router.post("/reassignment")
def reassign_clients(context: Page) -> Response:
    try:
        asked = _read(context.form)
        with context.service.caught_up() as db:
            stays = stay_with(db, asked.selection, asked.from_on, context.today)
        outcome = assignments.reassign_clients(
            context.store,
            context.command(),
            lambda: chosen_clients(context.service, asked.selection, context.form.value("selection") or None),
            collector=None if asked.to == NOBODY else asked.to,
            from_on=asked.from_on,
        )
    except Refusal as refusal:
        form = context.form.refused(refusal)
        asked_again = None
        with suppress(Refusal):
            asked_again = _read(context.form)
        return _shown(context, form, asked_again)
    is_planned = asked.from_on > context.today
    undo = Undo(f"/reassignments/{outcome.id}/undo")
    said = context._("Planned for its day") if is_planned else context._("Reassigned")
    if stays:
        said = context._(
            "Reassigned from %(day)s on; assigned later, they stay today with %(who)s",
            day=context.formats.day(asked.from_on),
            who=", ".join(context.holder(one.collector) for one in stays),
        )
    to = "/portfolios#plans" if is_planned else f"/portfolios/{quote(asked.to)}"
    return context.done(outcome, to, said, undo=undo)


@router.post("/reassignments/{reassignment_id}/undo")
def undo_reassignment(context: Page, reassignment_id: UUID) -> Response:
    """A toast where all was taken back; else a page that names those which were not."""
    context.viewer.require(Role.SUPERVISOR, Role.ADMINISTRATOR)
    with context.service.caught_up() as db:
        moved = moved_by(db, reassignment_id)
        known = names(db, moved)
    if not moved:
        raise NotFound(id=reassignment_id)
    outcome, results = assignments.undo_assignments(context.store, context.command(), moved, done_by=reassignment_id)
    left = [(known.get(one.client_id, ""), context.said(one.refused), one.client_id) for one in results if one.refused]
    back = context.back("/portfolios")
    if not left:
        return context.done(outcome, back, context._("Undone"))
    response = context.page("reassignment_undone.html", done=len(results) - len(left), left=left, back=back)
    context.shows(response, outcome.position)
    response.headers["HX-Push-Url"] = "false"
    return response


@router.post("/reassignments/{reassignment_id}/cancellation")
@sent_back_to("/portfolios")
def cancel_reassignment(context: Page, reassignment_id: UUID) -> Response:
    """What waits of it for its day."""
    context.viewer.require(Role.SUPERVISOR, Role.ADMINISTRATOR)
    with context.service.caught_up() as db:
        plans = plans_of(db, reassignment_id)
    if not plans:
        raise NotFound(id=reassignment_id)
    command = context.command()
    outcome = assignments.cancel_assignments(context.store, command, plans)
    return context.done(
        outcome, "/portfolios", context._("Plan cancelled"), undo=Undo(f"/reassignments/{command.id}/undo")
    )


@router.post("/portfolios/of-clients/{client_id}/assignment-plans/{plan_id}/cancellation")
@sent_back_to("/portfolios/of-clients/{client_id}")
def cancel_assignment(context: Page, client_id: UUID, plan_id: UUID) -> Response:
    here = f"/portfolios/of-clients/{client_id}"
    command = context.command()
    outcome = assignments.cancel_assignments(context.store, command, [(client_id, plan_id)])
    undo = Undo(f"/reassignments/{command.id}/undo")
    return context.done(outcome, context.back(here), context._("Plan cancelled"), undo=undo)


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


def _shown(context: PageContext, form: Form, asked: Asked | None) -> Response:
    context.viewer.require(Role.SUPERVISOR, Role.ADMINISTRATOR)
    seen: Preview | None = None
    some: Sequence[str] = ()
    ticked = form.many("client")[: assignments.LIMIT]
    with context.snapshot() as db:
        people = [
            one.collector for one in side_by_side(db, context.viewer, context.today) if one.collector and one.enabled
        ]
        zones, cities = places(db, None)
        if asked is not None:
            to = None if asked.to == NOBODY else asked.to
            seen = preview_of_reassignment(db, asked.selection, to, asked.from_on, context.today)
            ids, _mark = whom(db, asked.selection)
            some = sorted(names(db, ids[:NAMED_AT_MOST]).values())
    moved = [(first_of(one.month), one) for one in seen.collections] if seen else []
    amounts = [amount for _month, one in moved for amount in one.totals]
    return context.page(
        "reassignment.html",
        form=form,
        asked=asked,
        seen=seen,
        moved=moved,
        moved_in_all=[
            total((one for one in amounts if one.currency == currency), currency)
            for currency in sorted({one.currency for one in amounts})
        ],
        some=some,
        ticked=ticked,
        people=people,
        may_hold=context.may_hold(),
        zones=zones,
        cities=cities,
        nobody=NOBODY,
        limit=assignments.LIMIT,
        sent=form,
    )
