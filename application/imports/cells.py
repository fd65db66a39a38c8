"""What stands in a cell, read as what it means. Whatever can be read in two ways is not read."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar

from application.imports.table import Cell, Either, Formula, Percentage, Why
from application.imports.words import called, meaning
from domain.money import MINOR_DIGITS
from domain.personal import without_unseen

E = TypeVar("E", bound=StrEnum)


class Unreadable(Exception):
    """A cell that can't be read for certain. It says why, to whoever imports: the text may quote the cell."""

    def __init__(self, message: str, /, **values: object) -> None:
        self.why = Why(message, **values)
        super().__init__(self.why)


# Text


def as_text(cell: Cell) -> str:
    """As it is written. Text that was damaged before it came here is refused, with what it should read."""
    if isinstance(cell, Decimal):
        if int(cell.as_tuple().exponent) > 0:
            raise Unreadable("digits of this number were lost: it was kept as a number, and is longer than one can be")
        return format(cell, "f")
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, Formula):
        raise Unreadable(
            "cell %(cell)s has a formula without its result: open the file in your spreadsheet program and save it",
            cell=cell.cell,
        )
    if cell in _ERRORS:
        raise Unreadable("the spreadsheet could not compute this cell")
    if "\ufffd" in cell:
        raise Unreadable("characters of this text were lost when it was saved")
    if (meant := repaired(cell)) is not None:
        raise Unreadable("this text was decoded wrongly once: it should read “%(meant)s”", meant=meant)
    return without_unseen(cell).strip()


def repaired(text: str) -> str | None:
    """What a text meant whose UTF-8 was once read as Windows-1252, Latin-1 or GB18030; None where it is sound."""
    if text.isascii():
        return None
    meant = _MISREAD.sub(lambda found: bytes(_BYTES[character] for character in found[0]).decode(), text)
    han = {character for character in text if "\u4e00" <= character <= "\u9fff"}
    if han and han <= _HAN.keys() and _HAN_IN_A_WORD.search(text):
        meant = meant.translate(str.maketrans(_HAN))
    return meant if meant != text else None


_ERRORS = frozenset({"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!"})

# Only what Western letters and punctuation become is looked for, such as `Ã³` for ó. What other alphabets become is
# also how a word in capitals ends before a quotation mark (RECOBRÓ», PERÚ”), which is sound.
_BYTES = {chr(byte): byte for byte in range(0x80, 0x100)} | {
    bytes([byte]).decode("cp1252"): byte for byte in range(0x80, 0x100) if byte not in {0x81, 0x8D, 0x8F, 0x90, 0x9D}
}
_FOLLOWING = "".join(character for character, byte in _BYTES.items() if byte < 0xC0)  # noqa: PLR2004 - UTF-8's range
_MISREAD = re.compile(f"[ÂÃÄÅ][{_FOLLOWING}]|â[{_FOLLOWING}]{{2}}")

_HAN: dict[str, str | int | None] = {
    bytes([first, second]).decode("gb18030"): bytes([first, second]).decode()
    for first in (0xC2, 0xC3)
    for second in range(0x80, 0xC0)
}
_HAN_IN_A_WORD = re.compile(f"[A-Za-z][{''.join(_HAN)}]|[{''.join(_HAN)}][A-Za-z]")


# What is known by a number


def as_number_text(cell: Cell) -> str:
    """A reference, phone or the like: text, though a spreadsheet may have taken it for a number."""
    written = as_text(cell)
    if _SCIENTIFIC.fullmatch(written):
        raise Unreadable("a number in scientific notation has lost digits")
    return whole_number[1] if (whole_number := _WITH_NO_CENTS.fullmatch(written)) else written


_SCIENTIFIC = re.compile(r"[-+]?\d+([.,]\d+)?[eE][-+]?\d+", re.ASCII)
_WITH_NO_CENTS = re.compile(r"(\d+)[.]0+", re.ASCII)


def says_nothing(written: str) -> bool:
    """A dash and the like: the cell is as good as empty."""
    return not written.strip("-\u2013\u2014._/?* ")


def says_none(written: str) -> bool:
    """A word for that there is none, in place of a phone, an address or a number."""
    return " ".join(re.findall(r"\w+", written.casefold())) in _NONE


_NONE_WRITTEN = """
    no tiene, no consta, ninguno, ninguna, nada, n a, na, n d, nd, s d, sd, s n, no hay, no disponible, no aplica,
    no procede, no sabe, desconocido, desconocida, desconoce, se desconoce, sin datos, sin dato, sin telefono,
    sin teléfono, sin email, sin e mail, sin mail, sin correo, sin identificar, sin nif, sin dni, pendiente,
    no facilita, no facilitado, no quiere, none, no, null, nan, nil, not available, unknown, x, xx, xxx, vacio,
    vacío, not known, missing
"""
_NONE = frozenset(one.strip() for one in _NONE_WRITTEN.replace("\n", " ").split(","))


