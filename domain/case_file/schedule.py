"""When the debt is due: instalments, and a payment plan that takes their place until it ends."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Self, assert_never
from uuid import UUID

from domain.case_file.debt import TooMany
from domain.days import check_day
from domain.errors import Conflict, Invalid
from domain.money import CurrencyMismatch, Money, check_above_zero, total
from domain.personal import Personal, reason

MAX_INSTALMENTS = 1000  # without a schedule each item is one


@dataclass(frozen=True, slots=True)
class Instalment:
    due_on: date
    amount: Money


def taken_off(instalments: Sequence[tuple[UUID | None, int]], adjusted: Mapping[UUID | None, int]) -> Sequence[int]:
    """What adjustments of the principal, which raise or lower it, take off each instalment, the oldest first.

    An instalment is the invoice of ours that it is, if any, and its amount. What adjusts an invoice comes off that one
    before any other. What raises the principal on the whole is due on no day.
    """
    off = [0] * len(instalments)

    def take(left: int, invoice_id: UUID | None) -> int:
        for at, (invoice, amount) in enumerate(instalments):
            if invoice_id in {None, invoice}:
                part = min(left, amount - off[at])
                off[at] += part
                left -= part
        return left

    rest = -adjusted.get(None, 0) + sum(take(-net, one) for one, net in adjusted.items() if one is not None)
    take(max(rest, 0), None)
    return off


def of_invoices(
    instalments: Sequence[Instalment], owed: Sequence[tuple[Instalment, UUID | None]]
) -> Sequence[UUID | None]:
    """Of each instalment the invoice that it is, where the debt came without a schedule of its own: day by day."""
    in_order = sorted(owed, key=lambda one: one[0].due_on)
    own = [one for one, _ in in_order] != [*instalments]
    return [None] * len(instalments) if own else [invoice_id for _, invoice_id in in_order]


# What can happen


@dataclass(frozen=True, slots=True)
class PaymentPlanAgreed:
    plan_id: UUID
    instalments: tuple[Instalment, ...]
    agreed_on: date


@dataclass(frozen=True, slots=True)
class PaymentPlanEnded:
    plan_id: UUID
    ended_on: date
    reason: Personal


Event = PaymentPlanAgreed | PaymentPlanEnded


# What is refused


class ScheduleDiffers(Invalid):
    title = "The instalments must add up to the principal"


class PlanDiffers(Invalid):
    title = "The instalments of a payment plan must add up to what is outstanding"


class PlanAgreedAlready(Conflict):
    title = "There is a payment plan in force: end it first"


class NoPlan(Conflict):
    title = "There is no payment plan in force"


# The schedule


@dataclass(frozen=True)
class Schedule:
    currency: str = "EUR"
    plan_id: UUID | None = None

    def agree(
        self, plan_id: UUID, instalments: Sequence[Instalment], outstanding: Money, *, today: date
    ) -> list[Event]:
        if self.plan_id is not None:
            raise PlanAgreedAlready(plan_id=self.plan_id)
        checked = checked_instalments(instalments, self.currency)
        if not checked or total((instalment.amount for instalment in checked), self.currency) != outstanding:
            raise PlanDiffers(field="instalments", outstanding=outstanding)
        return [PaymentPlanAgreed(plan_id, checked, today)]

    def end(self, why: str | None, *, today: date) -> list[Event]:
        if self.plan_id is None:
            raise NoPlan
        return [PaymentPlanEnded(self.plan_id, today, reason(why))]

    def evolve(self, event: Event) -> Self:
        match event:
            case PaymentPlanAgreed():
                return replace(self, plan_id=event.plan_id)
            case PaymentPlanEnded():
                return replace(self, plan_id=None)
            case _:
                assert_never(event)


def checked_instalments(instalments: Sequence[Instalment], currency: str) -> tuple[Instalment, ...]:
    """In order of their days."""
    if len(instalments) > MAX_INSTALMENTS:
        raise TooMany(field="instalments", at_most=MAX_INSTALMENTS)
    for instalment in instalments:
        if instalment.amount.currency != currency:
            raise CurrencyMismatch(field="instalments", currency=instalment.amount.currency, expected=currency)
        check_above_zero(instalment.amount, field="instalments")
        check_day(instalment.due_on, "instalments/due_on")
    return tuple(sorted(instalments, key=lambda instalment: instalment.due_on))


def equal_instalments(amount: Money, days: Sequence[date]) -> list[Instalment]:
    """One on each of the days, all alike; what cannot be divided goes to the last, so that they add up."""
    each = amount.minor // len(days)
    last = amount.minor - each * (len(days) - 1)
    minors = [*[each] * (len(days) - 1), last]
    return [Instalment(day, Money.of_minor(minor, amount.currency)) for day, minor in zip(days, minors, strict=True)]
