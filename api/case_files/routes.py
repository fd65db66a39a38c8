"""A case file over HTTP: opened, assigned, staged, disputed, closed; and shown whole, with its history."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path
from pydantic import Field, StrictBool

from api.http.dependencies import Done, NewCommand, Question
from api.http.histories import After, HistoryEntry, history_page
from api.http.problems import documented
from api.http.routes import OneThreadRoute
from api.http.shapes import PRINTABLE, Body, Day, Instalments, Items, Limit, MoneyBody, Name, Note, Why
from application import case_files
from domain.case_file.debt import Item
from domain.case_file.progress import ClosingReason, Stage
from domain.client import Client
from domain.errors import Invalid, NotFound
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


class PrincipalOrItems(Invalid):
    title = "Tell either the principal and the day it is due, or the items"


class NewCaseFile(Body):
    """What is owed is one `principal` with its `due_on`, or `items`; `schedule` may say when it falls due."""

    reference: Name
    creditor_id: UUID | None = None
    debtor_id: UUID
    opened_on: Day
    principal: MoneyBody | None = None
    due_on: Day | None = None
    items: Items | None = None
    schedule: Instalments | None = None

    def owed(self) -> Sequence[Item]:
        """A principal with a schedule is due on the last day of that."""
        due_on = self.due_on or max((instalment.due_on for instalment in self.schedule or ()), default=None)
        if self.principal is None and self.due_on is None and self.items is not None:
            return [item.item() for item in self.items]
        if self.principal is None or due_on is None or self.items is not None:
            raise PrincipalOrItems(field="principal")
        return [Item(self.reference, min(self.opened_on, due_on), due_on, self.principal.money("principal"))]


class FromInvoices(Body):
    """`ask_first`: where an invoice is not due yet or was never sent, it is refused (409) and says so."""

    reference: Name
    invoice_ids: Annotated[Sequence[UUID], Field(min_length=1, max_length=1000)]
    opened_on: Day | None = None
    ask_first: StrictBool = False


class Assignment(Body):
    """`collector` null: the case file follows its debtor's collector again."""

    collector: Name | None
    from_: Annotated[Day, Field(alias="from")]


class NewStage(Body):
    stage: Stage
    note: Note | None = None


class NewDispute(Body):
    claim: Note
    opened_on: Day | None = None


class DisputeEnd(Body):
    result: Note
    ended_on: Day | None = None


class Closing(Body):
    """`keep_credit`: what was paid too much stays there as credit; the note says why."""

    reason: ClosingReason
    note: Note | None = None
    keep_credit: StrictBool = False


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
        case_files.assign_case_file(new.store, new.command, case_file_id, collector=body.collector, from_on=body.from_)
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
