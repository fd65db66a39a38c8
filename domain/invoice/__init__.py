"""An invoice: drafted, issued under the next number of its series, sent, paid.

Its subjects have a module each: `issuing` (from draft to issued), `crediting` (what credit notes take off), `settling`
(what it is paid with), `following` (sent, disputed). Here is who may do what, and when.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Self, assert_never
from uuid import UUID

from domain.days import FIRST, check_day
from domain.doubts import Doubt, check_sure
from domain.errors import NotFound
from domain.exchange import ConvertedTax, ExchangeRateNotNeeded
from domain.invoice import crediting, following, issuing, settling
from domain.invoice.crediting import CreditedBeforeInvoiced, CreditNoteTooLarge, NothingCredited
from domain.invoice.following import (
    DisputedInvoice,
    InvoiceDisputed,
    InvoiceDisputedAlready,
    InvoiceDisputeEnded,
    InvoiceNotDisputed,
    InvoiceSent,
)
from domain.invoice.issuing import (
    Correction,
    CreditNoteIssued,
    InvoiceDraftChanged,
    InvoiceDraftDeleted,
    InvoiceDrafted,
    InvoiceExists,
    InvoiceImported,
    InvoiceIssued,
    InvoiceIsVoid,
    InvoiceNotDraft,
    InvoiceNotIssued,
    InvoiceVoided,
    Issuance,
    Kind,
    NewInvoice,
    OperatedAfterIssue,
    Recipient,
    VoidNotAllowed,
)
from domain.invoice.settling import InvoiceGivenBack, InvoiceSettledInCollection, Settlement
from domain.issuer import Identity
from domain.lines import Content, Line, NewLine, Totals, checked_lines, totals
from domain.money import Money, total
from domain.payments import Ledger, NewPayment
from domain.people import WORKS, Actor, Role
from domain.personal import long_text, reason, reference_text
from domain.refunds import Refunds
from domain.sending import Channel, Language
from domain.series import NumberTaken

Event = issuing.Event | settling.Event | following.Event

NOBODY = UUID(int=0)
NOTHING = Money.zero("EUR")
UNWRITTEN = Content((), ())


class Stage(StrEnum):
    NOTHING = "nothing"
    DRAFT = "draft"
    ISSUED = "issued"
    VOID = "void"
    DELETED = "deleted"


@dataclass(frozen=True)
class Invoice:
    """`estimate_id` is the estimate that it came of; `currency` to `note` are the draft's, or what was issued."""

    stage: Stage = Stage.NOTHING
    client_id: UUID = NOBODY
    estimate_id: UUID | None = None
    currency: str = "EUR"
    content: Content = UNWRITTEN
    due_days: int = 0
    language: Language = Language.SPANISH
    operated_on: date | None = None
    note: str | None = None
    number: str = ""
    kind: Kind = Kind.FULL
    imported: bool = False
    issued_on: date = date.min
    due_on: date = date.min
    payable: Money = NOTHING
    converted: ConvertedTax | None = None
    credit_notes: tuple[CreditNoteIssued, ...] = ()
    sent: bool = False
    dispute: InvoiceDisputed | None = None
    settlement: Settlement = field(default_factory=Settlement)

    @property
    def credited(self) -> Money:
        return total((note.payable for note in self.credit_notes), self.payable.currency)

    @property
    def left_to_credit(self) -> tuple[Content, Totals]:
        return crediting.all_that_is_left(self.content, self.credit_notes, self.currency, self.language, self.number)

    def credited_by(self, lines: Sequence[Line]) -> Totals:
        """What a note for these lines takes off, with the cents that earlier notes' rounding left to it."""
        return crediting.credited_by(lines, self.content.lines, self.credit_notes, self.currency)

    @property
    def owed(self) -> Money:
        """What is to be paid in all, net of credit notes and of what its case file gave up."""
        return self.payable - self.credited - self.settlement.waived

    @property
    def outstanding(self) -> Money:
        """Below zero where too much was paid."""
        return self.owed + self.settlement.paid_back - self.settlement.paid

    @property
    def ledger(self) -> Ledger:
        return self.settlement.ledger

    @property
    def as_written(self) -> NewInvoice:
        """As somebody would write it again."""
        return NewInvoice(
            currency=self.currency,
            lines=self.content.as_written,
            due_days=self.due_days,
            language=self.language,
            operated_on=self.operated_on,
            note=self.note,
        )

    # From draft to issued

    def draft(self, client_id: UUID, draft: NewInvoice, *, today: date, by: Actor) -> list[Event]:
        by.require(*WORKS)
        return self._drafted(client_id, draft, None, today)

    def draft_of_estimate(self, client_id: UUID, draft: NewInvoice, estimate_id: UUID, *, today: date) -> list[Event]:
        """Whoever may accept an estimate may have it drafted: the client does, by its link."""
        return self._drafted(client_id, draft, estimate_id, today)

    def _drafted(self, client_id: UUID, draft: NewInvoice, estimate_id: UUID | None, today: date) -> list[Event]:
        if self.stage is not Stage.NOTHING:
            raise InvoiceExists(field="id")
        return [issuing.drafted(client_id, draft, estimate_id, today)]

    def change_draft(self, draft: NewInvoice, *, by: Actor) -> list[Event]:
        self._check_draft(by)
        changed = issuing.draft_changed(draft)
        return [] if self.evolve(changed) == self else [changed]

    def delete_draft(self, *, by: Actor) -> list[Event]:
        self._check_draft(by)
        return [InvoiceDraftDeleted()]

    def issue(
        self, taken: NumberTaken, issuer: Identity, recipient: Recipient, issuance: Issuance, *, by: Actor
    ) -> list[Event]:
        """Under the number that its series gave it, on that number's day."""
        self._check_draft(by)
        issuing.check_paper(issuer, recipient, self.content.descriptions, note=self.note)
        summed, operated_on = totals(self.content.lines, self.currency), self.operated_on or taken.taken_on
        if taken.taken_on < operated_on and not issuance.later_operation_confirmed:
            raise OperatedAfterIssue(
                field="issued_on", operated_on=operated_on, confirmed_by="later_operation_confirmed"
            )
        rate = issuing.rate_for(issuance, self.currency, issuer.country, falls_due_on=operated_on)
        return [
            InvoiceIssued(
                number=taken.number,
                series=taken.series,
                kind=issuing.kind_for(recipient, issuer, summed.gross, rate),
                client_id=self.client_id,
                issued_on=taken.taken_on,
                operated_on=operated_on,
                due_on=taken.taken_on + timedelta(days=self.due_days),
                currency=self.currency,
                issuer=issuer,
                lines=self.content.lines,
                taxes=summed.taxes,
                withheld=summed.withheld,
                gross=summed.gross,
                payable=summed.payable,
                language=self.language,
                recipient=recipient,
                descriptions=self.content.descriptions,
                note=self.note,
                converted=issuing.in_own_currency(summed, rate, issuer.country, issued_on=taken.taken_on),
            )
        ]

    def import_(
        self,
        number: str,
        client_id: UUID,
        currency: str,
        lines: Sequence[NewLine],
        *,
        issued_on: date,
        due_on: date,
        today: date,
        by: Actor,
    ) -> list[Event]:
        by.require(Role.SUPERVISOR, Role.ADMINISTRATOR)
        if self.stage is not Stage.NOTHING:
            raise InvoiceExists(field="number")
        check_day(issued_on, "issued_on", at_most=today)
        check_day(due_on, "due_on")
        content = checked_lines(lines)
        payable = totals(content.lines, currency).payable
        known_as = reference_text(number, "number")
        return [
            InvoiceImported(
                number=known_as,
                client_id=client_id,
                issued_on=issued_on,
                due_on=due_on,
                currency=currency,
                lines=content.lines,
                payable=payable,
                descriptions=content.descriptions,
            )
        ]

    def void(self, why: str | None, *, today: date, by: Actor) -> list[Event]:
        self._check_there()
        by.require(Role.SUPERVISOR, Role.ADMINISTRATOR)
        if self.stage is Stage.VOID:
            raise InvoiceIsVoid
        untouched = not (self.settlement.balance or self.ledger.waiting or self.settlement.in_collection)
        if not (self.stage is Stage.DRAFT or (self.imported and untouched and not self.credited)):
            raise VoidNotAllowed
        return [InvoiceVoided(today, reason(why))]

    def issue_credit_note(
        self,
        credit_note_id: UUID,
        taken: NumberTaken,
        correction: Correction,
        lines: Sequence[NewLine] | None,
        why: str | None,
        issuance: Issuance,
        *,
        issuer: Identity,
        recipient: Recipient,
        by: Actor,
    ) -> list[CreditNoteIssued]:
        """For these lines, or without any for all that is left. It may leave credit, where that was paid."""
        self.check_issued()
        by.require(Role.SUPERVISOR, Role.ADMINISTRATOR)
        if taken.taken_on < self.issued_on:
            raise CreditedBeforeInvoiced(field="issued_on", at_least=self.issued_on)
        if lines is None:
            content, summed = self.left_to_credit
            if not content.lines:
                raise NothingCredited(field="lines")
        else:
            content = checked_lines(lines)
            summed = self.credited_by(content.lines)
        if self.owed < summed.payable:
            raise CreditNoteTooLarge(field="lines", left=self.owed)
        issuing.check_paper(issuer, recipient, content.descriptions, reason=why)
        return [
            CreditNoteIssued(
                credit_note_id=credit_note_id,
                number=taken.number,
                series=taken.series,
                correction=Correction.SIMPLIFIED if self.kind is Kind.SIMPLIFIED else correction,
                issued_on=taken.taken_on,
                issuer=issuer,
                lines=content.lines,
                taxes=summed.taxes,
                withheld=summed.withheld,
                gross=summed.gross,
                payable=summed.payable,
                reason=reason(why),
                recipient=recipient,
                descriptions=content.descriptions,
                converted=self._credit_converted(summed, issuance, issuer),
            )
        ]

    def _credit_converted(self, summed: Totals, issuance: Issuance, issuer: Identity) -> ConvertedTax | None:
        """At the rate of the invoice; where that has none, such as an imported one, at the rate told now."""
        if self.converted is None:
            rate = issuing.rate_for(issuance, self.currency, issuer.country, falls_due_on=issuance.issued_on)
            return issuing.in_own_currency(summed, rate, issuer.country, issued_on=issuance.issued_on)
        if issuance.exchange_rate is not None:
            raise ExchangeRateNotNeeded(field="exchange_rate")
        return crediting.converted_by(self.converted, summed, self.credit_notes)

    # Sent, disputed

    def mark_as_sent(self, channel: Channel, sent_on: date, *, today: date, by: Actor) -> list[Event]:
        """As somebody says who sent it. What we send ourselves says so with `sent_by_message`."""
        self.check_issued()
        by.require(*WORKS)
        check_day(sent_on, "sent_on", at_least=self.issued_on, at_most=today)
        return [InvoiceSent(channel, sent_on)]

    def sent_by_message(self, message_id: UUID, channel: Channel, sent_on: date) -> list[Event]:
        return [InvoiceSent(channel, sent_on, message_id)]

    def dispute_it(self, dispute_id: UUID, claim: str, disputed_on: date, *, today: date, by: Actor) -> list[Event]:
        self.check_issued()
        by.require(*WORKS)
        if self.dispute is not None:
            raise InvoiceDisputedAlready(dispute_id=self.dispute.dispute_id)
        check_day(disputed_on, "disputed_on", at_least=self.issued_on, at_most=today)
        return [InvoiceDisputed(dispute_id, disputed_on, long_text(claim, "claim"))]

    def end_dispute(self, result: str, ended_on: date, *, today: date, by: Actor) -> list[Event]:
        self.check_issued()
        by.require(*WORKS)
        if self.dispute is None:
            raise InvoiceNotDisputed
        check_day(ended_on, "ended_on", at_least=self.dispute.disputed_on, at_most=today)
        return [InvoiceDisputeEnded(self.dispute.dispute_id, ended_on, long_text(result, "result"))]

    # Payments: see `domain.payments` for who may

    def record_payment(
        self, payment_id: UUID, payment: NewPayment, *, ask_first: bool = False, today: date, by: Actor
    ) -> list[Event]:
        """It may have come before the invoice: paid in advance."""
        self.check_issued()
        by.require(*WORKS)
        self.settlement.check_not_in_collection()
        recorded = self.ledger.record(payment_id, payment, with_us_from=FIRST, today=today, by=by)
        if ask_first:
            check_sure(self.ledger.doubts(payment, owed=self.outstanding))
        return [*recorded]

    def approve_payment(
        self, payment_id: UUID, *, four_eyes: bool, overpayment: bool = False, by: Actor
    ) -> list[Event]:
        self._check_payable()
        owed = self.outstanding
        return [*self.ledger.approve(payment_id, owed=owed, four_eyes=four_eyes, overpayment=overpayment, by=by)]

    def approve_imported_payment(self, payment_id: UUID, approved_by: str, *, by: Actor) -> list[Event]:
        self._check_payable()
        return [*self.ledger.approve_as_imported(payment_id, approved_by, owed=self.outstanding, by=by)]

    def reject_payment(self, payment_id: UUID, why: str | None, *, four_eyes: bool, by: Actor) -> list[Event]:
        self._check_payable()
        return [*self.ledger.reject(payment_id, why, four_eyes=four_eyes, by=by)]

    def return_payment(
        self, payment_id: UUID, returned_on: date, why: str | None, *, four_eyes: bool, today: date, by: Actor
    ) -> list[Event]:
        """The bank does not ask whether the invoice is in collection."""
        self.check_issued()
        return [*self.ledger.return_(payment_id, returned_on, why, four_eyes=four_eyes, today=today, by=by)]

    def reopen_payment(self, payment_id: UUID, why: str | None, *, four_eyes: bool, by: Actor) -> list[Event]:
        self._check_payable()
        return [*self.ledger.reopen(payment_id, why, four_eyes=four_eyes, by=by)]

    def withdraw_payment(self, payment_id: UUID, why: str | None, *, by: Actor) -> list[Event]:
        self._check_payable()
        by.require(*WORKS)
        return [*self.ledger.withdraw(payment_id, why, by=by)]

    # Money moved between invoices

    def move_credit(
        self, transfer_id: UUID, amount: Money, to: UUID, why: str | None, *, today: date, by: Actor
    ) -> list[Event]:
        self.check_moves_credit(by=by)
        return [*self.settlement.move_credit(transfer_id, amount, to, why, today=today)]

    def check_moves_credit(self, *, by: Actor) -> None:
        self._check_payable()
        by.require(Role.SUPERVISOR)

    def receive_credit(self, transfer_id: UUID, amount: Money, origin: UUID, *, today: date) -> list[Event]:
        self.check_issued()
        return [*self.settlement.receive_credit(transfer_id, amount, origin, outstanding=self.outstanding, today=today)]

    def take_back_credit(self, transfer_id: UUID, *, on: date) -> list[Event]:
        return [*self.settlement.take_back_credit(transfer_id, on=on)]

    # Refunds of credit: see `domain.refunds`

    @property
    def refundable(self) -> Money:
        """What was paid to us beyond what is owed. What a case file collected of it went another way."""
        return max(min(-self.outstanding, self.settlement.funds), Money.zero(self.payable.currency))

    def propose_refund(self, refund_id: UUID, amount: Money, why: str | None, *, today: date, by: Actor) -> list[Event]:
        self._check_payable()
        by.require(*WORKS)
        proposed = self.settlement.refunds.propose(refund_id, amount, why, credit=self.refundable, today=today, by=by)
        return [*proposed]

    def approve_refund(self, refund_id: UUID, *, four_eyes: bool, today: date, by: Actor) -> list[Event]:
        """The credit goes back with it."""
        self._check_payable()
        proposed = self.settlement.refunds
        refund, approved = proposed.approve(refund_id, credit=self.refundable, four_eyes=four_eyes, by=by)
        return [*approved, settling.InvoiceCreditRefunded(refund_id, refund.amount, today)]

    def reject_refund(self, refund_id: UUID, why: str | None, *, four_eyes: bool, by: Actor) -> list[Event]:
        self.check_issued()
        return [*self.settlement.refunds.reject(refund_id, why, four_eyes=four_eyes, by=by)]

    def withdraw_refund(self, refund_id: UUID, why: str | None, *, by: Actor) -> list[Event]:
        self.check_issued()
        by.require(*WORKS)
        return [*self.settlement.refunds.withdraw(refund_id, why, by=by)]

    # In and out of collection

    def collection_doubts(self, today: date) -> set[Doubt]:
        """Why the client can hardly be blamed for not having paid it."""
        unsent = not (self.sent or self.imported)
        found = {Doubt.NOT_DUE_YET: self.due_on >= today, Doubt.NEVER_SENT: unsent}
        return {doubt for doubt, there in found.items() if there}

    def take_into_collection(self, case_file_id: UUID, *, on: date) -> list[Event]:
        self.check_issued()
        if self.dispute is not None:
            raise DisputedInvoice(field="invoice_ids", number=self.number)
        return [*self.settlement.take_into_collection(case_file_id, outstanding=self.outstanding, on=on)]

    def settle_in_collection(self, case_file_id: UUID, paid: Money, waived: Money, *, on: date) -> list[Event]:
        """`paid` and `waived` are what these come to for this invoice now."""
        known = self.settlement.collected_by(case_file_id)
        more_paid, more_waived = paid - known.paid, waived - known.waived
        if not (more_paid or more_waived):
            return []
        return [InvoiceSettledInCollection(case_file_id, more_paid, more_waived, on)]

    def give_back(self, case_file_id: UUID, *, on: date) -> list[Event]:
        return [InvoiceGivenBack(case_file_id, on)] if self.settlement.in_collection == case_file_id else []

    # What holds for all of them

    def check_issued(self) -> None:
        self._check_there()
        if self.stage is Stage.DRAFT:
            raise InvoiceNotIssued
        if self.stage is Stage.VOID:
            raise InvoiceIsVoid

    def _check_payable(self) -> None:
        self.check_issued()
        self.settlement.check_not_in_collection()

    def _check_draft(self, by: Actor) -> None:
        self._check_there()
        by.require(*WORKS)
        if self.stage is not Stage.DRAFT:
            raise InvoiceNotDraft(stage=self.stage)

    def _check_there(self) -> None:
        if self.stage in {Stage.NOTHING, Stage.DELETED}:
            raise NotFound

    def evolve(self, event: Event) -> Self:
        if isinstance(event, settling.Event):
            return replace(self, settlement=self.settlement.evolve(event))
        match event:
            case InvoiceDrafted():
                drafted = replace(self._written(event), stage=Stage.DRAFT, client_id=event.client_id)
                return replace(drafted, estimate_id=event.estimate_id)
            case InvoiceDraftChanged():
                return self._written(event)
            case InvoiceDraftDeleted():
                return replace(self, stage=Stage.DELETED)
            case InvoiceIssued():
                return replace(self._issued(event), kind=event.kind, converted=event.converted)
            case InvoiceImported():
                return replace(self._issued(event), client_id=event.client_id, imported=True)
            case CreditNoteIssued():
                return replace(self, credit_notes=(*self.credit_notes, event))
            case InvoiceVoided():
                return replace(self, stage=Stage.VOID)
            case InvoiceSent():
                return replace(self, sent=True)
            case InvoiceDisputed():
                return replace(self, dispute=event)
            case InvoiceDisputeEnded():
                return replace(self, dispute=None)
            case _:
                assert_never(event)

    def _written(self, event: InvoiceDrafted | InvoiceDraftChanged) -> Self:
        return replace(
            self,
            currency=event.currency,
            content=Content(event.lines, event.descriptions or ()),
            due_days=event.due_days,
            language=event.language,
            operated_on=event.operated_on,
            note=event.note,
        )

    def _issued(self, event: InvoiceIssued | InvoiceImported) -> Self:
        return replace(
            self,
            stage=Stage.ISSUED,
            number=event.number,
            currency=event.currency,
            content=Content(event.lines, event.descriptions or ()),
            issued_on=event.issued_on,
            due_on=event.due_on,
            payable=event.payable,
            settlement=Settlement(Ledger(event.currency), refunds=Refunds(event.currency)),
        )
