"""The desk: what today asks for, and around it the tabs of all that one works with."""

from datetime import timedelta

from fastapi import APIRouter, Response

from api.desk.views import charts, collected, desk
from api.http.shapes import Cursor
from api.pages.context import Page
from api.tasks.views import reached_of_day, with_reach
from projections.credits import waiting_refunds
from projections.desk.calendar import calendar
from projections.desk.case_files import oldest_broken_promises, promises_due, today
from projections.desk.collections import collections_report
from projections.desk.proposals import list_proposals
from projections.invoices.estimates import accepted_and_not_issued
from projections.invoices.payments import waiting_on_invoices
from projections.invoices.status import invoice_status
from projections.messages.outbox import count_failed
from projections.tasks.lists import Filters, tasks_of_day, unattended

router = APIRouter(prefix="/escritorio")

TASKS_SHOWN, PROPOSALS_SHOWN, ESTIMATES_SHOWN = 10, 10, 10

FAILED_SHOWN = timedelta(days=7)
"""For how long a message that did not arrive is told of."""


@router.get("")
def show_today(context: Page, proposals: Cursor = None) -> Response:
    """One's tasks; next actions due and late, broken promises, what is idle or waits, overdue invoices; the month.

    `proposals` is the cursor of those that are shown of the changes of debts that wait.
    """
    month = context.today.replace(day=1)
    with context.snapshot() as db:
        asked = today(db, context.viewer, context.as_of)
        days = collected(calendar(db, context.viewer, month).days)
        own = collections_report(db, context.viewer, month, context.viewer.name)
        mine = Filters(assignee=context.viewer.name)
        tasks = reached_of_day(
            db, context.viewer, tasks_of_day(db, context.viewer, context.today, context.today, mine, TASKS_SHOWN)
        )
        left, unattended_tasks = unattended(db, context.viewer, context.today, mine, TASKS_SHOWN)
        failed = count_failed(db, context.viewer, context.service.clock() - FAILED_SHOWN)
        broken = oldest_broken_promises(
            db, context.viewer, context.as_of, [one.id for one in asked.broken_promises.items]
        )
        expected = promises_due(db, context.viewer, context.as_of, [one.id for one in asked.promises_due.items])
        proposed = list_proposals(db, context.viewer, proposals, PROPOSALS_SHOWN)
        missed = with_reach(db, context.viewer, unattended_tasks)
        refunds = waiting_refunds(db, context.viewer)
        on_invoices = waiting_on_invoices(db, context.viewer)
        invoiced = invoice_status(db, context.viewer, context.today)
        accepted = accepted_and_not_issued(db, context.viewer, context.today, ESTIMATES_SHOWN)
        shown = desk(context, db, "today")
    return context.page(
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
        charts=charts(days, context.today),
        broken=broken,
        expected=expected,
        proposals=proposed,
        first_proposals=not proposals,
        further_proposals=lambda cursor="": f"/escritorio{f'?proposals={cursor}' if cursor else ''}#proposals",
    )
