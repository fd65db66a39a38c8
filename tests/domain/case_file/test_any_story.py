"""Whatever people do to a case file, in whatever order: it and a plain model agree on what is refused and owed."""

from itertools import count
from uuid import UUID

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, multiple, rule
from scenario import ANA, BEA, CARL, CREDITOR, DEBTOR, DORA, EMIL, TODAY, WHEN_OPENED, given

from domain.case_file import CaseFile
from domain.case_file.debt import (
    AdjustmentKind,
    AdjustmentTooLarge,
    AdjustmentUpwards,
    Item,
    Part,
)
from domain.case_file.progress import (
    CaseFileIsClosed,
    CaseFileNotClosed,
    ChargesStopped,
    ClosingReason,
    CreditLeft,
    DisputeOpenAlready,
    NoDispute,
    NothingCollected,
    NothingWaived,
    PaymentsWaiting,
    RefundWaits,
    StillOwed,
)
from domain.case_file.promises import PromiseCancelledAlready
from domain.case_file.proposals import OwnProposal, ProposalsWaiting, ProposedByAnother
from domain.case_file.schedule import Instalment, NoPlan, PlanAgreedAlready, PlanDiffers
from domain.doubts import Doubtful
from domain.errors import Refusal
from domain.money import Money, total
from domain.payments import (
    FourEyesRequired,
    Method,
    NewPayment,
    NotTheRecorder,
    PaymentAlreadyDecided,
    PaymentApproved,
    PaymentExceedsDebt,
    PaymentIsWithdrawn,
    PaymentNotApproved,
    PaymentNotDecided,
)
from domain.people import Role, RoleRequired
from domain.refunds import (
    CreditGone,
    NoSuchCredit,
    NotTheProposer,
    RefundAlreadyDecided,
    RefundNeedsAnother,
    RefundNotFound,
)

PEOPLE = st.sampled_from([ANA, BEA, CARL, DORA, EMIL])
SUPERVISORS = st.sampled_from([ANA, BEA])
DECIDERS = SUPERVISORS | PEOPLE
CENTS = st.integers(1, 800_00)


def cents(minor):
    return Money.of_minor(minor, "EUR")


def works(by):
    return not by.roles.isdisjoint({Role.COLLECTOR, Role.SUPERVISOR, Role.ADMINISTRATOR})


def decides(by):
    return Role.SUPERVISOR in by.roles


