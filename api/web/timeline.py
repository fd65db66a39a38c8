"""What happened to a case file, in the reader's words: every event of its history has a sentence."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import assert_never, get_args
from uuid import UUID

from api.web.labels import ADJUSTMENTS, CHANNELS, CLOSING_REASONS, METHODS, OUTCOMES, PARTIES, PARTS, PROPOSALS, STAGES
from api.web.visit import Visit
from domain import case_file, payments, refunds
from domain.case_file import debt, progress, promises, proposals, schedule, work
from domain.case_file.work import Direction
from domain.events import Recorded
from domain.money import Money, total
from domain.personal import ERASED

NOBODY: Mapping[UUID, str] = {}
NOTHING: Mapping[UUID, Money] = {}

UNDO = "undo"
"""The reason of whoever takes the own decision back."""


@dataclass(frozen=True, slots=True)
class Entry:
    """`more` are what was written about it: notes, reasons, what comes next."""

    at: datetime
    actor: str
    text: str
    more: Sequence[str]


def timeline(
    visit: Visit,
    history: Sequence[Recorded],
    clients: Mapping[UUID, str],
    case_files: Mapping[UUID, str],
    claimers: Mapping[UUID, str] = NOBODY,
    amounts: Mapping[UUID, Money] = NOTHING,
) -> list[Entry]:
    """The latest first. Names are shown of the clients and case files that are given.

    `claimers`: whose expense a cost came from, by the cost's id; `amounts`: of payments, promises and refunds, by their
    ids, which events of before this part of the history told.
    """
    telling = Telling(visit, {**amounts, **_amounts(history)}, clients, case_files, claimers)
    return [
        Entry(recorded.recorded_at, recorded.actor, telling.text(recorded.event), [*telling.more(recorded)])
        for recorded in reversed(history)
        if isinstance(recorded.event, get_args(case_file.Event))
    ]


DECISIONS = (
    payments.PaymentApproved,
    payments.PaymentRejected,
    payments.PaymentReturned,
    payments.PaymentReopened,
    payments.PaymentWithdrawn,
)


def decision_on(visit: Visit, history: Sequence[Recorded], payment_id: UUID) -> str:
    """The last one on that payment, as one sentence: who, what, when, why."""
    for recorded in reversed(history):
        at, event = visit.formats.moment(recorded.recorded_at), recorded.event
        match event:
            case payments.PaymentApproved(payment_id=id_, approved_by=who) if id_ == payment_id:
                return visit._("%(who)s approved it on %(at)s.", who=visit.person(who), at=at)
            case payments.PaymentRejected(payment_id=id_, rejected_by=who, reason=why) if id_ == payment_id:
                return visit._("%(who)s rejected it on %(at)s: %(why)s", who=visit.person(who), at=at, why=why)
            case payments.PaymentReturned(payment_id=id_, returned_by=who, reason=why) if id_ == payment_id:
                return visit._("%(who)s recorded its return on %(at)s: %(why)s", who=visit.person(who), at=at, why=why)
            case payments.PaymentReopened(payment_id=id_, reopened_by=who, reason=why) if id_ == payment_id:
                return visit._(
                    "%(who)s reopened it on %(at)s: %(why)s", who=visit.person(who), at=at, why=told_reason(visit, why)
                )
            case payments.PaymentWithdrawn(payment_id=id_, withdrawn_by=who, reason=why) if id_ == payment_id:
                return visit._("%(who)s withdrew it on %(at)s: %(why)s", who=visit.person(who), at=at, why=why)
            case _:
                pass
    return ""


def decider(decision: Recorded) -> str:
    """Another than who recorded it, where an imported file names one."""
    event = decision.event
    return event.approved_by if isinstance(event, payments.PaymentApproved) else decision.actor


def told_reason(visit: Visit, reason: str) -> str:
    return visit._("undone") if reason == UNDO else reason


def payment_sentence(visit: Visit, event: payments.Event, amount: Money) -> str:  # noqa: PLR0911 - a sentence an event
    """Of a case file's or an invoice's payment; `amount` is the payment's."""
    _, day, sum_ = visit._, visit.formats.day, visit.formats.money(amount)
    match event:
        case payments.PaymentRecorded():
            return _(
                "Payment of %(amount)s recorded: %(method)s, received on %(day)s",
                amount=sum_,
                method=_(METHODS[event.method]),
                day=day(event.received_on),
            )
        case payments.PaymentApproved():
            return _("Payment of %(amount)s approved", amount=sum_)
        case payments.PaymentRejected():
            return _("Payment of %(amount)s rejected", amount=sum_)
        case payments.PaymentReturned():
            return _("Payment of %(amount)s returned on %(day)s", amount=sum_, day=day(event.returned_on))
        case payments.PaymentReopened():
            return _("Payment of %(amount)s reopened", amount=sum_)
        case payments.PaymentWithdrawn():
            return _("Payment of %(amount)s withdrawn", amount=sum_)
        case payments.CollectionMoved():
            return _("Collection of %(amount)s counted for %(who)s", amount=sum_, who=visit.person(event.collector))
        case _:
            assert_never(event)


