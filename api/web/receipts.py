"""One receipt: money of a client that came once, on several of its invoices and case files.

Where nothing is typed beside any of them, it pays the invoices that are shown, those due first to begin with.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from fastapi import APIRouter, Response

from api.receipts import PARTS_AT_MOST
from api.web.forms import Form
from api.web.invoices import load_seen
from api.web.visit import Page, Visit, new_id
from application import receipts
from application.clients import load_client, survivor_of
from application.receipts import Part
from application.streams import Command, Outcome, Streams
from domain.errors import Conflict, Invalid, NotFound, Refusal
from domain.money import Money, total
from domain.payments import Method, NewPayment
from domain.people import WORKS
from projections.escritorio.case_files import Filters, list_case_files
from projections.escritorio.clients import named
from projections.invoices.listing import payable_invoices, some_invoices

router = APIRouter(prefix="/receipts/new")

FORM = "receipt"
INVOICE, CASE_FILE = "invoice-", "case_file-"
"""What the field of an invoice, or of a case file, is called by, before its id."""


class SeveralClients(Conflict):
    title = "These invoices are of several clients: a receipt is of one"


class PartsDiffer(Invalid):
    title = "What is typed beside each does not add up to this amount"


@dataclass(frozen=True)
class Owing:
    """An invoice or an open case file that is left to pay; `waiting`: a payment of it is not approved yet."""

    field: str
    address: str
    reference: str
    due_on: date | None
    outstanding: Money
    waiting: bool


@router.get("")
def show_new_receipt(visit: Page, client: UUID | None = None) -> Response:
    """Of all that the client owes, or of the invoices that were ticked."""
    chosen = Form({"invoice": visit.request.query_params.getlist("invoice")}).ids("invoice")[:PARTS_AT_MOST]
    log = Streams(visit.store)
    clients = {survivor_of(log, load_seen(visit, one).client_id) for one in chosen} or ({client} if client else set())
    if len(clients) > 1:
        return visit.refused(SeveralClients(), "/invoices")
    if not clients:
        raise NotFound(id=client)
    [client_id] = clients
    usual = {"form_name": FORM, "received_on": visit.today.isoformat(), "method": Method.TRANSFER.value}
    return _page(visit, client_id, chosen, Form({name: [value] for name, value in usual.items()}))


@router.post("")
def record_receipt(visit: Page) -> Response:
    form, command = visit.form, visit.command()
    client_id, chosen = form.id("client"), form.ids("invoice")
    try:
        outcome = _recorded(visit, command, client_id)
    except NotFound:
        raise
    except Refusal as refusal:
        return _page(visit, client_id, chosen, form.refused(_at_its_field(refusal)))
    return visit.done(outcome, visit.back(f"/clients/{client_id}?tab=invoices"), visit._("Receipt recorded"))


def _recorded(visit: Visit, command: Command, client_id: UUID) -> Outcome:
    form, receipt_id = visit.form, new_id(command, "receipt")
    currency = form.text("currency")
    payment = NewPayment(
        Money.zero(currency),
        form.day("received_on"),
        form.choice("method", Method),
        overpayment=form.ticked("overpayment"),
        payer=form.optional_text("payer"),
        note=form.optional_text("note"),
    )
    if parts := _by_hand(form, command, payment):
        amount = total((part.payment.amount for part in parts.values()), currency)
        if form.optional_text("amount") and form.money("amount", currency) != amount:
            raise PartsDiffer(field="amount")
        return receipts.record_receipt(visit.store, command, receipt_id=receipt_id, parts=parts)
    return receipts.record_receipt_oldest_first(
        visit.store,
        command,
        receipt_id=receipt_id,
        client_id=client_id,
        invoice_ids=form.ids("owing")[:PARTS_AT_MOST],
        payment=replace(payment, amount=form.money("amount", currency)),
        new_id=lambda invoice_id: new_id(command, f"payment on {invoice_id}"),
    )


def _by_hand(form: Form, command: Command, payment: NewPayment) -> Mapping[UUID, Part]:
    """What is typed beside an invoice or a case file pays it."""
    parts: dict[UUID, Part] = {}
    for field in [*form.fields][: 2 * PARTS_AT_MOST]:
        kind = next((kind for kind in (INVOICE, CASE_FILE) if field.startswith(kind)), None)
        if kind is None or not form.optional_text(field):
            continue
        debt_id = Form({field: [field.removeprefix(kind)]}).id(field)
        amount = form.money(field, payment.amount.currency)
        payment_id = new_id(command, f"payment on {debt_id}")
        parts[debt_id] = Part(payment_id, replace(payment, amount=amount), on_invoice=kind == INVOICE)
    return parts


def _at_its_field(refusal: Refusal) -> Refusal:
    """What is wrong with the payment of one of them is shown beside it."""
    for name, kind in (("invoice_id", INVOICE), ("case_file_id", CASE_FILE)):
        if (debt_id := refusal.details.get(name)) is not None:
            refusal.details["field"] = f"{kind}{debt_id}"
    return refusal


def _page(visit: Visit, client_id: UUID, chosen: Sequence[UUID], form: Form) -> Response:
    visit.viewer.require(*WORKS)
    load_client(Streams(visit.store), client_id, visit.command())
    with visit.snapshot() as db:
        ids = chosen or payable_invoices(db, visit.viewer, client_id, PARTS_AT_MOST)
        owing = [
            Owing(
                f"{INVOICE}{one.id}",
                f"/invoices/{one.id}",
                one.number or "",
                one.due_on,
                one.outstanding,
                one.unapproved > 0,
            )
            for one in some_invoices(db, visit.viewer, visit.today, ids)
            if one.outstanding.amount > 0 and one.case_file_id is None and one.number
        ]
        if not chosen:
            filters = Filters(debtor_id=client_id)
            files = list_case_files(db, visit.viewer, visit.as_of, filters, "opened_on", None, PARTS_AT_MOST)
            owing += [
                Owing(
                    f"{CASE_FILE}{one.id}",
                    f"/case-files/{one.id}",
                    one.reference,
                    None,
                    one.outstanding,
                    "unapproved_payment" in one.flags,
                )
                for one in files.items
                if one.outstanding.amount > 0
            ]
        client = named(db, visit.viewer, [client_id])[client_id]
    currencies = sorted({one.outstanding.currency for one in owing})
    return visit.page(
        "new_receipt.html",
        client=client,
        owing=owing,
        invoices=[one.field.removeprefix(INVOICE) for one in owing if one.field.startswith(INVOICE)],
        chosen=chosen,
        currencies={one: one for one in currencies},
        back=f"/clients/{client_id}?tab=invoices",
        sent=form,
    )
