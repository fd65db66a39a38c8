"""Tasks as they are shown: with how their client is reached."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date

from sqlalchemy import Connection

from api.http.dependencies import Service
from domain.people import Actor
from projections.clients.listing import phones_of, unconfirmed
from projections.desk.clients import CaseFileName, owed_by
from projections.tasks.lists import TaskLine, TasksOfDay


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownTask(TaskLine):
    """With its client's phones, the preferred one first, and the open case files on which that client owes.

    `unverified` are those of the phones that are as a file had them, and nobody has confirmed.
    """

    phones: list[str]
    unverified: list[str]
    case_files: list[CaseFileName]


_LINE = tuple(field.name for field in fields(TaskLine))


def with_reach(db: Connection, viewer: Actor, lines: Sequence[TaskLine]) -> list[ShownTask]:
    ids = {one.client_id for one in lines if one.client_id is not None}
    phones, files, doubted = phones_of(db, ids), owed_by(db, viewer, ids), unconfirmed(db, ids)

    def shown(line: TaskLine) -> ShownTask:
        reached = phones.get(line.client_id, []) if line.client_id else []
        return ShownTask(
            **{name: getattr(line, name) for name in _LINE},
            phones=reached,
            unverified=[one for one in reached if one in doubted],
            case_files=files.get(line.client_id, []) if line.client_id else [],
        )

    return [shown(one) for one in lines]


@dataclass(frozen=True, slots=True)
class DayOfTasks:
    day: date
    count: int
    items: list[ShownTask]


def reached_of_day(db: Connection, viewer: Actor, day: TasksOfDay) -> DayOfTasks:
    return DayOfTasks(day.day, day.count, with_reach(db, viewer, day.items))


def new_address(service: Service, name: str) -> str:
    """Raises `PublicUrlMissing`, before the address of before is dead."""
    begins = service.link("calendar/")
    token = service.credentials.issue_to_calendar(name, now=service.clock())
    return f"{begins}{token}.ics"
