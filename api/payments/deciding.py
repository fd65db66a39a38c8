"""Payments that wait for a decision, of case files or of invoices: several are decided on at once."""

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar
from uuid import UUID

from fastapi import APIRouter, Response
from sqlalchemy import Connection

from api.pages.context import Page, PageContext
from api.pages.decided import decided_on_each, decided_page
from api.pages.timeline import UNDO
from api.payments.pages import decided_meanwhile
from api.payments.views import may_decide
from application import payments
from application.either_debt import Debt
from application.streams import Command, Outcome
from domain.errors import Invalid, Refusal
from domain.events import Recorded
from domain.payments import CollectionMoved, Ledger, PaymentRecorded
from domain.people import Actor
from projections.amounts import CountAndTotals
from projections.desk.money import DeskPayment
from projections.invoices.payments import InvoicePayment


class NothingChosen(Invalid):
    title = "Tick the payments first"


AnyPayment = TypeVar("AnyPayment", DeskPayment, InvoicePayment)


@dataclass(frozen=True)
class UnapprovedPayment(Generic[AnyPayment]):
    """A payment with what the log alone tells of it. `decides`: whether whoever looks may decide on it. `sees`: whether
    they see the debt; who recorded a payment finds it, to withdraw it, though others work the debt by now."""

    payment: AnyPayment
    recorded: PaymentRecorded
    decides: bool
    sees: bool

    @property
    def is_too_much(self) -> bool:
        """More than is owed, which who recorded it did not say: it is approved as an overpayment or not at all."""
        return self.payment.outstanding < self.payment.amount and not self.recorded.overpayment


def unapproved(
    context: PageContext, lines: Sequence[AnyPayment], log: Sequence[Recorded]
) -> Sequence[UnapprovedPayment[AnyPayment]]:
    """`log` has the events that tell who recorded each, who took the money, and whom it was counted for last."""
    known, ledgers = dict[UUID, PaymentRecorded](), defaultdict[UUID, Ledger](Ledger)
    for event in (one.event for one in log):
        if isinstance(event, PaymentRecorded | CollectionMoved):
            ledgers[event.payment_id] = ledgers[event.payment_id].evolve(event)
        if isinstance(event, PaymentRecorded):
            known[event.payment_id] = event
    return [
        UnapprovedPayment(
            one,
            known[one.id],
            decides=may_decide(context, ledgers[one.id], one.id),
            sees=context.viewer.sees(one.collector),
        )
        for one in lines
    ]


@dataclass(frozen=True, slots=True)
class Waiting(Generic[AnyPayment]):
    """Those that wait on one kind of debt: `page` shows them, `template` what became of those that were chosen."""

    kind: Debt
    page: str
    template: str
    some: Callable[[Connection, Actor, Collection[tuple[UUID, UUID]]], Sequence[AnyPayment]]
    counted: Callable[[Connection, Actor], CountAndTotals]

    def decide(
        self,
        context: PageContext,
        decide: Callable[[AnyPayment, Command], Outcome],
        said: str,
        *,
        undoes: bool = False,
    ) -> Response:
        with context.snapshot() as db:
            chosen = self.some(db, context.viewer, _chosen(context))
            before = self.counted(db, context.viewer)  # the read models have not taken in yet what is done here
        back = context.back(self.page)
        if not chosen:
            return context.refused(NothingChosen(field="payment"), back)

        def meanwhile(refusal: Refusal, payment: AnyPayment) -> str:
            return decided_meanwhile(context, refusal, payment.debt_id, payment.id)

        results = decided_on_each(context, [(one.id, one) for one in chosen], decide, said, meanwhile)
        done = sum(not one.refused for one in results.each)
        return decided_page(
            context,
            self.template,
            results=results,
            tab="unapproved",
            waiting=CountAndTotals(max(before.count + (done if undoes else -done), 0), []),
            undoes=undoes,
            back=back,
            home=self.page,
        )


def add_decisions(router: APIRouter, waiting: Waiting[AnyPayment]) -> None:
    """The forms below the page that shows them."""

    @router.post("/approval")
    def approve_payments(context: Page) -> Response:
        overpayment = context.form.ticked("overpayment")

        def approve(one: AnyPayment, command: Command) -> Outcome:
            return payments.approve_payment(
                context.store, command, waiting.kind, one.debt_id, payment_id=one.id, overpayment=overpayment
            )

        return waiting.decide(context, approve, context._("Approved"))

    @router.post("/rejection")
    def reject_payments(context: Page) -> Response:
        reason = context.form.optional_text("reason")

        def reject(one: AnyPayment, command: Command) -> Outcome:
            return payments.reject_payment(
                context.store, command, waiting.kind, one.debt_id, payment_id=one.id, reason=reason
            )

        return waiting.decide(context, reject, context._("Rejected"))

    @router.post("/reopening")
    def undo_decisions(context: Page) -> Response:
        def reopen(one: AnyPayment, command: Command) -> Outcome:
            return payments.reopen_payment(
                context.store, command, waiting.kind, one.debt_id, payment_id=one.id, reason=UNDO
            )

        return waiting.decide(context, reopen, context._("Undone"), undoes=True)


def _chosen(context: PageContext) -> Sequence[tuple[UUID, UUID]]:
    """Each box says `case file/payment`, or `invoice/payment`. What is none is left out."""
    pairs: list[tuple[UUID, UUID]] = []
    for text in context.form.many("payment"):
        named = text.split("/")
        try:
            pairs.append((UUID(named[0]), UUID(named[-1])))
        except ValueError:
            continue
    return pairs
