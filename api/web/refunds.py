"""Refunds of a case file's credit: proposed, approved, rejected, withdrawn.

The forms go back to where they were sent from: the case file, or the list of credits. `rejection` and `withdrawal` have
`reason`; where that is refused, the form is shown again on the case file's page.
"""

from collections.abc import Callable
from uuid import UUID

from fastapi import APIRouter, Response

from api.web.case_files import currency_of, shown_again
from api.web.visit import Page, Visit, new_id
from application import refunds
from application.streams import Command, Outcome
from domain.errors import Invalid, Refusal

router = APIRouter(prefix="/case-files/{case_file_id}/refunds")


@router.post("")
def propose_refund(case_file_id: UUID, visit: Page) -> Response:
    command, form = visit.command(), visit.form
    try:
        outcome = refunds.propose_refund(
            visit.store,
            command,
            case_file_id,
            refund_id=new_id(command, "refund"),
            amount=form.money("amount", currency_of(visit, case_file_id)),
            reason=form.text("reason"),
        )
    except Refusal as refusal:
        return shown_again(visit, case_file_id, refusal)
    said = visit._("Refund proposed: another supervisor approves it")
    return visit.done(outcome, visit.back(f"/case-files/{case_file_id}"), said)


@router.post("/{refund_id}/approval")
def approve_refund(case_file_id: UUID, refund_id: UUID, visit: Page) -> Response:
    return _decide(
        visit,
        case_file_id,
        refund_id,
        lambda command: refunds.approve_refund(visit.store, command, case_file_id, refund_id=refund_id),
        said=visit._("Refund approved"),
    )


@router.post("/{refund_id}/rejection")
def reject_refund(case_file_id: UUID, refund_id: UUID, visit: Page) -> Response:
    return _decide(
        visit,
        case_file_id,
        refund_id,
        lambda command: refunds.reject_refund(
            visit.store, command, case_file_id, refund_id=refund_id, reason=visit.form.text("reason")
        ),
        said=visit._("Refund rejected"),
    )


@router.post("/{refund_id}/withdrawal")
def withdraw_refund(case_file_id: UUID, refund_id: UUID, visit: Page) -> Response:
    return _decide(
        visit,
        case_file_id,
        refund_id,
        lambda command: refunds.withdraw_refund(
            visit.store, command, case_file_id, refund_id=refund_id, reason=visit.form.text("reason")
        ),
        said=visit._("Refund withdrawn"),
    )


def _decide(
    visit: Visit, case_file_id: UUID, refund_id: UUID, decide: Callable[[Command], Outcome], *, said: str
) -> Response:
    back = visit.back(f"/case-files/{case_file_id}")
    try:
        outcome = decide(visit.command())
    except Invalid as refusal:
        if visit.form.name:
            return shown_again(visit, case_file_id, refusal, about=refund_id)
        return visit.refused(refusal, back)
    except Refusal as refusal:
        return visit.refused(refusal, back)
    return visit.done(outcome, back, said)
