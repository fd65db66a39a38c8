"""The words for what the domain tells apart: stages, outcomes, methods… `_` marks them for the catalogues."""

from collections.abc import Mapping

from api.http.catalogues import marked as _
from api.http.invoicing_labels import INVOICING
from api.http.sending_labels import SENDING
from domain import business, payments, task
from domain.case_file.activity import Channel, Direction, Outcome, PartyRole
from domain.case_file.debt import AdjustmentKind, Part
from domain.case_file.progress import ClosingReason, Stage
from domain.case_file.proposals import Kind as ProposalKind
from domain.case_file.proposals import State as ProposalState
from domain.client import contacts, details, finances
from domain.client.restrictions import ErasureGround, Obstacle, RetentionGround
from domain.doubts import Doubt
from domain.expense import BorneBy, Kind, State
from domain.people import Role

STAGES: Mapping[str, str] = {
    Stage.LOCATING: _("Locating"),
    Stage.AMICABLE: _("Amicable"),
    Stage.PRE_LEGAL: _("Pre-legal"),
    Stage.LEGAL: _("Legal"),
    Stage.INSOLVENCY: _("Insolvency"),
}

FLAGS: Mapping[str, str] = {
    "promise": _("Promise"),
    "broken_promise": _("Broken promise"),
    "plan": _("Payment plan"),
    "dispute": _("Dispute"),
    "unapproved_payment": _("Unapproved payment"),
    "idle": _("Idle"),
    "returned_after_closing": _("Returned after closing"),
    "late": _("Late"),
    "promise_due": _("Promise due today"),
    "nothing_next": _("No next action"),
    "to_close": _("Paid, to be closed"),
}
"""And what else the list of case files may be narrowed down to."""

CASE_FILE_STATES: Mapping[str, str] = {"open": _("Open"), "closed": _("Closed")}

CHANNELS: Mapping[str, str] = {
    Channel.CALL: _("Call"),
    Channel.VISIT: _("Visit"),
    Channel.LETTER: _("Letter"),
    Channel.BUROFAX: _("Burofax"),
    Channel.EMAIL: _("E-mail"),
    Channel.SMS: _("SMS"),
    Channel.WHATSAPP: _("WhatsApp"),
    Channel.IN_PERSON: _("In person"),
    Channel.INTERNAL: _("Internal note"),
}

DIRECTIONS: Mapping[str, str] = {Direction.OUTGOING: _("Outgoing"), Direction.INCOMING: _("Incoming")}

OUTCOMES: Mapping[str, str] = {
    Outcome.NO_ANSWER: _("No answer"),
    Outcome.WRONG_NUMBER: _("Wrong number"),
    Outcome.THIRD_PARTY: _("Third party"),
    Outcome.MESSAGE_LEFT: _("Message left"),
    Outcome.SENT: _("Sent"),
    Outcome.NOT_DELIVERED: _("Not delivered"),
    Outcome.CONTACTED: _("Contacted"),
    Outcome.PROMISE: _("Promises to pay"),
    Outcome.REFUSES: _("Refuses to pay"),
    Outcome.DISPUTES: _("Disputes the debt"),
    Outcome.CLAIMS_PAID: _("Says it is paid"),
    Outcome.UNLOCATABLE: _("Unlocatable"),
    Outcome.LOCATED: _("Debtor located"),
    Outcome.REGISTRY_ENTRY: _("Company-registry entry"),
    Outcome.OBSERVATION: _("Observation"),
}

METHODS: Mapping[str, str] = {
    payments.Method.CASH: _("Cash"),
    payments.Method.TRANSFER: _("Transfer"),
    payments.Method.CARD: _("Card"),
    payments.Method.DIRECT_DEBIT: _("Direct debit"),
    payments.Method.CHEQUE: _("Cheque"),
    payments.Method.DEPOSIT: _("Deposit"),
    payments.Method.OTHER: _("Other"),
}

PAID_TO: Mapping[str, str] = {payments.PaidTo.US: _("Paid to us"), payments.PaidTo.CREDITOR: _("Paid to the creditor")}

