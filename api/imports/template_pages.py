"""A file to begin with for each kind of import: our columns, a row that shows how they are filled in, and what each
takes. With other rows in place of that one it is loaded as it is: its columns are known by their names."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal

from fastapi import APIRouter, Response

from api.http.catalogues import marked as _
from api.http.documents import Cell, Sheet, SheetKind, downloaded
from api.http.formats import Formats
from api.imports.column_mapping import WORDS, any_of
from api.imports.column_names import CONTENTS, LABELS
from api.pages.context import Page
from application.imports.columns import DAYS, NUMBERS
from application.imports.maps import Contents, Part
from domain.business import Kind as BusinessKind
from domain.client.details import ClientRole, Kind
from domain.errors import NotFound
from domain.payments import Method
from domain.people import Role

router = APIRouter(prefix="/import/templates")

Example = str | int | Decimal | date
Column = tuple[Part, str, Example]

_WHO: Sequence[Column] = (
    (Part.CLIENTS, "name", "Suministros Ejemplo, S.L."),
    (Part.CLIENTS, "identification", "B12345674"),
    (Part.CLIENTS, "phones", "600 000 001"),
    (Part.CLIENTS, "emails", "pagos@ejemplo.example"),
    (Part.CLIENTS, "street", "Calle Mayor, 1"),
    (Part.CLIENTS, "postcode", "28013"),
    (Part.CLIENTS, "city", "Madrid"),
)


def _owed(part: Part, amount: str, issued_on: str) -> Sequence[Column]:
    days = ((issued_on, date(2026, 1, 15)), ("due_on", date(2026, 2, 15)))
    return (
        (part, "number", "A-101"),
        (part, amount, Decimal("1210.50")),
        (part, "currency", ""),
        *((part, ours, day) for ours, day in days),
    )


def _paid(part: Part, towards: str) -> Sequence[Column]:
    return (
        (part, "reference", "R-1"),
        (part, towards, "A-101"),
        (part, "amount", Decimal("400.00")),
        (part, "currency", ""),
        (part, "received_on", date(2026, 2, 20)),
        (part, "method", Method.TRANSFER),
    )


COLUMNS: Mapping[Contents, Sequence[Column]] = {
    Contents.RECEIVABLES: (
        *_WHO,
        (Part.CASE_FILES, "creditor_name", "Talleres Ejemplo, S.A."),
        *_owed(Part.CASE_FILES, "principal", "opened_on"),
    ),
    Contents.CLIENTS: (
        (Part.CLIENTS, "reference", "C-1"),
        *_WHO[:1],
        (Part.CLIENTS, "kind", Kind.COMPANY),
        *_WHO[1:],
        (Part.CLIENTS, "zone", "Centro"),
        (Part.CLIENTS, "roles", ClientRole.DEBTOR),
        (Part.CLIENTS, "payment_days", 30),
        (Part.CLIENTS, "notes", "Llamar por la mañana"),
    ),
    Contents.PAYMENTS: _paid(Part.PAYMENTS, "case_file_reference"),
    Contents.INVOICED_RECEIVABLES: (
        *_WHO,
        *_owed(Part.INVOICES, "total", "issued_on"),
        (Part.INVOICES, "description", "Mantenimiento de enero"),
    ),
    Contents.INVOICE_PAYMENTS: _paid(Part.INVOICE_PAYMENTS, "invoice_number"),
}
"""What people need most; a file may have more of ours. A currency is the one of the business."""

_OF_AGENCIES = frozenset({"creditor_name", "roles"})
_OF_SPAIN = frozenset({"identification", "postcode"})
"""Elsewhere what stands there as an example would be doubtful."""


@router.get("/{contents}.{kind}")
def download_template(context: Page, contents: Contents, kind: SheetKind) -> Response:
    context.viewer.require(Role.SUPERVISOR, Role.ADMINISTRATOR)
    if contents not in COLUMNS:
        raise NotFound
    sheet = template(contents, context.formats, context.words.gettext)
    name = context._("template-%(what)s", what=sheet.title.lower())
    return downloaded(context.service.documents, sheet, kind, name, decimal_mark=context.formats.decimal_mark)


def template(contents: Contents, formats: Formats, said: Callable[[str], str]) -> Sheet:
    columns = [
        (part, ours, _example(ours, example, formats, said))
        for part, ours, example in COLUMNS[contents]
        if formats.business.kind is BusinessKind.AGENCY or ours not in _OF_AGENCIES
    ]
    return Sheet(
        said(CONTENTS[contents][0]),
        [said(LABELS[part, ours]) for part, ours, _example in columns],
        [[example for _part, _ours, example in columns]],
        Sheet(
            said(_("Notes")),
            [said(_("Column")), said(_("Needed")), said(_("What it takes"))],
            _notes(contents, [(part, ours) for part, ours, _example in columns], said),
        ),
    )


def _example(ours: str, example: Example, formats: Formats, said: Callable[[str], str]) -> Cell:
    if ours == "currency":
        return formats.currency
    if ours in WORDS:
        return said(WORDS[ours][1][str(example)])
    return None if ours in _OF_SPAIN and formats.business.country != "ES" else example


def _notes(
    contents: Contents, columns: Collection[tuple[Part, str]], said: Callable[[str], str]
) -> Iterator[Sequence[Cell]]:
    for part, ours in columns:
        instead = next((one for one in contents.needed(part) if ours in one), ())
        others = [said(LABELS[part, one]) for one in instead if one != ours and (part, one) in columns]
        if not any_of(contents, part, ours):
            needed = said(_("No"))
        elif others:
            needed = said(_("This one or: %(columns)s")) % {"columns": ", ".join(others)}
        else:
            needed = said(_("Yes"))
        yield said(LABELS[part, ours]), needed, _takes(ours, said)


def _takes(ours: str, said: Callable[[str], str]) -> str:
    if ours in WORDS:
        return said(_("One of: %(words)s")) % {"words": ", ".join(map(said, WORDS[ours][1].values()))}
    if ours in DAYS:
        return said(_("A day: 31/12/2026, 2026-12-31 or a date of the spreadsheet"))
    if ours in NUMBERS:
        return said(_("An amount, with or without decimals: 1.234,56 or 1234.56"))
    return said(_TAKES.get(ours, _("Text")))


_TAKES: Mapping[str, str] = {
    "currency": _("Three letters, such as EUR"),
    "phones": _("One or several, with a comma, a semicolon or | between them"),
    "emails": _("One or several, with a comma, a semicolon or | between them"),
    "identification": _("The number of NIF, CIF, NIE, NIT or another document"),
    "reference": _("What it is known by: each once"),
    "number": _("What it is known by: each once"),
    "payment_days": _("A whole number"),
    "case_file_reference": _("As it is here"),
    "invoice_number": _("As it is here"),
    "creditor_name": _("Empty where the debt is your own"),
}
