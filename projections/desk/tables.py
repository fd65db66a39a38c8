"""The desk's tables. Amounts are minor units of the case file's currency, or the invoice's; a day not come is `NEVER`.

What depends on the day asked for (kept, broken, overdue) is not here: only the days from which a query settles it.
"""

from datetime import date, datetime
from typing import Annotated, NotRequired, TypedDict
from uuid import UUID

from sqlalchemy import Index, MetaData

from projections.client_copies import Copied, OfClient, mergings_table
from projections.client_numbers import Counter
from projections.erasure import ERASED_KEY, Personal, about, rows_about
from projections.projection import NEVER
from projections.refunding import Refund, RefundsOf
from projections.schema import Int32, PrimaryKey, table_of
from projections.sorting import Sorted

metadata = MetaData()

OWED = {"kind": "owed"}
"""A case file or an invoice: both take payments, whose events do not say on which of the two."""

CLIENT = {"kind": "client"}
COUNTER = {"kind": "counter"}

CLIENTS = UUID("3d7e1f0a-9b5c-4e6d-8f21-6a0c5b7d9e01")
"""The counter of the clients registered so far."""


class OfCaseFile(TypedDict):
    case_file_id: PrimaryKey[UUID]


class CaseFile(OfCaseFile):
    reference: Sorted
    payment_reference: Sorted
    creditor_id: NotRequired[UUID | None]
    debtor_id: UUID
    debtor_key: Annotated[Sorted, about("debtor_id", blank=ERASED_KEY)]
    collector: str  # who holds it today; empty where nobody does
    own_collector: NotRequired[str | None]
    currency: str
    opened_on: date
    is_open: bool
    closed_on: date
    closed_for: NotRequired[str | None]
    returned_since: date  # closed, and a payment was returned since
    stage: str
    principal: int
    costs: int
    interest: int
    adjustments: int
    credits: int
    collected: int
    outstanding: int
    unapproved: Int32  # payments that wait for a decision…
    waiting: int  # …and what they come to
    refunding: int  # credit that is reserved for refunds that wait
    allocation: str  # the parts of the debt in the order they are paid
    plan_id: NotRequired[UUID | None]
    dispute_since: date
    last_action_on: date
    next_action_on: date
    next_action: NotRequired[Annotated[str | None, about("debtor_id")]]
    promise_due_on: date  # the first day due of the promises that no money covers…
    promised_until: date  # …and the last day
    unpaid_since: date  # when the oldest instalment that is not paid was, or is, due
    worked_on: date  # opened or last action: idle since
    skipped_until: date  # in the queue; NOT_YET once something was done
    answered_on: date  # when the debtor was last spoken to
    answers_at: Int32  # the hour (UTC) at which calls were answered most; -1 where none was
    promises_kept: Int32
    correlation_id: UUID  # of the import or the request that made it


