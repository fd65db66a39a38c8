"""An invoice on one page: what it says, what it adds up to, what was paid, what happened; and one form open.

`?do=` names the form that is open; each form has the name of the command that it gives.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from fastapi import APIRouter, Response

from api.web.case_files import is_own, on_refund, recorded_by, shown_refund
from api.web.document_editor import issuer_of
from api.web.forms import Form
from api.web.invoice_timeline import invoice_timeline
from api.web.issuance import asked_currency, read_issuance
from api.web.visit import Page, Visit, new_id
from application import invoices
from application.clients import works_on
from application.streams import Command, Outcome, Streams
from domain.client import Client
from domain.errors import Invalid, NotFound, Refusal
from domain.invoice import Invoice, Stage
from domain.invoice.doubts import Doubt, doubts
from domain.invoice.issuing import InvoiceIssued, InvoiceVoided
from domain.lines import totals
from domain.message import Kind as MessageKind
from domain.message import Matter
from domain.money import Money
from domain.payments import PaymentRecorded, State
from domain.people import Role
from domain.sending import Channel
from projections.covering import held_back
from projections.escritorio.clients import named
from projections.escritorio.detail import case_file_references
from projections.escritorio.told import Told, ToldPayment, told
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
    told: ToldPayment
    offered: Sequence[str]


def load_seen(visit: Visit, invoice_id: UUID, *, also_deleted: bool = False) -> Invoice:
    """The invoice, for whoever works on its client or sees all; a blocked client's is hidden."""
    log = Streams(visit.store)
    invoice = log.load(Invoice(), invoice_id)
    client = log.load(Client(), invoice.client_id) if also_deleted or invoice.stage is not Stage.DELETED else None
    if client is None or not works_on(client, visit.viewer, visit.today):
        raise NotFound(id=invoice_id)
    client.standing.check_seen(visit.viewer)
    return invoice


class TaxesDoubted(Invalid):
    title = "Look at the taxes of this invoice again, and confirm that they are meant"


@router.get("")
def show_invoice(invoice_id: UUID, visit: Page, do: str = "", about: UUID | None = None) -> Response:
    return invoice_page(visit, invoice_id, do=do, about=about)


def shown_again(visit: Visit, invoice_id: UUID, refusal: Refusal, *, about: UUID | None = None) -> Response:
    """The page with the form that was refused, and what was typed into it."""
    sent = visit.form.refused(refusal)
    return invoice_page(visit, invoice_id, do=sent.name, about=about, sent=sent)


def invoice_page(
    visit: Visit, invoice_id: UUID, *, do: str, about: UUID | None = None, sent: Form | None = None
) -> Response:
    """`about` is the payment or refund that the form is about. What was refused is shown though it is not offered."""
    history = visit.store.history(invoice_id)
    invoice = load_seen(visit, invoice_id)
    with visit.snapshot() as db:
        detail = invoice_detail(db, visit.viewer, visit.today, invoice_id)
        if detail is None:
            raise NotFound(id=invoice_id)
        client = named(db, visit.viewer, [invoice.client_id]).get(invoice.client_id)
        messages = list_messages(db, visit.viewer, About(matter_id=invoice_id), "-position", None, MESSAGES_SHOWN)
        case_files = case_file_references(db, visit.viewer, [one.case_file_id for one in detail.collected])
        held = held_back(db, Matter.INVOICE, MessageKind.REMINDER, invoice_id)
    payments, offered = _payments(visit, invoice, detail, told(history)), _offered(visit, invoice)
    refunds = [shown_refund(visit, one) for one in detail.refunds]
    on_payment = any(one.line.id == about and do in one.offered for one in payments)
    on_row = on_payment or (do.startswith("refund-") and on_refund(do, about, refunds))
    open_form = do if do in FORMS and (sent or do in offered or on_row) else ""
    events = [recorded.event for recorded in history]
    return visit.page(
        "invoice.html",
        sent=sent,
        address=f"/invoices/{invoice_id}",
        invoice=invoice,
        version=len(history),
        detail=detail,
        line=detail.line,
        client=client,
        lines=invoice.content.lines,
        written=invoice.content.told,
        totals=totals(invoice.content.lines, invoice.currency),
        issued=next((one for one in events if isinstance(one, InvoiceIssued)), None),
        voided=next((one for one in events if isinstance(one, InvoiceVoided)), None),
        payments=payments,
        refunds=refunds,
        users=visit.service.credentials.names() if open_form == "payment" else (),
        free_credit=_free_credit(invoice),
        case_files=case_files,
        messages=messages,
        held=held,
        offered=offered,
        doubts=_doubts(visit, invoice) if open_form == "issue" else (),
        own_currency=asked_currency(invoice, issuer_of(visit)),
        do=open_form,
        form_template=FORMS.get(open_form),
        about=about,
        events=invoice_timeline(visit, history, case_files, {one.invoice_id: one.invoice for one in detail.transfers}),
    )


# What may be done as things stand


