"""What may be right but seldom is. Whoever asks first is told before it is saved, and says whether it is meant."""

from collections.abc import Collection
from enum import StrEnum

from domain.errors import Conflict


class Doubt(StrEnum):
    MORE_THAN_OUTSTANDING = "more_than_outstanding"  # with the payments that wait counted
    RECORDED_ALREADY = "recorded_already"  # the same amount on the same day
    PROMISE_ABOVE_DEBT = "promise_above_debt"
    PROMISE_FAR_AHEAD = "promise_far_ahead"
    NEXT_ACTION_FAR_AHEAD = "next_action_far_ahead"
    CHARGED_ABOVE_PRINCIPAL = "charged_above_principal"  # costs, or interest, with what was charged before
    NOT_DUE_YET = "not_due_yet"  # an invoice that a case file is to collect
    NEVER_SENT = "never_sent"
    MOVES_COLLECTIONS = "moves_collections"  # of past months, from one collector to another


class Doubtful(Conflict):
    """`doubts` are what there is to look at; the same without asking is carried out."""

    title = "Look at this again before it is saved"

    def __init__(self, doubts: Collection[Doubt]) -> None:
        super().__init__(doubts=sorted(doubts))
        self.doubts = doubts


def check_sure(doubts: Collection[Doubt]) -> None:
    if doubts:
        raise Doubtful(doubts)
