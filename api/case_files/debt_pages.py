"""What is owed on a case file: items, costs, interest, adjustments, the payment plan, credit."""

from uuid import UUID

from fastapi import APIRouter, Response

from api.case_files.inputs import Adjustment, AllocationOrder, Approval, Charge, CreditMove
from api.case_files.pages import currency_of, page_with_form
from api.case_files.plans import INSTALMENT, ITEM
from api.case_files.views import NoSuchCaseFile
from api.http.shapes import InstalmentBody, ItemBody
from api.pages.context import Page, PageContext, new_id
from api.pages.forms import Form
from api.pages.refusals import shown_again_by
from api.pages.rows import typed_rows
from api.pages.timeline import UNDO
from api.pages.toasts import Undo
from application import debts
from application.streams import Outcome
from domain.case_file import CaseFile
from domain.case_file.debt import Item, Part
from domain.case_file.schedule import Instalment
from projections.desk.clients import find_by_reference

router = APIRouter(prefix="/case-files/{case_file_id}")


@router.post("/items")
@shown_again_by(page_with_form)
def add_items(case_file_id: UUID, context: Page) -> Response:
    currency = currency_of(context, case_file_id)

    def item(row: Form) -> Item:
        return row.read(ItemBody, currency).item()

    items = typed_rows(context.form, ITEM, item)
    despite = context.form.read(Approval).despite
    outcome = debts.add_items(context.store, context.command(), case_file_id, items=items, despite=despite)
    return _changed(context, case_file_id, outcome, context._("Debt changed"))


@router.post("/costs")
@shown_again_by(page_with_form)
def charge_cost(case_file_id: UUID, context: Page) -> Response:
    return _charge(context, case_file_id, Part.COSTS, context._("Cost charged"))


@router.post("/interest")
@shown_again_by(page_with_form)
def charge_interest(case_file_id: UUID, context: Page) -> Response:
    return _charge(context, case_file_id, Part.INTEREST, context._("Interest charged"))


def _charge(context: PageContext, case_file_id: UUID, part: Part, said: str) -> Response:
    command, body = context.command(), context.form.read(Charge, currency_of(context, case_file_id))
    outcome = debts.charge(
        context.store,
        command,
        case_file_id,
        part,
        charge_id=new_id(command, part),
        amount=body.amount.money(),
        charged_on=body.charged_on or context.today,
        concept=body.concept,
        despite=body.despite,
        ask_first=body.ask_first,
    )
    return _changed(context, case_file_id, outcome, said)


@router.post("/adjustments")
@shown_again_by(page_with_form)
def adjust_debt(case_file_id: UUID, context: Page) -> Response:
    """What is typed is taken off the debt, unless it is a correction that raises it."""
    command, form = context.command(), context.form
    body = form.read(Adjustment, currency_of(context, case_file_id))
    amount = body.amount.money()
    outcome = debts.adjust_debt(
        context.store,
        command,
        case_file_id,
        adjustment_id=new_id(command, "adjustment"),
        kind=body.kind,
        part=body.part,
        amount=amount if form.ticked("raises") else -amount,
        adjusted_on=body.adjusted_on or context.today,
        reason=body.reason,
    )
    return _changed(context, case_file_id, outcome, context._("Debt changed"))


@router.post("/proposals/{proposal_id}/approval")
@shown_again_by(page_with_form, about="proposal_id", to="/case-files/{case_file_id}")
def approve_proposal(case_file_id: UUID, proposal_id: UUID, context: Page) -> Response:
    despite = context.form.read(Approval).despite
    outcome = debts.approve_proposal(
        context.store, context.command(), case_file_id, proposal_id=proposal_id, despite=despite
    )
    return context.done(
        outcome, context.back(f"/case-files/{case_file_id}"), context._("Proposal approved: the debt has changed")
    )


@router.post("/proposals/{proposal_id}/rejection")
@shown_again_by(page_with_form, about="proposal_id", to="/case-files/{case_file_id}")
def reject_proposal(case_file_id: UUID, proposal_id: UUID, context: Page) -> Response:
    outcome = debts.reject_proposal(
        context.store, context.command(), case_file_id, proposal_id=proposal_id, reason=context.form.reason
    )
    return context.done(outcome, context.back(f"/case-files/{case_file_id}"), context._("Proposal rejected"))


@router.post("/proposals/{proposal_id}/withdrawal")
@shown_again_by(page_with_form, about="proposal_id", to="/case-files/{case_file_id}")
def withdraw_proposal(case_file_id: UUID, proposal_id: UUID, context: Page) -> Response:
    outcome = debts.withdraw_proposal(context.store, context.command(), case_file_id, proposal_id=proposal_id)
    return context.done(outcome, context.back(f"/case-files/{case_file_id}"), context._("Proposal withdrawn"))


@router.post("/allocation-order")
@shown_again_by(page_with_form)
def change_allocation_order(case_file_id: UUID, context: Page) -> Response:
    form = context.form
    order = [form.choice(name, Part) for name in ("first", "second", "third")]
    body = form.read(AllocationOrder, order=order)
    outcome = debts.change_allocation_order(
        context.store, context.command(), case_file_id, order=body.order, reason=body.reason
    )
    return _changed(context, case_file_id, outcome, context._("Order of allocation changed"))


@router.post("/plan")
@shown_again_by(page_with_form)
def agree_plan(case_file_id: UUID, context: Page) -> Response:
    command, currency = context.command(), currency_of(context, case_file_id)

    def instalment(row: Form) -> Instalment:
        return row.read(InstalmentBody, currency).instalment()

    outcome = debts.agree_plan(
        context.store,
        command,
        case_file_id,
        plan_id=new_id(command, "plan"),
        instalments=typed_rows(context.form, INSTALMENT, instalment),
    )
    undo = Undo(f"/case-files/{case_file_id}/plan-end", {"reason": UNDO, "form_name": "plan-end"})
    return _changed(context, case_file_id, outcome, context._("Payment plan agreed"), undo=undo)


@router.post("/plan-end")
@shown_again_by(page_with_form)
def end_plan(case_file_id: UUID, context: Page) -> Response:
    said = context._("Undone") if context.form.value("reason") == UNDO else context._("Payment plan ended")
    outcome = debts.end_plan(context.store, context.command(), case_file_id, reason=context.form.reason)
    return _changed(context, case_file_id, outcome, said)


@router.post("/credit-moves")
@shown_again_by(page_with_form)
def move_credit(case_file_id: UUID, context: Page) -> Response:
    """To the case file of that reference."""
    command, currency = context.command(), currency_of(context, case_file_id)
    body = context.form.read(CreditMove, currency, to=_case_file(context))
    outcome = debts.move_credit(
        context.store,
        command,
        case_file_id,
        credit_id=new_id(command, "credit"),
        amount=body.amount.money(),
        to=body.to,
        reason=body.reason,
    )
    return _changed(context, case_file_id, outcome, context._("Credit moved"))


def _case_file(context: PageContext) -> UUID:
    with context.snapshot() as db:
        held = find_by_reference(db, context.form.text("to"))
    if held is None:
        raise NoSuchCaseFile(field="to")
    return held.id


def _changed(
    context: PageContext, case_file_id: UUID, outcome: Outcome, said: str, *, undo: Undo | None = None
) -> Response:
    """What was only proposed says so instead."""
    case_file, _ = context.store.load(CaseFile(), case_file_id)
    if outcome.id in case_file.proposals.waiting:
        said = context._("Proposed: a supervisor decides on it")
    return context.done(outcome, context.back(f"/case-files/{case_file_id}"), said, undo=undo)
