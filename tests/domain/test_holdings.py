"""Who holds what is in a portfolio, day by day."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from domain.holdings import Holding, held_from, holder

DAYS = st.dates(date(2026, 1, 1), date(2026, 1, 20))
COLLECTORS = st.sampled_from(["ana", "bea", None])
HOLDINGS = st.lists(st.builds(Holding, DAYS, COLLECTORS), max_size=12)


def held(holdings):
    kept = ()
    for holding in holdings:
        kept = held_from(kept, holding)
    return kept


@given(HOLDINGS, st.builds(Holding, DAYS, COLLECTORS), DAYS)
def test_a_new_holding_holds_until_the_next_begins_and_changes_no_other_day(told, new, day):
    before = held(told)
    until = min((one.from_on for one in before if one.from_on > new.from_on), default=date.max)
    expected = new.collector if new.from_on <= day < until else holder(before, day)
    assert holder(held_from(before, new), day) == expected


@given(HOLDINGS)
def test_holdings_stay_in_order_with_at_most_one_a_day(told):
    days = [holding.from_on for holding in held(told)]
    assert days == sorted({*days})


@given(HOLDINGS, DAYS)
def test_what_is_undone_leaves_nothing_behind(told, from_on):
    before = held(told)
    undone = Holding(from_on, holder(before, from_on))
    assert {*held_from(held_from(before, Holding(from_on, "eva")), undone)} <= {*before}


def test_nobody_holds_before_the_first_holding():
    assert holder(held([Holding(date(2026, 1, 5), "ana")]), date(2026, 1, 4)) is None
