"""A case file of the demo in the hands of whoever holds it: what is done with it in one go, through the use cases.

What is said to be done next is due on the day that is given back, which is when its story goes on.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from application import activity, case_files, debts, payments, receipts, refunds
from application.streams import Command
from domain.case_file import CaseFile
from domain.case_file.activity import Channel, Direction, Located, NewAction, Outcome, PartyRole
from domain.case_file.debt import AdjustmentKind, Item, Part
from domain.case_file.progress import ClosingReason, Stage
from domain.case_file.schedule import Instalment
from domain.client import Client as ClientState
from domain.money import Money
from domain.payments import Method, NewPayment, PaidTo, State
from domain.people import Actor
from infrastructure.demo import phrases
from infrastructure.demo.agency import ANA, BRUNO, CARLA, SKILL, SOFIA, Agency
from infrastructure.demo.people import Client, Creditor

METHODS = (Method.TRANSFER, Method.TRANSFER, Method.CARD, Method.DIRECT_DEBIT, Method.DEPOSIT, Method.CASH)
RECALLED = {Method.DIRECT_DEBIT, Method.CHEQUE}
"""What a bank may yet take back."""

LATE, NEGLECTED = 0.10, 0.02
"""How often what is due is done some days after its day, and how often only after months."""

UNDECIDED_DAYS = 4
"""Of the last days what collectors charged waits for a supervisor."""


@dataclass(frozen=True)
class File:
    """`further` is somebody who is to stand by the debtor, `beside` another debt that is paid together with it."""

    agency: Agency
    id: UUID
    reference: str
    creditor: Creditor
    debtor: Client
    further: Client | None = None
    beside: "File | None" = None

    # How it stands

    @property
    def now(self) -> CaseFile:
        return self.agency.store.load(CaseFile(), self.id)[0]

    @property
    def is_open(self) -> bool:
        return self.now.closed_for is None

    @property
    def waiting(self) -> int:
        return self.now.ledger.waiting + len(self.now.proposals.waiting)

    @property
    def unpaid(self) -> Money:
        """Of what is outstanding, that for which no payment waits either."""
        now = self.now
        waits = sum(p.amount.minor for p in now.ledger.payments.values() if p.state is State.UNAPPROVED)
        return Money.of_minor(max(0, now.outstanding.minor - waits), "EUR")

    @property
    def collector(self) -> Actor:
        """Who holds it today; a supervisor, where nobody does."""
        today = self.agency.at.date()
        debtor, _ = self.agency.store.load(ClientState(), self.debtor.id)
        holder = self.now.held_by(today) or debtor.held_by(today)
        return next((one for one in (ANA, BRUNO, CARLA) if one.name == holder), SOFIA)

    @property
    def skill(self) -> float:
        return SKILL.get(self.collector, 0.5)

    def share(self, parts: int) -> Money:
        """One of so many parts of what is unpaid, in whole euros where there is enough for that."""
        unpaid, whole = self.unpaid.minor, self.unpaid.minor // parts // 100 * 100
        return Money.of_minor(whole if parts > 1 and whole >= 2000 else unpaid, "EUR")  # noqa: PLR2004 - 20 euros

    def in_days(self, days: int) -> date:
        return self.agency.day_in(days)

    # From opened to closed

    def open(self, *, years_old: int = 0) -> None:
        agency, random = self.agency, self.agency.random
        given = agency.command(agency.supervisor())
        least, most = self.creditor.amounts
        items = [
            self._item(given.today - timedelta(days=365 * years_old + 30 * age), random.randint(least, most))
            for age in range(random.randint(2, 5), 1, -1)[: random.choice((1, 1, 1, 2, 3))]
        ]
        case_files.open_case_file(
            agency.store,
            given,
            self.id,
            reference=self.reference,
            creditor_id=self.creditor.client.id,
            debtor_id=self.debtor.id,
            currency="EUR",
            opened_on=given.today,
            items=items,
        )

    def _item(self, issued_on: date, euros: int) -> Item:
        random = self.agency.random
        number = f"{self.creditor.claims}-{issued_on.year}-{random.randint(1, 99_999):05}"
        amount = Money.of_minor(euros * 100 + random.choice((0, 0, 50, 90, random.randrange(100))), "EUR")
        return Item(number, issued_on, issued_on + timedelta(days=30), amount)

    def assign(self, collector: Actor) -> None:
        given = self._by(self.agency.supervisor())
        case_files.assign_case_file(self.agency.store, given, self.id, collector=collector.name, from_on=given.today)

    def move_to(self, stage: Stage, note: str) -> None:
        case_files.change_stage(self.agency.store, self._by(), self.id, stage=stage, note=note)

    def open_dispute(self, claim: str) -> None:
        given = self._by()
        dispute = self.agency.new_id("dispute")
        case_files.open_dispute(
            self.agency.store, given, self.id, dispute_id=dispute, claim=claim, opened_on=given.today
        )

    def end_dispute(self, result: str) -> None:
        given = self._by()
        case_files.end_dispute(self.agency.store, given, self.id, result=result, ended_on=given.today)

    def close(self, reason: ClosingReason, note: str | None = None) -> None:
        case_files.close_case_file(self.agency.store, self._by(), self.id, reason=reason, note=note)

    def reopen(self, why: str) -> None:
        given = self._by(self.agency.supervisor())
        case_files.reopen_case_file(self.agency.store, given, self.id, reason=why)

    # The work

    def call(self, outcome: Outcome, again_in: int, note: str | None = None) -> date:
        return self._act(Channel.CALL, outcome, again_in, note)

    def write(self, channel: Channel, note: str, again_in: int) -> date:
        return self._act(channel, Outcome.SENT, again_in, note)

    def visit(self, outcome: Outcome, again_in: int, note: str) -> date:
        return self._act(Channel.VISIT, outcome, again_in, note)

    def observe(self, note: str, again_in: int) -> date:
        return self._act(Channel.INTERNAL, Outcome.OBSERVATION, again_in, note)

    def answer(self, note: str) -> None:
        """A call from the debtor, after which what was to be done next is still to be done."""
        given = self._by()
        called = NewAction(given.today, Channel.CALL, Direction.INCOMING, Outcome.CONTACTED, note=note)
        activity.log_action(self.agency.store, given, self.id, action_id=self.agency.new_id("action"), action=called)

    def take_promise(self, amount: Money, days: int) -> date:
        due_on = self.in_days(days)
        note = self.agency.one_of(phrases.NOTES[Outcome.PROMISE])
        noted = note.format(amount=phrases.in_euros(amount), day=phrases.spelled(due_on))
        promise = (self.agency.new_id("promise"), amount, due_on)
        return self._act(Channel.CALL, Outcome.PROMISE, days + 1, noted, promise=promise)

    def cancel_promise(self, why: str) -> None:
        *_, promise_id = (promise for promise, stands in self.now.promises.standing.items() if stands)
        activity.cancel_promise(self.agency.store, self._by(), self.id, promise_id=promise_id, reason=why)

    def locate(self, again_in: int) -> date:
        random = self.agency.random
        street, source = self.agency.one_of(phrases.STREETS), self.agency.one_of(phrases.SOURCES)
        phone = f"555 {random.randint(10, 99)} {random.randint(10, 99)} {random.randint(10, 99)}"  # in no use in Spain
        located = Located(source, f"{street}, {random.randint(1, 90)}, {self.debtor.zone}", phone)
        return self._act(Channel.INTERNAL, Outcome.LOCATED, again_in, "Localizado.", located=located)

    def find_successor(self, successor: Client, again_in: int) -> date:
        note = "El Registro Mercantil publica la absorción por otra sociedad."
        outcome = Outcome.REGISTRY_ENTRY
        return self._act(Channel.INTERNAL, outcome, again_in, note, successor_id=successor.id, by=SOFIA)

    def add_party(self, client: Client, role: PartyRole) -> None:
        """A supervisor does it: whoever stands beside a debtor is in no collector's portfolio."""
        activity.add_party(self.agency.store, self._by(SOFIA), self.id, client_id=client.id, role=role)

    def _act(
        self,
        channel: Channel,
        outcome: Outcome,
        again_in: int,
        note: str | None,
        *,
        promise: tuple[UUID, Money, date] | None = None,
        located: Located | None = None,
        successor_id: UUID | None = None,
        by: Actor | None = None,
    ) -> date:
        agency = self.agency
        given, next_on = self._by(by), self.in_days(again_in)
        action = NewAction(
            given.today,
            channel,
            Direction.OUTGOING,
            outcome,
            note=note or agency.one_of(phrases.NOTES[outcome]),
            next_action=agency.one_of(phrases.TO_DO[outcome]),
            next_action_on=next_on,
            located=located,
            successor_id=successor_id,
        )
        action_id = agency.new_id("action")
        activity.log_action(agency.store, given, self.id, action_id=action_id, action=action, promise=promise)
        agency.next_actions[self.id] = next_on
        late = agency.random.random()
        if late < NEGLECTED:
            return self.in_days(again_in + agency.random.randint(40, 90))
        return self.in_days(again_in + agency.random.randint(2, 12)) if late < NEGLECTED + LATE else next_on

    # The debt

    def charge_cost(self, amount: Money, concept: str) -> None:
        self._charge(Part.COSTS, self.agency.new_id("cost"), amount, concept)

    def charge_interest(self, hundredths: int) -> None:
        """So many hundredths of the principal."""
        amount = Money.of_minor(max(1, self.now.debt.principal.minor * hundredths // 100), "EUR")
        self._charge(Part.INTEREST, self.agency.new_id("interest"), amount, "Intereses de demora")

    def _charge(self, part: Part, charge_id: UUID, amount: Money, concept: str) -> None:
        given = self._by()
        debts.charge(
            self.agency.store,
            given,
            self.id,
            part,
            charge_id=charge_id,
            amount=amount,
            charged_on=given.today,
            concept=concept,
        )
        self._approve_charge(charge_id)

    def _approve_charge(self, proposal_id: UUID) -> None:
        """What a collector charges is proposed, and approved the same day; of the last days some wait."""
        agency = self.agency
        if proposal_id in self.now.proposals.waiting and (agency.today - agency.at.date()).days > UNDECIDED_DAYS:
            given = self._by(agency.supervisor())
            debts.approve_proposal(agency.store, given, self.id, proposal_id=proposal_id)

    def take_off(self, kind: AdjustmentKind, amount: Money, why: str) -> None:
        given = self._by(self.agency.supervisor())
        debts.adjust_debt(
            self.agency.store,
            given,
            self.id,
            adjustment_id=self.agency.new_id("adjustment"),
            kind=kind,
            part=Part.PRINCIPAL,
            amount=-amount,
            adjusted_on=given.today,
            reason=why,
        )

    def agree_plan(self, months: int) -> tuple[Instalment, ...]:
        """Equal instalments, the cents with the last one."""
        owed, each = self.now.outstanding.minor, self.now.outstanding.minor // months
        amounts = [each] * (months - 1) + [owed - each * (months - 1)]
        plan = tuple(
            Instalment(self.in_days(30 * month), Money.of_minor(amount, "EUR"))
            for month, amount in enumerate(amounts, start=1)
        )
        plan_id = self.agency.new_id("plan")
        debts.agree_plan(self.agency.store, self._by(), self.id, plan_id=plan_id, instalments=plan)
        return plan

    def end_plan(self, why: str) -> None:
        debts.end_plan(self.agency.store, self._by(), self.id, reason=why)

    def refund_credit(self, why: str) -> None:
        """All of it, back to whoever paid too much: its collector proposes it, a supervisor approves it."""
        refund_id = self.propose_refund(why)
        proposer = self.now.refunds.refunds[refund_id].proposed_by
        another = self._by(self.agency.supervisor(other_than=proposer))
        refunds.approve_refund(self.agency.store, another, CaseFile, self.id, refund_id=refund_id)

    def propose_refund(self, why: str) -> UUID:
        refund_id = self.agency.new_id("refund")
        amount = self.now.credit
        refunds.propose_refund(
            self.agency.store, self._by(), CaseFile, self.id, refund_id=refund_id, amount=amount, reason=why
        )
        return refund_id

    def move_credit(self, to: "File", why: str) -> None:
        """All of it, to another case file."""
        debts.move_credit(
            self.agency.store,
            self._by(self.agency.supervisor()),
            self.id,
            credit_id=self.agency.new_id("credit"),
            amount=self.now.credit,
            to=to.id,
            reason=why,
        )

    # Payments

    def record_payment(
        self,
        amount: Money,
        method: Method,
        *,
        received_on: date | None = None,
        paid_to: PaidTo = PaidTo.US,
        overpayment: bool = False,
        payer: str | None = None,
        note: str | None = None,
    ) -> UUID:
        agency, given, payment_id = self.agency, self._by(), self.agency.new_id("payment")
        reference = f"TRF-{agency.at:%y%m%d}-{agency.at:%H%M%S}" if method is Method.TRANSFER else None
        payment = NewPayment(
            amount,
            received_on or given.today,
            method,
            paid_to=paid_to,
            overpayment=overpayment,
            collected_by=given.actor.name if method is Method.CASH else None,
            reference=reference,
            payer=payer,
            note=note,
        )
        payments.record_payment(agency.store, given, CaseFile, self.id, payment_id=payment_id, payment=payment)
        return payment_id

    def record_receipt(self, files: "Sequence[File]", method: Method, *, note: str) -> "Sequence[tuple[File, UUID]]":
        """Half of what each still owes, paid at once; each with its payment."""
        agency, given = self.agency, self._by()
        paid = [(one, agency.new_id("payment")) for one in files]
        receipts.record_receipt(
            agency.store,
            given,
            receipt_id=agency.new_id("receipt"),
            parts={
                one.id: receipts.Part(payment_id, NewPayment(one.share(2), given.today, method, note=note))
                for one, payment_id in paid
            },
        )
        return paid

    def approve(self, payment_id: UUID) -> None:
        payments.approve_payment(self.agency.store, self._second(payment_id), CaseFile, self.id, payment_id=payment_id)

    def withdraw(self, payment_id: UUID, why: str) -> None:
        payments.withdraw_payment(self.agency.store, self._by(), CaseFile, self.id, payment_id=payment_id, reason=why)

    def reject(self, payment_id: UUID, why: str) -> None:
        payments.reject_payment(
            self.agency.store, self._second(payment_id), CaseFile, self.id, payment_id=payment_id, reason=why
        )

    def return_payment(self, payment_id: UUID, why: str) -> None:
        given = self._second(payment_id)
        payments.return_payment(
            self.agency.store, given, CaseFile, self.id, payment_id=payment_id, returned_on=given.today, reason=why
        )

    def reopen_payment(self, payment_id: UUID, why: str) -> None:
        payments.reopen_payment(
            self.agency.store, self._second(payment_id), CaseFile, self.id, payment_id=payment_id, reason=why
        )

    def credit_collection_to(self, payment_id: UUID, collector: Actor, why: str) -> None:
        given = self._by(self.agency.supervisor())
        payments.move_collection(
            self.agency.store, given, self.id, payment_id=payment_id, collector=collector.name, reason=why
        )

    def _second(self, payment_id: UUID) -> Command:
        """By a supervisor other than who recorded it."""
        recorders = self.now.ledger.payments[payment_id].recorders
        return self._by(self.agency.supervisor(other_than=next(iter(recorders))))

    def _by(self, actor: Actor | None = None) -> Command:
        return self.agency.command(actor or self.collector)
