"""Users as files name them: by their full name, or by their log-in however it is written.

Whoever recorded a payment decides on nothing of it, by whatever name the file tells who that was.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import TypeVar

from application.imports.rows import CaseFileRow, ClientRow, Line, PaymentRow
from domain.folding import folded
from domain.people import User

Held = TypeVar("Held", ClientRow, CaseFileRow)


def log_ins(users: Iterable[User]) -> Mapping[str, str]:
    """By each name, folded. The full name of several users is that of none."""
    full_names = defaultdict[str, set[str]](set)
    known = list(users)
    for user in known:
        full_names[folded(user.full_name or "")].add(user.name)
    only = {name: next(iter(meant)) for name, meant in full_names.items() if name and len(meant) == 1}
    return only | {folded(user.name): user.name for user in known}


def names_in(lines: Iterable[Line]) -> Collection[str]:
    """All that may be a user."""
    names: set[str | None] = set()
    for line in lines:
        names.update(one.collector for one in (line.client, line.case_file) if one)
        for paid in (line.payment, line.invoice_payment):
            names.update((paid.recorded_by, paid.approved_by) if paid else ())
    return {name for name in names if name}


def with_log_ins(line: Line, known: Mapping[str, str]) -> Line:
    """Who is no user here stays as written."""

    def called(name: str | None) -> str | None:
        return known.get(folded(name), name) if name else name

    def held(row: Held | None) -> Held | None:
        return replace(row, collector=called(row.collector)) if row else None

    def paid(row: PaymentRow | None) -> PaymentRow | None:
        return replace(row, recorded_by=called(row.recorded_by), approved_by=called(row.approved_by)) if row else None

    return replace(
        line,
        client=held(line.client),
        case_file=held(line.case_file),
        payment=paid(line.payment),
        invoice_payment=paid(line.invoice_payment),
    )
