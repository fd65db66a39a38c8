"""given(...).when(...).then(...): how every test of a rule reads; and the people and the day that the tests share."""

from datetime import date
from functools import reduce
from uuid import UUID

import pytest

from domain.case_file.debt import Item
from domain.case_file.progress import CaseFileOpened
from domain.case_file.schedule import Instalment
from domain.money import Money
from domain.people import Actor, Role


class given:  # noqa: N801
    """An aggregate with a past. `state` is where that past leaves it."""

    def __init__(self, nothing, *past):
        self.state = reduce(type(nothing).evolve, past, nothing)

    def when(self, decide):
        self.decide = lambda: decide(self.state)
        return self

    def then(self, *events):
        """Exactly these events, and the aggregate can take them."""
        decided = self.decide()
        assert decided == list(events)
        reduce(type(self.state).evolve, decided, self.state)

    def then_refused(self, refusal, **details):
        """By this very rule, telling at least these details."""
        with pytest.raises(refusal) as caught:
            self.decide()
        assert type(caught.value) is refusal
        assert details.items() <= caught.value.details.items()


def euros(amount):
    return Money.of(amount, "EUR")


ANA = Actor("ana", frozenset({Role.SUPERVISOR}))
BEA = Actor("bea", frozenset({Role.SUPERVISOR}))
CARL = Actor("carl", frozenset({Role.COLLECTOR}))
DORA = Actor("dora", frozenset({Role.ADMINISTRATOR}))
EMIL = Actor("emil", frozenset({Role.AUDITOR}))

TODAY = date(2026, 3, 16)
TOMORROW = date(2026, 3, 17)
WHEN_OPENED = date(2026, 1, 10)

CREDITOR, DEBTOR, GUARANTOR, STRANGER = (UUID(int=n) for n in range(1, 5))

INVOICES = (
    Item("F-1", date(2025, 10, 1), date(2025, 11, 1), euros(600)),
    Item("F-2", date(2025, 11, 1), date(2025, 12, 1), euros(400)),
)
OPENED = CaseFileOpened(
    "EXP-1",
    CREDITOR,
    DEBTOR,
    "EUR",
    WHEN_OPENED,
    INVOICES,
    tuple(Instalment(item.due_on, item.amount) for item in INVOICES),
)
"""The case file of the tests: 1,000 euros in two invoices."""
