"""An invoice on one page: what it says, what it adds up to, what was paid, what happened; and one form open.

`?do=` names the form that is open; each form has the name of the command that it gives.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from fastapi import APIRouter, Response

from api.bills.issuance import asked_currency, read_issuance
from api.bills.issuer import issuer_of
from api.bills.shapes import SentBody
from api.invoices.inputs import DisputeBody, DisputeEndBody
from api.invoices.timeline import invoice_timeline
from api.invoices.views import load_seen
from api.pages.context import Page, PageContext, new_id
from api.pages.forms import Form
from api.pages.refusals import sent_back_to, shown_again_by
from api.payments.views import may_decide, on_refund, recorded_by, shown_refund
from application import invoices
from domain.client import Client
from domain.errors import Invalid, NotFound
from domain.invoice import Invoice, Stage
from domain.invoice.doubts import Doubt, doubts
from domain.invoice.issuing import InvoiceIssued, InvoiceVoided
from domain.lines import totals
from domain.message import Kind as MessageKind
from domain.message import Matter
from domain.money import Money
from domain.payments import PaymentRecorded, State
from domain.people import Role
from projections.covering import held_back
from projections.desk.clients import named
from projections.desk.detail import case_file_references
from projections.desk.history_details import HistoryDetails, PaymentDetails, history_details
from projections.invoices.detail import InvoiceDetail, invoice_detail
from projections.invoices.payments import InvoicePayment
from projections.messages.outbox import Filters as About
from projections.messages.outbox import list_messages

router = APIRouter(prefix="/invoices/{invoice_id}")

FORMS = {
    "issue": "invoice_forms.html", "void": "invoice_forms.html", "dispute": "invoice_forms.html",
    "dispute-end": "invoice_forms.html", "credit-move": "invoice_forms.html", "payment": "invoice_forms.html",
    "sending": "invoice_sending.html",
    "rejection": "case_file_payment.html", "withdrawal": "case_file_payment.html", "return": "case_file_payment.html",
    "payment-reopening": "case_file_payment.html",
    "refund": "refund_forms.html", "refund-rejection": "refund_forms.html", "refund-withdrawal": "refund_forms.html",
}  # fmt: skip
"""Where each form is written."""

MESSAGES_SHOWN = 5

DECISIONS = {
    State.UNAPPROVED: ("approval", "rejection"),
    State.APPROVED: ("return", "payment-reopening"),
    State.REJECTED: ("payment-reopening",),
    State.RETURNED: ("payment-reopening",),
    State.WITHDRAWN: (),
}


@dataclass(frozen=True)
class ShownPayment:
    """`offered` are the decisions that this person may take on it as things stand."""

    line: InvoicePayment
    details: PaymentDetails
    offered: Sequence[str]


class TaxesDoubted(Invalid):
    title = "Look at the taxes of this invoice again, and confirm that they are meant"


@router.get("")
def show_invoice(invoice_id: UUID, context: Page, do: str = "", about: UUID | None = None) -> Response:
    return invoice_page(context, invoice_id, do=do, about=about)


def page_with_form(context: PageContext, invoice_id: UUID, sent: Form, *, about: UUID | None = None) -> Response:
    """The page with the form that was refused, and what was typed into it."""
    return invoice_page(context, invoice_id, do=sent.name, about=about, sent=sent)


def invoice_page(
    context: PageContext, invoice_id: UUID, *, do: str, about: UUID | None = None, sent: Form | None = None
) -> Response:
    """`about` is the payment or refund that the form is about. What was refused is shown though it is not offered."""
    history = context.store.history(invoice_id)
    invoice = load_seen(context, invoice_id)
    with context.snapshot() as db:
        detail = invoice_detail(db, context.viewer, context.today, invoice_id)
        if detail is None:
            raise NotFound(id=invoice_id)
        client = named(db, context.viewer, [invoice.client_id]).get(invoice.client_id)
        messages = list_messages(db, context.viewer, About(matter_id=invoice_id), "-position", None, MESSAGES_SHOWN)
        case_files = case_file_references(db, context.viewer, [one.case_file_id for one in detail.collected])
        held = held_back(db, Matter.INVOICE, MessageKind.REMINDER, invoice_id)
    payments, offered = _payments(context, invoice, detail, history_details(history)), _offered(context, invoice)
    refunds = [shown_refund(context, one) for one in detail.refunds]
    on_payment = any(one.line.id == about and do in one.offered for one in payments)
    on_row = on_payment or (do.startswith("refund-") and on_refund(do, about, refunds))
    open_form = do if do in FORMS and (sent or do in offered or on_row) else ""
    events = [recorded.event for recorded in history]
    return context.page(
        "invoice.html",
        sent=sent,
        address=f"/invoices/{invoice_id}",
        invoice=invoice,
        version=len(history),
        detail=detail,
        line=detail.line,
        client=client,
        lines=invoice.content.lines,
        written=invoice.content.as_written,
        totals=totals(invoice.content.lines, invoice.currency),
        issued=next((one for one in events if isinstance(one, InvoiceIssued)), None),
        voided=next((one for one in events if isinstance(one, InvoiceVoided)), None),
        payments=payments,
        refunds=refunds,
        users=context.may_hold() if open_form == "payment" else (),
        free_credit=_free_credit(invoice),
        case_files=case_files,
        messages=messages,
        held=held,
        offered=offered,
        doubts=_doubts(context, invoice) if open_form == "issue" else (),
        own_currency=asked_currency(invoice, issuer_of(context)),
        do=open_form,
        form_template=FORMS.get(open_form),
        about=about,
        events=invoice_timeline(
            context, history, case_files, {one.invoice_id: one.invoice for one in detail.transfers}
        ),
    )


# What may be done as things stand


def _offered(context: PageContext, invoice: Invoice) -> Sequence[str]:
    if not context.works:
        return []
    manages, settlement = context.may(Role.SUPERVISOR, Role.ADMINISTRATOR), invoice.settlement
    if invoice.stage is Stage.DRAFT:
        return ["issue", *(["void"] if manages else [])]
    if invoice.stage is not Stage.ISSUED:
        return []
    collected = settlement.in_collection is not None
    untouched = not (settlement.balance or invoice.ledger.waiting or collected or invoice.credited)
    possible = {
        "sending": True,
        "payment": not collected,
        "case-file": not (collected or invoice.ledger.waiting) and invoice.outstanding.amount > 0,
        "dispute": invoice.dispute is None,
        "dispute-end": invoice.dispute is not None,
        "credit-note": manages and invoice.owed.amount >= 0 and bool(invoice.left_to_credit[0].lines),
        "credit-move": context.may(Role.SUPERVISOR) and settlement.funds.amount > 0 and not collected,
        "refund": _free_credit(invoice).amount > 0 and not collected,
        "void": manages and invoice.imported and untouched,
    }
    return [name for name, can in possible.items() if can]


def _doubts(context: PageContext, invoice: Invoice) -> Sequence[Doubt]:
    """Asked about before it is issued."""
    issuer = issuer_of(context).identity
    client = context.store.load(Client(), invoice.client_id)[0]
    if issuer is None or client.details is None:
        return []
    return doubts(invoice.content.lines, issuer, invoices.recipient_of(client))


def _free_credit(invoice: Invoice) -> Money:
    """What no refund that waits reserves."""
    return invoice.refundable - invoice.settlement.refunds.reserved


def _payments(
    context: PageContext, invoice: Invoice, detail: InvoiceDetail, known: HistoryDetails
) -> list[ShownPayment]:
    """The latest first."""
    return [
        ShownPayment(
            line,
            known.payments[line.id],
            _decisions(context, invoice, line.id, State(line.state), known.payments[line.id].recorded),
        )
        for line in reversed(detail.payments)
    ]


def _decisions(
    context: PageContext, invoice: Invoice, payment_id: UUID, state: State, recorded: PaymentRecorded
) -> Sequence[str]:
    """Whoever recorded a payment decides on nothing of it; in collection nothing is decided on but a return."""
    collected = invoice.settlement.in_collection is not None
    withdrawable = state is State.UNAPPROVED and context.works and recorded_by(context, recorded) and not collected
    withdrawal = ["withdrawal"] if withdrawable else []
    if not may_decide(context, invoice.ledger, payment_id):
        return withdrawal
    return [*(one for one in DECISIONS[state] if one == "return" or not collected), *withdrawal]


# What is done with it


@router.post("/issue")
@shown_again_by(page_with_form, to="/invoices/{invoice_id}")
def issue_invoice(invoice_id: UUID, context: Page) -> Response:
    command = context.command()
    if not context.form.ticked("taxes_confirmed") and _doubts(context, load_seen(context, invoice_id)):
        raise TaxesDoubted(field="taxes_confirmed")
    issuance = read_issuance(context.form)
    outcome = invoices.issue_invoice(context.store, command, invoice_id, issuance=issuance, seen=context.form.seen)
    return context.done(outcome, context.back(f"/invoices/{invoice_id}"), context._("Invoice issued"))


@router.post("/deletion")
@sent_back_to("/invoices/{invoice_id}")
def delete_draft(invoice_id: UUID, context: Page) -> Response:
    outcome = invoices.delete_draft(context.store, context.command(), invoice_id)
    return context.done(outcome, "/invoices", context._("Draft deleted"))


@router.post("/void")
@shown_again_by(page_with_form, to="/invoices/{invoice_id}")
def void_invoice(invoice_id: UUID, context: Page) -> Response:
    command = context.command()
    outcome = invoices.void_invoice(context.store, command, invoice_id, reason=context.form.reason)
    return context.done(outcome, context.back(f"/invoices/{invoice_id}"), context._("Invoice voided"))


@router.post("/sent")
@shown_again_by(page_with_form, to="/invoices/{invoice_id}")
def mark_as_sent(invoice_id: UUID, context: Page) -> Response:
    command, body = context.command(), context.form.read(SentBody)
    outcome = invoices.mark_as_sent(
        context.store, command, invoice_id, channel=body.channel, sent_on=body.sent_on or context.today
    )
    return context.done(outcome, context.back(f"/invoices/{invoice_id}"), context._("Marked as sent"))


@router.post("/dispute")
@shown_again_by(page_with_form, to="/invoices/{invoice_id}")
def dispute_invoice(invoice_id: UUID, context: Page) -> Response:
    command, body = context.command(), context.form.read(DisputeBody)
    outcome = invoices.dispute_invoice(
        context.store,
        command,
        invoice_id,
        dispute_id=new_id(command, "dispute"),
        claim=body.claim,
        disputed_on=body.disputed_on or context.today,
    )
    return context.done(outcome, context.back(f"/invoices/{invoice_id}"), context._("Dispute opened"))


@router.post("/dispute-end")
@shown_again_by(page_with_form, to="/invoices/{invoice_id}")
def end_dispute(invoice_id: UUID, context: Page) -> Response:
    command, body = context.command(), context.form.read(DisputeEndBody)
    outcome = invoices.end_dispute(
        context.store, command, invoice_id, result=body.result, ended_on=body.ended_on or context.today
    )
    return context.done(outcome, context.back(f"/invoices/{invoice_id}"), context._("Dispute ended"))
