"""Expenses: one's own, a new one with what is attached to it, and for a supervisor what waits for a decision."""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Response
from sqlalchemy import Connection
from starlette.datastructures import UploadFile

from api.expenses import note_of, served
from api.shapes import Cursor, Search
from api.web.debts import NoSuchCaseFile
from api.web.expense_history import decided_meanwhile, entries
from api.web.forms import FieldMissing, Form
from api.web.list_address import one_of
from api.web.timeline import UNDO
from api.web.toasts import Undo
from api.web.visit import Page, SentFile, Visit, new_id, own_path
from application import attachments, expenses
from application.attachments import AT_MOST, Attachment
from application.streams import Command, Outcome
from domain.case_file import CaseFile
from domain.errors import Invalid, NotFound, Refusal
from domain.expense import (
    BorneBy,
    Kind,
    NewExpense,
    State,
)
from domain.people import WORKS, Role
from projections.escritorio.case_files import CaseFileLine, find_case_file
from projections.escritorio.clients import find_by_reference
from projections.expenses.lists import ExpenseLine, Filters, find_expense_line, list_expenses, waiting_expenses

router = APIRouter(prefix="/expenses")

HERE = "/expenses"
SHOWN = 15
ALL = "all"


@dataclass(frozen=True)
class ShownExpense:
    """`decides` and `changes`: whether whoever looks may decide on it as things stand, or change and withdraw it."""

    line: ExpenseLine
    note: str | None
    decides: bool
    changes: bool


def shown_expense(visit: Visit, line: ExpenseLine) -> ShownExpense:
    waits, own = line.state == State.UNAPPROVED.value, line.claimed_by == visit.viewer.name
    return ShownExpense(
        line,
        note_of(visit.store, visit.viewer, line),
        decides=waits and may_decide(visit, line.claimed_by),
        changes=waits and own and visit.works,
    )


def may_decide(visit: Visit, claimed_by: str) -> bool:
    return visit.may(Role.SUPERVISOR) and not (claimed_by == visit.viewer.name and visit.business.four_eyes)


# Lists


@router.get("")
def show_expenses(visit: Page, state: str = "", collector: Search = None, cursor: Cursor = None) -> Response:
    """A supervisor finds what waits, the longest first; everybody else the own ones, the latest first."""
    usual = State.UNAPPROVED.value if visit.may(Role.SUPERVISOR) else ALL
    asked = one_of((ALL, *State), state, "state") or usual
    waits = asked == State.UNAPPROVED.value
    filters = Filters(None if asked == ALL else asked, collector)
    with visit.snapshot() as db:
        page = list_expenses(db, visit.viewer, filters, "position" if waits else "-position", cursor, SHOWN)
        waiting = waiting_expenses(db, visit.viewer)
    rows = [shown_expense(visit, line) for line in page.items]

    def address(cursor: str = "", *, state: str = asked) -> str:
        named = {"state": state, "collector": collector, "cursor": cursor}
        return f"{HERE}?{urlencode({name: value for name, value in named.items() if value})}"

    return visit.page(
        "expenses.html",
        rows=rows,
        asked=asked,
        collector=collector or "",
        collectors=visit.service.credentials.names() if visit.viewer.sees_all else [],
        waiting=waiting,
        next_cursor=page.next,
        first=not cursor,
        address=address,
        here=address(cursor or ""),
        decides=any(row.decides for row in rows),
    )


# A new one


@router.get("/new")
def show_new_expense(visit: Page, case_file: Search = None, back: str = "") -> Response:
    return _new(visit, case_file=case_file or "", back=own_path(back, ""))


def _new(visit: Visit, *, case_file: str, back: str, sent: Form | None = None) -> Response:
    visit.viewer.require(*WORKS)
    return visit.page("new_expense.html", case_file=case_file, back=back, sent=sent)


@router.post("")
def claim_expense(visit: Page, sent: SentFile) -> Response:
    visit.viewer.require(*WORKS)
    command, form = visit.command(), visit.form
    try:
        with visit.snapshot() as db:
            case_file = _case_file(visit, db)
        new = NewExpense(
            form.choice("kind", Kind),
            form.money("amount", case_file.principal.currency if case_file else visit.formats.currency),
            form.day("spent_on"),
            form.choice("borne_by", BorneBy),
            case_file.id if case_file else None,
            form.optional_text("note"),
        )
        attachment = _attachment(visit, sent) if sent else None
        expense_id = new_id(command, "expense")
        outcome = expenses.claim_expense(
            visit.store, command, expense_id, files=visit.service.files, expense=new, attachment=attachment
        )
    except Refusal as refusal:
        return _new(visit, case_file="", back=own_path(form.value("back"), ""), sent=form.refused(refusal))
    undo = Undo(f"{HERE}/{expense_id}/withdrawal")
    return visit.done(outcome, visit.back(HERE), visit._("Expense claimed"), undo=undo)


