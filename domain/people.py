"""Who works here: users, what their roles allow, and the actor of a command.

Identity is proven outside; passwords never come near an event. Roles add up. A substitute works another's clients too.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Annotated, Self, assert_never
from uuid import UUID, uuid5

from domain.addresses import email
from domain.days import check_day
from domain.errors import Conflict, Forbidden, Invalid, NotFound
from domain.personal import NAME, About, optional_text


class Period(StrEnum):
    """Of when invoices and estimates are added up for a user who does not say otherwise."""

    YEAR = "year"
    ALL = "all"


class Role(StrEnum):
    COLLECTOR = "collector"
    SUPERVISOR = "supervisor"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"


WORKS = (Role.COLLECTOR, Role.SUPERVISOR, Role.ADMINISTRATOR)
"""Whoever works here: all but those who only read."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks: a user's name and roles."""

    name: str
    roles: frozenset[Role]
    stands_in_for: frozenset[str] = frozenset()

    @property
    def portfolios(self) -> frozenset[str]:
        """Whose clients this person works on today: the own ones, and those of whom the person stands in for."""
        return self.stands_in_for | {self.name}

    @property
    def sees_all(self) -> bool:
        return not self.roles.isdisjoint({Role.SUPERVISOR, Role.ADMINISTRATOR, Role.AUDITOR})

    def sees(self, holder: str | None) -> bool:
        """Whether what that collector holds, or nobody does, is this person's to see."""
        return self.sees_all or holder in self.portfolios

    def require(self, *roles: Role) -> None:
        """Refuse unless the actor has one of the roles."""
        if self.roles.isdisjoint(roles):
            raise RoleRequired(needed=roles, roles=self.roles)


OPERATOR = Actor("operator", frozenset(Role))
"""Who acts from the command line: whoever may read the store's files may do anything with it."""

PLANNER = Actor("Recobro", frozenset())
"""Who carries out what was planned, once its day has come. No user can have this name: it begins with a capital."""

CLIENT = Actor("Client", frozenset())
"""Who answers an estimate by the link that only its client was sent. No user can have this name either."""


# What can happen


@dataclass(frozen=True, slots=True)
class UserAdded:
    name: str
    roles: tuple[Role, ...]


@dataclass(frozen=True, slots=True)
class UserDescribed:
    """What pages call the user, and where mail goes when the password was forgotten: both as they are from now on.

    They are encrypted with a key of the user's own.
    """

    full_name: Annotated[str | None, About()] = None
    email: Annotated[str | None, About()] = None


@dataclass(frozen=True, slots=True)
class UserRolesChanged:
    roles: tuple[Role, ...]


@dataclass(frozen=True, slots=True)
class UserDisabled:
    pass


@dataclass(frozen=True, slots=True)
class UserEnabled:
    pass


@dataclass(frozen=True, slots=True)
class SubstituteAppointed:
    """From one day to another, both included, this user works the portfolio of `collector` too.

    The portfolio stays the collector's, and so does the credit for what is collected meanwhile.
    """

    substitution_id: UUID
    collector: str
    from_on: date
    until_on: date


@dataclass(frozen=True, slots=True)
class SubstituteEnded:
    """Before its time: not on this day any more."""

    substitution_id: UUID
    ended_on: date


@dataclass(frozen=True, slots=True)
class PeriodPreferred:
    """The user wants figures of invoices and estimates for this year, or for all time."""

    period: Period


Event = (
    UserAdded
    | UserDescribed
    | UserRolesChanged
    | UserDisabled
    | UserEnabled
    | SubstituteAppointed
    | SubstituteEnded
    | PeriodPreferred
)


# What is refused


class RoleRequired(Forbidden):
    title = "Your role does not allow this"

    def __init__(self, needed: Collection[Role], roles: Collection[Role]) -> None:
        """`needed` are the roles any of which may, `roles` those that the actor has."""
        self.needed = sorted(needed)
        super().__init__(needed=self.needed, roles=sorted(roles))


class UserNameNotAllowed(Invalid):
    title = "A user name is 2 to 32 small letters, digits, dots, hyphens or underscores, and begins with a letter"


class RoleMissing(Invalid):
    title = "A user needs at least one role"


class UserExists(Conflict):
    title = "There is a user of this name already"


class EmailInUse(Conflict):
    title = "Another user has this e-mail address: each needs their own, as a forgotten password is asked for by it"


class OwnAccount(Forbidden):
    """So whoever administers is left: nobody else can take the last administrator away."""

    title = "You can neither disable yourself nor give up being administrator: another administrator can"


class NoSuchUser(Invalid):
    title = "There is no user of this name"


class OnlyReads(Invalid):
    title = "This user only reads here: choose somebody who works"


class OwnSubstitute(Invalid):
    title = "Nobody stands in for themselves"


class SubstitutesOfEachOther(Conflict):
    title = "In those days that collector stands in for this person: neither would be there to work"


class SubstitutionExists(Conflict):
    title = "This person stands in for that collector in those days already"


# The user

USERS = UUID("5f0b2d7c-6c0b-4f0e-9d9d-0a8a3c1c7a10")


