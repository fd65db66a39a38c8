"""A case file that takes over what is unpaid of chosen invoices, ticked in a list or one of them from its page."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from fastapi import APIRouter, Response

from api.case_files.inputs import FromInvoices
from api.invoices.views import NoInvoiceChosen, load_seen
from api.pages.context import Page, PageContext, new_id
from api.pages.forms import Form
from application import case_files
from domain.errors import NotFound, Refusal
from domain.invoice import Invoice
from domain.people import WORKS
from projections.desk.clients import named
from projections.desk.search import free_reference

router = APIRouter(prefix="/case-files/from-invoices")

FORM = "case-file"


@dataclass(frozen=True)
class Chosen:
    id: UUID
    invoice: Invoice


@router.get("")
def show_chosen_invoices(context: Page) -> Response:
    chosen = Form({"invoice": context.request.query_params.getlist("invoice")}).ids("invoice")
    if not chosen:
        return context.refused(NoInvoiceChosen(), "/invoices")
    with context.snapshot() as db:
        reference = free_reference(db, context.today.year)
    form = Form({"reference": [reference], "opened_on": [context.today.isoformat()], "form_name": [FORM]})
    return _page(context, chosen, form)


@router.post("")
def open_case_file(context: Page) -> Response:
    form, command = context.form, context.command()
    chosen = form.ids("invoice")
    case_file_id = new_id(command, "case file")
    try:
        body = form.read(FromInvoices, invoice_ids=chosen)
        outcome = case_files.open_case_file_from_invoices(
            context.store,
            command,
            case_file_id,
            reference=body.reference,
            invoice_ids=body.invoice_ids,
            opened_on=body.opened_on or context.today,
            ask_first=body.ask_first,
        )
    except NotFound:
        raise
    except Refusal as refusal:
        return _page(context, chosen, form.refused(refusal))
    return context.done(outcome, f"/case-files/{case_file_id}", context._("Case file opened"))


def _page(context: PageContext, ids: Sequence[UUID], form: Form) -> Response:
    context.viewer.require(*WORKS)
    chosen = [Chosen(one, load_seen(context, one)) for one in ids]
    with context.snapshot() as db:
        clients = named(db, context.viewer, {one.invoice.client_id for one in chosen})
    return context.page(
        "case_file_from_invoices.html",
        chosen=sorted(chosen, key=lambda one: (one.invoice.due_on, one.invoice.number)),
        clients=clients,
        sent=replace(form, fields={**form.fields, "form_name": [FORM]}),
    )
