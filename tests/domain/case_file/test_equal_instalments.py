"""A debt divided into equal instalments."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st
from scenario import euros

from domain.case_file.schedule import equal_instalments
from domain.money import Money, total


def test_what_cannot_be_divided_goes_to_the_last():
    days = [date(2026, month, 1) for month in (1, 2, 3)]
    assert [(one.due_on, one.amount) for one in equal_instalments(euros(100), days)] == [
        (days[0], euros("33.33")),
        (days[1], euros("33.33")),
        (days[2], euros("33.34")),
    ]


@given(st.integers(1, 10**12 - 1), st.integers(1, 24), st.sampled_from(["EUR", "CLP", "TND"]))
def test_they_add_up_to_the_cent(minor, count, currency):
    amount = Money.of_minor(minor, currency)
    days = [date(2026, 1, 1) + timedelta(weeks=number) for number in range(count)]
    assert total((one.amount for one in equal_instalments(amount, days)), currency) == amount
