"""The ledger of payments that whatever is owed holds: what can happen to a payment, who decides, what is paid.

A payment is recorded by one person and decided by another: unapproved → approved or rejected; approved → returned;
any of the three → reopened, that is unapproved again. While it waits whoever recorded it may withdraw it, for good.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Annotated, Self, assert_never
from uuid import UUID

from domain.days import check_day
from domain.doubts import Doubt
from domain.errors import Conflict, Forbidden, Invalid, NotFound
from domain.money import CurrencyMismatch, Money, check_above_zero, total
from domain.people import Actor, Role
from domain.personal import (
    NAME,
    About,
    Personal,
    optional_long_text,
    optional_reference_text,
    optional_text,
    reason,
    text,
)


class Method(StrEnum):
    CASH = "cash"
    TRANSFER = "transfer"
    CARD = "card"
    DIRECT_DEBIT = "direct_debit"
    CHEQUE = "cheque"
    DEPOSIT = "deposit"
    OTHER = "other"


class PaidTo(StrEnum):
    US = "us"
    CREDITOR = "creditor"


class State(StrEnum):
    UNAPPROVED = "unapproved"
    APPROVED = "approved"
    REJECTED = "rejected"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"


# What can happen


@dataclass(frozen=True, slots=True)
class PaymentRecorded:
    """`recorded_by` is who says it was paid; `imported_by` is who brought that in from a file, where that was another.

    `receipt_id` joins the payments of one receipt over several case files or invoices.
    """

    payment_id: UUID
    amount: Money
    received_on: date
    method: Method
    recorded_by: str
    imported_by: str | None = None
    paid_to: PaidTo = PaidTo.US
    overpayment: bool = False
    collected_by: str | None = None
    receipt_id: UUID | None = None
    reference: str | None = None
    payer: Annotated[str | None, About()] = None
    note: Annotated[str | None, About()] = None


@dataclass(frozen=True, slots=True)
class PaymentApproved:
    """`second_review` is false for ever where the recorder approved it alone, four eyes being switched off.

    `overpayment`: it was approved though it was more than what was owed, and was not recorded as such.
    """

    payment_id: UUID
    approved_by: str
    second_review: bool = True
    overpayment: bool = False


@dataclass(frozen=True, slots=True)
class PaymentRejected:
    payment_id: UUID
    rejected_by: str
    reason: Personal


@dataclass(frozen=True, slots=True)
class PaymentReturned:
    payment_id: UUID
    returned_by: str
    returned_on: date
    reason: Personal


@dataclass(frozen=True, slots=True)
class PaymentReopened:
    payment_id: UUID
    reopened_by: str
    reason: Personal


@dataclass(frozen=True, slots=True)
class PaymentWithdrawn:
    """It was recorded by mistake, and counts nowhere."""

    payment_id: UUID
    withdrawn_by: str
    reason: Personal


@dataclass(frozen=True, slots=True)
class CollectionMoved:
    """The collection counts for this collector, whoever held the case file when the money came.

    Before, it counted for `moved_from`, or for nobody. Logs of earlier releases tell neither that nor who moved it.
    """

    payment_id: UUID
    collector: str
    reason: Personal
    moved_by: str | None = None
    moved_from: str | None = None


Event = (
    PaymentRecorded
    | PaymentApproved
    | PaymentRejected
    | PaymentReturned
    | PaymentReopened
    | PaymentWithdrawn
    | CollectionMoved
)


# What is refused


class PaymentNotFound(NotFound):
    title = "There is no such payment here"


class PaymentExists(Conflict):
    title = "This payment is recorded already"


class PaymentAlreadyDecided(Conflict):
    title = "This payment was decided on already"


class PaymentNotApproved(Conflict):
    title = "Only an approved payment can be returned"


class PaymentNotDecided(Conflict):
    title = "This payment still waits for a decision"


class PaymentIsWithdrawn(Conflict):
    title = "This payment was withdrawn: record it again"


class NotTheRecorder(Forbidden):
    title = "Only whoever recorded a payment can withdraw it"


class FourEyesRequired(Forbidden):
    title = (
        "Whoever recorded a payment, took the money, has it counted as theirs or said whose it is cannot decide on it"
    )


class OwnCollection(Forbidden):
    title = "Nobody counts a collection as their own: another supervisor does"


class PaymentExceedsDebt(Conflict):
    title = "This payment is more than what is owed: it can be approved as an overpayment"


class ReceivedInFuture(Invalid):
    title = "A payment cannot have been received after today"


class ReceivedTooEarly(Invalid):
    title = "Received on %(received_on)s: the debt was with us only from %(with_us_from)s, so it was not paid to us"


class ReturnedOutOfRange(Invalid):
    title = "A payment is returned between the day it was received and today"


# The ledger

HeldBy = Callable[[date], str | None]
"""Who held a debt on a day."""


@dataclass(frozen=True, slots=True)
class NewPayment:
    """A payment as somebody tells of it. `recorded_by` is the person whom a file names, where one brings it in."""

    amount: Money
    received_on: date
    method: Method
    paid_to: PaidTo = PaidTo.US
    overpayment: bool = False
    collected_by: str | None = None
    receipt_id: UUID | None = None
    reference: str | None = None
    payer: str | None = None
    note: str | None = None
    recorded_by: str | None = None


@dataclass(frozen=True, slots=True)
class Payment:
    """`recorders` recorded it or brought it in from a file, `taken_by` took the money; it was counted as the collection
    of `counts_for` by `moved_by`. None of them decides on it."""

    amount: Money
    received_on: date
    recorders: frozenset[str]
    overpayment: bool
    taken_by: str | None = None
    reference: str | None = None
    state: State = State.UNAPPROVED
    counts_for: str | None = None
    moved_by: str | None = None

    def is_own(self, name: str) -> bool:
        """However a file or a form writes the name: users' have small letters only."""
        concerned = (*self.recorders, self.taken_by, self.counts_for, self.moved_by)
        return name.casefold() in {one.casefold() for one in concerned if one is not None}


