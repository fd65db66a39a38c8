"""Whether a client's data may be used at all: blocked, merged into another, to be kept by law, erased.

Blocking keeps the data from everybody but an auditor (GDPR, art. 18; in Spain LOPDGDD, art. 32). Erasure takes it away
for good (GDPR, art. 17), unless a law wants it kept, or claims are still being made with it (art. 17.3 b and e): then
what is recorded is that it was asked for and refused. Merging says that two accounts are the same person's.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Self, assert_never
from uuid import UUID

from domain.days import check_day
from domain.errors import Conflict, Forbidden
from domain.people import Actor, Role
from domain.personal import Personal, reason


class RetentionGround(StrEnum):
    """Which law wants the data kept. In Spain: Código de Comercio art. 30 (six years), Ley General Tributaria art. 66
    (four), Ley 10/2010 art. 25 (ten), and the limitation of actions, Código Civil art. 1964 (five)."""

    ACCOUNTING = "accounting"
    TAX = "tax"
    MONEY_LAUNDERING = "money_laundering"
    LIMITATION = "limitation"


class ErasureGround(StrEnum):
    """GDPR, art. 17.1: no longer necessary (a), consent withdrawn or objected to (b, c), unlawfully processed (d)."""

    NO_LONGER_NEEDED = "no_longer_needed"
    ASKED_FOR = "asked_for"
    UNLAWFUL = "unlawful"


class Obstacle(StrEnum):
    RETENTION = "retention"
    OPEN_CASE_FILES = "open_case_files"


# What can happen


@dataclass(frozen=True, slots=True)
class ClientBlocked:
    reason: Personal


@dataclass(frozen=True, slots=True)
class ClientUnblocked:
    reason: Personal


@dataclass(frozen=True, slots=True)
class RetentionSet:
    """The law wants the data kept until that day, which is the first on which it may be erased."""

    until: date
    ground: RetentionGround


@dataclass(frozen=True, slots=True)
class ErasureRefused:
    """`until`: the legal retention day, where that is what was in the way."""

    asked_on: date
    obstacle: Obstacle
    until: date | None = None


@dataclass(frozen=True, slots=True)
class ClientErased:
    """From here on nothing personal is kept of the client: the key it was encrypted with is destroyed."""

    ground: ErasureGround


@dataclass(frozen=True, slots=True)
class ClientMerged:
    """This account and that one are the same person's: what is asked of this one, that one answers."""

    into: UUID
    reason: Personal


@dataclass(frozen=True, slots=True)
class ClientUnmerged:
    reason: Personal


Event = ClientBlocked | ClientUnblocked | RetentionSet | ErasureRefused | ClientErased | ClientMerged | ClientUnmerged


# What is refused


class ClientIsBlocked(Conflict):
    title = "This client is blocked: nothing is changed or sent until it is unblocked"


class ClientHidden(Forbidden):
    title = "This client is blocked: only an auditor sees the data"


class ClientIsErased(Conflict):
    title = "This client is erased"


class ClientIsMerged(Conflict):
    title = "This client was merged into another: go on there"


class NotMerged(Conflict):
    title = "This client is not merged into another"


class MergedIntoItself(Conflict):
    title = "A client cannot be merged into itself"


class HeldByTwo(Conflict):
    """Otherwise who holds the case files, and earns what they bring in, would follow from a merge."""

    title = "Two collectors hold these clients: assign both to one of them first"


class StillNeeded(Conflict):
    """An erasure that was asked for and refused, which the log holds."""

    title = (
        "This client cannot be erased yet: a law wants the data kept, or case files are open. The refusal is recorded"
    )


