"""Days and hours as calendars and clocks have them."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.days import (
    FIRST,
    LAST,
    DayOutOfRange,
    EndsBeforeItBegins,
    check_day,
    check_days,
    exists,
    next_month,
    shown_at,
)

MADRID = ZoneInfo("Europe/Madrid")
FORWARD, BACK = date(2026, 3, 29), date(2026, 10, 25)


@pytest.mark.parametrize("day", [FIRST, LAST])
def test_the_first_day_and_the_last_are_days_and_those_beyond_are_none(day):
    check_day(day, "due_on")
    beyond = date.min if day is FIRST else date.max
    with pytest.raises(DayOutOfRange) as refused:
        check_day(beyond, "due_on")
    assert refused.value.details == {"field": "due_on", "at_least": FIRST, "at_most": LAST}


def test_bounds_of_its_own_are_told_with_the_refusal():
    early, late = date(2026, 1, 1), date(2026, 1, 31)
    for day in (early, late):
        check_day(day, "paid_on", at_least=early, at_most=late)
    for day in (date(2025, 12, 31), date(2026, 2, 1)):
        with pytest.raises(DayOutOfRange) as refused:
            check_day(day, "paid_on", at_least=early, at_most=late)
        assert refused.value.details == {"field": "paid_on", "at_least": early, "at_most": late}


def test_a_period_is_one_day_or_more_and_may_be_open_at_either_end():
    day = date(2026, 3, 1)
    for period in ((day, day), (day, date(2026, 3, 2)), (None, day), (day, None), (None, None)):
        check_days(*period)
    with pytest.raises(EndsBeforeItBegins) as refused:
        check_days(date(2026, 3, 2), day)
    assert refused.value.details["field"] == "to"


@pytest.mark.parametrize(("period", "field"), [((date.min, LAST), "from"), ((FIRST, date.max), "to")])
def test_a_period_begins_and_ends_on_days_that_there_are(period, field):
    with pytest.raises(DayOutOfRange) as refused:
        check_days(*period)
    assert refused.value.details["field"] == field


@given(st.dates(date(1, 1, 1), date(9999, 11, 30)))
def test_the_next_month_begins_on_its_first_day(day):
    following = next_month(day)
    assert (following.year * 12 + following.month, following.day) == (day.year * 12 + day.month + 1, 1)


def test_an_hour_that_clocks_leave_out_does_not_exist_and_is_shown_later():
    assert not exists(FORWARD, time(2, 30), MADRID)
    assert shown_at(FORWARD, time(2, 30), MADRID) == datetime(2026, 3, 29, 3, 30)  # noqa: DTZ001 - as a wall clock has it
    assert exists(FORWARD, time(3, 30), MADRID)


def test_an_hour_that_clocks_show_twice_is_that_hour():
    assert exists(BACK, time(2, 30), MADRID)
    assert shown_at(BACK, time(2, 30), MADRID) == datetime(2026, 10, 25, 2, 30)  # noqa: DTZ001 - as a wall clock has it
