"""A case file that takes over what is unpaid of chosen invoices, ticked in a list or one of them from its page."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from fastapi import APIRouter, Response

from api.web.forms import Form
from api.web.invoices import load_seen
from api.web.visit import Page, Visit, new_id
from application import case_files
from domain.errors import Invalid, NotFound, Refusal
from domain.invoice import Invoice
from domain.people import WORKS
from projections.escritorio.clients import named
from projections.escritorio.search import free_reference

router = APIRouter(prefix="/case-files/from-invoices")

FORM = "case-file"


class NoInvoiceChosen(Invalid):
    title = "Tick the invoices first"


@dataclass(frozen=True)
class Chosen:
    id: UUID
    invoice: Invoice


@router.get("")
def show_chosen_invoices(visit: Page) -> Response:
    chosen = Form({"invoice": visit.request.query_params.getlist("invoice")}).ids("invoice")
    if not chosen:
        return visit.refused(NoInvoiceChosen(), "/invoices")
    with visit.snapshot() as db:
        reference = free_reference(db, visit.today.year)
    form = Form({"reference": [reference], "opened_on": [visit.today.isoformat()], "form_name": [FORM]})
    return _page(visit, chosen, form)


@router.post("")
def open_case_file(visit: Page) -> Response:
    form, command = visit.form, visit.command()
    chosen = form.ids("invoice")
    case_file_id = new_id(command, "case file")
    try:
        outcome = case_files.open_case_file_from_invoices(
            visit.store,
            command,
            case_file_id,
            reference=form.text("reference"),
            invoice_ids=chosen,
            opened_on=form.day("opened_on"),
            ask_first=form.asks_first,
        )
    except NotFound:
        raise
    except Refusal as refusal:
        return _page(visit, chosen, form.refused(refusal))
    return visit.done(outcome, f"/case-files/{case_file_id}", visit._("Case file opened"))


def _page(visit: Visit, ids: Sequence[UUID], form: Form) -> Response:
    visit.viewer.require(*WORKS)
    chosen = [Chosen(one, load_seen(visit, one)) for one in ids]
    with visit.snapshot() as db:
        clients = named(db, visit.viewer, {one.invoice.client_id for one in chosen})
    return visit.page(
        "case_file_from_invoices.html",
        chosen=sorted(chosen, key=lambda one: (one.invoice.due_on, one.invoice.number)),
        clients=clients,
        sent=replace(form, fields={**form.fields, "form_name": [FORM]}),
    )
