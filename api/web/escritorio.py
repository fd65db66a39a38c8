"""The desk: what today asks for, and around it the tabs of all that one works with."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from fastapi import APIRouter, Response
from sqlalchemy import Connection

from api.shapes import Cursor
from api.tasks import reached_of_day, with_reach
from api.web.charts import Bar, bars
from api.web.visit import Page, Visit
from domain.money import Money, total
from projections.credits import waiting_refunds
from projections.escritorio.calendar import CalendarDay, calendar
from projections.escritorio.case_files import oldest_broken_promises, promises_due, today
from projections.escritorio.collections import collections_report
from projections.escritorio.money import waiting
from projections.escritorio.proposals import list_proposals
from projections.invoices.estimates import accepted_and_not_issued
from projections.invoices.payments import waiting_on_invoices
from projections.invoices.status import invoice_status
from projections.messages.outbox import count_failed
from projections.tasks.lists import Filters, tasks_of_day, unattended

router = APIRouter(prefix="/escritorio")

TASKS_SHOWN, PROPOSALS_SHOWN, ESTIMATES_SHOWN = 10, 10, 10

FAILED_SHOWN = timedelta(days=7)
"""For how long a message that did not arrive is told of."""

Collected = tuple[date, Sequence[Money]]
"""A day, and what was collected on it in each currency."""


def desk(visit: Visit, db: Connection, tab: str) -> dict[str, Any]:
    """What the tabs show on each of their pages."""
    return {"tab": tab, "waiting": waiting(db, visit.viewer)}


@router.get("")
def show_today(visit: Page, proposals: Cursor = None) -> Response:
    """One's tasks; next actions due and late, broken promises, what is idle or waits, overdue invoices; the month.

    `proposals` is the cursor of those that are shown of the changes of debts that wait.
    """
    month = visit.today.replace(day=1)
    with visit.snapshot() as db:
        asked = today(db, visit.viewer, visit.as_of)
        days = collected(calendar(db, visit.viewer, month).days)
        own = collections_report(db, visit.viewer, month, visit.viewer.name)
        mine = Filters(assignee=visit.viewer.name)
        tasks = reached_of_day(
            db, visit.viewer, tasks_of_day(db, visit.viewer, visit.today, visit.today, mine, TASKS_SHOWN)
        )
        left, unattended_tasks = unattended(db, visit.viewer, visit.today, mine, TASKS_SHOWN)
        failed = count_failed(db, visit.viewer, visit.service.clock() - FAILED_SHOWN)
        broken = oldest_broken_promises(db, visit.viewer, visit.as_of, [one.id for one in asked.broken_promises.items])
        expected = promises_due(db, visit.viewer, visit.as_of, [one.id for one in asked.promises_due.items])
        proposed = list_proposals(db, visit.viewer, proposals, PROPOSALS_SHOWN)
        missed = with_reach(db, visit.viewer, unattended_tasks)
        refunds = waiting_refunds(db, visit.viewer)
        on_invoices = waiting_on_invoices(db, visit.viewer)
        invoiced = invoice_status(db, visit.viewer, visit.today)
        accepted = accepted_and_not_issued(db, visit.viewer, visit.today, ESTIMATES_SHOWN)
        shown = desk(visit, db, "today")
    return visit.page(
        "today.html",
        **shown,
        asked=asked,
        month=month,
        own=own,
        failed=failed,
        refunds=refunds,
        on_invoices=on_invoices,
        invoiced=invoiced,
        accepted=accepted,
        tasks=tasks,
        unattended_tasks=missed,
        unattended_count=left,
        charts=charts(days, visit.today),
        broken=broken,
        expected=expected,
        proposals=proposed,
        first_proposals=not proposals,
        further_proposals=lambda cursor="": f"/escritorio{f'?proposals={cursor}' if cursor else ''}#proposals",
    )


def collected(days: Sequence[CalendarDay]) -> Sequence[Collected]:
    return [(day.day, day.collected) for day in days]


def charts(days: Sequence[Collected], today_: date) -> Sequence[tuple[Sequence[Bar], Money]]:
    """What was collected by day, one chart for each currency."""
    return [_chart(currency, days, today_) for currency in sorted({m.currency for _, all_ in days for m in all_})]


def _chart(currency: str, days: Sequence[Collected], today_: date) -> tuple[Sequence[Bar], Money]:
    """What was collected by day and in all, in one currency: two never add."""
    by_day = [(day, next((one for one in all_ if one.currency == currency), None)) for day, all_ in days]
    return bars(by_day, today_), total((amount for _, amount in by_day if amount is not None), currency)
