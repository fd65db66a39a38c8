"""Which fields of events are personal data, and about whom: they are kept encrypted with that client's key.

A field is marked in its annotation: `note: Personal` is about the client its stream is about (a case file's debtor),
`Annotated[str, About("client_id")]` about the client whose id stands in that field. Once the client is erased the key
is gone: a text reads `ERASED`, anything else `None`. Where the key is gone and nobody erased the client, a text reads
`KEY_LOST`.
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Annotated

from domain.cards import holds_card_number
from domain.errors import CardNumberNotKept, ReasonRequired, TextNotAllowed

ERASED = "[suprimido]"
KEY_LOST = "[clave perdida]"
GONE = frozenset({ERASED, KEY_LOST})
"""What reads so is not what anybody said."""

BLOCKED = "[bloqueado]"
"""What is shown of a client who is blocked to everybody but an auditor."""

NAME, LINE, NOTE = 200, 500, 4000  # how long texts may be: a name or reference, one line, a note


@dataclass(frozen=True)
class About:
    field: str | None = None


Personal = Annotated[str, About()]


def text(value: str, field: str, *, at_most: int = LINE) -> str:
    """A line of text that can be kept and shown: NFC, blanks folded, no control characters, something to be seen.

    Like every text it holds no full card number: see `domain/cards.py`.
    """
    return _without_card(_checked(" ".join(without_unseen(value).split()), field, at_most), field)


def optional_text(value: str | None, field: str, *, at_most: int = LINE) -> str | None:
    """The same for a field that may be left out: nothing but blanks is nothing."""
    return text(value, field, at_most=at_most) if value is not None and without_unseen(value).strip() else None


def reference_text(value: str, field: str = "reference") -> str:
    """A line that identifies something. It may be as long as a card number, but not be printed like one."""
    return _without_card(_checked(" ".join(without_unseen(value).split()), field, NAME), field, as_printed=True)


def optional_reference_text(value: str | None, field: str = "reference") -> str | None:
    return reference_text(value, field) if value is not None and without_unseen(value).strip() else None


def lines_text(value: str, field: str, *, at_most: int = LINE) -> str:
    """The same for a text of several lines: each is tidied by itself, and none is empty at its end."""
    lines = (" ".join(line.split()) for line in without_unseen(value).strip().splitlines())
    return _without_card(_checked("\n".join(lines), field, at_most), field)


def optional_lines_text(value: str | None, field: str, *, at_most: int = LINE) -> str | None:
    return lines_text(value, field, at_most=at_most) if value is not None and without_unseen(value).strip() else None


def long_text(value: str, field: str) -> str:
    """A text that keeps its line ends and tabs, such as a note."""
    return _without_card(_checked(without_unseen(value).replace("\r\n", "\n").strip(), field, NOTE), field)


def optional_long_text(value: str | None, field: str) -> str | None:
    return long_text(value, field) if value is not None and without_unseen(value).strip() else None


def reason(value: str | None, field: str = "reason") -> str:
    if value is None or not without_unseen(value).strip():
        raise ReasonRequired(field=field)
    return text(value, field)


def _checked(value: str, field: str, at_most: int) -> str:
    tidy = unicodedata.normalize("NFC", value)
    kept = tidy.isprintable() or all(map(_is_kept, tidy))
    seen = any(character.isprintable() and not character.isspace() for character in tidy)
    if not (kept and seen) or len(tidy) > at_most:
        raise TextNotAllowed(field=field, at_most=at_most)
    return tidy


def without_unseen(value: str) -> str:
    """Without characters that nobody sees and that make two of one text, or show it in another order.

    Those that join letters stay between letters and signs that need them: of Persian, of Indian scripts and of emoji.
    """
    return value if value.isascii() else _UNSEEN.sub("", value)


_UNSEEN = re.compile(
    "[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]"
    "|(?<![^\x00-\u02ff])[\u200c\u200d]|[\u200c\u200d](?![^\x00-\u02ff])"
)


def _without_card(value: str, field: str, *, as_printed: bool = False) -> str:
    if holds_card_number(value, as_printed=as_printed):
        raise CardNumberNotKept(field=field)
    return value


def _is_kept(character: str) -> bool:
    return character in "\n\t" or unicodedata.category(character) not in {"Cc", "Cs", "Cn", "Zl", "Zp"}
