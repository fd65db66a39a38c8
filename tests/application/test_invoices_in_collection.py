"""Invoices, the money moved between them and the case files that take them over: whatever is done, they agree."""

from contextlib import suppress
from decimal import Decimal
from uuid import uuid4

import pytest
from agency import Agency
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from scenario import ANA, BEA, DORA, TODAY, euros

from application import case_files, debts, invoice_credit, invoices, issuer, payments, receipts
from domain.case_file import CaseFile
from domain.case_file.debt import AdjustmentKind, Part
from domain.case_file.progress import ClosingReason
from domain.errors import Refusal
from domain.invoice import Invoice
from domain.invoice.issuing import Correction, Issuance, NewInvoice
from domain.issuer import Identity
from domain.lines import NewLine
from domain.money import Money, total
from domain.payments import Method, NewPayment
from domain.payments import State as PaymentState

US = Identity("Recobros del Sur S.L.", "B41234568", "Calle Sierpes 1", "41004", "Sevilla", "ES")
NOTHING = Money.zero("EUR")

amounts = st.sampled_from([euros(1), euros(30), euros(100), euros(130)])
which = st.integers(0, 20)


class InvoicesInCollection(RuleBasedStateMachine):
    """Three invoices of one client, of 100 euros each, and whoever works on them; refused is refused."""

    agency: Agency
    passed_over = (Refusal,)

    @initialize()
    def begin(self):
        self.log = self.agency.log
        self.client = self.agency.client()
        self.invoices = [self.draft() for _ in range(3)]
        self.case_files, self.payments, self.transfers = [], [], []

    def draft(self):
        invoice_id = uuid4()
        line = NewLine("Gestión", Decimal(1), Decimal(100))
        new = NewInvoice("EUR", [line], 0)
        invoices.draft_invoice(self.log, self.by(ANA), invoice_id, client_id=self.client, invoice=new)
        invoices.issue_invoice(self.log, self.by(ANA), invoice_id, issuance=Issuance(TODAY))
        return invoice_id

    def by(self, person):
        return self.agency.command(person)

    def invoice(self, n):
        return self.invoices[n % len(self.invoices)]

    def state(self, invoice_id):
        return self.log.load(Invoice(), invoice_id)[0]

    def case_file(self, n):
        return self.case_files[n % len(self.case_files)] if self.case_files else uuid4()

    # What people do

    @rule(n=which, amount=amounts, over=st.booleans(), approved=st.booleans())
    def pay(self, n, amount, over, approved):
        payment_id, invoice_id = uuid4(), self.invoice(n)
        new = NewPayment(amount, TODAY, Method.TRANSFER, overpayment=over)
        with suppress(*self.passed_over):
            payments.record_payment(self.log, self.by(ANA), Invoice, invoice_id, payment_id=payment_id, payment=new)
            self.payments.append((Invoice, invoice_id, payment_id))
            if approved:
                self.decide(-1, "approve")

    @rule(amount=amounts)
    def pay_oldest_first(self, amount):
        def new_id(invoice_id):
            payment_id = uuid4()
            self.payments.append((Invoice, invoice_id, payment_id))
            return payment_id

        with suppress(*self.passed_over):
            receipts.record_receipt_oldest_first(
                self.log,
                self.by(ANA),
                receipt_id=uuid4(),
                client_id=self.client,
                invoice_ids=self.invoices,
                payment=NewPayment(amount, TODAY, Method.CASH),
                new_id=new_id,
            )

    @rule(n=which, amount=amounts, over=st.booleans(), approved=st.booleans())
    def pay_case_file(self, n, amount, over, approved):
        payment_id, case_file_id = uuid4(), self.case_file(n)
        new = NewPayment(amount, TODAY, Method.TRANSFER, overpayment=over)
        with suppress(*self.passed_over):
            payments.record_payment(self.log, self.by(ANA), CaseFile, case_file_id, payment_id=payment_id, payment=new)
            self.payments.append((CaseFile, case_file_id, payment_id))
            if approved:
                self.decide(-1, "approve")

    @rule(n=which, verb=st.sampled_from(["approve", "approve", "reject", "return", "reopen"]))
    def decide(self, n, verb):
        if not self.payments:
            return
        debt, debt_id, payment_id = self.payments[n % len(self.payments)]
        more = {} if verb == "approve" else {"reason": "Porque sí"}
        more |= {"returned_on": TODAY} if verb == "return" else {}
        with suppress(*self.passed_over):
            getattr(payments, f"{verb}_payment")(self.log, self.by(BEA), debt, debt_id, payment_id=payment_id, **more)

    @rule(origin=which, to=which, amount=amounts)
    def move(self, origin, to, amount):
        transfer_id = uuid4()
        with suppress(*self.passed_over):
            invoice_credit.move_invoice_credit(
                self.log,
                self.by(ANA),
                self.invoice(origin),
                transfer_id=transfer_id,
                amount=amount,
                to=self.invoice(to),
                reason="Era de la otra",
            )
            self.transfers.append((self.invoice(origin), transfer_id))

    @rule(n=which)
    def take_back(self, n):
        if self.transfers:
            invoice_id, transfer_id = self.transfers[n % len(self.transfers)]
            with suppress(*self.passed_over):
                invoice_credit.take_back_invoice_credit(self.log, self.by(ANA), invoice_id, transfer_id=transfer_id)

    @rule(n=which, price=st.sampled_from([10, 60]))
    def credit(self, n, price):
        with suppress(*self.passed_over):
            invoices.issue_credit_note(
                self.log,
                self.by(ANA),
                self.invoice(n),
                credit_note_id=uuid4(),
                correction=Correction.OTHER,
                lines=[NewLine("Descuento", Decimal(1), Decimal(price))],
                issuance=Issuance(TODAY),
                reason="Descuento",
            )

    @rule(chosen=st.sets(which, min_size=1, max_size=3))
    def open_case_file(self, chosen):
        case_file_id = uuid4()
        with suppress(*self.passed_over):
            case_files.open_case_file_from_invoices(
                self.log,
                self.by(ANA),
                case_file_id,
                reference=str(case_file_id),
                invoice_ids=sorted({self.invoice(n) for n in chosen}),
                opened_on=TODAY,
            )
            self.case_files.append(case_file_id)

    @rule(n=which, amount=amounts)
    def charge_cost(self, n, amount):
        with suppress(*self.passed_over):
            debts.charge(
                self.log,
                self.by(ANA),
                self.case_file(n),
                Part.COSTS,
                charge_id=uuid4(),
                amount=amount,
                charged_on=TODAY,
                concept="Burofax",
            )

    @rule(n=which, amount=amounts)
    def waive(self, n, amount):
        with suppress(*self.passed_over):
            debts.adjust_debt(
                self.log,
                self.by(ANA),
                self.case_file(n),
                adjustment_id=uuid4(),
                kind=AdjustmentKind.WAIVER,
                part=Part.PRINCIPAL,
                amount=-amount,
                adjusted_on=TODAY,
                reason="Acuerdo",
            )

    @rule(n=which, why=st.sampled_from([ClosingReason.WITHDRAWN, ClosingReason.UNCOLLECTIBLE]))
    def close(self, n, why):
        with suppress(*self.passed_over):
            case_files.close_case_file(self.log, self.by(ANA), self.case_file(n), reason=why)

    @rule(n=which)
    def reopen(self, n):
        with suppress(*self.passed_over):
            case_files.reopen_case_file(self.log, self.by(ANA), self.case_file(n), reason="Vuelve")

    # What always holds

    @invariant()
    def an_invoice_and_its_case_file_agree_on_what_is_left(self):
        for invoice_id in getattr(self, "invoices", ()):
            invoice = self.state(invoice_id)
            if (case_file_id := invoice.settlement.in_collection) is not None:
                case_file = self.log.load(CaseFile(), case_file_id)[0]
                share = case_file.invoice_shares[invoice_id]
                left = case_file.debt.invoices[invoice_id] - share.waived - share.paid
                assert max(invoice.outstanding, NOTHING) == left

    @invariant()
    def what_is_left_of_its_invoices_is_what_is_left_of_the_principal(self):
        for case_file_id in getattr(self, "case_files", ()):
            case_file = self.log.load(CaseFile(), case_file_id)[0]
            debt, shares = case_file.debt, case_file.invoice_shares
            paid = debt.allocate(debt.credits + case_file.ledger.approved)[Part.PRINCIPAL]
            left = [amount - shares[one].waived - shares[one].paid for one, amount in debt.invoices.items()]
            assert total(left, "EUR") == debt.charged[Part.PRINCIPAL] - paid

    @invariant()
    def what_case_files_paid_of_invoices_is_what_these_were_paid(self):
        for case_file_id in getattr(self, "case_files", ()):
            case_file = self.log.load(CaseFile(), case_file_id)[0]
            for invoice_id, share in case_file.invoice_shares.items():
                collected = self.state(invoice_id).settlement.collected_by(case_file_id)
                assert (collected.paid, collected.waived) == (share.paid, share.waived)

    @invariant()
    def no_money_is_made_or_lost(self):
        if not hasattr(self, "invoices"):
            return
        known = [self.state(invoice_id) for invoice_id in self.invoices]
        approved = total((one.ledger.approved for one in known), "EUR")
        assert total((one.settlement.funds for one in known), "EUR") == approved
        assert all(one.settlement.funds.amount >= 0 for one in known)

    @invariant()
    def nothing_approved_passes_what_is_owed_but_as_overpayment_or_credit(self):
        for invoice_id in getattr(self, "invoices", ()):
            one = self.state(invoice_id)
            over = any(p.state is PaymentState.APPROVED and p.overpayment for p in one.ledger.payments.values())
            if not (over or one.credited or one.settlement.transfers or one.settlement.collected):
                assert one.outstanding.amount >= 0


