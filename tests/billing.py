"""An office that invoices: commands on what was made so far, at random or as a story tells."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

from agency import ANA, BEA, CARL, EVA
from at_random import AtRandom
from hypothesis import strategies as st
from scenario import TODAY, euros

from application import (
    assignments,
    case_files,
    clients,
    debts,
    estimates,
    invoice_credit,
    invoices,
    payments,
    refunds,
    restrictions,
)
from application.issuer import describe_issuer
from application.streams import Change, Decision, change
from domain.case_file import CaseFile
from domain.case_file.debt import AdjustmentKind, Part
from domain.case_file.progress import ClosingReason
from domain.client.details import Details
from domain.client.restrictions import ErasureGround
from domain.estimate import Answer, NewEstimate
from domain.invoice import Invoice
from domain.invoice.issuing import Correction, Issuance, NewInvoice
from domain.issuer import Identity
from domain.lines import NewLine
from domain.money import Money
from domain.payments import Method, NewPayment
from domain.people import OPERATOR
from domain.sending import Channel

IDENTITY = Identity("Cobros S.L.", "B99286320", "Mayor 1", "28001", "Madrid", "ES")

amounts = st.integers(1, 300)
days_ago = st.integers(0, 100).map(lambda days: TODAY - timedelta(days=days))


def line(amount):
    return NewLine("Servicios", Decimal(1), Decimal(amount))


class BillingOffice(AtRandom):
    OFTEN = ("issue", "issue", "send", "pay", "pay", "approve", "approve", "approve", "return_", "open_case_file")

    def __init__(self, agency):
        super().__init__(agency)
        self.clients, self.invoices, self.estimates, self.files = [], [], [], []
        self.payments, self.payments_of_files, self.transfers, self.refunds = [], [], [], []
        self._give(describe_issuer, identity=IDENTITY)

    def _currency(self):
        return self.draw(st.sampled_from(["EUR", "EUR", "USD"]))

    # Clients

    def register(self):
        client = uuid4()
        name = self.draw(st.sampled_from(["Ñandú y compañía", "Zeta"]))
        self._give(clients.register_client, client, reference=None, details=Details(name))
        self.clients.append(client)

    def rename(self):
        self._give(clients.correct_client, self._of(self.clients), details=Details("Omega"), reason="así es")

    def assign(self):
        to = self.draw(st.sampled_from([ANA.name, CARL.name, None]))
        self._give(assignments.assign_client, self._of(self.clients), collector=to, from_on=self.draw(days_ago))

    def block(self):
        self._give(restrictions.block_client, self._of(self.clients), reason="lo pide")

    def unblock(self):
        self._give(restrictions.unblock_client, self._of(self.clients), reason="ya no")

    def merge(self):
        self._give(restrictions.merge_client, self._of(self.clients), into=self._of(self.clients), reason="el mismo")

    def unmerge(self):
        self._give(restrictions.unmerge_client, self._of(self.clients), reason="undo")

    def erase(self):
        files = {"case_files": lambda _: ([], 0)}
        self._give(restrictions.erase_client, self._of(self.clients), ground=ErasureGround.ASKED_FOR, **files)
        self.agency.store.events.forget_erased()

    # Invoices

    def draft(self):
        """Few, so that much happens to each."""
        if len(self.invoices) == 4:
            return
        invoice = uuid4()
        said = {"client_id": self._of(self.clients), "invoice": self._written()}
        self._give(invoices.draft_invoice, invoice, day=self.draw(days_ago), **said)
        self.invoices.append(invoice)

    def import_(self):
        if len(self.invoices) == 4:
            return
        invoice, client = uuid4(), self._of(self.clients)
        issued_on = self.draw(days_ago)
        told = {"issued_on": issued_on, "due_on": issued_on + timedelta(days=30), "today": TODAY, "by": OPERATOR}
        events = Invoice().import_(str(invoice), client, "EUR", [line(self.draw(amounts))], **told)
        self._give(change, lambda _: Decision([Change(invoice, events, client)]))
        self.invoices.append(invoice)

    def _written(self):
        due_days = self.draw(st.integers(0, 40))
        return NewInvoice(self._currency(), [line(self.draw(amounts))], due_days)

    def change_draft(self):
        self._give(invoices.change_draft, self._of(self.invoices), invoice=self._written())

    def delete_draft(self):
        self._give(invoices.delete_draft, self._of(self.invoices))

    def issue(self):
        said = Issuance(self.draw(days_ago | st.just(TODAY)), earlier_day_confirmed=self.draw(st.booleans()))
        self._give(invoices.issue_invoice, self._of(self.invoices), issuance=said)

    def void(self):
        self._give(invoices.void_invoice, self._of(self.invoices), reason="repetida")

    def credit(self):
        lines = self.draw(st.none() | amounts.map(lambda amount: [line(amount)]))
        said = {"correction": Correction.OTHER, "lines": lines, "reason": "de más", "issuance": Issuance(TODAY)}
        self._give(invoices.issue_credit_note, self._of(self.invoices), credit_note_id=uuid4(), **said)

    def send(self):
        said = {"channel": self.draw(st.sampled_from(Channel)), "sent_on": self.draw(days_ago)}
        self._give(invoices.mark_as_sent, self._of(self.invoices), **said)

    def dispute(self):
        said = {"dispute_id": uuid4(), "claim": "no lo pidió", "disputed_on": TODAY}
        self._give(invoices.dispute_invoice, self._of(self.invoices), **said)

    def end_dispute(self):
        self._give(invoices.end_dispute, self._of(self.invoices), result="sí", ended_on=TODAY)

    def pay(self):
        invoice, payment = self._of(self.invoices), uuid4()
        currency = self.log.load(Invoice(), invoice)[0].currency
        told = NewPayment(
            Money.of(self.draw(amounts), currency),
            self.draw(days_ago),
            Method.CASH,
            overpayment=self.draw(st.booleans()),
        )
        self._give(payments.record_payment, Invoice, invoice, payment_id=payment, payment=told)
        self.payments.append((invoice, payment))

    def approve(self):
        invoice, payment = self._pair(self.payments)
        self._give(payments.approve_payment, Invoice, invoice, payment_id=payment, by=BEA)

    def reject(self):
        invoice, payment = self._pair(self.payments)
        self._give(payments.reject_payment, Invoice, invoice, payment_id=payment, reason="falso", by=BEA)

    def return_(self):
        invoice, payment = self._pair(self.payments)
        said = {"payment_id": payment, "returned_on": self.draw(days_ago), "reason": "sin fondos"}
        self._give(payments.return_payment, Invoice, invoice, by=BEA, **said)

    def reopen_payment(self):
        invoice, payment = self._pair(self.payments)
        self._give(payments.reopen_payment, Invoice, invoice, payment_id=payment, reason="undo", by=BEA)

    def withdraw(self):
        invoice, payment = self._pair(self.payments)
        self._give(payments.withdraw_payment, Invoice, invoice, payment_id=payment, reason="repetido")

    def move_credit(self):
        transfer, origin, to = uuid4(), self._of(self.invoices), self._of(self.invoices)
        said = {"transfer_id": transfer, "amount": euros(self.draw(amounts)), "to": to, "reason": "sobra"}
        self._give(invoice_credit.move_invoice_credit, origin, **said)
        self.transfers.append((origin, transfer))

    def propose_refund(self):
        refund, invoice = uuid4(), self._of(self.invoices)
        said = {"refund_id": refund, "amount": euros(self.draw(amounts)), "reason": "sobra"}
        self._give(refunds.propose_refund, Invoice, invoice, **said)
        self.refunds.append((invoice, refund))

    def decide_on_refund(self):
        invoice, refund = self._pair(self.refunds)
        if self.draw(st.booleans()):
            self._give(refunds.approve_refund, Invoice, invoice, refund_id=refund, by=BEA)
        else:
            self._give(refunds.reject_refund, Invoice, invoice, refund_id=refund, reason="no", by=BEA)

    def take_back_credit(self):
        invoice, transfer = self._pair(self.transfers)
        self._give(invoice_credit.take_back_invoice_credit, invoice, transfer_id=transfer)

    # In collection

    def open_case_file(self):
        file, some = uuid4(), self._some(self.invoices, least=1)
        said = {"reference": str(file), "invoice_ids": some, "opened_on": self.draw(days_ago)}
        self._give(case_files.open_case_file_from_invoices, file, **said)
        self.files.append(file)

    def pay_case_file(self):
        file, payment = self._of(self.files), uuid4()
        told = NewPayment(euros(self.draw(amounts)), self.draw(days_ago), Method.CASH, overpayment=True)
        self._give(payments.record_payment, CaseFile, file, payment_id=payment, payment=told)
        self._give(payments.approve_payment, CaseFile, file, payment_id=payment, by=BEA)
        self.payments_of_files.append((file, payment))

    def return_of_case_file(self):
        file, payment = self._pair(self.payments_of_files)
        said = {"payment_id": payment, "returned_on": TODAY, "reason": "sin fondos"}
        self._give(payments.return_payment, CaseFile, file, by=BEA, **said)

    def assign_case_file(self):
        to = self.draw(st.sampled_from([ANA.name, CARL.name, None]))
        self._give(case_files.assign_case_file, self._of(self.files), collector=to, from_on=self.draw(days_ago))

    def move_collection(self):
        file, payment = self._pair(self.payments_of_files)
        said = {"payment_id": payment, "collector": self.draw(st.sampled_from([ANA.name, CARL.name]))}
        self._give(payments.move_collection, file, reason="estaba de baja", by=EVA, **said)

    def waive(self):
        said = {"kind": AdjustmentKind.WAIVER, "part": Part.PRINCIPAL, "adjusted_on": TODAY, "reason": "quita"}
        amount = euros(self.draw(amounts))
        self._give(debts.adjust_debt, self._of(self.files), adjustment_id=uuid4(), amount=-amount, **said)

    def close(self):
        self._give(case_files.close_case_file, self._of(self.files), reason=self.draw(st.sampled_from(ClosingReason)))

    def reopen(self):
        self._give(case_files.reopen_case_file, self._of(self.files), reason="sigue")

    # Estimates

    def draft_estimate(self):
        if len(self.estimates) == 3:
            return
        estimate = uuid4()
        told = NewEstimate(self._currency(), [line(self.draw(amounts))], self.draw(st.integers(0, 40)))
        said = {"client_id": self._of(self.clients), "estimate": told}
        self._give(estimates.draft_estimate, estimate, day=self.draw(st.sampled_from(MAKING)), **said)
        self.estimates.append(estimate)

    def delete_estimate(self):
        self._give(estimates.delete_estimate, self._of(self.estimates))

    def send_estimate(self):
        said = {"channel": Channel.POST, "sent_on": self.draw(days_ago)}
        self._give(estimates.mark_estimate_as_sent, self._of(self.estimates), **said)

    def answer(self):
        said = Answer(self.draw(days_ago), answered_by="Luz")
        use_case = self.draw(st.sampled_from([estimates.accept_estimate, estimates.decline_estimate]))
        self._give(use_case, self._of(self.estimates), answer=said)

    def revise_estimate(self):
        if len(self.estimates) == 3:
            return
        version = uuid4()
        self._give(estimates.revise_estimate, self._of(self.estimates), version_id=version)
        self.estimates.append(version)

    def invoice_estimate(self):
        invoice = uuid4()
        self._give(estimates.invoice_estimate, self._of(self.estimates), invoice_id=invoice)
        self.invoices.append(invoice)


MAKING = (date(2025, 12, 30), date(2026, 1, 15), TODAY)

EVERYTHING = [
    # Clients
    ("register", "Zeta"),
    ("rename", 0),
    ("assign", "ana", 0, TODAY),
    ("register", "Ñandú y compañía"),
    ("block", 1),
    ("unblock", 1),
    ("register", "Zeta"),
    ("merge", 2, 1),
    ("unmerge", 2),
    ("erase", 2),
    # An invoice that is paid too much, another to which that is moved, and back; a part is paid back
    ("draft", 0, 30, "EUR", 100, TODAY),
    ("change_draft", 0, 30, "EUR", 120),
    ("issue", TODAY, True, 0),
    ("send", Channel.POST, TODAY, 0),
    ("dispute", 0),
    ("end_dispute", 0),
    ("pay", 0, 150, TODAY, True),
    ("approve", 0),
    ("draft", 0, 30, "EUR", 50, TODAY),
    ("issue", TODAY, True, 1),
    ("move_credit", 0, 1, 20),
    ("take_back_credit", 0),
    ("propose_refund", 0, 5),
    ("decide_on_refund", 0, True),
    # What becomes of a payment
    ("return_", 0, TODAY),
    ("pay", 0, 10, TODAY, False),
    ("reject", 1),
    ("reopen_payment", 1),
    ("withdraw", 1),
    # What takes away from invoices
    ("credit", None, 0),
    ("draft", 0, 30, "EUR", 50, TODAY),
    ("delete_draft", 2),
    ("import_", 0, TODAY - timedelta(days=60), 100),
    ("void", 3),
    # In collection
    ("open_case_file", [1], TODAY),
    ("assign_case_file", "ana", 0, TODAY),
    ("pay_case_file", 0, 10, TODAY),
    ("move_collection", 0, "carl"),
    ("return_of_case_file", 0),
    ("waive", 5, 0),
    ("close", 0, ClosingReason.UNCOLLECTIBLE),
    ("reopen", 0),
    # Estimates
    ("draft_estimate", "EUR", 100, 30, 0, TODAY),
    ("send_estimate", TODAY, 0),
    ("revise_estimate", 0),
    ("delete_estimate", 1),
    ("revise_estimate", 0),
    ("send_estimate", TODAY, 2),
    ("answer", TODAY, estimates.accept_estimate, 2),
    ("invoice_estimate", 2),
    ("delete_draft", 4),
    ("invoice_estimate", 2),
]
"""A story in which all of it happens."""