@dataclass(frozen=True)
class Restrictions:
    """`refused` is the last erasure that was asked for in vain, if it was the last thing asked for."""

    blocked: bool = False
    erased: bool = False
    merged_into: UUID | None = None
    kept_until: date | None = None
    refused: ErasureRefused | None = None

    def check_usable(self) -> None:
        """Refuse what a client's own data is needed for, where that may not be used, or is another's to tell."""
        self.check_there()
        self.check_not_blocked()

    def check_not_blocked(self) -> None:
        if self.blocked:
            raise ClientIsBlocked(field="client_id")

    def check_may_be_told(self) -> None:
        """Refuse what tells something of the client, through whichever account: of one who is erased it is not kept."""
        self.check_not_blocked()
        self.check_not_erased()

    def check_not_erased(self) -> None:
        if self.erased:
            raise ClientIsErased(field="client_id")

    def check_there(self) -> None:
        """Refuse what only an account that stands for itself takes."""
        self.check_not_erased()
        if self.merged_into is not None:
            raise ClientIsMerged(field="client_id", into=self.merged_into)

    def seen(self, by: Actor) -> bool:
        return not self.blocked or Role.AUDITOR in by.roles

    def check_seen(self, by: Actor) -> None:
        """Refuse whatever shows the client's data."""
        if not self.seen(by):
            raise ClientHidden(field="client_id")

    # Blocking

    def block(self, why: str | None, *, by: Actor) -> list[Event]:
        by.require(Role.SUPERVISOR, Role.ADMINISTRATOR)
        self.check_there()
        return [] if self.blocked else [ClientBlocked(reason(why))]

    def unblock(self, why: str | None, *, by: Actor) -> list[Event]:
        by.require(Role.ADMINISTRATOR)
        self.check_there()
        return [ClientUnblocked(reason(why))] if self.blocked else []

    # Erasure

    def set_retention(self, until: date, ground: RetentionGround, *, by: Actor) -> list[Event]:
        """Another day takes the place of the one before, be it sooner or later."""
        by.require(Role.ADMINISTRATOR)
        self.check_there()
        check_day(until, "until")
        set_ = RetentionSet(until, ground)
        return [] if until == self.kept_until else [set_]

    def keep_for_accounting(self, years: int, *, today: date) -> list[Event]:
        """From an invoice of today on, unless it is kept longer anyway: the years that follow this one."""
        until = date(today.year + years + 1, 1, 1)
        if self.kept_until is not None and self.kept_until >= until:
            return []
        return [RetentionSet(until, RetentionGround.ACCOUNTING)]

    def erase(
        self,
        ground: ErasureGround,
        absorbed: Sequence["Restrictions"] = (),
        *,
        case_files_open: bool,
        today: date,
        by: Actor,
    ) -> list[Event]:
        """Those that were absorbed are the same person, and are erased along.

        `case_files_open`: whether any of them, in whatever role, is named in a case file that is open.
        """
        by.require(Role.ADMINISTRATOR)
        if self.erased:
            return []
        self.check_there()
        kept_until = max((one.kept_until for one in (self, *absorbed) if one.kept_until), default=None)
        if kept_until is not None and kept_until > today:
            return [ErasureRefused(today, Obstacle.RETENTION, kept_until)]
        if case_files_open:
            return [ErasureRefused(today, Obstacle.OPEN_CASE_FILES)]
        return [ClientErased(ground)]

    def check_erased(self) -> None:
        """After an erasure was decided: refuse it to whoever asked, where that was the decision."""
        if self.refused is not None:
            raise StillNeeded(obstacle=self.refused.obstacle, until=self.refused.until)

    # Merging

    def merge(
        self, into: UUID, survivor: "Restrictions", why: str | None, *, itself: bool, one_holder: bool, by: Actor
    ) -> list[Event]:
        """The survivor stands for itself, so no way leads from it back to here: merges never go round in a circle."""
        by.require(Role.SUPERVISOR, Role.ADMINISTRATOR)
        if itself:
            raise MergedIntoItself(field="into")
        self.check_usable()
        survivor.check_usable()
        if not one_holder:
            raise HeldByTwo(field="into")
        return [ClientMerged(into, reason(why))]

    def unmerge(self, why: str | None, *, by: Actor) -> list[Event]:
        by.require(Role.SUPERVISOR, Role.ADMINISTRATOR)
        self.check_not_erased()
        if self.merged_into is None:
            raise NotMerged(field="client_id")
        return [ClientUnmerged(reason(why))]

    def evolve(self, event: Event) -> Self:
        match event:
            case ClientBlocked():
                return replace(self, blocked=True)
            case ClientUnblocked():
                return replace(self, blocked=False)
            case RetentionSet():
                return replace(self, kept_until=event.until)
            case ErasureRefused():
                return replace(self, refused=event)
            case ClientErased():
                # no longer blocked: nothing is left to be kept from anybody
                return replace(self, erased=True, blocked=False, refused=None)
            case ClientMerged():
                return replace(self, merged_into=event.into)
            case ClientUnmerged():
                return replace(self, merged_into=None)
            case _:
                assert_never(event)


USABLE = Restrictions()