def at_work(store):
    agency = Agency(store)
    issuer.describe_issuer(agency.log, agency.command(DORA), identity=US)
    return agency


@pytest.fixture
def agency(store):
    return at_work(store)


def test_invoices_and_case_files_agree_whatever_is_done(sqlite_store):
    story = type("Story", (InvoicesInCollection,), {"agency": at_work(sqlite_store)})
    run_state_machine_as_test(story, settings=settings(max_examples=40, stateful_step_count=40, deadline=None))


@pytest.fixture
def story(agency):
    """One in which nothing is refused."""
    story = type("Story", (InvoicesInCollection,), {"agency": agency, "passed_over": ()})()
    story.begin()
    return story


EVERYTHING = [
    ("pay", {"n": 0, "amount": euros(130), "over": True, "approved": True}),
    ("move", {"origin": 0, "to": 1, "amount": euros(30)}),
    ("take_back", {"n": 0}),
    ("decide", {"n": 0, "verb": "return"}),
    ("decide", {"n": 0, "verb": "reopen"}),
    ("decide", {"n": 0, "verb": "reject"}),
    ("pay_oldest_first", {"amount": euros(30)}),
    ("decide", {"n": 1, "verb": "approve"}),
    ("credit", {"n": 1, "price": 10}),
    ("open_case_file", {"chosen": {1, 2}}),
    ("charge_cost", {"n": 0, "amount": euros(1)}),
    ("pay_case_file", {"n": 0, "amount": euros(30), "over": False, "approved": True}),
    ("waive", {"n": 0, "amount": euros(1)}),
    ("close", {"n": 0, "why": ClosingReason.UNCOLLECTIBLE}),
    ("reopen", {"n": 0}),
    ("close", {"n": 0, "why": ClosingReason.WITHDRAWN}),
]


def test_they_agree_where_all_of_it_is_done(story):
    for verb, said in EVERYTHING:
        head = story.log.head()
        getattr(story, verb)(**said)
        assert story.log.head() != head, verb
        for always in story.invariants:
            always.function(story)
    assert {verb for verb, _ in EVERYTHING} == {one.function.__name__ for one in story.rules}


def test_taking_back_restores_exactly(story):
    one, two = story.invoices[:2]
    story.pay(0, euros(130), over=True, approved=True)
    before = story.state(one), story.state(two)
    story.move(0, 1, euros(30))
    assert (story.state(one).outstanding, story.state(two).outstanding) == (NOTHING, euros(70))
    story.take_back(0)
    assert (story.state(one), story.state(two)) == before


def test_a_returned_payment_takes_back_what_was_moved_of_it_along_the_whole_way(story):
    story.pay(0, euros(100), over=False, approved=True)
    story.move(0, 1, euros(100))
    story.move(1, 2, euros(30))
    story.decide(0, "return")
    assert [story.state(one).outstanding for one in story.invoices] == [euros(100)] * 3
