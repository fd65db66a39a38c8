"""Payments that wait for a decision, each beside what is known of its debtor; several are decided on at once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Generic, TypeVar
from uuid import UUID

from fastapi import APIRouter, Response
from sqlalchemy import Connection

from api.shapes import Cursor
from api.web.case_files import is_own
from api.web.decided import decided_on_each, decided_page
from api.web.escritorio import desk
from api.web.payments import decided_meanwhile
from api.web.timeline import UNDO, Entry, decision_on, timeline
from api.web.visit import Page, Visit
from application import payments
from application.streams import Command, Outcome
from domain.case_file.work import ActionLogged
from domain.errors import Invalid, Refusal
from domain.events import Recorded
from domain.payments import PaymentRecorded
from domain.people import Role
from projections.escritorio.detail import client_names, latest_actions
from projections.escritorio.money import (
    DeskPayment,
    list_unapproved_payments,
    payments_of,
    rejected_payments,
    some_payments,
    waiting,
)
from projections.escritorio.money import Waiting as StillWaiting
from projections.invoices.payments import InvoicePayment, waiting_on_invoices

router = APIRouter(prefix="/escritorio/unapproved-payments")

HERE = "/escritorio/unapproved-payments"
SHOWN, SHOWN_OF_DEBTOR, ACTIONS_SHOWN = 14, 12, 6
REJECTED_SINCE = timedelta(days=60)


class NothingChosen(Invalid):
    title = "Tick the payments first"


AnyPayment = TypeVar("AnyPayment", DeskPayment, InvoicePayment)


@dataclass(frozen=True)
class Waiting(Generic[AnyPayment]):
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

    chosen: Waiting[DeskPayment]
    payments: Sequence[DeskPayment]
    actions: Sequence[Entry]


# Pages


@router.get("")
def show_unapproved_payments(visit: Page, payment: str = "", other_reason: str = "", cursor: Cursor = None) -> Response:
    """The longest waiting first; for those who do not decide, also what was rejected of theirs."""
    with visit.snapshot() as db:
        page = list_unapproved_payments(db, visit.viewer, cursor, SHOWN)
        rejected = _rejected(visit, db)
        log = visit.store.at([*(one.position for one in page.items), *(position for _, position in rejected)])
        told = recorded_at(log)
        rows = [Waiting(one, told[one.position], decides(visit, told[one.position])) for one in page.items]
        chosen = next((row for row in rows if str(row.payment.id) == payment), rows[0] if rows else None)
        shown: dict[str, Any] = desk(visit, db, "unapproved") | {
            "rows": rows,
            "debtor": _debtor(visit, db, chosen) if chosen else None,
            "rejected": [(one, decision_on(visit, log, one.id)) for one, _ in rejected],
            "on_invoices": waiting_on_invoices(db, visit.viewer),
        }
    return visit.page(
        "unapproved_payments.html",
        **shown,
        cursor=cursor,
        next_cursor=page.next,
        further=lambda cursor="": f"{HERE}?cursor={cursor}" if cursor else HERE,
        supervises=visit.may(Role.SUPERVISOR),
        other_reason=bool(other_reason),
    )


def recorded_at(log: Sequence[Recorded]) -> Mapping[int, PaymentRecorded]:
    """What the log alone tells of payments, by where it does."""
    return {one.position: one.event for one in log if isinstance(one.event, PaymentRecorded)}


def decides(visit: Visit, told: PaymentRecorded) -> bool:
    own = is_own(visit, told)
    return visit.may(Role.SUPERVISOR) and not (own and visit.business.four_eyes)


def _debtor(visit: Visit, db: Connection, chosen: Waiting[DeskPayment]) -> Debtor:
    """All payments, and what was last done on the case files that they are for."""
    paid = payments_of(db, visit.viewer, chosen.payment.debtor_id, SHOWN_OF_DEBTOR)
    case_files = {chosen.payment.case_file_id, *(one.case_file_id for one in paid)}
    latest = visit.store.at(latest_actions(db, case_files, ACTIONS_SHOWN))
    people = {id_ for one in latest if isinstance(event := one.event, ActionLogged) for id_ in _named(event)}
    others = [one for one in paid if one.id != chosen.payment.id]
    return Debtor(chosen, others, timeline(visit, latest, client_names(db, people), {}))


def _named(action: ActionLogged) -> Sequence[UUID]:
    return [one for one in (action.person_id, action.successor_id) if one is not None]


def _rejected(visit: Visit, db: Connection) -> Sequence[tuple[DeskPayment, int]]:
    """With where the log tells who rejected each, when and why."""
    if visit.may(Role.SUPERVISOR):
        return []
    return rejected_payments(db, visit.viewer, visit.service.clock() - REJECTED_SINCE, SHOWN)


# Several at once


@router.post("/approval")
def approve_payments(visit: Page) -> Response:
    overpayment = visit.form.ticked("overpayment")

    def approve(payment: DeskPayment, command: Command) -> Outcome:
        return payments.approve_payment(
            visit.store, command, payment.case_file_id, payment_id=payment.id, overpayment=overpayment
        )

    return _decide_on_each(visit, approve, visit._("Approved"))


@router.post("/rejection")
def reject_payments(visit: Page) -> Response:
    reason = visit.form.optional_text("reason")

    def reject(payment: DeskPayment, command: Command) -> Outcome:
        case_file_id = payment.case_file_id
        return payments.reject_payment(visit.store, command, case_file_id, payment_id=payment.id, reason=reason)

    return _decide_on_each(visit, reject, visit._("Rejected"))


@router.post("/reopening")
def undo_decisions(visit: Page) -> Response:
    def reopen(payment: DeskPayment, command: Command) -> Outcome:
        case_file_id = payment.case_file_id
        return payments.reopen_payment(visit.store, command, case_file_id, payment_id=payment.id, reason=UNDO)

    return _decide_on_each(visit, reopen, visit._("Undone"), undoes=True)


def _decide_on_each(
    visit: Visit, decide: Callable[[DeskPayment, Command], Outcome], said: str, *, undoes: bool = False
) -> Response:
    with visit.snapshot() as db:
        chosen = some_payments(db, visit.viewer, chosen_payments(visit))
        before = waiting(db, visit.viewer)  # the read models have not taken in yet what is done here
    if not chosen:
        return visit.refused(NothingChosen(field="payment"), visit.back(HERE))

    def meanwhile(refusal: Refusal, payment: DeskPayment) -> str:
        return decided_meanwhile(visit, refusal, payment.case_file_id, payment.id)

    results = decided_on_each(visit, [(one.id, one) for one in chosen], decide, said, meanwhile)
    done = sum(not one.refused for one in results.each)
    return decided_page(
        visit,
        "decided_payments.html",
        results,
        tab="unapproved",
        waiting=StillWaiting(max(before.count + (done if undoes else -done), 0), []),
        undoes=undoes,
        back=visit.back(HERE),
        home=HERE,
    )


def chosen_payments(visit: Visit) -> Sequence[tuple[UUID, UUID]]:
    """Each box says `case file/payment`, or `invoice/payment`. What is none is left out."""
    pairs: list[tuple[UUID, UUID]] = []
    for text in visit.form.many("payment"):
        named = text.split("/")
        try:
            pairs.append((UUID(named[0]), UUID(named[-1])))
        except ValueError:
            continue
    return pairs
