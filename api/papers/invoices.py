"""An invoice on paper, from the event that issued it, and its credit notes. A draft says that it is one."""

from datetime import date
from uuid import UUID

from api.http.catalogues import marked as _
from api.papers.bills import Bill, print_bill
from api.papers.press import Paper, Press, Speech
from application.invoices import recipient_of
from domain.client import Client
from domain.errors import NotFound
from domain.invoice import Invoice, Stage
from domain.invoice.issuing import Correction, CreditNoteIssued, InvoiceIssued, Kind, totals_of
from domain.issuer import Identity
from domain.lines import totals
from domain.payment_reference import payment_reference, printed

TITLES = {Kind.FULL: _("Invoice %(number)s"), Kind.SIMPLIFIED: _("Simplified invoice %(number)s")}

CORRECTIONS = {
    Correction.ART_80_ONE_TWO_SIX: _("art. 80.1, 80.2 and 80.6 of Spanish VAT Act 37/1992"),
    Correction.ART_80_THREE: _("art. 80.3 of Spanish VAT Act 37/1992"),
    Correction.ART_80_FOUR: _("art. 80.4 of Spanish VAT Act 37/1992"),
    Correction.OTHER: "",
    Correction.SIMPLIFIED: "",
}


def print_invoice(press: Press, invoice_id: UUID) -> Paper:
    """Raises `NotFound` where there is none, or the draft was deleted."""
    invoice, _version = press.store.load(Invoice(), invoice_id)
    for known in press.store.history(invoice_id):
        if isinstance(known.event, InvoiceIssued):
            return _issued(press, invoice_id, known.event)
    if invoice.stage in {Stage.NOTHING, Stage.DELETED}:
        raise NotFound(id=invoice_id)
    return _not_issued(press, invoice_id, invoice)


def print_credit_note(press: Press, invoice_id: UUID, credit_note_id: UUID) -> Paper:
    invoice, _version = press.store.load(Invoice(), invoice_id)
    for known in press.store.history(invoice_id):
        event = known.event
        if isinstance(event, CreditNoteIssued) and event.credit_note_id == credit_note_id:
            return _credit_note(press, invoice, event)
    raise NotFound(id=credit_note_id)


def _issued(press: Press, invoice_id: UUID, issued: InvoiceIssued) -> Paper:
    says = press.speech(issued.language, issued.issuer)
    facts = [(says._("Date of issue"), says.day(issued.issued_on)), (says._("Due date"), says.day(issued.due_on))]
    if issued.operated_on != issued.issued_on:
        facts.insert(1, (says._("Date of operation"), says.day(issued.operated_on)))
    bill = Bill(
        title=says._(TITLES[issued.kind], number=issued.number),
        facts=facts,
        sender=issued.issuer,
        recipient=issued.recipient,
        lines=issued.lines,
        descriptions=issued.descriptions,
        totals=totals_of(issued),
        payable=says._("Total to pay"),
        converted=issued.converted,
        terms=_how_to_pay(says, issued.issuer, invoice_id, issued.due_on),
        note=issued.note,
    )
    return print_bill(press, bill.title, says, bill)


def _not_issued(press: Press, invoice_id: UUID, invoice: Invoice) -> Paper:
    """A draft, or one that was imported: who issues and to whom it goes are as they are known today."""
    issuer = press.issuer.identity
    says = press.speech(invoice.language, issuer)
    client, _version = press.store.load(Client(), invoice.client_id)
    if invoice.imported:
        facts = [(says._("Date of issue"), says.day(invoice.issued_on)), (says._("Due date"), says.day(invoice.due_on))]
        watermark = says._("COPY")
    else:
        facts = [(says._("To be paid"), says._("%(days)s days after issue", days=invoice.due_days))]
        watermark = says._("DRAFT")
        if invoice.operated_on is not None:
            facts.insert(0, (says._("Date of operation"), says.day(invoice.operated_on)))
    bill = Bill(
        title=says._(TITLES[invoice.kind], number=invoice.number).strip(),
        facts=facts,
        sender=issuer,
        recipient=recipient_of(client),
        lines=invoice.content.lines,
        descriptions=invoice.content.descriptions or None,
        totals=totals(invoice.content.lines, invoice.currency),
        payable=says._("Total to pay"),
        terms=_how_to_pay(
            says,
            issuer,
            invoice_id if invoice.imported else None,
            invoice.due_on if invoice.imported else None,
        ),
        note=invoice.note,
        watermark=says._("VOID") if invoice.stage is Stage.VOID else watermark,
    )
    return print_bill(press, bill.title, says, bill)


def _credit_note(press: Press, invoice: Invoice, issued: CreditNoteIssued) -> Paper:
    """RD 1619/2012, art. 15: which invoice it corrects, and why."""
    says = press.speech(invoice.language, issued.issuer)
    law = CORRECTIONS[issued.correction]
    why = f"{issued.reason} ({says._(law)})" if law else issued.reason
    bill = Bill(
        title=says._("Credit note %(number)s", number=issued.number),
        facts=[
            (says._("Date of issue"), says.day(issued.issued_on)),
            (
                says._("Corrects"),
                says._(
                    "invoice %(number)s of %(day)s",
                    number=invoice.number,
                    day=says.day(invoice.issued_on),
                ),
            ),
        ],
        reason=(says._("Reason of the credit note"), why),
        sender=issued.issuer,
        recipient=issued.recipient,
        lines=issued.lines,
        descriptions=issued.descriptions,
        totals=totals_of(issued),
        payable=says._("Total of the credit note"),
        converted=issued.converted,
        takes_off=True,
    )
    return print_bill(press, bill.title, says, bill)


def _how_to_pay(says: Speech, issuer: Identity | None, invoice_id: UUID | None, due_on: date | None) -> list[str]:
    """What is not issued yet has neither payment reference nor day."""
    sentences: list[str] = []
    if due_on is not None:
        sentences.append(says._("To be paid by %(day)s.", day=says.day(due_on)))
    account = issuer.paid_into if issuer else None
    reference = printed(payment_reference(invoice_id)) if invoice_id else None
    if account and reference:
        sentences.append(
            says._(
                "By transfer to %(account)s, with the reference %(reference)s.", account=account, reference=reference
            )
        )
    elif account:
        sentences.append(says._("By transfer to %(account)s.", account=account))
    elif reference:
        sentences.append(says._("Give the reference %(reference)s when you pay.", reference=reference))
    return sentences
