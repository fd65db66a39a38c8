"""Keys under which names sort as people expect: accents and case folded, ñ after n, whatever the database collates."""

import re
import unicodedata
from functools import lru_cache

from sqlalchemy import ColumnElement, String, and_, func

SORTED = String().with_variant(String(collation="C"), "postgresql")
"""A column of text that sorts and pages by code point, whatever language the database was made for."""

AFTER_ALL_LETTERS = "~"
NUMBER_DIGITS = 12
LAST = "\U0010ffff"


@lru_cache(maxsize=50_000)
def sort_key(name: str) -> str:
    """At most 200 characters of it, and never empty, so that a key always sorts."""
    kept = name.casefold().replace("ñ", f"n{AFTER_ALL_LETTERS}")
    folded = "".join(c for c in unicodedata.normalize("NFKD", kept) if not unicodedata.combining(c))
    return " ".join(folded.split())[:200] or AFTER_ALL_LETTERS


def number_key(number: str) -> str:
    """Numbers within it sort by what they are worth, so that F2026-10000 comes after F2026-9999."""
    return re.sub(r"\d+", lambda digits: digits[0].zfill(NUMBER_DIGITS), sort_key(number))


def words_of(name: str) -> list[str]:
    """Each once, as people type them: without accents, n for ñ, only letters and digits; S.L. is one word."""
    typed = re.sub(r"\b(\w)\.(?=\w\b)", r"\1", sort_key(name).replace(AFTER_ALL_LETTERS, ""))
    return [*dict.fromkeys(re.findall(r"\w+", typed))]


def begins(column: ColumnElement[str], start: str) -> ColumnElement[bool]:
    """Whether the text begins so; by its index, if the column sorts by code point."""
    return and_(column >= start, column < start + LAST)


def holds(key: ColumnElement[str], word: str) -> ColumnElement[bool]:
    """Whether the name of that key holds the word, as people type it: without accents, and n for ñ too."""
    typed = sort_key(word).replace(AFTER_ALL_LETTERS, "")
    return func.replace(key, AFTER_ALL_LETTERS, "").contains(typed, autoescape=True)
