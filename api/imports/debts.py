"""What a file of debts says against the books, as a page shows the beginning of it, and a download all of it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from api.http.catalogues import marked as _
from api.http.documents import Cell
from application.imports.debts import Debts, Figures, figures
from application.imports.table import Why

SHOWN = 100
"""Of each kind of debt; all of them are in the download."""

COLUMNS = (
    *(_("Against what is here"), _("Line"), _("Reference"), _("Currency"), _("Principal here"), _("In the file")),
    *(_("Difference"), _("Due here"), _("Due by the file"), _("Outstanding"), _("Why not")),
)


@dataclass(frozen=True, slots=True)
class Preview:
    """`first` are as many of each kind as a page shows."""

    figures: Figures
    first: Debts


def preview(debts: Debts) -> Preview:
    return Preview(figures(debts), Debts(debts.new[:SHOWN], debts.changed[:SHOWN], debts.withdrawn[:SHOWN]))


# In files of the job


def to_json(debts: Debts, say: Callable[[Why], str]) -> bytes:
    return msgspec.json.encode(debts, enc_hook=say)


def from_json(written: bytes) -> Debts:
    return msgspec.json.decode(written, type=Debts, dec_hook=_why)


def to_plain(shown: Preview, say: Callable[[Why], str]) -> Any:
    return msgspec.to_builtins(shown, enc_hook=say)


def from_plain(plain: object) -> Preview:
    return msgspec.convert(plain, Preview, dec_hook=_why)


def _why(_type: type, text: str) -> Why:
    return Why(text)


# As a table


def rows(debts: Debts, said: Callable[[str], str]) -> Iterator[Sequence[Cell]]:
    """In the order of `COLUMNS`."""
    for new in debts.new:
        in_file = (new.principal.currency, None, new.principal.amount)
        yield (said(_("New")), new.line, new.reference, *in_file, None, None, None, None, None)
    for debt in debts.changed:
        amounts = (debt.in_file.currency, debt.principal.amount, debt.in_file.amount, debt.more.amount)
        days = (debt.due_on, debt.due_on_in_file)
        yield (said(_("Changed")), debt.line, debt.reference, *amounts, *days, None, debt.refused)
    for gone in debts.withdrawn:
        nothing = (None, None, None, None, None)
        owed = gone.outstanding
        yield (
            said(_("Not in the file")), None, gone.reference, owed.currency, *nothing, owed.amount, gone.refused,
        )  # fmt: skip
