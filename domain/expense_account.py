"""A person's account of expenses: which approved ones wait to be settled, and which months are closed.

One stream a person. An approval enters the expense here in the same append, and its undoing takes it out, so the
account alone says what a closing settles: whatever is approved before the closing is in it, whatever comes after
enters the next month. Closing appends the settlement here and to each of its expenses at once.

A closed month can be reopened, the last one only: an expense that should not have been approved can be put right, and
the log keeps both closings and the reason. What was printed in between is out of date, so reopening is a supervisor's
deliberate step with a reason, never an undo at a click.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Self, assert_never
from uuid import UUID, uuid5

from domain.days import check_day, next_month
from domain.errors import Conflict, Forbidden, Invalid
from domain.money import Money, total
from domain.people import Actor, Role
from domain.personal import Personal, reason

ACCOUNTS = UUID("b3c0f8a4-5d0e-4b6f-9a2b-7c1d1e9f4a60")


def account_id(collector: str) -> UUID:
    """The stream of a person's account: found by name."""
    return uuid5(ACCOUNTS, collector)


# What can happen


@dataclass(frozen=True, slots=True)
class ExpenseEntered:
    """It was approved, and waits to be settled."""

    collector: str
    expense_id: UUID
    amount: Money
    spent_on: date


@dataclass(frozen=True, slots=True)
class ExpenseTakenOut:
    """Its approval was undone."""

    expense_id: UUID


@dataclass(frozen=True, slots=True)
class ExpensesSettled:
    """A month was closed: `month` is its first day, `totals` one amount a currency."""

    settlement_id: UUID
    collector: str
    month: date
    settled_by: str
    expenses: tuple[UUID, ...]
    totals: tuple[Money, ...]


@dataclass(frozen=True, slots=True)
class SettlementReopened:
    settlement_id: UUID
    collector: str
    month: date
    reopened_by: str
    reason: Personal


Event = ExpenseEntered | ExpenseTakenOut | ExpensesSettled | SettlementReopened


# What is refused


class MonthNotOver(Invalid):
    title = "A month is closed once it is over"


class MonthClosedAlready(Conflict):
    title = "This month is closed already"


class EarlierMonthOpen(Conflict):
    title = "An earlier month has expenses to settle: close it first"


class NothingToSettle(Conflict):
    title = "There is no approved expense to settle in this month"


class NotTheLastClosedMonth(Conflict):
    title = "Only the last month that was closed can be reopened"


class OwnMonth(Forbidden):
    title = "Nobody closes or reopens the own month"


# The account


@dataclass(frozen=True, slots=True)
class Unsettled:
    amount: Money
    spent_on: date


@dataclass(frozen=True, slots=True)
class Closed:
    settlement_id: UUID
    month: date
    settled: Mapping[UUID, Unsettled]


@dataclass(frozen=True)
class ExpenseAccount:
    waiting: Mapping[UUID, Unsettled] = field(default_factory=dict[UUID, Unsettled])
    closed: tuple[Closed, ...] = ()

    @property
    def open_from(self) -> date:
        """The first month that is not closed, by its first day."""
        return next_month(self.closed[-1].month) if self.closed else date.min

    def counts_in(self, spent_on: date) -> date:
        """The month of its day, or the first open one where that is closed."""
        return max(spent_on.replace(day=1), self.open_from)

    def enter(self, expense_id: UUID, amount: Money, spent_on: date, *, collector: str) -> list[Event]:
        return [ExpenseEntered(collector, expense_id, amount, spent_on)]

    def take_out(self, expense_id: UUID) -> list[Event]:
        return [ExpenseTakenOut(expense_id)]

    def settle(
        self, settlement_id: UUID, month: date, *, collector: str, four_eyes: bool, today: date, by: Actor
    ) -> list[Event]:
        self._check_decides(collector, four_eyes=four_eyes, by=by)
        check_day(month, "month")
        if next_month(month) > today:
            raise MonthNotOver(field="month", over_on=next_month(month))
        if month < self.open_from:
            raise MonthClosedAlready(field="month", open_from=self.open_from)
        months = {expense_id: self.counts_in(waiting.spent_on) for expense_id, waiting in self.waiting.items()}
        earliest = min(months.values(), default=month)
        if earliest < month:
            raise EarlierMonthOpen(field="month", month=f"{earliest:%Y-%m}")
        settled = tuple(expense_id for expense_id in self.waiting if months[expense_id] == month)
        if not settled:
            raise NothingToSettle(field="month")
        amounts = [self.waiting[expense_id].amount for expense_id in settled]
        totals = tuple(
            total((amount for amount in amounts if amount.currency == currency), currency)
            for currency in sorted({amount.currency for amount in amounts})
        )
        return [
            ExpensesSettled(
                settlement_id=settlement_id,
                collector=collector,
                month=month,
                settled_by=by.name,
                expenses=settled,
                totals=totals,
            )
        ]

    def reopen(self, month: date, why: str | None, *, collector: str, four_eyes: bool, by: Actor) -> list[Event]:
        self._check_decides(collector, four_eyes=four_eyes, by=by)
        if not self.closed or self.closed[-1].month != month:
            raise NotTheLastClosedMonth(field="month")
        return [SettlementReopened(self.closed[-1].settlement_id, collector, month, by.name, reason(why))]

    @staticmethod
    def _check_decides(collector: str, *, four_eyes: bool, by: Actor) -> None:
        by.require(Role.SUPERVISOR)
        if four_eyes and by.name == collector:
            raise OwnMonth

    def evolve(self, event: Event) -> Self:
        match event:
            case ExpenseEntered():
                entered = Unsettled(event.amount, event.spent_on)
                return replace(self, waiting={**self.waiting, event.expense_id: entered})
            case ExpenseTakenOut():
                return replace(self, waiting=_without(self.waiting, {event.expense_id}))
            case ExpensesSettled():
                settled = {expense_id: self.waiting[expense_id] for expense_id in event.expenses}
                closed = Closed(event.settlement_id, event.month, settled)
                return replace(self, waiting=_without(self.waiting, settled), closed=(*self.closed, closed))
            case SettlementReopened():
                *earlier, last = self.closed
                return replace(self, waiting={**self.waiting, **last.settled}, closed=tuple(earlier))
            case _:
                assert_never(event)


def _without(waiting: Mapping[UUID, Unsettled], gone: Mapping[UUID, Unsettled] | set[UUID]) -> Mapping[UUID, Unsettled]:
    return {expense_id: one for expense_id, one in waiting.items() if expense_id not in gone}
