"""Payments that wait for a decision, each beside what is known of its debtor; several are decided on at once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Generic, TypeVar
from uuid import UUID

from fastapi import APIRouter, Response
from sqlalchemy import Connection

from api.case_files.timeline import timeline
from api.desk.views import desk
from api.http.shapes import Cursor
from api.pages.context import Page, PageContext
from api.pages.decided import decided_on_each, decided_page
from api.pages.timeline import UNDO, Entry
from api.payments.pages import decided_meanwhile
from api.payments.timeline import decision_on
from api.payments.views import is_own
from application import payments
from application.streams import Command, Outcome
from domain.case_file.activity import ActionLogged
from domain.errors import Invalid, Refusal
from domain.events import Recorded
from domain.payments import PaymentRecorded
from domain.people import Role
from projections.amounts import CountAndTotals
from projections.desk.detail import client_names, latest_actions
from projections.desk.money import (
    DeskPayment,
    list_unapproved_payments,
    payments_of,
    rejected_payments,
    some_payments,
    waiting,
)
from projections.invoices.payments import InvoicePayment, waiting_on_invoices

router = APIRouter(prefix="/escritorio/unapproved-payments")

HERE = "/escritorio/unapproved-payments"
SHOWN, SHOWN_OF_DEBTOR, ACTIONS_SHOWN = 14, 12, 6
REJECTED_SINCE = timedelta(days=60)


class NothingChosen(Invalid):
    title = "Tick the payments first"


AnyPayment = TypeVar("AnyPayment", DeskPayment, InvoicePayment)


@dataclass(frozen=True)
class UnapprovedPayment(Generic[AnyPayment]):
    """A payment with what the log alone tells of it. `decides`: whether whoever looks may decide on it."""

    payment: AnyPayment
    told: PaymentRecorded
    decides: bool

    @property
    def is_too_much(self) -> bool:
        """More than is owed, which who recorded it did not say: it is approved as an overpayment or not at all."""
        return self.payment.outstanding < self.payment.amount and not self.told.overpayment


@dataclass(frozen=True)
class Debtor:
    """What is known of the chosen payment's debtor."""

    chosen: UnapprovedPayment[DeskPayment]
    payments: Sequence[DeskPayment]
    actions: Sequence[Entry]


# Pages


@router.get("")
def show_unapproved_payments(
    context: Page, payment: str = "", other_reason: str = "", cursor: Cursor = None
) -> Response:
    """The longest waiting first; for those who do not decide, also what was rejected of theirs."""
    with context.snapshot() as db:
        page = list_unapproved_payments(db, context.viewer, cursor, SHOWN)
        rejected = _rejected(context, db)
        log = context.store.at([*(one.position for one in page.items), *(position for _, position in rejected)])
        told = recorded_at(log)
        rows = [UnapprovedPayment(one, told[one.position], decides(context, told[one.position])) for one in page.items]
        chosen = next((row for row in rows if str(row.payment.id) == payment), rows[0] if rows else None)
        shown: dict[str, Any] = desk(context, db, "unapproved") | {
            "rows": rows,
            "debtor": _debtor(context, db, chosen) if chosen else None,
            "rejected": [(one, decision_on(context, log, one.id)) for one, _ in rejected],
            "on_invoices": waiting_on_invoices(db, context.viewer),
        }
    return context.page(
        "unapproved_payments.html",
        **shown,
        cursor=cursor,
        next_cursor=page.next,
        further=lambda cursor="": f"{HERE}?cursor={cursor}" if cursor else HERE,
        supervises=context.may(Role.SUPERVISOR),
        other_reason=bool(other_reason),
    )


def recorded_at(log: Sequence[Recorded]) -> Mapping[int, PaymentRecorded]:
    """What the log alone tells of payments, by where it does."""
    return {one.position: one.event for one in log if isinstance(one.event, PaymentRecorded)}


