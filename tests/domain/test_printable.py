"""What has no picture in the fonts is refused before it is issued, and nothing else is."""

import struct
from functools import reduce

import pytest

from domain.printable import PRINTABLE, NotPrintable, check_printable
from infrastructure.documents import FONTS


def drawn_by(font):
    """The characters of its table of format 12 (OpenType, cmap) that it has a picture of."""
    tables = [struct.unpack_from(">4sLLL", font, 12 + 16 * one) for one in range(struct.unpack_from(">H", font, 4)[0])]
    [cmap] = [offset for tag, _, offset, _ in tables if tag == b"cmap"]
    count = struct.unpack_from(">H", font, cmap + 2)[0]
    places = [cmap + struct.unpack_from(">HHL", font, cmap + 4 + 8 * one)[2] for one in range(count)]
    [place] = {one for one in places if struct.unpack_from(">H", font, one)[0] == 12}
    groups = struct.unpack_from(">L", font, place + 12)[0]
    ranges = (struct.unpack_from(">LLL", font, place + 16 + 12 * one) for one in range(groups))
    return {point for first, last, glyph in ranges for point in range(first, last + 1) if glyph + point - first}


def test_the_table_has_what_both_faces_draw():
    faces = [drawn_by(path.read_bytes()) for path in FONTS.glob("*.ttf")]
    assert len(faces) == 2
    assert reduce(set.intersection, faces) == PRINTABLE


@pytest.mark.parametrize(
    "value",
    [None, "", "Ñandú & Søn, «Ł» €", "Ωμέγα Борис", "uno\ndos\ttres", "e\u0301", "\u202ax\u200d", "\u2066x\u2069"],
)
def test_what_the_fonts_draw_or_needs_no_picture_is_let_through(value):
    check_printable({"note": value})


@pytest.mark.parametrize(
    ("value", "character", "name"),
    [
        ("株式会社 Recobro", "株", "CJK UNIFIED IDEOGRAPH-682A"),
        ("Gracias 🎉", "🎉", "PARTY POPPER"),
        ("\u1112\u1161\u11ab", "한", "HANGUL SYLLABLE HAN"),
        ("\ue000", "\ue000", "U+E000"),
        ("a\x0bb", "\x0b", "U+000B"),
    ],
)
def test_a_character_without_a_picture_is_refused_by_name_and_field(value, character, name):
    with pytest.raises(NotPrintable) as refused:
        check_printable({"name": "Deudora", "note": value})
    assert refused.value.details == {"field": "note", "character": character, "name": name}
