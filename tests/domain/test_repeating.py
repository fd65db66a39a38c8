"""How a task comes again: as RFC 5545 reckons it, and within what is allowed."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given
from hypothesis import strategies as st
from icalendar import vRecur

from domain.days import EndsBeforeItBegins, exists
from domain.repeating import WEEK, EndsTwice, Frequency, Repeats, RepeatsTooOften, Weekday

DAILY, WEEKLY, MONTHLY = Frequency
DAY = date(2026, 3, 16)
MADRID = ZoneInfo("Europe/Madrid")

days = st.dates(date(2020, 1, 1), date(2030, 12, 31))
rules = st.builds(
    Repeats,
    st.sampled_from(Frequency),
    st.integers(1, 7),
    st.lists(st.sampled_from(Weekday), max_size=4).map(tuple),
    count=st.none() | st.integers(1, 8),
)


@given(days, rules)
def test_occurrences_are_those_that_rfc_5545_reckons_where_the_first_day_is_one_of_them(day, rule):
    begun = replace(rule, weekdays=(*rule.weekdays, WEEK[day.weekday()])).beginning(day)
    expected = rrulestr(vRecur(begun.rule).to_ical().decode(), dtstart=datetime.combine(day, time()))
    found = [day, *(one for one, _ in islice(begun.following(day), 12))]
    assert found == [one.date() for one in islice(expected, 13)]


@given(days, rules)
def test_the_rule_goes_on_from_each_occurrence_as_from_the_first(day, rule):
    begun = rule.beginning(day)
    for number, (one, left) in enumerate(islice(begun.following(day), 6), 1):
        assert left.beginning(one) == left
        whole = [later for later, _ in islice(begun.following(day), number, 8)]
        assert [later for later, _ in islice(left.following(one), len(whole))] == whole


@given(days, rules)
def test_it_begins_on_the_first_of_its_days(day, rule):
    first = rule.first(day)
    its_own = [one for one in (day + timedelta(days=number) for number in range(7)) if rule.has(one)]
    assert first == (its_own[0] if rule.weekdays else day)


def test_a_day_that_a_month_does_not_have_is_its_last():
    begun = Repeats(MONTHLY).beginning(date(2026, 1, 31))
    found = [one for one, _ in islice(begun.following(date(2026, 1, 31)), 3)]
    assert found == [date(2026, 2, 28), date(2026, 3, 31), date(2026, 4, 30)]


def test_it_ends_on_the_last_day_that_was_said():
    begun = Repeats(DAILY, until=date(2026, 3, 18)).beginning(DAY)
    assert [one.day for one, _ in begun.following(DAY)] == [17, 18]


def test_a_weekly_one_comes_again_on_the_weekdays_that_were_said_alone():
    tuesday = date(2026, 12, 1)
    rule = Repeats(WEEKLY, 2, (Weekday.MONDAY, Weekday.THURSDAY), count=4).beginning(tuesday)
    assert [one.day for one, _ in rule.following(tuesday)] == [3, 14, 17]


def test_a_weekly_one_comes_again_on_its_own_weekday_where_none_was_said():
    assert Repeats(WEEKLY).beginning(DAY).weekdays == (Weekday.MONDAY,)


@pytest.mark.parametrize(
    ("rule", "refusal", "field"),
    [
        (Repeats(DAILY, 0), RepeatsTooOften, "repeats/interval"),
        (Repeats(DAILY, 1000), RepeatsTooOften, "repeats/interval"),
        (Repeats(DAILY, count=0), RepeatsTooOften, "repeats/count"),
        (Repeats(DAILY, count=1000), RepeatsTooOften, "repeats/count"),
        (Repeats(DAILY, until=DAY, count=2), EndsTwice, "repeats"),
        (Repeats(DAILY, until=date(2026, 3, 15)), EndsBeforeItBegins, "repeats"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(rule, refusal, field):
    with pytest.raises(refusal) as refused:
        rule.beginning(DAY)
    assert refused.value.details == {"field": field}


@pytest.mark.parametrize(
    "rule",
    [
        Repeats(DAILY, 1),
        Repeats(DAILY, 999),
        Repeats(DAILY, count=1),
        Repeats(DAILY, count=999),
        Repeats(DAILY, until=DAY),
    ],
)
def test_what_is_just_allowed_is_kept_as_it_was_said(rule):
    assert rule.beginning(DAY) == rule


@pytest.mark.parametrize(
    ("every", "month_day", "begins_on", "kept"),
    [
        (MONTHLY, 31, date(2026, 2, 28), 31),
        (MONTHLY, 31, date(2026, 4, 30), 31),
        (MONTHLY, 31, date(2026, 4, 29), 29),
        (MONTHLY, 15, date(2026, 4, 15), 15),
        (MONTHLY, None, date(2026, 4, 15), 15),
        (WEEKLY, 15, date(2026, 4, 15), None),
        (DAILY, 15, date(2026, 4, 15), None),
    ],
)
def test_a_monthly_one_keeps_the_day_that_a_short_month_does_not_have(every, month_day, begins_on, kept):
    assert Repeats(every, month_day=month_day).beginning(begins_on).month_day == kept


def test_only_a_weekly_one_has_weekdays():
    for every in (DAILY, MONTHLY):
        assert Repeats(every, weekdays=(Weekday.MONDAY,)).beginning(DAY).weekdays == ()


def test_a_rule_without_end_comes_again_for_good():
    assert len([*islice(Repeats(DAILY).beginning(DAY).following(DAY), 3000)]) == 3000


@given(days, st.times(max_value=time(23, 59)))
def test_a_time_is_missing_where_the_clocks_are_put_forward_over_it_and_nowhere_else(day, at):
    forward = datetime.combine(day, at, MADRID).astimezone(UTC).astimezone(MADRID).time() != at
    assert exists(day, at, MADRID) is not forward


def test_the_night_of_march_has_no_half_past_two_and_the_one_of_october_has_two():
    assert not exists(date(2026, 3, 29), time(2, 30), MADRID)
    assert exists(date(2026, 3, 29), time(3), MADRID)
    assert exists(date(2026, 10, 25), time(2, 30), MADRID)
