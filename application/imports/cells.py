"""What stands in a cell, read as what it means. Whatever can be read in two ways is not read."""

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar

from application.imports.table import Cell, Why

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
        return format(cell, "f")
    if isinstance(cell, date):
        return cell.isoformat()
    if cell in _ERRORS:
        raise Unreadable("the spreadsheet could not compute this cell")
    if "\ufffd" in cell:
        raise Unreadable("characters of this text were lost when it was saved")
    if (meant := repaired(cell)) is not None:
        raise Unreadable("this text was decoded wrongly once: it should read “%(meant)s”", meant=meant)
    return cell.strip()


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


# Amounts


def amount(cell: Cell, mark: str | None = None) -> Decimal:
    """A number with this decimal mark. Without one 1.234,5 and 1,234.5 are read, but 1.234 is refused."""
    if isinstance(cell, Decimal):
        return cell
    written = as_text(cell)
    readings = _readings(written, mark or ".,")
    if not readings:
        if mark:
            raise Unreadable("this is no amount with the decimal mark “%(mark)s”", mark=mark)
        raise Unreadable("this is no amount")
    if len(set(readings.values())) > 1:
        either = " / ".join(str(reading) for reading in readings.values())
        raise Unreadable("this may mean %(either)s: the decimal mark has to be chosen", either=either)
    return next(iter(readings.values()))


def percentage(cell: Cell, mark: str | None = None) -> Decimal:
    return amount(as_text(cell).removesuffix("%").rstrip(), mark)


def settled_mark(cells: Iterable[Cell]) -> str | None:
    """The decimal mark of a column, where those of its cells that can be read in one way only agree on it."""
    marks: set[str] = set()
    for cell in cells:
        if isinstance(cell, str) and ("." in cell or "," in cell):
            readings = _readings(cell.strip(), ".,")
            if len(readings) == 1:
                marks.update(readings)
    return marks.pop() if len(marks) == 1 else None


def _readings(written: str, marks: str) -> dict[str, Decimal]:
    found = {mark: _AMOUNT[mark].fullmatch(written) for mark in marks}
    return {
        mark: Decimal(f"{match['sign']}{re.sub('[^0-9]', '', match['whole'])}.{match['part'] or '0'}")
        for mark, match in found.items()
        if match
    }


def _amount_with(mark: str, group: str) -> re.Pattern[str]:
    grouped = rf"[1-9]\d{{0,2}}(?P<group>[{group}'\u2019\u00a0\u202f ])\d{{3}}(?:(?P=group)\d{{3}})*"
    return re.compile(rf"(?P<sign>[-+]?)(?P<whole>{grouped}|\d{{1,20}})(?:[{mark}](?P<part>\d{{1,20}}))?", re.ASCII)


_AMOUNT = {".": _amount_with(".", ","), ",": _amount_with(",", ".")}


# Days, words, yes and no


class Days:
    """Reads days written in one of these formats (`dd/mm/yyyy`), or as ISO has it."""

    def __init__(self, formats: Sequence[str]) -> None:
        self._forms = [ISO, *map(day_format, formats)]
        self._like = " / ".join(formats or ["2026-01-31"])

    def read(self, cell: Cell) -> date:
        if isinstance(cell, date):
            return cell
        written = as_text(cell)
        readings = {day for form in self._forms if (day := _day(written, form)) is not None}
        if len(readings) > 1:
            raise Unreadable("this may mean %(either)s", either=" / ".join(map(str, sorted(readings))))
        if not readings:
            raise Unreadable("this is no day like %(form)s", form=self._like)
        return readings.pop()


def day_format(written: str) -> str:
    """`dd/mm/yyyy` and the like as `strptime` wants it: day, month and year once each, in any order."""
    parts = re.split(r"[-/. ]", written)
    if sorted(_DAY_PARTS.get(part, "") for part in parts) not in (["%Y", "%d", "%m"], ["%d", "%m", "%y"]):
        raise Unreadable("a date format is dd, mm and yyyy (or yy) in some order, such as dd/mm/yyyy")
    return re.sub("[dmy]+", lambda part: _DAY_PARTS[part[0]], written)


ISO = "%Y-%m-%d"
_DAY_PARTS = {"d": "%d", "dd": "%d", "m": "%m", "mm": "%m", "yy": "%y", "yyyy": "%Y"}


def _day(written: str, form: str) -> date | None:
    try:
        return datetime.strptime(written, form).date()  # noqa: DTZ007 - a day has no time zone
    except ValueError:
        return None


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
    try:
        return words(as_text(cell).casefold())
    except ValueError:
        raise Unreadable("this is none of %(words)s", words=", ".join(words)) from None
