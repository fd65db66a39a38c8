"""The part of the story that is invoiced: estimates, invoices, their payments, in and out of collection."""

from contextlib import closing
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from application import case_files, estimates, invoice_credit, invoices, issuer, payments, refunds
from application.streams import Command
from domain.case_file.progress import ClosingReason
from domain.estimate import Answer, NewEstimate
from domain.invoice import Invoice
from domain.invoice.issuing import Correction, Issuance, NewInvoice
from domain.issuer import Identity, Numbered, TermsSet
from domain.lines import NewLine
from domain.money import Money
from domain.payments import Method, NewPayment
from domain.people import OPERATOR, Actor, Role
from domain.sending import Channel, Language
from infrastructure.files import images
from infrastructure.files.store import StoredFiles
from infrastructure.wiring import credentials

if TYPE_CHECKING:
    from write import Story

ANA, BEA = (Actor(name, frozenset({Role.SUPERVISOR})) for name in ("ana", "bea"))
CARL = Actor("carl", frozenset({Role.COLLECTOR}))

HOURS = NewLine("Horas de Núria", Decimal("2.5"), Decimal("40.333333"), Decimal(21), Decimal(5), Decimal(15))
FOOD = NewLine("Dietas", Decimal(1), Decimal(20), Decimal(10))


def euros(amount: str) -> Money:
    return Money.of(amount, "EUR")


