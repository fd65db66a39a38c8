"""The work on a case file: actions (gestiones) with their outcome and next action, and the people it concerns."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Annotated, Self, assert_never
from uuid import UUID

from domain.days import check_day
from domain.doubts import Doubt
from domain.errors import Conflict, Invalid
from domain.personal import NAME, About, optional_long_text, optional_text, text


class Channel(StrEnum):
    CALL = "call"
    VISIT = "visit"
    LETTER = "letter"
    BUROFAX = "burofax"
    EMAIL = "email"
    SMS = "sms"
    WHATSAPP = "whatsapp"
    IN_PERSON = "in_person"
    INTERNAL = "internal"  # no contact: a look-up, an observation


class Direction(StrEnum):
    OUTGOING = "outgoing"
    INCOMING = "incoming"


class Outcome(StrEnum):
    NO_ANSWER = "no_answer"
    WRONG_NUMBER = "wrong_number"
    THIRD_PARTY = "third_party"
    MESSAGE_LEFT = "message_left"
    SENT = "sent"
    NOT_DELIVERED = "not_delivered"
    CONTACTED = "contacted"
    PROMISE = "promise"
    REFUSES = "refuses"
    DISPUTES = "disputes"
    CLAIMS_PAID = "claims_paid"
    UNLOCATABLE = "unlocatable"
    LOCATED = "located"
    REGISTRY_ENTRY = "registry_entry"
    OBSERVATION = "observation"


class PartyRole(StrEnum):
    CO_DEBTOR = "co_debtor"
    GUARANTOR = "guarantor"
    HEIR = "heir"
    REPRESENTATIVE = "representative"
    SUCCESSOR = "successor"


@dataclass(frozen=True, slots=True)
class Located:
    """Where a debtor can be found, and how that is known."""

    source: str
    address: str | None = None
    phone: str | None = None


# What can happen


@dataclass(frozen=True, slots=True)
class ActionLogged:
    """`person_id` is the client spoken to, the debtor where it is None; `phone` is that person's.

    `located` is what an outcome *located* found; `successor_id` the company that a registry entry names.
    `keeps_next_action`: what was to be done next still is.
    """

    action_id: UUID
    done_on: date
    channel: Channel
    direction: Direction
    outcome: Outcome
    person_id: UUID | None = None
    phone: Annotated[str | None, About("person_id")] = None
    note: Annotated[str | None, About()] = None
    next_action: Annotated[str | None, About()] = None
    next_action_on: date | None = None
    located: Annotated[Located | None, About()] = None
    successor_id: UUID | None = None
    keeps_next_action: bool = False

    @property
    def settles_next_action(self) -> bool:
        """Whether what was to be done next is done by this, or replaced."""
        if self.next_action_on is not None:
            return True
        return not self.keeps_next_action and _does_what_was_next(self.direction, self.channel, self.outcome)


@dataclass(frozen=True, slots=True)
class PartyAdded:
    client_id: UUID
    role: PartyRole


@dataclass(frozen=True, slots=True)
class PartyRemoved:
    client_id: UUID
    role: PartyRole


Event = ActionLogged | PartyAdded | PartyRemoved


# What is refused


class NotAParty(Invalid):
    title = "This person is neither the debtor nor a party of the case file"


class PartyAlready(Conflict):
    title = "This person is on the case file in that role already"


class DebtorIsNoParty(Invalid):
    title = "The debtor cannot be a further party of the same debt"


class ActionBeforeCaseFile(Invalid):
    title = "An action on a case file cannot have been done before the case file was opened"


class NextActionIncomplete(Invalid):
    title = "A next action has a text and a day, today or later"


class LocatedIncomplete(Invalid):
    title = "A debtor who was located needs the new address or phone and its source"


class SuccessorMissing(Invalid):
    title = "A company-registry entry names the successor company"


# The work

NOBODY = UUID(int=0)

SELDOM_AHEAD = timedelta(days=365)
"""So far ahead, or farther, a next action is seldom meant: more often the year is mistyped."""


@dataclass(frozen=True, slots=True)
class NewAction:
    """An action as somebody tells of it; see `ActionLogged`. One that names a next action keeps no other."""

    done_on: date
    channel: Channel
    direction: Direction
    outcome: Outcome
    person_id: UUID | None = None
    phone: str | None = None
    note: str | None = None
    next_action: str | None = None
    next_action_on: date | None = None
    located: Located | None = None
    successor_id: UUID | None = None
    keeps_next_action: bool = False

    @property
    def leaves_nothing_planned(self) -> bool:
        if self.next_action_on is not None or self.keeps_next_action:
            return False
        return _does_what_was_next(self.direction, self.channel, self.outcome)

    def doubts(self, today: date) -> Sequence[Doubt]:
        far = self.next_action_on is not None and self.next_action_on >= today + SELDOM_AHEAD
        return [Doubt.NEXT_ACTION_FAR_AHEAD] if far else []


def _does_what_was_next(direction: Direction, channel: Channel, outcome: Outcome) -> bool:
    """Somebody else's call leaves it standing, and so does a notice that never arrived."""
    return direction is Direction.OUTGOING and channel is not Channel.INTERNAL and outcome is not Outcome.NOT_DELIVERED


