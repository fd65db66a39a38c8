"""Who holds what is in a portfolio, from which day: the same for a client and for a case file assigned by itself."""

from bisect import insort
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from domain.errors import Invalid


class AssignmentNotYet(Invalid):
    title = "An assignment begins today or before"


@dataclass(frozen=True, slots=True)
class Holding:
    """Who holds from a day on, until the next holding begins; nobody where `collector` is None."""

    from_on: date
    collector: str | None


def holder(holdings: Sequence[Holding], day: date) -> str | None:
    """Who holds on that day, given holdings in order of their days."""
    return next((held.collector for held in reversed(holdings) if held.from_on <= day), None)


def held_from(holdings: Iterable[Holding], new: Holding) -> tuple[Holding, ...]:
    """With one more holding: of two from the same day the later told counts.

    One that says what holds without it is none: so what is undone leaves nothing behind, at which a later assignment
    from a day before would end.
    """
    kept = [held for held in holdings if held.from_on != new.from_on]
    if holder(kept, new.from_on) != new.collector:
        insort(kept, new, key=lambda held: held.from_on)
    return tuple(kept)
