"""The tables of portfolios. Amounts are minor units of their row's currency; a day that has not come is `NEVER`.

A client's row copies what its portfolio is filtered and sorted by. What is marked as personal is about the client that
the row names: see `projections/erasure.py`.
"""

from datetime import date, datetime
from typing import Annotated, NotRequired, TypedDict
from uuid import UUID

from sqlalchemy import Index, MetaData

from projections.client_copies import Copied, OfClient, mergings_table
from projections.erasure import Cleared, Personal, about
from projections.schema import Int32, PrimaryKey, table_of
from projections.sorting import Sorted

metadata = MetaData()

DEBT = {"kind": "debt"}
"""A case file or an invoice."""

CLIENT = {"kind": "client"}
USER = {"kind": "user"}
TASK = {"kind": "task"}

MONEY_SORTS = {
    "outstanding": (),
    "collected": (),
    "outstanding_followed": ("collector",),
    "collected_followed": ("collector",),
}
"""What lists of clients are sorted by, beside whom they are asked for: everybody's, or those of one collector."""


class _Referenced(OfClient):
    reference: Sorted  # its `own_reference`


class _Listed(TypedDict):
    is_listed: bool  # apart, in its holder's portfolio or among those nobody holds


class Located(TypedDict):
    street: NotRequired[Cleared[str | None]]
    postcode: NotRequired[Cleared[str | None]]
    city: Annotated[Sorted, about("client_id", blank="", nothing="")]  # empty where none is known
    zone: Annotated[Sorted, about("client_id", blank="", nothing="")]


class Client(_Referenced, Copied, _Listed, Located):
    is_creditor: bool
    activity: str  # active, passive or new: see `Standing`
    most_owed: int  # in whichever currency that is, to sort by…
    most_outstanding: int  # …and the same of `money`
    most_collected: int
    most_outstanding_followed: int
    most_collected_followed: int
    last_action_on: date
    next_action_on: date  # of the next action or task, whichever comes first
    next_action: NotRequired[Personal[str | None]]
    next_kind: NotRequired[str | None]  # action, or which kind of task
    next_task_id: NotRequired[UUID | None]


clients = table_of(
    Client,
    "portfolio_clients",
    metadata,
    *(
        Index(f"portfolio_clients_{name}", "collector", "is_listed", *columns, "client_id")
        for name, columns in {
            "name": ("name_key",),
            "zone": ("zone", "name_key"),
            "city": ("city", "name_key"),
            "activity": ("activity", "name_key"),
            "owed": ("most_owed",),
            "last": ("last_action_on",),
            "next": ("next_action_on",),
        }.items()
    ),
    *(Index(f"portfolio_clients_most_{name}", *by, f"most_{name}", "client_id") for name, by in MONEY_SORTS.items()),
    info=CLIENT,
)

mergings = mergings_table("portfolio_mergings", metadata)


class Phone(OfClient):
    contact_id: PrimaryKey[UUID]
    position: int  # of the event that told of it last
    value: Personal[str]
    whose: NotRequired[Personal[str | None]]
    preferred: bool
    usable: bool  # neither wrong nor not to be called


phones = table_of(
    Phone,
    "portfolio_phones",
    metadata,
    info=CLIENT,
)


class CaseFile(TypedDict):
    client_id: PrimaryKey[UUID]  # the debtor
    case_file_id: PrimaryKey[UUID]
    currency: str
    own_collector: NotRequired[str | None]
    collector: str  # its own, else its debtor's
    is_open: bool
    outstanding: int
    owed_again: bool  # money went back since it was closed
    owed: int  # what is outstanding while it is open or owed again, never below zero
    collected: int
    waiting: int  # of what may yet be collected: no payment of it is decided on
    last_action_on: date
    next_action_on: date
    next_action: NotRequired[Personal[str | None]]


case_files = table_of(
    CaseFile,
    "portfolio_case_files",
    metadata,
    Index("portfolio_case_files_collector", "collector", "currency", "is_open", "owed", "collected", "waiting"),
    info=CLIENT,
)


class Invoice(OfClient):
    invoice_id: PrimaryKey[UUID]
    currency: str
    outstanding: int
    collected: int
    waiting: int
    in_collection: bool  # what is outstanding is so on its case file


