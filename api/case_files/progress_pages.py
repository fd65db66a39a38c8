"""Where a case file stands: its stage, disputes, whose it is, closed and reopened."""

from uuid import UUID

from fastapi import APIRouter, Response

from api.case_files.pages import line_of, shown_again
from api.pages.context import Page, new_id
from api.pages.timeline import UNDO
from api.pages.toasts import Undo
from application import case_files
from domain.case_file.progress import ClosingReason, Stage
from domain.errors import Refusal
from domain.people import Role

router = APIRouter(prefix="/case-files/{case_file_id}")


@router.post("/stage")
def change_stage(case_file_id: UUID, context: Page) -> Response:
    page = f"/case-files/{case_file_id}"
    try:
        stage, note = context.form.choice("stage", Stage), context.form.optional_text("note")
        before = line_of(context, case_file_id).stage
        outcome = case_files.change_stage(context.store, context.command(), case_file_id, stage=stage, note=note)
    except Refusal as refusal:
        return shown_again(context, case_file_id, refusal)
    undo = Undo(f"{page}/stage", {"stage": before, "form_name": "stage"}) if before != stage else None
    return context.done(outcome, context.back(page), context._("Stage changed"), undo=undo)


@router.post("/dispute")
def open_dispute(case_file_id: UUID, context: Page) -> Response:
    page, command = f"/case-files/{case_file_id}", context.command()
    try:
        outcome = case_files.open_dispute(
            context.store,
            command,
            case_file_id,
            dispute_id=new_id(command, "dispute"),
            claim=context.form.text("claim"),
            opened_on=context.form.day("opened_on"),
        )
    except Refusal as refusal:
        return shown_again(context, case_file_id, refusal)
    ended = {"result": UNDO, "ended_on": context.today.isoformat(), "form_name": "dispute-end"}
    undo = Undo(f"{page}/dispute-end", ended)
    return context.done(outcome, context.back(page), context._("Dispute opened"), undo=undo)


@router.post("/dispute-end")
def end_dispute(case_file_id: UUID, context: Page) -> Response:
    try:
        result, ended_on = context.form.text("result"), context.form.day("ended_on")
        outcome = case_files.end_dispute(
            context.store, context.command(), case_file_id, result=result, ended_on=ended_on
        )
    except Refusal as refusal:
        return shown_again(context, case_file_id, refusal)
    said = context._("Undone") if result == UNDO else context._("Dispute ended")
    return context.done(outcome, context.back(f"/case-files/{case_file_id}"), said)


@router.post("/assignment")
def assign_case_file(case_file_id: UUID, context: Page) -> Response:
    """Without a name, it follows its debtor's collector again."""
    try:
        outcome = case_files.assign_case_file(
            context.store,
            context.command(),
            case_file_id,
            collector=context.form.optional_text("collector"),
            from_on=context.form.day("from"),
        )
    except Refusal as refusal:
        return shown_again(context, case_file_id, refusal)
    return context.done(outcome, context.back(f"/case-files/{case_file_id}"), context._("Case file assigned"))


@router.post("/closing")
def close_case_file(case_file_id: UUID, context: Page) -> Response:
    page = f"/case-files/{case_file_id}"
    try:
        outcome = case_files.close_case_file(
            context.store,
            context.command(),
            case_file_id,
            reason=context.form.choice("reason", ClosingReason),
            note=context.form.optional_text("note"),
            keep_credit=context.form.ticked("keep_credit"),
        )
    except Refusal as refusal:
        return shown_again(context, case_file_id, refusal)
    undo = (
        Undo(f"{page}/reopening", {"reason": UNDO, "form_name": "reopening"}) if context.may(Role.SUPERVISOR) else None
    )
    return context.done(outcome, context.back(page), context._("Case file closed"), undo=undo)


@router.post("/reopening")
def reopen_case_file(case_file_id: UUID, context: Page) -> Response:
    try:
        reason = context.form.text("reason")
        outcome = case_files.reopen_case_file(context.store, context.command(), case_file_id, reason=reason)
    except Refusal as refusal:
        return shown_again(context, case_file_id, refusal)
    said = context._("Undone") if reason == UNDO else context._("Case file reopened")
    return context.done(outcome, context.back(f"/case-files/{case_file_id}"), said)
