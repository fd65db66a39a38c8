"""The codes of an authenticator app."""

from datetime import UTC, datetime, timedelta

import pytest

from infrastructure.access.one_time_codes import code_at, step_at, steps_of

SECRET = b"12345678901234567890"


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "94287082"),
        (1111111109, "07081804"),
        (1111111111, "14050471"),
        (1234567890, "89005924"),
        (2000000000, "69279037"),
        (20000000000, "65353130"),
    ],
)
def test_they_are_the_last_six_digits_of_what_rfc_6238_gives_as_examples(seconds, code):
    assert code_at(SECRET, step_at(datetime.fromtimestamp(seconds, UTC))) == code[-6:]


@pytest.mark.parametrize(("late", "taken"), [(-31, False), (-30, True), (0, True), (29, True), (59, True), (60, False)])
def test_a_code_is_taken_for_half_a_minute_more_on_either_side(late, taken):
    begins = datetime.fromtimestamp(1234567890, UTC)  # a multiple of 30
    code = code_at(SECRET, step_at(begins))
    assert steps_of(SECRET, code, begins + timedelta(seconds=late)) == ([step_at(begins)] if taken else [])


@pytest.mark.parametrize("code", ["", "00000", "٨٩٠٠٥٩", "0059240", "a05924"])
def test_what_is_no_code_is_none(code):
    assert steps_of(SECRET, code, datetime.fromtimestamp(1234567890, UTC)) == []
