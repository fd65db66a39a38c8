"""A new invoice, and a draft that is changed: saved as a draft, or issued in the same step."""

from uuid import UUID

from fastapi import APIRouter, Response

from api.bills.document_editor import (
    Editor,
    as_form,
    only_shows,
    read_client,
    read_invoice,
    refused,
    show,
    show_anew,
    usual,
)
from api.bills.issuance import read_issuance
from api.invoices.views import load_seen
from api.pages.context import Page, PageContext, new_id
from api.pages.toasts import Undo
from application import invoices
from domain.errors import Refusal
from domain.invoice import Invoice, Stage
from domain.invoice.issuing import InvoiceNotDraft, Issuance

router = APIRouter(prefix="/invoices")


@router.get("/new")
def show_new_invoice(context: Page, client: UUID | None = None) -> Response:
    """`client` is chosen already where it is begun from its page."""
    editor = _new(context)
    return show(context, editor, usual(context, editor, client))


@router.post("/new")
def draft_invoice(context: Page) -> Response:
    editor, form = _new(context), context.form
    if only_shows(form):
        return show(context, editor, form)
    try:
        command = context.command()
        invoice_id, client_id = new_id(command, "invoice"), read_client(form)
        outcome = invoices.draft_invoice(
            context.store,
            command,
            invoice_id,
            client_id=client_id,
            invoice=read_invoice(context, client_id),
            issuance=_issuance(context),
        )
    except Refusal as refusal:
        return refused(context, editor, refusal)
    undo = None if form.ticked("issue") else Undo(f"/invoices/{invoice_id}/deletion")
    return context.done(outcome, f"/invoices/{invoice_id}", _said(context), undo=undo)


@router.get("/{invoice_id}/edit")
def show_draft(invoice_id: UUID, context: Page) -> Response:
    _, version = context.store.load(Invoice(), invoice_id)
    invoice = load_seen(context, invoice_id)
    if invoice.stage is not Stage.DRAFT:
        return context.refused(InvoiceNotDraft(), f"/invoices/{invoice_id}")
    editor = _draft(context, invoice_id, invoice.client_id)
    return show(context, editor, as_form(context, editor, invoice.as_written, version))


@router.post("/{invoice_id}/edit")
def change_draft(invoice_id: UUID, context: Page) -> Response:
    form, known = context.form, load_seen(context, invoice_id, also_deleted=True)
    client_id = known.client_id
    if known.stage is Stage.DELETED:
        return show_anew(context, _new(context), client_id)
    editor = _draft(context, invoice_id, client_id)
    if only_shows(form):
        return show(context, editor, form)
    try:
        invoice = read_invoice(context, client_id)
        outcome = invoices.change_draft(
            context.store, context.command(), invoice_id, invoice=invoice, issuance=_issuance(context), seen=form.seen
        )
    except Refusal as refusal:
        return refused(context, editor, refusal)
    return context.done(outcome, f"/invoices/{invoice_id}", _said(context))


def _issuance(context: PageContext) -> Issuance | None:
    return read_issuance(context.form, context.today) if context.form.ticked("issue") else None


def _said(context: PageContext) -> str:
    return context._("Invoice issued") if context.form.ticked("issue") else context._("Draft saved")


def _new(context: PageContext) -> Editor:
    return Editor("invoice", context._("New invoice"), "/invoices/new", "/invoices")


def _draft(context: PageContext, invoice_id: UUID, client_id: UUID) -> Editor:
    at = f"/invoices/{invoice_id}"
    return Editor("invoice", context._("Change the draft"), f"{at}/edit", at, client_id)
