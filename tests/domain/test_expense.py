"""An expense: claimed by one person, decided on by another, settled with its month."""

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest
from scenario import ANA, BEA, CARL, DEBTOR, EMIL, TODAY, TOMORROW, euros, given

from domain.days import DayOutOfRange
from domain.errors import ReasonRequired, TextNotAllowed
from domain.expense import (
    BearerNeedsCaseFile,
    BorneBy,
    Expense,
    ExpenseAlreadyDecided,
    ExpenseApproved,
    ExpenseAttached,
    ExpenseClaimed,
    ExpenseExists,
    ExpenseMonthClosed,
    ExpenseNotDecided,
    ExpenseRejected,
    ExpenseReopened,
    ExpenseSettled,
    ExpenseUnsettled,
    ExpenseWithdrawn,
    Kind,
    MediaType,
    NewExpense,
    NotTheClaimer,
    OwnExpense,
    SpentInFuture,
    State,
    about,
)
from domain.money import AmountNotAllowed, Money
from domain.people import RoleRequired, user_id

CASE_FILE, SETTLEMENT = UUID(int=7), UUID(int=8)
NEW = NewExpense(Kind.FUEL, euros("42.10"), TODAY, note="  A Huelva  ")
CLAIMED = ExpenseClaimed("carl", Kind.FUEL, euros("42.10"), TODAY, note="A Huelva")
APPROVED, SETTLED = ExpenseApproved("ana"), ExpenseSettled(SETTLEMENT, date(2026, 3, 1))
RECEIPT = ExpenseAttached(UUID(int=9), "ab" * 32, MediaType.PDF)


def claiming(new, *, debtor_id=None, by=CARL):
    return lambda expense: expense.claim(new, debtor_id=debtor_id, today=TODAY, by=by)


def approving(by=ANA, *, four_eyes=True):
    return lambda expense: expense.approve(four_eyes=four_eyes, by=by)


def reopening(by=ANA, why="undo"):
    return lambda expense: expense.reopen(why, four_eyes=True, by=by)


def test_whoever_works_here_claims_an_expense():
    given(Expense()).when(claiming(NEW)).then(CLAIMED)
    given(Expense()).when(claiming(NEW, by=EMIL)).then_refused(RoleRequired)


def test_it_is_from_today_or_before_and_claimed_once():
    given(Expense()).when(claiming(replace(NEW, spent_on=TOMORROW))).then_refused(
        SpentInFuture, field="spent_on", today=TODAY
    )
    given(Expense(), CLAIMED).when(claiming(NEW)).then_refused(ExpenseExists, field="id")


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        ({"amount": Money.zero("EUR")}, AmountNotAllowed),
        ({"spent_on": date(202, 3, 1)}, DayOutOfRange),
        ({"note": "x" * 4001}, TextNotAllowed),
    ],
)
def test_what_is_wrong_with_a_claim_is_told_at_its_field(wrong, refusal):
    [field] = wrong
    given(Expense()).when(claiming(replace(NEW, **wrong))).then_refused(refusal, field=field)


@pytest.mark.parametrize("bearer", [BorneBy.DEBTOR, BorneBy.CREDITOR])
def test_what_others_bear_needs_a_case_file(bearer):
    others = replace(NEW, borne_by=bearer, note=None)
    given(Expense()).when(claiming(others)).then_refused(BearerNeedsCaseFile, field="case_file_id")
    with_case_file = claiming(replace(others, case_file_id=CASE_FILE), debtor_id=DEBTOR)
    claimed = ExpenseClaimed("carl", Kind.FUEL, euros("42.10"), TODAY, bearer, CASE_FILE, DEBTOR)
    given(Expense()).when(with_case_file).then(claimed)


def test_what_is_written_is_about_the_debtor_or_whoever_claims():
    assert about(DEBTOR, "carl") == DEBTOR
    assert given(Expense(), CLAIMED).state.subject == user_id("carl")


def test_a_supervisor_approves_or_rejects_with_a_reason_and_never_the_own():
    given(Expense(), CLAIMED).when(approving()).then(APPROVED)
    rejected = given(Expense(), CLAIMED).when(lambda e: e.reject(" ", four_eyes=True, by=ANA))
    rejected.then_refused(ReasonRequired)
    rejected.when(lambda e: e.reject("Sin tique", four_eyes=True, by=ANA)).then(ExpenseRejected("ana", "Sin tique"))
    given(Expense(), CLAIMED).when(approving(CARL)).then_refused(RoleRequired)
    own = replace(CLAIMED, claimed_by="ana")
    given(Expense(), own).when(approving()).then_refused(OwnExpense)
    given(Expense(), own).when(approving(four_eyes=False)).then(ExpenseApproved("ana", second_review=False))


def test_it_is_decided_once_and_undone_until_its_month_is_closed():
    given(Expense(), CLAIMED, APPROVED).when(approving(BEA)).then_refused(ExpenseAlreadyDecided, state=State.APPROVED)
    given(Expense(), CLAIMED, APPROVED).when(reopening()).then(ExpenseReopened("ana", "undo"))
    given(Expense(), CLAIMED, ExpenseRejected("ana", "x")).when(reopening()).then(ExpenseReopened("ana", "undo"))
    given(Expense(), CLAIMED).when(reopening()).then_refused(ExpenseNotDecided)
    given(Expense(), CLAIMED, APPROVED, SETTLED).when(reopening()).then_refused(ExpenseMonthClosed)
    again = given(Expense(), CLAIMED, APPROVED, ExpenseReopened("ana", "undo"))
    again.when(approving(BEA)).then(ExpenseApproved("bea"))


def test_it_is_settled_with_its_month_and_approved_again_once_that_is_reopened():
    unsettled = ExpenseUnsettled(SETTLEMENT)
    given(Expense(), CLAIMED, APPROVED).when(lambda e: e.settle(SETTLEMENT, SETTLED.month)).then(SETTLED)
    given(Expense(), CLAIMED, APPROVED, SETTLED).when(lambda e: e.unsettle(SETTLEMENT)).then(unsettled)
    assert given(Expense(), CLAIMED, APPROVED, SETTLED, unsettled).state.state is State.APPROVED


def test_the_claimer_attaches_and_withdraws_until_it_is_decided_on():
    given(Expense(), CLAIMED).when(lambda e: e.attach(RECEIPT, by=CARL)).then(RECEIPT)
    given(Expense(), CLAIMED, RECEIPT).when(lambda e: e.attach(RECEIPT, by=CARL)).then()
    given(Expense(), CLAIMED).when(lambda e: e.withdraw(by=CARL)).then(ExpenseWithdrawn())
    for command in (lambda e: e.attach(RECEIPT, by=ANA), lambda e: e.withdraw(by=ANA)):
        given(Expense(), CLAIMED).when(command).then_refused(NotTheClaimer)
    for command in (lambda e: e.attach(RECEIPT, by=CARL), lambda e: e.withdraw(by=CARL)):
        given(Expense(), CLAIMED, APPROVED).when(command).then_refused(ExpenseAlreadyDecided)
    withdrawn = given(Expense(), CLAIMED, ExpenseWithdrawn())
    for decide in (approving(), reopening()):
        withdrawn.when(decide).then_refused(ExpenseAlreadyDecided, state=State.WITHDRAWN)
