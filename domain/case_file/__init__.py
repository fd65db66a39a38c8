"""A case file: one claim on one debtor, the work on it and the payments towards it.

Its subjects have a module each: `debt`, `schedule`, `promises`, `activity` (actions and parties), `progress` (opened to
closed), and `domain.payments`. Here is what ties them together: who may act, and what a closed case file still takes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Self, assert_never
from uuid import UUID

from domain import payments, refunds, skipping
from domain.case_file import activity, debt, progress, promises, proposals, schedule
from domain.case_file.activity import NOBODY, NewAction, PartyRole, Work
from domain.case_file.debt import (
    AdjustmentKind,
    Debt,
    InvoiceShare,
    Item,
    Part,
    checked_items,
)
from domain.case_file.progress import (
    CaseFileAssignedToCollector,
    CaseFileClosed,
    CaseFileExists,
    CaseFileIsClosed,
    CaseFileNotClosed,
    CaseFileOpened,
    CaseFileReopened,
    CaseFileUnassigned,
    ChargesStopped,
    ClosingReason,
    CreditLeft,
    DemandsStopped,
    DisputeEnded,
    DisputeOpenAlready,
    DisputeOpened,
    InvoicesGivenBack,
    NoDispute,
    NoteMissing,
    NothingCollected,
    NothingWaived,
    OwnDebtor,
    PaymentsWaiting,
    RefundWaits,
    Stage,
    StageChanged,
    StillOwed,
    Stop,
    Stops,
)
from domain.case_file.promises import Promises
from domain.case_file.proposals import (
    ADJUSTMENTS,
    DebtChangeProposed,
    Proposable,
    Proposals,
    ProposalsWaiting,
    adds,
)
from domain.case_file.schedule import Instalment, Schedule, ScheduleDiffers, checked_instalments
from domain.days import check_day
from domain.despite import why_despite
from domain.doubts import Doubt, check_sure
from domain.errors import NotFound
from domain.holdings import AssignmentNotYet, Holding, held_from, holder
from domain.money import Money, total
from domain.payments import HeldBy, Ledger, NewPayment
from domain.people import WORKS, Actor, Role
from domain.personal import NAME, long_text, optional_long_text, reason, reference_text, text
from domain.refunds import Refunds

Event = (
    progress.Event
    | debt.Event
    | proposals.Event
    | schedule.Event
    | promises.Event
    | activity.Event
    | payments.Event
    | refunds.Event
    | skipping.Event
)


@dataclass(frozen=True)
class CaseFile:
    reference: str = ""
    debtor_id: UUID = NOBODY
    creditor_id: UUID | None = None
    opened_on: date = date.min
    stage: Stage = Stage.AMICABLE
    dispute: DisputeOpened | None = None
    closed_for: ClosingReason | None = None
    holdings: tuple[Holding, ...] = ()
    debt: Debt = field(default_factory=Debt)
    proposals: Proposals = field(default_factory=Proposals)
    stops_at_proposal: Mapping[UUID, Stops] = field(default_factory=dict[UUID, Stops])
    schedule: Schedule = field(default_factory=Schedule)
    ledger: Ledger = field(default_factory=Ledger)
    refunds: Refunds = field(default_factory=Refunds)
    promises: Promises = field(default_factory=Promises)
    work: Work = field(default_factory=Work)

    @property
    def outstanding(self) -> Money:
        """Below zero where too much was paid."""
        return self.debt.owed - self.collected

    @property
    def collected(self) -> Money:
        """By its payments, and by credit that came from elsewhere, less what went away again."""
        return self.debt.credits + self.ledger.approved

    @property
    def paid_back(self) -> Money:
        """Credit that is owed again, since what it came of was returned."""
        return self.debt.paid_back(self.collected)

    @property
    def credit(self) -> Money:
        return max(-self.outstanding, Money.zero(self.debt.currency))

    @property
    def invoice_shares(self) -> Mapping[UUID, InvoiceShare]:
        """What of the invoices that it took over is paid, and given up, by now."""
        return self.debt.invoice_shares(self.collected)

    def held_by(self, day: date) -> str | None:
        """Its own collector that day; None where it follows its debtor's."""
        return holder(self.holdings, day)

    # From opened to closed

    def open(
        self,
        reference: str,
        *,
        creditor_id: UUID | None,
        debtor_id: UUID,
        currency: str,
        opened_on: date,
        items: Sequence[Item],
        schedule: Sequence[Instalment] = (),
        today: date,
        by: Actor,
    ) -> list[Event]:
        """Without a schedule each item is due on its own day."""
        by.require(*WORKS)
        if self.reference:
            raise CaseFileExists(field="id")
        if creditor_id == debtor_id:
            raise OwnDebtor(field="debtor_id")
        check_day(opened_on, "opened_on", at_most=today)
        owed = checked_items(items, currency)
        due = checked_instalments(schedule or [Instalment(item.due_on, item.amount) for item in owed], currency)
        principal = total((item.amount for item in owed), currency)
        if total((instalment.amount for instalment in due), currency) != principal:
            raise ScheduleDiffers(field="schedule", principal=principal)
        known_as = reference_text(reference)
        return [
            CaseFileOpened(
                reference=known_as,
                creditor_id=creditor_id,
                debtor_id=debtor_id,
                currency=currency,
                opened_on=opened_on,
                items=owed,
                schedule=due,
            )
        ]

    def assign_to_collector(self, collector: str, from_on: date, *, today: date, by: Actor) -> list[Event]:
        by.require(Role.SUPERVISOR, Role.ADMINISTRATOR)
        self._check_assignment(from_on, today)
        assigned = CaseFileAssignedToCollector(text(collector, "collector", at_most=NAME), from_on)
        return [] if self.evolve(assigned) == self else [assigned]

    def unassign(self, from_on: date, *, today: date, by: Actor) -> list[Event]:
        by.require(Role.SUPERVISOR, Role.ADMINISTRATOR)
        self._check_assignment(from_on, today)
        return [] if self.held_by(from_on) is None else [CaseFileUnassigned(from_on)]

    def assignment_doubts(
        self, collector: str | None, from_on: date, debtors: Sequence[Holding], today: date
    ) -> Sequence[Doubt]:
        """What was collected in past months may be reported already, as another collector's.

        `debtors` is who held the debtor, whom it follows where it is not assigned itself.
        """
        assigned = held_from(self.holdings, Holding(from_on, collector))
        moved = any(
            (self.held_by(day) or holder(debtors, day)) != (holder(assigned, day) or holder(debtors, day))
            for day in self.ledger.collected_on()
            if day < today.replace(day=1)
        )
        return [Doubt.MOVES_COLLECTIONS] if moved else []

    def change_stage(self, stage: Stage, note: str | None = None, *, today: date, by: Actor) -> list[Event]:
        self._check_works(by)
        if stage is self.stage:
            return []
        return [StageChanged(stage, today, optional_long_text(note, "note"))]

    def open_dispute(self, dispute_id: UUID, claim: str, opened_on: date, *, today: date, by: Actor) -> list[Event]:
        self._check_works(by)
        if self.dispute is not None:
            raise DisputeOpenAlready(dispute_id=self.dispute.dispute_id)
        check_day(opened_on, "opened_on", at_most=today)
        return [DisputeOpened(dispute_id, opened_on, long_text(claim, "claim"))]

    def end_dispute(self, result: str, ended_on: date, *, today: date, by: Actor) -> list[Event]:
        self._check_works(by)
        if self.dispute is None:
            raise NoDispute
        check_day(ended_on, "ended_on", at_least=self.dispute.opened_on, at_most=today)
        return [DisputeEnded(self.dispute.dispute_id, ended_on, long_text(result, "result"))]

    def close(
        self, closed_for: ClosingReason, note: str | None = None, *, keep_credit: bool = False, today: date, by: Actor
    ) -> list[Event]:
        """Nothing is owed on what is closed as paid or settled: nor by us, unless the credit is kept on purpose."""
        self._check_works(by)
        if self.ledger.waiting:
            raise PaymentsWaiting(waiting=self.ledger.waiting)
        if self.proposals.waiting:
            raise ProposalsWaiting(waiting=len(self.proposals.waiting))
        noted = optional_long_text(note, "note")
        kept = self.credit if keep_credit and self.credit else None
        if closed_for in {ClosingReason.PAID, ClosingReason.SETTLED_WITH_WAIVER}:
            if self.outstanding.amount > 0:
                raise StillOwed(field="reason", outstanding=self.outstanding)
            if closed_for is ClosingReason.PAID and self.collected.amount <= 0:
                raise NothingCollected(field="reason", fits=self.fitting_reason)
            if closed_for is ClosingReason.SETTLED_WITH_WAIVER and not self.debt.waived:
                raise NothingWaived(field="reason", fits=self.fitting_reason)
            if self.refunds.reserved and not keep_credit:
                raise RefundWaits(waiting=self.refunds.reserved)
            if self.credit and not keep_credit:
                raise CreditLeft(field="keep_credit", credit=self.credit)
        if kept and noted is None:
            raise NoteMissing(field="note")
        return [CaseFileClosed(today, closed_for, noted, kept)]

    @property
    def fitting_reason(self) -> ClosingReason:
        """What it would most likely be closed for by what is owed and collected now."""
        if self.outstanding.amount > 0:
            return ClosingReason.UNCOLLECTIBLE
        if self.debt.waived:
            return ClosingReason.SETTLED_WITH_WAIVER
        return ClosingReason.PAID if self.collected.amount > 0 else ClosingReason.UNFOUNDED

    def skip(self, until: date, *, today: date, by: Actor) -> list[Event]:
        """In the queue, where it also is if money was returned after it was closed."""
        by.require(*WORKS)
        self._check_opened()
        if self.outstanding.amount <= 0:
            self._check_open()
        return [skipping.skip(until, today=today)]

    def reopen(self, why: str | None, *, today: date, by: Actor) -> list[Event]:
        by.require(Role.SUPERVISOR)
        if self.closed_for is None:
            raise CaseFileNotClosed
        if self.closed_for is ClosingReason.WITHDRAWN and self.debt.invoices:
            raise InvoicesGivenBack
        return [CaseFileReopened(today, reason(why))]

    # The debt

    def add_items(
        self,
        proposal_id: UUID,
        items: Sequence[Item],
        *,
        despite: str | None = None,
        alone_up_to: Money | None = None,
        today: date,
        by: Actor,
    ) -> list[Event]:
        """What raises the debt, here and below, is charged by a supervisor, alone up to the limit that the business
        has set for a day; else it is proposed."""
        self._check_works(by)
        why = self._check_not_stopped(despite, by)
        [added] = self.debt.add_items(items, today=today)
        return self._done_or_proposed(proposal_id, replace(added, despite=why), alone_up_to, today, by)

    def owe_more(self, item: Item, *, today: date) -> list[Event]:
        """Of an invoice that it took over, a payment from before was returned: the bank does not ask whether the case
        file is closed."""
        return [*self.debt.add_items([item], today=today)]

    def owe_less(self, adjustment_id: UUID, invoice_id: UUID, amount: Money, why: str, *, today: date) -> list[Event]:
        """And of what that payment had been moved to, some came back."""
        correction = AdjustmentKind.CORRECTION
        return [*self.debt.adjust_invoice(adjustment_id, correction, invoice_id, amount, why, today=today)]

    def credit_invoice(
        self, credit_note_id: UUID, invoice_id: UUID, amount: Money, why: str, *, today: date
    ) -> list[Event]:
        self._check_open()
        credit_note = AdjustmentKind.CREDIT_NOTE
        return [*self.debt.adjust_invoice(credit_note_id, credit_note, invoice_id, amount, why, today=today)]

    def charge_cost(
        self,
        cost_id: UUID,
        amount: Money,
        charged_on: date,
        concept: str | None,
        *,
        despite: str | None = None,
        alone_up_to: Money | None = None,
        ask_first: bool = False,
        today: date,
        by: Actor,
    ) -> list[Event]:
        self._check_works(by)
        why = self._check_not_stopped(despite, by)
        [charged] = self.debt.charge_cost(cost_id, amount, charged_on, concept, today=today)
        if ask_first:
            self._check_sure_of_charge(Part.COSTS, charged.amount)
        return self._done_or_proposed(cost_id, replace(charged, despite=why), alone_up_to, today, by)

    def charge_interest(
        self,
        interest_id: UUID,
        amount: Money,
        charged_on: date,
        concept: str | None,
        *,
        despite: str | None = None,
        alone_up_to: Money | None = None,
        ask_first: bool = False,
        today: date,
        by: Actor,
    ) -> list[Event]:
        self._check_works(by)
        why = self._check_not_stopped(despite, by)
        [charged] = self.debt.charge_interest(interest_id, amount, charged_on, concept, today=today)
        if ask_first:
            self._check_sure_of_charge(Part.INTEREST, charged.amount)
        return self._done_or_proposed(interest_id, replace(charged, despite=why), alone_up_to, today, by)

    def adjust_debt(
        self,
        adjustment_id: UUID,
        kind: AdjustmentKind,
        part: Part,
        amount: Money,
        adjusted_on: date,
        why: str | None,
        *,
        alone_up_to: Money | None = None,
        today: date,
        by: Actor,
    ) -> list[Event]:
        """What is taken off a debt is taken off by a supervisor; others propose it."""
        self._check_works(by)
        [adjusted] = self.debt.adjust(
            adjustment_id, kind, part, amount, adjusted_on, why, outstanding=self.outstanding, today=today
        )
        return self._done_or_proposed(adjustment_id, adjusted, alone_up_to, today, by)

    def _check_sure_of_charge(self, part: Part, amount: Money) -> None:
        """More costs, or more interest, than the whole principal is seldom meant: a comma in the wrong place."""
        if self.debt.charged.get(part, Money.zero(self.debt.currency)) + amount > self.debt.principal:
            check_sure([Doubt.CHARGED_ABOVE_PRINCIPAL])

    def _done_or_proposed(
        self, proposal_id: UUID, change: Proposable, alone_up_to: Money | None, today: date, by: Actor
    ) -> list[Event]:
        """All that was charged alone on one day counts, so that nobody passes the limit in two steps."""
        if Role.SUPERVISOR in by.roles:
            if alone_up_to is None or adds(change).amount < 0:
                return [change]
            if self.debt.charged_alone(today) + adds(change) <= alone_up_to:
                return [replace(change, alone_on=today)]
        return [*self.proposals.propose(proposal_id, change, by=by)]

    def approve_proposal(
        self, proposal_id: UUID, *, despite: str | None = None, four_eyes: bool, today: date, by: Actor
    ) -> list[Event]:
        """The change is made as the debt stands now, so whatever refuses it now refuses this."""
        self._check_open()
        proposed, approved = self.proposals.approve(proposal_id, four_eyes=four_eyes, by=by)
        return [*approved, *self._changed_as(proposed, despite, today, by)]

    def _changed_as(
        self, proposed: DebtChangeProposed, despite: str | None, today: date, by: Actor
    ) -> Sequence[Proposable]:
        id_, amount, on, why = proposed.proposal_id, proposed.amount, proposed.effective_on, proposed.why
        if proposed.kind in ADJUSTMENTS:
            kind, owing = ADJUSTMENTS[proposed.kind], self.outstanding
            return self.debt.adjust(id_, kind, proposed.part, amount, on, why, outstanding=owing, today=today)
        still_said = None if self.stops.beyond(self.stops_at_proposal[id_]) else proposed.despite
        said = self._check_not_stopped(despite or still_said, by)
        if proposed.kind is proposals.Kind.ITEMS:
            return [replace(one, despite=said) for one in self.debt.add_items(proposed.items, today=today)]
        if proposed.kind is proposals.Kind.COST:
            return [replace(one, despite=said) for one in self.debt.charge_cost(id_, amount, on, why, today=today)]
        return [replace(one, despite=said) for one in self.debt.charge_interest(id_, amount, on, why, today=today)]

    def reject_proposal(self, proposal_id: UUID, why: str | None, *, four_eyes: bool, by: Actor) -> list[Event]:
        self._check_open()
        return [*self.proposals.reject(proposal_id, why, four_eyes=four_eyes, by=by)]

    def withdraw_proposal(self, proposal_id: UUID, *, by: Actor) -> list[Event]:
        self._check_works(by)
        return [*self.proposals.withdraw(proposal_id, by=by)]

    def follow_creditor(
        self, adjustment_id: UUID, item: Item, why: str | None, *, today: date, by: Actor
    ) -> list[Event]:
        """Come to the principal that its creditor claims now: what is more is an item, what is less a correction.

        It gives up nothing of ours, so whoever may import what creditors tell may do it.
        """
        by.require(Role.SUPERVISOR, Role.ADMINISTRATOR)
        self._check_open()
        return [*self.debt.follow(adjustment_id, item, why, today=today)]

    def change_allocation_order(self, order: Sequence[Part], why: str | None, *, by: Actor) -> list[Event]:
        self._check_works(by)
        return [*self.debt.change_allocation_order(order, why)]

    def agree_plan(self, plan_id: UUID, instalments: Sequence[Instalment], *, today: date, by: Actor) -> list[Event]:
        self._check_works(by)
        return [*self.schedule.agree(plan_id, instalments, self.outstanding, today=today)]

    def end_plan(self, why: str | None, *, today: date, by: Actor) -> list[Event]:
        self._check_works(by)
        return [*self.schedule.end(why, today=today)]

    def move_credit(
        self, credit_id: UUID, amount: Money, to: UUID, why: str | None, *, today: date, by: Actor
    ) -> list[Event]:
        self._check_works(by)
        by.require(Role.SUPERVISOR)
        self.refunds.check_free(amount, self.credit)
        return [*self.debt.move_credit(credit_id, amount, to, why, today=today)]

    def receive_credit(self, credit_id: UUID, amount: Money, origin: UUID, *, today: date, by: Actor) -> list[Event]:
        self._check_works(by)
        return [*self.debt.receive_credit(credit_id, amount, origin, today=today)]

    # Refunds. What is owed back is owed back whether or not the case file is closed.

    def propose_refund(self, refund_id: UUID, amount: Money, why: str | None, *, today: date, by: Actor) -> list[Event]:
        self._check_opened()
        by.require(*WORKS)
        return [*self.refunds.propose(refund_id, amount, why, credit=self.credit, today=today, by=by)]

    def approve_refund(self, refund_id: UUID, *, four_eyes: bool, today: date, by: Actor) -> list[Event]:
        """The credit goes back with it."""
        self._check_opened()
        refund, approved = self.refunds.approve(refund_id, credit=self.credit, four_eyes=four_eyes, by=by)
        return [*approved, *self.debt.move_credit(refund_id, refund.amount, None, refund.reason, today=today)]

    def reject_refund(self, refund_id: UUID, why: str | None, *, four_eyes: bool, by: Actor) -> list[Event]:
        self._check_opened()
        return [*self.refunds.reject(refund_id, why, four_eyes=four_eyes, by=by)]

    def withdraw_refund(self, refund_id: UUID, why: str | None, *, by: Actor) -> list[Event]:
        self._check_opened()
        by.require(*WORKS)
        return [*self.refunds.withdraw(refund_id, why, by=by)]

    # The work

    def log_action(
        self,
        action_id: UUID,
        action: NewAction,
        promise: tuple[UUID, Money, date] | None = None,
        dispute: tuple[UUID, str] | None = None,
        *,
        ask_first: bool = False,
        today: date,
        by: Actor,
    ) -> list[Event]:
        """With what came of it, if something did: a promise (id, amount, day due), a dispute (id, what is claimed)."""
        self._check_works(by)
        if action.done_on < self.opened_on:
            raise activity.ActionBeforeCaseFile(field="done_on", opened_on=self.opened_on)
        logged = self.work.log_action(action_id, action, today=today)
        promised = self.promises.make(*promise, made_on=action.done_on) if promise else []
        disputed = self.open_dispute(*dispute, action.done_on, today=today, by=by) if dispute else []
        if ask_first:
            check_sure([*action.doubts(today), *(self._doubts_of_promise(*promise[1:], today) if promise else ())])
        return [*logged, *promised, *disputed]

    def log_notice(self, action_id: UUID, action: NewAction, *, today: date) -> list[Event]:
        """What came of a notice that was sent; a case file that was closed meanwhile takes it no more."""
        return [*self.work.log_action(action_id, action, today=today)] if self.closed_for is None else []

    def add_party(self, client_id: UUID, role: PartyRole, *, by: Actor) -> list[Event]:
        self._check_works(by)
        return [*self.work.add_party(client_id, role)]

    def remove_party(self, client_id: UUID, role: PartyRole, *, by: Actor) -> list[Event]:
        self._check_works(by)
        return [*self.work.remove_party(client_id, role)]

    def make_promise(
        self, promise_id: UUID, amount: Money, due_on: date, *, ask_first: bool = False, today: date, by: Actor
    ) -> list[Event]:
        self._check_works(by)
        made = self.promises.make(promise_id, amount, due_on, made_on=today)
        if ask_first:
            check_sure(self._doubts_of_promise(amount, due_on, today))
        return [*made]

    def _doubts_of_promise(self, amount: Money, due_on: date, today: date) -> Sequence[Doubt]:
        possible = {
            Doubt.PROMISE_ABOVE_DEBT: self.outstanding < amount,
            Doubt.PROMISE_FAR_AHEAD: due_on > today + promises.USUALLY_WITHIN,
        }
        return [doubt for doubt, holds in possible.items() if holds]

    def cancel_promise(self, promise_id: UUID, why: str | None, *, today: date, by: Actor) -> list[Event]:
        self._check_works(by)
        return [*self.promises.cancel(promise_id, why, today=today)]

    # Payments

    def record_payment(
        self, payment_id: UUID, payment: NewPayment, *, ask_first: bool = False, today: date, by: Actor
    ) -> list[Event]:
        self._check_works(by)
        recorded = self.ledger.record(payment_id, payment, with_us_from=self.opened_on, today=today, by=by)
        if ask_first:
            check_sure(self.ledger.doubts(payment, owed=self.outstanding))
        return [*recorded]

    def approve_payment(
        self, payment_id: UUID, *, four_eyes: bool, overpayment: bool = False, by: Actor
    ) -> list[Event]:
        self._check_open()
        owed = self.outstanding
        return [*self.ledger.approve(payment_id, owed=owed, four_eyes=four_eyes, overpayment=overpayment, by=by)]

    def approve_imported_payment(self, payment_id: UUID, approved_by: str, *, by: Actor) -> list[Event]:
        self._check_open()
        return [*self.ledger.approve_as_imported(payment_id, approved_by, owed=self.outstanding, by=by)]

    def reject_payment(self, payment_id: UUID, why: str | None, *, four_eyes: bool, by: Actor) -> list[Event]:
        self._check_open()
        return [*self.ledger.reject(payment_id, why, four_eyes=four_eyes, by=by)]

    def return_payment(
        self, payment_id: UUID, returned_on: date, why: str | None, *, four_eyes: bool, today: date, by: Actor
    ) -> list[Event]:
        """The bank does not ask whether the case file is closed."""
        return [*self.ledger.return_(payment_id, returned_on, why, four_eyes=four_eyes, today=today, by=by)]

    def reopen_payment(self, payment_id: UUID, why: str | None, *, four_eyes: bool, by: Actor) -> list[Event]:
        self._check_open()
        return [*self.ledger.reopen(payment_id, why, four_eyes=four_eyes, by=by)]

    def withdraw_payment(self, payment_id: UUID, why: str | None, *, by: Actor) -> list[Event]:
        self._check_works(by)
        return [*self.ledger.withdraw(payment_id, why, by=by)]

    def move_collection(
        self, payment_id: UUID, collector: str, why: str | None, *, held_by: HeldBy, four_eyes: bool, by: Actor
    ) -> list[Event]:
        self._check_open()
        return [*self.ledger.move_collection(payment_id, collector, why, held_by=held_by, four_eyes=four_eyes, by=by)]

    # What holds for all of them

    @property
    def stopped_by(self) -> Stop | None:
        """Why nothing is charged and nothing demanded now."""
        if self.dispute is not None:
            return Stop.DISPUTE
        return Stop.INSOLVENCY if self.stage is Stage.INSOLVENCY else None

    @property
    def stops(self) -> Stops:
        return Stops(self.dispute.dispute_id if self.dispute else None, self.stage is Stage.INSOLVENCY)

    @property
    def stops_demands(self) -> DemandsStopped | None:
        """What stands against a demand, unless a supervisor says why: see `why_despite`."""
        return None if self.stopped_by is None else DemandsStopped(field="despite", stopped_by=self.stopped_by)

    def _check_not_stopped(self, despite: str | None, by: Actor) -> str | None:
        """Unless a supervisor says why it is charged all the same: what was said, where it was needed."""
        if self.stopped_by is None:
            return None
        return why_despite(despite, ChargesStopped(field="despite", stopped_by=self.stopped_by), by=by)

    def _check_works(self, by: Actor) -> None:
        by.require(*WORKS)
        self._check_open()

    def _check_opened(self) -> None:
        if not self.reference:
            raise NotFound

    def _check_open(self) -> None:
        self._check_opened()
        if self.closed_for is not None:
            raise CaseFileIsClosed(closed_for=self.closed_for)

    def _check_assignment(self, from_on: date, today: date) -> None:
        self._check_open()
        check_day(from_on, "from")
        if from_on > today:
            raise AssignmentNotYet(field="from", today=today)

    def evolve(self, event: Event) -> Self:
        """Each part takes its own events; where the case file stands is told here."""
        if isinstance(event, payments.Event):
            return replace(self, ledger=self.ledger.evolve(event))
        if isinstance(event, debt.Event):
            return replace(self, debt=self.debt.evolve(event))
        if isinstance(event, activity.Event):
            return replace(self, work=self.work.evolve(event))
        if isinstance(event, promises.Event):
            return replace(self, promises=self.promises.evolve(event))
        if isinstance(event, schedule.Event):
            return replace(self, schedule=self.schedule.evolve(event))
        if isinstance(event, refunds.Event):
            return replace(self, refunds=self.refunds.evolve(event))
        if isinstance(event, proposals.Event):
            return replace(self._proposed(event), proposals=self.proposals.evolve(event))
        match event:
            case CaseFileOpened():
                return self._opened(event)
            case skipping.QueueSkipped():
                return self
            case CaseFileAssignedToCollector():
                return replace(self, holdings=held_from(self.holdings, Holding(event.from_on, event.collector)))
            case CaseFileUnassigned():
                return replace(self, holdings=held_from(self.holdings, Holding(event.from_on, None)))
            case StageChanged():
                return replace(self, stage=event.stage)
            case DisputeOpened():
                return replace(self, dispute=event)
            case DisputeEnded():
                return replace(self, dispute=None)
            case CaseFileClosed():
                return replace(self, closed_for=event.closed_for)
            case CaseFileReopened():
                return replace(self, closed_for=None)
            case _:
                assert_never(event)

    def _proposed(self, event: Event) -> Self:
        """What stood in the way of charging when it was proposed."""
        if not isinstance(event, DebtChangeProposed):
            return self
        return replace(self, stops_at_proposal={**self.stops_at_proposal, event.proposal_id: self.stops})

    def _opened(self, event: CaseFileOpened) -> Self:
        nothing = Money.zero(event.currency)
        principal = total((item.amount for item in event.items), event.currency)
        return replace(
            self,
            reference=event.reference,
            debtor_id=event.debtor_id,
            creditor_id=event.creditor_id,
            opened_on=event.opened_on,
            debt=Debt(
                event.currency,
                principal,
                {Part.PRINCIPAL: principal},
                credit_received=nothing,
                credit_moved=nothing,
            ).taken_over(event.items),
            ledger=Ledger(event.currency),
            refunds=Refunds(event.currency),
            schedule=Schedule(event.currency),
            promises=Promises(event.currency),
            work=Work(event.debtor_id),
        )
