"""The collections report: what a month brought in and what went back, and for whom it counts."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response

from api.desk.views import desk
from api.http.documents import Cell, Sheet, downloaded
from api.http.labels import METHODS, PAID_TO
from api.http.shapes import Month, first_of
from api.pages.context import Page, PageContext
from api.pages.list_address import link
from domain.days import next_month
from domain.personal import NAME
from projections.desk.collections import CollectionsReport, collections_report

router = APIRouter(prefix="/escritorio")

LINES, LINES_OF_WHOLE = 40, 1000
"""On the screen, so that it stays light; on paper, or where all are asked for. Totals and download have every line."""

Collector = Annotated[str, Query(max_length=NAME)]


@router.get("/collections-report")
def show_collections_report(
    context: Page, month: Month | None = None, collector: Collector = "", lines: Literal["", "all"] = ""
) -> Response:
    """Of one collector or of all; a collector's own."""
    first = first_of(month) if month else context.today.replace(day=1)
    with context.snapshot() as db:
        everybody = collections_report(db, context.viewer, first, None)
        report = collections_report(db, context.viewer, first, collector) if collector else everybody
        shown = desk(context, db, "report")

    def address(month: date, *, as_file: bool = False, whole: bool = False) -> str:
        path = f"/escritorio/collections-report{'.csv' if as_file else ''}"
        return link(path, month=f"{month:%Y-%m}", collector=collector, lines="all" if whole else "")

    names = {one.collector for one in everybody.by_collector if one.collector} | ({collector} - {""})
    return context.page(
        "collections_report.html",
        **shown,
        report=report,
        lines=report.lines[:LINES_OF_WHOLE],
        on_screen=LINES_OF_WHOLE if lines else LINES,
        whole=bool(lines),
        month=first,
        collector=collector,
        whose=collector if context.viewer.sees_all else context.viewer.name,
        collectors={name: name for name in sorted(names)},
        address=address,
        before=(first - timedelta(days=1)).replace(day=1),
        after=next_month(first),
    )


@router.get("/collections-report.csv")
def download_collections_report(context: Page, month: Month, collector: Collector = "") -> Response:
    with context.snapshot() as db:
        report = collections_report(db, context.viewer, first_of(month), collector or None)
    _ = context._
    named = (_("Day"), _("Case file"), _("Invoice"), _("Debtor"), _("Collector"), _("Method"), _("Paid to"))
    sheet = Sheet(_("Collections report"), [*named, _("Amount"), _("Currency"), _("Note")], _rows(context, report))
    name, mark = _("collections-report"), context.formats.decimal_mark
    return downloaded(context.service.documents, sheet, "csv", f"{name}-{month}", decimal_mark=mark)


def _rows(context: PageContext, report: CollectionsReport) -> Iterator[Sequence[Cell]]:
    _, label = context._, context.words.gettext
    for line in report.lines:
        note = _("Returned") if line.kind == "returned" else "" if line.second_review else _("without second review")
        collector = context.person(line.collector) if line.collector else None
        who = line.case_file, line.invoice, line.debtor, collector
        how = label(METHODS[line.method]), label(PAID_TO[line.paid_to])
        yield line.day, *who, *how, line.amount.amount, line.amount.currency, note
