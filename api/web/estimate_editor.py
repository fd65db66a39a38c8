"""A new estimate, and a draft that is changed."""

from uuid import UUID

from fastapi import APIRouter, Response

from api.web.document_editor import (
    Editor,
    as_form,
    only_shows,
    read_client,
    read_estimate,
    refused,
    show,
    show_anew,
    usual,
)
from api.web.estimates import load_seen
from api.web.toasts import Undo
from api.web.visit import Page, Visit, new_id
from application import estimates
from domain.errors import Refusal
from domain.estimate import Estimate, EstimateNotDraft, Stage

router = APIRouter(prefix="/estimates")


@router.get("/new")
def show_new_estimate(visit: Page, client: UUID | None = None) -> Response:
    """`client` is chosen already where it is begun from its page."""
    editor = _new(visit)
    return show(visit, editor, usual(visit, editor, client))


@router.post("/new")
def draft_estimate(visit: Page) -> Response:
    editor, form, command = _new(visit), visit.form, visit.command()
    if only_shows(form):
        return show(visit, editor, form)
    try:
        estimate_id = new_id(command, "estimate")
        outcome = estimates.draft_estimate(
            visit.store, command, estimate_id, client_id=read_client(form), estimate=read_estimate(form)
        )
    except Refusal as refusal:
        return refused(visit, editor, refusal)
    undo = Undo(f"/estimates/{estimate_id}/deletion")
    return visit.done(outcome, f"/estimates/{estimate_id}", visit._("Draft saved"), undo=undo)


@router.get("/{estimate_id}/edit")
def show_draft(estimate_id: UUID, visit: Page) -> Response:
    _, version = visit.store.load(Estimate(), estimate_id)
    estimate = load_seen(visit, estimate_id)
    if estimate.stage is not Stage.DRAFT:
        return visit.refused(EstimateNotDraft(), f"/estimates/{estimate_id}")
    editor = _draft(visit, estimate_id, estimate.client_id)
    return show(visit, editor, as_form(visit, editor, estimate.told, version))


@router.post("/{estimate_id}/edit")
def change_draft(estimate_id: UUID, visit: Page) -> Response:
    form, known = visit.form, load_seen(visit, estimate_id, also_deleted=True)
    if known.stage is Stage.DELETED:
        return show_anew(visit, _new(visit), known.client_id)
    editor = _draft(visit, estimate_id, known.client_id)
    if only_shows(form):
        return show(visit, editor, form)
    try:
        outcome = estimates.change_estimate(
            visit.store, visit.command(), estimate_id, estimate=read_estimate(form), seen=form.seen
        )
    except Refusal as refusal:
        return refused(visit, editor, refusal)
    return visit.done(outcome, f"/estimates/{estimate_id}", visit._("Draft saved"))


def _new(visit: Visit) -> Editor:
    return Editor("estimate", visit._("New estimate"), "/estimates/new", "/estimates")


def _draft(visit: Visit, estimate_id: UUID, client_id: UUID) -> Editor:
    at = f"/estimates/{estimate_id}"
    return Editor("estimate", visit._("Change the draft"), f"{at}/edit", at, client_id)
