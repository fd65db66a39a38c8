"""Credit that is paid back: proposed, reserved, and decided on by somebody else."""

from uuid import UUID

import pytest
from scenario import ANA, BEA, CARL, EMIL, OPENED, TODAY, euros, given

from domain.case_file import CaseFile
from domain.case_file.debt import CreditMoved
from domain.case_file.progress import CaseFileClosed, ClosingReason
from domain.errors import NotFound, ReasonRequired
from domain.money import AmountNotAllowed, CurrencyMismatch, Money
from domain.payments import Method, PaymentApproved, PaymentRecorded, PaymentReturned
from domain.people import RoleRequired
from domain.refunds import (
    CreditGone,
    NoSuchCredit,
    NotTheProposer,
    RefundAlreadyDecided,
    RefundApproved,
    RefundExists,
    RefundNeedsAnother,
    RefundNotFound,
    RefundProposed,
    RefundRejected,
    RefundWithdrawn,
)

PAID, REFUND, OTHER, FILE = (UUID(int=number) for number in range(50, 54))
PAID_1200 = (
    OPENED,
    PaymentRecorded(PAID, euros(1200), TODAY, Method.TRANSFER, "carl", overpayment=True),
    PaymentApproved(PAID, "bea"),
)
PROPOSED = RefundProposed(REFUND, euros(150), TODAY, "carl", "paid twice")
BY_ANA = RefundProposed(REFUND, euros(150), TODAY, "ana", "paid twice")
APPROVED = RefundApproved(REFUND, "ana")
BACK = CreditMoved(REFUND, euros(150), TODAY, None, "paid twice")


def paid(*events):
    return given(CaseFile(), *PAID_1200, *events)


def propose(amount=PROPOSED.amount, why="paid twice", by=CARL, refund_id=REFUND):
    return lambda c: c.propose_refund(refund_id, amount, why, today=TODAY, by=by)


def approve(by=ANA, *, four_eyes=True):
    return lambda c: c.approve_refund(REFUND, four_eyes=four_eyes, today=TODAY, by=by)


def reject(by=ANA, why="pays another debt", *, four_eyes=True):
    return lambda c: c.reject_refund(REFUND, why, four_eyes=four_eyes, by=by)


def withdraw(by=CARL, why="by mistake"):
    return lambda c: c.withdraw_refund(REFUND, why, by=by)


def move(amount):
    return lambda c: c.move_credit(OTHER, amount, FILE, "same debtor", today=TODAY, by=ANA)


def test_whoever_works_the_case_file_proposes_a_refund_with_a_reason():
    paid().when(propose()).then(PROPOSED)
    paid().when(propose(why=" ")).then_refused(ReasonRequired)
    paid().when(propose(by=EMIL)).then_refused(RoleRequired)
    paid(PROPOSED).when(propose(euros(1))).then_refused(RefundExists, refund_id=REFUND)


@pytest.mark.parametrize("amount", [Money.zero("EUR"), -euros(1)])
def test_a_refund_is_above_zero(amount):
    paid().when(propose(amount)).then_refused(AmountNotAllowed, field="amount")


def test_a_refund_is_in_the_currency_of_the_credit():
    paid().when(propose(Money.of(1, "USD"))).then_refused(CurrencyMismatch, field="currency")


def test_no_more_is_paid_back_than_there_is_credit():
    paid().when(propose(euros("200.01"))).then_refused(NoSuchCredit, credit=euros(200))
    given(CaseFile(), OPENED).when(propose(euros("0.01"))).then_refused(NoSuchCredit, credit=Money.zero("EUR"))


def test_credit_that_is_proposed_is_reserved():
    paid(PROPOSED).when(propose(euros("50.01"), refund_id=OTHER)).then_refused(NoSuchCredit, credit=euros(50))
    paid(PROPOSED).when(move(euros("50.01"))).then_refused(NoSuchCredit, credit=euros(50))
    for ended in (RefundRejected(REFUND, "ana", "x"), RefundWithdrawn(REFUND, "carl", "x")):
        assert not paid(PROPOSED, ended).state.refunds.reserved
        paid(PROPOSED, ended).when(move(euros(200))).then(CreditMoved(OTHER, euros(200), TODAY, FILE, "same debtor"))


def test_another_supervisor_approves_it_and_the_credit_goes_back():
    paid(PROPOSED).when(approve()).then(APPROVED, BACK)
    assert paid(PROPOSED, APPROVED, BACK).state.credit == euros(50)
    paid(PROPOSED).when(approve(by=CARL)).then_refused(RoleRequired)


def test_whoever_proposed_it_does_not_decide_on_it():
    paid(BY_ANA).when(approve()).then_refused(RefundNeedsAnother, proposed_by="ana")
    paid(BY_ANA).when(reject()).then_refused(RefundNeedsAnother, proposed_by="ana")
    paid(BY_ANA).when(approve(by=BEA)).then(RefundApproved(REFUND, "bea"), BACK)


def test_approved_alone_with_four_eyes_switched_off_it_says_so_for_ever():
    paid(BY_ANA).when(approve(four_eyes=False)).then(RefundApproved(REFUND, "ana", second_review=False), BACK)
    paid(PROPOSED).when(approve(four_eyes=False)).then(APPROVED, BACK)


def test_credit_that_is_gone_meanwhile_is_not_paid_back():
    paid(PROPOSED, PaymentReturned(PAID, "bea", TODAY, "no funds")).when(approve()).then_refused(
        CreditGone, field="amount", credit=Money.zero("EUR")
    )


def test_a_supervisor_rejects_it_with_a_reason():
    paid(PROPOSED).when(reject()).then(RefundRejected(REFUND, "ana", "pays another debt"))
    paid(PROPOSED).when(reject(why=None)).then_refused(ReasonRequired)
    paid(PROPOSED).when(reject(by=CARL)).then_refused(RoleRequired)


def test_only_whoever_proposed_it_withdraws_it():
    paid(PROPOSED).when(withdraw()).then(RefundWithdrawn(REFUND, "carl", "by mistake"))
    paid(PROPOSED).when(withdraw(by=ANA)).then_refused(NotTheProposer, proposed_by="carl")
    paid(PROPOSED).when(withdraw(why=None)).then_refused(ReasonRequired)


@pytest.mark.parametrize("decide", [approve(), reject(), withdraw()])
def test_it_is_decided_on_once(decide):
    paid().when(decide).then_refused(RefundNotFound, refund_id=REFUND)
    for ended in ((APPROVED, BACK), (RefundRejected(REFUND, "bea", "x"),), (RefundWithdrawn(REFUND, "carl", "x"),)):
        paid(PROPOSED, *ended).when(decide).then_refused(RefundAlreadyDecided, refund_id=REFUND)


def test_what_was_kept_when_the_case_file_was_closed_is_still_paid_back():
    closed = CaseFileClosed(TODAY, ClosingReason.PAID, "next month", euros(200))
    paid(closed).when(propose()).then(PROPOSED)
    paid(closed, PROPOSED).when(approve()).then(APPROVED, BACK)


@pytest.mark.parametrize("verb", [propose(), approve(), reject(), withdraw()])
def test_what_was_never_opened_has_no_refunds(verb):
    given(CaseFile()).when(verb).then_refused(NotFound)
