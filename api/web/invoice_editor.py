"""A new invoice, and a draft that is changed: saved as a draft, or issued in the same step."""

from uuid import UUID

from fastapi import APIRouter, Response

from api.web.document_editor import (
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
from api.web.invoices import load_seen
from api.web.issuance import read_issuance
from api.web.toasts import Undo
from api.web.visit import Page, Visit, new_id
from application import invoices
from domain.errors import Refusal
from domain.invoice import Invoice, Stage
from domain.invoice.issuing import InvoiceNotDraft, Issuance

router = APIRouter(prefix="/invoices")


@router.get("/new")
def show_new_invoice(visit: Page, client: UUID | None = None) -> Response:
    """`client` is chosen already where it is begun from its page."""
    editor = _new(visit)
    return show(visit, editor, usual(visit, editor, client))


@router.post("/new")
def draft_invoice(visit: Page) -> Response:
    editor, form = _new(visit), visit.form
    if only_shows(form):
        return show(visit, editor, form)
    try:
        command = visit.command()
        invoice_id, client_id = new_id(command, "invoice"), read_client(form)
        outcome = invoices.draft_invoice(
            visit.store,
            command,
            invoice_id,
            client_id=client_id,
            invoice=read_invoice(visit, client_id),
            issuance=_issuance(visit),
        )
    except Refusal as refusal:
        return refused(visit, editor, refusal)
    undo = None if form.ticked("issue") else Undo(f"/invoices/{invoice_id}/deletion")
    return visit.done(outcome, f"/invoices/{invoice_id}", _said(visit), undo=undo)


@router.get("/{invoice_id}/edit")
def show_draft(invoice_id: UUID, visit: Page) -> Response:
    _, version = visit.store.load(Invoice(), invoice_id)
    invoice = load_seen(visit, invoice_id)
    if invoice.stage is not Stage.DRAFT:
        return visit.refused(InvoiceNotDraft(), f"/invoices/{invoice_id}")
    editor = _draft(visit, invoice_id, invoice.client_id)
    return show(visit, editor, as_form(visit, editor, invoice.told, version))


@router.post("/{invoice_id}/edit")
def change_draft(invoice_id: UUID, visit: Page) -> Response:
    form, known = visit.form, load_seen(visit, invoice_id, also_deleted=True)
    client_id = known.client_id
    if known.stage is Stage.DELETED:
        return show_anew(visit, _new(visit), client_id)
    editor = _draft(visit, invoice_id, client_id)
    if only_shows(form):
        return show(visit, editor, form)
    try:
        invoice = read_invoice(visit, client_id)
        outcome = invoices.change_draft(
            visit.store, visit.command(), invoice_id, invoice=invoice, issuance=_issuance(visit), seen=form.seen
        )
    except Refusal as refusal:
        return refused(visit, editor, refusal)
    return visit.done(outcome, f"/invoices/{invoice_id}", _said(visit))


def _issuance(visit: Visit) -> Issuance | None:
    return read_issuance(visit.form, visit.today) if visit.form.ticked("issue") else None


def _said(visit: Visit) -> str:
    return visit._("Invoice issued") if visit.form.ticked("issue") else visit._("Draft saved")


def _new(visit: Visit) -> Editor:
    return Editor("invoice", visit._("New invoice"), "/invoices/new", "/invoices")


def _draft(visit: Visit, invoice_id: UUID, client_id: UUID) -> Editor:
    at = f"/invoices/{invoice_id}"
    return Editor("invoice", visit._("Change the draft"), f"{at}/edit", at, client_id)