def decides(context: PageContext, told: PaymentRecorded) -> bool:
    own = is_own(context, told)
    return context.may(Role.SUPERVISOR) and not (own and context.business.four_eyes)


def _debtor(context: PageContext, db: Connection, chosen: UnapprovedPayment[DeskPayment]) -> Debtor:
    """All payments, and what was last done on the case files that they are for."""
    paid = payments_of(db, context.viewer, chosen.payment.debtor_id, SHOWN_OF_DEBTOR)
    case_files = {chosen.payment.case_file_id, *(one.case_file_id for one in paid)}
    latest = context.store.at(latest_actions(db, case_files, ACTIONS_SHOWN))
    people = {id_ for one in latest if isinstance(event := one.event, ActionLogged) for id_ in _named(event)}
    others = [one for one in paid if one.id != chosen.payment.id]
    return Debtor(chosen, others, timeline(context, latest, client_names(db, people), {}))


def _named(action: ActionLogged) -> Sequence[UUID]:
    return [one for one in (action.person_id, action.successor_id) if one is not None]


def _rejected(context: PageContext, db: Connection) -> Sequence[tuple[DeskPayment, int]]:
    """With where the log tells who rejected each, when and why."""
    if context.may(Role.SUPERVISOR):
        return []
    return rejected_payments(db, context.viewer, context.service.clock() - REJECTED_SINCE, SHOWN)


# Several at once


@router.post("/approval")
def approve_payments(context: Page) -> Response:
    overpayment = context.form.ticked("overpayment")

    def approve(payment: DeskPayment, command: Command) -> Outcome:
        return payments.approve_payment(
            context.store, command, payment.case_file_id, payment_id=payment.id, overpayment=overpayment
        )

    return _decide_on_each(context, approve, context._("Approved"))


@router.post("/rejection")
def reject_payments(context: Page) -> Response:
    reason = context.form.optional_text("reason")

    def reject(payment: DeskPayment, command: Command) -> Outcome:
        case_file_id = payment.case_file_id
        return payments.reject_payment(context.store, command, case_file_id, payment_id=payment.id, reason=reason)

    return _decide_on_each(context, reject, context._("Rejected"))


@router.post("/reopening")
def undo_decisions(context: Page) -> Response:
    def reopen(payment: DeskPayment, command: Command) -> Outcome:
        case_file_id = payment.case_file_id
        return payments.reopen_payment(context.store, command, case_file_id, payment_id=payment.id, reason=UNDO)

    return _decide_on_each(context, reopen, context._("Undone"), undoes=True)


def _decide_on_each(
    context: PageContext, decide: Callable[[DeskPayment, Command], Outcome], said: str, *, undoes: bool = False
) -> Response:
    with context.snapshot() as db:
        chosen = some_payments(db, context.viewer, chosen_payments(context))
        before = waiting(db, context.viewer)  # the read models have not taken in yet what is done here
    if not chosen:
        return context.refused(NothingChosen(field="payment"), context.back(HERE))

    def meanwhile(refusal: Refusal, payment: DeskPayment) -> str:
        return decided_meanwhile(context, refusal, payment.case_file_id, payment.id)

    results = decided_on_each(context, [(one.id, one) for one in chosen], decide, said, meanwhile)
    done = sum(not one.refused for one in results.each)
    return decided_page(
        context,
        "decided_payments.html",
        results,
        tab="unapproved",
        waiting=CountAndTotals(max(before.count + (done if undoes else -done), 0), []),
        undoes=undoes,
        back=context.back(HERE),
        home=HERE,
    )


def chosen_payments(context: PageContext) -> Sequence[tuple[UUID, UUID]]:
    """Each box says `case file/payment`, or `invoice/payment`. What is none is left out."""
    pairs: list[tuple[UUID, UUID]] = []
    for text in context.form.many("payment"):
        named = text.split("/")
        try:
            pairs.append((UUID(named[0]), UUID(named[-1])))
        except ValueError:
            continue
    return pairs
