"""A series of numbers: consecutive, and never before the last one's day."""

from datetime import date
from uuid import UUID

import pytest
from hypothesis import given as examples
from hypothesis import strategies as st
from scenario import TODAY, TOMORROW, given

from domain.days import DayOutOfRange
from domain.series import (
    BeforeLastNumber,
    EarlierTaxPeriod,
    NumberTaken,
    SequenceOutOfRange,
    Series,
    SeriesBegun,
    SeriesCodeNotAllowed,
    SeriesContinued,
    check_code,
    series_id,
    series_of,
)

ONE = UUID(int=1)


@examples(st.lists(st.dates(date(2026, 1, 1), TODAY), max_size=20))
def test_numbers_are_consecutive_and_their_days_never_go_back(days):
    series, taken = Series(), []
    for day in days:
        try:
            event = series.take("F2026", ONE, day, today=TODAY)
        except BeforeLastNumber:
            assert day < taken[-1].taken_on
            continue
        taken.append(event)
        series = series.evolve(event)
    assert [one.sequence for one in taken] == list(range(1, len(taken) + 1))
    assert [one.taken_on for one in taken] == sorted(one.taken_on for one in taken)


@pytest.mark.parametrize(("day", "quarter"), [(date(2025, 12, 31), "2025-Q4"), (date(2024, 3, 16), "2024-Q1")])
def test_a_day_in_a_tax_quarter_that_is_over_is_taken_once_it_is_confirmed(day, quarter):
    with pytest.raises(EarlierTaxPeriod) as caught:
        Series(3, TODAY).take("F2025", ONE, day, today=TODAY)
    assert caught.value.details == {
        "field": "issued_on",
        "confirmed_by": "earlier_day_confirmed",
        "last_on": TODAY,
        "quarter": quarter,
    }
    assert Series(3, TODAY).take("F2025", ONE, day, today=TODAY, earlier_day_confirmed=True).sequence == 4
    with pytest.raises(EarlierTaxPeriod) as caught:
        Series(3, day).take("F2025", ONE, day, today=TODAY)
    assert "last_on" not in caught.value.details
    assert Series().take("F2026", ONE, date(2026, 1, 1), today=TODAY).sequence == 1


def test_a_day_before_that_of_the_last_number_is_taken_once_it_is_confirmed():
    day = date(2026, 3, 1)
    with pytest.raises(BeforeLastNumber) as caught:
        Series(3, TODAY).take("R2026", ONE, day, today=TODAY, field="credited_on")
    assert caught.value.details == {
        "field": "credited_on",
        "confirmed_by": "earlier_day_confirmed",
        "last_on": TODAY,
    }
    taken = Series(3, TODAY).take("F2026", ONE, day, today=TODAY, earlier_day_confirmed=True)
    assert taken.taken_on == day
    with pytest.raises(BeforeLastNumber) as caught:
        Series().evolve(taken).take("F2026", ONE, date(2026, 3, 2), today=TODAY)
    assert caught.value.details["last_on"] == TODAY


def test_its_last_event_tells_all_of_it():
    first = Series().take("F2026", ONE, TODAY, today=TODAY)
    second = Series().evolve(first).take("F2026", ONE, TODAY, today=TODAY)
    assert second == NumberTaken("F2026", 2, "F2026-0002", TODAY, ONE)
    assert Series().evolve(second) == Series().evolve(first).evolve(second)


def test_it_goes_on_after_the_numbers_that_another_system_gave():
    elsewhere = {f"F2026-{number:04d}" for number in (*range(1, 1046), 1047)}
    series, numbers = Series(), []
    for _ in range(2):
        taken = series.take("F2026", ONE, TODAY, today=TODAY, held=lambda _: elsewhere)
        series = series.evolve(taken)
        numbers.append(taken.number)
    assert numbers == ["F2026-1046", "F2026-1048"]


def test_it_begins_after_what_another_program_gave_and_not_once_it_has_begun():
    [continued] = Series().continue_after("F2026", 45)
    series = Series().evolve(continued)
    assert series.continue_after("F2026", 45) == []
    taken = series.take("F2026", ONE, TODAY, today=TODAY)
    assert taken.number == "F2026-0046"
    given(series.evolve(taken)).when(lambda s: s.continue_after("F2026", 60)).then_refused(SeriesBegun, field="after")
    for after in (1, 999_999):
        given(Series()).when(lambda s, after=after: s.continue_after("F2026", after)).then(
            SeriesContinued("F2026", after)
        )
    for after in (0, 1_000_000):
        given(Series()).when(lambda s, after=after: s.continue_after("F2026", after)).then_refused(
            SequenceOutOfRange, field="after"
        )


def test_only_the_next_number_is_looked_up_where_it_is_free():
    asked = []
    Series(45).take("F2026", ONE, TODAY, today=TODAY, held=lambda numbers: asked.extend(numbers) or ())
    assert asked == ["F2026-0046"]


def test_no_number_is_taken_for_tomorrow():
    given(Series()).when(lambda s: s.take("F2026", ONE, TOMORROW, today=TODAY)).then_refused(
        DayOutOfRange, field="issued_on"
    )


def test_a_series_is_found_by_its_name():
    """For good: else its numbers would begin anew."""
    assert series_id("F2026") == UUID("3adcc279-fbc0-5268-b623-8d478d8c3ad6")


def test_each_year_begins_a_series():
    assert series_of("F", date(2025, 12, 31)) == "F2025"
    assert series_of("F", date(2026, 1, 1)) == "F2026"


@pytest.mark.parametrize("code", ["", "f", "1A", "A-B", "ABCDEFGHIJK", "Ñ"])
def test_a_code_is_capital_letters_and_digits(code):
    with pytest.raises(SeriesCodeNotAllowed) as refused:
        check_code(code, "invoices")
    assert refused.value.details == {"field": "invoices"}
