"""The expenses report as a spreadsheet, for API and page alike: a row for each expense that counts in the month."""

from collections.abc import Iterator, Sequence

from fastapi import Response

from api.expenses.views import note_of
from api.http.dependencies import Service
from api.http.documents import Cell, Sheet, SheetKind, downloaded
from api.http.formats import formats
from api.http.labels import BEARERS, EXPENSE_KINDS
from api.http.words import Words, words
from domain.people import Actor
from projections.expenses.report import ExpensesReport


def expenses_file(
    service: Service, viewer: Actor, report: ExpensesReport, kind: SheetKind, *, language: str
) -> Response:
    """In the words and with the decimal mark of that language in the business's country."""
    business = service.business()
    says = words(language, business)
    _ = says.gettext
    sheet = Sheet(
        _("Expenses report"),
        [
            *(_("Day"), _("Expense"), _("Note"), _("Case file"), _("Who bears it"), _("Claimed by")),
            *(_("Approved by"), _("Settled with"), _("Amount"), _("Currency")),
        ],
        _rows(service, viewer, report, says),
    )
    name, mark = _("expenses-report"), formats(language, business).decimal_mark
    return downloaded(service.documents, sheet, kind, f"{name}-{report.month}", decimal_mark=mark)


def _rows(service: Service, viewer: Actor, report: ExpensesReport, says: Words) -> Iterator[Sequence[Cell]]:
    alone = says.gettext("without second review")
    for line in report.lines:
        decided_by = service.called(line.decided_by or "")
        yield (
            line.spent_on,
            says.gettext(EXPENSE_KINDS[line.kind]),
            note_of(service.store, viewer, line),
            line.case_file,
            says.gettext(BEARERS[line.borne_by]),
            service.called(line.claimed_by),
            decided_by if line.second_review else f"{decided_by} ({alone})",
            line.settled_in,
            line.amount.amount,
            line.amount.currency,
        )
