"""The lines of an invoice, an estimate or a credit note in a form: typed, read, and added up while one types.

A refusal names its field as the API does: `lines/0/quantity` is the first line's quantity. Lines in which nothing is
written are left out, and shown after all others, so that the numbers agree. Without JavaScript a button adds or removes
a line by sending the form, which is shown again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from fastapi import APIRouter, Response

from api.pages.context import Page, PageContext
from api.pages.forms import Form
from api.pages.rows import as_typed
from domain.errors import Refusal
from domain.issuer import TermsSet
from domain.lines import MAX_LINES, Line, NewLine, Totals, Treatment, checked_lines, totals

router = APIRouter(prefix="/invoices/totals")

LINE = ("description", "quantity", "unit_price", "discount", "tax_rate", "withholding", "treatment")

ROWS = 2
"""Empty ones that a new form begins with."""

RATES: Mapping[str, Sequence[str]] = {
    "ES": ("21", "10", "4", "0"), "CO": ("19", "5", "0"), "MX": ("16", "8", "0"), "AR": ("21", "10.5", "27", "0"),
    "CL": ("19", "0"), "PE": ("18", "0"), "UY": ("22", "10", "0"), "EC": ("15", "0"),
}  # fmt: skip
"""Rates of value added tax that a country has, offered beside the field, which takes any."""

TypedLine = Mapping[str, str]


@dataclass(frozen=True)
class Summed:
    """What the form adds up to by now. `left_out` are the numbers of the lines that can't be read yet."""

    lines: Sequence[Line]
    totals: Totals | None
    left_out: Sequence[int]
    refusal: Refusal | None = None


@router.post("/fragment")
def show_totals(context: Page) -> Response:
    """While one types."""
    summed = add_up(context.form)
    return context.page("lines_totals.html", lines=summed.lines, totals=summed.totals, summed=summed)


# Reading


def read_lines(form: Form) -> list[NewLine]:
    return [_read(form, number, row) for number, row in enumerate(written(form))]


def written(form: Form) -> list[TypedLine]:
    return [row for row in _rows(form) if _is_written(row)]


def add_up(form: Form) -> Summed:
    """A line that has no words yet counts too."""
    lines, left_out = list[Line](), list[int]()
    for number, row in enumerate(written(form)):
        try:
            line = replace(_read(form, number, row), description=row["description"].strip() or "…")
            lines += checked_lines([line]).lines
        except Refusal:
            left_out.append(number + 1)
    try:
        return Summed(lines, totals(lines, form.value("currency").upper()) if lines else None, left_out)
    except Refusal as refusal:
        return Summed(lines, None, left_out, refusal)


def _read(form: Form, number: int, row: TypedLine) -> NewLine:
    one = replace(form, fields={name: [value] for name, value in row.items()})
    try:
        return NewLine(
            description=one.optional_text("description") or "",
            quantity=one.decimal("quantity"),
            unit_price=one.amount("unit_price", form.value("currency").upper()),
            tax_rate=one.optional_decimal("tax_rate") or Decimal(0),
            discount=one.optional_decimal("discount") or Decimal(0),
            withholding=one.optional_decimal("withholding") or Decimal(0),
            treatment=one.optional_choice("treatment", Treatment) or Treatment.TAXED,
        )
    except Refusal as refusal:
        refusal.details["field"] = f"lines/{number}/{refusal.details['field']}"
        raise


def _rows(form: Form) -> list[TypedLine]:
    """All but the one whose button to remove it was pressed."""
    rows: list[TypedLine] = [dict(zip(LINE, values, strict=True)) for values in as_typed(form, LINE)]
    return [row for number, row in enumerate(rows) if str(number) != form.value("remove")]


def _is_written(row: TypedLine) -> bool:
    return bool(row["description"].strip() or row["unit_price"].strip())


# Showing


def shown_lines(form: Form, empty: TypedLine) -> list[TypedLine]:
    """Those that are written, then the empty ones: some where nothing is written."""
    rows, known = _rows(form), written(form)
    further = len(rows) - len(known) + form.ticked("more")
    return [*known, *[empty] * (min(MAX_LINES - len(known), max(further, 0 if known else ROWS)))]


def empty_line(context: PageContext, terms: TermsSet) -> TypedLine:
    typed = context.formats.typed_decimal
    usual = {"quantity": "1", "tax_rate": typed(terms.tax_rate), "withholding": typed(terms.withholding)}
    return {**dict.fromkeys(LINE, ""), **usual, "treatment": Treatment.TAXED.value}


def as_fields(context: PageContext, lines: Sequence[NewLine]) -> dict[str, list[str]]:
    """As somebody would have typed them."""
    typed = context.formats.typed_decimal
    rows = [
        {
            "description": line.description,
            "treatment": line.treatment.value,
            "discount": typed(line.discount) if line.discount else "",
            **{name: typed(getattr(line, name)) for name in ("quantity", "unit_price", "tax_rate", "withholding")},
        }
        for line in lines
    ]
    return {name: [row[name] for row in rows] for name in LINE}


def rates(context: PageContext) -> Sequence[str]:
    offered = RATES.get(context.business.country, ("0",))
    return [context.formats.typed_decimal(Decimal(rate)) for rate in offered]
