from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from application.imports.cells import Unreadable, amount, as_text, repaired, settled_mark, yes
from application.imports.days import Days

WESTERN = "áéíóúñüçÁÉÍÓÚÑÜÇ¿¡ºªàèòãõêôßåø€“…\N{RIGHT SINGLE QUOTATION MARK}"


@pytest.mark.parametrize(
    ("written", "mark", "meant"),
    [
        ("1.234,56", None, "1234.56"),
        ("1,234.56", None, "1234.56"),
        ("1.234.567", None, "1234567"),
        ("1 234,5", None, "1234.5"),
        ("1'234.50", None, "1234.50"),
        ("1234", None, "1234"),
        ("12,5", None, "12.5"),
        ("0.125", None, "0.125"),
        ("1234,567", None, "1234.567"),
        ("-3,00", None, "-3.00"),
        ("1.234", ",", "1234"),
        ("1.234", ".", "1.234"),
        (Decimal("1.234"), ",", "1.234"),
    ],
)
def test_amounts_are_read_where_they_can_mean_one_thing(written, mark, meant):
    assert amount(written, mark) == Decimal(meant)


@pytest.mark.parametrize(
    ("written", "mark"),
    [
        ("1.234", None),
        ("1,234", None),
        ("1.234,56", "."),
        ("12.34", ","),
        ("1.23.456", None),
        ("1.234 567", None),
        ("1e3", None),
        ("NaN", None),
        ("٣", None),
        ("9" * 21, None),
        (",", None),
    ],
)
def test_other_amounts_are_not_read(written, mark):
    with pytest.raises(Unreadable):
        amount(written, mark)


@given(st.integers(1000, 10**12 - 1), st.sampled_from([(",", "."), (".", ",")]))
def test_an_amount_written_with_groups_and_cents_is_read_as_it_was_meant(cents, marks):
    written = f"{cents // 100:,}".replace(",", marks[1]) + f"{marks[0]}{cents % 100:02}"
    assert amount(written) == Decimal(cents) / 100


@pytest.mark.parametrize(
    ("column", "mark"),
    [
        (["1.234", "12,50"], ","),
        (["1,234", "12.50"], "."),
        (["1.234", "1.234.567"], ","),
        (["1.234", "5"], None),
        (["1.234", "12,50", "12.50"], None),
        ([Decimal("12.5"), date(2026, 1, 1), "gratis, o casi."], None),
    ],
)
def test_the_cells_of_a_column_that_are_clear_settle_its_decimal_mark_if_they_agree(column, mark):
    assert settled_mark(column) == mark


@pytest.mark.parametrize("encoding", ["cp1252", "latin-1"])
@given(st.text("abc " + WESTERN, min_size=1).filter(lambda text: not text.isascii()))
def test_text_whose_utf8_was_read_as_another_encoding_is_recognised_and_told_right(encoding, text):
    try:
        damaged = text.encode().decode(encoding)
    except UnicodeDecodeError:  # that encoding has nothing for one of the bytes, so nobody can have read it so
        return
    assert repaired(damaged) == text
    with pytest.raises(Unreadable, match="decoded wrongly once"):
        as_text(damaged)


@pytest.mark.parametrize(
    ("damaged", "meant"),
    [
        ("gesti贸n de cobro聽en la nube", "gestión de cobro\u00a0en la nube"),
        ("la 煤ltima pesta帽a", "la última pestaña"),
        ("GESTI脫N… y", "GESTIÓN… y"),
        ("GestiÃ³n", "Gestión"),
        ("GarcÃ\u00ada", "García"),
        ("lâ€™Hospitalet", "l\N{RIGHT SINGLE QUOTATION MARK}Hospitalet"),
    ],
)
def test_text_that_was_decoded_wrongly_once_is_recognised(damaged, meant):
    assert repaired(damaged) == meant


@given(st.text("abcXYZ .,»”ºª" + WESTERN))
def test_sound_western_text_is_left_alone(text):
    assert repaired(text) is None


@pytest.mark.parametrize("text", ["贸易公司", "茅台", "王莉 S.L.", "RECOBRÓ»", "PERÚ”", "São Paulo", "Ñº 5", "Łódź"])
def test_sound_text_of_any_alphabet_is_left_alone(text):
    assert repaired(text) is None


@pytest.mark.parametrize("text", ["Mu\ufffdoz", "#REF!"])
def test_text_that_is_lost_is_not_read(text):
    with pytest.raises(Unreadable):
        as_text(text)


@pytest.mark.parametrize(
    ("formats", "written"),
    [
        ([], "2026-02-01"),
        (["dd/mm/yyyy"], "01/02/2026"),
        (["dd/mm/yyyy"], "1/2/2026"),
        (["dd/mm/yyyy"], "2026-02-01"),
        (["m/d/yyyy"], "2/1/2026"),
        (["dd.mm.yy"], "01.02.26"),
        (["dd/mm/yyyy", "mm-dd-yyyy"], "02-01-2026"),
        ([], date(2026, 2, 1)),
    ],
)
def test_days_are_read_as_iso_or_as_the_map_has_them(formats, written):
    assert Days(formats).read(written) == date(2026, 2, 1)


@pytest.mark.parametrize(
    ("formats", "written"),
    [
        (["dd/mm/yyyy"], "31/02/2026"),
        (["dd/mm/yyyy"], "01/13/2026"),
        (["dd/mm/yyyy", "mm/dd/yyyy"], "01/02/2026"),
        (["yyyy-dd-mm"], "2026-02-01"),
    ],
)
def test_a_day_that_is_none_or_could_be_two_is_not_read(formats, written):
    with pytest.raises(Unreadable):
        Days(formats).read(written)


def test_yes_and_no_are_read_in_both_languages():
    assert [yes(word) for word in ("Yes", "sí", "SI", "1", "true")] == [True] * 5
    assert [yes(word) for word in ("No", "0", "FALSE", " ")] == [False] * 4
    with pytest.raises(Unreadable):
        yes("quizá")
