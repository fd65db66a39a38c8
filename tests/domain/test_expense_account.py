"""A person's account of expenses: what a closing settles, and what comes after it."""

from datetime import date
from uuid import UUID

from scenario import ANA, BEA, CARL, TODAY, euros, given

from domain.days import next_month
from domain.expense_account import (
    EarlierMonthOpen,
    ExpenseAccount,
    ExpenseEntered,
    ExpensesSettled,
    ExpenseTakenOut,
    MonthClosedAlready,
    MonthNotOver,
    NothingToSettle,
    NotTheLastClosedMonth,
    OwnMonth,
    SettlementReopened,
)
from domain.money import Money
from domain.people import RoleRequired

JANUARY, FEBRUARY, MARCH = date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)
FIRST, SECOND, DOLLARS = (UUID(int=n) for n in (1, 2, 3))
SETTLEMENT = UUID(int=9)


TEN = euros("10.00")


def entered(expense_id, spent_on, amount=TEN):
    return ExpenseEntered("carl", expense_id, amount, spent_on)


def closed(month, *expenses, totals=(TEN,)):
    return ExpensesSettled(SETTLEMENT, "carl", month, "ana", expenses, totals)


def closing(month, by=ANA, *, collector="carl", four_eyes=True):
    return lambda a: a.settle(SETTLEMENT, month, collector=collector, four_eyes=four_eyes, today=TODAY, by=by)


def reopening(month, by=ANA, collector="carl"):
    return lambda a: a.reopen(month, "Sobra uno", collector=collector, four_eyes=True, by=by)


def test_a_closing_settles_what_is_approved_of_its_month_each_currency_with_its_total():
    account = given(
        ExpenseAccount(),
        entered(FIRST, date(2026, 2, 3)),
        entered(SECOND, date(2026, 3, 1)),
        entered(DOLLARS, date(2026, 2, 28), Money.of("5.00", "USD")),
    )
    account.when(closing(FEBRUARY)).then(
        closed(FEBRUARY, FIRST, DOLLARS, totals=(euros("10.00"), Money.of("5.00", "USD")))
    )


def test_what_comes_late_counts_in_the_first_month_that_is_open():
    past = [entered(FIRST, date(2026, 1, 3)), closed(JANUARY, FIRST), entered(SECOND, date(2026, 1, 4))]
    account = given(ExpenseAccount(), *past)
    assert account.state.counts_in(date(2026, 1, 4)) == FEBRUARY
    account.when(closing(JANUARY)).then_refused(MonthClosedAlready)
    account.when(closing(FEBRUARY)).then(closed(FEBRUARY, SECOND))


def test_months_are_closed_in_order_once_they_are_over_and_hold_something():
    account = given(ExpenseAccount(), entered(FIRST, date(2026, 1, 3)))
    account.when(closing(FEBRUARY)).then_refused(EarlierMonthOpen, month="2026-01")
    account.when(closing(MARCH)).then_refused(MonthNotOver)
    taken_out = given(ExpenseAccount(), entered(FIRST, date(2026, 1, 3)), ExpenseTakenOut(FIRST))
    taken_out.when(closing(JANUARY)).then_refused(NothingToSettle)
    assert next_month(MARCH) > TODAY


def test_closing_is_a_supervisor_s_and_never_of_the_own_month():
    account = given(ExpenseAccount(), entered(FIRST, date(2026, 2, 3)))
    account.when(closing(FEBRUARY, CARL)).then_refused(RoleRequired)
    account.when(closing(FEBRUARY, BEA, collector="bea")).then_refused(OwnMonth)
    own = account.when(closing(FEBRUARY, BEA, collector="bea", four_eyes=False))
    own.then(ExpensesSettled(SETTLEMENT, "bea", FEBRUARY, "bea", (FIRST,), (euros("10.00"),)))


def test_the_last_closed_month_is_reopened_with_a_reason_and_its_expenses_wait_again():
    past = [
        entered(FIRST, date(2026, 1, 3)),
        closed(JANUARY, FIRST),
        entered(SECOND, date(2026, 2, 3)),
        closed(FEBRUARY, SECOND),
    ]
    account = given(ExpenseAccount(), *past)
    reopened = SettlementReopened(SETTLEMENT, "carl", FEBRUARY, "ana", "Sobra uno")
    account.when(reopening(JANUARY)).then_refused(NotTheLastClosedMonth)
    account.when(reopening(FEBRUARY, CARL)).then_refused(RoleRequired)
    account.when(reopening(FEBRUARY, ANA, "ana")).then_refused(OwnMonth)
    account.when(reopening(FEBRUARY)).then(reopened)
    again = given(ExpenseAccount(), *past, reopened)
    assert (set(again.state.waiting), again.state.open_from) == ({SECOND}, FEBRUARY)
    again.when(closing(FEBRUARY)).then(closed(FEBRUARY, SECOND))
