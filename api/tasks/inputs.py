"""What people and programs tell of a task."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from api.http.shapes import WHOLE, Body, ClockTime, Day, Line, Name, Note
from application.tasks import Logged
from domain.case_file.activity import Channel, Direction, NewAction, Outcome
from domain.days import check_day
from domain.repeating import MOST, Frequency, Repeats, Weekday
from domain.task import LONGEST, Colour, Details, Kind, State

Minutes = Annotated[int, Field(strict=True, ge=1, le=LONGEST), WHOLE]


Times = Annotated[int, Field(strict=True, ge=1, le=MOST), WHOLE]


class RepeatsBody(Body):
    """As an RRULE of RFC 5545: ends after so many times (`count`), on a day (`until`), or not.

    A weekly one comes again on its `weekdays`, or on the task's own where there are none; a monthly one on the task's
    day of the month.
    """

    every: Frequency
    interval: Times = 1
    weekdays: Annotated[Sequence[Weekday], Field(max_length=7)] = ()
    until: Day | None = None
    count: Times | None = None

    def repeats(self) -> Repeats:
        if self.until is not None:
            check_day(self.until, "repeats")
        return Repeats(self.every, self.interval, tuple(self.weekdays), until=self.until, count=self.count)


class TaskBody(Body):
    """`starts_at` is by the business's clocks; without it, any time of the day. Without an assignee it is one's own.

    Once a task that `repeats` is completed or marked as unattended, its next occurrence is a task of its own.
    """

    kind: Kind = Kind.TASK
    title: Name
    assignee: Name | None = None
    day: Day
    starts_at: ClockTime | None = None
    minutes: Minutes | None = None
    notes: Note | None = None
    address: Line | None = None
    colour: Colour = Colour.BLUE
    repeats: RepeatsBody | None = None

    def details(self, own: str) -> Details:
        return Details(
            kind=self.kind,
            title=self.title,
            assignee=self.assignee or own,
            day=self.day,
            starts_at=self.starts_at,
            minutes=self.minutes,
            notes=self.notes,
            address=self.address,
            colour=self.colour,
            repeats=self.repeats.repeats() if self.repeats else None,
        )


class NewTask(TaskBody):
    """Without an address it is the client's; an empty one is none."""

    client_id: UUID | None = None


class ActionBody(Body):
    """The action that is logged on a case file of the client; the task's result is its note."""

    case_file_id: UUID
    channel: Channel
    direction: Direction = Direction.OUTGOING
    outcome: Outcome
    next_action: Line | None = None
    next_action_on: Day | None = None


class Completion(Body):
    result: Note | None = None
    action: ActionBody | None = None

    def logged(self, action_id: UUID, today: date, *, keeps_next_action: bool = False) -> Logged | None:
        given = self.action
        if given is None:
            return None
        action = NewAction(
            today,
            given.channel,
            given.direction,
            given.outcome,
            note=self.result,
            next_action=given.next_action,
            next_action_on=given.next_action_on,
            keeps_next_action=keeps_next_action,
        )
        return Logged(given.case_file_id, action_id, action)


class Reopening(Body):
    """`seen` is the state whose step is taken back: refused where it is another by then."""

    seen: State | None = None


class Copy(Body):
    day: Day
