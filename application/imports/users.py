"""Users as files name them: by their full name, or by their log-in however it is written.

Whoever recorded a payment decides on nothing of it, by whatever name the file tells who that was.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from typing import TypeVar

from application.imports.maps import Part
from application.imports.rows import CaseFileRow, ClientRow, InvoiceRow, Line, PaymentRow
from application.imports.table import Finding, Why
from domain.folding import folded, words_of
from domain.people import User

Held = TypeVar("Held", ClientRow, CaseFileRow)
Decided = TypeVar("Decided", PaymentRow, CaseFileRow, InvoiceRow)

NOBODY_HERE = Why("nobody here has this name: it is kept as written, and holds nobody back from deciding")
SEVERAL_HERE = Why(
    "several users here have this name: it is kept as written, and holds none of them back from deciding"
)


class UserNames:
    """A full name is known by its words in any order, and by some of them (at least two) where only one user has
    these. The name of several users is that of none."""

    def __init__(self, users: Iterable[User]) -> None:
        self._log_ins: dict[str, str] = {}
        self._full_names: dict[frozenset[str], set[str]] = defaultdict(set)
        for user in users:
            self._log_ins[folded(user.name)] = user.name
            if words := words_of(user.full_name or ""):
                self._full_names[frozenset(words)].add(user.name)

    def log_ins(self, name: str) -> Collection[str]:
        """Of all who may be meant."""
        if (log_in := self._log_ins.get(folded(name))) is not None:
            return {log_in}
        words = frozenset(words_of(name))
        if (exactly := self._full_names.get(words)) or len(words) <= 1:
            return exactly or ()
        return {one for whole, held in self._full_names.items() if words < whole for one in held}

    def log_in(self, name: str) -> str:
        """Who is no user here stays as written."""
        found = self.log_ins(name)
        return next(iter(found)) if len(found) == 1 else name


def names_in(lines: Iterable[Line]) -> Collection[str]:
    """All that may be a user."""
    names: set[str | None] = set()
    for line in lines:
        names.update(one.collector for one in (line.client, line.case_file) if one)
        for paid in (line.payment, line.invoice_payment, line.case_file, line.invoice):
            names.update((paid.recorded_by, paid.approved_by) if paid else ())
    return {name for name in names if name}


def _is_one(name: str | None, other: str | None) -> bool:
    """The same stranger, written in another way."""
    return name is not None and other is not None and {*words_of(name)} == {*words_of(other)}


def with_log_ins(line: Line, known: UserNames, finding: Callable[[Line, Part, str, Why], Finding]) -> Line:
    """With a warning of each who is said to have recorded or approved a payment, and is no user here."""
    warnings = [*line.warnings]

    def held(row: Held | None) -> Held | None:
        return replace(row, collector=known.log_in(row.collector)) if row and row.collector else row

    def decided(part: Part, column: str, name: str | None) -> str | None:
        if name is None:
            return None
        if (found := len(known.log_ins(name))) != 1:
            warnings.append(finding(line, part, column, SEVERAL_HERE if found else NOBODY_HERE))
        return known.log_in(name)

    def paid(part: Part, row: Decided | None) -> Decided | None:
        if row is None:
            return None
        recorder = decided(part, "recorded_by", row.recorded_by)
        approver = decided(part, "approved_by", row.approved_by)
        return replace(row, recorded_by=recorder, approved_by=recorder if _is_one(recorder, approver) else approver)

    return replace(
        line,
        client=held(line.client),
        case_file=paid(Part.PAYMENTS, held(line.case_file)),
        invoice=paid(Part.INVOICE_PAYMENTS, line.invoice),
        payment=paid(Part.PAYMENTS, line.payment),
        invoice_payment=paid(Part.INVOICE_PAYMENTS, line.invoice_payment),
        warnings=warnings,
    )
