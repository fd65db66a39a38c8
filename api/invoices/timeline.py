"""What happened to an invoice, in the reader's words: every event of its history has a sentence."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import assert_never, get_args
from uuid import UUID

from api.http.invoicing_labels import SENT_BY
from api.pages.context import PageContext
from api.pages.timeline import Entry, told_reason
from api.payments.timeline import more_of_payment, payment_sentence, refund_sentence
from domain import invoice, payments, refunds
from domain.events import Recorded
from domain.invoice import following, issuing, settling
from domain.lines import totals
from domain.money import Money


def invoice_timeline(
    context: PageContext, history: Sequence[Recorded], case_files: Mapping[UUID, str], numbers: Mapping[UUID, str]
) -> list[Entry]:
    """The latest first. `case_files` are the references, and `numbers` those of invoices, that may be shown."""
    telling = Telling(context, case_files, numbers, _amounts(history))
    return [
        Entry(recorded.recorded_at, recorded.actor, telling.text(recorded.event), [*telling.more(recorded)])
        for recorded in reversed(history)
        if isinstance(recorded.event, get_args(invoice.Event))
    ]


def _amounts(history: Sequence[Recorded]) -> Mapping[UUID, Money]:
    """Of the payments, transfers and refunds that later events only name."""
    amounts: dict[UUID, Money] = {}
    for recorded in history:
        match recorded.event:
            case (
                payments.PaymentRecorded(payment_id=id_, amount=amount)
                | settling.InvoiceCreditMoved(transfer_id=id_, amount=amount)
                | settling.InvoiceCreditReceived(transfer_id=id_, amount=amount)
                | refunds.RefundProposed(refund_id=id_, amount=amount)
            ):
                amounts[id_] = amount
            case _:
                pass
    return amounts


@dataclass(frozen=True)
class Telling:
    context: PageContext
    case_files: Mapping[UUID, str]
    numbers: Mapping[UUID, str]
    amounts: Mapping[UUID, Money]

    def text(self, event: object) -> str:
        """What happened; who did it and when is told beside it."""
        assert isinstance(event, invoice.Event)  # noqa: S101 - what an invoice's history holds
        match event:
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
            case (
                refunds.RefundProposed()
                | refunds.RefundApproved()
                | refunds.RefundRejected()
                | refunds.RefundWithdrawn()
            ):
                return refund_sentence(self.context, event, self.amounts[event.refund_id])
            case following.InvoiceSent() | following.InvoiceDisputed() | following.InvoiceDisputeEnded():
                return self._following(event)
            case (
                settling.InvoiceCreditMoved()
                | settling.InvoiceCreditReceived()
                | settling.InvoiceCreditTakenBack()
                | settling.InvoiceCreditRefunded()
                | settling.InvoiceTakenIntoCollection()
                | settling.InvoiceSettledInCollection()
                | settling.InvoiceGivenBack()
            ):
                return self._settling(event)
            case _:
                return self._issuing(event)

    def _issuing(self, event: issuing.Event) -> str:  # noqa: PLR0911 - a sentence an event
        _, money, day = self.context._, self.context.formats.money, self.context.formats.day
        match event:
            case issuing.InvoiceDrafted():
                payable = totals(event.lines, event.currency).payable
                return _("Drafted on %(day)s: %(amount)s", day=day(event.drafted_on), amount=money(payable))
            case issuing.InvoiceDraftChanged():
                payable = totals(event.lines, event.currency).payable
                return _("Draft changed: %(amount)s", amount=money(payable))
            case issuing.InvoiceDraftDeleted():
                return _("Draft deleted")
            case issuing.InvoiceIssued():
                return _("Issued as %(number)s on %(day)s", number=event.number, day=day(event.issued_on))
            case issuing.InvoiceImported():
                return _("Imported: %(number)s of %(day)s", number=event.number, day=day(event.issued_on))
            case issuing.CreditNoteIssued():
                amount = money(event.payable)
                return _("Credit note %(number)s: %(amount)s taken off", number=event.number, amount=amount)
            case issuing.InvoiceVoided():
                return _("Voided on %(day)s", day=day(event.voided_on))
            case _:
                assert_never(event)

    def _following(self, event: following.Event) -> str:
        _, day = self.context._, self.context.formats.day
        match event:
            case following.InvoiceSent():
                return _("Sent on %(day)s: %(how)s", day=day(event.sent_on), how=_(SENT_BY[event.channel]))
            case following.InvoiceDisputed():
                return _("Dispute opened on %(day)s", day=day(event.disputed_on))
            case following.InvoiceDisputeEnded():
                return _("Dispute ended on %(day)s", day=day(event.ended_on))
            case _:
                assert_never(event)

    def _settling(  # noqa: PLR0911 - a sentence an event
        self,
        event: settling.InvoiceCreditMoved
        | settling.InvoiceCreditReceived
        | settling.InvoiceCreditTakenBack
        | settling.InvoiceCreditRefunded
        | settling.InvoiceTakenIntoCollection
        | settling.InvoiceSettledInCollection
        | settling.InvoiceGivenBack,
    ) -> str:
        _, money = self.context._, self.context.formats.money
        match event:
            case settling.InvoiceCreditMoved():
                amount, other = money(event.amount), self._invoice(event.to)
                return _("%(amount)s moved to %(invoice)s", amount=amount, invoice=other)
            case settling.InvoiceCreditReceived():
                amount, other = money(event.amount), self._invoice(event.origin)
                return _("%(amount)s came from %(invoice)s", amount=amount, invoice=other)
            case settling.InvoiceCreditTakenBack():
                return _("Taken back: %(amount)s", amount=self._amount(event.transfer_id))
            case settling.InvoiceCreditRefunded():
                return _("Credit of %(amount)s given back to the payer", amount=money(event.amount))
            case settling.InvoiceTakenIntoCollection():
                amount, file = money(event.amount), self._case_file(event.case_file_id)
                return _("Taken into collection by %(case_file)s: %(amount)s", case_file=file, amount=amount)
            case settling.InvoiceSettledInCollection():
                paid, file = money(event.paid), self._case_file(event.case_file_id)
                if not event.waived:
                    return _("Paid through %(case_file)s: %(amount)s", case_file=file, amount=paid)
                return _(
                    "Paid through %(case_file)s: %(amount)s; given up: %(waived)s",
                    case_file=file,
                    amount=paid,
                    waived=money(event.waived),
                )
            case settling.InvoiceGivenBack():
                return _("Given back by %(case_file)s: paid to us again", case_file=self._case_file(event.case_file_id))
            case _:
                assert_never(event)

    def more(self, recorded: Recorded) -> Iterator[str]:
        """Reasons, notes, and whom a file names where it was imported."""
        _, event = self.context._, recorded.event
        match event:
            case following.InvoiceDisputed(claim=text) | following.InvoiceDisputeEnded(result=text):
                yield text
            case issuing.InvoiceDrafted(estimate_id=UUID()):
                yield _("Of an accepted estimate")
            case refunds.RefundApproved(second_review=False):
                yield _("Without a second review")
            case payments.PaymentRecorded() | payments.PaymentApproved():
                yield from more_of_payment(self.context, event, recorded.actor)
            case _:
                pass
        if recorded.reason:
            yield told_reason(self.context, recorded.reason)

    def _amount(self, id_: UUID) -> str:
        return self.context.formats.money(self.amounts[id_])

    def _case_file(self, case_file_id: UUID) -> str:
        return self.case_files.get(case_file_id) or self.context._("another case file")

    def _invoice(self, invoice_id: UUID) -> str:
        return self.numbers.get(invoice_id) or self.context._("another invoice")
