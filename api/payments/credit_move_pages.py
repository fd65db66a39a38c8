"""Money moved from one invoice to another, and taken back."""

from uuid import UUID

from fastapi import APIRouter, Response

from api.invoices.pages import page_with_form
from api.invoices.views import load_seen
from api.pages.context import Page, PageContext, new_id
from api.pages.refusals import sent_back_to, shown_again_by
from api.pages.toasts import Undo
from api.payments.inputs import CreditMoveBody
from application import invoice_credit
from application.invoices import IMPORTED_NUMBER, NUMBER
from domain.errors import Invalid
from domain.personal import reference_text

router = APIRouter(prefix="/invoices/{invoice_id}")


class NoSuchInvoice(Invalid):
    title = "There is no invoice of this number"


@router.post("/credit-moves")
@shown_again_by(page_with_form)
def move_credit(invoice_id: UUID, context: Page) -> Response:
    command, currency = context.command(), load_seen(context, invoice_id).currency
    body = context.form.read(CreditMoveBody, currency, to=_by_number(context))
    transfer_id, amount = new_id(command, "transfer"), body.amount.money()
    outcome = invoice_credit.move_invoice_credit(
        context.store, command, invoice_id, transfer_id=transfer_id, amount=amount, to=body.to, reason=body.reason
    )
    page = f"/invoices/{invoice_id}"
    undo = Undo(f"{page}/credit-moves/{transfer_id}/taking-back")
    return context.done(outcome, context.back(page), context._("Money moved"), undo=undo)


@router.post("/credit-moves/{transfer_id}/taking-back")
@sent_back_to("/invoices/{invoice_id}")
def take_back_credit(invoice_id: UUID, transfer_id: UUID, context: Page) -> Response:
    back = context.back(f"/invoices/{invoice_id}")
    outcome = invoice_credit.take_back_invoice_credit(
        context.store, context.command(), invoice_id, transfer_id=transfer_id
    )
    return context.done(outcome, back, context._("Money taken back"))


def _by_number(context: PageContext) -> UUID:
    number = reference_text(context.form.text("to"), "to")
    for kind in (NUMBER, IMPORTED_NUMBER):
        if (found := context.store.claimed(kind, [number]).get(number)) is not None:
            return found
    raise NoSuchInvoice(field="to")
