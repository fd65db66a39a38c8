"""In whose portfolio a client is from which day on, and what is planned for days to come.

Who holds on a day follows from the holdings alone. A plan is none yet: on its day it becomes one, by an event.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import reduce
from typing import Self, assert_never
from uuid import UUID

from domain.days import check_day
from domain.errors import Conflict, NotFound
from domain.holdings import AssignmentNotYet, Holding, held_from, holder
from domain.personal import NAME, optional_text

# What can happen


@dataclass(frozen=True, slots=True)
class ClientAssignedToCollector:
    """From this day on the client, and what follows it, is in the collector's portfolio. `plan_id`: as was planned."""

    collector: str
    from_on: date
    plan_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class ClientUnassigned:
    """From this day on the client is in nobody's portfolio."""

    from_on: date
    plan_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class AssignmentPlanned:
    """To be assigned to this collector, or to nobody, once the day has come."""

    plan_id: UUID
    collector: str | None
    from_on: date


@dataclass(frozen=True, slots=True)
class AssignmentCancelled:
    plan_id: UUID


@dataclass(frozen=True, slots=True)
class AssignmentLapsed:
    """When its day came the collector did not work here any more, so the client stayed where it was."""

    plan_id: UUID


Event = ClientAssignedToCollector | ClientUnassigned | AssignmentPlanned | AssignmentCancelled | AssignmentLapsed


# What is refused


class PlanNotWaiting(Conflict):
    title = "This is not planned any more"


class ChangedSince(Conflict):
    title = "Somebody changed this since, so it is not undone"


class UndoneAlready(Conflict):
    title = "This was undone already"


# The portfolio


@dataclass(frozen=True)
class Portfolio:
    """`plans` are those that wait for their day, no two for the same one."""

    holdings: tuple[Holding, ...] = ()
    plans: tuple[AssignmentPlanned, ...] = ()

    def held_by(self, day: date) -> str | None:
        return holder(self.holdings, day)

    def assign(self, collector: str | None, from_on: date, *, plan_id: UUID | None, today: date) -> list[Event]:
        """To nobody where `collector` is None. Without a `plan_id` it can't be for a day to come."""
        check_day(from_on, "from")
        who = optional_text(collector, "collector", at_most=NAME)
        if from_on <= today:
            return [] if self.held_by(from_on) == who else [_assigned(who, from_on)]
        if plan_id is None:
            raise AssignmentNotYet(field="from", today=today)
        replaced = [AssignmentCancelled(plan.plan_id) for plan in self.plans if plan.from_on == from_on]
        planned = AssignmentPlanned(plan_id, who, from_on)
        return [] if self._expected(from_on) == who else [*replaced, planned]

    def _expected(self, day: date) -> str | None:
        """Who will hold then, if all goes as planned."""
        planned = [Holding(plan.from_on, plan.collector) for plan in self.plans]
        return holder(reduce(held_from, planned, self.holdings), day)

    def cancel(self, plan_id: UUID) -> list[Event]:
        if all(plan.plan_id != plan_id for plan in self.plans):
            raise PlanNotWaiting(plan_id=plan_id)
        return [AssignmentCancelled(plan_id)]

    def carry_out(self, plan: AssignmentPlanned, *, may_hold: bool) -> list[Event]:
        """`may_hold`: whether whom it was planned for still works here."""
        return [_assigned(plan.collector, plan.from_on, plan.plan_id) if may_hold else AssignmentLapsed(plan.plan_id)]

    def due(self, plan_id: UUID, today: date) -> AssignmentPlanned | None:
        """The plan, if it waits and its day has come."""
        return next((plan for plan in self.plans if plan.plan_id == plan_id and plan.from_on <= today), None)

    def evolve(self, event: Event) -> Self:
        match event:
            case ClientAssignedToCollector():
                return self._held(Holding(event.from_on, event.collector), event.plan_id)
            case ClientUnassigned():
                return self._held(Holding(event.from_on, None), event.plan_id)
            case AssignmentPlanned():
                return replace(self, plans=(*self.plans, event))
            case AssignmentCancelled() | AssignmentLapsed():
                return replace(self, plans=self._without(event.plan_id))
            case _:
                assert_never(event)

    def _held(self, new: Holding, plan_id: UUID | None) -> Self:
        return replace(self, holdings=held_from(self.holdings, new), plans=self._without(plan_id))

    def _without(self, plan_id: UUID | None) -> tuple[AssignmentPlanned, ...]:
        return tuple(plan for plan in self.plans if plan.plan_id != plan_id)


def undo(history: Sequence[tuple[UUID, Event]], command_id: UUID, *, today: date) -> list[Event]:
    """What takes back what one command did. `history` is all that befell the portfolio: each event and its command.

    Raises `NotFound` where that command did nothing here, `UndoneAlready` where that was done next, and `ChangedSince`
    where anything else was.
    """
    done = [place for place, (by, _) in enumerate(history) if by == command_id]
    if not done:
        raise NotFound(id=command_id)
    before = reduce(Portfolio.evolve, (event for _, event in history[: done[0]]), Portfolio())
    opposites = [_opposite(history[place][1], before, today) for place in reversed(done)]
    after = [event for _, event in history[done[-1] + 1 :]]
    if after:
        raise UndoneAlready if after[: len(opposites)] == opposites else ChangedSince
    return opposites


def _opposite(event: Event, before: Portfolio, today: date) -> Event:
    match event:
        case ClientAssignedToCollector() | ClientUnassigned():
            return _assigned(before.held_by(event.from_on), event.from_on)
        case AssignmentPlanned():
            return AssignmentCancelled(event.plan_id)
        case AssignmentCancelled() | AssignmentLapsed():
            plan = next(plan for plan in before.plans if plan.plan_id == event.plan_id)
            if plan.from_on <= today:  # its day has passed, and nobody would look for it any more
                raise ChangedSince
            return plan
        case _:
            assert_never(event)


def _assigned(collector: str | None, from_on: date, plan_id: UUID | None = None) -> Event:
    if collector is None:
        return ClientUnassigned(from_on, plan_id)
    return ClientAssignedToCollector(collector, from_on, plan_id)
