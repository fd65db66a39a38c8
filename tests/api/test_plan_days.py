"""The days of a payment plan that is divided evenly."""

from datetime import date

import pytest

from api.case_files.plans import Every, days_of


@pytest.mark.parametrize(
    ("first_on", "every", "days"),
    [
        (date(2026, 12, 31), Every.MONTH, [date(2026, 12, 31), date(2027, 1, 31), date(2027, 2, 28)]),
        (date(2028, 1, 30), Every.MONTH, [date(2028, 1, 30), date(2028, 2, 29), date(2028, 3, 30)]),
        (date(2026, 3, 1), Every.WEEK, [date(2026, 3, 1), date(2026, 3, 8), date(2026, 3, 15)]),
        (date(2026, 3, 1), Every.FORTNIGHT, [date(2026, 3, 1), date(2026, 3, 15), date(2026, 3, 29)]),
    ],
)
def test_the_same_day_of_each_month_or_its_last(first_on, every, days):
    assert days_of(first_on, 3, every) == days
