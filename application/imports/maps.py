"""Import maps: how the columns of somebody else's file become ours. `maps/README.md` shows one.

A map has a section for each kind of thing that a file holds: which foreign column is which of ours, what is the same in
every row, what foreign words mean, how days and amounts are written. A file with our own columns needs no map.
"""

import tomllib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, cast

from application.imports.cells import Unreadable
from application.imports.days import day_format
from domain.errors import Invalid
from domain.folding import compact


class Part(StrEnum):
    """What one row can say something of."""

    CLIENTS = "clients"
    CASE_FILES = "case_files"
    PAYMENTS = "payments"
    INVOICES = "invoices"
    INVOICE_PAYMENTS = "invoice_payments"


class Contents(StrEnum):
    """What a file holds. Each row of a file of receivables (people call them debts) tells of a client, a case file and,
    where the file has it, what was paid of it. In invoiced receivables it is an invoice in place of the case file.
    """

    CLIENTS = "clients"
    CASE_FILES = "case-files"
    PAYMENTS = "payments"
    RECEIVABLES = "receivables"
    INVOICES = "invoices"
    INVOICE_PAYMENTS = "invoice-payments"
    INVOICED_RECEIVABLES = "invoiced-receivables"

    @property
    def parts(self) -> Sequence[Part]:
        match self:
            case Contents.RECEIVABLES:
                return Part.CLIENTS, Part.CASE_FILES, Part.PAYMENTS
            case Contents.INVOICED_RECEIVABLES:
                return Part.CLIENTS, Part.INVOICES, Part.INVOICE_PAYMENTS
            case _:
                return (Part(self.replace("-", "_")),)

    def needed(self, part: Part) -> Sequence[Sequence[str]]:
        """Of each of these columns one at least. Who owes, and of which debt, a row of several parts tells by whatever
        it has: see `people`."""
        if len(self.parts) > 1:
            return _NEEDED_BESIDE_OTHERS[part]
        return [(column,) for column in COLUMNS[part] if column not in MAY_LACK[part]]

    def tells(self, part: Part, columns: Collection[str]) -> bool:
        """Whether a file that has these of the part's columns says anything of it: debts may be told without what was
        paid of them."""
        if part not in {Part.PAYMENTS, Part.INVOICE_PAYMENTS} or len(self.parts) == 1:
            return True
        return not {"amount", "received_on"}.isdisjoint(columns)


COLUMNS: Mapping[Part, Sequence[str]] = {
    Part.CLIENTS: (
        "reference",
        "name",
        "surname",
        "second_surname",
        "kind",
        "identification",
        "identification_kind",
        "phones",
        "phones_2",
        "phones_3",
        "phones_4",
        "emails",
        "emails_2",
        "emails_3",
        "street",
        "postcode",
        "district",
        "city",
        "zone",
        "account",
        "roles",
        "payment_days",
        "notes",
        "collector",
    ),
    Part.CASE_FILES: (
        "reference",
        "number",
        "creditor_reference",
        "creditor_name",
        "creditor_identification",
        "debtor_reference",
        "principal",
        "outstanding",
        "currency",
        "opened_on",
        "due_on",
        "collector",
        "disputed",
    ),
    Part.PAYMENTS: (
        "reference",
        "case_file_reference",
        "amount",
        "currency",
        "received_on",
        "method",
        "recorded_by",
        "approved_by",
    ),
    Part.INVOICES: (
        "number",
        "client_reference",
        "total",
        "outstanding",
        "currency",
        "issued_on",
        "due_on",
        "description",
        "quantity",
        "unit_price",
        "discount",
        "tax_rate",
        "withholding",
        "taxable_base",
        "tax_amount",
        "sent_on",
        "disputed",
    ),
    Part.INVOICE_PAYMENTS: (
        "reference",
        "invoice_number",
        "amount",
        "currency",
        "received_on",
        "method",
        "recorded_by",
        "approved_by",
    ),
}

PHONES = ("phones", "phones_2", "phones_3", "phones_4")
EMAILS = ("emails", "emails_2", "emails_3")
"""Of a client whose phones, or e-mails, stand in several columns: all of them are kept."""

MAY_LACK: Mapping[Part, Collection[str]] = {
    Part.CLIENTS: {*COLUMNS[Part.CLIENTS]} - {"name"},
    Part.CASE_FILES: {*COLUMNS[Part.CASE_FILES]}
    - {"reference", "debtor_reference", "principal", "currency", "opened_on", "due_on"},
    Part.PAYMENTS: {"reference", "method", "recorded_by", "approved_by"},
    Part.INVOICES: {*COLUMNS[Part.INVOICES]}
    - {"number", "client_reference", "total", "currency", "issued_on", "due_on"},
    Part.INVOICE_PAYMENTS: {"reference", "method", "recorded_by", "approved_by"},
}
"""In a file that tells of nothing else."""

