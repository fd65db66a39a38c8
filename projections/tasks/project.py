"""What events do to the rows of tasks."""

from collections.abc import Iterable
from datetime import datetime, time
from typing import Any, assert_never
from uuid import UUID

import msgspec

from domain import task
from domain.client import ClientRegistered
from domain.events import Recorded
from domain.task import State
from projections.client_copies import Change, ClientCopies, copied
from projections.projection import Projection
from projections.rows import Row, Rows
from projections.sorting import sort_key
from projections.tasks.tables import Client, Details, Task, TaskOfClient, clients, mergings, metadata, tasks, tasks_of


def touches(recorded: Recorded) -> Iterable[tuple[str, UUID]]:
    match recorded.event:
        case task.TaskPlanned(client_id=UUID() as client_id):
            return (("task", recorded.stream), ("client", client_id))
        case event if isinstance(event, task.Event):
            return (("task", recorded.stream),)
        case event if isinstance(event, ClientRegistered | Change):
            return (("client", recorded.stream),)
        case _:
            return ()


def project(rows: Rows, recorded: Recorded) -> None:
    match recorded.event:
        case ClientRegistered() as event:
            known = copied(recorded.stream, event)
            rows.add(clients, Client(client_id=recorded.stream, **known))
        case event if isinstance(event, Change):
            copies.project(rows, recorded.stream, event)
        case event if isinstance(event, task.Event):
            _task(rows, recorded, event)
        case _:
            pass


def _passed_on(rows: Rows, client: Row, _: str) -> None:
    followers = [row["task_id"] for row in rows.all(tasks_of, client["client_id"]).values()]
    rows.fetch([("task", follower) for follower in followers])
    for follower in followers:
        rows.one(tasks, follower)["holder"] = client["collector"]


def _task(rows: Rows, recorded: Recorded, event: task.Event) -> None:
    changed: dict[str, Any]
    match event:
        case task.TaskPlanned():
            holder = rows.one(clients, event.client_id)["collector"] if event.client_id else ""
            rows.add(
                tasks,
                Task(
                    task_id=recorded.stream,
                    client_id=event.client_id,
                    holder=holder,
                    state=State.OPEN.value,
                    result=None,
                    case_file_id=None,
                    next_id=None,
                    copy_of=event.copy_of,
                    version=recorded.version,
                    changed_at=recorded.recorded_at.replace(tzinfo=None),
                    repeats=_rule(event),
                    **_details(event),
                ),
            )
            if event.client_id:
                rows.add(tasks_of, TaskOfClient(client_id=event.client_id, task_id=recorded.stream))
            return
        case task.TaskEdited():
            changed = {**_details(event), "repeats": _rule(event)}
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
    changed |= {"version": recorded.version, "changed_at": recorded.recorded_at.replace(tzinfo=None)}
    rows.one(tasks, recorded.stream).change(changed)


def _gone_on(event: task.TaskCompleted | task.TaskMarkedUnattended) -> dict[str, Any]:
    return {} if event.next_id is None else {"next_id": event.next_id, "repeats": None}


def _details(event: task.TaskPlanned | task.TaskEdited) -> Details:
    return Details(
        assignee=event.assignee,
        begins=datetime.combine(event.day, event.starts_at or time()),
        timed=event.starts_at is not None,
        minutes=event.minutes,
        kind=event.kind.value,
        title=event.title,
        title_key=sort_key(event.title),
        notes=event.notes,
        address=event.address,
        colour=event.colour.value,
    )


def _rule(event: task.TaskPlanned | task.TaskEdited) -> str | None:
    return msgspec.json.encode(event.repeats).decode() if event.repeats else None


copies = ClientCopies(clients, mergings, _passed_on)

projection = Projection("tasks", 3, metadata, touches, project)
