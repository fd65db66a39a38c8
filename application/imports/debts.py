"""A file of debts against the books: which case files are new, which changed, and which are in it no more.

The books are the log. A read model only says which case files may be missing from a file: each is then looked at there.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from application.collection import case_file_changes
from application.imports.table import Why
from application.restrictions import one_with
from application.streams import Change, Command, Streams
from domain.case_file import CaseFile
from domain.case_file.progress import ClosingReason
from domain.errors import Refusal
from domain.money import Money, total

FOLLOWED = "Según el fichero importado"
"""Why a debt became less of which a file tells no more than that it did. A lender's files are no creditor's."""

MAY_CHANGE = frozenset({"principal", "due_on"})
"""What a creditor may say otherwise of a case file the next time. Whatever else differs is an error."""

TELLS_WHAT_IS_LEFT = Why("this is what is outstanding here: what was paid or waived would be taken off twice")
"""Many a creditor's file has what is still owed in place of the principal."""

OpenCaseFiles = Callable[[Collection[UUID | None]], Collection[UUID]]
"""Which case files of these creditors are to be looked for in a file; None are the debts owed to ourselves."""


@dataclass(frozen=True, slots=True)
class NewDebt:
    line: int
    reference: str
    principal: Money


@dataclass(frozen=True, slots=True)
class ChangedDebt:
    """`principal` and `due_on` are as in the books, `in_file` and `due_on_in_file` as in the file.

    The principal can be followed, unless it says by what it is `refused`; the day due is only told.
    """

    line: int
    case_file_id: UUID
    reference: str
    principal: Money
    in_file: Money
    due_on: date
    due_on_in_file: date
    refused: Why | None = None

    @property
    def more(self) -> Money:
        """Below zero where it is less."""
        return self.in_file - self.principal

    @property
    def can_be_followed(self) -> bool:
        return bool(self.more) and self.refused is None


@dataclass(frozen=True, slots=True)
class WithdrawnDebt:
    """An open case file of one of the file's creditors that the file does not name; `refused`: why it stays open."""

    case_file_id: UUID
    reference: str
    outstanding: Money
    refused: Why | None = None


@dataclass(frozen=True, slots=True)
class Debts:
    """All but those that are in the books as the file tells them."""

    new: Sequence[NewDebt] = ()
    changed: Sequence[ChangedDebt] = ()
    withdrawn: Sequence[WithdrawnDebt] = ()


@dataclass(frozen=True, slots=True)
class Some:
    """How many there are, and what they come to: an amount for each currency."""

    count: int
    totals: Sequence[Money]


@dataclass(frozen=True, slots=True)
class Figures:
    """`more` and `less`: by how much debts differ that can be followed. `due`: how many differ in the day due, whatever
    else differs. `refused`: how many cannot be followed."""

    new: Some
    changed: int
    more: Some
    less: Some
    due: int
    refused: int
    withdrawn: Some


def figures(debts: Debts) -> Figures:
    followed = [debt.more for debt in debts.changed if debt.can_be_followed]
    return Figures(
        new=_some([debt.principal for debt in debts.new]),
        changed=len(debts.changed),
        more=_some([more for more in followed if more.amount > 0]),
        less=_some([more for more in followed if more.amount < 0]),
        due=sum(debt.due_on != debt.due_on_in_file for debt in debts.changed),
        refused=sum(debt.refused is not None for debt in debts.changed),
        withdrawn=_some([debt.outstanding for debt in debts.withdrawn]),
    )


def _some(amounts: Sequence[Money]) -> Some:
    by_currency: dict[str, list[Money]] = defaultdict(list)
    for amount in amounts:
        by_currency[amount.currency].append(amount)
    return Some(len(amounts), [total(by_currency[currency], currency) for currency in sorted(by_currency)])


def withdrawals(
    log: Streams,
    command: Command,
    candidates: Collection[UUID],
    creditors: Collection[UUID | None],
    named: Collection[str],
) -> Iterator[tuple[WithdrawnDebt, Sequence[Change]]]:
    """Of the candidates those that are open, owed to one of the creditors and not told, each with what closes it."""
    accounts = {None} & {*creditors} | one_with(log.store, [one for one in creditors if one is not None])
    for case_file_id in sorted(candidates):
        case_file = log.load(CaseFile(), case_file_id)
        if case_file.closed_for or case_file.creditor_id not in accounts or case_file.reference in named:
            continue
        withdrawn = WithdrawnDebt(case_file_id, case_file.reference, case_file.outstanding)
        try:
            closing = case_file.close(ClosingReason.WITHDRAWN, today=command.today, by=command.actor)
        except Refusal as refusal:
            yield replace(withdrawn, refused=Why.refused(refusal)), ()
        else:
            yield withdrawn, case_file_changes(log, command, case_file_id, case_file, closing)
