"""Money that is there for a debt already: what it covers, nobody asks for."""

import pytest

from domain.covering import Cover, HeldBack
from domain.money import Money


def euros(cents):
    return Money.of_minor(cents, "EUR")


@pytest.mark.parametrize(
    ("waiting", "credit", "owed", "covered"),
    [
        (10000, 0, 10000, True),
        (0, 10000, 10000, True),
        (6000, 4000, 10000, True),
        (1, 0, 1, True),
        (6000, 3999, 10000, False),
        (0, 0, 1, False),
        (10000, 0, 0, False),
        (10000, 0, -500, False),
    ],
)
def test_what_waits_and_credit_elsewhere_cover_a_debt_together(waiting, credit, owed, covered):
    cover = Cover(euros(waiting), euros(credit))
    assert cover.covers(euros(owed)) is covered
    held = cover.holds_back(euros(owed))
    assert (held is not None) is covered
    if held is not None:
        assert isinstance(held, HeldBack)
        assert held.details == {"field": "despite", "waiting": euros(waiting), "credit": euros(credit)}
