"""The tables of portfolios. Amounts are minor units of their row's currency; a day that has not come is `NEVER`.

A client's row copies what its portfolio is filtered and sorted by. What is marked as personal is about the client that
the row names: see `projections/erasure.py`.
"""

from sqlalchemy import BigInteger, Boolean, Column, Date, DateTime, Index, Integer, MetaData, String, Table, Uuid

from projections.client_copies import copied_columns, mergings_table
from projections.erasure import about
from projections.sorting import SORTED

metadata = MetaData()

DEBT = {"kind": "debt"}
"""A case file or an invoice."""

CLIENT = {"kind": "client"}
USER = {"kind": "user"}
TASK = {"kind": "task"}
PERSONAL = about("client_id")

MONEY_SORTS = {
    "outstanding": (),
    "collected": (),
    "outstanding_followed": ("collector",),
    "collected_followed": ("collector",),
}
"""What lists of clients are sorted by, beside whom they are asked for: everybody's, or those of one collector."""

clients = Table(
    "portfolio_clients",
    metadata,
    Column("client_id", Uuid, primary_key=True),
    Column("reference", SORTED, nullable=False),
    *copied_columns(),
    Column("is_listed", Boolean, nullable=False),  # apart, in its holder's portfolio or among those nobody holds
    Column("street", String, info=about("client_id", blank=None)),
    Column("postcode", String, info=about("client_id", blank=None)),
    Column("city", SORTED, nullable=False, info=about("client_id", blank="", nothing="")),  # empty where none is known
    Column("zone", SORTED, nullable=False, info=about("client_id", blank="", nothing="")),
    Column("is_creditor", Boolean, nullable=False),
    Column("activity", String, nullable=False),  # active, passive or new: see `Standing`
    Column("most_owed", BigInteger, nullable=False),  # in whichever currency that is, to sort by
    *(Column(f"most_{name}", BigInteger, nullable=False) for name in MONEY_SORTS),  # the same of `money`
    Column("last_action_on", Date, nullable=False),
    Column("next_action_on", Date, nullable=False),  # of the next action or task, whichever comes first
    Column("next_action", String, info=PERSONAL),
    Column("next_kind", String),  # action, or which kind of task
    Column("next_task_id", Uuid),
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

phones = Table(
    "portfolio_phones",
    metadata,
    Column("client_id", Uuid, primary_key=True),
    Column("contact_id", Uuid, primary_key=True),
    Column("position", BigInteger, nullable=False),  # of the event that told of it last
    Column("value", String, nullable=False, info=PERSONAL),
    Column("whose", String, info=PERSONAL),
    Column("preferred", Boolean, nullable=False),
    Column("usable", Boolean, nullable=False),  # neither wrong nor not to be called
    info=CLIENT,
)

case_files = Table(
    "portfolio_case_files",
    metadata,
    Column("client_id", Uuid, primary_key=True),  # the debtor
    Column("case_file_id", Uuid, primary_key=True),
    Column("currency", String, nullable=False),
    Column("own_collector", String),
    Column("collector", String, nullable=False),  # its own, else its debtor's
    Column("is_open", Boolean, nullable=False),
    Column("outstanding", BigInteger, nullable=False),
    Column("owed_again", Boolean, nullable=False),  # money went back since it was closed
    Column("owed", BigInteger, nullable=False),  # what is outstanding while it is open or owed again, never below zero
    Column("collected", BigInteger, nullable=False),
    Column("waiting", BigInteger, nullable=False),  # of what may yet be collected: no payment of it is decided on
    Column("last_action_on", Date, nullable=False),
    Column("next_action_on", Date, nullable=False),
    Column("next_action", String, info=PERSONAL),
    Index("portfolio_case_files_collector", "collector", "currency", "is_open", "owed", "collected", "waiting"),
    info=CLIENT,
)

invoices = Table(
    "portfolio_invoices",
    metadata,
    Column("client_id", Uuid, primary_key=True),
    Column("invoice_id", Uuid, primary_key=True),
    Column("currency", String, nullable=False),
    Column("outstanding", BigInteger, nullable=False),
    Column("collected", BigInteger, nullable=False),
    Column("waiting", BigInteger, nullable=False),
    Column("in_collection", Boolean, nullable=False),  # what is outstanding is so on its case file
    info=CLIENT,
)
"""Those that were issued, here or elsewhere: a client with an unpaid one is active."""

tasks = Table(
    "portfolio_tasks",
    metadata,
    Column("client_id", Uuid, primary_key=True),
    Column("task_id", Uuid, primary_key=True),
    Column("day", Date, nullable=False),
    Column("kind", String, nullable=False),
    Column("title", String, nullable=False, info=PERSONAL),
    Column("waits", Boolean, nullable=False),  # open or in progress
    info=CLIENT,
)

sums = Table(
    "portfolio_sums",
    metadata,
    Column("client_id", Uuid, primary_key=True),
    Column("currency", String, primary_key=True),
    Column("owed", BigInteger, nullable=False),
    Column("collected", BigInteger, nullable=False),
    Column("waiting", BigInteger, nullable=False),
    info=CLIENT,
)
"""What a client and those merged into it owe on the case files that its collector works, what was collected, and what
was received and waits for approval."""

money = Table(
    "portfolio_money",
    metadata,
    Column("client_id", Uuid, primary_key=True),
    Column("currency", String, primary_key=True),
    Column("followed", Boolean, primary_key=True),  # by the client's own collector; else on case files of others
    Column("outstanding", BigInteger, nullable=False),
    Column("collected", BigInteger, nullable=False),
    Column("waiting", BigInteger, nullable=False),
    info=CLIENT,
)
"""What is outstanding, was collected and waits for approval on all case files and invoices of a client and of those
merged into it: what is in collection counts on its case file alone."""

holdings = Table(
    "portfolio_holdings",
    metadata,
    Column("client_id", Uuid, primary_key=True),
    Column("from_on", Date, primary_key=True),
    Column("to_on", Date, nullable=False),  # held until before this day
    Column("collector", SORTED, nullable=False),  # empty where nobody held
    Column("actor", String, nullable=False),
    Column("recorded_at", DateTime, nullable=False),  # UTC
    Index("portfolio_holdings_collector", "collector", "from_on", "to_on", "client_id"),
    info=CLIENT,
)

assignments = Table(
    "portfolio_assignments",
    metadata,
    Column("client_id", Uuid, primary_key=True),
    Column("position", BigInteger, primary_key=True),
    Column("command_id", Uuid, nullable=False),
    Index("portfolio_assignments_command", "command_id", "client_id"),
    info=CLIENT,
)
"""Which clients a command assigned, planned or gave back: what one undo takes back."""

plans = Table(
    "portfolio_plans",
    metadata,
    Column("client_id", Uuid, primary_key=True),
    Column("plan_id", Uuid, primary_key=True),
    Column("collector", SORTED, nullable=False),  # empty: will be in nobody's portfolio
    Column("from_on", Date, nullable=False),
    Column("actor", String, nullable=False),
    Column("command_id", Uuid, nullable=False),
    Column("correlation_id", Uuid, nullable=False),
    Index("portfolio_plans_from", "from_on", "plan_id"),
    Index("portfolio_plans_command", "command_id"),
    info=CLIENT,
)
"""Those that wait for their day."""

debts = Table(
    "portfolio_debts",
    metadata,
    Column("debt_id", Uuid, primary_key=True),
    Column("client_id", Uuid, nullable=False),  # the debtor, or who is invoiced
    info=DEBT,
)

clients_of_tasks = Table(
    "portfolio_clients_of_tasks",
    metadata,
    Column("task_id", Uuid, primary_key=True),
    Column("client_id", Uuid, nullable=False),
    info=TASK,
)

payments = Table(
    "portfolio_payments",
    metadata,
    Column("debt_id", Uuid, primary_key=True),
    Column("payment_id", Uuid, primary_key=True),  # or the transfer's, where money was moved between invoices
    Column("amount", BigInteger, nullable=False),
    Column("counted", Boolean, nullable=False),  # approved or moved, and neither undone nor returned since
    Column("waits", Boolean, nullable=False),  # for a decision
    info=DEBT,
)

case_file_holdings = Table(
    "portfolio_case_file_holdings",
    metadata,
    Column("case_file_id", Uuid, primary_key=True),
    Column("from_on", Date, primary_key=True),
    Column("collector", String),
    info=DEBT,
)

users = Table(
    "portfolio_users",
    metadata,
    Column("user_id", Uuid, primary_key=True),
    Column("name", SORTED, nullable=False),
    Column("enabled", Boolean, nullable=False),
    Index("portfolio_users_name", "name"),
    info=USER,
)

substitutions = Table(
    "portfolio_substitutions",
    metadata,
    Column("user_id", Uuid, primary_key=True),  # of the substitute
    Column("number", Integer, primary_key=True),
    Column("substitution_id", Uuid, nullable=False),
    Column("substitute", SORTED, nullable=False),
    Column("collector", SORTED, nullable=False),
    Column("from_on", Date, nullable=False),
    Column("until_on", Date, nullable=False),  # the last day; before the first where it never began
    Index("portfolio_substitutions_until", "until_on", "from_on"),
    info=USER,
)
