"""A task: a call, a meeting or anything else that somebody is to do on a day, for a client or for nobody in particular.

What is said in a task is about its client. A task without a client is about whoever it was first given to: `subject`
tells, for both, with whose key its texts are kept.
"""

from dataclasses import dataclass, replace
from datetime import date, time
from enum import StrEnum
from typing import Annotated, Self, assert_never
from uuid import UUID
from zoneinfo import ZoneInfo

from domain.days import check_day, exists
from domain.errors import Conflict, Invalid
from domain.people import WORKS, Actor, user_id
from domain.personal import NAME, About, Personal, optional_long_text, optional_text, text
from domain.repeating import Repeats


class Kind(StrEnum):
    TASK = "task"
    CALL = "call"
    VISIT = "visit"
    MEETING = "meeting"


class Colour(StrEnum):
    """Each has a light and a dark tone that can be told from what is behind it: see `recobro.css`."""

    BLUE = "blue"
    GREEN = "green"
    AMBER = "amber"
    RED = "red"
    VIOLET = "violet"
    GREY = "grey"


class State(StrEnum):
    """In the order in which tasks are listed."""

    IN_PROGRESS = "in_progress"
    OPEN = "open"
    UNATTENDED = "unattended"
    COMPLETED = "completed"


# What can happen


@dataclass(frozen=True, slots=True)
class TaskPlanned:
    """`starts_at` is by the business's clocks, none where any time of the day will do; `minutes` is how long it takes.

    `copy_of` is the task that this one repeats on another day; by its rule where this one `repeats` in turn.
    """

    client_id: UUID | None
    kind: Kind
    title: Personal
    assignee: str
    day: date
    starts_at: time | None = None
    minutes: int | None = None
    notes: Annotated[str | None, About()] = None
    address: Annotated[str | None, About()] = None
    colour: Colour = Colour.BLUE
    copy_of: UUID | None = None
    repeats: Repeats | None = None


@dataclass(frozen=True, slots=True)
class TaskEdited:
    """All that a person says of the task, as it is from now on."""

    kind: Kind
    title: Personal
    assignee: str
    day: date
    starts_at: time | None = None
    minutes: int | None = None
    notes: Annotated[str | None, About()] = None
    address: Annotated[str | None, About()] = None
    colour: Colour = Colour.BLUE
    repeats: Repeats | None = None


@dataclass(frozen=True, slots=True)
class TaskStarted:
    pass


@dataclass(frozen=True, slots=True)
class TaskCompleted:
    """`result` is what came of it. Where that was logged on a case file, `action_id` is which action of it.

    `next_id` is the task's next occurrence, planned at the same time: from then on that one has the rule.
    """

    result: Annotated[str | None, About()] = None
    case_file_id: UUID | None = None
    action_id: UUID | None = None
    next_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class TaskMarkedUnattended:
    next_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class TaskReopened:
    """The last step is taken back, so that it is in this state again."""

    to: State


Event = TaskPlanned | TaskEdited | TaskStarted | TaskCompleted | TaskMarkedUnattended | TaskReopened


# What is refused


class TaskExists(Conflict):
    title = "This task is planned already"


class TaskInThatState(Conflict):
    title = "The task is in progress, unattended or completed already"


class TaskIsCompleted(Conflict):
    title = "The task is completed: reopen it first"


class TaskMovedOn(Conflict):
    title = "Somebody has moved this task on in the meantime"


class NothingToTakeBack(Conflict):
    title = "The task is open already"


class LengthNotAllowed(Invalid):
    title = "A task takes 1 to 1,440 minutes"


class LengthWithoutTime(Invalid):
    title = "How long it takes goes with the time at which it begins"


class TimeNotAllowed(Invalid):
    title = "A time of day is hours and minutes"


class TimeDoesNotExist(Invalid):
    title = "The clocks are put forward that day: there is no such time"


# The task

LONGEST = 24 * 60


@dataclass(frozen=True, slots=True)
class Details:
    """What a person says of a task; see `TaskPlanned`."""

    kind: Kind
    title: str
    assignee: str
    day: date
    starts_at: time | None = None
    minutes: int | None = None
    notes: str | None = None
    address: str | None = None
    colour: Colour = Colour.BLUE
    repeats: Repeats | None = None

    @property
    def begins(self) -> date:
        """What repeats on weekdays begins on the first of them."""
        return self.repeats.first(self.day) if self.repeats else self.day


NOTHING = Details(Kind.TASK, "", "", date.min)


