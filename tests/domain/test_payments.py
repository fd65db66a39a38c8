"""The ledger: how a payment is recorded, who decides on it, and what counts as paid."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from scenario import ANA, BEA, CARL, DORA, EMIL, TODAY, TOMORROW, WHEN_OPENED, euros, given

from domain.days import DayOutOfRange
from domain.doubts import Doubt
from domain.errors import ReasonRequired, TextNotAllowed
from domain.money import AmountNotAllowed, CurrencyMismatch, Money
from domain.payments import (
    CollectionMoved,
    FourEyesRequired,
    Ledger,
    Method,
    NewPayment,
    NotTheRecorder,
    OwnCollection,
    PaidTo,
    PaymentAlreadyDecided,
    PaymentApproved,
    PaymentExceedsDebt,
    PaymentExists,
    PaymentIsWithdrawn,
    PaymentNotApproved,
    PaymentNotDecided,
    PaymentNotFound,
    PaymentRecorded,
    PaymentRejected,
    PaymentReopened,
    PaymentReturned,
    PaymentWithdrawn,
    ReceivedInFuture,
    ReceivedTooEarly,
    ReturnedOutOfRange,
)
from domain.people import Actor, Role, RoleRequired
from domain.personal import NAME, NOTE

P1, P2 = UUID(int=101), UUID(int=102)
RECEIVED = date(2026, 2, 1)

NEW = NewPayment(euros(300), RECEIVED, Method.TRANSFER)
RECORDED = PaymentRecorded(P1, euros(300), RECEIVED, Method.TRANSFER, recorded_by="ana")
APPROVED = PaymentApproved(P1, "bea")
REJECTED = PaymentRejected(P1, "bea", "not on the statement")
RETURNED = PaymentReturned(P1, "bea", TODAY, "no funds")
REOPENED = PaymentReopened(P1, "bea", "undo")

PAST_OF_EACH_STATE = {
    "unapproved": [RECORDED],
    "approved": [RECORDED, APPROVED],
    "rejected": [RECORDED, REJECTED],
    "returned": [RECORDED, APPROVED, RETURNED],
    "reopened": [RECORDED, APPROVED, REOPENED],
}


def record(new, by=ANA):
    return lambda ledger: ledger.record(P1, new, with_us_from=WHEN_OPENED, today=TODAY, by=by)


def approve(by=BEA, *, owed=1000, four_eyes=True):
    return lambda ledger: ledger.approve(P1, owed=euros(owed), four_eyes=four_eyes, by=by)


def reject(by=BEA, why="not on the statement", *, four_eyes=True):
    return lambda ledger: ledger.reject(P1, why, four_eyes=four_eyes, by=by)


def return_(by=BEA, returned_on=TODAY, why="no funds", *, four_eyes=True):
    return lambda ledger: ledger.return_(P1, returned_on, why, four_eyes=four_eyes, today=TODAY, by=by)


def reopen(by=BEA, why="undo", *, four_eyes=True):
    return lambda ledger: ledger.reopen(P1, why, four_eyes=four_eyes, by=by)


# Recording


def test_a_payment_is_recorded_with_all_that_is_told_of_it():
    receipt = UUID(int=7)
    told = NewPayment(
        euros(300),
        RECEIVED,
        Method.CASH,
        overpayment=True,
        collected_by="carl",
        receipt_id=receipt,
        reference=" R-7 ",
        payer="Hermana del deudor",
        note="  ",
    )
    given(Ledger()).when(record(told)).then(
        PaymentRecorded(
            P1,
            euros(300),
            RECEIVED,
            Method.CASH,
            "ana",
            overpayment=True,
            collected_by="carl",
            receipt_id=receipt,
            reference="R-7",
            payer="Hermana del deudor",
        )
    )


def test_a_payment_is_recorded_once():
    given(Ledger(), RECORDED).when(record(NEW)).then_refused(PaymentExists, payment_id=P1)


@pytest.mark.parametrize("amount", [Money.zero("EUR"), -euros(1)])
def test_a_payment_is_above_zero(amount):
    given(Ledger()).when(record(replace(NEW, amount=amount))).then_refused(AmountNotAllowed, field="amount")


def test_a_payment_is_in_the_currency_of_the_debt():
    given(Ledger()).when(record(replace(NEW, amount=Money.of(300, "USD")))).then_refused(
        CurrencyMismatch, field="currency", currency="USD", expected="EUR"
    )


def test_a_payment_is_not_received_after_today():
    given(Ledger()).when(record(replace(NEW, received_on=TODAY))).then(replace(RECORDED, received_on=TODAY))
    given(Ledger()).when(record(replace(NEW, received_on=TOMORROW))).then_refused(
        ReceivedInFuture, field="received_on", received_on=TOMORROW, today=TODAY
    )


def test_a_payment_to_us_is_not_received_before_the_debt_was_with_us():
    early = replace(NEW, received_on=WHEN_OPENED - timedelta(1))
    given(Ledger()).when(record(early)).then_refused(
        ReceivedTooEarly, field="received_on", received_on=early.received_on, with_us_from=WHEN_OPENED
    )
    given(Ledger()).when(record(replace(NEW, received_on=WHEN_OPENED))).then(replace(RECORDED, received_on=WHEN_OPENED))


def test_a_payment_to_the_creditor_may_predate_the_case_file():
    early = replace(NEW, received_on=WHEN_OPENED - timedelta(1), paid_to=PaidTo.CREDITOR)
    given(Ledger()).when(record(early)).then(replace(RECORDED, received_on=early.received_on, paid_to=PaidTo.CREDITOR))
    mistyped = replace(early, received_on=date(202, 2, 1))
    given(Ledger()).when(record(mistyped)).then_refused(DayOutOfRange, field="received_on")


@pytest.mark.parametrize(
    ("field", "at_most"),
    [("reference", NAME), ("payer", NAME), ("collected_by", NAME), ("recorded_by", NAME), ("note", NOTE)],
)
def test_each_text_of_a_payment_is_bounded_and_named(field, at_most):
    longest = "x" * at_most
    given(Ledger()).when(record(replace(NEW, **{field: longest + "x"}))).then_refused(TextNotAllowed, field=field)
    [recorded] = record(replace(NEW, **{field: longest}))(Ledger())
    assert getattr(recorded, field) == longest


def test_an_imported_payment_keeps_the_person_in_the_file_and_who_brought_it_in():
    given(Ledger()).when(record(replace(NEW, recorded_by="Marta Gil"), by=DORA)).then(
        replace(RECORDED, recorded_by="Marta Gil", imported_by="dora")
    )


# Deciding


@pytest.mark.parametrize("past", ["unapproved", "reopened"])
def test_a_second_supervisor_approves_or_rejects(past):
    given(Ledger(), *PAST_OF_EACH_STATE[past]).when(approve()).then(APPROVED)
    given(Ledger(), *PAST_OF_EACH_STATE[past]).when(reject()).then(REJECTED)


@pytest.mark.parametrize("past", ["approved", "rejected", "returned"])
def test_a_payment_is_decided_on_once(past):
    given(Ledger(), *PAST_OF_EACH_STATE[past]).when(approve()).then_refused(PaymentAlreadyDecided, state=past)
    given(Ledger(), *PAST_OF_EACH_STATE[past]).when(reject()).then_refused(PaymentAlreadyDecided, state=past)


def test_an_approved_payment_is_returned():
    given(Ledger(), RECORDED, APPROVED).when(return_()).then(RETURNED)


@pytest.mark.parametrize("past", ["unapproved", "rejected", "returned", "reopened"])
def test_only_an_approved_payment_is_returned(past):
    given(Ledger(), *PAST_OF_EACH_STATE[past]).when(return_()).then_refused(
        PaymentNotApproved, payment_id=P1, state=past.replace("reopened", "unapproved")
    )


@pytest.mark.parametrize("past", ["approved", "rejected", "returned"])
def test_whatever_was_decided_can_be_reopened(past):
    given(Ledger(), *PAST_OF_EACH_STATE[past]).when(reopen()).then(REOPENED)


@pytest.mark.parametrize("past", ["unapproved", "reopened"])
def test_what_still_waits_is_not_reopened(past):
    given(Ledger(), *PAST_OF_EACH_STATE[past]).when(reopen()).then_refused(PaymentNotDecided, payment_id=P1)


def test_a_payment_is_returned_between_its_receipt_and_today():
    approved = given(Ledger(), RECORDED, APPROVED)
    approved.when(return_(returned_on=RECEIVED)).then(replace(RETURNED, returned_on=RECEIVED))
    approved.when(return_(returned_on=RECEIVED - timedelta(1))).then_refused(ReturnedOutOfRange, field="returned_on")
    approved.when(return_(returned_on=TOMORROW)).then_refused(ReturnedOutOfRange, field="returned_on")


@pytest.mark.parametrize("decide", [approve(), reject(), return_(), reopen()])
def test_an_unknown_payment_is_not_found(decide):
    given(Ledger()).when(decide).then_refused(PaymentNotFound, payment_id=P1)


@pytest.mark.parametrize("blank", [None, "", "  "])
def test_rejecting_returning_and_reopening_need_a_reason(blank):
    given(Ledger(), RECORDED).when(reject(why=blank)).then_refused(ReasonRequired, field="reason")
    given(Ledger(), RECORDED, APPROVED).when(return_(why=blank)).then_refused(ReasonRequired, field="reason")
    given(Ledger(), RECORDED, APPROVED).when(reopen(why=blank)).then_refused(ReasonRequired, field="reason")


# Who decides

EACH_DECISION = pytest.mark.parametrize(
    ("past", "decide"),
    [([RECORDED], approve), ([RECORDED], reject), ([RECORDED, APPROVED], return_), ([RECORDED, APPROVED], reopen)],
)


@EACH_DECISION
@pytest.mark.parametrize("actor", [CARL, DORA, EMIL])
@pytest.mark.parametrize("four_eyes", [True, False])
def test_only_a_supervisor_decides(past, decide, actor, four_eyes):
    given(Ledger(), *past).when(decide(actor, four_eyes=four_eyes)).then_refused(RoleRequired)


@EACH_DECISION
def test_nobody_decides_on_a_payment_they_recorded(past, decide):
    given(Ledger(), *past).when(decide(ANA)).then_refused(FourEyesRequired, recorded_by=["ana"])


@EACH_DECISION
@pytest.mark.parametrize("recorder", ["importer", "person in the file"])
def test_both_the_person_in_the_file_and_the_importer_count_as_recorders(past, decide, recorder):
    named, importer = ("Marta Gil", "bea") if recorder == "importer" else ("bea", "dora")
    imported = replace(RECORDED, recorded_by=named, imported_by=importer)
    given(Ledger(), imported, *past[1:]).when(decide(BEA)).then_refused(FourEyesRequired)


def test_whoever_decided_may_undo_it():
    given(Ledger(), RECORDED, APPROVED).when(reopen(BEA, "undo")).then(REOPENED)


def test_with_four_eyes_off_the_recorder_decides_and_it_shows_for_ever():
    alone = PaymentApproved(P1, "ana", second_review=False)
    given(Ledger(), RECORDED).when(approve(ANA, four_eyes=False)).then(alone)
    given(Ledger(), RECORDED).when(reject(ANA, four_eyes=False)).then(replace(REJECTED, rejected_by="ana"))
    given(Ledger(), RECORDED, alone).when(return_(ANA, four_eyes=False)).then(replace(RETURNED, returned_by="ana"))
    given(Ledger(), RECORDED, alone).when(reopen(ANA, four_eyes=False)).then(replace(REOPENED, reopened_by="ana"))


def test_with_four_eyes_off_a_second_person_is_still_a_second_review():
    given(Ledger(), RECORDED).when(approve(BEA, four_eyes=False)).then(APPROVED)


def test_roles_that_add_up_do_not_open_a_second_pair_of_eyes():
    everything = Actor("ana", frozenset(Role))
    given(Ledger(), RECORDED).when(approve(everything)).then_refused(FourEyesRequired)


# Not more than is owed


def test_the_last_cent_that_is_owed_can_be_approved():
    given(Ledger(), RECORDED).when(approve(owed="300.00")).then(APPROVED)


def test_a_payment_above_what_is_owed_is_refused():
    given(Ledger(), RECORDED).when(approve(owed="299.99")).then_refused(
        PaymentExceedsDebt, field="amount", amount=euros(300), owed=euros("299.99")
    )


def test_unless_it_says_that_it_is_an_overpayment():
    given(Ledger(), replace(RECORDED, overpayment=True)).when(approve(owed="299.99")).then(APPROVED)


def test_too_much_can_be_rejected():
    given(Ledger(), RECORDED).when(reject()).then(REJECTED)


# Decided elsewhere, brought in from a file

IMPORTED = replace(RECORDED, recorded_by="Marta Gil", imported_by="dora")


def approve_imported(approver, *, owed=1000, by=DORA):
    return lambda ledger: ledger.approve_as_imported(P1, approver, owed=euros(owed), by=by)


def test_an_administrator_brings_in_an_approval_by_the_person_in_the_file():
    given(Ledger(), IMPORTED).when(approve_imported(" Luis Roca ")).then(PaymentApproved(P1, "Luis Roca"))


@pytest.mark.parametrize("actor", [ANA, CARL, EMIL])
def test_nobody_else_does(actor):
    given(Ledger(), IMPORTED).when(approve_imported("Luis Roca", by=actor)).then_refused(RoleRequired)


@pytest.mark.parametrize("approver", ["Marta Gil", "dora"])
def test_the_file_cannot_name_a_recorder_as_approver(approver):
    given(Ledger(), IMPORTED).when(approve_imported(approver)).then_refused(
        FourEyesRequired, field="approved_by", recorded_by=["Marta Gil", "dora"]
    )


def test_an_imported_approval_obeys_the_rules_of_any_other():
    given(Ledger(), IMPORTED, APPROVED).when(approve_imported("Luis Roca")).then_refused(PaymentAlreadyDecided)
    given(Ledger(), IMPORTED).when(approve_imported("Luis Roca", owed=1)).then_refused(
        PaymentExceedsDebt, field="amount", amount=euros(300), owed=euros(1)
    )
    for name in (" ", "x" * (NAME + 1)):
        given(Ledger(), IMPORTED).when(approve_imported(name)).then_refused(TextNotAllowed, field="approved_by")
    given(Ledger()).when(approve_imported("Luis Roca")).then_refused(PaymentNotFound)


# Whose collection it is


def move(to="carl", why="he covered for eva", *, by=ANA, held_by=lambda _: None, four_eyes=True):
    return lambda ledger: ledger.move_collection(P1, to, why, held_by=held_by, four_eyes=four_eyes, by=by)


def test_a_supervisor_moves_a_collection_with_a_reason():
    given(Ledger(), RECORDED, APPROVED).when(move()).then(CollectionMoved(P1, "carl", "he covered for eva", "ana"))


def test_it_tells_for_whom_it_counted_until_then():
    held = {RECEIVED: "eva"}
    moved = CollectionMoved(P1, "carl", "he covered for eva", "ana", "eva")
    given(Ledger(), RECORDED).when(move(held_by=held.get)).then(moved)
    again = CollectionMoved(P1, "cora", "he covered for eva", "ana", "carl")
    given(Ledger(), RECORDED, moved).when(move("cora", held_by=held.get)).then(again)


@pytest.mark.parametrize("past", ["unapproved", "approved"])
def test_nobody_counts_a_collection_as_their_own(past):
    payment = given(Ledger(), *PAST_OF_EACH_STATE[past])
    payment.when(move("Bea", by=BEA)).then_refused(OwnCollection, field="collector")
    payment.when(move("bea", by=BEA, four_eyes=False)).then(
        CollectionMoved(P1, "bea", "he covered for eva", moved_by="bea")
    )


@pytest.mark.parametrize(
    "moved", [CollectionMoved(P1, "bea", "x", "ana", "eva"), CollectionMoved(P1, "carl", "x", "bea", "eva")]
)
def test_whoever_a_payment_counts_for_or_attributed_it_does_not_decide_on_it(moved):
    waits = replace(RECORDED, recorded_by="eva")
    for decide, past in ((approve(), []), (reject(), []), (return_(), [APPROVED]), (reopen(), [APPROVED])):
        given(Ledger(), waits, *past, moved).when(decide).then_refused(FourEyesRequired)
    given(Ledger(), waits, moved).when(approve(four_eyes=False)).then(PaymentApproved(P1, "bea", second_review=False))
    given(Ledger(), waits, moved, CollectionMoved(P1, "cora", "x", "ana", moved.collector)).when(approve()).then(
        PaymentApproved(P1, "bea")
    )


@pytest.mark.parametrize("actor", [CARL, DORA, EMIL])
def test_nobody_else_moves_a_collection(actor):
    given(Ledger(), RECORDED).when(move(by=actor)).then_refused(RoleRequired)


def test_moving_a_collection_needs_a_name_a_reason_and_a_payment():
    for name in (" ", "x" * (NAME + 1)):
        given(Ledger(), RECORDED).when(move(name)).then_refused(TextNotAllowed, field="collector")
    given(Ledger(), RECORDED).when(move(why=None)).then_refused(ReasonRequired)
    given(Ledger()).when(move()).then_refused(PaymentNotFound)


# What is paid


@pytest.mark.parametrize(
    ("past", "paid", "waiting"),
    [
        ("unapproved", 0, 1),
        ("approved", 300_00, 0),
        ("rejected", 0, 0),
        ("returned", 0, 0),
        ("reopened", 0, 1),
    ],
)
def test_only_what_is_approved_is_paid(past, paid, waiting):
    ledger = given(Ledger(), *PAST_OF_EACH_STATE[past]).state
    assert (ledger.approved.minor, ledger.waiting) == (paid, waiting)


def test_moving_a_collection_leaves_the_money_where_it_is():
    ledger = given(Ledger(), RECORDED, APPROVED, CollectionMoved(P1, "carl", "x")).state
    assert ledger.approved == given(Ledger(), RECORDED, APPROVED).state.approved


def test_each_payment_stands_for_itself():
    other = replace(RECORDED, payment_id=P2, amount=euros("0.01"))
    ledger = given(Ledger(), RECORDED, other, APPROVED, PaymentRejected(P2, "bea", "x")).state
    assert ledger.approved == euros(300)


# Whoever took the money


@pytest.mark.parametrize("taken_by", ["bea", "Bea"])
def test_whoever_took_the_money_decides_on_nothing_of_it(taken_by):
    taken = replace(RECORDED, collected_by=taken_by)
    given(Ledger(), taken).when(approve()).then_refused(FourEyesRequired)
    given(Ledger(), taken).when(reject()).then_refused(FourEyesRequired)
    given(Ledger(), taken, PaymentApproved(P1, "dora")).when(return_()).then_refused(FourEyesRequired)
    given(Ledger(), taken, PaymentApproved(P1, "dora")).when(reopen()).then_refused(FourEyesRequired)
    given(Ledger(), taken).when(approve(four_eyes=False)).then(PaymentApproved(P1, "bea", second_review=False))


def test_an_imported_payment_is_not_approved_by_whoever_took_the_money():
    taken = replace(RECORDED, recorded_by="Marta", imported_by="dora", collected_by="Luis Roca")
    given(Ledger(), taken).when(approve_imported("luis roca")).then_refused(FourEyesRequired, field="approved_by")


# Withdrawn


def withdraw(by=ANA, why="typed wrong"):
    return lambda ledger: ledger.withdraw(P1, why, by=by)


WITHDRAWN = PaymentWithdrawn(P1, "ana", "typed wrong")


def test_whoever_recorded_a_payment_withdraws_it_while_it_waits_with_a_reason():
    given(Ledger(), RECORDED).when(withdraw()).then(WITHDRAWN)
    given(Ledger(), RECORDED).when(withdraw(why=" ")).then_refused(ReasonRequired, field="reason")
    imported = replace(RECORDED, recorded_by="Marta", imported_by="ana")
    given(Ledger(), imported).when(withdraw()).then(WITHDRAWN)


def test_nobody_else_withdraws_it_not_even_whoever_took_the_money():
    given(Ledger(), replace(RECORDED, collected_by="carl")).when(withdraw(CARL)).then_refused(
        NotTheRecorder, recorded_by=["ana"]
    )
    given(Ledger(), RECORDED).when(withdraw(BEA)).then_refused(NotTheRecorder)


def test_what_was_decided_on_is_not_withdrawn():
    for past in ([APPROVED], [REJECTED], [APPROVED, RETURNED]):
        given(Ledger(), RECORDED, *past).when(withdraw()).then_refused(PaymentAlreadyDecided)


def test_what_was_withdrawn_counts_nowhere_and_nothing_happens_to_it_any_more():
    withdrawn = given(Ledger(), RECORDED, WITHDRAWN).state
    assert (withdrawn.waiting, withdrawn.undecided, withdrawn.approved) == (0, *[Money.zero("EUR")] * 2)
    for verb in (approve(), reject(), reopen(), withdraw()):
        given(Ledger(), RECORDED, WITHDRAWN).when(verb).then_refused(PaymentIsWithdrawn, payment_id=P1)
    given(Ledger(), RECORDED, WITHDRAWN).when(return_()).then_refused(PaymentNotApproved)


# More than what is owed, and what else is doubtful


def test_who_approves_may_take_it_as_an_overpayment_which_the_event_says():
    def as_overpayment(owed):
        return lambda ledger: ledger.approve(P1, owed=euros(owed), four_eyes=True, overpayment=True, by=BEA)

    given(Ledger(), RECORDED).when(as_overpayment("299.99")).then(replace(APPROVED, overpayment=True))
    given(Ledger(), RECORDED).when(as_overpayment(300)).then(APPROVED)
    told = replace(RECORDED, overpayment=True)
    given(Ledger(), told).when(as_overpayment("299.99")).then(APPROVED)


SECOND = replace(RECORDED, payment_id=P2, amount=euros(100))


@pytest.mark.parametrize(
    ("past", "new", "owed", "doubts"),
    [
        ([], NEW, 300, []),
        ([], NEW, 299, [Doubt.MORE_THAN_OUTSTANDING]),
        ([], replace(NEW, overpayment=True), 299, []),
        ([SECOND], NEW, 399, [Doubt.MORE_THAN_OUTSTANDING]),
        ([SECOND], NEW, 400, []),
        ([SECOND, PaymentWithdrawn(P2, "ana", "x")], NEW, 300, []),
        ([RECORDED], NEW, 600, [Doubt.RECORDED_ALREADY]),
        ([RECORDED, APPROVED], NEW, 300, [Doubt.RECORDED_ALREADY]),
        ([RECORDED, REJECTED], NEW, 300, []),
        ([RECORDED], replace(NEW, received_on=TODAY), 600, []),
        ([RECORDED], NEW, 500, [Doubt.MORE_THAN_OUTSTANDING, Doubt.RECORDED_ALREADY]),
    ],
)
def test_it_is_doubtful_to_record_more_than_is_outstanding_or_the_same_twice(past, new, owed, doubts):
    assert given(Ledger(), *past).state.doubts(new, owed=euros(owed)) == doubts
