"""Invoices over HTTP: drafted, issued, corrected, marked as sent, disputed. What is asked of them: `invoice_status`."""

from datetime import date
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from api.bills.shapes import Days, Lines, SentBody, read_lines
from api.http.dependencies import Done, NewCommand
from api.http.problems import documented
from api.http.routes import OneThreadRoute
from api.http.shapes import Body, Currency, Day, Line, Name, Note, Version, Why
from application import invoices
from application.streams import Streams
from domain.exchange import ExchangeRate
from domain.invoice import Invoice
from domain.invoice.issuing import Correction, Issuance, NewInvoice
from domain.sending import Language

router = APIRouter(
    prefix="/api/invoices",
    tags=["invoices"],
    responses=documented(401, 403, 404, 409, 422, 503),
    route_class=OneThreadRoute,
)


class DraftBody(Body):
    """Without `due_days` they are what is agreed with the client, or else what is usual."""

    currency: Currency = "EUR"
    lines: Lines
    due_days: Days | None = None
    language: Language = Language.SPANISH
    operated_on: Day | None = None
    note: Note | None = None

    def draft(self, log: Streams, client_id: UUID) -> NewInvoice:
        lines = read_lines(log, self.lines)
        days = invoices.usual_due_days(log, client_id) if self.due_days is None else self.due_days
        return NewInvoice(
            currency=self.currency,
            lines=lines,
            due_days=days,
            language=self.language,
            operated_on=self.operated_on,
            note=self.note,
        )


class ChangedDraftBody(DraftBody):
    """`seen` is the `version` that was read and is changed: refused where it is another by now."""

    seen: Version = None


class InvoiceBody(DraftBody):
    client_id: UUID


class ExchangeRateBody(Body):
    """What one unit of the invoice's currency is worth in the issuer's: on which day, and who published it."""

    rate: Annotated[str, Field(pattern=r"^[0-9]{1,12}(\.[0-9]{1,12})?$", examples=["0.9205"])]
    on: Day
    source: Annotated[Name, Field(examples=["Banco de España"])]


class Issue(Body):
    """Today, where no day is said.

    Of an invoice in a foreign currency the tax is told in the issuer's own too, which takes an `exchange_rate`. A day
    in a tax quarter that is over, or before that of the series' last number, takes `earlier_day_confirmed`; one before
    the day of what is invoiced takes `later_operation_confirmed`.
    """

    issued_on: Day | None = None
    exchange_rate: ExchangeRateBody | None = None
    earlier_day_confirmed: Annotated[bool, Field(strict=True)] = False
    later_operation_confirmed: Annotated[bool, Field(strict=True)] = False

    def issuance(self, today: date) -> Issuance:
        told = self.exchange_rate
        rate = ExchangeRate(Decimal(told.rate), told.on, told.source) if told else None
        return Issuance(self.issued_on or today, rate, self.earlier_day_confirmed, self.later_operation_confirmed)


class IssueBody(Issue):
    """`seen` is the `version` of the draft that was read and is issued: refused where it is another by now."""

    seen: Version = None


class CreditNoteBody(Issue):
    """Without `lines` it takes off all that is left of the invoice. It takes a rate only where the invoice has none."""

    lines: Lines | None = None
    correction: Correction = Correction.ART_80_ONE_TWO_SIX
    reason: Line


class DisputeBody(Body):
    claim: Note
    disputed_on: Day | None = None


class DisputeEndBody(Body):
    result: Note
    ended_on: Day | None = None


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
