"""Where a case file stands: its stage, disputes, whose it is, closed and reopened."""

from uuid import UUID

from fastapi import APIRouter, Response

from api.web.case_files import line_of, shown_again
from api.web.timeline import UNDO
from api.web.toasts import Undo
from api.web.visit import Page, new_id
from application import case_files
from domain.case_file.progress import ClosingReason, Stage
from domain.errors import Refusal
from domain.people import Role

router = APIRouter(prefix="/case-files/{case_file_id}")


@router.post("/stage")
def change_stage(case_file_id: UUID, visit: Page) -> Response:
    page = f"/case-files/{case_file_id}"
    try:
        stage, note = visit.form.choice("stage", Stage), visit.form.optional_text("note")
        before = line_of(visit, case_file_id).stage
        outcome = case_files.change_stage(visit.store, visit.command(), case_file_id, stage=stage, note=note)
    except Refusal as refusal:
        return shown_again(visit, case_file_id, refusal)
    undo = Undo(f"{page}/stage", {"stage": before, "form_name": "stage"}) if before != stage else None
    return visit.done(outcome, visit.back(page), visit._("Stage changed"), undo=undo)


@router.post("/dispute")
def open_dispute(case_file_id: UUID, visit: Page) -> Response:
    page, command = f"/case-files/{case_file_id}", visit.command()
    try:
        outcome = case_files.open_dispute(
            visit.store,
            command,
            case_file_id,
            dispute_id=new_id(command, "dispute"),
            claim=visit.form.text("claim"),
            opened_on=visit.form.day("opened_on"),
        )
    except Refusal as refusal:
        return shown_again(visit, case_file_id, refusal)
    ended = {"result": UNDO, "ended_on": visit.today.isoformat(), "form_name": "dispute-end"}
    undo = Undo(f"{page}/dispute-end", ended)
    return visit.done(outcome, visit.back(page), visit._("Dispute opened"), undo=undo)


@router.post("/dispute-end")
def end_dispute(case_file_id: UUID, visit: Page) -> Response:
    try:
        result, ended_on = visit.form.text("result"), visit.form.day("ended_on")
        outcome = case_files.end_dispute(visit.store, visit.command(), case_file_id, result=result, ended_on=ended_on)
    except Refusal as refusal:
        return shown_again(visit, case_file_id, refusal)
    said = visit._("Undone") if result == UNDO else visit._("Dispute ended")
    return visit.done(outcome, visit.back(f"/case-files/{case_file_id}"), said)


@router.post("/assignment")
def assign_case_file(case_file_id: UUID, visit: Page) -> Response:
    """Without a name, it follows its debtor's collector again."""
    try:
        outcome = case_files.assign_case_file(
            visit.store,
            visit.command(),
            case_file_id,
            collector=visit.form.optional_text("collector"),
            from_on=visit.form.day("from"),
        )
    except Refusal as refusal:
        return shown_again(visit, case_file_id, refusal)
    return visit.done(outcome, visit.back(f"/case-files/{case_file_id}"), visit._("Case file assigned"))


@router.post("/closing")
def close_case_file(case_file_id: UUID, visit: Page) -> Response:
    page = f"/case-files/{case_file_id}"
    try:
        outcome = case_files.close_case_file(
            visit.store,
            visit.command(),
            case_file_id,
            reason=visit.form.choice("reason", ClosingReason),
            note=visit.form.optional_text("note"),
            keep_credit=visit.form.ticked("keep_credit"),
        )
    except Refusal as refusal:
        return shown_again(visit, case_file_id, refusal)
    undo = Undo(f"{page}/reopening", {"reason": UNDO, "form_name": "reopening"}) if visit.may(Role.SUPERVISOR) else None
    return visit.done(outcome, visit.back(page), visit._("Case file closed"), undo=undo)


@router.post("/reopening")
def reopen_case_file(case_file_id: UUID, visit: Page) -> Response:
    try:
        reason = visit.form.text("reason")
        outcome = case_files.reopen_case_file(visit.store, visit.command(), case_file_id, reason=reason)
    except Refusal as refusal:
        return shown_again(visit, case_file_id, refusal)
    said = visit._("Undone") if reason == UNDO else visit._("Case file reopened")
    return visit.done(outcome, visit.back(f"/case-files/{case_file_id}"), said)
