"""The tables of invoices and estimates. Amounts are minor units of the row's currency; a day not come is `NEVER`.

What an invoice or estimate was on each day lies in `steps`; what all of them come to, in `days` and `months`. The rows
of an invoice say what it is by all that is known of it; that it is overdue, the query settles by the day.
"""

from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import BigInteger, Boolean, Column, Date, DateTime, Index, Integer, MetaData, String, Table, Uuid

from projections.client_copies import copied_columns, mergings_table
from projections.erasure import ERASED_KEY, about
from projections.refunding import RefundsOf, refunds_table
from projections.sorting import SORTED

metadata = MetaData()

DOCUMENT = {"kind": "document"}
CLIENT = {"kind": "client"}
SCOPE = {"kind": "scope"}

EVERYBODY = UUID("7c1f3b0e-5d0a-4a55-9a61-2f6f0f2b8e01")
"""The scope of all clients. That of one is its id, that of a collector's portfolio `portfolio`."""

BLOCKS = (
    *("draft", "issued", "overdue_unsent", "pending", "partial", "in_collection", "paid", "rectified", "overdue"),
    *("outstanding", "accepted", "declined"),
)
"""What is counted, and its amount added up: of invoices, then of estimates."""


def portfolio(collector: str) -> UUID:
    """Of the clients that this collector holds; of those nobody holds, where it is empty."""
    return uuid5(EVERYBODY, collector)


def _whose() -> tuple[Column[Any], ...]:
    return (
        Column("client_id", Uuid, nullable=False),
        Column("client_key", SORTED, nullable=False, info=about("client_id", blank=ERASED_KEY)),
        Column("collector", String, nullable=False),  # who holds the client now; empty where nobody does
    )


invoices = Table(
    "invoices",
    metadata,
    Column("invoice_id", Uuid, primary_key=True),
    *_whose(),
    Column("position", BigInteger, nullable=False),  # where it began in the log
    Column("correlation_id", Uuid, nullable=False),  # of the import or the request that made it
    Column("state", String, nullable=False),  # draft, issued (not sent), pending, partial, paid, rectified or void
    Column("number", String),
    Column("payment_reference", SORTED, nullable=False),
    Column("number_key", SORTED, nullable=False),  # what it sorts by; empty while it has none
    Column("currency", String, nullable=False),
    Column("imported", Boolean, nullable=False),
    Column("estimate_id", Uuid),
    Column("drafted_on", Date, nullable=False),
    Column("issued_on", Date, nullable=False),
    Column("dated_on", Date, nullable=False),  # issued or, until then, drafted
    Column("due_on", Date, nullable=False),
    Column("sent_on", Date, nullable=False),  # first
    Column("voided_on", Date, nullable=False),
    Column("disputed_on", Date, nullable=False),  # NEVER where no dispute is open
    Column("case_file_id", Uuid),  # which has it in collection
    Column("base", BigInteger, nullable=False),  # as drafted or issued…
    Column("tax", BigInteger, nullable=False),
    Column("payable", BigInteger, nullable=False),  # …less what is withheld
    Column("owed", BigInteger, nullable=False),  # net of credit notes and of what was waived
    Column("paid", BigInteger, nullable=False),  # of what is owed
    Column("outstanding", BigInteger, nullable=False),  # nothing of a draft
    Column("credit", BigInteger, nullable=False),  # what was paid beyond it
    Column("unapproved", Integer, nullable=False),  # payments that wait for a decision…
    Column("waiting", BigInteger, nullable=False),  # …and what they come to
    Column("refunding", BigInteger, nullable=False),  # credit that is reserved for refunds that wait
    Index("invoices_client", "client_id", "dated_on", "number_key", "invoice_id"),
    Index("invoices_number", "number"),
    Index("invoices_correlation", "correlation_id"),
    *(Index(f"invoices_{amount}", amount) for amount in ("payable", "outstanding")),
    Index("invoices_payment_reference", "payment_reference"),
    *(
        Index(f"invoices_{by}_{column}", by, *dict.fromkeys((column, "number_key")), "invoice_id")
        for by in ("state", "collector")
        for column in ("dated_on", "due_on", "number_key", "outstanding", "client_key")
    ),
    info=DOCUMENT,
)

numbers = Table(
    "invoice_numbers",
    metadata,
    Column("invoice_id", Uuid, primary_key=True),
    Column("ending", SORTED, primary_key=True),
    Index("invoice_numbers_ending", "ending", "invoice_id"),
    info=DOCUMENT,
)
"""By whose beginnings an invoice is found, its credit notes' numbers among them: see `folding.endings`."""

