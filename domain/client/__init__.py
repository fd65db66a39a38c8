"""A client: a person or company with an account here, whose portfolio it is in and since when."""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Annotated, Self, assert_never

from domain.days import check_day
from domain.errors import Conflict
from domain.holdings import AssignmentNotYet, Holding, held_from, holder
from domain.people import Actor, Role
from domain.personal import NAME, About, Personal, optional_text, text


class Kind(StrEnum):
    PERSON = "person"
    COMPANY = "company"


# What can happen


@dataclass(frozen=True, slots=True)
class ClientRegistered:
    reference: str
    name: Personal
    kind: Kind | None = None
    zone: Annotated[str | None, About()] = None


@dataclass(frozen=True, slots=True)
class ClientAssignedToCollector:
    """From this day on the client, and what follows it, is in the collector's portfolio."""

    collector: str
    from_on: date


Event = ClientRegistered | ClientAssignedToCollector


# What is refused


class ClientExists(Conflict):
    title = "This client is registered already"


# The client


@dataclass(frozen=True)
class Client:
    registered: bool = False
    holdings: tuple[Holding, ...] = ()

    def register(
        self, reference: str, name: str, *, kind: Kind | None = None, zone: str | None = None, today: date, by: Actor
    ) -> list[Event]:
        """Whoever registers a client as a collector holds it."""
        by.require(Role.COLLECTOR, Role.SUPERVISOR, Role.ADMINISTRATOR)
        if self.registered:
            raise ClientExists(field="id")
        registered = ClientRegistered(
            text(reference, "reference", at_most=NAME),
            text(name, "name", at_most=NAME),
            kind,
            optional_text(zone, "zone", at_most=NAME),
        )
        if Role.COLLECTOR in by.roles and by.roles.isdisjoint({Role.SUPERVISOR, Role.ADMINISTRATOR}):
            return [registered, ClientAssignedToCollector(by.name, today)]
        return [registered]

    def assign_to_collector(self, collector: str, from_on: date, *, today: date, by: Actor) -> list[Event]:
        by.require(Role.SUPERVISOR, Role.ADMINISTRATOR)
        check_day(from_on, "from")
        if from_on > today:
            raise AssignmentNotYet(field="from", today=today)
        assigned = ClientAssignedToCollector(text(collector, "collector", at_most=NAME), from_on)
        return [] if self.evolve(assigned) == self else [assigned]

    def held_by(self, day: date) -> str | None:
        return holder(self.holdings, day)

    def evolve(self, event: Event) -> Self:
        match event:
            case ClientRegistered():
                return replace(self, registered=True)
            case ClientAssignedToCollector():
                return replace(self, holdings=held_from(self.holdings, Holding(event.from_on, event.collector)))
            case _:
                assert_never(event)
