"""The page of today: the queue of whom to reach next, and below it what else the day asks for."""

from datetime import timedelta
from functools import partial

from fastapi import APIRouter, Response

from api.desk.views import charts, collected, desk
from api.http.catalogues import marked as _
from api.http.shapes import Cursor
from api.pages.context import Page, PageContext
from api.pages.list_address import read
from api.queue.listing import QueueList
from api.queue.views import place_of, queued
from api.tasks.views import reached_of_day, with_reach
from projections.credits import waiting_refunds
from projections.desk.calendar import calendar
from projections.desk.case_files import holders
from projections.desk.collections import collections_report
from projections.desk.proposals import list_proposals, waiting_proposals
from projections.invoices.estimates import accepted_and_not_issued
from projections.invoices.payments import waiting_on_invoices
from projections.messages.outbox import count_failed
from projections.queue import day_of_work, queue
from projections.tasks.lists import Filters, tasks_of_day, unattended

router = APIRouter(prefix="/escritorio")

SHOWN, TASKS_SHOWN, PROPOSALS_SHOWN, ESTIMATES_SHOWN = 20, 10, 10, 10

LATER = ((_("Tomorrow"), 1), (_("In three days"), 3), (_("In a week"), 7), (_("In two weeks"), 14))
"""Until when somebody may be skipped by one click."""

FAILED_SHOWN = timedelta(days=7)
"""For how long a message that did not arrive is told of."""


@router.get("")
def show_today(context: Page, proposals: Cursor = None) -> Response:
    """The queue: whom to reach next; then one's tasks, what waits for a decision, what failed, and the month.

    `proposals` is the cursor of those that are shown of the changes of debts that wait.
    """
    asked = read(context, "/escritorio", QueueList)
    month, now = context.today.replace(day=1), context.service.clock()
    with context.snapshot() as db:
        page = queued(db, context.viewer, context.as_of, asked.query, SHOWN, formats=context.formats, now=now)
        whole = queue(db, context.viewer, context.as_of, asked.query.collector)
        work = day_of_work(db, context.viewer, context.today)
        days = collected(calendar(db, context.viewer, month).days)
        own = collections_report(db, context.viewer, month, context.viewer.name)
        mine = Filters(assignee=context.viewer.name)
        tasks = reached_of_day(
            db, context.viewer, tasks_of_day(db, context.viewer, context.today, context.today, mine, TASKS_SHOWN)
        )
        left, unattended_tasks = unattended(db, context.viewer, context.today, mine, TASKS_SHOWN)
        failed = count_failed(db, context.viewer, now - FAILED_SHOWN)
        proposed = list_proposals(db, context.viewer, proposals, PROPOSALS_SHOWN)
        missed = with_reach(db, context.viewer, unattended_tasks)
        refunds = waiting_refunds(db, context.viewer)
        on_invoices = waiting_on_invoices(db, context.viewer)
        accepted = accepted_and_not_issued(db, context.viewer, context.today, ESTIMATES_SHOWN)
        waiting_for_decision = waiting_proposals(db, context.viewer)
        holding = sorted({*holders(db), asked.query.collector or ""} - {""}) if context.viewer.sees_all else []
        shown = desk(context, db, "today")
    return context.page(
        "today.html",
        **shown,
        asked=asked,
        page=page,
        queue=whole,
        work=work,
        collected_today=[money for day, sums in days if day == context.today for money in sums],
        holders=holding,
        place_of=place_of,
        later=[(context._(text), context.today + timedelta(days=days_)) for text, days_ in LATER],
        hours=partial(_local_hours, context),
        month=month,
        own=own,
        failed=failed,
        refunds=refunds,
        on_invoices=on_invoices,
        accepted=accepted,
        tasks=tasks,
        unattended_tasks=missed,
        unattended_count=left,
        charts=charts(days, context.today),
        proposals=proposed,
        proposals_count=waiting_for_decision,
        first_proposals=not proposals,
        further_proposals=lambda cursor="": f"/escritorio{f'?proposals={cursor}' if cursor else ''}#proposals",
    )


def _local_hours(context: PageContext, hour: int) -> dict[str, str]:
    """From when to when that hour (UTC) is today, by the business's clocks."""
    at = context.service.clock().replace(hour=hour, minute=0).astimezone(context.business.zone)
    return {"from": f"{at.hour}", "to": f"{(at.hour + 1) % 24}"}
