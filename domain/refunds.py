"""Credit that is paid back: one person proposes it and another approves it, as with payments.

A refund waits until it is approved, rejected or, by whoever proposed it, withdrawn. Until then the credit is reserved
for it: it is neither moved nor paid back a second time.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Self, assert_never
from uuid import UUID

from domain.errors import Conflict, Forbidden, NotFound
from domain.money import CurrencyMismatch, Money, check_above_zero, total
from domain.people import Actor, Role
from domain.personal import Personal, reason

# What can happen


@dataclass(frozen=True, slots=True)
class RefundProposed:
    refund_id: UUID
    amount: Money
    proposed_on: date
    proposed_by: str
    reason: Personal


@dataclass(frozen=True, slots=True)
class RefundApproved:
    """The credit goes back with it, by an event of what it is on that has the same id.

    `second_review` is false for ever where whoever proposed it approved it alone, four eyes being switched off.
    """

    refund_id: UUID
    approved_by: str
    second_review: bool = True


@dataclass(frozen=True, slots=True)
class RefundRejected:
    refund_id: UUID
    rejected_by: str
    reason: Personal


@dataclass(frozen=True, slots=True)
class RefundWithdrawn:
    refund_id: UUID
    withdrawn_by: str
    reason: Personal


Event = RefundProposed | RefundApproved | RefundRejected | RefundWithdrawn


# What is refused


class NoSuchCredit(Conflict):
    title = "There is not that much credit: what a refund is proposed of is reserved for it"


class CreditGone(Conflict):
    title = "There is less credit by now than is to be paid back: reject or withdraw this refund"


class RefundNotFound(NotFound):
    title = "There is no such refund here"


class RefundExists(Conflict):
    title = "This refund is proposed already"


class RefundAlreadyDecided(Conflict):
    title = "This refund was decided on or withdrawn already"


class RefundNeedsAnother(Forbidden):
    title = "Whoever proposed a refund cannot decide on it"


class NotTheProposer(Forbidden):
    title = "Only whoever proposed a refund can withdraw it"


# The refunds


@dataclass(frozen=True, slots=True)
class Refund:
    amount: Money
    proposed_by: str
    reason: str
    waits: bool = True


@dataclass(frozen=True)
class Refunds:
    currency: str = "EUR"
    refunds: Mapping[UUID, Refund] = field(default_factory=dict[UUID, Refund])

    @property
    def reserved(self) -> Money:
        return total((one.amount for one in self.refunds.values() if one.waits), self.currency)

    def propose(
        self, refund_id: UUID, amount: Money, why: str | None, *, credit: Money, today: date, by: Actor
    ) -> list[Event]:
        if refund_id in self.refunds:
            raise RefundExists(refund_id=refund_id)
        self.check_free(amount, credit)
        return [RefundProposed(refund_id, amount, today, by.name, reason(why))]

    def approve(self, refund_id: UUID, *, credit: Money, four_eyes: bool, by: Actor) -> tuple[Refund, list[Event]]:
        """With the refund itself. The credit may have become less since: a payment was returned."""
        refund, second_review = self._decides(refund_id, four_eyes=four_eyes, by=by)
        if credit < refund.amount:
            raise CreditGone(field="amount", credit=credit)
        return refund, [RefundApproved(refund_id, by.name, second_review)]

    def reject(self, refund_id: UUID, why: str | None, *, four_eyes: bool, by: Actor) -> list[Event]:
        self._decides(refund_id, four_eyes=four_eyes, by=by)
        return [RefundRejected(refund_id, by.name, reason(why))]

    def withdraw(self, refund_id: UUID, why: str | None, *, by: Actor) -> list[Event]:
        refund = self._waiting(refund_id)
        if refund.proposed_by != by.name:
            raise NotTheProposer(proposed_by=refund.proposed_by)
        return [RefundWithdrawn(refund_id, by.name, reason(why))]

    def check_free(self, amount: Money, credit: Money) -> None:
        """Whether so much of the credit is reserved for no refund."""
        if amount.currency != self.currency:
            raise CurrencyMismatch(field="currency", currency=amount.currency, expected=self.currency)
        check_above_zero(amount)
        free = max(credit - self.reserved, Money.zero(self.currency))
        if free < amount:
            raise NoSuchCredit(field="amount", credit=free)

    def _waiting(self, refund_id: UUID) -> Refund:
        refund = self.refunds.get(refund_id)
        if refund is None:
            raise RefundNotFound(refund_id=refund_id)
        if not refund.waits:
            raise RefundAlreadyDecided(refund_id=refund_id)
        return refund

    def _decides(self, refund_id: UUID, *, four_eyes: bool, by: Actor) -> tuple[Refund, bool]:
        """The refund, and whether this is a second pair of eyes."""
        by.require(Role.SUPERVISOR)
        refund = self._waiting(refund_id)
        own = refund.proposed_by == by.name
        if own and four_eyes:
            raise RefundNeedsAnother(proposed_by=refund.proposed_by)
        return refund, not own

    def evolve(self, event: Event) -> Self:
        match event:
            case RefundProposed():
                return self._with(event.refund_id, Refund(event.amount, event.proposed_by, event.reason))
            case RefundApproved() | RefundRejected() | RefundWithdrawn():
                return self._with(event.refund_id, replace(self.refunds[event.refund_id], waits=False))
            case _:
                assert_never(event)

    def _with(self, refund_id: UUID, refund: Refund) -> Self:
        return replace(self, refunds={**self.refunds, refund_id: refund})
