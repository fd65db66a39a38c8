"""Which column of somebody's file is which of ours: guessed from headings, set right in a form, kept as a map."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from itertools import islice
from typing import Any

from api.http.catalogues import LANGUAGES, messages
from api.http.labels import CLIENT_KINDS, CLIENT_ROLES, IDENTIFICATIONS, METHODS
from api.pages.forms import Form
from application.imports import headings
from application.imports.maps import COLUMNS, Contents, Part
from application.imports.table import Table
from application.imports.words import meaning
from domain.client.details import ClientRole, IdentificationKind, Kind
from domain.errors import Invalid
from domain.payments import Method
from domain.people import Actor, Role

DATE_FORMATS = ("dd/mm/yyyy", "mm/dd/yyyy", "yyyymmdd", "yymmdd", "ddmmyyyy", "ddmmyy")
"""Those that differ from what cells show by themselves, and two that say what comes first."""

WORDS: Mapping[str, tuple[type[StrEnum], Mapping[str, str]]] = {
    "kind": (Kind, CLIENT_KINDS),
    "identification_kind": (IdentificationKind, IDENTIFICATIONS),
    "roles": (ClientRole, CLIENT_ROLES),
    "method": (Method, METHODS),
}
"""Columns that hold one of a few words: what they are here, and what they are called."""

CONSTANTS = frozenset(
    {
        "zone",
        "city",
        "collector",
        "currency",
        "kind",
        "identification_kind",
        "roles",
        "payment_days",
        "method",
        "recorded_by",
        "approved_by",
        "description",
        "tax_rate",
        "withholding",
    }
)
"""What every row of a file may say alike, so that it has no column for it."""

DIFFERENT_WORDS = 30
SAMPLES = 3


class NotMatched(Invalid):
    """`fields` are all that lack something."""

    title = "Choose the column, or say what every row has"


@dataclass(frozen=True, slots=True)
class Seen:
    """What a file shows of itself: the header and where it is, for each column some of its cells, the few words it is
    made of; of a workbook, which sheet this is of which."""

    header: Sequence[str]
    rows: int
    samples: Mapping[str, Sequence[str]]
    words: Mapping[str, Sequence[str]]
    header_line: int
    sheet: str | None
    sheets: Sequence[str]


def seen(table: Table) -> Seen:
    columns = {name: cells for name, cells in table.columns.items() if name}
    values = {name: list(dict.fromkeys(str(c) for c in cells if c != "")) for name, cells in columns.items()}
    return Seen(
        header=list(columns),
        rows=len(table.rows),
        samples={name: list(islice(cells, SAMPLES)) for name, cells in values.items()},
        words={name: cells for name, cells in values.items() if len(cells) <= DIFFERENT_WORDS},
        header_line=table.header_line,
        sheet=table.sheet,
        sheets=table.sheets,
    )


def columns_of(contents: Contents, part: Part, viewer: Actor) -> Sequence[str]:
    """Payments that somebody has decided on are an administrator's to bring in. Beside a client and a debt a row need
    not say whose that is, and what was paid."""
    left_out = set[str]() if Role.ADMINISTRATOR in viewer.roles else {"approved_by"}
    if len(contents.parts) > 1:
        left_out |= {"debtor_reference", "client_reference", "case_file_reference", "invoice_number"}
    return [one for one in COLUMNS[part] if one not in left_out]


def any_of(contents: Contents, part: Part, ours: str) -> Sequence[str]:
    """The columns of which one has to be told, this among them; none where this one may be left out."""
    groups = contents.needed(part) if contents.tells(part, ()) else ()
    return next((group for group in groups if ours in group), ())


def lacking(contents: Contents, mapping: Mapping[str, Any]) -> Sequence[str]:
    """The fields that have neither a column nor a value for every row, and need one: of several that would do, the
    first."""
    fields: list[str] = []
    for part in contents.parts:
        if contents.tells(part, mapping[part]["columns"]):
            there = {*mapping[part]["columns"], *mapping[part]["constants"]}
            fields += [f"columns.{part}.{ours[0]}" for ours in contents.needed(part) if there.isdisjoint(ours)]
    return fields


# Guessing


def guess(contents: Contents, file: Seen, currency: str, viewer: Actor) -> Mapping[str, Any]:
    """A map, as its tables say it: what it leaves open is to be chosen."""
    mapping: dict[str, Any] = {}
    for part, columns in headings.columns_of(contents, file.header, file.samples).items():
        known = {ours: name for ours, name in columns.items() if ours in columns_of(contents, part, viewer)}
        mapping[part] = {"columns": known, "constants": {}, "values": {}}
        if "currency" in COLUMNS[part] and "currency" not in known:
            mapping[part]["constants"]["currency"] = currency
    if len(contents.parts) > 1:
        _names_or_numbers(mapping[Part.CLIENTS]["columns"], file)
    return mapping


def _names_or_numbers(client: dict[str, str], file: Seen) -> None:
    """A column “Cliente” has either; where it has names, nobody is known by a reference."""
    known_as = client.get("reference")
    if known_as == client.get("name") and any(_TWO_WORDS.search(one) for one in file.samples.get(known_as or "", ())):
        del client["reference"]


_TWO_WORDS = re.compile(r"[^\W\d]{2}[.,]? +[^\W\d]")


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", re.sub("[ºª°]", "", text.casefold()))
    return re.sub("[^a-z0-9]", "", plain)


def fitting(maps: Mapping[str, Mapping[str, Any]], contents: Contents, file: Seen) -> str:
    """The name of the remembered map whose columns this file has, all of them; "" where none has, or several."""
    fit = [
        name
        for name, mapping in maps.items()
        if all(set(mapping[part]["columns"].values()) <= set(file.header) for part in contents.parts if part in mapping)
    ]
    return fit[0] if len(fit) == 1 else ""


# What was chosen


def typed(contents: Contents, file: Seen, form: Form, viewer: Actor) -> Mapping[str, Any]:
    """The map of the form as far as it goes."""
    mapping: dict[str, Any] = {}
    for part in contents.parts:
        columns: dict[str, str] = {}
        constants: dict[str, str] = {}
        for ours in columns_of(contents, part, viewer):
            if (name := form.value(f"columns.{part}.{ours}")) in file.header:
                columns[ours] = name
            elif ours in CONSTANTS and (alike := form.optional_text(f"constants.{part}.{ours}")):
                constants[ours] = alike
        values = {ours: _meanings(part, ours, file.words.get(name, ()), form) for ours, name in columns.items()}
        mapping[part] = {
            "columns": columns,
            "constants": constants,
            "values": {ours: meant for ours, meant in values.items() if meant},
        }
    if (date_format := form.value("date_format")) in DATE_FORMATS:
        mapping["date_formats"] = [date_format]
    if (mark := form.value("decimal_mark")) in {".", ","}:
        mapping["decimal_mark"] = mark
    return mapping


def _meanings(part: Part, ours: str, theirs: Sequence[str], form: Form) -> Mapping[str, str]:
    if ours not in WORDS:
        return {}
    kind, _labels = WORDS[ours]
    meant = {word: form.value(f"values.{part}.{ours}.{word}") or _meaning(ours, word) for word in theirs}
    return {word: meaning for word, meaning in meant.items() if meaning in set(kind) and word.casefold() != meaning}


def _meaning(ours: str, word: str) -> str:
    """Of a word that is what we call one of ours, in any language of ours."""
    return _known_words(ours).get(_folded(word)) or meaning(word, WORDS[ours][0]) or ""


@cache
def _known_words(ours: str) -> Mapping[str, str]:
    kind, labels = WORDS[ours]
    names = {value: [value, labels[value]] for value in kind}
    for catalogue in (*LANGUAGES, "es_419"):
        for value in kind:
            names[value] += messages(catalogue).get(labels[value], ())
    return {_folded(name): value for value, all_ in names.items() for name in all_}


@dataclass(frozen=True, slots=True)
class ForeignWords:
    """Of one of their columns: what each means that is none of ours, "" where that is not known; and what it may."""

    field: str
    column: str
    words: Mapping[str, str]
    meanings: Mapping[str, str]

    @property
    def asked(self) -> str:
        """What the form says that has asked for them."""
        return f"{self.field} {self.column}"


def words(mapping: Mapping[str, Any], file: Seen) -> Sequence[ForeignWords]:
    found: list[ForeignWords] = []
    for part in (part for part in Part if part in mapping):
        for ours, (kind, labels) in WORDS.items():
            if name := mapping[part]["columns"].get(ours):
                meant = mapping[part]["values"].get(ours, {})
                theirs = [word for word in file.words.get(name, ()) if word.casefold() not in set(kind)]
                if theirs:
                    meaning = {word: meant.get(word, _meaning(ours, word)) for word in theirs}
                    found.append(ForeignWords(f"values.{part}.{ours}", name, meaning, labels))
    return found
