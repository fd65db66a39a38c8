"""The expenses report over HTTP, at the desk's address."""

from fastapi import APIRouter, Response

from api.expenses.sheet import expenses_file
from api.http.catalogues import language
from api.http.dependencies import Question, Speaks
from api.http.documents import BINARY, CSV, XLSX, SheetKind
from api.http.problems import documented
from api.http.routes import OneThreadRoute
from api.http.shapes import Month, Search, first_of
from projections.expenses.report import ExpensesReport, expenses_report

router = APIRouter(
    prefix="/api/escritorio", tags=["escritorio"], responses=documented(401, 422, 503), route_class=OneThreadRoute
)


@router.get("/expenses-report")
def show_expenses_report(question: Question, month: Month, collector: Search = None) -> ExpensesReport:
    """What counts in a month by who claimed it, with totals by kind; and whether the month is closed."""
    with question.snapshot("expenses") as db:
        return expenses_report(db, question.viewer, first_of(month), collector)


@router.get(
    "/expenses-report.{kind}",
    response_class=Response,
    responses={200: {"description": "The file", "content": {XLSX: BINARY, CSV: BINARY}}},
)
def download_expenses_report(
    kind: SheetKind, question: Question, month: Month, collector: Search = None, accept_language: Speaks = None
) -> Response:
    """The same as a spreadsheet, in the language that is accepted; in CSV no cell is a formula."""
    with question.snapshot("expenses") as db:
        report = expenses_report(db, question.viewer, first_of(month), collector)
    return expenses_file(question.service, question.viewer, report, kind, language=language(accept_language))
