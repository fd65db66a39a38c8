"""The rows of a file read through a map: what each says of a client, a case file and a payment."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import TypeVar

from application.imports import cells
from application.imports.cells import Days, Unreadable
from application.imports.maps import COLUMNS, MAY_LACK, Contents, Map, MapNotAllowed, Part, Section, own_map
from application.imports.table import LEFT_OUT, Cell, Finding, Row, Table, Why
from domain.client.contacts import Contact, Medium
from domain.client.details import Address, ClientRole, Details, Identification, IdentificationKind, Kind, recognised
from domain.client.finances import Account, account_of
from domain.errors import Invalid, Refusal
from domain.money import Money
from domain.payments import Method
from domain.personal import NAME, long_text, text

T = TypeVar("T")

NOTHING = Money.zero("EUR")

REMEMBERED = 10_000
"""How many readings of each kind are kept."""


class ColumnsMissing(Invalid):
    title = "The file lacks columns that are needed"


@dataclass(frozen=True, slots=True)
class ClientRow:
    """`name` is None in a later row of the same client; then its `details` have none either."""

    reference: str
    name: str | None
    details: Details
    contacts: tuple[Contact, ...]
    account: Account | None
    collector: str | None


@dataclass(frozen=True, slots=True)
class CaseFileRow:
    reference: str
    creditor_reference: str | None
    debtor_reference: str
    principal: Money
    opened_on: date
    due_on: date
    collector: str | None
    disputed: bool


@dataclass(frozen=True, slots=True)
class PaymentRow:
    reference: str
    case_file_reference: str
    amount: Money
    received_on: date
    method: Method
    recorded_by: str | None
    approved_by: str | None


@dataclass(frozen=True, slots=True)
class Line:
    """All that one row says."""

    row: Row
    client: ClientRow | None
    case_file: CaseFileRow | None
    payment: PaymentRow | None


class Reader:
    """A map bound to a file; a file with our own columns needs none."""

    def __init__(self, table: Table, told: Map | None, contents: Contents) -> None:
        self.warnings = [] if told else _unread(table, contents)
        told = told or own_map(contents, table.header)
        if lacking := [part for part in contents.parts if part not in told]:
            raise MapNotAllowed(why=f"for {contents} it needs a section for {', '.join(lacking)}")
        self._parts = {part: _Columns(part, told[part], table) for part in contents.parts}

    def read(self, row: Row) -> tuple[Line, list[Finding]]:
        """What the row says, and what is wrong with it: then what it seems to say is worth nothing."""
        parts = {part: _Cells(columns, row) for part, columns in self._parts.items()}
        client = _client(parts[Part.CLIENTS]) if Part.CLIENTS in parts else None
        case_file = _case_file(parts[Part.CASE_FILES]) if Part.CASE_FILES in parts else None
        payment = None
        if Part.PAYMENTS in parts and not (case_file and parts[Part.PAYMENTS].is_empty("received_on")):
            payment = _payment(parts[Part.PAYMENTS])
        return Line(row, client, case_file, payment), [found for part in parts.values() for found in part.findings]

    def finding(self, row: Row, part: Part, column: str, why: Why) -> Finding:
        """About one of our columns, named as the file names it."""
        return self._parts[part].finding(row, column, why)


def _unread(table: Table, contents: Contents) -> list[Finding]:
    """A foreign file has columns that nobody needs; in our own one is most likely misspelt."""
    ours = {*LEFT_OUT, *(column for part in contents.parts for column in COLUMNS[part])}
    return [Finding(1, column, "", Why("this column is not read")) for column in table.header if column not in ours]


def _client(row: "_Cells") -> ClientRow:
    """Every row tells its client's reference, the first of a client its name too."""
    name = row.optional_text("name")
    details = Details(
        name or "",
        row.optional("kind", lambda cell: cells.word(cell, Kind)),
        _identification(row),
        Address(*(row.optional_text(part) for part in ("street", "postcode", "district", "city"))),
        row.optional_text("zone"),
        row.optional("notes", lambda cell: long_text(cells.as_text(cell), "notes")),
        row.optional("roles", lambda cell: tuple(cells.word(one, ClientRole) for one in cells.several(cell))) or (),
        row.optional("payment_days", cells.whole),
    )
    phones, emails = (row.optional(column, cells.several) or () for column in ("phones", "emails"))
    return ClientRow(
        row.text("reference"),
        name,
        details,
        (
            *(Contact(Medium.PHONE, phone) for phone in phones),
            *(Contact(Medium.EMAIL, email) for email in emails),
        ),
        row.optional("account", lambda cell: account_of(cells.as_text(cell))),
        row.optional_text("collector"),
    )


