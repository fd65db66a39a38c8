"""Expenses: one's own, a new one with what is attached to it, and for a supervisor what waits for a decision."""

from dataclasses import dataclass
from uuid import UUID

from fastapi import APIRouter, Response
from sqlalchemy import Connection
from starlette.datastructures import UploadFile

from api.case_files.views import NoSuchCaseFile
from api.expenses.inputs import Approval, ExpenseBody
from api.expenses.listing import ALL, ExpensePage
from api.expenses.routes import served
from api.expenses.timeline import decided_meanwhile, entries
from api.expenses.views import note_of
from api.http.shapes import Search
from api.pages.context import Page, PageContext, SentFile, new_id, own_path
from api.pages.forms import FieldMissing, Form
from api.pages.list_address import read
from api.pages.refusals import shown_again_by
from api.pages.timeline import UNDO
from api.pages.toasts import Undo
from application import attachments, expenses
from application.attachments import AT_MOST, Attachment
from application.streams import Outcome
from domain.case_file import CaseFile
from domain.errors import Invalid, NotFound, Refusal
from domain.expense import BorneBy, State
from domain.people import WORKS, Role
from projections.desk.case_files import CaseFileLine, find_case_file
from projections.desk.clients import find_by_reference
from projections.expenses.lists import ExpenseLine, find_expense_line, list_expenses, waiting_expenses

router = APIRouter(prefix="/expenses")

HERE = "/expenses"
SHOWN = 15


@dataclass(frozen=True)
class ShownExpense:
    """`decides` and `changes`: whether whoever looks may decide on it as things stand, or change and withdraw it."""

    line: ExpenseLine
    note: str | None
    decides: bool
    changes: bool


def shown_expense(context: PageContext, line: ExpenseLine) -> ShownExpense:
    waits, own = line.state == State.UNAPPROVED.value, line.claimed_by == context.viewer.name
    return ShownExpense(
        line,
        note_of(context.store, context.viewer, line),
        decides=waits and may_decide(context, line.claimed_by),
        changes=waits and own and context.works,
    )


def may_decide(context: PageContext, claimed_by: str) -> bool:
    return context.may(Role.SUPERVISOR) and not (claimed_by == context.viewer.name and context.business.four_eyes)


# Lists


@router.get("")
def show_expenses(context: Page) -> Response:
    """A supervisor finds what waits, the longest first; everybody else the own ones, the latest first."""
    asked = read(context, HERE, ExpensePage, state=State.UNAPPROVED if context.may(Role.SUPERVISOR) else ALL)
    query = asked.query
    sort = "position" if query.state is State.UNAPPROVED else "-position"
    with context.snapshot() as db:
        page = list_expenses(db, context.viewer, query.filters(), sort, query.cursor, SHOWN)
        waiting = waiting_expenses(db, context.viewer)
    rows = [shown_expense(context, line) for line in page.items]
    return context.page(
        "expenses.html",
        rows=rows,
        asked=asked,
        page=page,
        collectors=context.service.credentials.names() if context.viewer.sees_all else [],
        waiting=waiting,
        here=asked.address(cursor=query.cursor or ""),
        decides=any(row.decides for row in rows),
    )


# A new one


@router.get("/new")
def show_new_expense(context: Page, case_file: Search = None, back: str = "") -> Response:
    return _new(context, case_file=case_file or "", back=own_path(back, ""))


def _new(context: PageContext, *, case_file: str, back: str, sent: Form | None = None) -> Response:
    context.viewer.require(*WORKS)
    return context.page("new_expense.html", case_file=case_file, back=back, sent=sent)


@router.post("")
def claim_expense(context: Page, sent: SentFile) -> Response:
    context.viewer.require(*WORKS)
    command, form = context.command(), context.form
    try:
        with context.snapshot() as db:
            case_file = _case_file(context, db)
        currency = case_file.principal.currency if case_file else context.formats.currency
        new = form.read(ExpenseBody, currency, case_file_id=case_file and case_file.id).expense(context.today)
        attachment = _attachment(context, sent) if sent else None
        expense_id = new_id(command, "expense")
        outcome = expenses.claim_expense(
            context.store, command, expense_id, files=context.service.files, expense=new, attachment=attachment
        )
    except Refusal as refusal:
        return _new(context, case_file="", back=own_path(form.value("back"), ""), sent=form.refused(refusal))
    undo = Undo(f"{HERE}/{expense_id}/withdrawal")
    return context.done(outcome, context.back(HERE), context._("Expense claimed"), undo=undo)


