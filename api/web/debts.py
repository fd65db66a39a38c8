"""What is owed on a case file: items, costs, interest, adjustments, the payment plan, credit."""

from collections.abc import Callable
from uuid import UUID

from fastapi import APIRouter, Response

from api.web.case_files import currency_of, shown_again
from api.web.forms import Form
from api.web.plans import INSTALMENT, ITEM, typed_rows
from api.web.timeline import UNDO
from api.web.toasts import Undo
from api.web.visit import Page, Visit, new_id
from application import debts
from application.streams import Outcome
from domain.case_file import CaseFile
from domain.case_file.debt import AdjustmentKind, Item, Part
from domain.case_file.schedule import Instalment
from domain.errors import Invalid, Refusal
from projections.escritorio.clients import find_by_reference

router = APIRouter(prefix="/case-files/{case_file_id}")


class NoSuchCaseFile(Invalid):
    title = "There is no case file with this reference"


@router.post("/items")
def add_items(case_file_id: UUID, visit: Page) -> Response:
    def add() -> Outcome:
        currency = currency_of(visit, case_file_id)

        def item(row: Form) -> Item:
            return Item(row.value("number"), row.day("issued_on"), row.day("due_on"), row.money("amount", currency))

        items = typed_rows(visit.form, ITEM, item)
        despite = visit.form.optional_text("despite")
        return debts.add_items(visit.store, visit.command(), case_file_id, items=items, despite=despite)

    return _change(visit, case_file_id, add, said=visit._("Debt changed"))


@router.post("/costs")
def charge_cost(case_file_id: UUID, visit: Page) -> Response:
    def charge() -> Outcome:
        command, form = visit.command(), visit.form
        return debts.charge_cost(
            visit.store,
            command,
            case_file_id,
            cost_id=new_id(command, "cost"),
            amount=form.money("amount", currency_of(visit, case_file_id)),
            charged_on=form.day("charged_on"),
            concept=form.optional_text("concept"),
            despite=form.optional_text("despite"),
            ask_first=form.asks_first,
        )

    return _change(visit, case_file_id, charge, said=visit._("Cost charged"))


@router.post("/interest")
def charge_interest(case_file_id: UUID, visit: Page) -> Response:
    def charge() -> Outcome:
        command, form = visit.command(), visit.form
        return debts.charge_interest(
            visit.store,
            command,
            case_file_id,
            interest_id=new_id(command, "interest"),
            amount=form.money("amount", currency_of(visit, case_file_id)),
            charged_on=form.day("charged_on"),
            concept=form.optional_text("concept"),
            despite=form.optional_text("despite"),
            ask_first=form.asks_first,
        )

    return _change(visit, case_file_id, charge, said=visit._("Interest charged"))


@router.post("/adjustments")
def adjust_debt(case_file_id: UUID, visit: Page) -> Response:
    """What is typed is taken off the debt, unless it is a correction that raises it."""

    def adjust() -> Outcome:
        command, form = visit.command(), visit.form
        amount = form.money("amount", currency_of(visit, case_file_id))
        return debts.adjust_debt(
            visit.store,
            command,
            case_file_id,
            adjustment_id=new_id(command, "adjustment"),
            kind=form.choice("kind", AdjustmentKind),
            part=form.choice("part", Part),
            amount=amount if form.ticked("raises") else -amount,
            adjusted_on=form.day("adjusted_on"),
            reason=form.text("reason"),
        )

    return _change(visit, case_file_id, adjust, said=visit._("Debt changed"))


@router.post("/proposals/{proposal_id}/approval")
def approve_proposal(case_file_id: UUID, proposal_id: UUID, visit: Page) -> Response:
    despite = visit.form.optional_text("despite")
    return _decide(
        visit,
        case_file_id,
        proposal_id,
        lambda: debts.approve_proposal(
            visit.store, visit.command(), case_file_id, proposal_id=proposal_id, despite=despite
        ),
        said=visit._("Proposal approved: the debt has changed"),
    )


