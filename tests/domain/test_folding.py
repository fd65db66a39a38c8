"""Text folded to how people type it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.folding import LEAST, compact, endings, folded, may_be_one_name, tails, words_of, written_alike


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("Łukasz Wałęsa", "lukasz walesa"),
        ("Søren Østergård", "soren ostergard"),
        ("Đorđe", "dorde"),
        ("Þórður Guðni", "thordur gudni"),
        ("STRASSE Straße", "strasse strasse"),
        ("Ægir Œuvre", "aegir oeuvre"),
        ("I\u015f\u0131k İnce", "isik ince"),
        ("Núñez", "nunez"),
        ("O'Brien", "obrien"),
        ("O\u2019Brien", "obrien"),
        ("D\u00b4Angelo", "dangelo"),
        ("Talleres López,  S.L.U.", "talleres lopez, slu."),
        ("\U0001d49cna \u2121", "ana tel"),
    ],
)
def test_letters_read_as_whoever_lacks_their_keys_types_them(written, typed):
    assert folded(written) == typed


@pytest.mark.parametrize(
    ("written", "typed"),
    [("Coca-Cola", ["coca", "cola", "cocacola"]), ("Llorenç d'Or", ["llorenc", "dor", "d", "or"])],
)
def test_a_name_is_found_with_and_without_its_hyphens_and_apostrophes(written, typed):
    assert written_alike(written) == typed


@pytest.mark.parametrize(
    ("number", "found"),
    [
        ("EXP-2026-0365", ["exp20260365", "20260365", "0365", "365"]),
        ("F2026/12", ["f202612", "202612"]),
        ("600123", ["600123", "00123", "0123", "123"]),
        ("7", ["7"]),
        ("—", []),
    ],
)
def test_a_number_is_found_from_each_of_its_parts_on_and_by_its_last_digits(number, found):
    assert endings(number) == found


def test_a_number_has_as_many_endings_as_leave_three_digits():
    assert tails("12345") == ["12345", "2345", "345"]


def test_how_a_reference_is_typed_does_not_count():
    assert {compact(typed) for typed in ("EXP-2026/0365", "exp_2026 0365", " Éxp 2026.0365")} == {"exp20260365"}


@pytest.mark.parametrize(
    ("name", "other", "one"),
    [
        ("Ana Ruiz Gil", "Gil Ruiz, Ana", True),
        ("Ana Ruiz", "Ana María Ruiz Gil", True),
        ("Fco. Ruiz", "Francisco Ruiz", False),
        ("Fran Ruiz", "Francisco Ruiz", True),
        ("Francisco Ruiz Gil", "Fran Ruiz", True),
        ("Ana Rodríguez", "Ana Rodrigez", True),
        ("Ana Gómez", "Ana Gomes", True),
        ("Ana Ruiz", "Eva Ruiz", False),
        ("Ana Ruiz", "Ana Gómez Gil", False),
        ("Talleres Muñoz, S.L.", "Talleres Muñoz Sociedad Limitada", True),
        ("Muñoz S.A.", "Gómez S.A.", False),
    ],
)
def test_two_names_may_be_one_person_s_shortened_mistyped_or_in_another_order(name, other, one):
    assert may_be_one_name(name, other) is one
    assert may_be_one_name(other, name) is one


@given(st.text(max_size=40))
def test_folding_again_changes_nothing(text):
    assert folded(folded(text)) == folded(text)
    assert all(word == folded(word) for word in words_of(text))


@given(st.from_regex(r"[0-9]{3,12}", fullmatch=True), st.data())
def test_any_fragment_of_three_digits_begins_an_ending(digits, data):
    start = data.draw(st.integers(0, len(digits) - LEAST))
    end = data.draw(st.integers(start + LEAST, len(digits)))
    assert any(ending.startswith(compact(digits[start:end])) for ending in endings(digits))
