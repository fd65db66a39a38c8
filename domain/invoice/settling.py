"""What an invoice is paid with: its own payments, money moved between invoices, and what its case file collects.

While it is in collection it is paid only through its case file, which tells it what of its money falls to it. A sum
that is moved may be taken back; a payment that is returned takes back what there is no longer money for.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Self, assert_never
from uuid import UUID

from domain import payments, refunds
from domain.errors import Conflict
from domain.money import Money, check_above_zero, total
from domain.payments import Ledger
from domain.personal import Personal, reason
from domain.refunds import Refunds

# What can happen


@dataclass(frozen=True, slots=True)
class InvoiceCreditMoved:
    """Money that came in for this invoice pays another one of the same client."""

    transfer_id: UUID
    to: UUID
    amount: Money
    moved_on: date
    reason: Personal


@dataclass(frozen=True, slots=True)
class InvoiceCreditReceived:
    transfer_id: UUID
    origin: UUID
    amount: Money
    received_on: date


@dataclass(frozen=True, slots=True)
class InvoiceCreditTakenBack:
    """On both invoices: as if it had not been moved, from that day on."""

    transfer_id: UUID
    taken_back_on: date


@dataclass(frozen=True, slots=True)
class InvoiceCreditRefunded:
    """Went back to whoever paid too much, by the approval of the refund of this id."""

    refund_id: UUID
    amount: Money
    refunded_on: date


@dataclass(frozen=True, slots=True)
class InvoiceTakenIntoCollection:
    """`amount` is what was unpaid, which is an item of the case file now."""

    case_file_id: UUID
    amount: Money
    taken_on: date


@dataclass(frozen=True, slots=True)
class InvoiceSettledInCollection:
    """What of the case file's money, and of what it gave up, falls to this invoice now: both may be below zero."""

    case_file_id: UUID
    paid: Money
    waived: Money
    settled_on: date


@dataclass(frozen=True, slots=True)
class InvoiceGivenBack:
    """The case file was withdrawn: what is unpaid is to be paid to us again."""

    case_file_id: UUID
    given_back_on: date


Event = (
    payments.Event
    | refunds.Event
    | InvoiceCreditMoved
    | InvoiceCreditReceived
    | InvoiceCreditTakenBack
    | InvoiceCreditRefunded
    | InvoiceTakenIntoCollection
    | InvoiceSettledInCollection
    | InvoiceGivenBack
)


# What is refused


class InvoiceInCollection(Conflict):
    title = "This invoice is in collection: it is paid through its case file"


class InvoicePaid(Conflict):
    title = "Nothing of this invoice is left to pay"


class PaymentsOnInvoiceWait(Conflict):
    title = "A payment of this invoice waits for a decision: decide on it first"


class NotThatMuchPaid(Conflict):
    title = "There is not that much money on this invoice to move"


class MoreThanOwed(Conflict):
    title = "This is more than what is left to pay of that invoice"


class TransferNotFound(Conflict):
    title = "This was taken back already, or never moved from here"


@dataclass(frozen=True, slots=True)
class Transfer:
    """`amount` is below zero where it went away from here."""

    other: UUID
    amount: Money
    on: date


@dataclass(frozen=True, slots=True)
class Collected:
    """What one case file paid of it and gave up."""

    paid: Money
    waived: Money


