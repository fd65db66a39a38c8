"""Tasks for a client: which of them waits to be done next.

One whose day has gone by untouched waits still, as a next action does: only marking or completing it ends that. So
which comes next does not depend on the day that asks, and can be sorted by.
"""

from typing import assert_never
from uuid import UUID

from domain import task
from domain.task import State
from projections.portfolios.project.accounts import settle_later
from projections.portfolios.tables import ClientOfTask, Task, clients_of_tasks, tasks
from projections.rows import Rows

WAITING = frozenset({State.OPEN, State.IN_PROGRESS})


def project(rows: Rows, task_id: UUID, event: task.Event) -> None:
    """Those of no client are in no portfolio."""
    if isinstance(event, task.TaskPlanned):
        if event.client_id is not None:
            rows.add(clients_of_tasks, ClientOfTask(task_id=task_id, client_id=event.client_id))
            rows.add(
                tasks,
                Task(
                    client_id=event.client_id,
                    task_id=task_id,
                    day=event.day,
                    kind=event.kind.value,
                    title=event.title,
                    waits=True,
                ),
            )
            settle_later(rows, event.client_id)
        return
    if (known := rows.all(clients_of_tasks, task_id).get(())) is None:
        return
    client_id: UUID = known["client_id"]
    rows.fetch([("client", client_id)])
    row = rows.all(tasks, client_id)[(task_id,)]
    match event:
        case task.TaskEdited():
            row["day"], row["kind"], row["title"] = event.day, event.kind.value, event.title
        case task.TaskStarted():
            row["waits"] = True
        case task.TaskCompleted() | task.TaskMarkedUnattended():
            row["waits"] = False
        case task.TaskReopened():
            row["waits"] = event.to in WAITING
        case _:
            assert_never(event)
    settle_later(rows, client_id)
