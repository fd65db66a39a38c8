"""Who holds what is in a portfolio, day by day."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from domain.holdings import Holding, held_from, holder

DAYS = st.dates(date(2026, 1, 1), date(2026, 1, 20))
HOLDINGS = st.lists(st.builds(Holding, DAYS, st.sampled_from(["ana", "bea", None])), max_size=12)


def held(holdings):
    kept = ()
    for holding in holdings:
        kept = held_from(kept, holding)
    return kept


@given(HOLDINGS, DAYS)
def test_the_last_told_of_the_last_day_reached_holds(told, day):
    until_then = [holding for holding in told if holding.from_on <= day]
    expected = max(enumerate(until_then), key=lambda n: (n[1].from_on, n[0]))[1].collector if until_then else None
    assert holder(held(told), day) == expected


@given(HOLDINGS)
def test_holdings_stay_in_order_with_one_a_day(told):
    days = [holding.from_on for holding in held(told)]
    assert days == sorted({holding.from_on for holding in told})


@given(HOLDINGS, DAYS, DAYS)
def test_a_new_holding_changes_nothing_before_its_day(told, from_on, day):
    before = held(told)
    after = held_from(before, Holding(from_on, "eva"))
    assert day >= from_on or holder(after, day) == holder(before, day)


def test_nobody_holds_before_the_first_holding():
    assert holder(held([Holding(date(2026, 1, 5), "ana")]), date(2026, 1, 4)) is None
