"""A new estimate, and a draft that is changed."""

from uuid import UUID

from fastapi import APIRouter, Response

from api.bills.document_editor import (
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
from api.estimates.pages import load_seen
from api.pages.context import Page, PageContext, new_id
from api.pages.toasts import Undo
from application import estimates
from domain.errors import Refusal
from domain.estimate import Estimate, EstimateNotDraft, Stage

router = APIRouter(prefix="/estimates")


@router.get("/new")
def show_new_estimate(context: Page, client: UUID | None = None) -> Response:
    """`client` is chosen already where it is begun from its page."""
    editor = _new(context)
    return show(context, editor, usual(context, editor, client))


@router.post("/new")
def draft_estimate(context: Page) -> Response:
    editor, form, command = _new(context), context.form, context.command()
    if only_shows(form):
        return show(context, editor, form)
    try:
        estimate_id = new_id(command, "estimate")
        outcome = estimates.draft_estimate(
            context.store, command, estimate_id, client_id=read_client(form), estimate=read_estimate(form)
        )
    except Refusal as refusal:
        return refused(context, editor, refusal)
    undo = Undo(f"/estimates/{estimate_id}/deletion")
    return context.done(outcome, f"/estimates/{estimate_id}", context._("Draft saved"), undo=undo)


@router.get("/{estimate_id}/edit")
def show_draft(estimate_id: UUID, context: Page) -> Response:
    _, version = context.store.load(Estimate(), estimate_id)
    estimate = load_seen(context, estimate_id)
    if estimate.stage is not Stage.DRAFT:
        return context.refused(EstimateNotDraft(), f"/estimates/{estimate_id}")
    editor = _draft(context, estimate_id, estimate.client_id)
    return show(context, editor, as_form(context, editor, estimate.as_written, version))


@router.post("/{estimate_id}/edit")
def change_draft(estimate_id: UUID, context: Page) -> Response:
    form, known = context.form, load_seen(context, estimate_id, also_deleted=True)
    if known.stage is Stage.DELETED:
        return show_anew(context, _new(context), known.client_id)
    editor = _draft(context, estimate_id, known.client_id)
    if only_shows(form):
        return show(context, editor, form)
    try:
        outcome = estimates.change_estimate(
            context.store, context.command(), estimate_id, estimate=read_estimate(form), seen=form.seen
        )
    except Refusal as refusal:
        return refused(context, editor, refusal)
    return context.done(outcome, f"/estimates/{estimate_id}", context._("Draft saved"))


def _new(context: PageContext) -> Editor:
    return Editor("estimate", context._("New estimate"), "/estimates/new", "/estimates")


def _draft(context: PageContext, estimate_id: UUID, client_id: UUID) -> Editor:
    at = f"/estimates/{estimate_id}"
    return Editor("estimate", context._("Change the draft"), f"{at}/edit", at, client_id)
