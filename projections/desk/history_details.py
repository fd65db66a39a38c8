"""What only a case file's history tells: items, contact data, who decided why. Folded when one case file is shown.

Of the history only what tells any of it is read: see `KINDS_WITH_DETAILS`, and `detail.telling_actions`.

Nothing is listed or sorted by it, and most of it is personal: it stays in the log alone, encrypted.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from uuid import UUID

from domain import payments
from domain.case_file import activity, debt, progress, proposals, schedule
from domain.case_file.activity import Outcome
from domain.case_file.debt import Item
from domain.events import Recorded
from domain.refunds import RefundProposed


@dataclass(frozen=True, slots=True)
class Contact:
    """A phone or an address: the debtor's where `person_id` is None, wrong where nobody is reached there."""

    value: str
    known_on: date
    person_id: UUID | None = None
    is_phone: bool = False
    source: str | None = None
    wrong: bool = False


@dataclass(frozen=True, slots=True)
class PaymentDetails:
    """`decision` is the last one, if one stands."""

    recorded: payments.PaymentRecorded
    decision: Recorded | None = None
    credited_to: str | None = None


@dataclass(frozen=True, slots=True)
class ProposalDetails:
    proposed: proposals.DebtChangeProposed
    decision: Recorded | None = None


@dataclass
class HistoryDetails:
    """`dispute` and `plan` are those that last; `clients` and `case_files` are whom and what the history names."""

    items: list[Item] = field(default_factory=list[Item])
    contacts: dict[tuple[UUID | None, str], Contact] = field(default_factory=dict[tuple[UUID | None, str], Contact])
    payments: dict[UUID, PaymentDetails] = field(default_factory=dict[UUID, PaymentDetails])
    refunds: dict[UUID, RefundProposed] = field(default_factory=dict[UUID, RefundProposed])
    proposals: dict[UUID, ProposalDetails] = field(default_factory=dict[UUID, ProposalDetails])
    credits: list[debt.CreditMoved | debt.CreditReceived] = field(
        default_factory=list[debt.CreditMoved | debt.CreditReceived]
    )
    dispute: progress.DisputeOpened | None = None
    plan: schedule.PaymentPlanAgreed | None = None
    clients: set[UUID] = field(default_factory=set[UUID])
    case_files: set[UUID] = field(default_factory=set[UUID])

    def contacts_of(self, person_id: UUID | None) -> Sequence[Contact]:
        """What was learned last comes first, what is wrong comes last."""
        own = [contact for contact in reversed(self.contacts.values()) if contact.person_id == person_id]
        return sorted(own, key=lambda contact: contact.wrong)


KINDS_WITH_DETAILS = (
    progress.CaseFileOpened,
    debt.ItemsAdded,
    progress.DisputeOpened,
    progress.DisputeEnded,
    schedule.PaymentPlanAgreed,
    schedule.PaymentPlanEnded,
    activity.PartyAdded,
    activity.PartyRemoved,
    debt.CreditMoved,
    debt.CreditReceived,
    RefundProposed,
    proposals.DebtChangeProposed,
    proposals.DebtChangeApproved,
    proposals.DebtChangeRejected,
    proposals.DebtChangeWithdrawn,
    payments.PaymentRecorded,
    payments.PaymentApproved,
    payments.PaymentRejected,
    payments.PaymentReturned,
    payments.PaymentReopened,
    payments.PaymentWithdrawn,
    payments.CollectionMoved,
)
"""The kinds of events that tell something, but for actions, of which there are many and of which few do."""


def history_details(history: Sequence[Recorded]) -> HistoryDetails:
    known = HistoryDetails()
    for recorded in history:
        _apply(known, recorded)
    return known


def _apply(known: HistoryDetails, recorded: Recorded) -> None:
    match recorded.event:
        case progress.CaseFileOpened(items=items) | debt.ItemsAdded(items=items):
            known.items.extend(items)
        case progress.DisputeOpened() as event:
            known.dispute = event
        case progress.DisputeEnded():
            known.dispute = None
        case schedule.PaymentPlanAgreed() as event:
            known.plan = event
        case schedule.PaymentPlanEnded():
            known.plan = None
        case activity.ActionLogged() as event:
            _learn(known, event)
        case activity.PartyAdded(client_id=client_id) | activity.PartyRemoved(client_id=client_id):
            known.clients.add(client_id)
        case debt.CreditMoved(to=other) | debt.CreditReceived(origin=other) as event:
            known.credits.append(event)
            if other is not None:
                known.case_files.add(other)
        case RefundProposed() as event:
            known.refunds[event.refund_id] = event
        case proposals.DebtChangeProposed() as event:
            known.proposals[event.proposal_id] = ProposalDetails(event)
        case (
            proposals.DebtChangeApproved(proposal_id=id_)
            | proposals.DebtChangeRejected(proposal_id=id_)
            | proposals.DebtChangeWithdrawn(proposal_id=id_)
        ):
            known.proposals[id_] = replace(known.proposals[id_], decision=recorded)
        case payments.PaymentRecorded() as event:
            known.payments[event.payment_id] = PaymentDetails(event)
        case (
            payments.PaymentApproved(payment_id=id_)
            | payments.PaymentRejected(payment_id=id_)
            | payments.PaymentReturned(payment_id=id_)
            | payments.PaymentWithdrawn(payment_id=id_)
        ):
            known.payments[id_] = replace(known.payments[id_], decision=recorded)
        case payments.PaymentReopened(payment_id=id_):
            known.payments[id_] = replace(known.payments[id_], decision=None)
        case payments.CollectionMoved(payment_id=id_, collector=collector):
            known.payments[id_] = replace(known.payments[id_], credited_to=collector)
        case _:
            pass


def _learn(known: HistoryDetails, action: activity.ActionLogged) -> None:
    known.clients.update(filter(None, (action.person_id, action.successor_id)))
    if action.phone is not None:
        wrong = action.outcome is Outcome.WRONG_NUMBER
        _contact(known, Contact(action.phone, action.done_on, action.person_id, is_phone=True, wrong=wrong))
    if action.located is not None:
        at, source = action.located, action.located.source
        for value, is_phone in ((at.phone, True), (at.address, False)):
            if value is not None:
                _contact(known, Contact(value, action.done_on, is_phone=is_phone, source=source))


def _contact(known: HistoryDetails, contact: Contact) -> None:
    """A number is the same however it is written; what is known of its source is kept."""
    key = (contact.person_id, "".join(contact.value.split()))
    before = known.contacts.pop(key, None)
    known.contacts[key] = replace(contact, source=contact.source or (before.source if before else None))
