"""What timelines of every subject have in common."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from api.pages.context import PageContext

UNDO = "undo"
"""The reason of whoever takes the own decision back."""


@dataclass(frozen=True, slots=True)
class Entry:
    """`more` are what was written about it: notes, reasons, what comes next."""

    at: datetime
    actor: str
    text: str
    more: Sequence[str]


def told_reason(context: PageContext, reason: str) -> str:
    return context._("undone") if reason == UNDO else reason
