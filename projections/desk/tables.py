"""The desk's tables. Amounts are minor units of the case file's currency, or the invoice's; a day not come is `NEVER`.

What depends on the day asked for (kept, broken, overdue) is not here: only the days from which a query settles it.
"""

from uuid import UUID

from sqlalchemy import BigInteger, Boolean, Column, Date, DateTime, Index, Integer, MetaData, String, Table, Uuid

from projections.client_copies import copied_columns, mergings_table
from projections.erasure import ERASED_KEY, about, rows_about
from projections.projection import NEVER
from projections.refunding import RefundsOf, refunds_table
from projections.sorting import SORTED

metadata = MetaData()

OWED = {"kind": "owed"}
"""A case file or an invoice: both take payments, whose events do not say on which of the two."""

CLIENT = {"kind": "client"}
COUNTER = {"kind": "counter"}

CLIENTS = UUID("3d7e1f0a-9b5c-4e6d-8f21-6a0c5b7d9e01")
"""The counter of the clients registered so far."""

case_files = Table(
    "case_files",
    metadata,
    Column("case_file_id", Uuid, primary_key=True),
    Column("reference", SORTED, nullable=False),
    Column("payment_reference", SORTED, nullable=False),
    Column("creditor_id", Uuid),
    Column("debtor_id", Uuid, nullable=False),
    Column("debtor_key", SORTED, nullable=False, info=about("debtor_id", blank=ERASED_KEY)),
    Column("collector", String, nullable=False),  # who holds it today; empty where nobody does
    Column("own_collector", String),
    Column("currency", String, nullable=False),
    Column("opened_on", Date, nullable=False),
    Column("is_open", Boolean, nullable=False),
    Column("closed_on", Date, nullable=False),
    Column("closed_for", String),
    Column("returned_since", Date, nullable=False),  # closed, and a payment was returned since
    Column("stage", String, nullable=False),
    Column("principal", BigInteger, nullable=False),
    Column("costs", BigInteger, nullable=False),
    Column("interest", BigInteger, nullable=False),
    Column("adjustments", BigInteger, nullable=False),
    Column("credits", BigInteger, nullable=False),
    Column("collected", BigInteger, nullable=False),
    Column("outstanding", BigInteger, nullable=False),
    Column("unapproved", Integer, nullable=False),  # payments that wait for a decision…
    Column("waiting", BigInteger, nullable=False),  # …and what they come to
    Column("refunding", BigInteger, nullable=False),  # credit that is reserved for refunds that wait
    Column("allocation", String, nullable=False),  # the parts of the debt in the order they are paid
    Column("plan_id", Uuid),
    Column("dispute_since", Date, nullable=False),
    Column("last_action_on", Date, nullable=False),
    Column("next_action_on", Date, nullable=False),
    Column("next_action", String, info=about("debtor_id")),
    Column("promise_due_on", Date, nullable=False),  # the first day due of the promises that no money covers…
    Column("promised_until", Date, nullable=False),  # …and the last day
    Column("unpaid_since", Date, nullable=False),  # when the oldest instalment that is not paid was, or is, due
    Column("worked_on", Date, nullable=False),  # opened or last action: idle since
    Column("correlation_id", Uuid, nullable=False),  # of the import or the request that made it
    Index("case_files_reference", "reference"),
    Index("case_files_payment_reference", "payment_reference"),
    Index("case_files_creditor", "creditor_id"),
    Index("case_files_debtor", "debtor_id"),
    Index("case_files_principal", "principal"),
    Index("case_files_correlation", "correlation_id"),
    Index("case_files_returned_since", "returned_since"),
    *(
        Index(f"case_files_{whose}_{column}", "is_open", *by, column, "case_file_id")
        for whose, by in (("all", ()), ("own", ("collector",)))
        for column in (
            "next_action_on",
            "last_action_on",
            "opened_on",
            "worked_on",
            "principal",
            "collected",
            "outstanding",
            "unpaid_since",
            "debtor_key",
            "promise_due_on",
        )
    ),
    info=OWED,
)

BACKWARDS = "~"
"""Nothing that is typed begins so."""