class CaseFileStory(RuleBasedStateMachine):
    payments, promises, refunds = Bundle("payments"), Bundle("promises"), Bundle("refunds")

    def __init__(self):
        super().__init__()
        self.ids = (UUID(int=n) for n in count(1000))
        self.history = []
        self.four_eyes = True
        self.charged = dict.fromkeys(Part, 0)
        self.changes = {}  # what waits for a supervisor: part, cents, who proposed it
        self.credits = 0
        self.proposed = set()  # refunds
        self.refunding = {}  # refund that waits → amount, who proposed it
        self.paid = {}  # payment → what the model knows of it
        self.standing = {}  # promise → whether it still stands
        self.closed = self.disputed = self.planned = self.waived = False

    @property
    def owed(self):
        return sum(self.charged.values())

    @property
    def approved(self):
        return sum(payment["cents"] for payment in self.paid.values() if payment["state"] == "approved")

    @property
    def outstanding(self):
        return self.owed - self.credits - self.approved

    @property
    def free(self):
        """Credit that no refund reserves."""
        return max(0, -self.outstanding) - sum(amount for amount, _ in self.refunding.values())

    def attempt(self, decide, refused_if):
        """Whether it was carried out; refused exactly when one of these rules is broken, and by one that is."""
        broken = {refusal for refusal, holds in refused_if.items() if holds}
        try:
            events = decide(self.case_file)
        except Refusal as refusal:
            assert type(refusal) in broken  # noqa: PT017
            return False
        assert not broken
        for event in events:
            self.case_file = self.case_file.evolve(event)
        self.history += events
        return True

    def attempt_work(self, decide, by, refused_if=None):
        return self.attempt(decide, {RoleRequired: not works(by), CaseFileIsClosed: self.closed, **(refused_if or {})})

    @initialize(principal=CENTS)
    def open(self, principal):
        self.case_file = CaseFile()
        items = [Item("F-1", WHEN_OPENED, WHEN_OPENED, cents(principal))]
        self.attempt_work(
            lambda c: c.open(
                "EXP-1",
                creditor_id=CREDITOR,
                debtor_id=DEBTOR,
                currency="EUR",
                opened_on=WHEN_OPENED,
                items=items,
                today=TODAY,
                by=CARL,
            ),
            CARL,
        )
        self.charged[Part.PRINCIPAL] = principal

    # The debt

    @rule(amount=CENTS, part=st.sampled_from(Part), despite=st.sampled_from([None, "x"]), by=PEOPLE)
    def charge(self, amount, part, despite, by):
        money, new, said = cents(amount), next(self.ids), {"despite": despite, "today": TODAY, "by": by}
        charge = {
            Part.PRINCIPAL: lambda c: c.add_items(new, [Item("F-2", TODAY, TODAY, money)], **said),
            Part.COSTS: lambda c: c.charge_cost(new, money, TODAY, None, **said),
            Part.INTEREST: lambda c: c.charge_interest(new, money, TODAY, None, **said),
        }[part]
        rules = {
            RoleRequired: not works(by) or (self.disputed and despite and not decides(by)),
            ChargesStopped: self.disputed and not despite,
        }
        if self.attempt_work(charge, by, rules):
            self.changed_or_proposed(new, part, amount, by)

    def changed_or_proposed(self, new, part, amount, by):
        """A supervisor changes the debt, others propose it."""
        if decides(by):
            self.charged[part] += amount
        else:
            self.changes[new] = (part, amount, by)

    @rule(
        at=st.integers(0, 9),
        verb=st.sampled_from(["approve", "reject", "withdraw"]),
        four_eyes=st.booleans(),
        by=DECIDERS,
    )
    def decide_on_proposal(self, at, verb, four_eyes, by):
        if not self.changes:
            return
        proposal_id = [*self.changes][at % len(self.changes)]
        part, amount, proposer = self.changes[proposal_id]
        raises = self.case_file.proposals.made[proposal_id].kind in {"items", "cost", "interest"}
        waiver = self.case_file.proposals.made[proposal_id].kind == "waiver"
        decide = {
            "approve": lambda c: c.approve_proposal(proposal_id, four_eyes=four_eyes, today=TODAY, by=by),
            "reject": lambda c: c.reject_proposal(proposal_id, "x", four_eyes=four_eyes, by=by),
            "withdraw": lambda c: c.withdraw_proposal(proposal_id, by=by),
        }[verb]
        approves = verb == "approve"
        rules = {
            RoleRequired: not works(by) if verb == "withdraw" else not decides(by),
            ProposedByAnother: verb == "withdraw" and by != proposer,
            OwnProposal: verb != "withdraw" and four_eyes and by == proposer,
            ChargesStopped: approves and raises and self.disputed,
            AdjustmentTooLarge: approves
            and (self.charged[part] + amount < 0 or (waiver and self.outstanding < -amount)),
        }
        if self.attempt(decide, rules):
            del self.changes[proposal_id]
            if approves:
                self.charged[part] += amount
                self.waived |= waiver

    @rule(
        amount=st.integers(-900_00, 100_00).filter(bool),
        part=st.sampled_from(Part),
        kind=st.sampled_from(AdjustmentKind),
        by=DECIDERS,
    )
    def adjust(self, amount, part, kind, by):
        new = next(self.ids)
        if self.attempt_work(
            lambda c: c.adjust_debt(new, kind, part, cents(amount), TODAY, "x", today=TODAY, by=by),
            by,
            {
                AdjustmentUpwards: amount > 0 and kind is not AdjustmentKind.CORRECTION,
                AdjustmentTooLarge: self.charged[part] + amount < 0
                or (kind is AdjustmentKind.WAIVER and self.outstanding < -amount),
            },
        ):
            self.changed_or_proposed(new, part, amount, by)
            self.waived |= kind is AdjustmentKind.WAIVER and new not in self.changes

    @rule(amount=CENTS, by=PEOPLE)
    def receive_credit(self, amount, by):
        if self.attempt_work(
            lambda c: c.receive_credit(next(self.ids), cents(amount), next(self.ids), today=TODAY, by=by), by
        ):
            self.credits += amount

    @rule(amount=CENTS, by=DECIDERS)
    def move_credit(self, amount, by):
        if self.attempt_work(
            lambda c: c.move_credit(next(self.ids), cents(amount), next(self.ids), "x", today=TODAY, by=by),
            by,
            {RoleRequired: not decides(by), NoSuchCredit: amount > self.free},
        ):
            self.credits -= amount

    @rule(target=refunds, amount=CENTS, by=PEOPLE)
    def propose_refund(self, amount, by):
        refund = next(self.ids)
        if self.attempt(
            lambda c: c.propose_refund(refund, cents(amount), "x", today=TODAY, by=by),
            {RoleRequired: not works(by), NoSuchCredit: amount > self.free},
        ):
            self.refunding[refund] = (amount, by.name)
            self.proposed.add(refund)
        return refund

    @rule(refund=refunds, verb=st.sampled_from(["approve", "reject", "withdraw"]), by=DECIDERS)
    def decide_on_refund(self, refund, verb, by):
        """Also on a closed case file."""
        amount, proposer = self.refunding.get(refund, (0, None))
        eyes = {"four_eyes": self.four_eyes, "by": by}
        decide = {
            "approve": lambda c: c.approve_refund(refund, today=TODAY, **eyes),
            "reject": lambda c: c.reject_refund(refund, "x", **eyes),
            "withdraw": lambda c: c.withdraw_refund(refund, "x", by=by),
        }[verb]
        known, own, withdraws = refund in self.proposed, proposer == by.name, verb == "withdraw"
        waits = refund in self.refunding
        if self.attempt(
            decide,
            {
                RoleRequired: not (works(by) if withdraws else decides(by)),
                RefundNotFound: not known,
                RefundAlreadyDecided: known and not waits,
                NotTheProposer: withdraws and waits and not own,
                RefundNeedsAnother: not withdraws and own and self.four_eyes,
                CreditGone: verb == "approve" and waits and amount > max(0, -self.outstanding),
            },
        ):
            del self.refunding[refund]
            self.credits -= amount if verb == "approve" else 0

    @rule(short=st.sampled_from([0, 0, 1]), by=PEOPLE)
    def agree_plan(self, short, by):
        amount = self.outstanding - short
        instalments = [Instalment(TODAY, cents(amount))] if amount > 0 else []
        if self.attempt_work(
            lambda c: c.agree_plan(next(self.ids), instalments, today=TODAY, by=by),
            by,
            {PlanAgreedAlready: self.planned, PlanDiffers: short or amount <= 0},
        ):
            self.planned = True

    @rule(by=PEOPLE)
    def end_plan(self, by):
        if self.attempt_work(lambda c: c.end_plan("x", today=TODAY, by=by), by, {NoPlan: not self.planned}):
            self.planned = False

    # Payments

    @rule(
        target=payments,
        amount=CENTS,
        overpayment=st.booleans(),
        told_by=st.sampled_from([None, "ana", "Marta"]),
        taken_by=st.sampled_from([None, "Bea", "Marta"]),
        asks=st.booleans(),
        by=PEOPLE,
    )
    def record(self, amount, overpayment, told_by, taken_by, asks, by):
        payment_id = next(self.ids)
        new = NewPayment(
            cents(amount), TODAY, Method.CASH, overpayment=overpayment, collected_by=taken_by, recorded_by=told_by
        )
        standing = [one["cents"] for one in self.paid.values() if one["state"] in {"unapproved", "approved"}]
        waiting = sum(one["cents"] for one in self.paid.values() if one["state"] == "unapproved")
        doubtful = amount in standing or (not overpayment and amount > self.outstanding - waiting)
        if not self.attempt_work(
            lambda c: c.record_payment(payment_id, new, ask_first=asks, today=TODAY, by=by),
            by,
            {Doubtful: asks and doubtful},
        ):
            return multiple()
        recorders = {by.name, told_by or by.name}
        self.paid[payment_id] = {
            "cents": amount,
            "state": "unapproved",
            "over": overpayment,
            "recorders": recorders,
            "taker": (taken_by or "").lower(),
        }
        return payment_id

    def rules_of_deciding(self, payment, by):
        return {
            RoleRequired: not decides(by),
            FourEyesRequired: self.four_eyes and self.is_own(payment, by),
            PaymentIsWithdrawn: payment["state"] == "withdrawn",
        }

    def is_own(self, payment, by):
        return by.name in payment["recorders"] or by.name == payment["taker"]

    @rule(payment_id=payments, overpayment=st.booleans(), by=DECIDERS)
    def approve(self, payment_id, overpayment, by):
        payment = self.paid[payment_id]
        passes = payment["cents"] > self.outstanding and not payment["over"]
        if self.attempt(
            lambda c: c.approve_payment(payment_id, four_eyes=self.four_eyes, overpayment=overpayment, by=by),
            {
                CaseFileIsClosed: self.closed,
                PaymentAlreadyDecided: payment["state"] in {"approved", "rejected", "returned"},
                PaymentExceedsDebt: passes and not overpayment,
                **self.rules_of_deciding(payment, by),
            },
        ):
            payment["state"] = "approved"
            alone = self.is_own(payment, by)
            approved = PaymentApproved(payment_id, by.name, second_review=not alone, overpayment=passes)
            assert self.history[-1] == approved

    @rule(payment_id=payments, by=PEOPLE)
    def withdraw(self, payment_id, by):
        payment = self.paid[payment_id]
        if self.attempt_work(
            lambda c: c.withdraw_payment(payment_id, "x", by=by),
            by,
            {
                PaymentAlreadyDecided: payment["state"] in {"approved", "rejected", "returned"},
                PaymentIsWithdrawn: payment["state"] == "withdrawn",
                NotTheRecorder: by.name not in payment["recorders"],
            },
        ):
            payment["state"] = "withdrawn"

    @rule(payment_id=payments, by=DECIDERS)
    def reject(self, payment_id, by):
        payment = self.paid[payment_id]
        if self.attempt(
            lambda c: c.reject_payment(payment_id, "x", four_eyes=self.four_eyes, by=by),
            {
                CaseFileIsClosed: self.closed,
                PaymentAlreadyDecided: payment["state"] in {"approved", "rejected", "returned"},
                **self.rules_of_deciding(payment, by),
            },
        ):
            payment["state"] = "rejected"

    @rule(payment_id=payments, by=DECIDERS)
    def return_(self, payment_id, by):
        payment = self.paid[payment_id]
        if self.attempt(
            lambda c: c.return_payment(payment_id, TODAY, "x", four_eyes=self.four_eyes, today=TODAY, by=by),
            {PaymentNotApproved: payment["state"] != "approved", **self.rules_of_deciding(payment, by)},
        ):
            payment["state"] = "returned"

    @rule(payment_id=payments, by=DECIDERS)
    def reopen_payment(self, payment_id, by):
        payment = self.paid[payment_id]
        if self.attempt(
            lambda c: c.reopen_payment(payment_id, "undo", four_eyes=self.four_eyes, by=by),
            {
                CaseFileIsClosed: self.closed,
                PaymentNotDecided: payment["state"] == "unapproved",
                **self.rules_of_deciding(payment, by),
            },
        ):
            payment["state"] = "unapproved"

    @rule()
    def switch_four_eyes(self):
        self.four_eyes = not self.four_eyes

    # Promises, disputes, closing

    @rule(target=promises, amount=CENTS, asks=st.booleans(), by=PEOPLE)
    def promise(self, amount, asks, by):
        promise_id = next(self.ids)
        if not self.attempt_work(
            lambda c: c.make_promise(promise_id, cents(amount), TODAY, ask_first=asks, today=TODAY, by=by),
            by,
            {Doubtful: asks and amount > self.outstanding},
        ):
            return multiple()
        self.standing[promise_id] = True
        return promise_id

    @rule(promise_id=promises, by=PEOPLE)
    def cancel(self, promise_id, by):
        if self.attempt_work(
            lambda c: c.cancel_promise(promise_id, "x", today=TODAY, by=by),
            by,
            {PromiseCancelledAlready: not self.standing[promise_id]},
        ):
            self.standing[promise_id] = False

    @rule(by=PEOPLE)
    def open_dispute(self, by):
        if self.attempt_work(
            lambda c: c.open_dispute(next(self.ids), "x", TODAY, today=TODAY, by=by),
            by,
            {DisputeOpenAlready: self.disputed},
        ):
            self.disputed = True

    @rule(by=PEOPLE)
    def end_dispute(self, by):
        if self.attempt_work(
            lambda c: c.end_dispute("x", TODAY, today=TODAY, by=by), by, {NoDispute: not self.disputed}
        ):
            self.disputed = False

    @rule(reason=st.sampled_from(ClosingReason), keep=st.booleans(), by=PEOPLE)
    def close(self, reason, keep, by):
        nothing_left = reason in {ClosingReason.PAID, ClosingReason.SETTLED_WITH_WAIVER}
        if self.attempt_work(
            lambda c: c.close(reason, "x", keep_credit=keep, today=TODAY, by=by),
            by,
            {
                PaymentsWaiting: any(payment["state"] == "unapproved" for payment in self.paid.values()),
                ProposalsWaiting: bool(self.changes),
                StillOwed: nothing_left and self.outstanding > 0,
                NothingCollected: reason is ClosingReason.PAID
                and self.outstanding <= 0
                and self.credits + self.approved <= 0,
                NothingWaived: reason is ClosingReason.SETTLED_WITH_WAIVER
                and self.outstanding <= 0
                and not self.waived,
                RefundWaits: nothing_left and bool(self.refunding) and not keep,
                CreditLeft: nothing_left and self.outstanding < 0 and not self.refunding and not keep,
            },
        ):
            self.closed = True

    @rule(by=DECIDERS)
    def reopen(self, by):
        if self.attempt(
            lambda c: c.reopen("x", today=TODAY, by=by),
            {RoleRequired: not decides(by), CaseFileNotClosed: not self.closed},
        ):
            self.closed = False

    # What always holds

    @invariant()
    def the_sums_are_the_models(self):
        debt, ledger = self.case_file.debt, self.case_file.ledger
        assert {part: debt.charged.get(part, cents(0)).minor for part in Part} == self.charged
        assert (debt.owed.minor, debt.credits.minor, ledger.approved.minor) == (self.owed, self.credits, self.approved)
        assert self.case_file.outstanding == debt.owed - debt.credits - ledger.approved == cents(self.outstanding)
        assert self.case_file.credit.minor == max(0, -self.outstanding)

    @invariant()
    def what_is_left_of_each_part_is_what_is_outstanding(self):
        debt = self.case_file.debt
        paid = debt.allocate(debt.credits + self.case_file.ledger.approved)
        left = [debt.charged.get(part, cents(0)) - paid[part] for part in Part]
        assert all(amount.minor >= 0 for amount in left)
        assert total([*left, self.case_file.paid_back], "EUR") == max(self.case_file.outstanding, cents(0))

    @invariant()
    def payments_and_promises_stand_as_in_the_model(self):
        states = {payment_id: payment.state for payment_id, payment in self.case_file.ledger.payments.items()}
        assert states == {payment_id: payment["state"] for payment_id, payment in self.paid.items()}
        assert self.case_file.promises.standing == self.standing

    @invariant()
    def a_closed_case_file_has_nothing_to_decide(self):
        assert (self.case_file.closed_for is not None) == self.closed
        assert not (self.closed and self.case_file.ledger.waiting)

    def teardown(self):
        """History always loads, and leads to where the story led."""
        assert given(CaseFile(), *self.history).state == getattr(self, "case_file", CaseFile())


TestCaseFileStory = CaseFileStory.TestCase
TestCaseFileStory.settings = settings(max_examples=100, stateful_step_count=40, deadline=None)
