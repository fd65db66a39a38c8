"""One receipt: money of a client that came once, on several of its invoices and case files.

Where nothing is typed beside any of them, it pays the invoices that are shown, those due first to begin with.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from fastapi import APIRouter, Response
from sqlalchemy import Connection

from api.invoices.views import NoInvoiceChosen, load_seen
from api.pages.context import Page, PageContext, new_id, own_path
from api.pages.forms import Form
from api.payments.inputs import PARTS_AT_MOST
from application import receipts
from application.clients import load_client, survivor_of
from application.receipts import Part, left_to_pay
from application.streams import Command, Outcome, Streams
from domain.errors import Conflict, Invalid, NotFound, Refusal
from domain.invoice import Invoice
from domain.money import Money, total
from domain.payments import Method, NewPayment
from domain.people import WORKS
from projections.desk.case_files import Filters, list_case_files, unpaid_days
from projections.desk.clients import named
from projections.invoices.listing import payable_invoices

router = APIRouter(prefix="/receipts/new")

FORM = "receipt"
LIST = "/invoices"
INVOICE, CASE_FILE = "invoice-", "case_file-"
"""What the field of an invoice, or of a case file, is called by, before its id."""

OF_THE_PART = (None, "amount", "currency")
"""Fields of a payment that are typed beside what it pays; the others are the whole receipt's."""


class SeveralClients(Conflict):
    title = "These invoices are of several clients: a receipt is of one"


class PartsDiffer(Invalid):
    title = "What is typed beside each does not add up to this amount"


class TooManyParts(Invalid):
    title = "A receipt pays at most a hundred invoices and case files"


@dataclass(frozen=True)
class Owing:
    """An invoice or an open case file; `left` is what of it no payment waits for. `field` says what is paid of it."""

    field: str
    address: str
    reference: str
    due_on: date | None
    left: Money
    waiting: bool


@router.get("")
def show_new_receipt(context: Page, client: UUID | None = None, back: str = "") -> Response:
    """Of all that the client owes, or of the invoices that were ticked."""
    back = own_path(back, "")
    chosen = Form({"invoice": context.request.query_params.getlist("invoice")}).ids("invoice")
    if len(chosen) > PARTS_AT_MOST:
        return context.refused(TooManyParts(), back or LIST)
    if chosen:
        payers = [load_seen(context, one).client_id for one in chosen]
    elif client is not None:
        payers = [client]
    else:
        return context.refused(NoInvoiceChosen(), back or LIST)
    log = Streams(context.store)
    clients = {survivor_of(log, one) for one in payers}
    if len(clients) > 1:
        return context.refused(SeveralClients(), back or LIST)
    [client_id] = clients
    usual = {"form_name": FORM, "received_on": context.today.isoformat(), "method": Method.TRANSFER.value, "back": back}
    return _page(context, client_id, chosen, Form({name: [value] for name, value in usual.items()}))


@router.post("")
def record_receipt(context: Page) -> Response:
    form, command = context.form, context.command()
    client_id, chosen = form.id("client"), form.ids("invoice")
    try:
        outcome = _recorded(context, command, client_id)
    except NotFound:
        raise
    except Refusal as refusal:
        return _page(context, client_id, chosen, form.refused(_at_its_field(refusal)))
    return context.done(outcome, context.back(f"/clients/{client_id}?tab=invoices"), context._("Receipt recorded"))


def _recorded(context: PageContext, command: Command, client_id: UUID) -> Outcome:
    form, receipt_id = context.form, new_id(command, "receipt")
    currency, received_on, method = form.text("currency"), form.day("received_on"), form.choice("method", Method)

    def payment(field: str) -> NewPayment:
        return NewPayment(
            form.money(field, currency),
            received_on,
            method,
            overpayment=form.overpayment,
            payer=form.optional_text("payer"),
            note=form.optional_text("note"),
        )

    if parts := _by_hand(form, command, payment):
        amount = total((part.payment.amount for part in parts.values()), currency)
        if form.optional_text("amount") and form.money("amount", currency) != amount:
            raise PartsDiffer(field="amount")
        return receipts.record_receipt(
            context.store, command, receipt_id=receipt_id, parts=parts, ask_first=form.asks_first
        )
    return receipts.record_receipt_oldest_first(
        context.store,
        command,
        receipt_id=receipt_id,
        client_id=client_id,
        invoice_ids=form.ids("owing")[:PARTS_AT_MOST],
        payment=payment("amount"),
        new_id=lambda invoice_id: new_id(command, f"payment on {invoice_id}"),
        ask_first=form.asks_first,
    )