@dataclass(frozen=True)
class Ledger:
    currency: str = "EUR"
    payments: Mapping[UUID, Payment] = field(default_factory=dict[UUID, Payment])

    @property
    def approved(self) -> Money:
        return total((p.amount for p in self.payments.values() if p.state is State.APPROVED), self.currency)

    @property
    def waiting(self) -> int:
        """How many payments wait for a decision."""
        return sum(payment.state is State.UNAPPROVED for payment in self.payments.values())

    @property
    def holds_several(self) -> bool:
        """Payments that are approved, or may yet be."""
        return sum(one.state in {State.UNAPPROVED, State.APPROVED} for one in self.payments.values()) > 1

    @property
    def undecided(self) -> Money:
        """What these come to."""
        return total((p.amount for p in self.payments.values() if p.state is State.UNAPPROVED), self.currency)

    def collected_on(self) -> Iterator[date]:
        """The days of what counts for whoever held the debt then."""
        for one in self.payments.values():
            if one.state in {State.APPROVED, State.RETURNED} and one.counts_for is None:
                yield one.received_on

    def doubts(self, new: NewPayment, *, owed: Money) -> Sequence[Doubt]:
        """`owed` is what is outstanding: what waits may yet pay it."""
        standing = [one for one in self.payments.values() if one.state in {State.UNAPPROVED, State.APPROVED}]
        possible = {
            Doubt.MORE_THAN_OUTSTANDING: not new.overpayment and owed - self.undecided < new.amount,
            Doubt.RECORDED_ALREADY: (new.amount, new.received_on)
            in {(one.amount, one.received_on) for one in standing},
        }
        return [doubt for doubt, holds in possible.items() if holds]

    def record(self, payment_id: UUID, new: NewPayment, *, with_us_from: date, today: date, by: Actor) -> list[Event]:
        """For four eyes both the person a file names and the actor who brings it in count as recorders."""
        if payment_id in self.payments:
            raise PaymentExists(payment_id=payment_id)
        if new.amount.currency != self.currency:
            raise CurrencyMismatch(field="currency", currency=new.amount.currency, expected=self.currency)
        check_above_zero(new.amount)
        check_day(new.received_on, "received_on")
        if new.received_on > today:
            raise ReceivedInFuture(field="received_on", received_on=new.received_on, today=today)
        if new.received_on < with_us_from and new.paid_to is PaidTo.US:
            raise ReceivedTooEarly(field="received_on", received_on=new.received_on, with_us_from=with_us_from)
        recorder = optional_text(new.recorded_by, "recorded_by", at_most=NAME) or by.name
        return [
            PaymentRecorded(
                payment_id,
                new.amount,
                new.received_on,
                new.method,
                recorded_by=recorder,
                imported_by=by.name if recorder != by.name else None,
                paid_to=new.paid_to,
                overpayment=new.overpayment,
                collected_by=optional_text(new.collected_by, "collected_by", at_most=NAME),
                receipt_id=new.receipt_id,
                reference=optional_reference_text(new.reference),
                payer=optional_text(new.payer, "payer", at_most=NAME),
                note=optional_long_text(new.note, "note"),
            )
        ]

    def approve(
        self, payment_id: UUID, *, owed: Money, four_eyes: bool, overpayment: bool = False, by: Actor
    ) -> list[Event]:
        """`owed` is what is outstanding: it may be passed where who recorded it or who approves it says so."""
        payment = self._unapproved(payment_id)
        second_review = self._decides(payment_id, four_eyes=four_eyes, by=by)
        passes = not payment.overpayment and owed < payment.amount
        if passes and not overpayment:
            raise PaymentExceedsDebt(field="amount", amount=payment.amount, owed=owed)
        return [PaymentApproved(payment_id, by.name, second_review, overpayment=passes)]

    def approve_as_imported(self, payment_id: UUID, approved_by: str, *, owed: Money, by: Actor) -> list[Event]:
        """Approved elsewhere by somebody other than who recorded it there; an administrator vouches for the file."""
        by.require(Role.ADMINISTRATOR)
        payment = self._unapproved(payment_id)
        approver = text(approved_by, "approved_by", at_most=NAME)
        if payment.is_own(approver):
            raise FourEyesRequired(field="approved_by", recorded_by=sorted(payment.recorders))
        if not payment.overpayment and owed < payment.amount:
            raise PaymentExceedsDebt(field="amount", amount=payment.amount, owed=owed)
        return [PaymentApproved(payment_id, approver)]

    def reject(self, payment_id: UUID, why: str | None, *, four_eyes: bool, by: Actor) -> list[Event]:
        self._unapproved(payment_id)
        self._decides(payment_id, four_eyes=four_eyes, by=by)
        return [PaymentRejected(payment_id, by.name, reason(why))]

    def return_(
        self, payment_id: UUID, returned_on: date, why: str | None, *, four_eyes: bool, today: date, by: Actor
    ) -> list[Event]:
        payment = self._payment(payment_id)
        if payment.state is not State.APPROVED:
            raise PaymentNotApproved(payment_id=payment_id, state=payment.state)
        self._decides(payment_id, four_eyes=four_eyes, by=by)
        if not payment.received_on <= returned_on <= today:
            raise ReturnedOutOfRange(field="returned_on", received_on=payment.received_on, today=today)
        return [PaymentReturned(payment_id, by.name, returned_on, reason(why))]

    def reopen(self, payment_id: UUID, why: str | None, *, four_eyes: bool, by: Actor) -> list[Event]:
        payment = self._payment(payment_id)
        if payment.state is State.WITHDRAWN:
            raise PaymentIsWithdrawn(payment_id=payment_id)
        if payment.state is State.UNAPPROVED:
            raise PaymentNotDecided(payment_id=payment_id)
        self._decides(payment_id, four_eyes=four_eyes, by=by)
        return [PaymentReopened(payment_id, by.name, reason(why))]

    def withdraw(self, payment_id: UUID, why: str | None, *, by: Actor) -> list[Event]:
        payment = self._unapproved(payment_id)
        if by.name not in payment.recorders:
            raise NotTheRecorder(recorded_by=sorted(payment.recorders))
        return [PaymentWithdrawn(payment_id, by.name, reason(why))]

    def move_collection(
        self, payment_id: UUID, collector: str, why: str | None, *, held_by: HeldBy, four_eyes: bool, by: Actor
    ) -> list[Event]:
        """Where nobody moved it before it counts for who held the debt on the day the money came."""
        by.require(Role.SUPERVISOR)
        payment, to = self._payment(payment_id), text(collector, "collector", at_most=NAME)
        before = payment.counts_for or held_by(payment.received_on)
        if four_eyes and to.casefold() == by.name.casefold():
            raise OwnCollection(field="collector")
        return [CollectionMoved(payment_id, to, reason(why), by.name, before)]

    def may_decide(self, payment_id: UUID, *, four_eyes: bool, by: Actor) -> bool:
        """Whether this person may decide on it, whatever is left to decide."""
        return Role.SUPERVISOR in by.roles and not (four_eyes and self._payment(payment_id).is_own(by.name))

    def _payment(self, payment_id: UUID) -> Payment:
        payment = self.payments.get(payment_id)
        if payment is None:
            raise PaymentNotFound(payment_id=payment_id)
        return payment

    def _unapproved(self, payment_id: UUID) -> Payment:
        payment = self._payment(payment_id)
        if payment.state is State.WITHDRAWN:
            raise PaymentIsWithdrawn(payment_id=payment_id)
        if payment.state is not State.UNAPPROVED:
            raise PaymentAlreadyDecided(payment_id=payment_id, state=payment.state)
        return payment

    def _decides(self, payment_id: UUID, *, four_eyes: bool, by: Actor) -> bool:
        """Whether this is a second pair of eyes."""
        by.require(Role.SUPERVISOR)
        payment = self._payment(payment_id)
        if not self.may_decide(payment_id, four_eyes=four_eyes, by=by):
            raise FourEyesRequired(recorded_by=sorted(payment.recorders))
        return not payment.is_own(by.name)

    def evolve(self, event: Event) -> Self:
        match event:
            case PaymentRecorded():
                recorders = frozenset(filter(None, (event.recorded_by, event.imported_by)))
                known = (event.amount, event.received_on, recorders, event.overpayment)
                return self._with(event.payment_id, Payment(*known, event.collected_by, event.reference))
            case PaymentApproved():
                return self._moved(event.payment_id, State.APPROVED)
            case PaymentRejected():
                return self._moved(event.payment_id, State.REJECTED)
            case PaymentReturned():
                return self._moved(event.payment_id, State.RETURNED)
            case PaymentReopened():
                return self._moved(event.payment_id, State.UNAPPROVED)
            case PaymentWithdrawn():
                return self._moved(event.payment_id, State.WITHDRAWN)
            case CollectionMoved():
                moved = replace(self.payments[event.payment_id], counts_for=event.collector, moved_by=event.moved_by)
                return self._with(event.payment_id, moved)
            case _:
                assert_never(event)

    def _moved(self, payment_id: UUID, state: State) -> Self:
        return self._with(payment_id, replace(self.payments[payment_id], state=state))

    def _with(self, payment_id: UUID, payment: Payment) -> Self:
        return replace(self, payments={**self.payments, payment_id: payment})
