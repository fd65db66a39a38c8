"""Money that is there for a debt already, whatever comes of it: nothing is demanded of whom it covers."""

from dataclasses import dataclass

from domain.errors import Conflict
from domain.money import Money


class HeldBack(Conflict):
    title = "Held back: money that waits for approval, or the client's credit, covers what is owed"


@dataclass(frozen=True, slots=True)
class Cover:
    """`waiting` are payments of the debt that nobody has decided on, `credit` what was paid too much elsewhere."""

    waiting: Money
    credit: Money

    def covers(self, owed: Money) -> bool:
        return owed.amount > 0 and owed <= self.waiting + self.credit

    def holds_back(self, owed: Money) -> HeldBack | None:
        """What stands against asking for it, unless a supervisor says why: see `why_despite`."""
        return HeldBack(field="despite", waiting=self.waiting, credit=self.credit) if self.covers(owed) else None
