from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from application.imports.cells import (
    Unreadable,
    amount,
    amount_in,
    as_number_text,
    as_text,
    emails,
    phones,
    repaired,
    says_none,
    says_nothing,
    settled_mark,
    yes,
)
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
        ("1.133,82 €", None, "1133.82"),
        ("1.133,82\u00a0€", None, "1133.82"),
        ("1\u202f133,82 EUR", None, "1133.82"),
        ("1\u2009133,82\u2009€", None, "1133.82"),
        ("€ 98,5", None, "98.5"),
        ("€98,5", None, "98.5"),
        ("77,00 euros", None, "77.00"),
        ("$1,234.56", None, "1234.56"),
        ("US$ 1,234.56", None, "1234.56"),
        ("1\N{RIGHT SINGLE QUOTATION MARK}234.50", None, "1234.50"),
        ("12 €", None, "12"),
        ("(1.234,56)", None, "-1234.56"),
        ("(1.234,56 €)", None, "-1234.56"),
        ("1.234,56-", None, "-1234.56"),
        ("\u22123,00 €", None, "-3.00"),
        ("€ -3,00", None, "-3.00"),
        ("+3,00", None, "3.00"),
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
        ("1,5E+03", None),
        ("(5", None),
        ("(-5)", None),
        ("--5", None),
        ("-5-", None),
        ("€ 5 €", None),
        ("5 patatas", None),
        ("5 €/mes", None),
        ("1.234,56 CR", None),
        ("NaN", None),
        ("٣", None),
        ("9" * 21, None),
        (",", None),
    ],
)
def test_other_amounts_are_not_read(written, mark):
    with pytest.raises(Unreadable):
        amount(written, mark)


@pytest.mark.parametrize(("written", "currency"), [("5 USD", "EUR"), ("$5", "EUR"), ("5 €", "USD"), ("£5", "EUR")])
def test_an_amount_beside_another_currency_is_refused(written, currency):
    with pytest.raises(Unreadable, match="where the currency is"):
        amount_in(written, currency)
    for sign, meant in (("5 USD", "USD"), ("$5", "MXN"), ("5 €", "EUR"), ("5", "EUR")):
        assert amount_in(sign, meant) == 5


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("612 345 678 / 91 123 45 67", ("612 345 678 ", " 91 123 45 67")),
        ("612345678 y 911234567", ("612345678", "911234567")),
        ("612345678\n911234567", ("612345678", "911234567")),
        ("0034600111223; 0034911234567", ("+34600111223", "+34911234567")),
        ("91 123 45 67/68", ("91 123 45 67/68",)),
        ("600111222.0", ("600111222",)),
        (Decimal(600111222), ("600111222",)),
    ],
)
def test_the_phones_of_a_cell_are_told_apart(written, meant):
    assert [one.strip() for one in phones(written)] == [one.strip() for one in meant]


def test_the_addresses_of_a_cell_are_told_apart():
    for written in ("a@b.es, c@d.es", "a@b.es;c@d.es", "a@b.es y c@d.es", "a@b.es\nc@d.es"):
        assert emails(written) == ("a@b.es", "c@d.es")
    assert emails("Ana: a@b.es") == ("Ana: a@b.es",)


def test_digits_that_a_spreadsheet_lost_are_not_made_up():
    for lost in ("6,00111E+08", "6.00111E+08", "1e10", Decimal("1.23456789012346E+19")):
        with pytest.raises(Unreadable):
            as_number_text(lost)
    assert [as_number_text(one) for one in ("E10", "10.0", "10.5", Decimal(10))] == ["E10", "10", "10.5", "10"]


def test_a_word_for_nothing_is_nothing():
    assert all(map(says_none, ("no tiene", "No consta", "N/A", "sin teléfono", "NULL", "n.d.")))
    assert not any(map(says_none, ("600111222", "nota@ejemplo.com", "Nadal")))
    assert all(map(says_nothing, ("-", "--", " . ", "?")))


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
