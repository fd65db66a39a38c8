"""To skip somebody in the queue, from its row: until tomorrow, next week, or a day that is chosen."""

from datetime import date, timedelta
from uuid import UUID

from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse

from api.pages.context import Page, PageContext
from api.pages.list_address import read
from api.pages.refusals import sent_back_to
from api.queue.listing import QueueList
from api.queue.views import place_of
from application import queue
from application.streams import Outcome
from projections.queue import cursor_after, list_queue

router = APIRouter()


@router.get("/queue/next")
def show_next(context: Page, after: UUID) -> Response:
    """On to who follows the case file just left in the queue, asked for as its page is: the first of it, where that one
    is in it no more, as what was worked or skipped is not. At its end, to the queue."""
    asked = read(context, "/escritorio", QueueList)
    filters, sorting = asked.query.filters(), asked.query.sorting(context.formats, context.service.clock())
    with context.snapshot() as db:
        cursor = cursor_after(db, context.viewer, context.as_of, filters, sorting, after)
        page = list_queue(db, context.viewer, context.as_of, filters, sorting, cursor, 1)
    return RedirectResponse(place_of(page.items[0], asked) if page.items else asked.address(), 303)


@router.post("/case-files/{case_file_id}/skip")
@sent_back_to("/escritorio")
def skip_case_file(context: Page, case_file_id: UUID) -> Response:
    until = _until(context)
    return _skipped(context, queue.skip_case_file(context.store, context.command(), case_file_id, until=until), until)


@router.post("/clients/{client_id}/skip")
@sent_back_to("/escritorio")
def skip_client(context: Page, client_id: UUID) -> Response:
    until = _until(context)
    return _skipped(context, queue.skip_client(context.store, context.command(), client_id, until=until), until)


def _until(context: PageContext) -> date:
    """Tomorrow, where no day is chosen."""
    return context.form.optional_day("until") or context.today + timedelta(days=1)


def _skipped(context: PageContext, outcome: Outcome, until: date) -> Response:
    said = context._("Skipped until %(day)s", day=context.formats.day(until))
    return context.done(outcome, context.back("/escritorio"), said)