PAYMENT_STATES: Mapping[str, str] = {
    payments.State.UNAPPROVED: _("Unapproved"),
    payments.State.APPROVED: _("Approved"),
    payments.State.REJECTED: _("Rejected"),
    payments.State.RETURNED: _("Returned"),
    payments.State.WITHDRAWN: _("Withdrawn"),
}

PROMISE_STATES: Mapping[str, str] = {
    "open": _("Promised"),
    "kept": _("Kept"),
    "kept_late": _("Kept late"),
    "cleared": _("Nothing outstanding any more"),
    "broken": _("Broken"),
    "awaiting_approval": _("Awaiting approval"),
    "cancelled": _("Cancelled"),
}

DOUBTS: Mapping[str, str] = {
    Doubt.MORE_THAN_OUTSTANDING: _(
        "It is more than what is outstanding, with what waits for approval counted: what is over becomes credit."
    ),
    Doubt.RECORDED_ALREADY: _("A payment of the same amount on the same day is recorded already."),
    Doubt.PROMISE_ABOVE_DEBT: _("The promise is more than what is outstanding."),
    Doubt.PROMISE_FAR_AHEAD: _("The promise is for a day more than a year away."),
    Doubt.NEXT_ACTION_FAR_AHEAD: _("The next action is for a day a year or more away."),
    Doubt.CHARGED_ABOVE_PRINCIPAL: _("With this, more is charged of that kind than the whole principal."),
    Doubt.NOT_DUE_YET: _("An invoice is not due yet."),
    Doubt.NEVER_SENT: _("An invoice was never sent to the client."),
    Doubt.MOVES_COLLECTIONS: _("What was collected in past months will count for another collector, in reports too."),
}

PARTS: Mapping[str, str] = {Part.PRINCIPAL: _("Principal"), Part.COSTS: _("Costs"), Part.INTEREST: _("Interest")}

ADJUSTMENTS: Mapping[str, str] = {
    AdjustmentKind.CREDIT_NOTE: _("Credit note"),
    AdjustmentKind.CORRECTION: _("Correction"),
    AdjustmentKind.WAIVER: _("Waiver"),
}

PROPOSALS: Mapping[str, str] = {
    ProposalKind.ITEMS: _("More debt"),
    ProposalKind.COST: _("Cost"),
    ProposalKind.INTEREST: _("Interest"),
    ProposalKind.CREDIT_NOTE: _("Credit note"),
    ProposalKind.CORRECTION: _("Correction"),
    ProposalKind.WAIVER: _("Waiver"),
}

PROPOSAL_STATES: Mapping[str, str] = {
    ProposalState.WAITING: _("Proposed"),
    ProposalState.APPROVED: _("Approved"),
    ProposalState.REJECTED: _("Rejected"),
    ProposalState.WITHDRAWN: _("Withdrawn"),
}

PARTIES: Mapping[str, str] = {
    PartyRole.CO_DEBTOR: _("Co-debtor"),
    PartyRole.GUARANTOR: _("Guarantor"),
    PartyRole.HEIR: _("Heir"),
    PartyRole.REPRESENTATIVE: _("Representative"),
    PartyRole.SUCCESSOR: _("Successor company"),
}

CLOSING_REASONS: Mapping[str, str] = {
    ClosingReason.PAID: _("Paid"),
    ClosingReason.SETTLED_WITH_WAIVER: _("Settled with waiver"),
    ClosingReason.UNCOLLECTIBLE: _("Uncollectible"),
    ClosingReason.UNLOCATABLE: _("Unlocatable"),
    ClosingReason.INSOLVENT: _("Insolvent"),
    ClosingReason.DECEASED: _("Deceased"),
    ClosingReason.TIME_BARRED: _("Time-barred"),
    ClosingReason.UNFOUNDED: _("Unfounded"),
    ClosingReason.WITHDRAWN: _("Withdrawn"),
    ClosingReason.SOLD: _("Sold"),
}

CLIENT_ROLES: Mapping[str, str] = {details.ClientRole.CREDITOR: _("Creditor"), details.ClientRole.DEBTOR: _("Debtor")}

