"""Where a case file stands: its stage, disputes, whose it is, closed and reopened."""

from uuid import UUID

from fastapi import APIRouter, Response

from api.case_files.inputs import Assignment, Closing, DisputeEnd, NewDispute, NewStage
from api.case_files.pages import line_of, page_with_form
from api.pages.context import Page, new_id
from api.pages.refusals import shown_again_by
from api.pages.timeline import UNDO
from api.pages.toasts import Undo
from application import case_files
from domain.people import Role

router = APIRouter(prefix="/case-files/{case_file_id}")


@router.post("/stage")
@shown_again_by(page_with_form)
def change_stage(case_file_id: UUID, context: Page) -> Response:
    page = f"/case-files/{case_file_id}"
    body, before = context.form.read(NewStage), line_of(context, case_file_id).stage
    outcome = case_files.change_stage(context.store, context.command(), case_file_id, stage=body.stage, note=body.note)
    undo = Undo(f"{page}/stage", {"stage": before, "form_name": "stage"}) if before != body.stage else None
    return context.done(outcome, context.back(page), context._("Stage changed"), undo=undo)


@router.post("/dispute")
@shown_again_by(page_with_form)
def open_dispute(case_file_id: UUID, context: Page) -> Response:
    page, command = f"/case-files/{case_file_id}", context.command()
    body = context.form.read(NewDispute)
    outcome = case_files.open_dispute(
        context.store,
        command,
        case_file_id,
        dispute_id=new_id(command, "dispute"),
        claim=body.claim,
        opened_on=body.opened_on or context.today,
    )
    ended = {"result": UNDO, "ended_on": context.today.isoformat(), "form_name": "dispute-end"}
    undo = Undo(f"{page}/dispute-end", ended)
    return context.done(outcome, context.back(page), context._("Dispute opened"), undo=undo)


@router.post("/dispute-end")
@shown_again_by(page_with_form)
def end_dispute(case_file_id: UUID, context: Page) -> Response:
    body = context.form.read(DisputeEnd)
    result, ended_on = body.result, body.ended_on or context.today
    outcome = case_files.end_dispute(context.store, context.command(), case_file_id, result=result, ended_on=ended_on)
    said = context._("Undone") if result == UNDO else context._("Dispute ended")
    return context.done(outcome, context.back(f"/case-files/{case_file_id}"), said)


@router.post("/assignment")
@shown_again_by(page_with_form)
def assign_case_file(case_file_id: UUID, context: Page) -> Response:
    """Without a name, it follows its debtor's collector again."""
    body = context.form.read(Assignment)
    outcome = case_files.assign_case_file(
        context.store,
        context.command(),
        case_file_id,
        collector=body.collector,
        from_on=body.from_,
        ask_first=body.ask_first,
    )
    return context.done(outcome, context.back(f"/case-files/{case_file_id}"), context._("Case file assigned"))


@router.post("/closing")
@shown_again_by(page_with_form)
def close_case_file(case_file_id: UUID, context: Page) -> Response:
    page, body = f"/case-files/{case_file_id}", context.form.read(Closing)
    outcome = case_files.close_case_file(
        context.store,
        context.command(),
        case_file_id,
        reason=body.reason,
        note=body.note,
        keep_credit=body.keep_credit,
    )
    undo = (
        Undo(f"{page}/reopening", {"reason": UNDO, "form_name": "reopening"}) if context.may(Role.SUPERVISOR) else None
    )
    return context.done(outcome, context.back(page), context._("Case file closed"), undo=undo)


@router.post("/reopening")
@shown_again_by(page_with_form)
def reopen_case_file(case_file_id: UUID, context: Page) -> Response:
    reason = context.form.reason
    outcome = case_files.reopen_case_file(context.store, context.command(), case_file_id, reason=reason)
    said = context._("Undone") if reason == UNDO else context._("Case file reopened")
    return context.done(outcome, context.back(f"/case-files/{case_file_id}"), said)
