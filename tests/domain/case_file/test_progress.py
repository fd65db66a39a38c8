"""A case file from opened to closed and open again: assignments, stage, disputes, and what a closed one still takes."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from scenario import (
    ANA,
    BEA,
    CARL,
    CREDITOR,
    DEBTOR,
    DORA,
    EMIL,
    GUARANTOR,
    INVOICES,
    OPENED,
    TODAY,
    TOMORROW,
    WHEN_OPENED,
    euros,
    given,
)

from domain.case_file import CaseFile
from domain.case_file.activity import Channel, Direction, NewAction, Outcome, PartyRole
from domain.case_file.debt import (
    MAX_ITEMS,
    AdjustmentKind,
    CostCharged,
    CreditReceived,
    DebtAdjusted,
    NothingOwed,
    Part,
)
from domain.case_file.progress import (
    CaseFileAssignedToCollector,
    CaseFileClosed,
    CaseFileExists,
    CaseFileIsClosed,
    CaseFileNotClosed,
    CaseFileReopened,
    CaseFileUnassigned,
    ClosingReason,
    CreditLeft,
    DisputeEnded,
    DisputeOpenAlready,
    DisputeOpened,
    NoDispute,
    NoteMissing,
    NothingCollected,
    NothingWaived,
    OwnDebtor,
    PaymentsWaiting,
    RefundWaits,
    Stage,
    StageChanged,
    StillOwed,
)
from domain.case_file.schedule import Instalment, ScheduleDiffers
from domain.days import DayOutOfRange
from domain.errors import NotFound, ReasonRequired, TextNotAllowed
from domain.holdings import AssignmentNotYet
from domain.money import CurrencyMismatch
from domain.payments import (
    CollectionMoved,
    Method,
    NewPayment,
    PaymentApproved,
    PaymentExceedsDebt,
    PaymentRecorded,
    PaymentRejected,
    PaymentReopened,
    PaymentReturned,
    PaymentWithdrawn,
    ReceivedTooEarly,
)
from domain.people import RoleRequired
from domain.personal import NAME, NOTE
from domain.refunds import RefundProposed

ID = UUID(int=201)
RECORDED = PaymentRecorded(ID, euros(1000), TODAY, Method.CASH, "ana")
APPROVED = PaymentApproved(ID, "bea")
CLOSED = CaseFileClosed(TODAY, ClosingReason.UNCOLLECTIBLE)
DISPUTE = DisputeOpened(ID, date(2026, 2, 1), "the goods were faulty")


def case_file(*past):
    return given(CaseFile(), OPENED, *past)


# Opening


def open_(*, by=CARL, **changes):
    told = {
        "reference": "EXP-1",
        "creditor_id": CREDITOR,
        "debtor_id": DEBTOR,
        "currency": "EUR",
        "opened_on": WHEN_OPENED,
        "items": INVOICES,
    } | changes
    return lambda c: c.open(told.pop("reference"), **told, today=TODAY, by=by)


@pytest.mark.parametrize("actor", [ANA, CARL, DORA])
def test_a_case_file_is_opened_with_each_item_due_on_its_own_day(actor):
    given(CaseFile()).when(open_(by=actor)).then(OPENED)


def test_a_claim_of_our_own_has_no_creditor():
    given(CaseFile()).when(open_(creditor_id=None)).then(replace(OPENED, creditor_id=None))


def test_a_schedule_is_kept_in_order_of_its_days():
    schedule = (Instalment(date(2026, 2, 1), euros(900)), Instalment(date(2026, 3, 1), euros(100)))
    given(CaseFile()).when(open_(schedule=schedule[::-1])).then(replace(OPENED, schedule=schedule))


def test_a_schedule_adds_up_to_the_principal():
    given(CaseFile()).when(open_(schedule=[Instalment(TODAY, euros("999.99"))])).then_refused(
        ScheduleDiffers, field="schedule", principal=euros(1000)
    )


def test_as_many_items_as_it_takes_need_no_schedule():
    many = INVOICES[:1] * MAX_ITEMS
    given(CaseFile()).when(open_(items=many)).then(
        replace(OPENED, items=many, schedule=(Instalment(many[0].due_on, many[0].amount),) * MAX_ITEMS)
    )


def test_a_case_file_is_opened_once():
    case_file().when(open_()).then_refused(CaseFileExists)


def test_what_cannot_be_right_is_not_opened():
    new = given(CaseFile())
    new.when(open_(reference=" ")).then_refused(TextNotAllowed, field="reference")
    new.when(open_(creditor_id=DEBTOR)).then_refused(OwnDebtor, field="debtor_id")
    new.when(open_(opened_on=TOMORROW)).then_refused(DayOutOfRange, field="opened_on", at_most=TODAY)
    new.when(open_(items=())).then_refused(NothingOwed, field="items")
    new.when(open_(currency="USD")).then_refused(CurrencyMismatch, field="items", expected="USD")
    new.when(open_(by=EMIL)).then_refused(RoleRequired)


# Whose it is


def assign(collector="eva", from_on=TODAY, by=ANA):
    return lambda c: c.assign_to_collector(collector, from_on, today=TODAY, by=by)


def unassign(from_on=TODAY, by=ANA):
    return lambda c: c.unassign(from_on, today=TODAY, by=by)


EVAS = CaseFileAssignedToCollector("eva", date(2026, 2, 1))


def test_a_case_file_can_have_a_collector_of_its_own():
    case_file().when(assign()).then(CaseFileAssignedToCollector("eva", TODAY))
    case_file(EVAS).when(assign(from_on=EVAS.from_on)).then()
    for name in (" ", "x" * (NAME + 1)):
        case_file().when(assign(name)).then_refused(TextNotAllowed, field="collector")


def test_unassigned_it_follows_its_debtor_again():
    case_file(EVAS).when(unassign()).then(CaseFileUnassigned(TODAY))
    case_file().when(unassign()).then()
    state = case_file(EVAS, CaseFileUnassigned(TODAY)).state
    days = (date(2026, 1, 31), date(2026, 2, 1), TODAY - timedelta(1), TODAY)
    assert [state.held_by(day) for day in days] == [None, "eva", "eva", None]


@pytest.mark.parametrize("change", [assign, unassign])
def test_who_holds_it_changes_from_today_or_before_and_by_a_supervisor(change):
    case_file(EVAS).when(change(from_on=TOMORROW)).then_refused(AssignmentNotYet, field="from", today=TODAY)
    case_file(EVAS).when(change(from_on=date(202, 2, 1))).then_refused(DayOutOfRange, field="from")
    case_file(EVAS).when(change(by=CARL)).then_refused(RoleRequired)
    beas = CaseFileAssignedToCollector("bea", date(2026, 2, 2))
    assert len(change(by=DORA)(case_file(EVAS, beas).state)) == 1


# Stage and disputes


def test_a_person_sets_the_stage():
    case_file().when(lambda c: c.change_stage(Stage.LEGAL, " demanda ", today=TODAY, by=CARL)).then(
        StageChanged(Stage.LEGAL, TODAY, "demanda")
    )
    case_file(StageChanged(Stage.LEGAL, TODAY)).when(lambda c: c.change_stage(Stage.LEGAL, today=TODAY, by=CARL)).then()


@pytest.mark.parametrize(
    "noted",
    [lambda c, n: c.change_stage(Stage.LEGAL, n, today=TODAY, by=CARL), lambda c, n: close(note=n)(c)],
    ids=["stage", "closing"],
)
def test_a_note_on_where_it_stands_is_bounded(noted):
    case_file().when(lambda c: noted(c, "x" * (NOTE + 1))).then_refused(TextNotAllowed, field="note")


def test_a_new_case_file_is_amicable():
    assert case_file().state.stage is Stage.AMICABLE


def dispute(opened_on=DISPUTE.opened_on, claim=DISPUTE.claim):
    return lambda c: c.open_dispute(ID, claim, opened_on, today=TODAY, by=CARL)


def end_dispute(ended_on=TODAY, result="credit note issued"):
    return lambda c: c.end_dispute(result, ended_on, today=TODAY, by=CARL)


def test_a_dispute_opens_with_what_is_claimed():
    case_file().when(dispute()).then(DISPUTE)
    case_file().when(dispute(claim=" ")).then_refused(TextNotAllowed, field="claim")
    case_file().when(dispute(TOMORROW)).then_refused(DayOutOfRange, field="opened_on")


def test_there_is_one_dispute_at_a_time():
    case_file(DISPUTE).when(dispute()).then_refused(DisputeOpenAlready, dispute_id=ID)


def test_a_dispute_ends_with_a_result_and_another_can_follow():
    ended = DisputeEnded(ID, TODAY, "credit note issued")
    case_file(DISPUTE).when(end_dispute()).then(ended)
    case_file(DISPUTE).when(end_dispute(result=" ")).then_refused(TextNotAllowed, field="result")
    case_file(DISPUTE, ended).when(dispute()).then(DISPUTE)


def test_without_a_dispute_there_is_nothing_to_end():
    case_file().when(end_dispute()).then_refused(NoDispute)


@pytest.mark.parametrize("ended_on", [DISPUTE.opened_on - timedelta(1), TOMORROW])
def test_a_dispute_ends_between_its_first_day_and_today(ended_on):
    case_file(DISPUTE).when(end_dispute(ended_on)).then_refused(DayOutOfRange, field="ended_on")


# Closing and reopening


def close(reason=ClosingReason.UNCOLLECTIBLE, note=None, by=CARL):
    return lambda c: c.close(reason, note, today=TODAY, by=by)


NO_DEBT_LEFT = {ClosingReason.PAID, ClosingReason.SETTLED_WITH_WAIVER}


@pytest.mark.parametrize("reason", sorted(set(ClosingReason) - NO_DEBT_LEFT))
def test_a_case_file_is_closed_for_a_reason_whatever_is_owed(reason):
    case_file().when(close(reason, " see letter ")).then(CaseFileClosed(TODAY, reason, "see letter"))


@pytest.mark.parametrize("reason", sorted(NO_DEBT_LEFT))
def test_it_is_closed_as_paid_or_settled_only_when_nothing_is_outstanding(reason):
    waived = DebtAdjusted(ID, AdjustmentKind.WAIVER, Part.PRINCIPAL, -euros("999.99"), TODAY, "x")
    case_file(waived).when(close(reason)).then_refused(StillOwed, field="reason", outstanding=euros("0.01"))
    paid = (replace(RECORDED, amount=euros("0.01")), APPROVED)
    case_file(waived, *paid).when(close(reason)).then(CaseFileClosed(TODAY, reason))


@pytest.mark.parametrize("part", [Part.PRINCIPAL, Part.COSTS])
def test_it_is_closed_as_settled_with_a_waiver_only_where_something_was_waived(part):
    settled = close(ClosingReason.SETTLED_WITH_WAIVER)
    charged = CostCharged(ID, euros(30), TODAY, "burofax")
    paid = (charged, replace(RECORDED, amount=euros(1030)), APPROVED)
    case_file(*paid).when(settled).then_refused(NothingWaived, field="reason", fits=ClosingReason.PAID)
    off = DebtAdjusted(ID, AdjustmentKind.CORRECTION, part, -euros(30), TODAY, "x")
    paid = (charged, off, RECORDED, APPROVED)
    case_file(*paid).when(settled).then_refused(NothingWaived, field="reason", fits=ClosingReason.PAID)
    waived = replace(off, kind=AdjustmentKind.WAIVER)
    state = CaseFileClosed(TODAY, ClosingReason.SETTLED_WITH_WAIVER)
    case_file(charged, waived, RECORDED, APPROVED).when(settled).then(state)


@pytest.mark.parametrize("reason", sorted(NO_DEBT_LEFT))
def test_credit_on_what_is_closed_as_paid_is_paid_back_moved_or_kept_with_a_note(reason):
    off = DebtAdjusted(ID, AdjustmentKind.WAIVER, Part.PRINCIPAL, -euros(1), TODAY, "x")
    over = (off, replace(RECORDED, amount=euros(1199)), APPROVED)

    def keep(note):
        return lambda c: c.close(reason, note, keep_credit=True, today=TODAY, by=CARL)

    case_file(*over).when(close(reason)).then_refused(CreditLeft, field="keep_credit", credit=euros(200))
    proposed = RefundProposed(ID, euros(200), TODAY, "carl", "x")
    case_file(*over, proposed).when(close(reason)).then_refused(RefundWaits, waiting=euros(200))
    case_file(*over).when(keep(" ")).then_refused(NoteMissing, field="note")
    case_file(*over).when(keep("Next month")).then(CaseFileClosed(TODAY, reason, "Next month", euros(200)))
    case_file(off, replace(RECORDED, amount=euros(999)), APPROVED).when(keep(None)).then(CaseFileClosed(TODAY, reason))


@pytest.mark.parametrize(
    ("kind", "fits"),
    [
        (AdjustmentKind.WAIVER, ClosingReason.SETTLED_WITH_WAIVER),
        (AdjustmentKind.CREDIT_NOTE, ClosingReason.UNFOUNDED),
        (AdjustmentKind.CORRECTION, ClosingReason.UNFOUNDED),
    ],
)
def test_it_is_closed_as_paid_only_where_money_was_collected(kind, fits):
    off = DebtAdjusted(ID, kind, Part.PRINCIPAL, -euros(1000), TODAY, "x")
    refused = {"field": "reason", "fits": fits}
    case_file(off).when(close(ClosingReason.PAID)).then_refused(NothingCollected, **refused)
    returned = PaymentReturned(ID, "bea", TODAY, "no funds")
    case_file(RECORDED, APPROVED, returned, off).when(close(ClosingReason.PAID)).then_refused(
        NothingCollected, **refused
    )
    case_file(off).when(close(fits)).then(CaseFileClosed(TODAY, fits))
    received = CreditReceived(ID, euros(1000), TODAY, DEBTOR)
    case_file(received).when(close(ClosingReason.PAID)).then(CaseFileClosed(TODAY, ClosingReason.PAID))


def test_it_is_not_closed_while_a_payment_waits_for_a_decision():
    case_file(RECORDED).when(close()).then_refused(PaymentsWaiting, waiting=1)


def test_being_paid_in_full_does_not_close_it_by_itself():
    state = case_file(RECORDED, APPROVED).state
    assert not state.outstanding
    assert state.closed_for is None


def test_an_auditor_closes_nothing():
    case_file().when(close(by=EMIL)).then_refused(RoleRequired)


def test_a_supervisor_reopens_it_with_a_reason():
    reopened = CaseFileReopened(TODAY, "found")
    case_file(CLOSED).when(lambda c: c.reopen("found", today=TODAY, by=ANA)).then(reopened)
    case_file(CLOSED).when(lambda c: c.reopen(None, today=TODAY, by=ANA)).then_refused(ReasonRequired)
    case_file(CLOSED).when(lambda c: c.reopen("found", today=TODAY, by=CARL)).then_refused(RoleRequired)
    case_file().when(lambda c: c.reopen("found", today=TODAY, by=ANA)).then_refused(CaseFileNotClosed)
    case_file(CLOSED, reopened).when(close()).then(CLOSED)


def test_a_closed_case_file_still_takes_a_return_and_owes_again():
    past = (RECORDED, APPROVED, CaseFileClosed(TODAY, ClosingReason.PAID))
    returned = PaymentReturned(ID, "bea", TODAY, "no funds")
    case_file(*past).when(lambda c: c.return_payment(ID, TODAY, "no funds", four_eyes=True, today=TODAY, by=BEA)).then(
        returned
    )
    state = case_file(*past, returned).state
    assert (state.outstanding, state.closed_for) == (euros(1000), ClosingReason.PAID)


# Everything else, by name: what a closed case file refuses, what an auditor may not, and what needs a case file at all

ACTION = NewAction(TODAY, Channel.CALL, Direction.OUTGOING, Outcome.NO_ANSWER)
WORK = {
    "change_stage": lambda c, by: c.change_stage(Stage.LEGAL, today=TODAY, by=by),
    "open_dispute": lambda c, by: c.open_dispute(ID, "x", TODAY, today=TODAY, by=by),
    "end_dispute": lambda c, by: c.end_dispute("x", TODAY, today=TODAY, by=by),
    "close": lambda c, by: c.close(ClosingReason.SOLD, today=TODAY, by=by),
    "add_items": lambda c, by: c.add_items(ID, INVOICES, today=TODAY, by=by),
    "charge_cost": lambda c, by: c.charge_cost(ID, euros(1), TODAY, None, today=TODAY, by=by),
    "charge_interest": lambda c, by: c.charge_interest(ID, euros(1), TODAY, None, today=TODAY, by=by),
    "adjust_debt": lambda c, by: c.adjust_debt(
        ID, AdjustmentKind.WAIVER, Part.PRINCIPAL, -euros(1), TODAY, "x", today=TODAY, by=by
    ),
    "change_allocation_order": lambda c, by: c.change_allocation_order(tuple(Part), "x", by=by),
    "agree_plan": lambda c, by: c.agree_plan(ID, [Instalment(TODAY, euros(1000))], today=TODAY, by=by),
    "end_plan": lambda c, by: c.end_plan("x", today=TODAY, by=by),
    "move_credit": lambda c, by: c.move_credit(ID, euros(1), ID, "x", today=TODAY, by=by),
    "receive_credit": lambda c, by: c.receive_credit(ID, euros(1), ID, today=TODAY, by=by),
    "log_action": lambda c, by: c.log_action(ID, ACTION, today=TODAY, by=by),
    "add_party": lambda c, by: c.add_party(GUARANTOR, PartyRole.GUARANTOR, by=by),
    "remove_party": lambda c, by: c.remove_party(GUARANTOR, PartyRole.GUARANTOR, by=by),
    "make_promise": lambda c, by: c.make_promise(ID, euros(1), TODAY, today=TODAY, by=by),
    "cancel_promise": lambda c, by: c.cancel_promise(ID, "x", today=TODAY, by=by),
    "record_payment": lambda c, by: c.record_payment(ID, NewPayment(euros(1), TODAY, Method.CASH), today=TODAY, by=by),
}
DECIDED_BY_A_SUPERVISOR = {
    "assign_to_collector": lambda c, by: c.assign_to_collector("eva", TODAY, today=TODAY, by=by),
    "unassign": lambda c, by: c.unassign(TODAY, today=TODAY, by=by),
    "approve_payment": lambda c, by: c.approve_payment(ID, four_eyes=True, by=by),
    "reject_payment": lambda c, by: c.reject_payment(ID, "x", four_eyes=True, by=by),
    "reopen_payment": lambda c, by: c.reopen_payment(ID, "x", four_eyes=True, by=by),
    "move_collection": lambda c, by: c.move_collection(ID, "eva", "x", held_by={}.get, four_eyes=True, by=by),
}
CHANGES = WORK | DECIDED_BY_A_SUPERVISOR
EACH_CHANGE = pytest.mark.parametrize("name", CHANGES)


@EACH_CHANGE
def test_a_closed_case_file_takes_nothing_else(name):
    case_file(CLOSED).when(lambda c: CHANGES[name](c, BEA)).then_refused(
        CaseFileIsClosed, closed_for=ClosingReason.UNCOLLECTIBLE
    )


def test_a_closed_case_file_takes_no_imported_approval_either():
    case_file(CLOSED).when(lambda c: c.approve_imported_payment(ID, "Luis Roca", by=DORA)).then_refused(
        CaseFileIsClosed
    )


@EACH_CHANGE
def test_what_was_never_opened_is_not_there(name):
    given(CaseFile()).when(lambda c: CHANGES[name](c, BEA)).then_refused(NotFound)


@pytest.mark.parametrize("name", WORK)
def test_an_auditor_changes_nothing(name):
    case_file().when(lambda c: WORK[name](c, EMIL)).then_refused(RoleRequired)


# Its payments


def test_its_payments_are_decided_on_what_is_outstanding_and_received_since_it_was_opened():
    case_file(RECORDED).when(lambda c: c.approve_payment(ID, four_eyes=True, by=BEA)).then(APPROVED)
    case_file(RECORDED).when(lambda c: c.approve_imported_payment(ID, "Luis Roca", by=DORA)).then(
        PaymentApproved(ID, "Luis Roca")
    )
    too_much = replace(RECORDED, amount=euros(1001))
    case_file(too_much).when(lambda c: c.approve_payment(ID, four_eyes=True, by=BEA)).then_refused(
        PaymentExceedsDebt, owed=euros(1000)
    )
    case_file(too_much).when(lambda c: c.approve_payment(ID, four_eyes=True, overpayment=True, by=BEA)).then(
        replace(APPROVED, overpayment=True)
    )
    early = NewPayment(euros(1), WHEN_OPENED - timedelta(1), Method.CASH)
    case_file().when(lambda c: c.record_payment(ID, early, today=TODAY, by=CARL)).then_refused(
        ReceivedTooEarly, with_us_from=WHEN_OPENED
    )


def test_each_decision_on_a_payment_keeps_its_reason():
    case_file(RECORDED).when(lambda c: c.reject_payment(ID, "no consta", four_eyes=True, by=BEA)).then(
        PaymentRejected(ID, "bea", "no consta")
    )
    case_file(RECORDED, APPROVED).when(lambda c: c.reopen_payment(ID, "error", four_eyes=True, by=BEA)).then(
        PaymentReopened(ID, "bea", "error")
    )
    case_file(RECORDED).when(lambda c: c.withdraw_payment(ID, "repetido", by=ANA)).then(
        PaymentWithdrawn(ID, "ana", "repetido")
    )

    def move(case_file):
        return case_file.move_collection(ID, "eva", "suplía", held_by=lambda _: None, four_eyes=True, by=BEA)

    case_file(RECORDED).when(move).then(CollectionMoved(ID, "eva", "suplía", "bea"))
