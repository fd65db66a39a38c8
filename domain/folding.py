"""Text folded to how people type it: the one place that says what is the same, for searching, sorting and duplicates.

Capitals and accents do not count, letters that no accent can be taken from are written as people without that key
write them (ł as l, ø as o, þ as th, æ as ae), and apostrophes, of which keyboards have several, are left out.
"""

import re
import unicodedata
from difflib import SequenceMatcher
from functools import lru_cache

APOSTROPHES = "'\u2019\u2018\u02bc\u02b9\u00b4`\u2032"

_SPELT = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ŧ": "t", "þ": "th", "æ": "ae", "œ": "oe", "\u0131": "i"}
    | dict.fromkeys(APOSTROPHES, "")
)  # U+0131 is i without a dot; ß is ss once its case is folded


@lru_cache(maxsize=50_000)
def folded(text: str) -> str:
    """In small letters without accents (n for ñ), single blanks between words; S.L. reads sl."""
    small = unicodedata.normalize("NFC", text).casefold().translate(_SPELT)
    # Compatible forms, such as the one letter for TEL, have become capitals only now: their case is folded once more.
    plain = "".join(one for one in unicodedata.normalize("NFKD", small) if not unicodedata.combining(one))
    return " ".join(re.sub(r"\b(\w)\.(?=\w\b)", r"\1", plain.casefold().translate(_SPELT)).split())


def words_of(text: str) -> list[str]:
    """Each once: letters and digits only."""
    return [*dict.fromkeys(re.findall(r"\w+", folded(text)))]


def may_be_one_name(name: str, other: str) -> bool:
    """Whether two names of one number may be one person's: in another order, shortened, with less of it, or mistyped.

    Words of legal forms do not count.
    """
    shorter, longer = sorted(({*words_of(one)} - _LEGAL_FORMS for one in (name, other)), key=len)
    return all(any(_may_be_one_word(word, of) for of in longer) for word in shorter)


def _may_be_one_word(word: str, other: str) -> bool:
    return word.startswith(other) or other.startswith(word) or SequenceMatcher(None, word, other).ratio() >= _MISTYPED


_MISTYPED = 0.8
_LEGAL_FORMS = frozenset(
    [
        "s",
        "l",
        "a",
        "u",
        "c",
        "b",
        "sl",
        "sa",
        "slu",
        "sau",
        "slp",
        "sll",
        "cb",
        "sc",
        "sociedad",
        "limitada",
        "anonima",
    ]
)


def written_alike(name: str) -> list[str]:
    """The words of a name, and those that others make of its hyphens and apostrophes: Coca-Cola, Cocacola; D'Or, Or."""
    apart = re.sub(f"[{APOSTROPHES}]", " ", name)
    return [*dict.fromkeys((*words_of(name), *words_of(name.replace("-", "")), *words_of(apart)))]


def compact(text: str) -> str:
    """Letters and digits without anything between them: how a reference or a number is typed does not count."""
    return re.sub(r"[\W_]", "", folded(text))


LEAST = 3
"""So many characters of a number at least are looked for."""


def endings(number: str) -> list[str]:
    """By which beginnings a number is found: all of it, from each of its parts on, and any of the last digits.

    EXP-2026-0365 as exp20260365, 20260365, 0365 and 365.
    """
    parts = re.findall(r"[^\W\d_]+|\d+", folded(number))
    found = ["".join(parts[start:]) for start in range(len(parts))]
    if parts and parts[-1].isdigit():
        found += tails(parts[-1])
    return [*dict.fromkeys(one for one in found if len(one) >= LEAST or one == found[0])]


def tails(digits: str) -> list[str]:
    """All its endings that are long enough: any fragment of it begins one of them."""
    return [digits[start:] for start in range(len(digits) - LEAST + 1)]
