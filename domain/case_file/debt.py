"""What is owed on a case file: items, costs, interest, adjustments, and credit that came or went.

The principal is the sum of the items. Adjustments (credit notes, corrections, waivers) stand beside it, with a reason.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Annotated, Self, assert_never
from uuid import UUID

from domain.days import check_day
from domain.errors import Conflict, Invalid
from domain.money import AmountNotAllowed, CurrencyMismatch, Money, check_above_zero, total
from domain.personal import About, Personal, optional_reference_text, optional_text, reason

MAX_ITEMS = 1000


class Part(StrEnum):
    PRINCIPAL = "principal"
    COSTS = "costs"
    INTEREST = "interest"


LEGAL_ORDER = (Part.COSTS, Part.INTEREST, Part.PRINCIPAL)
"""Which part a payment pays first: Código Civil, art. 1173 (Spain), art. 1653 (Colombia)."""


class AdjustmentKind(StrEnum):
    CREDIT_NOTE = "credit_note"
    CORRECTION = "correction"
    WAIVER = "waiver"


@dataclass(frozen=True, slots=True)
class Item:
    """One thing owed, such as an invoice or a receipt. `invoice_id` where it is an invoice of ours, taken over."""

    number: str
    issued_on: date
    due_on: date
    amount: Money
    invoice_id: UUID | None = None


# What can happen


@dataclass(frozen=True, slots=True)
class ItemsAdded:
    """More principal; each item is due on its own day, beside the schedule there is.

    `despite` and `alone_on` as in `CostCharged`.
    """

    items: tuple[Item, ...]
    added_on: date
    despite: Annotated[str | None, About()] = None
    alone_on: date | None = None


@dataclass(frozen=True, slots=True)
class CostCharged:
    """`despite`: why a supervisor charged it though the case file was disputed or in insolvency.

    `alone_on`: the day a supervisor charged it alone, where the business has a limit for that; it counts towards it.
    """

    cost_id: UUID
    amount: Money
    charged_on: date
    concept: Annotated[str | None, About()] = None
    despite: Annotated[str | None, About()] = None
    alone_on: date | None = None


@dataclass(frozen=True, slots=True)
class InterestCharged:
    interest_id: UUID
    amount: Money
    charged_on: date
    concept: Annotated[str | None, About()] = None
    despite: Annotated[str | None, About()] = None
    alone_on: date | None = None


@dataclass(frozen=True, slots=True)
class DebtAdjusted:
    """`amount` is added to that part of the debt: it is below zero for what the debtor owes no longer.

    `invoice_id` is the invoice that a credit note of ours corrects, where the case file took that over.
    `alone_on` as in `CostCharged`.
    """

    adjustment_id: UUID
    kind: AdjustmentKind
    part: Part
    amount: Money
    adjusted_on: date
    reason: Personal
    invoice_id: UUID | None = None
    alone_on: date | None = None


@dataclass(frozen=True, slots=True)
class AllocationOrderChanged:
    order: tuple[Part, ...]
    reason: Personal


@dataclass(frozen=True, slots=True)
class CreditMoved:
    """What was paid too much goes to another case file, or back to whoever paid it where `to` is None.

    What goes back has been approved as a refund, whose id it has; what went back before there were refunds has not.
    """

    credit_id: UUID
    amount: Money
    moved_on: date
    to: UUID | None
    reason: Personal


@dataclass(frozen=True, slots=True)
class CreditReceived:
    credit_id: UUID
    amount: Money
    received_on: date
    origin: UUID


Event = (
    ItemsAdded | CostCharged | InterestCharged | DebtAdjusted | AllocationOrderChanged | CreditMoved | CreditReceived
)


# What is refused


class NothingOwed(Invalid):
    title = "A case file needs at least one item with an amount"


class TooMany(Invalid):
    title = "This is more than one case file takes"


class AdjustmentTooLarge(Conflict):
    title = "An adjustment cannot take off more than that part of the debt"


class AdjustmentUpwards(Invalid):
    title = "Only a correction can raise the debt"


class AllocationOrderIncomplete(Invalid):
    title = "The order of allocation names costs, interest and principal, each once"


# The debt

NOTHING = Money.zero("EUR")


@dataclass(frozen=True, slots=True)
class InvoiceShare:
    """What of a case file's money, and of what it gave up, falls to an invoice that it took over."""

    paid: Money
    waived: Money