_PAID = (("amount",), ("currency",), ("received_on",))
_NEEDED_BESIDE_OTHERS: Mapping[Part, Sequence[Sequence[str]]] = {
    Part.CLIENTS: (("name", "reference", "identification"),),
    Part.CASE_FILES: (("reference", "number"), ("principal", "outstanding"), ("currency",), ("opened_on", "due_on")),
    Part.INVOICES: (("number",), ("total",), ("currency",), ("issued_on",), ("due_on",)),
    Part.PAYMENTS: _PAID,
    Part.INVOICE_PAYMENTS: _PAID,
}


class MapNotAllowed(Invalid):
    title = "This import map cannot be used"


@dataclass(frozen=True, slots=True)
class Section:
    """`columns` names the foreign column for each of ours, `constants` what every row says alike.

    `values` gives, for one of our columns, foreign words our meaning.
    """

    columns: Mapping[str, str]
    constants: Mapping[str, str] = field(default_factory=dict[str, str])
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict[str, Mapping[str, str]])
    date_formats: Sequence[str] = ()
    decimal_mark: str | None = None


Map = Mapping[Part, Section]


def parse_map(text: str) -> Map:
    """A map as its TOML says it."""
    try:
        toml = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise MapNotAllowed(why=f"it is not TOML: {error}") from None
    return map_of(toml)


def map_of(tables: Mapping[str, Any]) -> Map:
    """A map as its tables say it."""
    _check_known(tables, {*Part, "date_formats", "decimal_mark"}, "the map")
    shared: dict[str, Any] = {key: tables[key] for key in ("date_formats", "decimal_mark") if key in tables}
    return {part: _section(part, {**shared, **_table(tables[part], f"[{part}]")}) for part in Part if part in tables}


class CreditorToldTwice(Invalid):
    title = (
        "All debts would be owed to “%(creditor)s”, and “%(column)s” of the file says “%(in_file)s”: choose one of them"
    )


def check_creditor(mapping: Map, known_as: Sequence[str], written: Mapping[str, Iterable[object]]) -> None:
    """One creditor for all debts of a file, and what is `written` in each of its columns, say the same."""
    if (debts := mapping.get(Part.CASE_FILES)) is None:
        return
    same = {*map(compact, known_as), ""}
    for ours in (one for one in COLUMNS[Part.CASE_FILES] if one.startswith("creditor_")):
        column = debts.columns.get(ours, ours)
        cells = written.get(column, ()) if ours in debts.columns else [debts.constants.get(ours, "")]
        if (other := next((cell for cell in map(str, cells) if compact(cell) not in same), None)) is not None:
            raise CreditorToldTwice(creditor=known_as[0], column=column, in_file=other)


def with_creditor(mapping: Map, creditor: str, written: Mapping[str, Iterable[object]]) -> Map:
    """The same for a file all of whose debts are owed to one creditor: a reference, or the name of a new client."""
    check_creditor(mapping, [creditor], written)
    if (debts := mapping.get(Part.CASE_FILES)) is None:
        return mapping
    columns = {ours: theirs for ours, theirs in debts.columns.items() if not ours.startswith("creditor_")}
    constants = {ours: alike for ours, alike in debts.constants.items() if not ours.startswith("creditor_")}
    return {
        **mapping,
        Part.CASE_FILES: replace(debts, columns=columns, constants={**constants, "creditor_name": creditor}),
    }


def _section(part: Part, table: Mapping[str, Any]) -> Section:
    where = f"[{part}]"
    _check_known(table, {"columns", "constants", "values", "date_formats", "decimal_mark"}, where)
    columns = _texts(table.get("columns", {}), f"[{part}.columns]")
    constants = _texts(table.get("constants", {}), f"[{part}.constants]")
    values = {
        column: _texts(words, f"[{part}.values.{column}]")
        for column, words in _table(table.get("values", {}), f"[{part}.values]").items()
    }
    for named in (columns, constants, values):
        _check_known(named, COLUMNS[part], where)
    if twice := sorted(columns.keys() & constants.keys()):
        raise MapNotAllowed(why=f"{where} has both a column and a constant for {', '.join(twice)}")
    return Section(columns, constants, values, _date_formats(table, where), _decimal_mark(table, where))


def _date_formats(table: Mapping[str, Any], where: str) -> Sequence[str]:
    formats = table.get("date_formats", [])
    try:
        for form in formats:
            day_format(form)
    except (Unreadable, TypeError) as error:
        raise MapNotAllowed(why=f"{where} date_formats: {error}") from None
    return tuple(formats)


def _decimal_mark(table: Mapping[str, Any], where: str) -> str | None:
    mark = table.get("decimal_mark")
    if mark not in {None, ".", ","}:
        raise MapNotAllowed(why=f'{where} decimal_mark is "." or ","')
    return mark


def _table(value: object, where: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise MapNotAllowed(why=f"{where} is a table")
    return cast(dict[str, Any], value)


def _texts(value: object, where: str) -> Mapping[str, str]:
    texts = _table(value, where)
    for name, text in texts.items():
        if not isinstance(text, str):
            raise MapNotAllowed(why=f"{where} {name} is a text")
    return texts


def _check_known(named: Collection[str], known: Collection[str], where: str) -> None:
    for name in named:
        if name not in known:
            raise MapNotAllowed(why=f"{where} names {name!r}, which is none of {', '.join(known)}")
