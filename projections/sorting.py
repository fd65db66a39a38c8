"""Keys under which names sort as people expect: accents and case folded, ñ after n, whatever the database collates.

And how such keys, and other columns of text, are searched. What is the same letter is said in `domain/folding.py`.
"""

import re
import unicodedata
from functools import lru_cache
from typing import Annotated, TypeAlias

from sqlalchemy import ColumnElement, String, and_, false, func

from domain.folding import LEAST, compact, folded, words_of

Sorted: TypeAlias = Annotated[str, String().with_variant(String(collation="C"), "postgresql")]
"""A column of text that sorts and pages by code point, whatever language the database was made for."""

AFTER_ALL_LETTERS = "~"
NUMBER_DIGITS = 12
LAST = "\U0010ffff"
WORDS_AT_MOST = 8


@lru_cache(maxsize=50_000)
def sort_key(name: str) -> str:
    """At most 200 characters of it, and never empty, so that a key always sorts."""
    small = unicodedata.normalize("NFC", name).casefold()
    return folded(small.replace("ñ", f"n{AFTER_ALL_LETTERS}"))[:200] or AFTER_ALL_LETTERS


def number_key(number: str) -> str:
    """Numbers within it sort by what they are worth, so that F2026-10000 comes after F2026-9999."""
    return re.sub(r"\d+", lambda digits: digits[0].zfill(NUMBER_DIGITS), sort_key(number))


def begins(column: ColumnElement[str], start: str) -> ColumnElement[bool]:
    """Whether the text begins so; by its index, if the column sorts by code point."""
    return and_(column >= start, column < start + LAST)


def begins_number(column: ColumnElement[str], typed: str) -> ColumnElement[bool]:
    """Whether a column of `folding.endings` says that a number has this in it, however it is typed."""
    key = compact(typed)
    return begins(column, key) if len(key) >= LEAST else column == key if key else false()


def holds(key: ColumnElement[str], typed: str) -> ColumnElement[bool]:
    """Whether the name of that key holds these words, in whatever order, as people type them: n for ñ too."""
    plain = func.replace(key, AFTER_ALL_LETTERS, "")
    words = words_of(typed)[:WORDS_AT_MOST] or [folded(typed).replace(AFTER_ALL_LETTERS, "") or typed]
    return and_(*(plain.contains(word, autoescape=True) for word in words))