case_files = table_of(
    CaseFile,
    "case_files",
    metadata,
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


class Number(OfCaseFile):
    ending: PrimaryKey[Sorted]


numbers = table_of(
    Number,
    "case_file_numbers",
    metadata,
    Index("case_file_numbers_ending", "ending", "case_file_id"),
    info=OWED,
)
"""By whose beginnings a case file is found: of its reference and of its items' numbers, as `folding.endings` has them;
and of its payment reference, the last sign first, after `BACKWARDS`.

Whatever else a case file is called by, such as a payment reference of its own, belongs here too: see `known_by_number`.
"""


class Payment(OfCaseFile):
    payment_id: PrimaryKey[UUID]
    position: int  # where it was recorded in the log
    recorded_at: datetime  # UTC
    recorded_by: str
    amount: int
    received_on: date
    returned_on: date
    method: str
    paid_to: str
    reference: NotRequired[Sorted | None]
    state: str
    second_review: bool
    decided_at: NotRequired[datetime | None]  # UTC; none while it waits for a decision
    decided_at_position: NotRequired[int | None]
    credited_to: NotRequired[str | None]  # whom a supervisor moved the collection to
    moved_at_position: NotRequired[int | None]


payments = table_of(
    Payment,
    "payments",
    metadata,
    Index("payments_received", "received_on"),
    Index("payments_returned", "returned_on"),
    Index("payments_state", "state", "position"),
    Index("payments_amount", "amount"),
    Index("payments_reference", "reference"),
    info=OWED,
)


class Invoice(TypedDict):
    invoice_id: PrimaryKey[UUID]
    client_id: UUID
    number: str
    currency: str


invoices = table_of(
    Invoice,
    "desk_invoices",
    metadata,
    info=OWED,
)
"""Those that were issued or imported, as far as what is paid on them is told on the desk."""


class InvoicePayment(TypedDict):
    invoice_id: PrimaryKey[UUID]
    payment_id: PrimaryKey[UUID]
    position: int  # where it was recorded in the log
    amount: int
    received_on: date
    returned_on: date
    method: str
    paid_to: str
    state: str
    second_review: bool
    credited_to: NotRequired[str | None]  # whom a supervisor moved the collection to


invoice_payments = table_of(
    InvoicePayment,
    "desk_invoice_payments",
    metadata,
    Index("desk_invoice_payments_received", "received_on"),
    Index("desk_invoice_payments_returned", "returned_on"),
    info=OWED,
)


class PaymentNumber(OfCaseFile):
    payment_id: PrimaryKey[UUID]
    ending: PrimaryKey[Sorted]


payment_numbers = table_of(
    PaymentNumber,
    "payment_numbers",
    metadata,
    Index("payment_numbers_ending", "ending", "payment_id"),
    info=OWED,
)
"""By whose beginnings a payment is found: of its own reference."""


class CaseFileRefund(OfCaseFile, Refund):
    """One that waits."""


refunds = table_of(CaseFileRefund, "refunds", metadata, Index("refunds_position", "position"), info=OWED)

REFUNDS = RefundsOf(refunds, case_files, "case_file_id")


class Promise(OfCaseFile):
    promise_id: PrimaryKey[UUID]
    position: int
    amount: int
    made_on: date
    promised_for: date
    due_on: date  # moved by days in dispute; NEVER while one is open
    kept_on: date  # covered by approved payments
    cleared_on: date  # nothing is outstanding, kept or not
    covered_on: date  # kept or cleared if what waits for a decision is approved
    cancelled_on: date


promises = table_of(
    Promise,
    "promises",
    metadata,
    Index("promises_due", "due_on"),
    Index("promises_made", "made_on"),
    Index("promises_amount", "amount"),
    info=OWED,
)

OPEN_PROMISES = (promises.c.cancelled_on == NEVER, promises.c.covered_on == NEVER)
"""Those that no money covers."""


class Instalment(OfCaseFile):
    number: PrimaryKey[Int32]
    plan_id: NotRequired[UUID | None]
    due_on: date
    amount: int
    from_on: date  # in force from this day…
    to_on: date  # …until before this one
    replaced_by: NotRequired[UUID | None]  # the payment plan that took its place
    invoice_id: NotRequired[UUID | None]  # the invoice of ours that falls due so
    taken_off: int  # by adjustments of the principal


instalments = table_of(
    Instalment,
    "instalments",
    metadata,
    Index("instalments_due", "due_on"),
    info=OWED,
)


class Charge(OfCaseFile):
    number: PrimaryKey[Int32]
    charged_on: date
    part: str  # principal, costs, interest; or credits, which lower the debt
    adjustment: bool
    amount: int
    plan_id: NotRequired[UUID | None]  # the payment plan that was in force
    invoice_id: NotRequired[UUID | None]  # the invoice that an adjustment is of


charges = table_of(
    Charge,
    "charges",
    metadata,
    info=OWED,
)


class Proposal(OfCaseFile):
    proposal_id: PrimaryKey[UUID]
    position: int
    proposed_at: datetime  # UTC
    proposed_by: str
    kind: str
    part: str
    amount: int  # as it would be added to the debt
    effective_on: date
    state: str


proposals = table_of(
    Proposal,
    "proposals",
    metadata,
    Index("proposals_state", "state", "position"),
    info=OWED,
)
"""Changes of the debt that one person proposed and another decides on."""


class Span(OfCaseFile):
    number: PrimaryKey[Int32]
    what: str  # closed, returned_after_closing, stage, dispute or plan
    value: NotRequired[str | None]
    from_on: date
    to_on: date


spans = table_of(
    Span,
    "spans",
    metadata,
    info=OWED,
)


class Action(OfCaseFile):
    action_id: PrimaryKey[UUID]
    done_on: date
    channel: str
    outcome: str
    actor: str
    position: int  # where it was logged
    tells: bool  # how somebody is reached, or whom it was about


actions = table_of(
    Action,
    "actions",
    metadata,
    Index("actions_done", "done_on"),
    Index("actions_logged", "case_file_id", "position"),
    info=OWED,
)


class AnsweredHour(OfCaseFile):
    hour: PrimaryKey[Int32]  # UTC
    calls: Int32


answered_hours = table_of(
    AnsweredHour,
    "answered_hours",
    metadata,
    info=OWED,
)
"""At which hours how many calls were answered, as far as they were logged on the day they were made."""


class Party(OfCaseFile):
    client_id: PrimaryKey[UUID]
    role: PrimaryKey[str]


parties = table_of(
    Party,
    "parties",
    metadata,
    Index("parties_client", "client_id"),
    info=OWED,
)


class CaseFileHolding(OfCaseFile):
    from_on: PrimaryKey[date]
    collector: NotRequired[str | None]


case_file_holdings = table_of(
    CaseFileHolding,
    "case_file_holdings",
    metadata,
    info=OWED,
)


class _Numbered(OfClient):
    number: Int32  # the how many-th that was registered: short, for people
    reference: Sorted  # its `own_reference`


class Client(_Numbered, Copied):
    client_kind: NotRequired[str | None]
    zone: NotRequired[Personal[str | None]]
    owes: Int32  # of how many case files it is the debtor…
    is_owed: Int32  # …and the creditor


clients = table_of(
    Client,
    "clients",
    metadata,
    Index("clients_number", "number"),
    Index("clients_reference", "reference"),
    Index("clients_name_key", "name_key", "client_id"),
    info=CLIENT,
)


class ClientWord(OfClient):
    word: PrimaryKey[Sorted]


client_words = table_of(
    ClientWord,
    "client_words",
    metadata,
    Index("client_words_word", "word", "client_id"),
    info={**CLIENT, **rows_about("client_id")},
)
"""The words of each name, so that it is found by how any of them begins."""


class ClientHolding(OfClient):
    from_on: PrimaryKey[date]
    collector: NotRequired[str | None]


client_holdings = table_of(
    ClientHolding,
    "client_holdings",
    metadata,
    info=CLIENT,
)


class CaseFileOfDebtor(OfClient):
    case_file_id: PrimaryKey[UUID]


case_files_of = table_of(
    CaseFileOfDebtor,
    "case_files_of",
    metadata,
    info=CLIENT,
)
"""From a debtor to the case files that copy its collector."""

mergings = mergings_table("mergings", metadata)

counters = table_of(
    Counter,
    "counters",
    metadata,
    info=COUNTER,
)