def refund_sentence(visit: Visit, event: refunds.Event, amount: Money) -> str:
    """Of a case file's or an invoice's refund; `amount` is the refund's."""
    _, sum_ = visit._, visit.formats.money(amount)
    match event:
        case refunds.RefundProposed():
            return _("Refund of %(amount)s proposed", amount=sum_)
        case refunds.RefundApproved():
            return _("Refund of %(amount)s approved", amount=sum_)
        case refunds.RefundRejected():
            return _("Refund of %(amount)s rejected", amount=sum_)
        case refunds.RefundWithdrawn():
            return _("Refund of %(amount)s withdrawn", amount=sum_)
        case _:
            assert_never(event)


def more_of_payment(
    visit: Visit, event: payments.PaymentRecorded | payments.PaymentApproved, actor: str
) -> Iterator[str]:
    _ = visit._
    match event:
        case payments.PaymentRecorded():
            if event.imported_by:
                yield _("Imported; the file names %(who)s", who=visit.person(event.recorded_by))
            if event.payer:
                yield _("Paid by %(who)s", who=event.payer)
            if event.overpayment:
                yield _("Overpayment")
            if event.note:
                yield event.note
        case payments.PaymentApproved():
            if event.approved_by != actor:
                yield _("Imported; the file names %(who)s", who=visit.person(event.approved_by))
            if event.overpayment:
                yield _("Overpayment")
            if not event.second_review:
                yield _("Without a second review")


def _amounts(history: Sequence[Recorded]) -> Mapping[UUID, Money]:
    """Of the payments, promises, refunds and proposals that later events only name."""
    amounts: dict[UUID, Money] = {}
    for recorded in history:
        match recorded.event:
            case (
                payments.PaymentRecorded(payment_id=id_, amount=amount)
                | promises.PromiseMade(promise_id=id_, amount=amount)
                | refunds.RefundProposed(refund_id=id_, amount=amount)
                | proposals.DebtChangeProposed(proposal_id=id_, amount=amount)
            ):
                amounts[id_] = amount
            case _:
                pass
    return amounts


