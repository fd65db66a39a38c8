"""Days as the business counts them."""

from datetime import date

from domain.days import next_month
from projections.days import as_of, holiday_names, next_working_day


def broken_before(day, grace_days, country="ES"):
    return as_of(day, country=country, grace_days=grace_days, idle_days=30).broken_before


def test_without_grace_a_promise_is_broken_the_day_after_it_was_due():
    assert broken_before(date(2026, 3, 18), 0) == date(2026, 3, 18)


def test_grace_counts_working_days_only():
    assert broken_before(date(2026, 3, 17), 2) == date(2026, 3, 13)  # Tuesday: Monday and Friday are grace


def test_grace_passes_over_the_country_s_holidays():
    assert broken_before(date(2026, 1, 7), 2, "ES") == date(2026, 1, 2)  # Epiphany is one in Spain…
    assert broken_before(date(2026, 1, 7), 2, "MX") == date(2026, 1, 5)  # …and none in Mexico


def test_a_country_nobody_knows_has_weekends_only():
    assert broken_before(date(2026, 1, 7), 2, "XX") == date(2026, 1, 5)


def test_idle_days_go_back_from_the_day_and_never_before_all_days():
    assert as_of(date(2026, 3, 31), country="ES", grace_days=0, idle_days=30).idle_since == date(2026, 3, 1)
    assert as_of(date(1, 1, 5), country="ES", grace_days=30, idle_days=365).idle_since == date(1, 1, 1)


def test_the_next_working_day_passes_over_weekends_and_holidays():
    assert next_working_day(date(2026, 3, 20), "ES") == date(2026, 3, 23)  # a Friday
    assert next_working_day(date(2026, 12, 24), "ES") == date(2026, 12, 28)
    assert next_working_day(date(2026, 12, 24), "??") == date(2026, 12, 25)


def test_holidays_are_named_in_the_reader_s_language():
    christmas = date(2026, 12, 25)
    assert holiday_names(2026, country="ES", language="es")[christmas] == "Natividad del Señor"
    assert holiday_names(2026, country="CO", language="en")[christmas] == "Christmas Day"
    assert holiday_names(2026, country="??", language="es") == {}


def test_months_follow_one_another_over_the_year():
    assert next_month(date(2026, 12, 31)) == date(2027, 1, 1)
