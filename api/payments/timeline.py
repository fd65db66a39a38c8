"""What happened to a payment or a refund, in the reader's words: of a case file's and an invoice's alike."""

from collections.abc import Iterator, Sequence
from typing import assert_never
from uuid import UUID

from api.http.labels import METHODS
from api.pages.context import PageContext
from api.pages.timeline import told_reason
from domain import payments, refunds
from domain.events import Recorded
from domain.money import Money

DECISIONS = (
    payments.PaymentApproved,
    payments.PaymentRejected,
    payments.PaymentReturned,
    payments.PaymentReopened,
    payments.PaymentWithdrawn,
)


def decision_on(context: PageContext, history: Sequence[Recorded], payment_id: UUID) -> str:
    """The last one on that payment, as one sentence: who, what, when, why."""
    for recorded in reversed(history):
        at, event = context.formats.moment(recorded.recorded_at), recorded.event
        match event:
            case payments.PaymentApproved(payment_id=id_, approved_by=who) if id_ == payment_id:
                return context._("%(who)s approved it on %(at)s.", who=context.person(who), at=at)
            case payments.PaymentRejected(payment_id=id_, rejected_by=who, reason=why) if id_ == payment_id:
                return context._("%(who)s rejected it on %(at)s: %(why)s", who=context.person(who), at=at, why=why)
            case payments.PaymentReturned(payment_id=id_, returned_by=who, reason=why) if id_ == payment_id:
                return context._(
                    "%(who)s recorded its return on %(at)s: %(why)s", who=context.person(who), at=at, why=why
                )
            case payments.PaymentReopened(payment_id=id_, reopened_by=who, reason=why) if id_ == payment_id:
                return context._(
                    "%(who)s reopened it on %(at)s: %(why)s",
                    who=context.person(who),
                    at=at,
                    why=told_reason(context, why),
                )
            case payments.PaymentWithdrawn(payment_id=id_, withdrawn_by=who, reason=why) if id_ == payment_id:
                return context._("%(who)s withdrew it on %(at)s: %(why)s", who=context.person(who), at=at, why=why)
            case _:
                pass
    return ""


def decider(decision: Recorded) -> str:
    """Another than who recorded it, where an imported file names one."""
    event = decision.event
    return event.approved_by if isinstance(event, payments.PaymentApproved) else decision.actor


def payment_sentence(context: PageContext, event: payments.Event, amount: Money) -> str:  # noqa: PLR0911 - a sentence an event
    """Of a case file's or an invoice's payment; `amount` is the payment's."""
    _, day, sum_ = context._, context.formats.day, context.formats.money(amount)
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
            who, before = context.person(event.collector), event.moved_from
            if before is None:
                return _("Collection of %(amount)s counted for %(who)s", amount=sum_, who=who)
            return _(
                "Collection of %(amount)s counted for %(who)s, no longer for %(before)s",
                amount=sum_,
                who=who,
                before=context.person(before),
            )
        case _:
            assert_never(event)


def refund_sentence(context: PageContext, event: refunds.Event, amount: Money) -> str:
    """Of a case file's or an invoice's refund; `amount` is the refund's."""
    _, sum_ = context._, context.formats.money(amount)
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
    context: PageContext, event: payments.PaymentRecorded | payments.PaymentApproved, actor: str
) -> Iterator[str]:
    _ = context._
    match event:
        case payments.PaymentRecorded():
            if event.imported_by:
                yield _("Imported; the file names %(who)s", who=context.person(event.recorded_by))
            if event.payer:
                yield _("Paid by %(who)s", who=event.payer)
            if event.overpayment:
                yield _("Overpayment")
            if event.note:
                yield event.note
        case payments.PaymentApproved():
            if event.approved_by != actor:
                yield _("Imported; the file names %(who)s", who=context.person(event.approved_by))
            if event.overpayment:
                yield _("Overpayment")
            if not event.second_review:
                yield _("Without a second review")
