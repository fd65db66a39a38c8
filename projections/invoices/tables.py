"""The tables of invoices and estimates. Amounts are minor units of the row's currency; a day not come is `NEVER`.

What an invoice or estimate was on each day lies in `steps`; what all of them come to, in `days` and `months`. The rows
of an invoice say what it is by all that is known of it; that it is overdue, the query settles by the day.
"""

from datetime import date, datetime
from typing import Annotated, Any, NotRequired, TypedDict
from uuid import UUID, uuid5

from sqlalchemy import BigInteger, Column, Date, Index, Integer, MetaData, String, Uuid

from projections.client_copies import Copied, OfClient, mergings_table
from projections.erasure import ERASED_KEY, about
from projections.refunding import Refund, RefundsOf
from projections.schema import Int32, PrimaryKey, TableOf, table_of
from projections.sorting import Sorted

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


class OfInvoice(TypedDict):
    invoice_id: PrimaryKey[UUID]


class OfEstimate(TypedDict):
    estimate_id: PrimaryKey[UUID]


class Whose(TypedDict):
    client_id: UUID
    client_key: Annotated[Sorted, about("client_id", blank=ERASED_KEY)]
    collector: str  # who holds the client now; empty where nobody does


class Invoice(OfInvoice, Whose):
    position: int  # where it began in the log
    correlation_id: UUID  # of the import or the request that made it
    state: str  # draft, issued (not sent), pending, partial, paid, rectified or void
    number: NotRequired[str | None]
    payment_reference: Sorted
    number_key: Sorted  # what it sorts by; empty while it has none
    currency: str
    imported: bool
    estimate_id: NotRequired[UUID | None]
    drafted_on: date
    issued_on: date
    dated_on: date  # issued or, until then, drafted
    due_on: date
    sent_on: date  # first
    voided_on: date
    disputed_on: date  # NEVER where no dispute is open
    case_file_id: NotRequired[UUID | None]  # which has it in collection
    base: int  # as drafted or issued…
    tax: int
    payable: int  # …less what is withheld
    owed: int  # net of credit notes and of what was waived
    paid: int  # of what is owed; below zero what was paid back and is owed again
    outstanding: int  # nothing of a draft
    credit: int  # what was paid beyond it
    unapproved: Int32  # payments that wait for a decision…
    waiting: int  # …and what they come to
    refunding: int  # credit that is reserved for refunds that wait


invoices = table_of(
    Invoice,
    "invoices",
    metadata,
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


class Number(OfInvoice):
    ending: PrimaryKey[Sorted]


numbers = table_of(
    Number,
    "invoice_numbers",
    metadata,
    Index("invoice_numbers_ending", "ending", "invoice_id"),
    info=DOCUMENT,
)
"""By whose beginnings an invoice is found, its credit notes' numbers among them: see `folding.endings`."""


class Payment(OfInvoice):
    payment_id: PrimaryKey[UUID]
    position: int  # where it was recorded in the log
    recorded_at: datetime  # UTC
    recorded_by: str
    amount: int
    received_on: date
    returned_on: date
    method: str
    reference: NotRequired[Sorted | None]
    receipt_id: NotRequired[UUID | None]
    state: str
    second_review: bool
    decided_by: NotRequired[str | None]
    decided_at: NotRequired[datetime | None]  # UTC; none while it waits for a decision
    credited_to: NotRequired[str | None]  # whom a supervisor moved the collection to


payments = table_of(
    Payment,
    "invoice_payments",
    metadata,
    Index("invoice_payments_state", "state", "position"),
    Index("invoice_payments_received", "received_on"),
    Index("invoice_payments_amount", "amount"),
    info=DOCUMENT,
)


class InvoiceRefund(OfInvoice, Refund):
    """One that waits."""


refunds = table_of(
    InvoiceRefund, "invoice_refunds", metadata, Index("invoice_refunds_position", "position"), info=DOCUMENT
)

REFUNDS = RefundsOf(refunds, invoices, "invoice_id")


class Happening(OfInvoice):
    position: PrimaryKey[int]
    what: str  # one of `steps.What`
    on_day: date
    owed: int  # so much more is owed since…
    paid: int  # …and paid
    other_id: NotRequired[UUID | None]  # credit note, the other invoice of a transfer, case file, message, or dispute
    transfer_id: NotRequired[UUID | None]
    detail: NotRequired[str | None]  # a credit note's number, or the channel it was sent by


happenings = table_of(
    Happening,
    "invoice_happenings",
    metadata,
    Index("invoice_happenings_owed", "owed"),
    info=DOCUMENT,
)
"""What marked an invoice, or changed what is owed and paid of it, but for its own payments."""


class Estimate(OfEstimate, Whose):
    position: int
    stage: str  # draft, sent, accepted, declined or revised
    number: str
    number_key: Sorted
    currency: str
    total: int
    drafted_on: date
    sent_on: date  # last
    expires_on: date  # the last day for an answer; NEVER until it is sent
    answer: NotRequired[str | None]  # accepted or declined
    answered_on: date
    by_link: bool  # the client itself answered
    revised_on: date
    revises: NotRequired[UUID | None]
    revised_into: NotRequired[UUID | None]
    invoice_id: NotRequired[UUID | None]


estimates = table_of(
    Estimate,
    "estimates",
    metadata,
    Index("estimates_client", "client_id", "drafted_on", "number_key", "estimate_id"),
    *(
        Index(f"estimates_{by}_{column}", by, *dict.fromkeys((column, "number_key")), "estimate_id")
        for by in ("stage", "collector")
        for column in ("drafted_on", "expires_on", "number_key", "total", "client_key")
    ),
    info=DOCUMENT,
)


class Sending(OfEstimate):
    position: PrimaryKey[int]
    channel: str
    sent_on: date
    expires_on: date


sendings = table_of(
    Sending,
    "estimate_sendings",
    metadata,
    info=DOCUMENT,
)


class Step(TypedDict):
    document_id: PrimaryKey[UUID]  # of an invoice or an estimate
    from_on: PrimaryKey[date]
    to_on: date  # until before this day
    year: Int32  # that it counts in
    currency: str
    state: str  # an invoice's; of an estimate outstanding, accepted or declined
    overdue: bool
    in_collection: bool
    unsent: bool  # what is left to pay was never asked for
    owed: int
    paid: int


steps = table_of(
    Step,
    "invoice_steps",
    metadata,
    Index("invoice_steps_state", "state", "to_on"),
    info=DOCUMENT,
)
"""What it was from one day to another. Days on which it counts nowhere are in none."""


def _counted(name: str, day: str) -> TableOf[dict[str, Any]]:
    """What its columns are follows from `BLOCKS`, so no type checker knows them."""
    return TableOf(
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


class _Referenced(OfClient):
    reference: Sorted  # its `own_reference`


class Client(_Referenced, Copied):
    """As far as invoices and estimates need it."""

    skipped_until: date  # in the queue


clients = table_of(
    Client,
    "invoice_clients",
    metadata,
    Index("invoice_clients_name", "name_key", "client_id"),
    info=CLIENT,
)


class DocumentOfClient(OfClient):
    document_id: PrimaryKey[UUID]
    invoice: bool  # else an estimate


documents_of = table_of(
    DocumentOfClient,
    "invoice_documents_of",
    metadata,
    info=CLIENT,
)
"""From a client to the invoices and estimates that copy its name and collector."""

mergings = mergings_table("invoice_mergings", metadata)
