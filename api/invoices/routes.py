"""Invoices over HTTP: drafted, issued, corrected, marked as sent, disputed. What is asked of them: `invoice_status`."""

from uuid import UUID

from fastapi import APIRouter

from api.bills.shapes import SentBody, read_lines
from api.http.dependencies import Done, NewCommand
from api.http.problems import documented
from api.http.routes import OneThreadRoute
from api.http.shapes import Why
from api.invoices.inputs import ChangedDraftBody, CreditNoteBody, DisputeBody, DisputeEndBody, InvoiceBody, IssueBody
from application import invoices
from application.streams import Streams
from domain.invoice import Invoice

router = APIRouter(
    prefix="/api/invoices",
    tags=["invoices"],
    responses=documented(401, 403, 404, 409, 422, 503),
    route_class=OneThreadRoute,
)


@router.post("", status_code=201)
def draft_invoice(body: InvoiceBody, new: NewCommand) -> Done:
    invoice = body.draft(Streams(new.store), body.client_id)
    return new.done(
        invoices.draft_invoice(new.store, new.command, new.new_id("invoice"), client_id=body.client_id, invoice=invoice)
    )


@router.post("/{invoice_id}/edit")
def change_draft(invoice_id: UUID, body: ChangedDraftBody, new: NewCommand) -> Done:
    """All of it, as it is from now on."""
    log = Streams(new.store)
    invoice = body.draft(log, log.load(Invoice(), invoice_id).client_id)
    return new.done(invoices.change_draft(new.store, new.command, invoice_id, invoice=invoice, seen=body.seen))


@router.post("/{invoice_id}/deletion")
def delete_draft(invoice_id: UUID, new: NewCommand) -> Done:
    return new.done(invoices.delete_draft(new.store, new.command, invoice_id))


@router.post("/{invoice_id}/issue")
def issue_invoice(invoice_id: UUID, body: IssueBody, new: NewCommand) -> Done:
    """Takes the next number of its series; from then on nothing of it changes."""
    issuance = body.issuance(new.today)
    return new.done(invoices.issue_invoice(new.store, new.command, invoice_id, issuance=issuance, seen=body.seen))


@router.post("/{invoice_id}/sent")
def mark_as_sent(invoice_id: UUID, body: SentBody, new: NewCommand) -> Done:
    return new.done(
        invoices.mark_as_sent(
            new.store, new.command, invoice_id, channel=body.channel, sent_on=body.sent_on or new.today
        )
    )


@router.post("/{invoice_id}/credit-note", status_code=201)
def issue_credit_note(invoice_id: UUID, body: CreditNoteBody, new: NewCommand) -> Done:
    return new.done(
        invoices.issue_credit_note(
            new.store,
            new.command,
            invoice_id,
            credit_note_id=new.new_id("credit note"),
            correction=body.correction,
            lines=None if body.lines is None else read_lines(Streams(new.store), body.lines),
            issuance=body.issuance(new.today),
            reason=body.reason,
        )
    )


@router.post("/{invoice_id}/void")
def void_invoice(invoice_id: UUID, body: Why, new: NewCommand) -> Done:
    return new.done(invoices.void_invoice(new.store, new.command, invoice_id, reason=body.reason))


@router.post("/{invoice_id}/dispute", status_code=201)
def dispute_invoice(invoice_id: UUID, body: DisputeBody, new: NewCommand) -> Done:
    return new.done(
        invoices.dispute_invoice(
            new.store,
            new.command,
            invoice_id,
            dispute_id=new.new_id("dispute"),
            claim=body.claim,
            disputed_on=body.disputed_on or new.today,
        )
    )


@router.post("/{invoice_id}/dispute-end")
def end_dispute(invoice_id: UUID, body: DisputeEndBody, new: NewCommand) -> Done:
    return new.done(
        invoices.end_dispute(
            new.store, new.command, invoice_id, result=body.result, ended_on=body.ended_on or new.today
        )
    )