@dataclass(frozen=True)
class Telling:
    visit: Visit
    amounts: Mapping[UUID, Money]
    clients: Mapping[UUID, str]
    case_files: Mapping[UUID, str]
    claimers: Mapping[UUID, str]

    def text(self, event: object) -> str:  # noqa: C901, PLR0911, PLR0912 - a sentence an event
        """What happened; who did it and when is told beside it."""
        _, ngettext, formats = self.visit._, self.visit.words.ngettext, self.visit.formats
        money, day, number = formats.money, formats.day, formats.number
        assert isinstance(event, case_file.Event)  # noqa: S101 - what a case file's history holds
        match event:
            case progress.CaseFileOpened():
                principal = total((item.amount for item in event.items), event.currency)
                return _("Case file opened on %(day)s: %(amount)s", day=day(event.opened_on), amount=money(principal))
            case progress.CaseFileAssignedToCollector():
                return _(
                    "Assigned to %(who)s from %(day)s", who=self.visit.person(event.collector), day=day(event.from_on)
                )
            case progress.CaseFileUnassigned():
                return _("From %(day)s on it follows the debtor's collector", day=day(event.from_on))
            case progress.StageChanged():
                return _("Stage: %(stage)s", stage=_(STAGES[event.stage]))
            case progress.DisputeOpened():
                return _("Dispute opened on %(day)s", day=day(event.opened_on))
            case progress.DisputeEnded():
                return _("Dispute ended on %(day)s", day=day(event.ended_on))
            case progress.CaseFileClosed():
                return _("Case file closed: %(why)s", why=_(CLOSING_REASONS[event.closed_for]))
            case progress.CaseFileReopened():
                return _("Case file reopened")
            case debt.ItemsAdded():
                added = total((item.amount for item in event.items), event.items[0].amount.currency)
                text = ngettext("%(num)s item added: %(sum)s", "%(num)s items added: %(sum)s", len(event.items))
                return text % {"num": number(len(event.items)), "sum": money(added)}
            case debt.CostCharged():
                return _("Cost of %(amount)s on %(day)s", amount=money(event.amount), day=day(event.charged_on))
            case debt.InterestCharged():
                return _("Interest of %(amount)s on %(day)s", amount=money(event.amount), day=day(event.charged_on))
            case debt.DebtAdjusted():
                kind, part = _(ADJUSTMENTS[event.kind]), _(PARTS[event.part])
                return _("%(kind)s: %(amount)s (%(part)s)", kind=kind, amount=money(event.amount), part=part)
            case debt.AllocationOrderChanged():
                order = ", ".join(_(PARTS[part]) for part in event.order)
                return _("Payments now go to: %(order)s", order=order)
            case debt.CreditMoved():
                if event.to is None:
                    return _("Credit of %(amount)s given back to the payer", amount=money(event.amount))
                other = self.case_file(event.to)
                return _("Credit of %(amount)s moved to %(case_file)s", amount=money(event.amount), case_file=other)
            case debt.CreditReceived():
                origin = self.case_file(event.origin)
                return _("Credit of %(amount)s came from %(case_file)s", amount=money(event.amount), case_file=origin)
            case (
                refunds.RefundProposed()
                | refunds.RefundApproved()
                | refunds.RefundRejected()
                | refunds.RefundWithdrawn()
            ):
                return refund_sentence(self.visit, event, self.amounts[event.refund_id])
            case proposals.DebtChangeProposed():
                kind, part = _(PROPOSALS[event.kind]), _(PARTS[event.part])
                return _("Proposed: %(kind)s, %(amount)s (%(part)s)", kind=kind, amount=money(event.amount), part=part)
            case proposals.DebtChangeApproved():
                return _("Proposal of %(amount)s approved", amount=self.amount(event.proposal_id))
            case proposals.DebtChangeRejected():
                return _("Proposal of %(amount)s rejected", amount=self.amount(event.proposal_id))
            case proposals.DebtChangeWithdrawn():
                return _("Proposal of %(amount)s withdrawn", amount=self.amount(event.proposal_id))
            case schedule.PaymentPlanAgreed():
                agreed = total((one.amount for one in event.instalments), event.instalments[0].amount.currency)
                count = len(event.instalments)
                text = ngettext("Plan of %(num)s instalment: %(sum)s", "Plan of %(num)s instalments: %(sum)s", count)
                return text % {"num": number(count), "sum": money(agreed)}
            case schedule.PaymentPlanEnded():
                return _("Payment plan ended on %(day)s", day=day(event.ended_on))
            case promises.PromiseMade():
                return _("Promise to pay %(amount)s by %(day)s", amount=money(event.amount), day=day(event.due_on))
            case promises.PromiseCancelled():
                return _("Promise of %(amount)s cancelled", amount=self.amount(event.promise_id))
            case work.ActionLogged():
                return self.action(event)
            case work.PartyAdded():
                return _("%(who)s added: %(role)s", who=self.client(event.client_id), role=_(PARTIES[event.role]))
            case work.PartyRemoved():
                return _(
                    "%(who)s is no longer a party: %(role)s",
                    who=self.client(event.client_id),
                    role=_(PARTIES[event.role]),
                )
            case (
                payments.PaymentRecorded()
                | payments.PaymentApproved()
                | payments.PaymentRejected()
                | payments.PaymentReturned()
                | payments.PaymentReopened()
                | payments.PaymentWithdrawn()
                | payments.CollectionMoved()
            ):
                return payment_sentence(self.visit, event, self.amounts[event.payment_id])
            case _:
                assert_never(event)

    def more(self, recorded: Recorded) -> Iterator[str]:
        """Reasons, notes, and whom a file names where it was imported."""
        _, event = self.visit._, recorded.event
        if isinstance(event, debt.CostCharged) and event.cost_id in self.claimers:
            yield _("From an expense of %(who)s", who=self.visit.person(self.claimers[event.cost_id]))
        match event:
            case work.ActionLogged():
                yield from self.more_of_action(recorded, event)
            case progress.CaseFileClosed(note=note, credit_kept=Money() as kept):
                yield _("Credit kept: %(amount)s", amount=self.visit.formats.money(kept))
                yield note or ERASED
            case (
                progress.DisputeOpened(claim=text)
                | progress.DisputeEnded(result=text)
                | progress.StageChanged(note=str() as text)
                | progress.CaseFileClosed(note=str() as text)
            ):
                yield text
            case refunds.RefundApproved(second_review=False) | proposals.DebtChangeApproved(second_review=False):
                yield _("Without a second review")
            case (
                debt.CostCharged(concept=why, despite=despite)
                | debt.InterestCharged(concept=why, despite=despite)
                | proposals.DebtChangeProposed(why=why, despite=despite)
            ):
                yield from filter(None, (why, despite))
            case debt.ItemsAdded(despite=str() as text):
                yield text
            case payments.PaymentRecorded() | payments.PaymentApproved():
                yield from more_of_payment(self.visit, event, recorded.actor)
            case _:
                pass
        if recorded.reason:
            yield told_reason(self.visit, recorded.reason)

    def action(self, event: work.ActionLogged) -> str:
        _ = self.visit._
        channel, outcome = _(CHANNELS[event.channel]), _(OUTCOMES[event.outcome])
        if event.direction is Direction.INCOMING:
            return _("%(channel)s (incoming): %(outcome)s", channel=channel, outcome=outcome)
        return _("%(channel)s: %(outcome)s", channel=channel, outcome=outcome)

    def more_of_action(self, recorded: Recorded, event: work.ActionLogged) -> Iterator[str]:
        _, day = self.visit._, self.visit.formats.day
        if event.done_on != recorded.recorded_at.astimezone(self.visit.business.zone).date():
            yield _("Done on %(day)s", day=day(event.done_on))
        if event.person_id is not None:
            yield _("With %(who)s", who=self.client(event.person_id))
        if event.phone:
            yield _("Phone %(phone)s", phone=event.phone)
        if event.located is not None:
            found = ", ".join(filter(None, (event.located.phone, event.located.address)))
            yield _("Found: %(contact)s (source: %(source)s)", contact=found, source=event.located.source)
        if event.successor_id is not None:
            yield _("Successor: %(who)s", who=self.client(event.successor_id))
        if event.note:
            yield event.note
        if event.next_action_on is not None:
            yield _("Next: %(what)s, %(day)s", what=event.next_action or ERASED, day=day(event.next_action_on))

    def amount(self, id_: UUID) -> str:
        return self.visit.formats.money(self.amounts[id_])

    def client(self, client_id: UUID) -> str:
        return self.clients.get(client_id, ERASED)

    def case_file(self, case_file_id: UUID) -> str:
        return self.case_files.get(case_file_id) or self.visit._("another case file")
