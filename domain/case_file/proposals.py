"""Changes of a debt that one person proposes and another decides on: charges, and what is taken off the debt.

An approval stands in the log together with the event that changes the debt, which has the proposal's id. Until then
nothing is owed differently.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Annotated, Self, assert_never
from uuid import UUID

from domain.case_file import debt
from domain.case_file.debt import AdjustmentKind, Item, Part
from domain.errors import Conflict, Forbidden, NotFound
from domain.money import Money, total
from domain.people import Actor, Role
from domain.personal import About, Personal, reason


class Kind(StrEnum):
    ITEMS = "items"
    COST = "cost"
    INTEREST = "interest"
    CREDIT_NOTE = "credit_note"
    CORRECTION = "correction"
    WAIVER = "waiver"


class State(StrEnum):
    WAITING = "waiting"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


# What can happen


@dataclass(frozen=True, slots=True)
class DebtChangeProposed:
    """`amount` as it would be added to that part of the debt: below zero for what is to be owed no longer.

    `why` is the concept of a charge or the reason of an adjustment; `despite` as in `CostCharged`.
    """

    proposal_id: UUID
    kind: Kind
    part: Part
    amount: Money
    effective_on: date
    proposed_by: str
    items: tuple[Item, ...] = ()
    why: Annotated[str | None, About()] = None
    despite: Annotated[str | None, About()] = None


@dataclass(frozen=True, slots=True)
class DebtChangeApproved:
    """`second_review` is false for ever where whoever proposed it approved it alone, four eyes being switched off."""

    proposal_id: UUID
    approved_by: str
    second_review: bool = True


@dataclass(frozen=True, slots=True)
class DebtChangeRejected:
    proposal_id: UUID
    rejected_by: str
    reason: Personal


@dataclass(frozen=True, slots=True)
class DebtChangeWithdrawn:
    proposal_id: UUID
    withdrawn_by: str


Proposable = debt.ItemsAdded | debt.CostCharged | debt.InterestCharged | debt.DebtAdjusted

Event = DebtChangeProposed | DebtChangeApproved | DebtChangeRejected | DebtChangeWithdrawn


# What is refused


class ProposalNotFound(NotFound):
    title = "There is no such proposal here"


class ProposalDecided(Conflict):
    title = "This proposal is decided already"


class ProposalExists(Conflict):
    title = "This was proposed already"


class ProposalsWaiting(Conflict):
    title = "A proposed change of the debt still waits for a decision"


class OwnProposal(Forbidden):
    title = "Whoever proposed it cannot decide on it"


class ProposedByAnother(Forbidden):
    title = "Only who proposed it withdraws it"


# What is proposed on one debt


@dataclass(frozen=True)
class Proposals:
    """All that were made, and which of them wait."""

    made: Mapping[UUID, DebtChangeProposed] = field(default_factory=dict[UUID, DebtChangeProposed])
    waiting: frozenset[UUID] = frozenset()

    def propose(self, proposal_id: UUID, change: Proposable, *, by: Actor) -> list[Event]:
        """Instead of that change."""
        if proposal_id in self.made:
            raise ProposalExists(proposal_id=proposal_id)
        return [_proposed(proposal_id, change, by.name)]

    def approve(self, proposal_id: UUID, *, four_eyes: bool, by: Actor) -> tuple[DebtChangeProposed, list[Event]]:
        """With what was proposed, which is then done."""
        proposed, second_review = self._decides(proposal_id, four_eyes=four_eyes, by=by)
        return proposed, [DebtChangeApproved(proposal_id, by.name, second_review)]

    def reject(self, proposal_id: UUID, why: str | None, *, four_eyes: bool, by: Actor) -> list[Event]:
        self._decides(proposal_id, four_eyes=four_eyes, by=by)
        return [DebtChangeRejected(proposal_id, by.name, reason(why))]

    def withdraw(self, proposal_id: UUID, *, by: Actor) -> list[Event]:
        if self._that_waits(proposal_id).proposed_by != by.name:
            raise ProposedByAnother(proposal_id=proposal_id)
        return [DebtChangeWithdrawn(proposal_id, by.name)]

    def _decides(self, proposal_id: UUID, *, four_eyes: bool, by: Actor) -> tuple[DebtChangeProposed, bool]:
        """What was proposed, and whether this is a second pair of eyes."""
        by.require(Role.SUPERVISOR)
        proposed = self._that_waits(proposal_id)
        own = proposed.proposed_by == by.name
        if own and four_eyes:
            raise OwnProposal(proposal_id=proposal_id)
        return proposed, not own

    def _that_waits(self, proposal_id: UUID) -> DebtChangeProposed:
        if proposal_id not in self.made:
            raise ProposalNotFound(proposal_id=proposal_id)
        if proposal_id not in self.waiting:
            raise ProposalDecided(proposal_id=proposal_id)
        return self.made[proposal_id]

    def evolve(self, event: Event) -> Self:
        match event:
            case DebtChangeProposed():
                made = {**self.made, event.proposal_id: event}
                return replace(self, made=made, waiting=self.waiting | {event.proposal_id})
            case DebtChangeApproved() | DebtChangeRejected() | DebtChangeWithdrawn():
                return replace(self, waiting=self.waiting - {event.proposal_id})
            case _:
                assert_never(event)


def adds(change: Proposable) -> Money:
    """What it puts onto the debt; below zero what it takes off."""
    if isinstance(change, debt.ItemsAdded):
        return total((item.amount for item in change.items), change.items[0].amount.currency)
    return change.amount


def _proposed(proposal_id: UUID, change: Proposable, who: str) -> DebtChangeProposed:
    match change:
        case debt.ItemsAdded():
            return DebtChangeProposed(
                proposal_id=proposal_id,
                kind=Kind.ITEMS,
                part=Part.PRINCIPAL,
                amount=adds(change),
                effective_on=change.added_on,
                proposed_by=who,
                items=change.items,
                despite=change.despite,
            )
        case debt.CostCharged() | debt.InterestCharged():
            is_cost = isinstance(change, debt.CostCharged)
            return DebtChangeProposed(
                proposal_id=proposal_id,
                kind=Kind.COST if is_cost else Kind.INTEREST,
                part=Part.COSTS if is_cost else Part.INTEREST,
                amount=change.amount,
                effective_on=change.charged_on,
                proposed_by=who,
                why=change.concept,
                despite=change.despite,
            )
        case debt.DebtAdjusted():
            kind = Kind(change.kind.value)
            return DebtChangeProposed(
                proposal_id=proposal_id,
                kind=kind,
                part=change.part,
                amount=change.amount,
                effective_on=change.adjusted_on,
                proposed_by=who,
                why=change.reason,
            )
        case _:
            assert_never(change)


ADJUSTMENTS: Mapping[Kind, AdjustmentKind] = {Kind(kind.value): kind for kind in AdjustmentKind}
"""Of which kind of adjustment a proposal is, where it is one."""
