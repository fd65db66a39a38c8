"""Payments that wait for a decision, each beside what is known of its debtor."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Response
from sqlalchemy import Connection

from api.case_files.timeline import timeline
from api.desk.views import desk
from api.http.shapes import Cursor
from api.pages.context import Page, PageContext
from api.pages.list_address import link
from api.pages.timeline import Entry
from api.payments.deciding import UnapprovedPayment, Waiting, add_decisions, unapproved
from api.payments.timeline import decision_on
from domain.case_file import CaseFile
from domain.case_file.activity import ActionLogged
from domain.people import Role
from projections.desk.detail import client_names, latest_actions
from projections.desk.money import (
    DeskPayment,
    list_unapproved_payments,
    payments_of,
    rejected_payments,
    some_payments,
    waiting,
)
from projections.invoices.payments import waiting_on_invoices

router = APIRouter(prefix="/escritorio/unapproved-payments")

HERE = "/escritorio/unapproved-payments"
SHOWN, SHOWN_OF_DEBTOR, ACTIONS_SHOWN = 14, 12, 6
REJECTED_SINCE = timedelta(days=60)


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
        told_at = [position for one in page.items for position in one.told_at]
        log = context.store.at([*told_at, *(position for _, position in rejected)])
        rows = unapproved(context, page.items, log)
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
        further=partial(link, HERE),
        supervises=context.may(Role.SUPERVISOR),
        other_reason=bool(other_reason),
    )


def _debtor(context: PageContext, db: Connection, chosen: UnapprovedPayment[DeskPayment]) -> Debtor:
    """All payments, and what was last done on the case files that they are for."""
    paid = payments_of(db, context.viewer, chosen.payment.debtor_id, SHOWN_OF_DEBTOR)
    case_files = {*([chosen.payment.case_file_id] if chosen.sees else []), *(one.case_file_id for one in paid)}
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


add_decisions(router, Waiting(CaseFile, HERE, "decided_payments.html", some_payments, waiting))