def _identification(row: "_Cells") -> Identification | None:
    """What is wrong is kept as it stands there: see `details`."""
    number = row.optional_text("identification")
    kind = row.optional("identification_kind", lambda cell: cells.word(cell, IdentificationKind))
    if number is None:
        return None
    return recognised(number) if kind is None else Identification(kind, number)


def _case_file(row: "_Cells") -> CaseFileRow:
    return CaseFileRow(
        row.text("reference"),
        row.optional_text("creditor_reference"),
        row.text("debtor_reference"),
        row.money("principal"),
        row.day("opened_on"),
        row.day("due_on"),
        row.optional_text("collector"),
        row.optional("disputed", cells.yes) or False,
    )


def _payment(row: "_Cells") -> PaymentRow:
    return PaymentRow(
        row.text("reference"),
        row.text("case_file_reference"),
        row.money("amount"),
        row.day("received_on"),
        row.needed("method", lambda cell: cells.word(cell, Method), Method.OTHER),
        row.optional_text("recorded_by"),
        row.optional_text("approved_by"),
    )


class _Columns:
    """Where in a row, or in the map, each of our columns of one part is, and how it reads.

    Readings are kept for a while, because files repeat themselves.
    """

    def __init__(self, part: Part, section: Section, table: Table) -> None:
        self._section = section
        needed = (c for c in COLUMNS[part] if c not in MAY_LACK[part])
        lacking = [column for column in section.columns.values() if column not in table.header]
        lacking += [column for column in needed if column not in section.columns and column not in section.constants]
        if lacking:
            raise ColumnsMissing(columns=lacking, found=list(table.header))
        self._index = {ours: table.header.index(theirs) for ours, theirs in section.columns.items()}
        self._marks: dict[str, str | None] = {
            column: section.decimal_mark or cells.settled_mark(self.cell(row, column) for row in table.rows)
            for column in ("principal", "amount")
            if column in COLUMNS[part]
        }
        self.text = lru_cache(REMEMBERED)(_text)
        self.day = lru_cache(REMEMBERED)(Days(section.date_formats).read)
        self.money = lru_cache(REMEMBERED)(self._money)

    def written(self, row: Row, column: str) -> Cell:
        index = self._index.get(column)
        return self._section.constants.get(column, "") if index is None else row.cells[index]

    def cell(self, row: Row, column: str) -> Cell:
        """What is written there, or what the map says that it means."""
        cell = self.written(row, column)
        meanings = self._section.values.get(column)
        return meanings.get(str(cell), cell) if meanings else cell

    def finding(self, row: Row, column: str, why: Why) -> Finding:
        return Finding(row.line, self._section.columns.get(column, column), str(self.written(row, column)), why)

    def _money(self, cell: Cell, column: str, currency: str) -> Money:
        return Money.of(cells.amount(cell, self._marks[column]), currency, field=column)


def _text(cell: Cell, column: str) -> str:
    return text(cells.as_text(cell), column, at_most=NAME)


class _Cells:
    """One row's cells for one part. What can't be read is noted, and the rest of the row is read all the same."""

    def __init__(self, columns: _Columns, row: Row) -> None:
        self._columns = columns
        self._row = row
        self.findings: list[Finding] = []

    def is_empty(self, column: str) -> bool:
        cell = self._columns.cell(self._row, column)
        return cell == "" or (isinstance(cell, str) and cell.isspace())

    def optional(self, column: str, read: Callable[[Cell], T]) -> T | None:
        return None if self.is_empty(column) else self._read(column, read)

    def needed(self, column: str, read: Callable[[Cell], T], otherwise: T) -> T:
        """Where it can't be read, `otherwise` stands in for it in a row that is bad."""
        if self.is_empty(column):
            self._note(column, Why("this is needed"))
            return otherwise
        found = self._read(column, read)
        return otherwise if found is None else found

    def text(self, column: str) -> str:
        return self.needed(column, lambda cell: self._columns.text(cell, column), "")

    def optional_text(self, column: str) -> str | None:
        return self.optional(column, lambda cell: self._columns.text(cell, column))

    def day(self, column: str) -> date:
        return self.needed(column, self._columns.day, date.min)

    def money(self, column: str) -> Money:
        currency = self.text("currency").upper()
        if not currency:
            return NOTHING
        return self.needed(column, lambda cell: self._columns.money(cell, column, currency), NOTHING)

    def _read(self, column: str, read: Callable[[Cell], T]) -> T | None:
        try:
            return read(self._columns.cell(self._row, column))
        except Unreadable as error:
            self._note(column, error.why)
        except Refusal as refusal:
            self._note(str(refusal.details.get("field", column)), Why.refused(refusal))
        return None

    def _note(self, column: str, why: Why) -> None:
        self.findings.append(self._columns.finding(self._row, column, why))