def _case_file(visit: Visit, db: Connection) -> CaseFileLine | None:
    """By its reference, in the field that has the name of the API's."""
    reference = visit.form.optional_text("case_file_id")
    if reference is None:
        return None
    held = find_by_reference(db, reference)
    line = find_case_file(db, visit.viewer, visit.as_of, held.id) if held else None
    if line is None:
        raise NoSuchCaseFile(field="case_file_id")
    return line


def _attachment(visit: Visit, sent: UploadFile) -> Attachment:
    """No more of it is read than is needed to see that it is too large."""
    return attachments.checked(sent.file.read(AT_MOST + 1), visit.service.images, field="file")


# One expense


@router.get("/{expense_id}")
def show_expense(expense_id: UUID, visit: Page) -> Response:
    return _expense(visit, expense_id)


def _expense(visit: Visit, expense_id: UUID, *, sent: Form | None = None) -> Response:
    with visit.snapshot() as db:
        line = find_expense_line(db, visit.viewer, expense_id)
        if line is None:
            raise NotFound(id=expense_id)
        reachable = line.case_file_id and find_case_file(db, visit.viewer, visit.as_of, line.case_file_id)
    borne = line.case_file_id if line.borne_by == BorneBy.DEBTOR.value else None
    decided = line.state in {State.APPROVED.value, State.REJECTED.value}
    return visit.page(
        "expense.html",
        row=shown_expense(visit, line),
        reachable=bool(reachable),
        stopped=borne is not None and visit.store.load(CaseFile(), borne)[0].stopped_by is not None,
        reopens=decided and may_decide(visit, line.claimed_by),
        entries=[*entries(visit, visit.store.history(expense_id))],
        sent=sent,
    )


@router.get("/{expense_id}/attachment")
def show_attachment(expense_id: UUID, visit: Page) -> Response:
    attachment = expenses.read_attachment(visit.store, visit.service.files, visit.viewer, expense_id)
    claimed = expenses.find_expense(visit.store, visit.viewer, expense_id).claimed
    name = visit._("expense")
    return served(attachment, f"{name}-{claimed.spent_on}-{claimed.claimed_by}")


@router.post("/{expense_id}/attachment")
def attach(expense_id: UUID, visit: Page, sent: SentFile) -> Response:
    service = visit.service
    try:
        if sent is None:
            raise FieldMissing(field="file")
        content = sent.file.read(AT_MOST + 1)
        outcome = expenses.attach(
            visit.store,
            visit.command(),
            expense_id,
            files=service.files,
            images=service.images,
            content=content,
            field="file",
        )
    except Invalid as refusal:
        return _expense(visit, expense_id, sent=visit.form.refused(refusal))
    except Refusal as refusal:
        return visit.refused(refusal, f"{HERE}/{expense_id}")
    return visit.done(outcome, f"{HERE}/{expense_id}", visit._("File attached"))


@router.post("/{expense_id}/approval")
def approve_expense(expense_id: UUID, visit: Page) -> Response:
    def approve(command: Command) -> Outcome:
        despite = visit.form.optional_text("despite")
        return expenses.approve_expense(visit.store, command, expense_id, despite=despite)

    return _change(visit, expense_id, approve, visit._("Expense approved"), undone=True)


@router.post("/{expense_id}/rejection")
def reject_expense(expense_id: UUID, visit: Page) -> Response:
    def reject(command: Command) -> Outcome:
        return expenses.reject_expense(visit.store, command, expense_id, reason=visit.form.text("reason"))

    return _change(visit, expense_id, reject, visit._("Expense rejected"), undone=True)


@router.post("/{expense_id}/reopening")
def reopen_expense(expense_id: UUID, visit: Page) -> Response:
    def reopen(command: Command) -> Outcome:
        adjustment_id, reason = new_id(command, "adjustment"), visit.form.text("reason")
        return expenses.reopen_expense(visit.store, command, expense_id, adjustment_id=adjustment_id, reason=reason)

    said = visit._("Undone") if visit.form.value("reason") == UNDO else visit._("Decision undone")
    return _change(visit, expense_id, reopen, said)


@router.post("/{expense_id}/withdrawal")
def withdraw_expense(expense_id: UUID, visit: Page) -> Response:
    def withdraw(command: Command) -> Outcome:
        return expenses.withdraw_expense(visit.store, command, expense_id)

    return _change(visit, expense_id, withdraw, visit._("Expense withdrawn"))


def _change(
    visit: Visit, expense_id: UUID, change: Callable[[Command], Outcome], said: str, *, undone: bool = False
) -> Response:
    back = visit.back(f"{HERE}/{expense_id}")
    try:
        outcome = change(visit.command())
    except Invalid as refusal:
        if visit.form.name:
            return _expense(visit, expense_id, sent=visit.form.refused(refusal))
        return visit.refused(refusal, back)
    except Refusal as refusal:
        return visit.refused(refusal, back, why=decided_meanwhile(visit, refusal, expense_id))
    undo = Undo(f"{HERE}/{expense_id}/reopening", {"reason": UNDO}) if undone else None
    return visit.done(outcome, back, said, undo=undo)