def user_id(name: str) -> UUID:
    """The stream of a user: found by name."""
    return uuid5(USERS, name)


@dataclass(frozen=True)
class User:
    name: str = ""
    roles: frozenset[Role] = frozenset()
    enabled: bool = False
    substitutions: tuple[SubstituteAppointed, ...] = ()
    period: Period = Period.ALL
    full_name: str | None = None
    email: str | None = None

    @property
    def works(self) -> bool:
        """Whether this user may be given clients, tasks and money that was collected."""
        return self.enabled and not self.roles.isdisjoint(WORKS)

    def actor(self, today: date) -> Actor:
        """As who this user acts that day."""
        stands_in_for = (one.collector for one in self.substitutions if one.from_on <= today <= one.until_on)
        return Actor(self.name, self.roles, frozenset(stands_in_for))

    def add(self, name: str, roles: Collection[Role]) -> list[Event]:
        if self.name:
            raise UserExists(field="name", name=name)
        if not re.fullmatch(r"[a-z][a-z0-9._-]{1,31}", name) or name == OPERATOR.name:
            raise UserNameNotAllowed(field="name")
        return [UserAdded(name, _some(roles))]

    def describe(self, full_name: str | None, address: str | None) -> list[Event]:
        described = UserDescribed(
            optional_text(full_name, "full_name", at_most=NAME),
            email(address) if address is not None and address.strip() else None,
        )
        return [described] if (described.full_name, described.email) != (self.full_name, self.email) else []

    def change_roles(self, roles: Collection[Role], *, by: Actor) -> list[Event]:
        if by.name == self.name and Role.ADMINISTRATOR in self.roles and Role.ADMINISTRATOR not in roles:
            raise OwnAccount(field="roles")
        return [UserRolesChanged(_some(roles))] if frozenset(roles) != self.roles else []

    def disable(self, *, by: Actor) -> list[Event]:
        if by.name == self.name:
            raise OwnAccount(field="name")
        return [UserDisabled()] if self.enabled else []

    def enable(self) -> list[Event]:
        return [] if self.enabled else [UserEnabled()]

    def stand_in(
        self, substitution_id: UUID, collector: str, from_on: date, until_on: date, *, today: date, by: Actor
    ) -> list[Event]:
        """At most for a year: for longer, the portfolio is to be given over."""
        by.require(Role.SUPERVISOR, Role.ADMINISTRATOR)
        if collector == self.name:
            raise OwnSubstitute(field="substitute")
        check_day(from_on, "from", at_least=today)
        check_day(until_on, "until", at_least=from_on, at_most=from_on + timedelta(days=366))
        for one in self.substitutions:
            if one.collector == collector and one.from_on <= until_on and from_on <= one.until_on:
                raise SubstitutionExists(field="substitute", from_on=one.from_on, until_on=one.until_on)
        return [SubstituteAppointed(substitution_id, collector, from_on, until_on)]

    def check_does_not_stand_in(self, substitute: str, from_on: date, until_on: date) -> None:
        """Whose clients that person is to work does not work that person's clients on any of these days."""
        for one in self.substitutions:
            if one.collector == substitute and one.from_on <= until_on and from_on <= one.until_on:
                raise SubstitutesOfEachOther(field="substitute", from_on=one.from_on, until_on=one.until_on)

    def end_substitution(self, substitution_id: UUID, *, today: date, by: Actor) -> list[Event]:
        by.require(Role.SUPERVISOR, Role.ADMINISTRATOR)
        known = next((one for one in self.substitutions if one.substitution_id == substitution_id), None)
        if known is None:
            raise NotFound(id=substitution_id)
        return [SubstituteEnded(substitution_id, today)] if today <= known.until_on else []

    def prefer(self, period: Period) -> list[Event]:
        return [PeriodPreferred(period)] if period is not self.period else []

    def evolve(self, event: Event) -> Self:
        match event:
            case UserAdded():
                return replace(self, name=event.name, roles=frozenset(event.roles), enabled=True)
            case UserDescribed():
                return replace(self, full_name=event.full_name, email=event.email)
            case UserRolesChanged():
                return replace(self, roles=frozenset(event.roles))
            case UserDisabled():
                return replace(self, enabled=False)
            case UserEnabled():
                return replace(self, enabled=True)
            case SubstituteAppointed():
                return replace(self, substitutions=(*self.substitutions, event))
            case SubstituteEnded():
                return replace(self, substitutions=tuple(_ended(one, event) for one in self.substitutions))
            case PeriodPreferred():
                return replace(self, period=event.period)
            case _:
                assert_never(event)


def _ended(one: SubstituteAppointed, event: SubstituteEnded) -> SubstituteAppointed:
    if one.substitution_id != event.substitution_id:
        return one
    return replace(one, until_on=min(one.until_on, event.ended_on - timedelta(days=1)))


def _some(roles: Collection[Role]) -> tuple[Role, ...]:
    if not roles:
        raise RoleMissing(field="roles", known=[role.value for role in Role])
    return tuple(sorted(set(roles)))