@router.post("/proposals/{proposal_id}/rejection")
def reject_proposal(case_file_id: UUID, proposal_id: UUID, visit: Page) -> Response:
    return _decide(
        visit,
        case_file_id,
        proposal_id,
        lambda: debts.reject_proposal(
            visit.store, visit.command(), case_file_id, proposal_id=proposal_id, reason=visit.form.text("reason")
        ),
        said=visit._("Proposal rejected"),
    )


@router.post("/proposals/{proposal_id}/withdrawal")
def withdraw_proposal(case_file_id: UUID, proposal_id: UUID, visit: Page) -> Response:
    return _decide(
        visit,
        case_file_id,
        proposal_id,
        lambda: debts.withdraw_proposal(visit.store, visit.command(), case_file_id, proposal_id=proposal_id),
        said=visit._("Proposal withdrawn"),
    )


@router.post("/allocation-order")
def change_allocation_order(case_file_id: UUID, visit: Page) -> Response:
    def change() -> Outcome:
        form = visit.form
        order = [form.choice(name, Part) for name in ("first", "second", "third")]
        return debts.change_allocation_order(
            visit.store, visit.command(), case_file_id, order=order, reason=form.text("reason")
        )

    return _change(visit, case_file_id, change, said=visit._("Order of allocation changed"))


@router.post("/plan")
def agree_plan(case_file_id: UUID, visit: Page) -> Response:
    def agree() -> Outcome:
        command, currency = visit.command(), currency_of(visit, case_file_id)

        def instalment(row: Form) -> Instalment:
            return Instalment(row.day("due_on"), row.money("amount", currency))

        return debts.agree_plan(
            visit.store,
            command,
            case_file_id,
            plan_id=new_id(command, "plan"),
            instalments=typed_rows(visit.form, INSTALMENT, instalment),
        )

    undo = Undo(f"/case-files/{case_file_id}/plan-end", {"reason": UNDO, "form_name": "plan-end"})
    return _change(visit, case_file_id, agree, said=visit._("Payment plan agreed"), undo=undo)


@router.post("/plan-end")
def end_plan(case_file_id: UUID, visit: Page) -> Response:
    said = visit._("Undone") if visit.form.value("reason") == UNDO else visit._("Payment plan ended")
    return _change(
        visit,
        case_file_id,
        lambda: debts.end_plan(visit.store, visit.command(), case_file_id, reason=visit.form.text("reason")),
        said=said,
    )


@router.post("/credit-moves")
def move_credit(case_file_id: UUID, visit: Page) -> Response:
    """To the case file of that reference."""

    def move() -> Outcome:
        command, form = visit.command(), visit.form
        return debts.move_credit(
            visit.store,
            command,
            case_file_id,
            credit_id=new_id(command, "credit"),
            amount=form.money("amount", currency_of(visit, case_file_id)),
            to=_case_file(visit, form.text("to")),
            reason=form.text("reason"),
        )

    return _change(visit, case_file_id, move, said=visit._("Credit moved"))


def _decide(
    visit: Visit, case_file_id: UUID, proposal_id: UUID, decide: Callable[[], Outcome], *, said: str
) -> Response:
    """A form that is open is shown again with what was wrong; a button says it on the page that it was on."""
    back = visit.back(f"/case-files/{case_file_id}")
    try:
        outcome = decide()
    except Refusal as refusal:
        if visit.form.name:
            return shown_again(visit, case_file_id, refusal, about=proposal_id)
        return visit.refused(refusal, back)
    return visit.done(outcome, back, said)


def _case_file(visit: Visit, reference: str) -> UUID:
    with visit.snapshot() as db:
        held = find_by_reference(db, reference)
    if held is None:
        raise NoSuchCaseFile(field="to")
    return held.id


def _change(
    visit: Visit, case_file_id: UUID, change: Callable[[], Outcome], *, said: str, undo: Undo | None = None
) -> Response:
    """What was only proposed says so instead."""
    try:
        outcome = change()
    except Refusal as refusal:
        return shown_again(visit, case_file_id, refusal)
    case_file, _ = visit.store.load(CaseFile(), case_file_id)
    if outcome.id in case_file.proposals.waiting:
        said = visit._("Proposed: a supervisor decides on it")
    return visit.done(outcome, visit.back(f"/case-files/{case_file_id}"), said, undo=undo)