IDENTIFICATIONS: Mapping[str, str] = {
    details.IdentificationKind.NIF: _("NIF"),
    details.IdentificationKind.NIE: _("NIE"),
    details.IdentificationKind.CIF: _("CIF"),
    details.IdentificationKind.NIT: _("NIT"),
    details.IdentificationKind.CEDULA: _("Cédula"),
    details.IdentificationKind.VAT: _("VAT number (EU)"),
    details.IdentificationKind.FOREIGN: _("Document of another country"),
    details.IdentificationKind.CODE: _("Code"),
}

CONTACT_KINDS: Mapping[str, str] = {
    contacts.ContactKind.MOBILE: _("Mobile"),
    contacts.ContactKind.HOME: _("Private"),
    contacts.ContactKind.WORK: _("Work"),
    contacts.ContactKind.OTHER: _("Other"),
}

CONTACT_STATES: Mapping[str, str] = {
    contacts.ContactState.VALID: _("Valid"),
    contacts.ContactState.UNVERIFIED: _("Unverified"),
    contacts.ContactState.WRONG: _("Wrong"),
    contacts.ContactState.DO_NOT_CALL: _("Do not contact"),
}

CARD_BRANDS: Mapping[str, str] = {
    finances.CardBrand.VISA: _("Visa"),
    finances.CardBrand.MASTERCARD: _("Mastercard"),
    finances.CardBrand.AMEX: _("American Express"),
    finances.CardBrand.OTHER: _("Other"),
}

STANDINGS: Mapping[str, str] = {"active": _("Active"), "passive": _("Passive"), "new": _("Never served")}

CLIENT_KINDS: Mapping[str, str] = {details.Kind.PERSON: _("Person"), details.Kind.COMPANY: _("Company")}

TASK_KINDS: Mapping[str, str] = {
    task.Kind.TASK: _("Task"),
    task.Kind.CALL: _("Phone call"),
    task.Kind.VISIT: _("Visit"),
    task.Kind.MEETING: _("Meeting"),
}

TASK_STATES: Mapping[str, str] = {
    task.State.IN_PROGRESS: _("In progress"),
    task.State.OPEN: _("To do"),
    task.State.UNATTENDED: _("Unattended"),
    task.State.COMPLETED: _("Completed"),
}

COLOURS: Mapping[str, str] = {
    task.Colour.BLUE: _("Blue"),
    task.Colour.GREEN: _("Green"),
    task.Colour.AMBER: _("Amber"),
    task.Colour.RED: _("Red"),
    task.Colour.VIOLET: _("Violet"),
    task.Colour.GREY: _("Grey"),
}

ROLES: Mapping[str, str] = {
    Role.COLLECTOR: _("collector"),
    Role.SUPERVISOR: _("supervisor"),
    Role.ADMINISTRATOR: _("administrator"),
    Role.AUDITOR: _("auditor"),
}

BUSINESS_KINDS: Mapping[str, str] = {
    business.Kind.AGENCY: _("Collection agency"),
    business.Kind.LENDER: _("Lender"),
    business.Kind.SERVICE_BUSINESS: _("Business that invoices"),
}

REJECTION_REASONS = (
    _("It is not in the bank statement"),
    _("The amount is not right"),
    _("It was recorded twice"),
    _("It is another debtor's"),
    _("There is no proof of payment"),
)
"""Why a payment is rejected, most of the time."""

EXPENSE_KINDS: Mapping[str, str] = {
    Kind.FUEL: _("Fuel"),
    Kind.CALLS: _("Calls"),
    Kind.BUROFAX: _("Burofax"),
    Kind.RECEIPT: _("Receipt"),
    Kind.OTHER: _("Other"),
}

BEARERS: Mapping[str, str] = {
    BorneBy.US: _("We bear it"),
    BorneBy.DEBTOR: _("The debtor bears it"),
    BorneBy.CREDITOR: _("The creditor bears it"),
}

EXPENSE_STATES: Mapping[str, str] = {
    State.UNAPPROVED: _("Not approved yet"),
    State.APPROVED: _("Approved"),
    State.REJECTED: _("Rejected"),
    State.WITHDRAWN: _("Taken back"),
    State.SETTLED: _("Settled"),
}