def _offered(visit: Visit, invoice: Invoice) -> Sequence[str]:
    if not visit.works:
        return []
    manages, settlement = visit.may(Role.SUPERVISOR, Role.ADMINISTRATOR), invoice.settlement
    if invoice.stage is Stage.DRAFT:
        return ["issue", *(["void"] if manages else [])]
    if invoice.stage is not Stage.ISSUED:
        return []
    collected = settlement.in_collection is not None
    untouched = not (settlement.paid or invoice.ledger.waiting or collected or invoice.credited)
    possible = {
        "sending": True,
        "payment": not collected,
        "case-file": not (collected or invoice.ledger.waiting) and invoice.outstanding.amount > 0,
        "dispute": invoice.dispute is None,
        "dispute-end": invoice.dispute is not None,
        "credit-note": manages and invoice.owed.amount >= 0 and bool(invoice.left_to_credit[0].lines),
        "credit-move": visit.may(Role.SUPERVISOR) and settlement.funds.amount > 0 and not collected,
        "refund": _free_credit(invoice).amount > 0 and not collected,
        "void": manages and invoice.imported and untouched,
    }
    return [name for name, can in possible.items() if can]


def _doubts(visit: Visit, invoice: Invoice) -> Sequence[Doubt]:
    """Asked about before it is issued."""
    issuer = issuer_of(visit).identity
    client = visit.store.load(Client(), invoice.client_id)[0]
    if issuer is None or client.details is None:
        return []
    return doubts(invoice.content.lines, issuer, invoices.recipient_of(client))


def _free_credit(invoice: Invoice) -> Money:
    """What no refund that waits reserves."""
    return invoice.refundable - invoice.settlement.refunds.reserved


def _payments(visit: Visit, invoice: Invoice, detail: InvoiceDetail, known: Told) -> list[ShownPayment]:
    """The latest first."""
    return [
        ShownPayment(
            line,
            known.payments[line.id],
            _decisions(visit, invoice, State(line.state), known.payments[line.id].recorded),
        )
        for line in reversed(detail.payments)
    ]


def _decisions(visit: Visit, invoice: Invoice, state: State, recorded: PaymentRecorded) -> Sequence[str]:
    """Whoever recorded a payment decides on nothing of it; in collection nothing is decided on but a return."""
    collected = invoice.settlement.in_collection is not None
    withdrawable = state is State.UNAPPROVED and visit.works and recorded_by(visit, recorded) and not collected
    withdrawal = ["withdrawal"] if withdrawable else []
    if (is_own(visit, recorded) and visit.business.four_eyes) or not visit.may(Role.SUPERVISOR):
        return withdrawal
    return [*(one for one in DECISIONS[state] if one == "return" or not collected), *withdrawal]


# What is done with it


@router.post("/issue")
def issue_invoice(invoice_id: UUID, visit: Page) -> Response:
    def issue(command: Command) -> Outcome:
        if not visit.form.ticked("taxes_confirmed") and _doubts(visit, load_seen(visit, invoice_id)):
            raise TaxesDoubted(field="taxes_confirmed")
        issuance = read_issuance(visit.form)
        return invoices.issue_invoice(visit.store, command, invoice_id, issuance=issuance, seen=visit.form.seen)

    return change(visit, invoice_id, issue, visit._("Invoice issued"))


@router.post("/deletion")
def delete_draft(invoice_id: UUID, visit: Page) -> Response:
    try:
        outcome = invoices.delete_draft(visit.store, visit.command(), invoice_id)
    except Refusal as refusal:
        return visit.refused(refusal, f"/invoices/{invoice_id}")
    return visit.done(outcome, "/invoices", visit._("Draft deleted"))


@router.post("/void")
def void_invoice(invoice_id: UUID, visit: Page) -> Response:
    def void(command: Command) -> Outcome:
        return invoices.void_invoice(visit.store, command, invoice_id, reason=visit.form.text("reason"))

    return change(visit, invoice_id, void, visit._("Invoice voided"))


@router.post("/sent")
def mark_as_sent(invoice_id: UUID, visit: Page) -> Response:
    form = visit.form

    def mark(command: Command) -> Outcome:
        channel, sent_on = form.choice("channel", Channel), form.day("sent_on")
        return invoices.mark_as_sent(visit.store, command, invoice_id, channel=channel, sent_on=sent_on)

    return change(visit, invoice_id, mark, visit._("Marked as sent"))


@router.post("/dispute")
def dispute_invoice(invoice_id: UUID, visit: Page) -> Response:
    form = visit.form

    def dispute(command: Command) -> Outcome:
        return invoices.dispute_invoice(
            visit.store,
            command,
            invoice_id,
            dispute_id=new_id(command, "dispute"),
            claim=form.text("claim"),
            disputed_on=form.day("disputed_on"),
        )

    return change(visit, invoice_id, dispute, visit._("Dispute opened"))


@router.post("/dispute-end")
def end_dispute(invoice_id: UUID, visit: Page) -> Response:
    form = visit.form

    def end(command: Command) -> Outcome:
        result, ended_on = form.text("result"), form.day("ended_on")
        return invoices.end_dispute(visit.store, command, invoice_id, result=result, ended_on=ended_on)

    return change(visit, invoice_id, end, visit._("Dispute ended"))


def change(visit: Visit, invoice_id: UUID, do: Callable[[Command], Outcome], said: str) -> Response:
    """Back to where the form came from; with the form again where it was refused."""
    back = visit.back(f"/invoices/{invoice_id}")
    try:
        outcome = do(visit.command())
    except Refusal as refusal:
        if visit.form.name and not isinstance(refusal, NotFound):
            return shown_again(visit, invoice_id, refusal)
        return visit.refused(refusal, back)
    return visit.done(outcome, back, said)
