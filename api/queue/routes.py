"""The queue over HTTP: whom to reach next and why; and to skip somebody until a day."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from api.http.catalogues import LANGUAGES
from api.http.dependencies import Done, NewCommand, Question
from api.http.formats import formats
from api.http.problems import documented
from api.http.routes import OneThreadRoute
from api.http.shapes import Body, Day, Search
from api.queue.listing import QueueList
from api.queue.views import QueueEntry, queued
from application import queue as use_cases
from projections import queue as read_model
from projections.pages import Page
from projections.queue import Queue

router = APIRouter(
    prefix="/api", tags=["queue"], responses=documented(401, 403, 404, 422, 503), route_class=OneThreadRoute
)


class Skip(Body):
    """`until` is a day to come, sixty days ahead at most."""

    until: Day


@router.get("/queue")
def list_queue(question: Question, asked: Annotated[QueueList, Query()]) -> Page[QueueEntry]:
    """Case files on which something is to be done today, clients with invoices due: the most to be expected first."""
    service = question.service
    with question.snapshot("escritorio", "invoice_status", "clients") as db:
        return queued(
            db,
            question.viewer,
            question.as_of(),
            asked,
            asked.limit,
            formats=formats(LANGUAGES[0], service.business()),
            now=service.clock(),
        )


@router.get("/queue/parts")
def count_queue(question: Question, collector: Search = None) -> Queue:
    """How many there are for each reason, and what all of them owe."""
    with question.snapshot("escritorio", "invoice_status") as db:
        return read_model.queue(db, question.viewer, question.as_of(), collector)


@router.post("/case-files/{case_file_id}/skip")
def skip_case_file(case_file_id: UUID, body: Skip, new: NewCommand) -> Done:
    return new.done(use_cases.skip_case_file(new.store, new.command, case_file_id, until=body.until))


@router.post("/clients/{client_id}/skip")
def skip_client(client_id: UUID, body: Skip, new: NewCommand) -> Done:
    return new.done(use_cases.skip_client(new.store, new.command, client_id, until=body.until))