def phones(cell: Cell) -> tuple[str, ...]:
    """Those of a cell, whatever stands between; of a cell that does not fall into several whole numbers, all of it."""
    written = as_text(cell)
    parts = [part for part in _BETWEEN_PHONES.split(written) if part.strip()]
    if not all(len(re.findall(r"\d", part)) >= _DIGITS_OF_A_PHONE for part in parts):
        parts = [written]
    return tuple(re.sub(r"^00(?=[1-9])", "+", as_number_text(part)) for part in parts)


def emails(cell: Cell) -> tuple[str, ...]:
    written = as_text(cell)
    parts = [part for part in re.split(r"[|;,/\s]+", written) if part and part not in {"y", "o", "e", "and", "or"}]
    return tuple(parts) if all("@" in part for part in parts) else (written,)


_BETWEEN_PHONES = re.compile(r"[|;,/\n]|\s(?:y|o|e|and|or|-)\s")
_DIGITS_OF_A_PHONE = 6
"""At least: 91 123 45 67/68 are not two numbers."""


# Amounts


def amount(cell: Cell, mark: str | None = None) -> Decimal:
    """A number with this decimal mark. Without one 1.234,5 and 1,234.5 are read, but 1.234 is refused."""
    if isinstance(cell, Decimal):
        return cell
    written, _ = without_currency(as_text(cell))
    readings = _readings(written, mark or ".,")
    if not readings:
        if mark:
            raise Unreadable("this is no amount with the decimal mark “%(mark)s”", mark=mark)
        raise Unreadable("this is no amount")
    if len(set(readings.values())) > 1:
        either = Either(max(reading, reading.quantize(_CENTS), key=_decimals) for reading in readings.values())
        raise Unreadable("this may mean %(either)s: the decimal mark has to be chosen", either=either)
    return next(iter(readings.values()))


_CENTS = Decimal("0.01")


def _decimals(number: Decimal) -> int:
    return -int(number.as_tuple().exponent)


def amount_in(cell: Cell, currency: str, mark: str | None = None) -> Decimal:
    """The same of money: refused where another currency stands beside it."""
    if isinstance(cell, str):
        _, meant = without_currency(cell)
        if meant is not None and currency not in meant:
            there = " / ".join(meant)
            raise Unreadable("this says %(there)s where the currency is %(currency)s", there=there, currency=currency)
    return amount(cell, mark)


def percentage(cell: Cell, mark: str | None = None) -> Decimal:
    if isinstance(cell, Percentage):
        return cell.number
    return amount(as_text(cell).removesuffix("%").rstrip(), mark)


def settled_mark(cells: Iterable[Cell]) -> str | None:
    """The decimal mark of a column, where those of its cells that can be read in one way only agree on it."""
    marks: set[str] = set()
    for cell in cells:
        if isinstance(cell, str) and ("." in cell or "," in cell):
            readings = _readings(without_currency(cell)[0], ".,")
            if len(readings) == 1:
                marks.update(readings)
    return marks.pop() if len(marks) == 1 else None


def without_currency(written: str) -> tuple[str, Sequence[str] | None]:
    """The number alone, and which currencies the sign or code beside it may stand for; None where there is none."""
    number, _, meant = _taken_apart(written)
    return number, meant


def beside(written: str) -> tuple[str, Sequence[str] | None]:
    """The sign or code beside a number, and which currencies it may stand for; None where it stands for none."""
    _, sign, meant = _taken_apart(written)
    return sign, meant


def _taken_apart(written: str) -> tuple[str, str, Sequence[str] | None]:
    """The number, what stands beside it, and what that means."""
    plain = _BLANKS.sub(" ", written).strip().translate(_MINUSES)
    found = None if plain.isascii() and not plain.strip(_NUMBER) else _BESIDE.fullmatch(plain)
    if found is None or (found["before"] and found["after"]):
        return plain, "", None
    sign = found["before"] or found["after"]
    meant = _CURRENCIES.get(sign.upper().rstrip("."))
    return (f"{found['open']}{found['number']}{found['close']}", sign, meant) if meant else (plain, "", None)


def currency(cell: Cell) -> str:
    """Its code, for a code or what people write in its place. What is none of them is refused where it is used."""
    written = as_text(cell).upper()
    meant = _CURRENCIES.get(written.rstrip("."), (written,))
    if len(meant) > 1:
        raise Unreadable("this may be %(either)s: write the code", either=Either(meant))
    return meant[0]


