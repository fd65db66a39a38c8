"""A case file over HTTP: opened, assigned, staged, disputed, closed; and shown whole, with its history."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path

from api.case_files.inputs import Assignment, Closing, DisputeEnd, FromInvoices, NewCaseFile, NewDispute, NewStage
from api.http.dependencies import Done, NewCommand, Question
from api.http.histories import After, HistoryEntry, history_page
from api.http.problems import documented
from api.http.routes import OneThreadRoute
from api.http.shapes import PRINTABLE, Limit, Why
from application import case_files
from domain.client import Client
from domain.errors import NotFound
from domain.personal import NAME
from projections.desk.case_files import find_case_file
from projections.desk.clients import Held, find_by_reference
from projections.desk.detail import CaseFileDetail, case_file_detail
from projections.pages import Page

router = APIRouter(
    prefix="/api/case-files",
    tags=["case files"],
    responses=documented(401, 403, 404, 422, 503),
    route_class=OneThreadRoute,
)


@router.post("", status_code=201, responses=documented(409))
def open_case_file(body: NewCaseFile, new: NewCommand) -> Done:
    items = body.owed()
    return new.done(
        case_files.open_case_file(
            new.store,
            new.command,
            new.new_id("case file"),
            reference=body.reference,
            creditor_id=body.creditor_id,
            debtor_id=body.debtor_id,
            currency=items[0].amount.currency,
            opened_on=body.opened_on,
            items=items,
            schedule=[instalment.instalment() for instalment in body.schedule or ()],
        )
    )


@router.post("/from-invoices", status_code=201, responses=documented(409))
def open_case_file_from_invoices(body: FromInvoices, new: NewCommand) -> Done:
    """Takes over what is unpaid of a client's invoices: from then on they are paid through the case file."""
    return new.done(
        case_files.open_case_file_from_invoices(
            new.store,
            new.command,
            new.new_id("case file"),
            reference=body.reference,
            invoice_ids=body.invoice_ids,
            opened_on=body.opened_on or new.today,
            ask_first=body.ask_first,
        )
    )


@router.post("/{case_file_id}/assignment", responses=documented(409))
def assign_case_file(case_file_id: UUID, body: Assignment, new: NewCommand) -> Done:
    return new.done(
        case_files.assign_case_file(
            new.store,
            new.command,
            case_file_id,
            collector=body.collector,
            from_on=body.from_,
            ask_first=body.ask_first,
        )
    )


@router.post("/{case_file_id}/stage", responses=documented(409))
def change_stage(case_file_id: UUID, body: NewStage, new: NewCommand) -> Done:
    return new.done(case_files.change_stage(new.store, new.command, case_file_id, stage=body.stage, note=body.note))


@router.post("/{case_file_id}/dispute", status_code=201, responses=documented(409))
def open_dispute(case_file_id: UUID, body: NewDispute, new: NewCommand) -> Done:
    return new.done(
        case_files.open_dispute(
            new.store,
            new.command,
            case_file_id,
            dispute_id=new.new_id("dispute"),
            claim=body.claim,
            opened_on=body.opened_on or new.today,
        )
    )


@router.post("/{case_file_id}/dispute-end", responses=documented(409))
def end_dispute(case_file_id: UUID, body: DisputeEnd, new: NewCommand) -> Done:
    return new.done(
        case_files.end_dispute(
            new.store, new.command, case_file_id, result=body.result, ended_on=body.ended_on or new.today
        )
    )


@router.post("/{case_file_id}/closing", responses=documented(409))
def close_case_file(case_file_id: UUID, body: Closing, new: NewCommand) -> Done:
    return new.done(
        case_files.close_case_file(
            new.store,
            new.command,
            case_file_id,
            reason=body.reason,
            note=body.note,
            keep_credit=body.keep_credit,
        )
    )


@router.post("/{case_file_id}/reopening", responses=documented(409))
def reopen_case_file(case_file_id: UUID, body: Why, new: NewCommand) -> Done:
    return new.done(case_files.reopen_case_file(new.store, new.command, case_file_id, reason=body.reason))


@router.get("/by-reference/{reference}")
def find_case_file_by_reference(
    reference: Annotated[str, Path(max_length=NAME, pattern=PRINTABLE)], question: Question
) -> Held:
    """Whoever has the exact reference, as somebody who takes a call does, learns who works on it."""
    with question.snapshot("escritorio") as db:
        held = find_by_reference(db, reference)
    if held is None:
        raise NotFound(reference=reference)
    return held


@router.get("/{case_file_id}")
def show_case_file(case_file_id: UUID, question: Question) -> CaseFileDetail:
    with question.snapshot("escritorio") as db:
        detail = case_file_detail(db, question.viewer, question.as_of(), case_file_id)
    if detail is None:
        raise NotFound(id=case_file_id)
    question.service.store.load(Client(), detail.line.debtor_id)[0].restrictions.check_seen(question.viewer)
    return detail


@router.get("/{case_file_id}/history")
def show_history(
    case_file_id: UUID,
    question: Question,
    *,
    cursor: After = 0,
    limit: Limit = 50,
) -> Page[HistoryEntry]:
    """Everything that ever happened to it, oldest first, straight from the log."""
    with question.snapshot("escritorio") as db:
        line = find_case_file(db, question.viewer, question.as_of(), case_file_id)
    if line is None:
        raise NotFound(id=case_file_id)
    question.service.store.load(Client(), line.debtor_id)[0].restrictions.check_seen(question.viewer)
    return history_page(question.service.store, case_file_id, cursor, limit)
