"""A portfolio on paper and as a spreadsheet, with the filters of its page; and the list of all reports there are."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, Literal
from urllib.parse import quote

from fastapi import APIRouter, Response
from sqlalchemy import Connection

from api.catalogues import marked as _
from api.documents import (
    PAPER_AT_MOST,
    ROWS_AT_MOST,
    Cell,
    Sheet,
    TooLongForASheet,
    TooLongForPaper,
    downloaded,
    named_file,
)
from api.portfolio_reading import NOBODY, lines_of, totals_of
from api.web.labels import STANDINGS, TASK_KINDS
from api.web.portfolios import Address, asked_here, read_address
from api.web.visit import Page, Visit
from domain.money import Money
from domain.people import Role
from projections.clients.detail import numbers_of
from projections.portfolio.clients import Asked, PortfolioLine, Total
from projections.portfolio.people import side_by_side

router = APIRouter()

AT_ONCE = 500

HEADINGS = (
    _("Client"),
    _("Phones"),
    _("Address"),
    _("Zone"),
    _("State"),
    _("Owed on case files"),
    _("Collected on case files"),
    _("Last action"),
    _("Next action or task"),
)
TOTALS = (
    _("Zone"),
    _("Clients"),
    _("Active clients"),
    _("Passive clients"),
    _("Clients never served"),
    _("Owed on case files"),
    _("Collected on case files"),
)


@router.get("/reports")
def show_reports(visit: Page) -> Response:
    """Every report there is, for whoever may see it."""
    with visit.snapshot() as db:
        people = side_by_side(db, visit.viewer, visit.today)
    return visit.page(
        "reports.html",
        month=visit.today.replace(day=1),
        people=[one for one in people if one.clients],
        nobody=NOBODY,
        quote=quote,
        audits=visit.may(Role.SUPERVISOR, Role.ADMINISTRATOR, Role.AUDITOR),
    )


@router.get("/portfolios/{collector}/report.{kind}")
def download_portfolio(visit: Page, collector: str, kind: Literal["pdf", "xlsx", "csv"]) -> Response:
    """Refused where it is too long for one file of that kind, before any of it is made."""
    address, _form = read_address(visit, collector)
    asked = asked_here(visit, address)
    sort = "name"
    with visit.snapshot() as db:
        totals = totals_of(db, asked)
    count = totals.all.clients
    name = f"{visit._('Portfolio')}-{asked.collector or visit._('nobody')}".lower()
    if kind == "pdf":
        if count > PAPER_AT_MOST:
            raise TooLongForPaper(count=count, at_most=PAPER_AT_MOST)
        with visit.snapshot() as db:
            lines = [*lines_of(db, asked, sort)]
        pdf = visit.service.documents.pdf(
            "portfolio", _said(visit, address, asked, lines, [*totals.by_zone], totals.all)
        )
        return Response(pdf, media_type="application/pdf", headers=named_file(f"{name}.pdf"))
    if count > ROWS_AT_MOST:
        raise TooLongForASheet(count=count, at_most=ROWS_AT_MOST)
    sheet = Sheet(visit._("Portfolio"), [visit._(name) for name in COLUMNS], _rows(visit, asked, sort))
    return downloaded(visit.service.documents, sheet, kind, name, decimal_mark=visit.formats.decimal_mark)


# As a spreadsheet: a row for each client and currency, so that amounts can be added


COLUMNS = (
    *(_("Reference"), _("Client"), _("Phones"), _("Address"), _("City"), _("Zone"), _("State")),
    *(
        _("Owed on case files"),
        _("Collected on case files"),
        _("Waiting for approval"),
        _("Currency"),
        _("Last action"),
        _("Day of what comes next"),
        _("Next action or task"),
    ),
)


def _rows(visit: Visit, asked: Asked, sort: str) -> Iterator[Sequence[Cell]]:
    """Read while they are written: the snapshot lasts as long as that."""
    with visit.snapshot() as db:
        for line, number in _numbered(db, lines_of(db, asked, sort)):
            amounts = [_by_currency(all_) for all_ in (line.owed, line.collected, line.waiting)]
            for currency in sorted({one for known in amounts for one in known}) or [""]:
                yield (
                    number if line.reference == str(line.id) else line.reference,
                    line.name,
                    " · ".join(_phones(visit, line)),
                    line.address,
                    line.city,
                    line.zone,
                    visit._(STANDINGS[line.standing]),
                    *(known[currency].amount if currency in known else None for known in amounts),
                    currency or None,
                    line.last_action_on,
                    line.next_action_on,
                    _next(visit, line),
                )


def _numbered(db: Connection, lines: Iterator[PortfolioLine]) -> Iterator[tuple[PortfolioLine, str]]:
    """Each with its short number."""
    while some := [*islice(lines, AT_ONCE)]:
        numbers = numbers_of(db, [line.id for line in some])
        yield from ((line, numbers[line.id]) for line in some)


def _phones(visit: Visit, line: PortfolioLine) -> Sequence[str]:
    written = [(visit.formats.phone(one.value), one.whose) for one in line.phones]
    return [f"{number} ({whose})" if whose else number for number, whose in written]


def _next(visit: Visit, line: PortfolioLine) -> str | None:
    """A task with what kind of task it is; of one who is blocked nothing."""
    if line.next_kind is None or line.next_kind == "action" or line.next_action is None:
        return line.next_action
    return f"{visit._(TASK_KINDS[line.next_kind])}: {line.next_action}"


def _by_currency(amounts: Sequence[Money]) -> Mapping[str, Money]:
    return {amount.currency: amount for amount in amounts}


# On paper


def _said(
    visit: Visit, address: Address, asked: Asked, lines: Sequence[PortfolioLine], zones: Sequence[Total], all_: Total
) -> Mapping[str, Any]:
    whose = visit.holder(asked.collector)
    filters = [
        visit._("as of %(day)s", day=visit.formats.day(asked.as_of or visit.today)),
        *filter(None, (address.zone, address.city, address.text)),
        *([visit._(STANDINGS[asked.standing])] if asked.standing else []),
        visit.words.ngettext("%(num)s client", "%(num)s clients", all_.clients)
        % {"num": visit.formats.number(all_.clients)},
    ]
    return {
        "title": visit._("Portfolio of %(whose)s", whose=whose),
        "business": visit.business.name,
        "printed": visit._("printed on %(day)s", day=visit.formats.day(visit.today)),
        "page": visit._("Page"),
        "of": visit._("of"),
        "language": visit.language,
        "filters": " · ".join(filters),
        "totals_title": visit._("Totals by zone"),
        "totals_headings": [visit._(name) for name in TOTALS],
        "totals": [_total(visit, one, one.zone or visit._("Without zone")) for one in zones],
        "all": _total(visit, all_, visit._("In all")),
        "clients_title": visit._("Clients"),
        "headings": [visit._(name) for name in HEADINGS],
        "clients": [_client(visit, line) for line in lines],
        "nobody": visit._("No client is like that."),
    }


def _client(visit: Visit, line: PortfolioLine) -> Sequence[str]:
    day = visit.formats.day
    return [
        line.name,
        "\n".join(_phones(visit, line)),
        line.address or "",
        line.zone or "",
        visit._(STANDINGS[line.standing]),
        _amounts(visit, line.owed),
        _amounts(visit, line.collected),
        day(line.last_action_on) if line.last_action_on else "",
        " ".join(filter(None, (day(line.next_action_on) if line.next_action_on else "", _next(visit, line)))),
    ]


def _total(visit: Visit, one: Total, name: str) -> Sequence[str]:
    counts = (one.clients, one.active, one.passive, one.new)
    return [name, *map(visit.formats.number, counts), _amounts(visit, one.owed), _amounts(visit, one.collected)]


def _amounts(visit: Visit, amounts: Sequence[Money]) -> str:
    return "\n".join(visit.formats.money(amount) for amount in amounts)
