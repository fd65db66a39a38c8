"""Promises to pay an amount by a day, and what became of them.

Kept and broken are no events: they follow from the payments received since the promise, oldest promise first, and from
the day asked for. `settle` computes what any day's answer needs; days in dispute do not count against a promise.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Self, assert_never
from uuid import UUID

from domain.days import check_day
from domain.errors import Conflict, Invalid, NotFound
from domain.money import CurrencyMismatch, Money, check_above_zero
from domain.personal import Personal, reason

# What can happen


@dataclass(frozen=True, slots=True)
class PromiseMade:
    promise_id: UUID
    amount: Money
    due_on: date
    made_on: date


@dataclass(frozen=True, slots=True)
class PromiseCancelled:
    promise_id: UUID
    cancelled_on: date
    reason: Personal


Event = PromiseMade | PromiseCancelled

USUALLY_WITHIN = timedelta(days=366)
"""A promise for a later day is seldom meant so."""


# What is refused


class PromiseNotFound(NotFound):
    title = "There is no such promise here"


class PromiseDueTooEarly(Invalid):
    title = "A promise is due on the day it is made or later"


class PromiseExists(Conflict):
    title = "This promise was made already"


class PromiseCancelledAlready(Conflict):
    title = "This promise is cancelled already"


# The promises of one debt


@dataclass(frozen=True)
class Promises:
    currency: str = "EUR"
    standing: Mapping[UUID, bool] = field(default_factory=dict[UUID, bool])

    def make(self, promise_id: UUID, amount: Money, due_on: date, *, made_on: date) -> list[Event]:
        if amount.currency != self.currency:
            raise CurrencyMismatch(field="currency", currency=amount.currency, expected=self.currency)
        if promise_id in self.standing:
            raise PromiseExists(promise_id=promise_id)
        check_above_zero(amount)
        check_day(due_on, "due_on")
        if due_on < made_on:
            raise PromiseDueTooEarly(field="due_on", made_on=made_on)
        return [PromiseMade(promise_id, amount, due_on, made_on)]

    def cancel(self, promise_id: UUID, why: str | None, *, today: date) -> list[Event]:
        if promise_id not in self.standing:
            raise PromiseNotFound(promise_id=promise_id)
        if not self.standing[promise_id]:
            raise PromiseCancelledAlready(promise_id=promise_id)
        return [PromiseCancelled(promise_id, today, reason(why))]

    def evolve(self, event: Event) -> Self:
        match event:
            case PromiseMade():
                return replace(self, standing={**self.standing, event.promise_id: True})
            case PromiseCancelled():
                return replace(self, standing={**self.standing, event.promise_id: False})
            case _:
                assert_never(event)


def settle(promises: Sequence[tuple[int, date]], receipts: Iterable[tuple[date, int]]) -> list[date | None]:
    """For each promise (amount in minor units, day made; oldest first) the day its money was complete, if it is.

    A receipt (day received, amount) serves the oldest promise made on or before its day that still lacks money.
    """
    left = sorted(receipts)
    covered: list[date | None] = []
    for amount, made_on in promises:
        lacking, complete_on, rest = amount, None, list[tuple[date, int]]()
        for received_on, money in left:
            taken = min(money, lacking) if received_on >= made_on else 0
            lacking -= taken
            if taken and not lacking:
                complete_on = received_on
            if money > taken:
                rest.append((received_on, money - taken))
        covered.append(complete_on)
        left = rest
    return covered


def cleared_on(moves: Iterable[tuple[date, int]]) -> date | None:
    """The day from which nothing is owed any more; None while something is.

    `moves` are (day, minor units): above zero what was charged, below zero what was paid or taken off.
    """
    by_day: dict[date, int] = {}
    for day, amount in moves:
        by_day[day] = by_day.get(day, 0) + amount
    owed, cleared = 0, None
    for day in sorted(by_day):
        owed += by_day[day]
        cleared = None if owed > 0 else cleared or day
    return cleared


def due_after_disputes(due_on: date, made_on: date, disputes: Iterable[tuple[date, date | None]]) -> date | None:
    """The day a promise is due once the days in dispute are left out; None while a dispute stops its clock.

    `disputes` are (opened, ended or None). One that opens after the due day changes nothing; where two share days, as
    when one is recorded late, these count once.
    """
    counted_to = made_on
    for opened_on, ended_on in sorted(disputes, key=lambda dispute: dispute[0]):
        if opened_on > due_on:
            break
        if ended_on is None:
            return None
        if ended_on > counted_to:
            due_on += ended_on - max(opened_on, counted_to)
            counted_to = ended_on
    return due_on
