"""Each debt has a payment reference of its own, which banks and people can check."""

from uuid import UUID

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st
from stdnum import iso11649

from domain.payment_reference import SIGNS, backwards, payment_reference, printed, typed

REFERENCE = "RF13FGYCT45VFV1QPHPK"


@drawn(st.uuids())
def test_every_reference_is_one_by_iso_11649_of_at_most_21_signs_without_its_check(debt_id):
    reference = payment_reference(debt_id)
    assert iso11649.validate(reference) == reference
    assert len(reference.removeprefix("RF")[2:]) <= 21
    assert set(reference[4:]) <= set(SIGNS)


@drawn(st.sets(st.uuids(), min_size=2, max_size=200))
def test_no_two_debts_have_the_same(debt_ids):
    assert len({payment_reference(one) for one in debt_ids}) == len(debt_ids)


def test_neighbouring_ids_have_different_references():
    assert len({payment_reference(UUID(int=one)) for one in range(20_000)}) == 20_000


def test_a_debt_keeps_its_reference_for_good():
    """It is on paper: another way to work it out would orphan what was sent."""
    assert payment_reference(UUID(int=1)) == REFERENCE


@drawn(st.uuids(), st.sampled_from([" ", "-", "", "  "]))
def test_it_is_known_however_it_is_typed(debt_id, between):
    reference = payment_reference(debt_id)
    groups = printed(reference).split()
    for text in (between.join(groups), between.join(groups).lower(), reference[4:], f" {reference} "):
        assert typed(text) == reference
    assert typed(reference.replace("0", "O").replace("1", "l")) == reference
    assert typed(reference[:12]) == reference[:12]


def test_what_is_no_reference_is_not_taken_for_one():
    for text in (
        "",
        "RF",
        "RF12",
        "EXP-2026-0365",
        "Rafael Ruiz",
        "600123123",
        "RF18 ÑÑÑÑ ÑÑÑÑ",
        "1234567890123456789",
    ):
        assert typed(text) is None, text


def test_a_reference_is_looked_for_from_eight_signs_on():
    assert typed("rf13 fgyc") == "RF13FGYC"
    for text in ("RF13FGY", "RF1XFGYC", "RFX3FGYC", "RF13UGYC"):
        assert typed(text) is None, text


def test_a_reference_may_have_every_sign_there_is():
    for own in (SIGNS[:16], SIGNS[16:]):
        assert typed(own)[4:] == own
    assert typed(f"RF13{SIGNS}") == f"RF13{SIGNS}"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("HPK", None),
        ("phpk", "KPHP"),
        ("V1 QP-HPK", "KPHPQ1V"),
        ("vlop hpk", "KPHP01V"),
        ("PHPÑ", None),
        (SIGNS, SIGNS[::-1]),
        ("", None),
    ],
)
def test_its_end_is_looked_for_last_sign_first_from_four_signs_on(text, found):
    assert backwards(text) == found
