"""Payments of a case file: recorded, decided on, returned, reopened.

Each form goes back to where it was sent from, so that other pages may have them too. A decision on one payment is a
form of its own: `approval` may have `overpayment`; `rejection`, `withdrawal` and `reopening` have `reason`, `return`
has `returned_on` and `reason`, `collection-move` has `collector` and `reason`. A form that has a name (`rejection`,
`withdrawal`, `return`, `payment-reopening`, `collection-move`) is shown again on the case file's page where a field of
it is refused.
"""

from collections.abc import Callable
from uuid import UUID

from fastapi import APIRouter, Response

from api.web.case_files import currency_of, shown_again
from api.web.timeline import DECISIONS, UNDO, decision_on
from api.web.toasts import Undo
from api.web.visit import Page, Visit, new_id
from application import payments
from application.streams import Command, Outcome
from domain.errors import Invalid, Refusal
from domain.payments import (
    Method,
    NewPayment,
    PaidTo,
    PaymentAlreadyDecided,
    PaymentIsWithdrawn,
    PaymentNotApproved,
    PaymentNotDecided,
)

router = APIRouter(prefix="/case-files/{case_file_id}/payments")


def decided_meanwhile(visit: Visit, refusal: Refusal, case_file_id: UUID, payment_id: UUID) -> str:
    """Who decided what on a payment, when and why, where that is why a decision was refused; else nothing."""
    if not isinstance(refusal, PaymentAlreadyDecided | PaymentIsWithdrawn | PaymentNotApproved | PaymentNotDecided):
        return ""
    return decision_on(visit, visit.store.part_of_history(case_file_id, kinds=DECISIONS), payment_id)


@router.post("")
def record_payment(case_file_id: UUID, visit: Page) -> Response:
    command, form = visit.command(), visit.form
    try:
        payment = NewPayment(
            form.money("amount", currency_of(visit, case_file_id)),
            form.day("received_on"),
            form.choice("method", Method),
            paid_to=form.optional_choice("paid_to", PaidTo) or PaidTo.US,
            overpayment=form.overpayment,
            collected_by=form.optional_text("collected_by"),
            reference=form.optional_text("reference"),
            payer=form.optional_text("payer"),
            note=form.optional_text("note"),
        )
        outcome = payments.record_payment(
            visit.store,
            command,
            case_file_id,
            payment_id=new_id(command, "payment"),
            payment=payment,
            ask_first=form.asks_first,
        )
    except Refusal as refusal:
        return shown_again(visit, case_file_id, refusal)
    return visit.done(outcome, visit.back(f"/case-files/{case_file_id}"), visit._("Payment recorded"))


@router.post("/{payment_id}/approval")
def approve_payment(case_file_id: UUID, payment_id: UUID, visit: Page) -> Response:
    return _decide(
        visit,
        case_file_id,
        payment_id,
        lambda command: payments.approve_payment(
            visit.store, command, case_file_id, payment_id=payment_id, overpayment=visit.form.ticked("overpayment")
        ),
        said=visit._("Payment approved"),
        undone=True,
    )


@router.post("/{payment_id}/rejection")
def reject_payment(case_file_id: UUID, payment_id: UUID, visit: Page) -> Response:
    return _decide(
        visit,
        case_file_id,
        payment_id,
        lambda command: payments.reject_payment(
            visit.store, command, case_file_id, payment_id=payment_id, reason=visit.form.text("reason")
        ),
        said=visit._("Payment rejected"),
        undone=True,
    )


@router.post("/{payment_id}/withdrawal")
def withdraw_payment(case_file_id: UUID, payment_id: UUID, visit: Page) -> Response:
    return _decide(
        visit,
        case_file_id,
        payment_id,
        lambda command: payments.withdraw_payment(
            visit.store, command, case_file_id, payment_id=payment_id, reason=visit.form.text("reason")
        ),
        said=visit._("Payment withdrawn"),
    )


@router.post("/{payment_id}/return")
def return_payment(case_file_id: UUID, payment_id: UUID, visit: Page) -> Response:
    return _decide(
        visit,
        case_file_id,
        payment_id,
        lambda command: payments.return_payment(
            visit.store,
            command,
            case_file_id,
            payment_id=payment_id,
            returned_on=visit.form.day("returned_on"),
            reason=visit.form.text("reason"),
        ),
        said=visit._("Payment returned"),
    )


@router.post("/{payment_id}/reopening")
def reopen_payment(case_file_id: UUID, payment_id: UUID, visit: Page) -> Response:
    said = visit._("Undone") if visit.form.value("reason") == UNDO else visit._("Payment reopened")
    return _decide(
        visit,
        case_file_id,
        payment_id,
        lambda command: payments.reopen_payment(
            visit.store, command, case_file_id, payment_id=payment_id, reason=visit.form.text("reason")
        ),
        said=said,
    )


@router.post("/{payment_id}/collection-move")
def move_collection(case_file_id: UUID, payment_id: UUID, visit: Page) -> Response:
    return _decide(
        visit,
        case_file_id,
        payment_id,
        lambda command: payments.move_collection(
            visit.store,
            command,
            case_file_id,
            payment_id=payment_id,
            collector=visit.form.text("collector"),
            reason=visit.form.text("reason"),
        ),
        said=visit._("Collection moved"),
    )


def _decide(
    visit: Visit,
    case_file_id: UUID,
    payment_id: UUID,
    decide: Callable[[Command], Outcome],
    *,
    said: str,
    undone: bool = False,
) -> Response:
    page = f"/case-files/{case_file_id}"
    back = visit.back(page)
    try:
        outcome = decide(visit.command())
    except Invalid as refusal:
        if visit.form.name:
            return shown_again(visit, case_file_id, refusal, about=payment_id)
        return visit.refused(refusal, back)
    except Refusal as refusal:
        return visit.refused(refusal, back, why=decided_meanwhile(visit, refusal, case_file_id, payment_id))
    undo = Undo(f"{page}/payments/{payment_id}/reopening", {"reason": UNDO}) if undone else None
    return visit.done(outcome, back, said, undo=undo)
