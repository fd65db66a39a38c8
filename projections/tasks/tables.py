"""The tables of tasks. A row keeps who holds its client, so that a collector's own tasks are found by an index."""

from datetime import datetime
from typing import Annotated, NotRequired, TypedDict
from uuid import UUID

from sqlalchemy import Index, MetaData

from projections.client_copies import Copied, OfClient, mergings_table
from projections.erasure import ERASED_KEY, Personal, about
from projections.schema import Int32, PrimaryKey, table_of

metadata = MetaData()


class _Whose(TypedDict):
    task_id: PrimaryKey[UUID]
    client_id: NotRequired[UUID | None]
    holder: str  # of the client; empty where nobody is, or there is no client


class Details(TypedDict):
    assignee: str
    begins: datetime  # by the business's clocks; at midnight where any time will do
    timed: bool
    minutes: NotRequired[Int32 | None]
    kind: str
    title: Personal[str]
    title_key: Annotated[str, about("client_id", blank=ERASED_KEY)]
    notes: NotRequired[Personal[str | None]]
    address: NotRequired[Personal[str | None]]
    colour: str


class Task(_Whose, Details):
    state: str  # as the events say
    result: NotRequired[Personal[str | None]]
    case_file_id: NotRequired[UUID | None]
    copy_of: NotRequired[UUID | None]
    next_id: NotRequired[UUID | None]  # the next occurrence, once there is one
    repeats: NotRequired[str | None]  # by which rule, as JSON; none once the next occurrence has it
    version: Int32  # how often it was changed
    changed_at: datetime  # UTC


tasks = table_of(
    Task,
    "tasks",
    metadata,
    *(
        Index(f"tasks_{name}", *by, "begins", "task_id")
        for name, by in (
            ("all", ()),
            ("assignee", ("assignee",)),
            ("holder", ("holder",)),
            ("client", ("client_id",)),
            ("state", ("state",)),
        )
    ),
    Index("tasks_repeats", "repeats", "begins"),
    info={"kind": "task"},
)


class Client(OfClient, Copied):
    """As far as tasks need it."""


clients = table_of(
    Client,
    "task_clients",
    metadata,
    info={"kind": "client"},
)


class TaskOfClient(OfClient):
    task_id: PrimaryKey[UUID]


tasks_of = table_of(
    TaskOfClient,
    "tasks_of",
    metadata,
    info={"kind": "client"},
)
"""From a client to the tasks that copy its holder."""

mergings = mergings_table("task_mergings", metadata)
