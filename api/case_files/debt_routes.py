"""What is owed, over HTTP: items, costs, interest, adjustments, the payment plan, credit.

A change of the debt that its sender may not make alone is proposed, under the same id: the case file lists `proposals`.
"""

from uuid import UUID

from fastapi import APIRouter

from api.case_files.inputs import Adjustment, AllocationOrder, Approval, Charge, CreditMove, NewItems, NewPlan
from api.http.dependencies import Done, NewCommand
from api.http.problems import documented
from api.http.routes import OneThreadRoute
from api.http.shapes import Why
from application import debts
from domain.case_file.debt import Part

router = APIRouter(
    prefix="/api/case-files/{case_file_id}",
    tags=["debt"],
    responses=documented(401, 403, 404, 409, 422, 503),
    route_class=OneThreadRoute,
)


@router.post("/items")
def add_items(case_file_id: UUID, body: NewItems, new: NewCommand) -> Done:
    items = [item.item() for item in body.items]
    return new.done(debts.add_items(new.store, new.command, case_file_id, items=items, despite=body.despite))


@router.post("/costs", status_code=201)
def charge_cost(case_file_id: UUID, body: Charge, new: NewCommand) -> Done:
    return _charge(new, case_file_id, Part.COSTS, body)


@router.post("/interest", status_code=201)
def charge_interest(case_file_id: UUID, body: Charge, new: NewCommand) -> Done:
    return _charge(new, case_file_id, Part.INTEREST, body)


def _charge(new: NewCommand, case_file_id: UUID, part: Part, body: Charge) -> Done:
    return new.done(
        debts.charge(
            new.store,
            new.command,
            case_file_id,
            part,
            charge_id=new.new_id(part),
            amount=body.amount.money(),
            charged_on=body.charged_on or new.today,
            concept=body.concept,
            despite=body.despite,
            ask_first=body.ask_first,
        )
    )


@router.post("/adjustments", status_code=201)
def adjust_debt(case_file_id: UUID, body: Adjustment, new: NewCommand) -> Done:
    return new.done(
        debts.adjust_debt(
            new.store,
            new.command,
            case_file_id,
            adjustment_id=new.new_id("adjustment"),
            kind=body.kind,
            part=body.part,
            amount=body.amount.signed(),
            adjusted_on=body.adjusted_on or new.today,
            reason=body.reason,
        )
    )


@router.post("/proposals/{proposal_id}/approval")
def approve_proposal(case_file_id: UUID, proposal_id: UUID, new: NewCommand, body: Approval | None = None) -> Done:
    """By another supervisor than who proposed it, unless four eyes are switched off: the debt changes now."""
    despite = body.despite if body else None
    return new.done(
        debts.approve_proposal(new.store, new.command, case_file_id, proposal_id=proposal_id, despite=despite)
    )


@router.post("/proposals/{proposal_id}/rejection")
def reject_proposal(case_file_id: UUID, proposal_id: UUID, body: Why, new: NewCommand) -> Done:
    return new.done(
        debts.reject_proposal(new.store, new.command, case_file_id, proposal_id=proposal_id, reason=body.reason)
    )


@router.post("/proposals/{proposal_id}/withdrawal")
def withdraw_proposal(case_file_id: UUID, proposal_id: UUID, new: NewCommand) -> Done:
    """By who proposed it, while it waits."""
    return new.done(debts.withdraw_proposal(new.store, new.command, case_file_id, proposal_id=proposal_id))


@router.post("/allocation-order")
def change_allocation_order(case_file_id: UUID, body: AllocationOrder, new: NewCommand) -> Done:
    return new.done(
        debts.change_allocation_order(new.store, new.command, case_file_id, order=body.order, reason=body.reason)
    )


@router.post("/plan", status_code=201)
def agree_plan(case_file_id: UUID, body: NewPlan, new: NewCommand) -> Done:
    return new.done(
        debts.agree_plan(
            new.store,
            new.command,
            case_file_id,
            plan_id=new.new_id("plan"),
            instalments=[instalment.instalment() for instalment in body.instalments],
        )
    )


@router.post("/plan-end")
def end_plan(case_file_id: UUID, body: Why, new: NewCommand) -> Done:
    return new.done(debts.end_plan(new.store, new.command, case_file_id, reason=body.reason))


@router.post("/credit-moves", status_code=201)
def move_credit(case_file_id: UUID, body: CreditMove, new: NewCommand) -> Done:
    return new.done(
        debts.move_credit(
            new.store,
            new.command,
            case_file_id,
            credit_id=new.new_id("credit"),
            amount=body.amount.money(),
            to=body.to,
            reason=body.reason,
        )
    )
