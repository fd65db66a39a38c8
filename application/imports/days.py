"""Days as files have them: as a map says, as ISO and databases write them, and in the shapes that people type.

Each cell is read by itself; a time after a day is left away. Where only the order of day and month is open the day
comes first, unless the column proves otherwise. What is no day of the calendar is not read.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from application.imports.cells import Unreadable, as_text
from application.imports.table import Cell, Either
from domain.days import FIRST, LAST

DAY_FIRST, MONTH_FIRST = "day first", "month first"
OPEN = "open"
"""Nobody knows which of them: what differs by it is not read."""


class Days:
    """Reads days written in one of these formats (`dd/mm/yyyy`), or else in any other shape that is clear."""

    def __init__(self, formats: Sequence[str] = (), order: str = DAY_FIRST) -> None:
        """`order` is of those that no format says anything of; a format says it of others of its kind."""
        self._forms = [day_format(form) for form in formats]
        self._like = " / ".join(formats or ["31/01/2026"])
        ordered = (form for form in self._forms if not form.lower().startswith("%y"))
        said = {MONTH_FIRST if form.index("%m") < form.index("%d") else DAY_FIRST for form in ordered}
        self._order = None if len(said) > 1 else next(iter(said), order)

    def read(self, cell: Cell) -> date:
        if isinstance(cell, date):
            return cell
        written = _WITH_NO_CENTS.sub("", _without_time(as_text(cell)))
        readings = {day for form in self._forms if (day := _by_format(written, form)) is not None}
        if (iso := _iso(written)) is not None:
            readings.add(iso)
        if not readings and (free := self._free(written) or self._free(_WEEKDAY.sub("", written))):
            readings.add(free)
        if not readings and self._order is OPEN and _THREE_NUMBERS.fullmatch(written):
            by_day, by_month = (_in_order(order, written) for order in (DAY_FIRST, MONTH_FIRST))
            if by_month and not by_day:
                raise Unreadable(
                    "only with the month first is this a day, %(day)s: say which comes first", day=by_month
                )
            readings.update(filter(None, (by_day, by_month)))
        if len(readings) > 1:
            raise Unreadable("this may mean %(either)s", either=Either(sorted(readings)))
        if not readings and _is_month(written):
            raise Unreadable(
                "this is a month without its day: write which day of it, such as %(form)s", form=self._like
            )
        if not readings and self._order is DAY_FIRST and (day := _in_order(MONTH_FIRST, written)):
            raise Unreadable(
                "days are read with the day first here, so this is none: with the month first it would be %(day)s",
                day=day,
            )
        if not readings:
            raise Unreadable("this is no day like %(form)s", form=self._like)
        return readings.pop()

    def _free(self, written: str) -> date | None:
        if _THREE_NUMBERS.fullmatch(written):
            return _in_order(self._order, written) if self._order in {DAY_FIRST, MONTH_FIRST} else None
        if found := _YEAR_FIRST.fullmatch(written):
            return _day(int(found["year"]), int(found["month"]), int(found["day"]))
        if found := _NAMED.fullmatch(written) or _NAMED_FIRST.fullmatch(written):
            named = _MONTHS.get(found["month"].casefold().rstrip("."))
            return None if named is None else _day(_year(found["year"]), named, int(found["day"]))
        if _SERIAL.fullmatch(written):
            return _of_serial(Decimal(written))
        return None


@dataclass(frozen=True, slots=True)
class Proofs:
    """Which cells of a column can be read in one order of day and month alone (`days`, `months`), and which in both."""

    days: Sequence[str] = ()
    months: Sequence[str] = ()
    either: Sequence[str] = ()

    @property
    def order(self) -> str | None:
        """What the column proves by itself: that the month comes first, by two cells if any might be read otherwise."""
        if self.days:
            return DAY_FIRST
        if len(self.months) >= _PROOF or (self.months and not self.either):
            return MONTH_FIRST
        return None


_PROOF = 2
"""One day alone may be mistyped."""


def proofs(cells: Iterable[Cell]) -> Proofs:
    found = [match for cell in cells if isinstance(cell, str) and (match := _BEGINNING.match(cell.strip()))]
    days: list[str] = []
    months: list[str] = []
    either: list[str] = []
    for match in found:
        first, second = int(match["first"]), int(match["second"])
        if max(first, second) <= _MONTHS_OF_A_YEAR:
            if first != second:
                either.append(match.string)
        elif second <= _MONTHS_OF_A_YEAR:
            days.append(match.string)
        elif first <= _MONTHS_OF_A_YEAR:
            months.append(match.string)
    return Proofs(days, months, either)


def order_of_all(columns: Iterable[Proofs]) -> str:
    """Of a file whose columns prove nothing by themselves: that the month comes first takes two cells, and no column in
    which the day does. With one such cell nobody knows."""
    all_ = [*columns]
    months = [cell for one in all_ for cell in one.months]
    if not months or any(one.days for one in all_):
        return DAY_FIRST
    return MONTH_FIRST if len(months) >= _PROOF else OPEN


def day_format(written: str) -> str:
    """`dd/mm/yyyy`, `yymmdd` and the like as `strptime` wants it: day, month and year once each, in any order.

    A time behind it (`dd/mm/yyyy hh:mm`) may be told, and is left away like that of any day.
    """
    form = re.sub(r"[ t]h{1,2}:mm(:ss)?$", "", written.strip().lower())
    parts = re.findall("d+|m+|y+", form)
    apart = re.fullmatch(r"[dmy]+([-/. ])[dmy]+\1[dmy]+", form)
    whole = apart or (form == "".join(parts) and all(len(part) > 1 for part in parts))
    if not whole or sorted(_DAY_PARTS.get(part, "") for part in parts) not in (["%Y", "%d", "%m"], ["%d", "%m", "%y"]):
        raise Unreadable("a date format is dd, mm and yyyy (or yy) in some order, such as dd/mm/yyyy or yymmdd")
    return re.sub("d+|m+|y+", lambda part: _DAY_PARTS[part[0]], form)


_DAY_PARTS = {"d": "%d", "dd": "%d", "m": "%m", "mm": "%m", "yy": "%y", "yyyy": "%Y"}

_TIME = re.compile(
    r"[T ]+\d{1,2}:\d{2}(:\d{2}([.,]\d{1,12})?)? ?([ap]\.? ?m\.?)? ?(Z|UTC|GMT|[-+]\d{2}:?\d{2})?", re.IGNORECASE
)
_WITH_NO_CENTS = re.compile(r"(?<=^\d{5})\.0+$|(?<=^\d{6})\.0+$|(?<=^\d{8})\.0+$", re.ASCII)
_BEGINNING = re.compile(r"(?P<first>\d{1,2})(?P<mark>[-/.])(?P<second>\d{1,2})(?P=mark)\d", re.ASCII)
_THREE_NUMBERS = re.compile(
    r"(?P<first>\d{1,2}) ?(?P<mark>[-/. ]) ?(?P<second>\d{1,2}) ?(?P=mark) ?(?P<year>\d{4}|\d{2})", re.ASCII
)
_YEAR_FIRST = re.compile(
    r"(?P<year>\d{4})(?P<mark>[-/. ]?)(?P<month>\d{2}|(?<=\D)\d)(?P=mark)(?P<day>\d{2}|(?<=\D)\d)", re.ASCII
)
_NAMED = re.compile(
    r"(?P<day>\d{1,2})[.ºo]?(?:[-/. ]| de )*(?P<month>[^\W\d_]{3,10}\.?)(?:[-/., ]| de | del )*(?P<year>\d{4}|\d{2})"
)
_NAMED_FIRST = re.compile(r"(?P<month>[^\W\d_]{3,10}\.?)[- ]+(?P<day>\d{1,2})(?:st|nd|rd|th)?,?[- ]+(?P<year>\d{4})")
_WEEKDAY = re.compile(
    r"^(lun(es)?|mar(tes)?|mi[eé](rcoles)?|jue(ves)?|vie(rnes)?|s[aá]b(ado)?|dom(ingo)?|(mon|tue|tues|wed|wednes|thu|thurs|"
    r"fri|sat|satur|sun)(day)?)\.?[, ]+",
    re.IGNORECASE,
)
_MONTH = re.compile(
    r"(?P<month>[^\W\d_]{3,10})\.?(?:[-/. ']| de | del )*(\d{4}|\d{2})?|\d{1,2}[-/.]\d{4}|\d{4}[-/.](0?[1-9]|1[0-2])"
)
_SERIAL = re.compile(r"[2-7]\d{4}(\.\d+)?", re.ASCII)
"""Days since the end of 1899, as Excel counts them: of 1954 to 2119."""

_MONTHS_OF_A_YEAR = 12
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "enero ene january jan",
            "febrero feb february",
            "marzo mar march",
            "abril abr april apr",
            "mayo may",
            "junio jun june",
            "julio jul july",
            "agosto ago august aug",
            "septiembre setiembre sep sept set september",
            "octubre oct october",
            "noviembre nov november",
            "diciembre dic december dec",
        ),
        start=1,
    )
    for name in names.split()
}


def _without_time(written: str) -> str:
    """The day is taken as it is written, in whatever zone it was."""
    found = _TIME.search(written)
    return written[: found.start()].strip() if found and found.end() == len(written) else written


def _in_order(order: str, written: str) -> date | None:
    if (found := _THREE_NUMBERS.fullmatch(written)) is None:
        return None
    first, second = int(found["first"]), int(found["second"])
    day, month = (first, second) if order is DAY_FIRST else (second, first)
    return _day(_year(found["year"]), month, day)


def _is_month(written: str) -> bool:
    found = _MONTH.fullmatch(written)
    return found is not None and (found["month"] is None or found["month"].casefold() in _MONTHS)


def _by_format(written: str, form: str) -> date | None:
    if form.replace("%Y", "yyyy").replace("%", "x").isalnum() and len(written) != len(form.replace("%Y", "%Y%Y")):
        return None  # `strptime` would take one figure for two
    try:
        return datetime.strptime(written, form).date()  # noqa: DTZ007 - a day has no time zone
    except ValueError:
        return None


def _iso(written: str) -> date | None:
    found = _YEAR_FIRST.fullmatch(written)
    return _day(int(found["year"]), int(found["month"]), int(found["day"])) if found and found["mark"] == "-" else None


def _year(written: str) -> int:
    """Of two figures as POSIX has it: 69 to 99 were in the last century."""
    year = int(written)
    if len(written) > 2:  # noqa: PLR2004 - all four figures
        return year
    return year + (1900 if year >= 69 else 2000)  # noqa: PLR2004


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day) if FIRST.year <= year <= LAST.year else None
    except ValueError:
        return None


def _of_serial(serial: Decimal) -> date:
    return date(1899, 12, 30) + timedelta(days=int(serial))
