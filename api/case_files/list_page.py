"""The desk's list of case files."""

from typing import get_args

from fastapi import APIRouter, Response

from api.case_files.listing import COLUMNS, HERE, CaseFilePage
from api.desk.views import charts, collected, desk
from api.http.documents import SheetKind
from api.http.labels import OUTCOMES
from api.pages.context import Page, PageContext
from api.pages.forms import Form
from api.pages.list_address import read
from api.pages.sheets import AT_ONCE, sheet_of, streamed
from domain.case_file.activity import Outcome
from domain.people import Role
from projections.desk.calendar import calendar
from projections.desk.case_files import Choice, holders, list_case_files

router = APIRouter(prefix=HERE)

SHOWN = 15
"""A page, so that it stays light with all that it loads."""

OF_SEVERAL = (Outcome.SENT, Outcome.MESSAGE_LEFT, Outcome.NO_ANSWER, Outcome.CONTACTED, Outcome.OBSERVATION)
"""What may have come of an action that was the same on several case files."""


@router.get("")
def show_case_files(context: Page) -> Response:
    return case_file_list(context)


def case_file_list(context: PageContext, *, sent: Form | None = None) -> Response:
    """`sent` is the form over the ticked rows, where it was refused."""
    asked = read(context, HERE, CaseFilePage)
    query, month = asked.query, context.today.replace(day=1)
    with context.snapshot() as db:
        filters, debtor, creditor = query.chosen(context, db)
        page = list_case_files(db, context.viewer, context.as_of, filters, query.sort, query.cursor, SHOWN)
        shown = desk(context, db, "case-files")
        days = collected(calendar(db, context.viewer, month).days)
        holding = {*holders(db), query.collector or ""} - {""} if context.viewer.sees_all else set[str]()
    return context.page(
        "case_file_list.html",
        **shown,
        asked=asked,
        page=page,
        debtor=debtor,
        creditor=creditor,
        holders=sorted(holding),
        collectors=context.may_hold() if context.may(Role.SUPERVISOR, Role.ADMINISTRATOR) else (),
        outcomes={one.value: context._(OUTCOMES[one]) for one in OF_SEVERAL},
        flags=get_args(Choice),
        month=month,
        charts=charts(days, context.today),
        sent=sent,
    )


@router.get(".{kind}")
def download_case_files(context: Page, kind: SheetKind) -> Response:
    """All that the filters choose, in the order of the page."""
    query = read(context, HERE, CaseFilePage).query
    with context.snapshot() as db:
        filters, _debtor, _creditor = query.chosen(context, db)
    lines = streamed(
        context,
        lambda db, after: list_case_files(db, context.viewer, context.as_of, filters, query.sort, after, AT_ONCE),
    )
    return sheet_of(context, context._("Case files"), COLUMNS, lines, kind)