class Billing:
    def __init__(self, story: "Story", client: UUID, picture: bytes) -> None:
        self.story, self.does, self.client, self.picture = story, story.does, client, picture

    def tell(self) -> None:
        self.issuer_is_described()
        self.estimates_are_answered()
        self.invoices_are_issued_and_paid()
        self.invoices_go_into_collection()

    def command(self, by: Actor) -> Command:
        return self.story.command(by)

    def issuer_is_described(self) -> None:
        us = Identity("Cobros Ría S.L.", "B41234568", "Calle Sierpes 1", "41004", "Sevilla", "ES", footer="Reg. Merc.")
        self.does(issuer.describe_issuer, OPERATOR, identity=us)
        self.does(issuer.choose_series, OPERATOR, invoices="FV", credit_notes="AB", estimates="PR")
        self.does(issuer.continue_series, OPERATOR, numbered=Numbered.INVOICES, after=45)
        self.does(issuer.set_terms, OPERATOR, terms=TermsSet(15, 30, Decimal(21), Decimal(15), Language.ENGLISH))
        store = self.story.store
        with closing(credentials(store)) as logins:
            files = StoredFiles(logins.engine, store.keys)
            for _ in range(2):
                issuer.change_logo(
                    store.events,
                    self.command(OPERATOR),
                    file_id=uuid4(),
                    files=files,
                    images=images,
                    content=self.picture,
                )
            issuer.remove_logo(store.events, self.command(OPERATOR), files=files)

    def estimates_are_answered(self) -> None:
        one, copy, version, gone = (uuid4() for _ in range(4))
        told = NewEstimate("EUR", [HOURS, FOOD], 30, note="Para Núria")
        self.does(estimates.draft_estimate, CARL, one, client_id=self.client, estimate=told)
        self.does(estimates.change_estimate, CARL, one, estimate=NewEstimate("EUR", [HOURS], 15))
        self.does(estimates.copy_estimate, CARL, one, copy_id=copy)
        self.does(estimates.copy_estimate, CARL, one, copy_id=gone)
        self.does(estimates.delete_estimate, CARL, gone)
        for sent in (one, copy):
            self.does(estimates.mark_estimate_as_sent, CARL, sent, channel=Channel.POST, sent_on=self.story.day)
        withdrawn = uuid4()
        self.does(estimates.revise_estimate, CARL, one, version_id=withdrawn)
        self.does(estimates.delete_estimate, CARL, withdrawn)
        says_no = Answer(self.story.day, answered_by="Núria", note="Muy caro")
        self.does(estimates.decline_estimate, CARL, copy, answer=says_no)
        self.does(estimates.revise_estimate, CARL, one, version_id=version)
        self.does(estimates.mark_estimate_as_sent, CARL, version, channel=Channel.MARKED, sent_on=self.story.day)
        says_yes = Answer(self.story.day, by_link=True, answered_by="Núria", note="Adelante")
        draft = uuid4()
        self.does(estimates.accept_estimate, CARL, version, answer=says_yes, invoice_id=draft)
        self.does(invoices.delete_draft, CARL, draft)
        self.does(estimates.invoice_estimate, CARL, version, invoice_id=uuid4())

    def drafted(self, *lines: NewLine) -> UUID:
        invoice = uuid4()
        told = NewInvoice("EUR", lines, 0, note="De enero")
        self.does(invoices.draft_invoice, CARL, invoice, client_id=self.client, invoice=told)
        return invoice

    def issued(self, *lines: NewLine) -> UUID:
        invoice = self.drafted(*lines)
        self.does(invoices.issue_invoice, CARL, invoice, issuance=Issuance(self.story.day))
        return invoice

    def invoices_are_issued_and_paid(self) -> None:
        day = self.story.day
        deleted, void = self.drafted(FOOD), self.drafted(FOOD)
        self.does(invoices.change_draft, CARL, deleted, invoice=NewInvoice("EUR", [HOURS], 30))
        self.does(invoices.delete_draft, CARL, deleted)
        self.does(invoices.void_invoice, ANA, void, reason="Repetida")
        one, other = self.issued(HOURS, FOOD), self.issued(FOOD)
        self.does(invoices.mark_as_sent, CARL, one, channel=Channel.EMAIL, sent_on=day)
        self.does(invoices.dispute_invoice, CARL, one, dispute_id=uuid4(), claim="Núria no lo pidió", disputed_on=day)
        self.does(invoices.end_dispute, CARL, one, result="Sí lo pidió", ended_on=day)
        payment, transfer = uuid4(), uuid4()
        new = NewPayment(euros("150.00"), day, Method.TRANSFER, payer="Núria", overpayment=True)
        self.does(payments.record_payment, CARL, Invoice, one, payment_id=payment, payment=new)
        self.does(payments.approve_payment, ANA, Invoice, one, payment_id=payment)
        moved = {"amount": euros("5.00"), "to": other, "reason": "Sobraba"}
        self.does(invoice_credit.move_invoice_credit, ANA, one, transfer_id=transfer, **moved)
        self.does(invoice_credit.take_back_invoice_credit, ANA, one, transfer_id=transfer)
        self.does(invoice_credit.move_invoice_credit, ANA, one, transfer_id=uuid4(), **moved)
        refund, back = uuid4(), {"amount": euros("1.00"), "reason": "Pagó de más"}
        self.does(refunds.propose_refund, CARL, Invoice, one, refund_id=refund, **back)
        self.does(refunds.approve_refund, ANA, Invoice, one, refund_id=refund)
        self.does(
            invoices.issue_credit_note,
            ANA,
            one,
            credit_note_id=uuid4(),
            correction=Correction.OTHER,
            lines=[FOOD],
            issuance=Issuance(day),
            reason="No hubo dietas",
        )
        imported = uuid4()
        events = Invoice().import_("A-7", self.client, "EUR", [FOOD], issued_on=day, due_on=day, today=day, by=OPERATOR)
        self.story.appended(imported, events, self.client)

    def invoices_go_into_collection(self) -> None:
        day, case_file, payment = self.story.day, uuid4(), uuid4()
        taken = [self.issued(FOOD), self.issued(HOURS)]
        said = {"reference": "EXP-3", "invoice_ids": taken, "opened_on": day}
        self.does(case_files.open_case_file_from_invoices, ANA, case_file, **said)
        self.story.collected(case_file, payment, euros("30.00"))
        self.does(case_files.close_case_file, ANA, case_file, reason=ClosingReason.WITHDRAWN)
