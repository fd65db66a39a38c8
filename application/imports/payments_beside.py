"""Which payments the rows of one debt tell of that have no reference: rows that differ in nothing else are several.

A debt's only payment is known as the debt is. Of several the first is, and each other by its day and amount, so that
the next file means the same ones, in whatever order it tells them and however many have come since.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, MutableSequence, Sequence
from dataclasses import replace
from datetime import date

from application.imports.rows import Line, PaymentRow
from application.imports.table import Finding, Why
from domain.money import Money

REPEATED = Why("line %(line)s says exactly the same: what was paid counts once")

Claimed = Callable[[Collection[str]], Collection[str]]
"""Which of these references payments have that are here."""

PaidBefore = Callable[[Line, str], tuple[date, Money] | None]
"""When and how much was paid, of a payment that is here with this reference for what the line tells of."""


def payments_told_apart(
    lines: Sequence[Line], claimed: Claimed, paid_before: PaidBefore, warnings: MutableSequence[Finding]
) -> list[Line]:
    """With a reference for each payment that has none beside what it is for. A row that is there twice is warned of."""
    of_debts: dict[str, dict[PaymentRow, Line]] = defaultdict(dict)
    for line in lines:
        if (paid := _without_reference(line)) is not None:
            first = of_debts[paid.towards].setdefault(paid, line)
            if first is not line and first.row.cells == line.row.cells:
                warnings.append(Finding(line.row.line, "", "", Why(REPEATED, line=first.row.line)))
    made = {paid: reference for alike in of_debts.values() for paid, reference in _made(alike).items()}
    here = claimed({*of_debts, *made.values()})
    references: dict[PaymentRow, str] = {}
    for known_as, rows in of_debts.items():
        new = [paid for paid in rows if made[paid] not in here]
        references |= {paid: made[paid] for paid in rows}
        if new:
            before = paid_before(rows[new[0]], known_as) if known_as in here and len(rows) > 1 else None
            plain = next((paid for paid in new if before == (paid.received_on, paid.amount)), new[0])
            references[plain] = known_as
    return [_referred_to(line, references) for line in lines]


def _made(alike: Iterable[PaymentRow]) -> dict[PaymentRow, str]:
    count: Counter[str] = Counter()
    made: dict[PaymentRow, str] = {}
    for paid in alike:
        count[paid.made_reference()] += 1
        made[paid] = paid.made_reference(count[paid.made_reference()])
    return made


def _without_reference(line: Line) -> PaymentRow | None:
    paid = line.payment or line.invoice_payment
    return paid if paid and not paid.reference and (line.case_file or line.invoice) else None


def _referred_to(line: Line, references: dict[PaymentRow, str]) -> Line:
    if (paid := _without_reference(line)) is None or paid not in references:
        return line
    referenced = replace(paid, reference=references[paid])
    return replace(line, payment=referenced) if line.payment else replace(line, invoice_payment=referenced)