def _case_file(context: PageContext, db: Connection) -> CaseFileLine | None:
    """By its reference, in the field that has the name of the API's."""
    reference = context.form.optional_text("case_file_id")
    if reference is None:
        return None
    held = find_by_reference(db, reference)
    line = find_case_file(db, context.viewer, context.as_of, held.id) if held else None
    if line is None:
        raise NoSuchCaseFile(field="case_file_id")
    return line


def _attachment(context: PageContext, sent: UploadFile) -> Attachment:
    """No more of it is read than is needed to see that it is too large."""
    return attachments.checked(sent.file.read(AT_MOST + 1), context.service.images, field="file")


# One expense


@router.get("/{expense_id}")
def show_expense(expense_id: UUID, context: Page) -> Response:
    return _expense(context, expense_id)


def _expense(context: PageContext, expense_id: UUID, *, sent: Form | None = None) -> Response:
    with context.snapshot() as db:
        line = find_expense_line(db, context.viewer, expense_id)
        if line is None:
            raise NotFound(id=expense_id)
        reachable = line.case_file_id and find_case_file(db, context.viewer, context.as_of, line.case_file_id)
    borne = line.case_file_id if line.borne_by == BorneBy.DEBTOR.value else None
    decided = line.state in {State.APPROVED.value, State.REJECTED.value}
    return context.page(
        "expense.html",
        row=shown_expense(context, line),
        reachable=bool(reachable),
        stopped=borne is not None and context.store.load(CaseFile(), borne)[0].stopped_by is not None,
        reopens=decided and may_decide(context, line.claimed_by),
        entries=[*entries(context, context.store.history(expense_id))],
        sent=sent,
    )


@router.get("/{expense_id}/attachment")
def show_attachment(expense_id: UUID, context: Page) -> Response:
    attachment = expenses.read_attachment(context.store, context.service.files, context.viewer, expense_id)
    claimed = expenses.find_expense(context.store, context.viewer, expense_id).claimed
    name = context._("expense")
    return served(attachment, f"{name}-{claimed.spent_on}-{claimed.claimed_by}")


@router.post("/{expense_id}/attachment")
def attach(expense_id: UUID, context: Page, sent: SentFile) -> Response:
    service = context.service
    try:
        if sent is None:
            raise FieldMissing(field="file")
        content = sent.file.read(AT_MOST + 1)
        outcome = expenses.attach(
            context.store,
            context.command(),
            expense_id,
            files=service.files,
            images=service.images,
            content=content,
            field="file",
        )
    except Invalid as refusal:
        return _expense(context, expense_id, sent=context.form.refused(refusal))
    except Refusal as refusal:
        return context.refused(refusal, f"{HERE}/{expense_id}")
    return context.done(outcome, f"{HERE}/{expense_id}", context._("File attached"))


refused_decision = shown_again_by(
    _expense,
    to=f"{HERE}/{{expense_id}}",
    meanwhile=lambda context, refusal, given: decided_meanwhile(context, refusal, given["expense_id"]),
)


@router.post("/{expense_id}/approval")
@refused_decision
def approve_expense(expense_id: UUID, context: Page) -> Response:
    despite = context.form.read(Approval).despite
    outcome = expenses.approve_expense(context.store, context.command(), expense_id, despite=despite)
    return _decided(context, outcome, context._("Expense approved"), undone=True)


@router.post("/{expense_id}/rejection")
@refused_decision
def reject_expense(expense_id: UUID, context: Page) -> Response:
    reason = context.form.reason
    outcome = expenses.reject_expense(context.store, context.command(), expense_id, reason=reason)
    return _decided(context, outcome, context._("Expense rejected"), undone=True)


@router.post("/{expense_id}/reopening")
@refused_decision
def reopen_expense(expense_id: UUID, context: Page) -> Response:
    command, reason = context.command(), context.form.reason
    adjustment_id = new_id(command, "adjustment")
    outcome = expenses.reopen_expense(context.store, command, expense_id, adjustment_id=adjustment_id, reason=reason)
    return _decided(context, outcome, context._("Undone") if reason == UNDO else context._("Decision undone"))


@router.post("/{expense_id}/withdrawal")
@refused_decision
def withdraw_expense(expense_id: UUID, context: Page) -> Response:
    outcome = expenses.withdraw_expense(context.store, context.command(), expense_id)
    return _decided(context, outcome, context._("Expense withdrawn"))


def _decided(context: PageContext, outcome: Outcome, said: str, *, undone: bool = False) -> Response:
    """`undone`: with a button that takes it back."""
    here = f"{HERE}/{outcome.id}"
    undo = Undo(f"{here}/reopening", {"reason": UNDO}) if undone else None
    return context.done(outcome, context.back(here), said, undo=undo)
