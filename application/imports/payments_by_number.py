"""Payments in a file of their own that go by the numbers which debts have with their creditors, not by references here.

A number names a case file where one alone has a debt of it; whatever a reference here names goes by that.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from application import case_files
from application.imports.draft import Draft
from application.imports.rows import Line, PaymentRow
from application.imports.table import Why
from domain.case_file import CaseFile
from domain.case_file.debt import ItemsAdded
from domain.case_file.progress import CaseFileOpened
from domain.events import Event

Numbered = Callable[[Collection[str]], Mapping[str, Collection[UUID]]]
"""Which case files may have a debt of each of these numbers. Each is then looked at in the log."""

SEVERAL = Why("several case files have a debt of this number: give the reference of one, such as %(reference)s")


def named_by_reference(
    draft: Draft, lines: Sequence[Line], numbered: Numbered, refuse: Callable[[Line, Why], None]
) -> list[Line]:
    """The lines with the reference of the case file in place of each number that names one."""
    numbers_ = {line.payment.towards for line in lines if line.payment and not line.case_file and line.payment.towards}
    numbers = numbers_ - draft.log.claimed(case_files.REFERENCE, numbers_).keys() if numbers_ else numbers_
    found = numbered(numbers) if numbers else dict[str, Collection[UUID]]()
    references = {number: _references(draft, number, found.get(number, ())) for number in numbers}
    return [_named(line, references, refuse) for line in lines]


def _named(line: Line, references: Mapping[str, Sequence[str]], refuse: Callable[[Line, Why], None]) -> Line:
    paid = line.payment
    if paid is None or line.case_file or not (known := references.get(paid.towards)):
        return line
    if len(known) > 1:
        refuse(line, Why(SEVERAL, reference=known[0]))
        return line
    return replace(line, payment=_referred_to(paid, known[0]))


def _references(draft: Draft, number: str, among: Collection[UUID]) -> Sequence[str]:
    files = (draft.stream(draft.case_files, CaseFile(), one) for one in sorted(among))
    return [
        opened.reference
        for file in files
        for opened in file.events[:1]
        if isinstance(opened, CaseFileOpened) and any(_has_item(event, number) for event in file.events)
    ]


def _has_item(event: Event, number: str) -> bool:
    return isinstance(event, CaseFileOpened | ItemsAdded) and any(item.number == number for item in event.items)


def _referred_to(paid: PaymentRow, reference: str) -> PaymentRow:
    """A reference that was made of the number is made of what it stands for."""
    known_as, made = paid.reference, paid.made_reference()
    named = replace(paid, towards=reference)
    made_anew = named.made_reference() + known_as.removeprefix(made)
    return replace(named, reference=made_anew) if known_as.startswith(made) else named
