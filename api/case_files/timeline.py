"""What happened to a case file, in the reader's words: every event of its history has a sentence."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import assert_never, get_args
from uuid import UUID

from api.http.labels import ADJUSTMENTS, CHANNELS, CLOSING_REASONS, OUTCOMES, PARTIES, PARTS, PROPOSALS, STAGES
from api.pages.context import PageContext
from api.pages.timeline import Entry, told_reason
from api.payments.timeline import more_of_payment, payment_sentence, refund_sentence
from domain import case_file, payments, refunds, skipping
from domain.case_file import activity, debt, progress, promises, proposals, schedule
from domain.case_file.activity import Direction
from domain.events import Recorded
from domain.money import Money, total
from domain.personal import ERASED

NOBODY: Mapping[UUID, str] = {}
NOTHING: Mapping[UUID, Money] = {}


def timeline(
    context: PageContext,
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
    telling = Telling(context, {**amounts, **_amounts(history)}, clients, case_files, claimers)
    return [
        Entry(recorded.recorded_at, recorded.actor, telling.text(recorded.event), [*telling.more(recorded)])
        for recorded in reversed(history)
        if isinstance(recorded.event, get_args(case_file.Event))
    ]


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
    context: PageContext
    amounts: Mapping[UUID, Money]
    clients: Mapping[UUID, str]
    case_files: Mapping[UUID, str]
    claimers: Mapping[UUID, str]

    def text(self, event: object) -> str:  # noqa: C901, PLR0911, PLR0912 - a sentence an event
        """What happened; who did it and when is told beside it."""
        _, ngettext, formats = self.context._, self.context.words.ngettext, self.context.formats
        money, day, number = formats.money, formats.day, formats.number
        assert isinstance(event, case_file.Event)  # noqa: S101 - what a case file's history holds
        match event:
            case progress.CaseFileOpened():
                principal = total((item.amount for item in event.items), event.currency)
                return _("Case file opened on %(day)s: %(amount)s", day=day(event.opened_on), amount=money(principal))
            case progress.CaseFileAssignedToCollector():
                return _(
                    "Assigned to %(who)s from %(day)s", who=self.context.person(event.collector), day=day(event.from_on)
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
                return refund_sentence(self.context, event, self.amounts[event.refund_id])
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
            case activity.ActionLogged():
                return self.action(event)
            case skipping.QueueSkipped():
                return _("Skipped in the queue until %(day)s", day=day(event.until))
            case activity.PartyAdded():
                return _("%(who)s added: %(role)s", who=self.client(event.client_id), role=_(PARTIES[event.role]))
            case activity.PartyRemoved():
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
                return payment_sentence(self.context, event, self.amounts[event.payment_id])
            case _:
                assert_never(event)

    def more(self, recorded: Recorded) -> Iterator[str]:
        """Reasons, notes, and whom a file names where it was imported."""
        _, event = self.context._, recorded.event
        if isinstance(event, debt.CostCharged) and event.cost_id in self.claimers:
            yield _("From an expense of %(who)s", who=self.context.person(self.claimers[event.cost_id]))
        match event:
            case activity.ActionLogged():
                yield from self.more_of_action(recorded, event)
            case progress.CaseFileClosed(note=note, credit_kept=Money() as kept):
                yield _("Credit kept: %(amount)s", amount=self.context.formats.money(kept))
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
                yield from more_of_payment(self.context, event, recorded.actor)
            case _:
                pass
        if recorded.reason:
            yield told_reason(self.context, recorded.reason)

    def action(self, event: activity.ActionLogged) -> str:
        _ = self.context._
        channel, outcome = _(CHANNELS[event.channel]), _(OUTCOMES[event.outcome])
        if event.direction is Direction.INCOMING:
            return _("%(channel)s (incoming): %(outcome)s", channel=channel, outcome=outcome)
        return _("%(channel)s: %(outcome)s", channel=channel, outcome=outcome)

    def more_of_action(self, recorded: Recorded, event: activity.ActionLogged) -> Iterator[str]:
        _, day = self.context._, self.context.formats.day
        if event.done_on != recorded.recorded_at.astimezone(self.context.business.zone).date():
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
        return self.context.formats.money(self.amounts[id_])

    def client(self, client_id: UUID) -> str:
        return self.clients.get(client_id, ERASED)

    def case_file(self, case_file_id: UUID) -> str:
        return self.case_files.get(case_file_id) or self.context._("another case file")
