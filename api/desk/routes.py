"""The desk over HTTP: what the read model answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query

from api.case_files.listing import CaseFileList
from api.http.dependencies import Question
from api.http.problems import documented
from api.http.routes import OneThreadRoute
from api.http.shapes import Cursor, Day, Limit, Month, Search, first_of
from domain.days import check_day
from projections.desk import calendar, case_files, collections, money, proposals
from projections.desk.calendar import CalendarDay
from projections.desk.case_files import CaseFileLine, Today
from projections.desk.collections import CollectionsReport
from projections.desk.money import DeskPayment
from projections.desk.proposals import ProposalLine
from projections.desk.summary import Summary, summary
from projections.pages import Page
from projections.tasks.lists import counts_by_day

router = APIRouter(
    prefix="/api/escritorio", tags=["escritorio"], responses=documented(401, 422, 503), route_class=OneThreadRoute
)


@router.get("/today")
def show_today(question: Question) -> Today:
    """Next actions due and late, broken promises, idle case files, payments that wait."""
    with question.snapshot("escritorio") as db:
        return case_files.today(db, question.viewer, question.as_of())


@router.get("/proposals")
def list_proposals(question: Question, *, cursor: Cursor = None, limit: Limit = 50) -> Page[ProposalLine]:
    """Changes of debts that wait for a supervisor, the longest waiting first."""
    with question.snapshot("escritorio") as db:
        return proposals.list_proposals(db, question.viewer, cursor, limit)


@router.get("/case-files")
def list_case_files(question: Question, asked: Annotated[CaseFileList, Query()]) -> Page[CaseFileLine]:
    """`text` is words of the parties' names, part of a reference, of an item's number, of a phone, or an amount."""
    with question.snapshot(*(("escritorio", "clients") if asked.text else ("escritorio",))) as db:
        return case_files.list_case_files(
            db, question.viewer, question.as_of(), asked.filters(), asked.sort, asked.cursor, asked.limit
        )


@router.get("/unapproved-payments")
def list_unapproved_payments(question: Question, *, cursor: Cursor = None, limit: Limit = 50) -> Page[DeskPayment]:
    """The longest waiting first."""
    with question.snapshot("escritorio") as db:
        return money.list_unapproved_payments(db, question.viewer, cursor, limit)


@dataclass(frozen=True, slots=True)
class DeskDay(CalendarDay):
    """With how many tasks are planned for it."""

    tasks: int


@dataclass(frozen=True, slots=True)
class DeskCalendar:
    month: str
    days: Sequence[DeskDay]


@router.get("/calendar")
def show_calendar(question: Question, month: Month) -> DeskCalendar:
    with question.snapshot("escritorio", "tasks") as db:
        days = calendar.calendar(db, question.viewer, first_of(month)).days
        tasks = counts_by_day(db, question.viewer, question.as_of().day, first_of(month))
    return DeskCalendar(
        month,
        [
            DeskDay(
                day=one.day,
                promised=one.promised,
                instalments=one.instalments,
                collected=one.collected,
                actions=one.actions,
                tasks=tasks.get(one.day, 0),
            )
            for one in days
        ],
    )


@router.get("/collections-report")
def show_collections_report(question: Question, month: Month, collector: Search = None) -> CollectionsReport:
    """The month's collections, and as lines below zero what was returned in it."""
    with question.snapshot("escritorio") as db:
        return collections.collections_report(db, question.viewer, first_of(month), collector)


@router.get("/summary")
def show_summary(question: Question, as_of: Day | None = None) -> Summary:
    """At the end of a business day, today where none is given, as known now."""
    if as_of is not None:
        check_day(as_of, "as_of")
    with question.snapshot("escritorio") as db:
        return summary(db, question.viewer, question.as_of(as_of))