invoices = table_of(
    Invoice,
    "portfolio_invoices",
    metadata,
    info=CLIENT,
)
"""Those that were issued, here or elsewhere: a client with an unpaid one is active."""


class Task(OfClient):
    task_id: PrimaryKey[UUID]
    day: date
    kind: str
    title: Personal[str]
    waits: bool  # open or in progress


tasks = table_of(
    Task,
    "portfolio_tasks",
    metadata,
    info=CLIENT,
)


class Sums(OfClient):
    currency: PrimaryKey[str]
    owed: int
    collected: int
    waiting: int


sums = table_of(
    Sums,
    "portfolio_sums",
    metadata,
    info=CLIENT,
)
"""What a client and those merged into it owe on the case files that its collector works, what was collected, and what
was received and waits for approval."""


class Amounts(OfClient):
    currency: PrimaryKey[str]
    followed: PrimaryKey[bool]  # by the client's own collector; else on case files of others
    outstanding: int
    collected: int
    waiting: int


money = table_of(
    Amounts,
    "portfolio_money",
    metadata,
    info=CLIENT,
)
"""What is outstanding, was collected and waits for approval on all case files and invoices of a client and of those
merged into it: what is in collection counts on its case file alone."""


class Holding(OfClient):
    from_on: PrimaryKey[date]
    to_on: date  # held until before this day
    collector: Sorted  # empty where nobody held
    actor: str
    recorded_at: datetime  # UTC


holdings = table_of(
    Holding,
    "portfolio_holdings",
    metadata,
    Index("portfolio_holdings_collector", "collector", "from_on", "to_on", "client_id"),
    info=CLIENT,
)


class Assignment(OfClient):
    position: PrimaryKey[int]
    command_id: UUID


assignments = table_of(
    Assignment,
    "portfolio_assignments",
    metadata,
    Index("portfolio_assignments_command", "command_id", "client_id"),
    info=CLIENT,
)
"""Which clients a command assigned, planned or gave back: what one undo takes back."""


class Plan(OfClient):
    plan_id: PrimaryKey[UUID]
    collector: Sorted  # empty: will be in nobody's portfolio
    from_on: date
    actor: str
    command_id: UUID
    correlation_id: UUID


plans = table_of(
    Plan,
    "portfolio_plans",
    metadata,
    Index("portfolio_plans_from", "from_on", "plan_id"),
    Index("portfolio_plans_command", "command_id"),
    info=CLIENT,
)
"""Those that wait for their day."""


class Debt(TypedDict):
    debt_id: PrimaryKey[UUID]
    client_id: UUID  # the debtor, or who is invoiced


debts = table_of(
    Debt,
    "portfolio_debts",
    metadata,
    info=DEBT,
)


class ClientOfTask(TypedDict):
    task_id: PrimaryKey[UUID]
    client_id: UUID


clients_of_tasks = table_of(
    ClientOfTask,
    "portfolio_clients_of_tasks",
    metadata,
    info=TASK,
)


class Payment(TypedDict):
    debt_id: PrimaryKey[UUID]
    payment_id: PrimaryKey[UUID]  # or the transfer's, where money was moved between invoices
    amount: int
    counted: bool  # approved or moved, and neither undone nor returned since
    waits: bool  # for a decision


payments = table_of(
    Payment,
    "portfolio_payments",
    metadata,
    info=DEBT,
)


class CaseFileHolding(TypedDict):
    case_file_id: PrimaryKey[UUID]
    from_on: PrimaryKey[date]
    collector: NotRequired[str | None]


case_file_holdings = table_of(
    CaseFileHolding,
    "portfolio_case_file_holdings",
    metadata,
    info=DEBT,
)


class User(TypedDict):
    user_id: PrimaryKey[UUID]
    name: Sorted
    enabled: bool


users = table_of(
    User,
    "portfolio_users",
    metadata,
    Index("portfolio_users_name", "name"),
    info=USER,
)


class Substitution(TypedDict):
    user_id: PrimaryKey[UUID]  # of the substitute
    number: PrimaryKey[Int32]
    substitution_id: UUID
    substitute: Sorted
    collector: Sorted
    from_on: date
    until_on: date  # the last day; before the first where it never began


substitutions = table_of(
    Substitution,
    "portfolio_substitutions",
    metadata,
    Index("portfolio_substitutions_until", "until_on", "from_on"),
    info=USER,
)
