"""A credit note of an invoice: for all that is left, or for the lines that it takes off; those left, to begin with."""

from dataclasses import replace
from uuid import UUID

from fastapi import APIRouter, Response

from api.bills.document_editor import FORM, only_shows
from api.bills.issuance import asked_currency, read_issuance
from api.bills.issuer import issuer_of
from api.bills.line_pages import Summed, add_up, as_fields, empty_line, rates, read_lines, shown_lines
from api.invoices.views import load_seen
from api.pages.context import Page, PageContext, new_id
from api.pages.forms import Form
from application import invoices
from domain.errors import Refusal
from domain.invoice import Invoice
from domain.invoice.issuing import Correction
from domain.lines import Totals
from domain.people import Role

router = APIRouter(prefix="/invoices/{invoice_id}/credit-note")


@router.get("")
def show_new_credit_note(invoice_id: UUID, context: Page) -> Response:
    invoice = load_seen(context, invoice_id)
    known = {"issued_on": [context.today.isoformat()], "currency": [invoice.currency]}
    left, _ = invoice.left_to_credit
    return _page(context, invoice_id, invoice, Form({**known, **as_fields(context, left.as_written)}))


@router.post("")
def issue_credit_note(invoice_id: UUID, context: Page) -> Response:
    """The button `whole` credits all that is left, whatever the lines say."""
    invoice, form, command = load_seen(context, invoice_id), context.form, context.command()
    if only_shows(form):
        return _page(context, invoice_id, invoice, form)
    try:
        outcome = invoices.issue_credit_note(
            context.store,
            command,
            invoice_id,
            credit_note_id=new_id(command, "credit note"),
            correction=form.choice("correction", Correction),
            lines=None if form.ticked("whole") else read_lines(form),
            issuance=read_issuance(form),
            reason=form.text("reason"),
        )
    except Refusal as refusal:
        return _page(context, invoice_id, invoice, form.refused(refusal))
    return context.done(outcome, f"/invoices/{invoice_id}", context._("Credit note issued"))


def _page(context: PageContext, invoice_id: UUID, invoice: Invoice, form: Form) -> Response:
    context.viewer.require(Role.SUPERVISOR, Role.ADMINISTRATOR)
    invoice.check_issued()
    issuer = issuer_of(context)
    form = replace(form, fields={**form.fields, "currency": [invoice.currency], "form_name": [FORM]})
    summed, (rest, left) = add_up(form), invoice.left_to_credit
    return context.page(
        "credit_note_editor.html",
        address=f"/invoices/{invoice_id}",
        invoice=invoice,
        left=left.payable,
        by_lines=any(line.net for line in rest.lines),
        own_currency=asked_currency(invoice, issuer),
        rows=shown_lines(form, empty_line(context, issuer.terms)),
        lines=summed.lines,
        totals=_taken_off(invoice, summed),
        summed=summed,
        rates=rates(context),
        sent=form,
    )


def _taken_off(invoice: Invoice, summed: Summed) -> Totals | None:
    """What the note comes to; where it would be refused, what its lines come to by themselves."""
    try:
        return invoice.credited_by(summed.lines)
    except Refusal:
        return summed.totals
