"""A person's account of expenses: what a closing settles, and what comes after it."""

from dataclasses import replace
from datetime import date
from uuid import UUID

from scenario import ANA, BEA, CARL, TODAY, euros, given

from domain.days import DayOutOfRange
from domain.errors import ReasonRequired
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
    account_id,
)
from domain.money import Money
from domain.people import RoleRequired

JANUARY, FEBRUARY, MARCH = date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)
FIRST, SECOND, DOLLARS = (UUID(int=n) for n in (1, 2, 3))
SETTLEMENT = UUID(int=9)


TEN = euros("10.00")


def entered(expense_id, spent_on, amount=TEN):
    return ExpenseEntered("carl", expense_id, amount, spent_on)


def closed(month, *expenses, totals=(TEN,), settlement=SETTLEMENT):
    return ExpensesSettled(settlement, "carl", month, "ana", expenses, totals)


def closing(month, by=ANA, *, collector="carl", four_eyes=True, today=TODAY):
    return lambda a: a.settle(SETTLEMENT, month, collector=collector, four_eyes=four_eyes, today=today, by=by)


def reopening(month, by=ANA, collector="carl", *, why="Sobra uno", four_eyes=True):
    return lambda a: a.reopen(month, why, collector=collector, four_eyes=four_eyes, by=by)


def test_each_has_an_account_that_is_found_by_name():
    """For good: what was settled is found there."""
    assert account_id("carl") == UUID("e44fad59-23c5-5da2-af43-164fa9267d02")


def test_what_is_approved_waits_and_what_is_undone_does_not():
    in_march = entered(FIRST, MARCH)
    given(ExpenseAccount()).when(lambda a: a.enter(FIRST, TEN, MARCH, collector="carl")).then(in_march)
    given(ExpenseAccount(), in_march).when(lambda a: a.take_out(FIRST)).then(ExpenseTakenOut(FIRST))
    account = given(ExpenseAccount(), in_march, entered(SECOND, MARCH), ExpenseTakenOut(FIRST)).state
    assert set(account.waiting) == {SECOND}


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
    account.when(closing(JANUARY)).then_refused(MonthClosedAlready, field="month", open_from=FEBRUARY)
    account.when(closing(FEBRUARY)).then(closed(FEBRUARY, SECOND))


def test_months_are_closed_in_order_once_they_are_over_and_hold_something():
    account = given(ExpenseAccount(), entered(FIRST, date(2026, 1, 3)))
    account.when(closing(FEBRUARY)).then_refused(EarlierMonthOpen, field="month", month="2026-01")
    account.when(closing(MARCH)).then_refused(MonthNotOver, field="month", over_on=date(2026, 4, 1))
    account.when(closing(JANUARY, today=date(2026, 1, 31))).then_refused(MonthNotOver, over_on=FEBRUARY)
    account.when(closing(JANUARY, today=FEBRUARY)).then(closed(JANUARY, FIRST))
    account.when(closing(date(202, 1, 1))).then_refused(DayOutOfRange, field="month")
    taken_out = given(ExpenseAccount(), entered(FIRST, date(2026, 1, 3)), ExpenseTakenOut(FIRST))
    taken_out.when(closing(JANUARY)).then_refused(NothingToSettle, field="month")


def test_closing_is_a_supervisor_s_and_never_of_the_own_month():
    account = given(ExpenseAccount(), entered(FIRST, date(2026, 2, 3)))
    account.when(closing(FEBRUARY, CARL)).then_refused(RoleRequired)
    account.when(closing(FEBRUARY, BEA, collector="bea")).then_refused(OwnMonth)
    own = account.when(closing(FEBRUARY, BEA, collector="bea", four_eyes=False))
    own.then(ExpensesSettled(SETTLEMENT, "bea", FEBRUARY, "bea", (FIRST,), (euros("10.00"),)))


def test_the_last_closed_month_is_reopened_with_a_reason_and_its_expenses_wait_again():
    past = [
        entered(DOLLARS, date(2025, 12, 3)),
        closed(date(2025, 12, 1), DOLLARS, settlement=UUID(int=7)),
        entered(FIRST, date(2026, 1, 3)),
        closed(JANUARY, FIRST, settlement=UUID(int=8)),
        entered(SECOND, date(2026, 2, 3)),
        closed(FEBRUARY, SECOND),
    ]
    account = given(ExpenseAccount(), *past)
    reopened = SettlementReopened(SETTLEMENT, "carl", FEBRUARY, "ana", "Sobra uno")
    account.when(reopening(JANUARY)).then_refused(NotTheLastClosedMonth, field="month")
    given(ExpenseAccount()).when(reopening(JANUARY)).then_refused(NotTheLastClosedMonth, field="month")
    account.when(reopening(FEBRUARY, why=" ")).then_refused(ReasonRequired, field="reason")
    account.when(reopening(FEBRUARY, CARL)).then_refused(RoleRequired)
    account.when(reopening(FEBRUARY, ANA, "ana")).then_refused(OwnMonth)
    account.when(reopening(FEBRUARY, ANA, "ana", four_eyes=False)).then(replace(reopened, collector="ana"))
    account.when(reopening(FEBRUARY)).then(reopened)
    again = given(ExpenseAccount(), *past, reopened)
    assert (set(again.state.waiting), again.state.open_from) == ({SECOND}, FEBRUARY)
    again.when(closing(FEBRUARY)).then(closed(FEBRUARY, SECOND))
