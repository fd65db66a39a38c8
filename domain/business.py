"""The business that uses Recobro: settings that change what is decided or shown. One stream, each change an event."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Self, assert_never
from uuid import UUID
from zoneinfo import ZoneInfo, available_timezones

from domain.addresses import country_code
from domain.errors import Invalid
from domain.money import LimitBelowZero, Money, currency_code
from domain.people import Actor, Role
from domain.personal import NAME, reason, text

BUSINESS = UUID("0b7f0a52-6f4e-4d53-8a3a-6b5d3c1d2e01")
"""The stream of the one business of a store."""

IDLE_MINUTES, SESSION_HOURS = range(5, 721), range(1, 25)


class Kind(StrEnum):
    AGENCY = "agency"
    LENDER = "lender"
    SERVICE_BUSINESS = "service_business"


# What can happen


@dataclass(frozen=True, slots=True)
class BusinessDescribed:
    """Its name and kind, its country (ISO 3166, for formats and holidays) and its time zone (IANA)."""

    name: str
    kind: Kind
    country: str
    time_zone: str


@dataclass(frozen=True, slots=True)
class FourEyesSwitchedOff:
    reason: str


@dataclass(frozen=True, slots=True)
class FourEyesSwitchedOn:
    pass


@dataclass(frozen=True, slots=True)
class DeadlinesSet:
    """Grace for promises, in working days; from how many days without an action a case file is idle."""

    grace_days: int
    idle_days: int


@dataclass(frozen=True, slots=True)
class ChargeLimitSet:
    """Up to that much in this currency a supervisor raises a debt alone. None: as much as there is."""

    currency: str
    limit: Money | None


@dataclass(frozen=True, slots=True)
class SessionLimitsSet:
    """Whoever does nothing for so many minutes is logged out, and everybody after so many hours."""

    idle_minutes: int
    hours: int


@dataclass(frozen=True, slots=True)
class SecondFactorRequired:
    """Of whoever has one of these roles, of which there may be none."""

    roles: tuple[Role, ...]


Event = (
    BusinessDescribed
    | FourEyesSwitchedOff
    | FourEyesSwitchedOn
    | DeadlinesSet
    | ChargeLimitSet
    | SessionLimitsSet
    | SecondFactorRequired
)


# What is refused


class UnknownTimeZone(Invalid):
    title = "There is no such time zone"


class DaysOutOfRange(Invalid):
    title = "This number of days is out of range"


class SessionOutOfRange(Invalid):
    title = "A session may be that long neither idle nor as a whole"


# The business


@dataclass(frozen=True)
class Business:
    name: str = "Recobro"
    kind: Kind = Kind.AGENCY
    country: str = "ES"
    time_zone: str = "Europe/Madrid"
    four_eyes: bool = True
    grace_days: int = 0
    idle_days: int = 30
    charge_limits: tuple[Money, ...] = ()
    session_idle_minutes: int = 60
    session_hours: int = 12
    second_factor_roles: tuple[Role, ...] = ()

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    def describe(self, name: str, kind: Kind, country: str, time_zone: str, *, by: Actor) -> list[Event]:
        by.require(Role.ADMINISTRATOR)
        if time_zone not in available_timezones():
            raise UnknownTimeZone(field="time_zone")
        described = BusinessDescribed(text(name, "name", at_most=NAME), kind, country_code(country), time_zone)
        return [] if self.evolve(described) == self else [described]

    def switch_four_eyes_off(self, why: str | None, *, by: Actor) -> list[Event]:
        by.require(Role.ADMINISTRATOR)
        return [FourEyesSwitchedOff(reason(why))] if self.four_eyes else []

    def switch_four_eyes_on(self, *, by: Actor) -> list[Event]:
        by.require(Role.ADMINISTRATOR)
        return [] if self.four_eyes else [FourEyesSwitchedOn()]

    def set_deadlines(self, grace_days: int, idle_days: int, *, by: Actor) -> list[Event]:
        by.require(Role.ADMINISTRATOR)
        if not 0 <= grace_days <= 30:  # noqa: PLR2004
            raise DaysOutOfRange(field="grace_days", at_least=0, at_most=30)
        if not 1 <= idle_days <= 365:  # noqa: PLR2004
            raise DaysOutOfRange(field="idle_days", at_least=1, at_most=365)
        set_to = DeadlinesSet(grace_days, idle_days)
        return [] if self.evolve(set_to) == self else [set_to]

    def set_charge_limit(self, currency: str, limit: Money | None, *, by: Actor) -> list[Event]:
        by.require(Role.ADMINISTRATOR)
        if limit is not None and limit.amount < 0:
            raise LimitBelowZero(field="limit")
        set_to = ChargeLimitSet(currency_code(currency), limit)
        return [] if self.evolve(set_to) == self else [set_to]

    def set_session_limits(self, idle_minutes: int, hours: int, *, by: Actor) -> list[Event]:
        by.require(Role.ADMINISTRATOR)
        for field, chosen, allowed in (("idle_minutes", idle_minutes, IDLE_MINUTES), ("hours", hours, SESSION_HOURS)):
            if chosen not in allowed:
                raise SessionOutOfRange(field=field, at_least=allowed.start, at_most=allowed.stop - 1)
        set_to = SessionLimitsSet(idle_minutes, hours)
        return [] if self.evolve(set_to) == self else [set_to]

    def require_second_factor(self, roles: Collection[Role], *, by: Actor) -> list[Event]:
        by.require(Role.ADMINISTRATOR)
        required = SecondFactorRequired(tuple(role for role in Role if role in roles))
        return [] if self.evolve(required) == self else [required]

    def requires_second_factor(self, roles: Collection[Role]) -> bool:
        """Of a user who has these."""
        return not set(self.second_factor_roles).isdisjoint(roles)

    def charge_limit(self, currency: str) -> Money | None:
        return next((one for one in self.charge_limits if one.currency == currency), None)

    def evolve(self, event: Event) -> Self:
        match event:
            case BusinessDescribed():
                return replace(self, name=event.name, kind=event.kind, country=event.country, time_zone=event.time_zone)
            case FourEyesSwitchedOff():
                return replace(self, four_eyes=False)
            case FourEyesSwitchedOn():
                return replace(self, four_eyes=True)
            case DeadlinesSet():
                return replace(self, grace_days=event.grace_days, idle_days=event.idle_days)
            case SessionLimitsSet():
                return replace(self, session_idle_minutes=event.idle_minutes, session_hours=event.hours)
            case SecondFactorRequired():
                return replace(self, second_factor_roles=event.roles)
            case ChargeLimitSet():
                others = [one for one in self.charge_limits if one.currency != event.currency]
                limits = others if event.limit is None else sorted([*others, event.limit], key=lambda one: one.currency)
                return replace(self, charge_limits=tuple(limits))
            case _:
                assert_never(event)