payments = Table(
    "invoice_payments",
    metadata,
    Column("invoice_id", Uuid, primary_key=True),
    Column("payment_id", Uuid, primary_key=True),
    Column("position", BigInteger, nullable=False),  # where it was recorded in the log
    Column("recorded_at", DateTime, nullable=False),  # UTC
    Column("recorded_by", String, nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("received_on", Date, nullable=False),
    Column("returned_on", Date, nullable=False),
    Column("method", String, nullable=False),
    Column("reference", SORTED),
    Column("receipt_id", Uuid),
    Column("state", String, nullable=False),
    Column("second_review", Boolean, nullable=False),
    Column("decided_by", String),
    Column("decided_at", DateTime),  # UTC; none while it waits for a decision
    Column("credited_to", String),  # whom a supervisor moved the collection to
    Index("invoice_payments_state", "state", "position"),
    Index("invoice_payments_received", "received_on"),
    Index("invoice_payments_amount", "amount"),
    info=DOCUMENT,
)

refunds = refunds_table("invoice_refunds", metadata, "invoice_id", DOCUMENT)

REFUNDS = RefundsOf(refunds, invoices, "invoice_id")

happenings = Table(
    "invoice_happenings",
    metadata,
    Column("invoice_id", Uuid, primary_key=True),
    Column("position", BigInteger, primary_key=True),
    Column("what", String, nullable=False),  # one of `steps.What`
    Column("on_day", Date, nullable=False),
    Column("owed", BigInteger, nullable=False),  # so much more is owed since…
    Column("paid", BigInteger, nullable=False),  # …and paid
    Column("other_id", Uuid),  # credit note, the other invoice of a transfer, case file, message, or dispute
    Column("transfer_id", Uuid),
    Column("told", String),  # a credit note's number, or the channel it was sent by
    Index("invoice_happenings_owed", "owed"),
    info=DOCUMENT,
)
"""What marked an invoice, or changed what is owed and paid of it, but for its own payments."""

estimates = Table(
    "estimates",
    metadata,
    Column("estimate_id", Uuid, primary_key=True),
    *_whose(),
    Column("position", BigInteger, nullable=False),
    Column("stage", String, nullable=False),  # draft, sent, accepted, declined or revised
    Column("number", String, nullable=False),
    Column("number_key", SORTED, nullable=False),
    Column("currency", String, nullable=False),
    Column("total", BigInteger, nullable=False),
    Column("drafted_on", Date, nullable=False),
    Column("sent_on", Date, nullable=False),  # last
    Column("expires_on", Date, nullable=False),  # the last day for an answer; NEVER until it is sent
    Column("answer", String),  # accepted or declined
    Column("answered_on", Date, nullable=False),
    Column("by_link", Boolean, nullable=False),  # the client itself answered
    Column("revised_on", Date, nullable=False),
    Column("revises", Uuid),
    Column("revised_into", Uuid),
    Column("invoice_id", Uuid),
    Index("estimates_client", "client_id", "drafted_on", "number_key", "estimate_id"),
    *(
        Index(f"estimates_{by}_{column}", by, *dict.fromkeys((column, "number_key")), "estimate_id")
        for by in ("stage", "collector")
        for column in ("drafted_on", "expires_on", "number_key", "total", "client_key")
    ),
    info=DOCUMENT,
)

sendings = Table(
    "estimate_sendings",
    metadata,
    Column("estimate_id", Uuid, primary_key=True),
    Column("position", BigInteger, primary_key=True),
    Column("channel", String, nullable=False),
    Column("sent_on", Date, nullable=False),
    Column("expires_on", Date, nullable=False),
    info=DOCUMENT,
)

steps = Table(
    "invoice_steps",
    metadata,
    Column("document_id", Uuid, primary_key=True),  # of an invoice or an estimate
    Column("from_on", Date, primary_key=True),
    Column("to_on", Date, nullable=False),  # until before this day
    Column("year", Integer, nullable=False),  # that it counts in
    Column("currency", String, nullable=False),
    Column("state", String, nullable=False),  # an invoice's; of an estimate outstanding, accepted or declined
    Column("overdue", Boolean, nullable=False),
    Column("in_collection", Boolean, nullable=False),
    Column("unsent", Boolean, nullable=False),  # what is left to pay was never asked for
    Column("owed", BigInteger, nullable=False),
    Column("paid", BigInteger, nullable=False),
    Index("invoice_steps_state", "state", "to_on"),
    info=DOCUMENT,
)
"""What it was from one day to another. Days on which it counts nowhere are in none."""


def _counted(name: str, day: str) -> Table:
    return Table(
        name,
        metadata,
        Column("scope_id", Uuid, primary_key=True),
        Column(day, Date, primary_key=True),
        Column("year", Integer, primary_key=True),
        Column("currency", String, primary_key=True),
        *(Column(f"{block}_{of}", BigInteger, nullable=False) for block in BLOCKS for of in ("count", "amount")),
        info=SCOPE,
    )


days = _counted("invoice_days", "day")
"""By how much each block of a scope changed on a day: what it comes to is the sum of what came before."""

months = _counted("invoice_months", "month")
"""The same, a whole month's days in one row under its first day: so that a long history is added up quickly."""

clients = Table(
    "invoice_clients",
    metadata,
    Column("client_id", Uuid, primary_key=True),
    Column("reference", SORTED, nullable=False),
    *copied_columns(),
    Index("invoice_clients_name", "name_key", "client_id"),
    info=CLIENT,
)

documents_of = Table(
    "invoice_documents_of",
    metadata,
    Column("client_id", Uuid, primary_key=True),
    Column("document_id", Uuid, primary_key=True),
    Column("invoice", Boolean, nullable=False),  # else an estimate
    info=CLIENT,
)
"""From a client to the invoices and estimates that copy its name and collector."""

mergings = mergings_table("invoice_mergings", metadata)