@dataclass(frozen=True)
class Settlement:
    """`collected` is by case file: after one was withdrawn, another may take the invoice over."""

    ledger: Ledger = field(default_factory=Ledger)
    transfers: Mapping[UUID, Transfer] = field(default_factory=dict[UUID, Transfer])
    collected: Mapping[UUID, Collected] = field(default_factory=dict[UUID, Collected])
    in_collection: UUID | None = None
    refunds: Refunds = field(default_factory=Refunds)
    refunded: tuple[Money, ...] = ()

    @property
    def funds(self) -> Money:
        """What came in to us for it and is still here; below zero until what was moved from it is taken back."""
        moved = (transfer.amount for transfer in self.transfers.values())
        gone = (-amount for amount in self.refunded)
        return self.ledger.approved + total([*moved, *gone], self.ledger.currency)

    @property
    def balance(self) -> Money:
        """What came in for it, here or through case files, less what went away again."""
        return total((one.paid for one in self.collected.values()), self.ledger.currency) + self.funds

    @property
    def paid(self) -> Money:
        return max(self.balance, Money.zero(self.ledger.currency))

    @property
    def paid_back(self) -> Money:
        """Went back to the client, and is owed again: what it came of was returned since."""
        return max(-self.balance, Money.zero(self.ledger.currency))

    @property
    def waived(self) -> Money:
        return total((one.waived for one in self.collected.values()), self.ledger.currency)

    def collected_by(self, case_file_id: UUID) -> Collected:
        nothing = Money.zero(self.ledger.currency)
        return self.collected.get(case_file_id, Collected(nothing, nothing))

    def check_not_in_collection(self) -> None:
        if self.in_collection is not None:
            raise InvoiceInCollection(case_file_id=self.in_collection)

    def move_credit(self, transfer_id: UUID, amount: Money, to: UUID, why: str | None, *, today: date) -> list[Event]:
        check_above_zero(amount)
        free = self.funds - self.refunds.reserved
        if free < amount:
            raise NotThatMuchPaid(field="amount", available=free)
        return [InvoiceCreditMoved(transfer_id, to, amount, today, reason(why))]

    def receive_credit(
        self, transfer_id: UUID, amount: Money, origin: UUID, *, outstanding: Money, today: date
    ) -> list[Event]:
        self.check_not_in_collection()
        if outstanding < amount:
            raise MoreThanOwed(field="amount", outstanding=outstanding)
        return [InvoiceCreditReceived(transfer_id, origin, amount, today)]

    def take_back_credit(self, transfer_id: UUID, *, on: date) -> list[Event]:
        return [InvoiceCreditTakenBack(transfer_id, max(on, self.transfer(transfer_id).on))]

    def transfer(self, transfer_id: UUID) -> Transfer:
        transfer = self.transfers.get(transfer_id)
        if transfer is None:
            raise TransferNotFound(field="transfer_id")
        return transfer

    @property
    def uncovered(self) -> Sequence[UUID]:
        """Which transfers from here there is no longer money for, the latest first."""
        missing, found = -self.funds, list[UUID]()
        for transfer_id, transfer in reversed([*self.transfers.items()]):
            if missing.amount > 0 and transfer.amount.amount < 0:
                missing += transfer.amount
                found.append(transfer_id)
        return found

    def take_into_collection(self, case_file_id: UUID, *, outstanding: Money, on: date) -> list[Event]:
        self.check_not_in_collection()
        if self.ledger.waiting:
            raise PaymentsOnInvoiceWait(waiting=self.ledger.waiting)
        if outstanding.amount <= 0:
            raise InvoicePaid
        return [InvoiceTakenIntoCollection(case_file_id, outstanding, on)]

    def evolve(self, event: Event) -> Self:
        if isinstance(event, payments.Event):
            return replace(self, ledger=self.ledger.evolve(event))
        if isinstance(event, refunds.Event):
            return replace(self, refunds=self.refunds.evolve(event))
        match event:
            case InvoiceCreditMoved():
                moved = Transfer(event.to, -event.amount, event.moved_on)
                return replace(self, transfers={**self.transfers, event.transfer_id: moved})
            case InvoiceCreditReceived():
                received = Transfer(event.origin, event.amount, event.received_on)
                return replace(self, transfers={**self.transfers, event.transfer_id: received})
            case InvoiceCreditTakenBack():
                left = {key: one for key, one in self.transfers.items() if key != event.transfer_id}
                return replace(self, transfers=left)
            case InvoiceCreditRefunded():
                return replace(self, refunded=(*self.refunded, event.amount))
            case InvoiceTakenIntoCollection():
                return replace(self, in_collection=event.case_file_id)
            case InvoiceSettledInCollection():
                before = self.collected_by(event.case_file_id)
                now = Collected(before.paid + event.paid, before.waived + event.waived)
                return replace(self, collected={**self.collected, event.case_file_id: now})
            case InvoiceGivenBack():
                return replace(self, in_collection=None)
            case _:
                assert_never(event)
