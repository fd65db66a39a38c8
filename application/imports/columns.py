"""Our columns in somebody else's file: where each is, how its cells read, and what is wrong with those of a row."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import TypeVar

from application.imports import cells
from application.imports.cells import Unreadable
from application.imports.days import MONTH_FIRST, OPEN, Days, Proofs, order_of_all, proofs
from application.imports.maps import COLUMNS, Contents, Part, Section
from application.imports.table import Cell, Finding, Row, Table, Why
from domain.errors import Invalid, Refusal
from domain.money import Money
from domain.personal import NAME, lines_text, optional_text, reference_text, text, without_unseen

T = TypeVar("T")

NOTHING = Money.zero("EUR")

REMEMBERED = 10_000
"""How many readings of each kind are kept."""

_MAY_BE_ZERO = frozenset({"outstanding", "taxable_base", "tax_amount"})
_BELOW_ZERO: Mapping[str, Why] = {
    "total": Why("an invoice below zero is a credit note: import what it corrects, and credit that here"),
    "outstanding": Why("less than nothing is left to pay: import it as paid, and record here what was paid too much"),
    "principal": Why("a debt below zero is in the debtor's favour: take it from the debt that it lowers"),
    "amount": Why("a payment below zero is a return: import the payment, and return that one here"),
}
"""Not to be guessed at, so who imports is told what to do."""

_ALL = 100
_NO_RATE = Why(
    "a percentage is between 0 and 100: if this column has amounts of tax, choose it for “Amount of tax”, and the "
    "column of what is taxed for “Taxable base”"
)

DAYS = frozenset({"opened_on", "due_on", "received_on", "issued_on", "sent_on"})
PERCENTAGES = ("discount", "tax_rate", "withholding")
AMOUNTS = ("principal", "amount", "total", "outstanding", "taxable_base", "tax_amount")
NUMBERS = (*AMOUNTS, "quantity", "unit_price", *PERCENTAGES)


class ColumnsMissing(Invalid):
    """`absent` are those that a map names and the file does not have; of each of the `needed` of ours, which are in
    groups, one has to be told."""

    title = "The file lacks columns that are needed"

    def __init__(self, table: Table, absent: Sequence[str], needed: Mapping[tuple[str, ...], Part]) -> None:
        self.absent, self.needed, self.found = absent, needed, list(filter(None, table.header))
        sheet = {"sheet": table.sheet, "sheets": table.sheets} if len(table.sheets) > 1 else {}
        super().__init__(columns=[*absent, *map(" / ".join, needed)], found=self.found, **sheet)


def check_columns(table: Table, contents: Contents, sections: Mapping[Part, Section]) -> None:
    """All that is missing is named at once."""
    theirs = dict.fromkeys(column for section in sections.values() for column in section.columns.values())
    absent = [column for column in theirs if column not in table.header]
    needed = {
        tuple(ours): part
        for part, section in sections.items()
        if contents.tells(part, section.columns)
        for ours in contents.needed(part)
        if {*section.columns, *section.constants}.isdisjoint(ours)
    }
    if absent or needed:
        raise ColumnsMissing(table, absent, needed)


class Columns:
    """Where in a row, or in the map, each of our columns of one part is, and how it reads.

    Readings are kept for a while, because files repeat themselves.
    """

    def __init__(self, part: Part, section: Section, table: Table, orders: "Orders") -> None:
        self._section = section
        self._index = {ours: table.header.index(theirs) for ours, theirs in section.columns.items()}
        self._marks: dict[str, str | None] = {
            column: section.decimal_mark or cells.settled_mark(self.cell(row, column) for row in table.rows)
            for column in NUMBERS
            if column in COLUMNS[part]
        }
        days = {ours: theirs for ours, theirs in section.columns.items() if ours in DAYS}
        self._days_of = {ours: Days(section.date_formats, orders.of(theirs)) for ours, theirs in days.items()}
        self._constant_days = Days(section.date_formats, orders.otherwise)
        self.text = lru_cache(REMEMBERED)(_text)
        self.reference = lru_cache(REMEMBERED)(_reference)
        self.day = lru_cache(REMEMBERED)(self._day)
        self.money = lru_cache(REMEMBERED)(self._money)
        self.number = lru_cache(REMEMBERED)(self._number)

    @property
    def amounts(self) -> Mapping[str, str | None]:
        """The columns of the file that have amounts, with the decimal mark of each."""
        return {self.called(ours): self._marks[ours] for ours in AMOUNTS if ours in self._index}

    def tells(self, column: str) -> bool:
        return column in self._index or column in self._section.constants

    def written(self, row: Row, column: str) -> Cell:
        index = self._index.get(column)
        return self._section.constants.get(column, "") if index is None else row.cells[index]

    def cell(self, row: Row, column: str) -> Cell:
        """What is written there, or what the map says that it means."""
        cell = self.written(row, column)
        meanings = self._section.values.get(column)
        return meanings.get(str(cell), cell) if meanings else cell

    def called(self, column: str) -> str:
        """As the file calls it."""
        return self._section.columns.get(column, column)

    def finding(self, row: Row, column: str, why: Why) -> Finding:
        return Finding(row.line, self.called(column), str(self.written(row, column)), why)

    def _day(self, cell: Cell, column: str) -> date:
        return self._days_of.get(column, self._constant_days).read(cell)

    def _money(self, cell: Cell, column: str, currency: str) -> Money:
        read = cells.amount_in(cell, currency, self._marks[column])
        if read < 0 and column in _BELOW_ZERO:
            raise Unreadable(_BELOW_ZERO[column])
        if not read and column in _MAY_BE_ZERO:
            return Money.zero(currency)
        return Money.of(read, currency, field=column)

    def _number(self, cell: Cell, column: str) -> Decimal:
        if column not in PERCENTAGES:
            return cells.amount(cell, self._marks[column])
        read = cells.percentage(cell, self._marks[column])
        if read > _ALL and column == "tax_rate":
            raise Unreadable(_NO_RATE)
        return read


def _text(cell: Cell, column: str) -> str:
    return text(cells.as_text(cell), column, at_most=NAME)


def _reference(cell: Cell, column: str) -> str:
    return reference_text(cells.as_number_text(cell), column)


class Orders:
    """In which order day and month stand in each column of a file; `otherwise`, where one proves nothing by itself.

    Rows that are `left_out` prove nothing; where they would have, the order is open.
    """

    def __init__(self, table: Table, sections: Iterable[Section], left_out: Collection[int] = ()) -> None:
        ragged = {bad.line for bad in table.bad}
        rows = [row for row in table.rows if row.line not in ragged]
        self._rows = [row for row in rows if row.line not in left_out]
        filled = [*sections]
        named = dict.fromkeys(s.columns[column] for s in filled for column in sorted(DAYS & s.columns.keys()))
        self._said = {s.columns[column] for s in filled if s.date_formats for column in DAYS & s.columns.keys()}
        self._at = {name: table.header.index(name) for name in named if name in table.header}
        self._proofs = self._proofs_of(self._rows)
        self._all_proofs = self._proofs_of(rows) if left_out else self._proofs
        self.otherwise = self._order(Proofs(), Proofs())

    def of(self, column: str) -> str:
        return self._order(*(proven.get(column, Proofs()) for proven in (self._proofs, self._all_proofs)))

    def _proofs_of(self, rows: Sequence[Row]) -> Mapping[str, Proofs]:
        return {name: proofs(dict.fromkeys(row.cells[at] for row in rows)) for name, at in self._at.items()}

    def _order(self, proven: Proofs, by_all: Proofs) -> str:
        order = proven.order or order_of_all(self._proofs.values())
        with_left_out = by_all.order or order_of_all(self._all_proofs.values())
        return order if order is with_left_out else OPEN

    @property
    def settled(self) -> Mapping[str, str]:
        return {name: self.of(name) for name in self._proofs}

    @property
    def warnings(self) -> Sequence[Finding]:
        """Where the month was taken to come first: by which cell, and what else that made of others."""
        return [
            self._warning(name, proof)
            for name, proof in self._proofs.items()
            if proof.either and self.of(name) is MONTH_FIRST and name not in self._said
        ]

    def _warning(self, name: str, proof: Proofs) -> Finding:
        like = proof.either[0]
        day = Days(order=MONTH_FIRST).read(like)
        if proof.months:
            found = proof.months[0]
            why = Why(PROVEN, count=len(proof.either), like=like, day=day)
        else:
            found, why = like, Why(AS_OTHERS, count=len(proof.either), day=day)
        line = next(row.line for row in self._rows if str(row.cells[self._at[name]]).strip().startswith(found))
        return Finding(line, name, found, why)


PROVEN = Why(
    "only with the month first is this a day: so were read %(count)s others of the column that may be read either way, "
    "such as %(like)s as %(day)s"
)
AS_OTHERS = Why(
    "other columns of the file have the month first: so were read %(count)s days of this one that may be read either "
    "way, this one as %(day)s"
)


class Cells:
    """One row's cells for one part. What can't be read is noted, and the rest of the row is read all the same."""

    def __init__(self, columns: Columns, row: Row) -> None:
        self._columns = columns
        self._row = row
        self.findings: list[Finding] = []
        self.warnings: list[Finding] = []

    @property
    def line(self) -> int:
        return self._row.line

    def is_empty(self, column: str) -> bool:
        cell = self._columns.cell(self._row, column)
        return cell == "" or (isinstance(cell, str) and not without_unseen(cell).strip())

    def says_nothing(self, column: str) -> bool:
        """Empty, or a dash."""
        return cells.says_nothing(str(self._columns.cell(self._row, column)))

    def is_nothing(self, column: str) -> bool:
        """Empty, a dash, or nought."""
        with suppress(Unreadable):
            written = str(self._columns.cell(self._row, column))
            return self.says_nothing(column) or not self._columns.number(written, column)
        return False

    def is_told(self, column: str) -> bool:
        """Whether the file, or its map, has that column at all."""
        return self._columns.tells(column)

    def called(self, column: str) -> str:
        """As the file calls it."""
        return self._columns.called(column)

    def optional(self, column: str, read: Callable[[Cell], T]) -> T | None:
        return None if self.is_empty(column) else self._read(column, read)

    def needed(self, column: str, read: Callable[[Cell], T], otherwise: T) -> T:
        """Where it can't be read, `otherwise` stands in for it in a row that is bad."""
        if self.is_empty(column):
            self.lacks(column)
            return otherwise
        found = self._read(column, read)
        return otherwise if found is None else found

    def known_by(self, column: str, read: Callable[[Cell], T]) -> T | None:
        """The same of what somebody is known or reached by: where the cell says that there is none, there is none."""
        written = self._columns.cell(self._row, column)
        if isinstance(written, str) and cells.says_nothing(written):
            return None
        if isinstance(written, str) and cells.says_none(written):
            self.doubt(column, Why("this says that there is none"))
            return None
        return self._read(column, read)

    def lacks(self, column: str) -> None:
        self.note(column, Why("this is needed"))

    def reference(self, column: str) -> str:
        return self.needed(column, lambda cell: self._columns.reference(cell, column), "")

    def optional_reference(self, column: str) -> str | None:
        return self.optional(column, lambda cell: self._columns.reference(cell, column))

    def joined_text(self, columns: Sequence[str]) -> str | None:
        """What is told in several columns, in that order, as one; it is refused by the first of them."""
        joined = " ".join(filter(None, map(self.optional_text, columns)))
        return self._read(columns[0], lambda _: optional_text(joined, columns[0], at_most=NAME))

    def optional_text(self, column: str) -> str | None:
        return self.optional(column, lambda cell: self._columns.text(cell, column))

    def optional_lines(self, column: str) -> str | None:
        """A text that may have several lines."""
        return self.optional(column, lambda cell: lines_text(cells.as_text(cell), column, at_most=NAME))

    def day(self, column: str) -> date:
        return self.needed(column, lambda cell: self._columns.day(cell, column), date.min)

    def optional_day(self, column: str) -> date | None:
        return self.optional(column, lambda cell: self._columns.day(cell, column))

    def optional_number(self, column: str) -> Decimal | None:
        return self.optional(column, lambda cell: self._columns.number(cell, column))

    def money(self, column: str) -> Money:
        currency = self.needed("currency", cells.currency, "")
        if not currency:
            return NOTHING
        return self.needed(column, lambda cell: self._columns.money(cell, column, currency), NOTHING)

    def optional_money(self, column: str) -> Money | None:
        return None if self.is_empty(column) else self.money(column)

    def _read(self, column: str, read: Callable[[Cell], T]) -> T | None:
        try:
            return read(self._columns.cell(self._row, column))
        except Unreadable as error:
            self.note(column, error.why)
        except Refusal as refusal:
            self.note(str(refusal.details.get("field", column)), Why.refused(refusal))
        return None

    def doubt(self, column: str, why: Why) -> None:
        """It is loaded all the same."""
        self.warnings.append(self._columns.finding(self._row, column, why))

    def note(self, column: str, why: Why) -> None:
        self.findings.append(self._columns.finding(self._row, column, why))
