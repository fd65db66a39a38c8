"""An invoice's credit that is paid back: by the rules of refunds, out of what was paid to us."""

from dataclasses import replace
from uuid import UUID

from issued import DRAFTED, ISSUED
from scenario import ANA, CARL, EMIL, TODAY, euros, given

from domain.invoice import Invoice
from domain.invoice.issuing import InvoiceNotIssued
from domain.invoice.settling import InvoiceCreditMoved, InvoiceCreditRefunded, NotThatMuchPaid
from domain.money import Money
from domain.payments import Method, PaymentApproved, PaymentRecorded, PaymentReturned
from domain.people import RoleRequired
from domain.refunds import (
    NoSuchCredit,
    RefundApproved,
    RefundNeedsAnother,
    RefundProposed,
    RefundRejected,
    RefundWithdrawn,
)

PAID, REFUND, OTHER = (UUID(int=number) for number in range(60, 63))
OVERPAID = (
    DRAFTED,
    ISSUED,
    PaymentRecorded(PAID, ISSUED.payable + euros(50), TODAY, Method.TRANSFER, "carl", overpayment=True),
    PaymentApproved(PAID, "bea"),
)
PROPOSED = RefundProposed(REFUND, euros(50), TODAY, "carl", "pagó dos veces")
BACK = InvoiceCreditRefunded(REFUND, euros(50), TODAY)


def paid(*events):
    return given(Invoice(), *OVERPAID, *events)


def propose(amount):
    return lambda i: i.propose_refund(REFUND, amount, "pagó dos veces", today=TODAY, by=CARL)


def approve(by=ANA, *, four_eyes=True):
    return lambda i: i.approve_refund(REFUND, four_eyes=four_eyes, today=TODAY, by=by)


def test_no_more_is_paid_back_than_was_paid_too_much():
    paid().when(propose(euros(50))).then(PROPOSED)
    paid().when(propose(euros("50.01"))).then_refused(NoSuchCredit, field="amount", credit=euros(50))


def test_credit_is_paid_back_in_its_own_currency():
    payable, more = Money.of(1210, "USD"), Money.of(50, "USD")
    received = PaymentRecorded(PAID, payable + more, TODAY, Method.TRANSFER, "carl", overpayment=True)
    issued = replace(ISSUED, currency="USD", payable=payable)
    given(Invoice(), replace(DRAFTED, currency="USD"), issued, received, PaymentApproved(PAID, "bea")).when(
        propose(more)
    ).then(replace(PROPOSED, amount=more))


def test_credit_that_is_proposed_is_reserved():
    def move(invoice):
        return invoice.move_credit(OTHER, ISSUED.payable + euros(1), OTHER, "x", today=TODAY, by=ANA)

    paid().when(move).then(InvoiceCreditMoved(OTHER, OTHER, ISSUED.payable + euros(1), TODAY, "x"))
    paid(PROPOSED).when(move).then_refused(NotThatMuchPaid, field="amount", available=ISSUED.payable)


def test_another_supervisor_approves_it_and_the_credit_goes_back():
    paid(PROPOSED).when(approve()).then(RefundApproved(REFUND, "ana"), BACK)
    own = RefundProposed(REFUND, euros(50), TODAY, "ana", "x")
    paid(own).when(approve()).then_refused(RefundNeedsAnother)
    paid(own).when(approve(four_eyes=False)).then(RefundApproved(REFUND, "ana", second_review=False), BACK)
    after = paid(PROPOSED, RefundApproved(REFUND, "ana"), BACK).state
    assert (after.outstanding.amount, after.refundable.amount) == (0, 0)


def test_another_supervisor_rejects_it_and_who_proposed_it_withdraws_it():
    def reject(by=ANA, why="no procede", *, four_eyes=True):
        return lambda i: i.reject_refund(REFUND, why, four_eyes=four_eyes, by=by)

    def withdraw(by=CARL, why="era otra"):
        return lambda i: i.withdraw_refund(REFUND, why, by=by)

    own = replace(PROPOSED, proposed_by="ana")
    paid(PROPOSED).when(reject()).then(RefundRejected(REFUND, "ana", "no procede"))
    paid(PROPOSED).when(reject(CARL)).then_refused(RoleRequired)
    paid(own).when(reject()).then_refused(RefundNeedsAnother)
    paid(own).when(reject(four_eyes=False)).then(RefundRejected(REFUND, "ana", "no procede"))
    paid(PROPOSED).when(withdraw()).then(RefundWithdrawn(REFUND, "carl", "era otra"))
    paid(PROPOSED).when(withdraw(EMIL)).then_refused(RoleRequired)
    for decide in (reject(), withdraw()):
        given(Invoice(), DRAFTED).when(decide).then_refused(InvoiceNotIssued)


def test_what_was_paid_back_is_owed_once_the_payment_is_returned():
    returned = PaymentReturned(PAID, "bea", TODAY, "sin fondos")
    after = paid(PROPOSED, RefundApproved(REFUND, "ana"), BACK, returned).state
    assert (after.outstanding, after.settlement.funds) == (ISSUED.payable + euros(50), -euros(50))
    assert (after.settlement.paid.amount, after.settlement.paid_back) == (0, euros(50))
