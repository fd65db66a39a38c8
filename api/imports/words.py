"""Why a cell or row of a file is bad or doubtful, in the words of whoever imports it."""

from collections.abc import Callable, Collection
from datetime import date
from decimal import Decimal
from enum import StrEnum

from api.http.formats import Formats
from api.imports.column_mapping import WORDS
from api.imports.column_names import LABELS
from application.imports.maps import Contents
from application.imports.table import Either, Finding, Why
from domain.money import Money


def labelled(finding: Finding, header: Collection[str], contents: Contents, say: Callable[[Why], str]) -> Finding:
    """A column that the file does not have, such as what all rows say alike, has the name that pages have."""
    labels = (LABELS.get((part, finding.column)) for part in contents.parts)
    label = None if finding.column in header else next(filter(None, labels), None)
    return finding._replace(column=say(Why(label))) if label else finding


def in_words(why: Why, gettext: Callable[[str], str], formats: Formats) -> str:
    def as_read(value: object) -> object:
        match value:
            case Either():
                return Either(map(as_read, value))
            case Money():
                return formats.money(value)
            case date():
                return formats.day(value)
            case Decimal():
                return formats.exact(value)
            case _:
                return _called(value, gettext)

    message = gettext(why.message)
    return message % {name: as_read(value) for name, value in why.values.items()} if why.values else message


def _called(value: object, gettext: Callable[[str], str]) -> object:
    if isinstance(value, bool):
        return gettext("Yes") if value else gettext("No")
    if isinstance(value, StrEnum):
        return gettext(next((labels[value] for words, labels in WORDS.values() if isinstance(value, words)), value))
    return value