@dataclass(frozen=True)
class Work:
    debtor_id: UUID = NOBODY
    parties: frozenset[tuple[UUID, PartyRole]] = frozenset()

    def log_action(self, action_id: UUID, new: NewAction, *, today: date) -> list[Event]:
        """A registry entry adds the successor company that it names as a party."""
        check_day(new.done_on, "done_on", at_most=today)
        if new.next_action_on is not None:
            check_day(new.next_action_on, "next_action_on")
        if new.person_id is not None and not self.concerns(new.person_id):
            raise NotAParty(field="person_id")
        todo = optional_text(new.next_action, "next_action")
        too_early = new.next_action_on is not None and new.next_action_on < today
        if (todo is None) != (new.next_action_on is None) or too_early:
            raise NextActionIncomplete(field="next_action_on", today=today)
        if (new.outcome is Outcome.REGISTRY_ENTRY) != (new.successor_id is not None):
            raise SuccessorMissing(field="successor_id")
        logged = ActionLogged(
            action_id,
            new.done_on,
            new.channel,
            new.direction,
            new.outcome,
            person_id=new.person_id if new.person_id != self.debtor_id else None,
            phone=optional_text(new.phone, "phone", at_most=NAME),
            note=optional_long_text(new.note, "note"),
            next_action=todo,
            next_action_on=new.next_action_on,
            located=_checked_location(new.located, new.outcome),
            successor_id=new.successor_id,
            keeps_next_action=new.keeps_next_action and new.next_action_on is None,
        )
        if new.successor_id is None or (new.successor_id, PartyRole.SUCCESSOR) in self.parties:
            return [logged]
        return [logged, *self.add_party(new.successor_id, PartyRole.SUCCESSOR)]

    def add_party(self, client_id: UUID, role: PartyRole) -> list[Event]:
        if client_id == self.debtor_id:
            raise DebtorIsNoParty(field="client_id")
        if (client_id, role) in self.parties:
            raise PartyAlready(field="client_id", role=role)
        return [PartyAdded(client_id, role)]

    def remove_party(self, client_id: UUID, role: PartyRole) -> list[Event]:
        if (client_id, role) not in self.parties:
            raise NotAParty(field="client_id", role=role)
        return [PartyRemoved(client_id, role)]

    def concerns(self, client_id: UUID) -> bool:
        """Whether the client is the debtor or a party."""
        return client_id in {self.debtor_id, *(party for party, _ in self.parties)}

    def evolve(self, event: Event) -> Self:
        match event:
            case ActionLogged():
                return self
            case PartyAdded():
                return replace(self, parties=self.parties | {(event.client_id, event.role)})
            case PartyRemoved():
                return replace(self, parties=self.parties - {(event.client_id, event.role)})
            case _:
                assert_never(event)


def _checked_location(located: Located | None, outcome: Outcome) -> Located | None:
    if outcome is not Outcome.LOCATED:
        if located is not None:
            raise LocatedIncomplete(field="outcome")
        return None
    if located is None:
        raise LocatedIncomplete(field="located")
    address = optional_text(located.address, "located/address")
    phone = optional_text(located.phone, "located/phone", at_most=NAME)
    if address is None and phone is None:
        raise LocatedIncomplete(field="located")
    return Located(text(located.source, "located/source"), address, phone)
