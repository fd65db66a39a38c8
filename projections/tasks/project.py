"""What events do to the rows of tasks."""

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any, assert_never
from uuid import UUID

import msgspec

from domain import task
from domain.client import ClientRegistered, restrictions
from domain.client.details import ClientCorrected
from domain.client.portfolio import ClientAssignedToCollector, ClientUnassigned
from domain.events import Recorded
from domain.task import State
from projections.projection import NOT_YET, Projection
from projections.rows import Row, Rows
from projections.sorting import sort_key
from projections.tasks.tables import clients, metadata, tasks, tasks_of


def touches(recorded: Recorded) -> Iterable[tuple[str, UUID]]:
    match recorded.event:
        case task.TaskPlanned(client_id=UUID() as client_id):
            return (("task", recorded.stream), ("client", client_id))
        case event if isinstance(event, task.Event):
            return (("task", recorded.stream),)
        case ClientRegistered() | ClientCorrected() | ClientAssignedToCollector() | ClientUnassigned():
            return (("client", recorded.stream),)
        case event if isinstance(event, restrictions.Event):
            return (("client", recorded.stream),)
        case _:
            return ()


def project(rows: Rows, recorded: Recorded) -> None:
    match recorded.event:
        case ClientRegistered() as event:
            rows.add(
                clients,
                recorded.stream,
                name=event.name,
                name_key=sort_key(event.name),
                holder="",
                held_since=NOT_YET,
                blocked=False,
            )
        case ClientCorrected(name=name):
            client = rows.one(clients, recorded.stream)
            client["name"], client["name_key"] = name, sort_key(name)
        case ClientAssignedToCollector() as event:
            _held(rows, recorded.stream, event.from_on, event.collector)
        case ClientUnassigned() as event:
            _held(rows, recorded.stream, event.from_on, "")
        case event if isinstance(event, restrictions.Event):
            _stands(rows.one(clients, recorded.stream), event)
        case event if isinstance(event, task.Event):
            _task(rows, recorded, event)
        case _:
            pass


def _held(rows: Rows, client_id: UUID, from_on: date, collector: str) -> None:
    """Assignments begin today or before, so whoever holds from the latest day holds now."""
    client = rows.one(clients, client_id)
    if from_on < client["held_since"]:
        return
    client["holder"], client["held_since"] = collector, from_on
    followers = [row["task_id"] for row in rows.all(tasks_of, client_id).values()]
    rows.fetch([("task", follower) for follower in followers])
    for follower in followers:
        rows.one(tasks, follower)["holder"] = collector


def _stands(client: Row, event: restrictions.Event) -> None:
    match event:
        case restrictions.ClientBlocked():
            client["blocked"] = True
        case restrictions.ClientUnblocked() | restrictions.ClientErased():
            client["blocked"] = False
        case restrictions.ClientMerged():
            client["merged_into"] = event.into
        case restrictions.ClientUnmerged():
            client["merged_into"] = None
        case _:
            pass


def _task(rows: Rows, recorded: Recorded, event: task.Event) -> None:
    changed: dict[str, Any]
    match event:
        case task.TaskPlanned():
            holder = rows.one(clients, event.client_id)["holder"] if event.client_id else ""
            rows.add(
                tasks,
                recorded.stream,
                client_id=event.client_id,
                holder=holder,
                state=State.OPEN.value,
                copy_of=event.copy_of,
                version=recorded.version,
                changed_at=recorded.recorded_at.replace(tzinfo=None),
                **_told(event),
            )
            if event.client_id:
                rows.add(tasks_of, event.client_id, task_id=recorded.stream)
            return
        case task.TaskEdited():
            changed = _told(event)
        case task.TaskStarted():
            changed = {"state": State.IN_PROGRESS.value}
        case task.TaskCompleted():
            changed = {
                "state": State.COMPLETED.value,
                "result": event.result,
                "case_file_id": event.case_file_id,
                **_gone_on(event),
            }
        case task.TaskMarkedUnattended():
            changed = {"state": State.UNATTENDED.value, **_gone_on(event)}
        case task.TaskReopened():
            changed = {"state": event.to.value, "result": None, "case_file_id": None}
        case _:
            assert_never(event)
    row = rows.one(tasks, recorded.stream)
    changed |= {"version": recorded.version, "changed_at": recorded.recorded_at.replace(tzinfo=None)}
    for name, value in changed.items():
        row[name] = value


def _gone_on(event: task.TaskCompleted | task.TaskMarkedUnattended) -> dict[str, Any]:
    return {} if event.next_id is None else {"next_id": event.next_id, "repeats": None}


def _told(event: task.TaskPlanned | task.TaskEdited) -> dict[str, Any]:
    return {
        "assignee": event.assignee,
        "begins": datetime.combine(event.day, event.starts_at or time()),
        "timed": event.starts_at is not None,
        "minutes": event.minutes,
        "kind": event.kind.value,
        "title": event.title,
        "title_key": sort_key(event.title),
        "notes": event.notes,
        "address": event.address,
        "colour": event.colour.value,
        "repeats": msgspec.json.encode(event.repeats).decode() if event.repeats else None,
    }


projection = Projection("tasks", 2, metadata, touches, project)
