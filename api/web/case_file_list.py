"""The desk's list of case files."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, get_args

from fastapi import APIRouter, Response
from sqlalchemy import Connection

from api.catalogues import marked as _
from api.documents import SheetKind
from api.search import as_amount
from api.web.escritorio import charts, collected, desk
from api.web.forms import Form
from api.web.invoice_sheets import AT_ONCE as AT_ONCE_IN_A_SHEET
from api.web.invoice_sheets import sheet_of, streamed
from api.web.labels import CASE_FILE_STATES, OUTCOMES, STAGES
from api.web.labels import FLAGS as FLAG_NAMES
from api.web.list_address import ListAddress, import_in, one_of, read_asked
from api.web.visit import Page, Visit
from domain.business import Kind
from domain.case_file.progress import Stage
from domain.case_file.work import Outcome
from domain.errors import NotFound
from domain.money import Money
from domain.people import Role
from projections.client_numbers import number_in
from projections.clients.listing import known_by
from projections.escritorio.calendar import calendar
from projections.escritorio.case_files import CaseFileLine, Choice, Filters, check_sort, holders, list_case_files
from projections.escritorio.clients import ClientLine, find_by_number
from projections.pages import Page as Listed

router = APIRouter(prefix="/escritorio/case-files")

HERE = "/escritorio/case-files"
SHOWN = 15
"""A page, so that it stays light with all that it loads."""
CHOICES: tuple[Choice, ...] = get_args(Choice)
STATES: tuple[Literal["open", "closed", "all"], ...] = ("open", "closed", "all")

AT_ONCE = (Outcome.SENT, Outcome.MESSAGE_LEFT, Outcome.NO_ANSWER, Outcome.CONTACTED, Outcome.OBSERVATION)
"""What may have come of an action that was the same on several case files."""


@dataclass(frozen=True, kw_only=True)
class Asked(ListAddress):
    """Clients by their short numbers."""

    path: str = HERE
    state: str = "open"
    stage: str = ""
    flag: str = ""
    collector: str = ""
    creditor: str = ""
    debtor: str = ""
    text: str = ""
    import_: str = ""
    sort: str = "next_action_on"


@router.get("")
def show_case_files(visit: Page) -> Response:
    return case_file_list(visit)


def case_file_list(visit: Visit, *, sent: Form | None = None) -> Response:
    """`sent` is the form over the ticked rows, where it was refused."""
    asked, cursor = read_asked(visit, Asked())
    month = visit.today.replace(day=1)
    with visit.snapshot() as db:
        debtor, creditor = (client_numbered(db, visit, number) for number in (asked.debtor, asked.creditor))
        page = list_case_files(
            db, visit.viewer, visit.as_of, _filters(visit, asked, debtor, creditor), asked.sort, cursor, SHOWN
        )
        shown = desk(visit, db, "case-files")
        days = collected(calendar(db, visit.viewer, month).days)
        holding = {*holders(db), asked.collector} - {""} if visit.viewer.sees_all else set[str]()
    return visit.page(
        "case_file_list.html",
        **shown,
        asked=asked,
        further=lambda cursor="": asked.address(cursor=cursor),
        page=page,
        cursor=cursor,
        debtor=debtor,
        creditor=creditor,
        holders=sorted(holding),
        collectors=visit.service.credentials.names() if visit.may(Role.SUPERVISOR, Role.ADMINISTRATOR) else (),
        outcomes={one.value: visit._(OUTCOMES[one]) for one in AT_ONCE},
        stages=[stage.value for stage in Stage],
        flags=CHOICES,
        has_creditors=visit.business.kind is not Kind.LENDER,
        month=month,
        charts=charts(days, visit.today),
        sent=sent,
    )


COLUMNS = (
    *(_("Case file"), _("Creditor"), _("Debtor"), _("Collector"), _("Opened on"), _("Last action"), _("Next action")),
    *(_("Day of the next action"), _("Principal"), _("Collected"), _("Waiting for approval"), _("Outstanding")),
    *(_("Credit"), _("Currency"), _("Days in arrears"), _("State"), _("Stage"), _("Flags")),
)


@router.get(".{kind}")
def download_case_files(visit: Page, kind: SheetKind) -> Response:
    """All that the filters choose, in the order of the page."""
    asked, _cursor = read_asked(visit, Asked())
    with visit.snapshot() as db:
        debtor, creditor = (client_numbered(db, visit, number) for number in (asked.debtor, asked.creditor))
    filters = _filters(visit, asked, debtor, creditor)
    check_sort(asked.sort)

    def lines(db: Connection, after: str | None) -> Listed[CaseFileLine]:
        return list_case_files(db, visit.viewer, visit.as_of, filters, asked.sort, after, AT_ONCE_IN_A_SHEET)

    rows = (
        (
            one.reference, one.client, one.debtor, visit.person(one.collector) if one.collector else None,
            one.opened_on, one.last_action_on, one.next_action, one.next_action_on,
            one.principal.amount, one.collected.amount, one.waiting.amount, *_outstanding(one.outstanding),
            one.principal.currency, one.days_in_arrears, visit._(CASE_FILE_STATES[one.state]),
            visit._(STAGES[one.stage]), ", ".join(visit._(FLAG_NAMES[flag]) for flag in one.flags),
        )
        for one in streamed(visit, lines)
    )  # fmt: skip
    return sheet_of(visit, visit._("Case files"), COLUMNS, rows, kind)


def _outstanding(owed: Money) -> tuple[Decimal, Decimal]:
    """And the credit, where too much was paid."""
    nothing = Money.zero(owed.currency)
    return max(owed, nothing).amount, max(-owed, nothing).amount


def _filters(visit: Visit, asked: Asked, debtor: ClientLine | None, creditor: ClientLine | None) -> Filters:
    return Filters(
        state=one_of(STATES, asked.state, "state") or "open",
        stage=one_of([stage.value for stage in Stage], asked.stage, "stage"),
        flag=one_of(CHOICES, asked.flag, "flag"),
        collector=asked.collector or None,
        client_id=creditor.id if creditor else None,
        debtor_id=debtor.id if debtor else None,
        text=asked.text or None,
        amount=as_amount(asked.text, visit.formats.decimal_mark) if asked.text else None,
        known=known_by(asked.text) if asked.text else None,
        import_id=import_in(asked.import_),
    )


def client_numbered(db: Connection, visit: Visit, number: str) -> ClientLine | None:
    """Whom an address names by the short number; None where it names nobody."""
    if not number:
        return None
    known = number_in(number)
    client = find_by_number(db, visit.viewer, known) if known is not None else None
    if client is None:
        raise NotFound(id=number)
    return client
