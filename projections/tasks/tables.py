"""The tables of tasks. A row keeps who holds its client, so that a collector's own tasks are found by an index."""

from sqlalchemy import Boolean, Column, DateTime, Index, Integer, MetaData, String, Table, Uuid

from projections.client_copies import copied_columns, mergings_table
from projections.erasure import ERASED_KEY, about

metadata = MetaData()

tasks = Table(
    "tasks",
    metadata,
    Column("task_id", Uuid, primary_key=True),
    Column("client_id", Uuid),
    Column("holder", String, nullable=False),  # of the client; empty where nobody is, or there is no client
    Column("assignee", String, nullable=False),
    Column("begins", DateTime, nullable=False),  # by the business's clocks; at midnight where any time will do
    Column("timed", Boolean, nullable=False),
    Column("minutes", Integer),
    Column("kind", String, nullable=False),
    Column("title", String, nullable=False, info=about("client_id")),
    Column("title_key", String, nullable=False, info=about("client_id", blank=ERASED_KEY)),
    Column("notes", String, info=about("client_id")),
    Column("address", String, info=about("client_id")),
    Column("colour", String, nullable=False),
    Column("state", String, nullable=False),  # as the events say
    Column("result", String, info=about("client_id")),
    Column("case_file_id", Uuid),
    Column("copy_of", Uuid),
    Column("next_id", Uuid),  # the next occurrence, once there is one
    Column("repeats", String),  # by which rule, as JSON; none once the next occurrence has it
    Column("version", Integer, nullable=False),  # how often it was changed
    Column("changed_at", DateTime, nullable=False),  # UTC
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

clients = Table(
    "task_clients",
    metadata,
    Column("client_id", Uuid, primary_key=True),
    *copied_columns(),
    info={"kind": "client"},
)

tasks_of = Table(
    "tasks_of",
    metadata,
    Column("client_id", Uuid, primary_key=True),
    Column("task_id", Uuid, primary_key=True),
    info={"kind": "client"},
)
"""From a client to the tasks that copy its holder."""

mergings = mergings_table("task_mergings", metadata)
