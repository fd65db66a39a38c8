"""Which columns say what is owed, beside one that says what was paid: what is left to pay is no longer the whole.

It holds of any map, be it guessed, chosen by hand or written down.
"""

from collections import defaultdict
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from decimal import Decimal

from application.imports.cells import Unreadable, amount, says_nothing, settled_mark
from application.imports.headings import paid_beside, tells_what_is_left, whole_beside
from application.imports.maps import Contents, Map, Part, Section
from application.imports.table import Cell, Finding, Row, Table, Why
from domain.errors import Invalid
from domain.money import Money

APART = Why("here %(here)s would be left to pay, %(whole)s less %(paid)s that was paid, %(in_file)s in the file")


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


class UnreadPayments:
    """What a file says was paid where nothing of that is read, as when it tells no day of it: all that was owed less
    that has to be what it says is left. Rows of one debt that differ in nothing but what was paid are taken together.
    """

    def __init__(self, table: Table, sections: Mapping[Part, Section]) -> None:
        self._columns = _unread(table, sections)
        self._at = [table.header.index(name) for name in self._columns]
        marks = {section.decimal_mark for section in sections.values()} - {None}
        self._marks = [next(iter(marks), settled_mark(row.cells[at] for row in table.rows)) for at in self._at]
        self._together: dict[tuple[Cell, ...], set[Decimal]] = defaultdict(set)
        if self._columns:
            for row in table.rows:
                if (figures := self._figures(row)) is not None:
                    self._together[self._but_paid(row)].add(figures[1])

    def apart(self, row: Row, currency: str) -> Finding | None:
        """Where the three do not go together."""
        figures = self._figures(row) if self._columns else None
        if figures is None:
            return None
        whole, paid, left = figures
        together = sum(self._together[self._but_paid(row)], Decimal(0))
        if left in {whole - paid, whole - together}:
            return None
        told = {"here": whole - together, "whole": whole, "paid": together, "in_file": left}
        why = Why(APART, **{name: Money(figure, currency) for name, figure in told.items()})
        return Finding(row.line, self._columns[-1], str(row.cells[self._at[-1]]), why)

    def _but_paid(self, row: Row) -> tuple[Cell, ...]:
        return row.cells[: self._at[1]] + row.cells[self._at[1] + 1 :]

    def _figures(self, row: Row) -> tuple[Decimal, Decimal, Decimal] | None:
        """All that was owed, what was paid, in whichever sign, and what is left."""
        written = [row.cells[at] for at in self._at]
        if any(says_nothing(str(cell)) for cell in written):
            return None
        with suppress(Unreadable):
            whole, paid, left = (amount(cell, mark) for cell, mark in zip(written, self._marks, strict=True))
            return whole, abs(paid), left
        return None


def _unread(table: Table, sections: Mapping[Part, Section]) -> tuple[str, ...]:
    """The columns of the three, if the file has them all."""
    if any("amount" in sections[part].columns for part in (Part.PAYMENTS, Part.INVOICE_PAYMENTS) if part in sections):
        return ()
    for part, ours in ((Part.CASE_FILES, "principal"), (Part.INVOICES, "total")):
        if part not in sections:
            continue
        columns = sections[part].columns
        left, whole = columns.get("outstanding"), columns.get(ours)
        if left is None and whole is not None and tells_what_is_left(whole):
            left, whole = whole, whole_beside(whole, table.header)
        read = {column for section in sections.values() for column in section.columns.values()}
        paid = paid_beside([name for name in table.header if name not in {*read, left, whole}])
        if left and whole and paid:
            return whole, paid, left
    return ()