def _by_hand(form: Form, command: Command, payment: Callable[[str], NewPayment]) -> Mapping[UUID, Part]:
    """What is typed beside an invoice or a case file pays it."""
    typed = [name for name in form.fields if name.startswith((INVOICE, CASE_FILE)) and form.optional_text(name)]
    if len(typed) > PARTS_AT_MOST:
        raise TooManyParts(field="amount")
    parts: dict[UUID, Part] = {}
    for field in typed:
        on_invoice = field.startswith(INVOICE)
        debt_id = Form({field: [field.removeprefix(INVOICE if on_invoice else CASE_FILE)]}).id(field)
        parts[debt_id] = Part(new_id(command, f"payment on {debt_id}"), payment(field), on_invoice)
    return parts


def _at_its_field(refusal: Refusal) -> Refusal:
    """What is wrong with what one of them is paid is shown beside it."""
    for name, kind in (("invoice_id", INVOICE), ("case_file_id", CASE_FILE)):
        if (debt_id := refusal.details.get(name)) is not None and refusal.details.get("field") in OF_THE_PART:
            refusal.details["field"] = f"{kind}{debt_id}"
    return refusal


def _page(context: PageContext, client_id: UUID, chosen: Sequence[UUID], form: Form) -> Response:
    context.viewer.require(*WORKS)
    load_client(Streams(context.store), client_id, context.command())
    with context.snapshot() as db:
        ids = chosen or payable_invoices(db, context.viewer, client_id, PARTS_AT_MOST + 1)
        owing = _invoices(context, ids[:PARTS_AT_MOST]) + ([] if chosen else _case_files(context, db, client_id))
        client = named(db, context.viewer, [client_id]).get(client_id)
    if client is None:
        raise NotFound(id=client_id)
    waits = any(one.waiting for one in owing)
    currencies = sorted({one.left.currency for one in owing if one.left.amount > 0})
    return context.page(
        "new_receipt.html",
        client=client,
        owing=owing,
        waits=waits,
        more=len(ids) > PARTS_AT_MOST,
        invoices=[one.field.removeprefix(INVOICE) for one in owing if one.field.startswith(INVOICE)],
        chosen=chosen,
        currencies={one: one for one in currencies},
        sent=form,
    )


def _invoices(context: PageContext, ids: Sequence[UUID]) -> list[Owing]:
    """As they are in the log, the first due first. What is chosen is shown though nothing is left to pay of it."""
    log = Streams(context.store)
    found = {one: log.load(Invoice(), one) for one in ids}
    return [
        Owing(
            field=f"{INVOICE}{id_}",
            address=f"/invoices/{id_}",
            reference=invoice.number or context._("Draft of an invoice"),
            due_on=invoice.due_on if invoice.number else None,
            left=left_to_pay(invoice, invoice.currency),
            waiting=invoice.ledger.waiting > 0,
        )
        for id_, invoice in sorted(found.items(), key=lambda one: (one[1].due_on, one[1].number))
    ]


def _case_files(context: PageContext, db: Connection, client_id: UUID) -> list[Owing]:
    """Those first of which something is due first."""
    page = list_case_files(
        db, context.viewer, context.as_of, Filters(debtor_id=client_id), "-days_in_arrears", None, PARTS_AT_MOST
    )
    due = unpaid_days(db, [one.id for one in page.items])
    return [
        Owing(
            field=f"{CASE_FILE}{one.id}",
            address=f"/case-files/{one.id}",
            reference=one.reference,
            due_on=due.get(one.id),
            left=one.outstanding - one.waiting if one.waiting else one.outstanding,
            waiting="unapproved_payment" in one.flags,
        )
        for one in page.items
        if one.outstanding.amount > 0
    ]
