"""The collections report: what a month brought in and what went back, and for whom it counts."""

import csv
import io
from datetime import date, timedelta
from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Response

from api.shapes import Month, first_of
from api.web.escritorio import desk
from api.web.labels import METHODS, PAID_TO
from api.web.visit import Page, Visit
from domain.days import next_month
from domain.personal import NAME
from projections.escritorio.money import CollectionsReport, collections_report

router = APIRouter(prefix="/escritorio")

LINES, LINES_OF_WHOLE = 40, 1000
"""On the page, so that it stays light, and where all are asked for; the totals and the download have every line."""

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes a text for that begins like this (OWASP, CSV Injection)."""

Collector = Annotated[str, Query(max_length=NAME)]


@router.get("/collections-report")
def show_collections_report(
    visit: Page, month: Month | None = None, collector: Collector = "", lines: Literal["", "all"] = ""
) -> Response:
    """Of one collector or of all; a collector's own."""
    first = first_of(month) if month else visit.today.replace(day=1)
    with visit.snapshot() as db:
        everybody = collections_report(db, visit.viewer, first, None)
        report = collections_report(db, visit.viewer, first, collector) if collector else everybody
        shown = desk(visit, db, "report")

    def address(month: date, *, as_file: bool = False, whole: bool = False) -> str:
        asked = {"month": f"{month:%Y-%m}", "collector": collector, "lines": "all" if whole else ""}
        told = urlencode({name: value for name, value in asked.items() if value})
        return f"/escritorio/collections-report{'.csv' if as_file else ''}?{told}"

    names = {one.collector for one in everybody.by_collector if one.collector} | ({collector} - {""})
    return visit.page(
        "collections_report.html",
        **shown,
        report=report,
        lines=report.lines[: LINES_OF_WHOLE if lines else LINES],
        whole=bool(lines),
        month=first,
        collector=collector,
        whose=collector if visit.viewer.sees_all else visit.viewer.name,
        collectors={name: name for name in sorted(names)},
        address=address,
        before=(first - timedelta(days=1)).replace(day=1),
        after=next_month(first),
    )


@router.get("/collections-report.csv")
def download_collections_report(visit: Page, month: Month, collector: Collector = "") -> Response:
    with visit.snapshot() as db:
        report = collections_report(db, visit.viewer, first_of(month), collector or None)
    name = visit._("collections-report")
    headers = {"Content-Disposition": f'attachment; filename="{name}-{month}.csv"'}
    return Response(_csv(visit, report).encode("utf-8-sig"), media_type="text/csv; charset=utf-8", headers=headers)


def _csv(visit: Visit, report: CollectionsReport) -> str:
    """As the country's spreadsheets read it: where the comma is the decimal mark, the semicolon parts the columns."""
    _, label, mark = visit._, visit.words.gettext, visit.formats.decimal_mark
    written = io.StringIO()
    writer = csv.writer(written, delimiter=";" if mark == "," else ",")
    named = (_("Day"), _("Case file"), _("Debtor"), _("Collector"), _("Method"), _("Paid to"))
    writer.writerow([*named, _("Amount"), _("Currency"), _("Note")])
    for line in report.lines:
        paid = label(METHODS[line.method]), label(PAID_TO[line.paid_to])
        texts = (line.case_file, line.debtor, line.collector or "", *paid)
        note = _("Returned") if line.kind == "returned" else "" if line.second_review else _("without second review")
        amount = str(line.amount.amount).replace(".", mark)
        writer.writerow([line.day.isoformat(), *map(_plain, texts), amount, line.amount.currency, note])
    return written.getvalue()


def _plain(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA) else text
