"""Which columns say what is owed, beside one that says what was paid: what is left to pay is no longer the whole.

It holds of any map, be it guessed, chosen by hand or written down.
"""

from collections.abc import Mapping
from dataclasses import replace

from application.imports.headings import tells_what_is_left
from application.imports.maps import Contents, Map, Part, Section
from domain.errors import Invalid


class LeftIsNotTheTotal(Invalid):
    title = (
        "“%(left)s” is what is left to pay: beside what was paid, “%(paid)s”, the total of the invoice is another "
        "column. Choose that, or leave out what was paid"
    )


def without_taking_off_twice(contents: Contents, mapping: Map) -> Map:
    """A debt whose principal is headed as what is left to pay, beside what was paid of it, is read as left to pay, and
    so is its principal where nothing was paid. What an invoice comes to is never made up."""
    paid = _paid(contents, mapping, Part.INVOICE_PAYMENTS)
    total = mapping[Part.INVOICES].columns.get("total", "") if Part.INVOICES in mapping else ""
    if paid and paid != total and tells_what_is_left(total):
        raise LeftIsNotTheTotal(field="columns.invoices.total", left=total, paid=paid)
    if contents is not Contents.RECEIVABLES or Part.CASE_FILES not in mapping:
        return mapping
    debts, paid = mapping[Part.CASE_FILES], _paid(contents, mapping, Part.PAYMENTS)
    columns = {**debts.columns}
    principal = columns.get("principal", "")
    if paid and paid != principal and tells_what_is_left(principal):
        columns.setdefault("outstanding", columns.pop("principal"))
    elif not paid and "outstanding" in columns and "principal" not in {*columns, *debts.constants}:
        columns["principal"] = columns.pop("outstanding")
    return {**mapping, Part.CASE_FILES: replace(debts, columns=columns)}


def reckoned_from(mapping: Mapping[Part, Section]) -> tuple[str, str] | None:
    """The columns of what is left and of what was paid, where nothing else says what is owed."""
    debts = mapping.get(Part.CASE_FILES)
    if debts is None or "principal" in {*debts.columns, *debts.constants} or "outstanding" not in debts.columns:
        return None
    return debts.columns["outstanding"], mapping[Part.PAYMENTS].columns["amount"]


def _paid(contents: Contents, mapping: Map, part: Part) -> str | None:
    """The column of what was paid."""
    if part not in mapping or part not in contents.parts or not contents.tells(part, mapping[part].columns):
        return None
    return mapping[part].columns.get("amount")
