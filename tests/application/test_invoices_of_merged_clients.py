"""A client that was merged into another meanwhile: what was written for it goes on with whoever was kept."""

from decimal import Decimal
from uuid import uuid4

import pytest
from agency import Agency
from scenario import ANA, DORA, TODAY

from application import estimates, invoices, issuer, restrictions
from domain.client import Client
from domain.estimate import Answer, NewEstimate
from domain.invoice import Invoice
from domain.invoice.issuing import Correction, CreditNoteIssued, InvoiceIssued, Issuance, NewInvoice
from domain.issuer import Identity
from domain.lines import NewLine
from domain.sending import Channel

US = Identity("Recobros del Sur S.L.", "B41234568", "Calle Sierpes 1", "41004", "Sevilla", "ES")
LINES = [NewLine("Gestión", Decimal(1), Decimal(100))]


@pytest.fixture
def agency(store):
    made = Agency(store)
    issuer.describe_issuer(made.log, made.command(DORA), identity=US)
    return made


def merged(agency, write):
    """Written for one client, which is then merged into another: what was written, and who was kept."""
    absorbed, kept = agency.client("Deudora"), agency.client("Deudora S.L.")
    written = uuid4()
    write(written, absorbed)
    restrictions.merge_client(agency.log, agency.command(DORA), absorbed, into=kept, reason="La misma")
    return written, kept


def last(agency, stream, kind):
    return [one.event for one in agency.log.history(stream) if isinstance(one.event, kind)][-1]


def test_its_draft_is_issued_and_credited_to_whoever_was_kept(agency):
    def draft(invoice_id, client_id):
        new = NewInvoice("EUR", LINES, 30)
        invoices.draft_invoice(agency.log, agency.command(ANA), invoice_id, client_id=client_id, invoice=new)

    invoice, kept = merged(agency, draft)
    invoices.issue_invoice(agency.log, agency.command(ANA), invoice, issuance=Issuance(TODAY))
    assert last(agency, invoice, InvoiceIssued).recipient.name == "Deudora S.L."
    assert agency.log.load(Client(), kept)[0].restrictions.kept_until is not None
    invoices.issue_credit_note(
        agency.log,
        agency.command(ANA),
        invoice,
        credit_note_id=uuid4(),
        correction=Correction.OTHER,
        lines=None,
        issuance=Issuance(TODAY),
        reason="Descuento",
    )
    assert last(agency, invoice, CreditNoteIssued).recipient.name == "Deudora S.L."


def test_its_estimate_is_accepted_copied_and_invoiced_for_whoever_was_kept(agency):
    def draft(estimate_id, client_id):
        by, new = agency.command(ANA), NewEstimate("EUR", LINES, 30)
        estimates.draft_estimate(agency.log, by, estimate_id, client_id=client_id, estimate=new)
        said = {"channel": Channel.MARKED, "sent_on": TODAY}
        estimates.mark_estimate_as_sent(agency.log, agency.command(ANA), estimate_id, **said)

    estimate, kept = merged(agency, draft)
    invoice, copy = uuid4(), uuid4()
    answer = Answer(TODAY, by_link=True)
    estimates.accept_estimate(agency.log, agency.command(ANA), estimate, answer=answer, invoice_id=invoice)
    assert agency.log.load(Invoice(), invoice)[0].client_id == kept
    estimates.copy_estimate(agency.log, agency.command(ANA), estimate, copy_id=copy)
    assert agency.log.history(copy)[0].event.client_id == kept