numbers = Table(
    "case_file_numbers",
    metadata,
    Column("case_file_id", Uuid, primary_key=True),
    Column("ending", SORTED, primary_key=True),
    Index("case_file_numbers_ending", "ending", "case_file_id"),
    info=OWED,
)
"""By whose beginnings a case file is found: of its reference and of its items' numbers, as `folding.endings` has them;
and of its payment reference, the last sign first, after `BACKWARDS`.

Whatever else a case file is called by, such as a payment reference of its own, belongs here too: see `known_by_number`.
"""

payments = Table(
    "payments",
    metadata,
    Column("case_file_id", Uuid, primary_key=True),
    Column("payment_id", Uuid, primary_key=True),
    Column("position", BigInteger, nullable=False),  # where it was recorded in the log
    Column("recorded_at", DateTime, nullable=False),  # UTC
    Column("recorded_by", String, nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("received_on", Date, nullable=False),
    Column("returned_on", Date, nullable=False),
    Column("method", String, nullable=False),
    Column("paid_to", String, nullable=False),
    Column("reference", SORTED),
    Column("state", String, nullable=False),
    Column("second_review", Boolean, nullable=False),
    Column("decided_at", DateTime),  # UTC; none while it waits for a decision
    Column("decided_at_position", BigInteger),
    Column("credited_to", String),  # whom a supervisor moved the collection to
    Column("moved_at_position", BigInteger),
    Index("payments_received", "received_on"),
    Index("payments_returned", "returned_on"),
    Index("payments_state", "state", "position"),
    Index("payments_amount", "amount"),
    Index("payments_reference", "reference"),
    info=OWED,
)

invoices = Table(
    "desk_invoices",
    metadata,
    Column("invoice_id", Uuid, primary_key=True),
    Column("client_id", Uuid, nullable=False),
    Column("number", String, nullable=False),
    Column("currency", String, nullable=False),
    info=OWED,
)
"""Those that were issued or imported, as far as what is paid on them is told on the desk."""

invoice_payments = Table(
    "desk_invoice_payments",
    metadata,
    Column("invoice_id", Uuid, primary_key=True),
    Column("payment_id", Uuid, primary_key=True),
    Column("position", BigInteger, nullable=False),  # where it was recorded in the log
    Column("amount", BigInteger, nullable=False),
    Column("received_on", Date, nullable=False),
    Column("returned_on", Date, nullable=False),
    Column("method", String, nullable=False),
    Column("paid_to", String, nullable=False),
    Column("state", String, nullable=False),
    Column("second_review", Boolean, nullable=False),
    Column("credited_to", String),  # whom a supervisor moved the collection to
    Index("desk_invoice_payments_received", "received_on"),
    Index("desk_invoice_payments_returned", "returned_on"),
    info=OWED,
)

payment_numbers = Table(
    "payment_numbers",
    metadata,
    Column("case_file_id", Uuid, primary_key=True),
    Column("payment_id", Uuid, primary_key=True),
    Column("ending", SORTED, primary_key=True),
    Index("payment_numbers_ending", "ending", "payment_id"),
    info=OWED,
)
"""By whose beginnings a payment is found: of its own reference."""

refunds = refunds_table("refunds", metadata, "case_file_id", OWED)

REFUNDS = RefundsOf(refunds, case_files, "case_file_id")

promises = Table(
    "promises",
    metadata,
    Column("case_file_id", Uuid, primary_key=True),
    Column("promise_id", Uuid, primary_key=True),
    Column("position", BigInteger, nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("made_on", Date, nullable=False),
    Column("promised_for", Date, nullable=False),
    Column("due_on", Date, nullable=False),  # moved by days in dispute; NEVER while one is open
    Column("kept_on", Date, nullable=False),  # covered by approved payments
    Column("cleared_on", Date, nullable=False),  # nothing is outstanding, kept or not
    Column("covered_on", Date, nullable=False),  # kept or cleared if what waits for a decision is approved
    Column("cancelled_on", Date, nullable=False),
    Index("promises_due", "due_on"),
    Index("promises_amount", "amount"),
    info=OWED,
)

OPEN_PROMISES = (promises.c.cancelled_on == NEVER, promises.c.covered_on == NEVER)
"""Those that no money covers."""

instalments = Table(
    "instalments",
    metadata,
    Column("case_file_id", Uuid, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("plan_id", Uuid),
    Column("due_on", Date, nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("from_on", Date, nullable=False),  # in force from this day…
    Column("to_on", Date, nullable=False),  # …until before this one
    Column("replaced_by", Uuid),  # the payment plan that took its place
    Index("instalments_due", "due_on"),
    info=OWED,
)

charges = Table(
    "charges",
    metadata,
    Column("case_file_id", Uuid, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("charged_on", Date, nullable=False),
    Column("part", String, nullable=False),  # principal, costs, interest; or credits, which lower the debt
    Column("adjustment", Boolean, nullable=False),
    Column("amount", BigInteger, nullable=False),
    info=OWED,
)

proposals = Table(
    "proposals",
    metadata,
    Column("case_file_id", Uuid, primary_key=True),
    Column("proposal_id", Uuid, primary_key=True),
    Column("position", BigInteger, nullable=False),
    Column("proposed_at", DateTime, nullable=False),  # UTC
    Column("proposed_by", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("part", String, nullable=False),
    Column("amount", BigInteger, nullable=False),  # as it would be added to the debt
    Column("effective_on", Date, nullable=False),
    Column("state", String, nullable=False),
    Index("proposals_state", "state", "position"),
    info=OWED,
)
"""Changes of the debt that one person proposed and another decides on."""

spans = Table(
    "spans",
    metadata,
    Column("case_file_id", Uuid, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("what", String, nullable=False),  # closed, returned_after_closing, stage, dispute or plan
    Column("value", String),
    Column("from_on", Date, nullable=False),
    Column("to_on", Date, nullable=False),
    info=OWED,
)

actions = Table(
    "actions",
    metadata,
    Column("case_file_id", Uuid, primary_key=True),
    Column("action_id", Uuid, primary_key=True),
    Column("done_on", Date, nullable=False),
    Column("channel", String, nullable=False),
    Column("outcome", String, nullable=False),
    Column("actor", String, nullable=False),
    Column("position", BigInteger, nullable=False),  # where it was logged
    Column("tells", Boolean, nullable=False),  # how somebody is reached, or whom it was about
    Index("actions_done", "done_on"),
    Index("actions_logged", "case_file_id", "position"),
    info=OWED,
)

parties = Table(
    "parties",
    metadata,
    Column("case_file_id", Uuid, primary_key=True),
    Column("client_id", Uuid, primary_key=True),
    Column("role", String, primary_key=True),
    Index("parties_client", "client_id"),
    info=OWED,
)

case_file_holdings = Table(
    "case_file_holdings",
    metadata,
    Column("case_file_id", Uuid, primary_key=True),
    Column("from_on", Date, primary_key=True),
    Column("collector", String),
    info=OWED,
)

clients = Table(
    "clients",
    metadata,
    Column("client_id", Uuid, primary_key=True),
    Column("number", Integer, nullable=False),  # the how many-th that was registered: short, for people
    Column("reference", SORTED, nullable=False),
    *copied_columns(),
    Column("client_kind", String),
    Column("zone", String, info=about("client_id")),
    Column("owes", Integer, nullable=False),  # of how many case files it is the debtor…
    Column("is_owed", Integer, nullable=False),  # …and the creditor
    Index("clients_number", "number"),
    Index("clients_reference", "reference"),
    Index("clients_name_key", "name_key", "client_id"),
    info=CLIENT,
)

client_words = Table(
    "client_words",
    metadata,
    Column("client_id", Uuid, primary_key=True),
    Column("word", SORTED, primary_key=True),
    Index("client_words_word", "word", "client_id"),
    info={**CLIENT, **rows_about("client_id")},
)
"""The words of each name, so that it is found by how any of them begins."""

client_holdings = Table(
    "client_holdings",
    metadata,
    Column("client_id", Uuid, primary_key=True),
    Column("from_on", Date, primary_key=True),
    Column("collector", String),
    info=CLIENT,
)

case_files_of = Table(
    "case_files_of",
    metadata,
    Column("client_id", Uuid, primary_key=True),
    Column("case_file_id", Uuid, primary_key=True),
    info=CLIENT,
)
"""From a debtor to the case files that copy its collector."""

mergings = mergings_table("mergings", metadata)

counters = Table(
    "counters",
    metadata,
    Column("counter_id", Uuid, primary_key=True),
    Column("reached", Integer, nullable=False),
    info=COUNTER,
)