@dataclass(frozen=True)
class Task:
    """`before` is the state that reopening goes back to."""

    subject: UUID | None = None
    client_id: UUID | None = None
    details: Details = NOTHING
    state: State = State.OPEN
    before: State = State.OPEN

    def plan(
        self,
        new: Details,
        *,
        client_id: UUID | None,
        copy_of: UUID | None = None,
        zone: ZoneInfo | None,
        today: date,
        by: Actor,
    ) -> list[Event]:
        """In what `zone` the time must exist: none where it follows from a rule, which keeps its time."""
        _check_works(by)
        if self.subject is not None:
            raise TaskExists(field="id")
        check_day(new.day, "day", at_least=today)
        details = _checked(replace(new, day=new.begins), not_before=today, zone=zone)
        return [
            TaskPlanned(
                client_id=client_id,
                kind=details.kind,
                title=details.title,
                assignee=details.assignee,
                day=details.day,
                starts_at=details.starts_at,
                minutes=details.minutes,
                notes=details.notes,
                address=details.address,
                colour=details.colour,
                copy_of=copy_of,
                repeats=details.repeats,
            )
        ]

    def edit(self, new: Details, *, zone: ZoneInfo, today: date, by: Actor) -> list[Event]:
        """A task that nobody attended waits again once it is moved to another day."""
        _check_works(by)
        if self.state is State.COMPLETED:
            raise TaskIsCompleted
        moved = new.day != self.details.day
        details = _checked(new, not_before=today if moved else self.details.day, zone=zone)
        if details == self.details:
            return []
        edited = TaskEdited(
            kind=details.kind,
            title=details.title,
            assignee=details.assignee,
            day=details.day,
            starts_at=details.starts_at,
            minutes=details.minutes,
            notes=details.notes,
            address=details.address,
            colour=details.colour,
            repeats=details.repeats,
        )
        return [edited, TaskReopened(State.OPEN)] if moved and self.state is State.UNATTENDED else [edited]

    def start(self, *, by: Actor) -> list[Event]:
        _check_works(by)
        if self.state in {State.IN_PROGRESS, State.COMPLETED}:
            raise TaskInThatState(state=self.state)
        return [TaskStarted()]

    def next(self, today: date) -> Details | None:
        """Its next occurrence, today or later; None where it does not come again. Those that were missed are over.

        A time that its day does not have, as the clocks are put forward, is later by as much (RFC 5545, 3.3.5).
        """
        rule = self.details.repeats
        if rule is None:
            return None
        for day, left in rule.following(self.details.day):
            if day >= today:
                return replace(self.details, day=day, repeats=left)
        return None

    def complete(
        self,
        result: str | None = None,
        *,
        logged: tuple[UUID, UUID] | None = None,
        next_id: UUID | None = None,
        by: Actor,
    ) -> list[Event]:
        """`logged` is the case file, and the action on it, that tells what came of this task."""
        _check_works(by)
        if self.state is State.COMPLETED:
            raise TaskInThatState(state=self.state)
        case_file_id, action_id = logged or (None, None)
        return [TaskCompleted(optional_long_text(result, "result"), case_file_id, action_id, next_id)]

    def mark_unattended(self, *, next_id: UUID | None = None, by: Actor) -> list[Event]:
        _check_works(by)
        if self.state in {State.UNATTENDED, State.COMPLETED}:
            raise TaskInThatState(state=self.state)
        return [TaskMarkedUnattended(next_id)]

    def reopen(self, *, seen: State | None = None, by: Actor) -> list[Event]:
        """Take back the last step. `seen` is the state that whoever asks knows of, so that no other step is undone."""
        _check_works(by)
        if seen is not None and seen is not self.state:
            raise TaskMovedOn(state=self.state)
        if self.state is State.OPEN:
            raise NothingToTakeBack
        return [TaskReopened(self.before)]

    def evolve(self, event: Event) -> Self:
        match event:
            case TaskPlanned():
                subject = event.client_id or user_id(event.assignee)
                return replace(self, subject=subject, client_id=event.client_id, details=_details(event))
            case TaskEdited():
                return replace(self, details=_details(event))
            case TaskStarted():
                return replace(self, state=State.IN_PROGRESS, before=self.state)
            case TaskCompleted():
                return replace(self._gone_on(event.next_id), state=State.COMPLETED, before=self.state)
            case TaskMarkedUnattended():
                return replace(self._gone_on(event.next_id), state=State.UNATTENDED, before=self.state)
            case TaskReopened():
                return replace(self, state=event.to, before=State.OPEN)
            case _:
                assert_never(event)

    def _gone_on(self, next_id: UUID | None) -> Self:
        """The next occurrence has the rule, so that taking this step back does not make two series of one."""
        return self if next_id is None else replace(self, details=replace(self.details, repeats=None))


def _check_works(by: Actor) -> None:
    by.require(*WORKS)


def _checked(new: Details, *, not_before: date, zone: ZoneInfo | None) -> Details:
    check_day(new.day, "day", at_least=not_before)
    if new.starts_at is not None and new.starts_at != time(new.starts_at.hour, new.starts_at.minute):
        raise TimeNotAllowed(field="starts_at")
    if zone is not None and new.starts_at is not None and not exists(new.day, new.starts_at, zone):
        raise TimeDoesNotExist(field="starts_at")
    if new.minutes is not None and new.starts_at is None:
        raise LengthWithoutTime(field="minutes")
    if new.minutes is not None and not 1 <= new.minutes <= LONGEST:
        raise LengthNotAllowed(field="minutes", at_least=1, at_most=LONGEST)
    return replace(
        new,
        title=text(new.title, "title", at_most=NAME),
        assignee=text(new.assignee, "assignee", at_most=NAME),
        notes=optional_long_text(new.notes, "notes"),
        address=optional_text(new.address, "address"),
        repeats=new.repeats.beginning(new.day) if new.repeats else None,
    )


def _details(event: TaskPlanned | TaskEdited) -> Details:
    return Details(
        kind=event.kind,
        title=event.title,
        assignee=event.assignee,
        day=event.day,
        starts_at=event.starts_at,
        minutes=event.minutes,
        notes=event.notes,
        address=event.address,
        colour=event.colour,
        repeats=event.repeats,
    )
