"""The desk's list of case files."""

from fastapi import APIRouter, Response
from sqlalchemy import Connection

from api.case_files.listing import CHOICES, Asked, filters_of
from api.clients.views import client_numbered
from api.desk.views import charts, collected, desk
from api.http.catalogues import marked as _
from api.http.documents import SheetKind
from api.http.labels import CASE_FILE_STATES, OUTCOMES, STAGES
from api.http.labels import FLAGS as FLAG_NAMES
from api.pages.context import Page, PageContext
from api.pages.forms import Form
from api.pages.list_address import read_asked
from api.pages.sheets import AT_ONCE as AT_ONCE_IN_A_SHEET
from api.pages.sheets import sheet_of, streamed
from domain.business import Kind
from domain.case_file.activity import Outcome
from domain.case_file.progress import Stage
from domain.people import Role
from projections.desk.calendar import calendar
from projections.desk.case_files import CaseFileLine, check_sort, holders, list_case_files
from projections.pages import Page as Listed

router = APIRouter(prefix="/escritorio/case-files")

SHOWN = 15
"""A page, so that it stays light with all that it loads."""

AT_ONCE = (Outcome.SENT, Outcome.MESSAGE_LEFT, Outcome.NO_ANSWER, Outcome.CONTACTED, Outcome.OBSERVATION)
"""What may have come of an action that was the same on several case files."""


@router.get("")
def show_case_files(context: Page) -> Response:
    return case_file_list(context)


def case_file_list(context: PageContext, *, sent: Form | None = None) -> Response:
    """`sent` is the form over the ticked rows, where it was refused."""
    asked, cursor = read_asked(context, Asked())
    month = context.today.replace(day=1)
    with context.snapshot() as db:
        debtor, creditor = (client_numbered(db, context, number) for number in (asked.debtor, asked.creditor))
        page = list_case_files(
            db, context.viewer, context.as_of, filters_of(context, asked, debtor, creditor), asked.sort, cursor, SHOWN
        )
        shown = desk(context, db, "case-files")
        days = collected(calendar(db, context.viewer, month).days)
        holding = {*holders(db), asked.collector} - {""} if context.viewer.sees_all else set[str]()
    return context.page(
        "case_file_list.html",
        **shown,
        asked=asked,
        further=lambda cursor="": asked.address(cursor=cursor),
        page=page,
        cursor=cursor,
        debtor=debtor,
        creditor=creditor,
        holders=sorted(holding),
        collectors=context.may_hold() if context.may(Role.SUPERVISOR, Role.ADMINISTRATOR) else (),
        outcomes={one.value: context._(OUTCOMES[one]) for one in AT_ONCE},
        stages=[stage.value for stage in Stage],
        flags=CHOICES,
        has_creditors=context.business.kind is not Kind.LENDER,
        month=month,
        charts=charts(days, context.today),
        sent=sent,
    )


COLUMNS = (
    *(_("Case file"), _("Creditor"), _("Debtor"), _("Collector"), _("Opened on"), _("Last action"), _("Next action")),
    *(_("Day of the next action"), _("Principal"), _("Collected"), _("Waiting for approval"), _("Outstanding")),
    *(_("Credit"), _("Currency"), _("Days in arrears"), _("State"), _("Stage"), _("Flags")),
)


@router.get(".{kind}")
def download_case_files(context: Page, kind: SheetKind) -> Response:
    """All that the filters choose, in the order of the page."""
    asked, _cursor = read_asked(context, Asked())
    with context.snapshot() as db:
        debtor, creditor = (client_numbered(db, context, number) for number in (asked.debtor, asked.creditor))
    filters = filters_of(context, asked, debtor, creditor)
    check_sort(asked.sort)

    def lines(db: Connection, after: str | None) -> Listed[CaseFileLine]:
        return list_case_files(db, context.viewer, context.as_of, filters, asked.sort, after, AT_ONCE_IN_A_SHEET)

    rows = (
        (
            one.reference, one.client, one.debtor, context.person(one.collector) if one.collector else None,
            one.opened_on, one.last_action_on, one.next_action, one.next_action_on,
            one.principal.amount, one.collected.amount, one.waiting.amount, one.outstanding.amount, one.credit.amount,
            one.principal.currency, one.days_in_arrears, context._(CASE_FILE_STATES[one.state]),
            context._(STAGES[one.stage]), ", ".join(context._(FLAG_NAMES[flag]) for flag in one.flags),
        )
        for one in streamed(context, lines)
    )  # fmt: skip
    return sheet_of(context, context._("Case files"), COLUMNS, rows, kind)
