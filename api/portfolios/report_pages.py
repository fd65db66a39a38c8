"""A portfolio on paper and as a spreadsheet, with the filters of its page; and the list of all reports there are."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, Literal
from urllib.parse import quote

from fastapi import APIRouter, Response
from sqlalchemy import Connection

from api.http.catalogues import marked as _
from api.http.documents import (
    PAPER_AT_MOST,
    ROWS_AT_MOST,
    Cell,
    Sheet,
    TooLongForASheet,
    TooLongForPaper,
    downloaded,
    named_file,
)
from api.http.labels import STANDINGS, TASK_KINDS
from api.pages.context import Page, PageContext
from api.portfolios.listing import PortfolioPage
from api.portfolios.pages import asked_here, read_address
from api.portfolios.views import NOBODY, lines_of, totals_of
from domain.money import Money
from domain.people import Role
from projections.clients.detail import numbers_of
from projections.portfolios.clients import Asked, PortfolioLine, Total
from projections.portfolios.people import side_by_side

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
def show_reports(context: Page) -> Response:
    """Every report there is, for whoever may see it."""
    with context.snapshot() as db:
        people = side_by_side(db, context.viewer, context.today)
    return context.page(
        "reports.html",
        month=context.today.replace(day=1),
        people=[one for one in people if one.clients],
        nobody=NOBODY,
        quote=quote,
        audits=context.may(Role.SUPERVISOR, Role.ADMINISTRATOR, Role.AUDITOR),
    )


@router.get("/portfolios/{collector}/report.{kind}")
def download_portfolio(context: Page, collector: str, kind: Literal["pdf", "xlsx", "csv"]) -> Response:
    """Refused where it is too long for one file of that kind, before any of it is made."""
    query = read_address(context, collector).query
    asked = asked_here(context, collector, query)
    sort = "name"
    with context.snapshot() as db:
        totals = totals_of(db, asked)
    count = totals.all.clients
    name = f"{context._('Portfolio')}-{asked.collector or context._('nobody')}".lower()
    if kind == "pdf":
        if count > PAPER_AT_MOST:
            raise TooLongForPaper(count=count, at_most=PAPER_AT_MOST)
        with context.snapshot() as db:
            lines = [*lines_of(db, asked, sort)]
        pdf = context.service.documents.pdf(
            "portfolio", _said(context, query, asked, lines, [*totals.by_zone], totals.all)
        )
        return Response(pdf, media_type="application/pdf", headers=named_file(f"{name}.pdf"))
    if count > ROWS_AT_MOST:
        raise TooLongForASheet(count=count, at_most=ROWS_AT_MOST)
    sheet = Sheet(context._("Portfolio"), [context._(name) for name in COLUMNS], _rows(context, asked, sort))
    return downloaded(context.service.documents, sheet, kind, name, decimal_mark=context.formats.decimal_mark)


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


def _rows(context: PageContext, asked: Asked, sort: str) -> Iterator[Sequence[Cell]]:
    """Read while they are written: the snapshot lasts as long as that."""
    with context.snapshot() as db:
        for line, number in _numbered(db, lines_of(db, asked, sort)):
            amounts = [_by_currency(all_) for all_ in (line.owed, line.collected, line.waiting)]
            for currency in sorted({one for known in amounts for one in known}) or [""]:
                yield (
                    number if line.reference == str(line.id) else line.reference,
                    line.name,
                    " · ".join(_phones(context, line)),
                    line.address,
                    line.city,
                    line.zone,
                    context._(STANDINGS[line.standing]),
                    *(known[currency].amount if currency in known else None for known in amounts),
                    currency or None,
                    line.last_action_on,
                    line.next_action_on,
                    _next(context, line),
                )


def _numbered(db: Connection, lines: Iterator[PortfolioLine]) -> Iterator[tuple[PortfolioLine, str]]:
    """Each with its short number."""
    while some := [*islice(lines, AT_ONCE)]:
        numbers = numbers_of(db, [line.id for line in some])
        yield from ((line, numbers[line.id]) for line in some)


def _phones(context: PageContext, line: PortfolioLine) -> Sequence[str]:
    written = [(context.formats.phone(one.value), one.whose) for one in line.phones]
    return [f"{number} ({whose})" if whose else number for number, whose in written]


def _next(context: PageContext, line: PortfolioLine) -> str | None:
    """A task with what kind of task it is; of one who is blocked nothing."""
    if line.next_kind is None or line.next_kind == "action" or line.next_action is None:
        return line.next_action
    return f"{context._(TASK_KINDS[line.next_kind])}: {line.next_action}"


def _by_currency(amounts: Sequence[Money]) -> Mapping[str, Money]:
    return {amount.currency: amount for amount in amounts}


# On paper


def _said(
    context: PageContext,
    query: PortfolioPage,
    asked: Asked,
    lines: Sequence[PortfolioLine],
    zones: Sequence[Total],
    all_: Total,
) -> Mapping[str, Any]:
    whose = context.holder(asked.collector)
    filters = [
        context._("as of %(day)s", day=context.formats.day(asked.as_of or context.today)),
        *filter(None, (query.zone, query.city, query.text)),
        *([context._(STANDINGS[asked.standing])] if asked.standing else []),
        context.words.ngettext("%(num)s client", "%(num)s clients", all_.clients)
        % {"num": context.formats.number(all_.clients)},
    ]
    return {
        "title": context._("Portfolio of %(whose)s", whose=whose),
        "business": context.business.name,
        "printed": context._("printed on %(day)s", day=context.formats.day(context.today)),
        "page": context._("Page"),
        "of": context._("of"),
        "language": context.language,
        "filters": " · ".join(filters),
        "totals_title": context._("Totals by zone"),
        "totals_headings": [context._(name) for name in TOTALS],
        "totals": [_total(context, one, one.zone or context._("Without zone")) for one in zones],
        "all": _total(context, all_, context._("In all")),
        "clients_title": context._("Clients"),
        "headings": [context._(name) for name in HEADINGS],
        "clients": [_client(context, line) for line in lines],
        "nobody": context._("No client is like that."),
    }


def _client(context: PageContext, line: PortfolioLine) -> Sequence[str]:
    day = context.formats.day
    return [
        line.name,
        "\n".join(_phones(context, line)),
        line.address or "",
        line.zone or "",
        context._(STANDINGS[line.standing]),
        _amounts(context, line.owed),
        _amounts(context, line.collected),
        day(line.last_action_on) if line.last_action_on else "",
        " ".join(filter(None, (day(line.next_action_on) if line.next_action_on else "", _next(context, line)))),
    ]


def _total(context: PageContext, one: Total, name: str) -> Sequence[str]:
    counts = (one.clients, one.active, one.passive, one.new)
    return [name, *map(context.formats.number, counts), _amounts(context, one.owed), _amounts(context, one.collected)]


def _amounts(context: PageContext, amounts: Sequence[Money]) -> str:
    return "\n".join(context.formats.money(amount) for amount in amounts)