EXPENSE_REJECTIONS = (
    _("There is no receipt"),
    _("It is no expense of the work"),
    _("The amount is not right"),
    _("It was claimed twice"),
)
"""Why an expense is rejected, most of the time."""

RETENTION_GROUNDS: Mapping[str, str] = {
    RetentionGround.ACCOUNTING: _("Books and vouchers (commercial code)"),
    RetentionGround.TAX: _("Taxes"),
    RetentionGround.MONEY_LAUNDERING: _("Prevention of money laundering"),
    RetentionGround.LIMITATION: _("Claims that may still be made"),
}

ERASURE_GROUNDS: Mapping[str, str] = {
    ErasureGround.ASKED_FOR: _("The person asks for it"),
    ErasureGround.NO_LONGER_NEEDED: _("The data is no longer needed"),
    ErasureGround.UNLAWFUL: _("The data should never have been here"),
}

OBSTACLES: Mapping[str, str] = {
    Obstacle.RETENTION: _("a law wants the data kept"),
    Obstacle.OPEN_CASE_FILES: _("case files are open"),
}

LIKENESSES: Mapping[str, str] = {
    "identification": _("same identification"),
    "phone": _("same phone"),
    "email": _("same e-mail"),
    "account": _("same account"),
    "name": _("similar name"),
}

QUEUE_REASONS: Mapping[str, str] = {
    "returned_after_closing": _("Returned after closing"),
    "broken_promise": _("Broken promise"),
    "promise_due": _("Promise for today"),
    "next_action": _("Action of today"),
    "to_close": _("Paid, to be closed"),
    "dispute": _("Dispute"),
    "new": _("New"),
    "due": _("Falls due today"),
    "overdue": _("Overdue"),
    "idle": _("Idle"),
    "invoices_due": _("Invoices due"),
}
QUEUE_ORDERS: Mapping[str, str] = {
    "value": _("Value"),
    "arrears": _("Arrears"),
    "promise": _("Promise"),
    "hour": _("Hour"),
    "route": _("Route"),
}

LABELS: Mapping[str, Mapping[str, str]] = {
    "queue_reason": QUEUE_REASONS,
    "queue_order": QUEUE_ORDERS,
    "stage": STAGES,
    "flag": FLAGS,
    "case_file_state": CASE_FILE_STATES,
    "channel": CHANNELS,
    "direction": DIRECTIONS,
    "outcome": OUTCOMES,
    "method": METHODS,
    "paid_to": PAID_TO,
    "payment_state": PAYMENT_STATES,
    "promise_state": PROMISE_STATES,
    "doubt": DOUBTS,
    "part": PARTS,
    "adjustment": ADJUSTMENTS,
    "proposal": PROPOSALS,
    "proposal_state": PROPOSAL_STATES,
    "party": PARTIES,
    "closing_reason": CLOSING_REASONS,
    "standing": STANDINGS,
    "client_kind": CLIENT_KINDS,
    "task_kind": TASK_KINDS,
    "task_state": TASK_STATES,
    "colour": COLOURS,
    "client_role": CLIENT_ROLES,
    "identification": IDENTIFICATIONS,
    "contact_kind": CONTACT_KINDS,
    **{f"{one}_kind": {kind: CONTACT_KINDS[kind] for kind in kinds} for one, kinds in contacts.KINDS.items()},
    "contact_state": CONTACT_STATES,
    "card_brand": CARD_BRANDS,
    "role": ROLES,
    "business_kind": BUSINESS_KINDS,
    "expense_kind": EXPENSE_KINDS,
    "borne_by": BEARERS,
    "expense_state": EXPENSE_STATES,
    "retention_ground": RETENTION_GROUNDS,
    "erasure_ground": ERASURE_GROUNDS,
    "obstacle": OBSTACLES,
    "likeness": LIKENESSES,
    **INVOICING,
    **SENDING,
}
"""Templates ask for `label("stage", value)`, and offer all of `labels("stage")`."""