def is_currency(written: str) -> bool:
    return written.strip().upper() in _CURRENCIES


_NUMBER = "0123456789.,-+' "
_BLANKS = re.compile(r"\s+")
"""Among them no-break, narrow and thin ones."""
_BESIDE = re.compile(
    r"(?P<open>[-+(]?) ?(?P<before>[^\d\s(+-]*) ?(?P<number>[-+(]? ?\d[\d.,'\u2019 ]*?[-)]?) ?(?P<after>[^\d\s)+-]*) ?"
    r"(?P<close>[-)]?)",
)
_MINUSES = str.maketrans({"\u2212": "-", "\u2013": "-"})
_CURRENCIES: Mapping[str, Sequence[str]] = {code: (code,) for code in MINOR_DIGITS} | {
    "€": ("EUR",),
    "EURO": ("EUR",),
    "EUROS": ("EUR",),
    "€UROS": ("EUR",),
    "EURO (€)": ("EUR",),
    "EUROS (€)": ("EUR",),
    "EUR (€)": ("EUR",),
    "$": ("USD", "MXN", "COP", "CLP", "ARS", "UYU", "CAD", "AUD", "NZD", "DOP", "HKD", "SGD"),
    "US$": ("USD",),
    "USD$": ("USD",),
    "COL$": ("COP",),
    "MX$": ("MXN",),
    "RD$": ("DOP",),
    "C$": ("NIO",),
    "GS": ("PYG",),
    "R$": ("BRL",),
    "£": ("GBP",),
    "¥": ("JPY", "CNY"),
    "S/": ("PEN",),
    "₡": ("CRC",),
    "₲": ("PYG",),
    "BS": ("BOB", "VES"),
    "PESOS": ("COP", "MXN", "CLP", "ARS", "UYU", "DOP"),
    "DOLARES": ("USD",),
    "DÓLARES": ("USD",),
    "DOLAR": ("USD",),
    "DÓLAR": ("USD",),
    "US DOLLAR": ("USD",),
    "US DOLLARS": ("USD",),
    "POUND": ("GBP",),
    "POUNDS": ("GBP",),
    "LIBRAS": ("GBP",),
    "LIBRAS ESTERLINAS": ("GBP",),
    "SOLES": ("PEN",),
}
"""What stands beside an amount, or in a column of currencies, in capitals, and what it may mean."""


def _readings(written: str, marks: str) -> dict[str, Decimal]:
    """By the mark. In brackets, or with a minus on either side, it is below zero."""
    bare, below = _BLANKS.sub(" ", written).strip(), 1
    if bare.startswith("(") and bare.endswith(")"):
        below, bare = -1, bare[1:-1].strip()
    elif bare.endswith("-"):
        below, bare = -1, bare[:-1].rstrip()
    if below < 0 and bare[:1] in {"-", "+"}:
        return {}
    found = {mark: _AMOUNT[mark].fullmatch(bare) for mark in marks}
    return {
        mark: below * Decimal(f"{match['sign']}{re.sub('[^0-9]', '', match['whole'])}.{match['part'] or '0'}")
        for mark, match in found.items()
        if match
    }


def _amount_with(mark: str, group: str) -> re.Pattern[str]:
    grouped = rf"[1-9]\d{{0,2}}(?P<group>[{group}'\u2019 ])\d{{3}}(?:(?P=group)\d{{3}})*"
    return re.compile(rf"(?P<sign>[-+]?) ?(?P<whole>{grouped}|\d{{1,20}})(?:[{mark}](?P<part>\d{{1,20}}))?", re.ASCII)


_AMOUNT = {".": _amount_with(".", ","), ",": _amount_with(",", ".")}


# Words, yes and no


def yes(cell: Cell) -> bool:
    word = as_text(cell).casefold()
    if word in {"yes", "y", "true", "1", "si", "sí", "s"}:
        return True
    if word in {"", "no", "n", "false", "0"}:
        return False
    raise Unreadable("this is neither yes nor no")


def several(cell: Cell) -> tuple[str, ...]:
    """What stands in one cell with `|` between."""
    return tuple(one for part in as_text(cell).split("|") if (one := part.strip()))


def whole(cell: Cell) -> int:
    text = as_text(cell)
    if not re.fullmatch(r"[0-9]{1,9}", text):
        raise Unreadable("this is not a whole number")
    return int(text)


def word(cell: Cell, words: type[E]) -> E:
    if (found := meaning(as_text(cell), words)) is None:
        raise Unreadable("this is none of %(words)s", words=", ".join(map(called, words)))
    return found
