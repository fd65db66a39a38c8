"""What texts can be kept."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import ReasonRequired, TextNotAllowed
from domain.personal import LINE, NAME, NOTE, long_text, optional_text, reason, text


@given(st.text(max_size=60))
def test_a_kept_text_is_kept_as_it_is_from_then_on(value):
    try:
        kept = text(value, "note")
    except TextNotAllowed:
        return
    assert text(kept, "note") == kept == kept.strip()
    assert unicodedata.is_normalized("NFC", kept)
    assert "\x00" not in kept
    kept.encode()


def test_a_text_is_trimmed_and_composed():
    assert text("  Mun\u0303oz \n", "name") == "Muñoz"


def test_line_ends_are_kept_however_they_were_typed():
    assert long_text("llamar\r\na las\tnueve\n", "note") == "llamar\na las\tnueve"


def test_a_name_or_a_reason_is_one_line_whatever_was_pasted():
    assert text(" Talleres\r\nRíos\tSL ", "name") == "Talleres Ríos SL"


@pytest.mark.parametrize("invisible", ["\u200b", "\u2060\ufeff", "\u00ad"])
def test_a_text_that_nobody_can_see_is_no_text(invisible):
    with pytest.raises(TextNotAllowed):
        text(invisible, "name")


@pytest.mark.parametrize("value", ["", " \t\n", "a\x00b", "\x1b[31m", "a\x85b", "\ud800", "a\u2028b", "\uffff", "a\rb"])
def test_a_text_that_cannot_be_kept_is_refused(value):
    with pytest.raises(TextNotAllowed) as refused:
        long_text(value, "name")
    assert refused.value.details["field"] == "name"


@pytest.mark.parametrize("most", [NAME, LINE, NOTE])
def test_a_text_has_a_longest_length(most):
    assert text("ñ" * most, "note", at_most=most) == "ñ" * most
    with pytest.raises(TextNotAllowed) as refused:
        text("ñ" * (most + 1), "note", at_most=most)
    assert refused.value.details == {"field": "note", "at_most": most}


@pytest.mark.parametrize("blank", [None, "", " \n "])
def test_blanks_are_nothing_where_a_text_may_be_left_out(blank):
    assert optional_text(blank, "note") is None


@pytest.mark.parametrize("blank", [None, "", " \n "])
def test_blanks_are_no_reason(blank):
    with pytest.raises(ReasonRequired) as refused:
        reason(blank)
    assert refused.value.details == {"field": "reason"}


def test_a_refusal_does_not_repeat_the_text():
    with pytest.raises(TextNotAllowed) as refused:
        text("Manuel\x00", "name")
    assert "Manuel" not in str(refused.value)