@dataclass(frozen=True)
class Debt:
    """`invoices` is what those that were taken over are owed here, net of their credit notes, as they came."""

    currency: str = "EUR"
    principal: Money = NOTHING
    charged: Mapping[Part, Money] = field(default_factory=dict[Part, Money])
    invoices: Mapping[UUID, Money] = field(default_factory=dict[UUID, Money])
    waived: Mapping[Part, Money] = field(default_factory=dict[Part, Money])
    credit_received: Money = NOTHING
    credit_moved: Money = NOTHING
    order: tuple[Part, ...] = LEGAL_ORDER
    alone: tuple[date, Money] = (date.min, NOTHING)

    @property
    def owed(self) -> Money:
        """All that was ever owed, before any payment."""
        return total(self.charged.values(), self.currency)

    @property
    def claimed(self) -> Money:
        """The principal as its creditor has it: with what was corrected, and with what was given up here."""
        nothing = Money.zero(self.currency)
        return self.charged.get(Part.PRINCIPAL, nothing) + self.waived.get(Part.PRINCIPAL, nothing)

    @property
    def credits(self) -> Money:
        """Paid with money that came in elsewhere, less what was moved away from here."""
        return self.credit_received - self.credit_moved

    def paid_back(self, paid: Money) -> Money:
        """Of the credit that was paid out or moved away what no money covers any more: owed again, beside the parts."""
        return max(-paid, Money.zero(self.currency))

    def charged_alone(self, day: date) -> Money:
        """What supervisors charged without a second person on that day, the last such day or a later one."""
        last, amount = self.alone
        return amount if day == last else Money.zero(self.currency)

    def allocate(self, paid: Money) -> dict[Part, Money]:
        """How much of each part that much money pays, in the order of allocation; what is over is credit."""
        left, allocated = max(paid, Money.zero(self.currency)), dict[Part, Money]()
        for part in self.order:
            allocated[part] = min(left, self.charged.get(part, Money.zero(self.currency)))
            left -= allocated[part]
        return allocated

    def invoice_shares(self, paid: Money) -> Mapping[UUID, InvoiceShare]:
        """Of that much money. The principal is paid invoice by invoice, then the rest of it; what was taken off the
        principal comes off the rest first, then off the last invoice."""
        if not self.invoices:
            return {}
        nothing = Money.zero(self.currency)
        left = self.allocate(paid)[Part.PRINCIPAL]
        owed = self.charged[Part.PRINCIPAL]
        off = max(total(self.invoices.values(), self.currency) - owed, nothing)
        shares: dict[UUID, InvoiceShare] = {}
        for invoice_id, amount in reversed([*self.invoices.items()]):
            waived = min(off, amount)
            off -= waived
            shares[invoice_id] = InvoiceShare(nothing, waived)
        for invoice_id, amount in self.invoices.items():
            share = min(left, amount - shares[invoice_id].waived)
            left -= share
            shares[invoice_id] = replace(shares[invoice_id], paid=share)
        return shares

    def adjust_invoice(
        self, adjustment_id: UUID, kind: AdjustmentKind, invoice_id: UUID, amount: Money, why: str, *, today: date
    ) -> list[Event]:
        """Takes that much off, as far as it is still owed here: what was paid before is the invoice's credit."""
        share = self.invoice_shares(Money.zero(self.currency))[invoice_id]
        taken_off = min(amount, self.invoices[invoice_id] - share.waived)
        if not taken_off:
            return []
        return [
            DebtAdjusted(
                adjustment_id=adjustment_id,
                kind=kind,
                part=Part.PRINCIPAL,
                amount=-taken_off,
                adjusted_on=today,
                reason=why,
                invoice_id=invoice_id,
            )
        ]

    def add_items(self, items: Sequence[Item], *, today: date) -> list[ItemsAdded]:
        return [ItemsAdded(checked_items(items, self.currency), today)]

    def charge_cost(
        self, cost_id: UUID, amount: Money, on: date, concept: str | None, *, today: date
    ) -> list[CostCharged]:
        self._check(amount, on, "charged_on", today)
        check_above_zero(amount)
        return [CostCharged(cost_id, amount, on, optional_text(concept, "concept"))]

    def charge_interest(
        self, interest_id: UUID, amount: Money, on: date, concept: str | None, *, today: date
    ) -> list[InterestCharged]:
        self._check(amount, on, "charged_on", today)
        check_above_zero(amount)
        return [InterestCharged(interest_id, amount, on, optional_text(concept, "concept"))]

    def adjust(
        self,
        adjustment_id: UUID,
        kind: AdjustmentKind,
        part: Part,
        amount: Money,
        on: date,
        why: str | None,
        *,
        outstanding: Money,
        today: date,
    ) -> list[DebtAdjusted]:
        """A credit note may leave credit: what it corrects was never owed. A waiver gives up what is outstanding."""
        self._check(amount, on, "adjusted_on", today)
        if not amount:
            raise AmountNotAllowed(field="amount")
        if amount.amount > 0 and kind is not AdjustmentKind.CORRECTION:
            raise AdjustmentUpwards(field="amount", kind=kind)
        if (self.charged.get(part, Money.zero(self.currency)) + amount).amount < 0:
            raise AdjustmentTooLarge(field="amount", part=part, owed=self.charged.get(part))
        if kind is AdjustmentKind.WAIVER and outstanding < -amount:
            raise AdjustmentTooLarge(field="amount", outstanding=outstanding)
        return [
            DebtAdjusted(
                adjustment_id=adjustment_id, kind=kind, part=part, amount=amount, adjusted_on=on, reason=reason(why)
            )
        ]

    def follow(self, adjustment_id: UUID, item: Item, why: str | None, *, today: date) -> list[Event]:
        more = item.amount - self.claimed
        if more.amount > 0:
            return [*self.add_items([replace(item, amount=more)], today=today)]
        if not more:
            return []
        kind, part = AdjustmentKind.CORRECTION, Part.PRINCIPAL
        return [*self.adjust(adjustment_id, kind, part, more, today, why, outstanding=self.owed, today=today)]

    def change_allocation_order(self, order: Sequence[Part], why: str | None) -> list[Event]:
        if sorted(order) != sorted(Part):
            raise AllocationOrderIncomplete(field="order")
        return [] if tuple(order) == self.order else [AllocationOrderChanged(tuple(order), reason(why))]

    def move_credit(
        self, credit_id: UUID, amount: Money, to: UUID | None, why: str | None, *, today: date
    ) -> list[Event]:
        return [CreditMoved(credit_id, amount, today, to, reason(why))]

    def receive_credit(self, credit_id: UUID, amount: Money, origin: UUID, *, today: date) -> list[Event]:
        self._check_currency(amount)
        check_above_zero(amount)
        return [CreditReceived(credit_id, amount, today, origin)]

    def _check(self, amount: Money, on: date, field_of_day: str, today: date) -> None:
        self._check_currency(amount)
        check_day(on, field_of_day, at_most=today)

    def _check_currency(self, amount: Money) -> None:
        if amount.currency != self.currency:
            raise CurrencyMismatch(field="currency", currency=amount.currency, expected=self.currency)

    def evolve(self, event: Event) -> Self:
        match event:
            case ItemsAdded():
                added = total((item.amount for item in event.items), self.currency)
                more = replace(self._charged(Part.PRINCIPAL, added, event.alone_on), principal=self.principal + added)
                return more.taken_over(event.items)
            case CostCharged():
                return self._charged(Part.COSTS, event.amount, event.alone_on)
            case InterestCharged():
                return self._charged(Part.INTEREST, event.amount, event.alone_on)
            case DebtAdjusted():
                adjusted = self._charged(event.part, event.amount, event.alone_on)
                if event.kind is AdjustmentKind.WAIVER:
                    waived = self.waived.get(event.part, Money.zero(self.currency)) - event.amount
                    return replace(adjusted, waived={**self.waived, event.part: waived})
                if event.invoice_id is None:
                    return adjusted
                left = self.invoices[event.invoice_id] + event.amount
                return replace(adjusted, invoices={**self.invoices, event.invoice_id: left})
            case AllocationOrderChanged():
                return replace(self, order=event.order)
            case CreditMoved():
                return replace(self, credit_moved=self.credit_moved + event.amount)
            case CreditReceived():
                return replace(self, credit_received=self.credit_received + event.amount)
            case _:
                assert_never(event)

    def taken_over(self, items: Sequence[Item]) -> Self:
        """With those of them that are invoices of ours."""
        invoices = {**self.invoices}
        for item in items:
            if item.invoice_id is not None:
                invoices[item.invoice_id] = invoices.get(item.invoice_id, Money.zero(self.currency)) + item.amount
        return replace(self, invoices=invoices)

    def _charged(self, part: Part, amount: Money, alone_on: date | None) -> Self:
        charged = {**self.charged, part: self.charged.get(part, Money.zero(self.currency)) + amount}
        if alone_on is None:
            return replace(self, charged=charged)
        return replace(self, charged=charged, alone=(alone_on, self.charged_alone(alone_on) + amount))


def checked_items(items: Sequence[Item], currency: str) -> tuple[Item, ...]:
    if not items:
        raise NothingOwed(field="items")
    if len(items) > MAX_ITEMS:
        raise TooMany(field="items", at_most=MAX_ITEMS)
    for item in items:
        if item.amount.currency != currency:
            raise CurrencyMismatch(field="items", currency=item.amount.currency, expected=currency)
        check_above_zero(item.amount, field="items")
        check_day(item.issued_on, "items/issued_on")
        check_day(item.due_on, "items/due_on")
    return tuple(replace(item, number=optional_reference_text(item.number, "number") or "") for item in items)
